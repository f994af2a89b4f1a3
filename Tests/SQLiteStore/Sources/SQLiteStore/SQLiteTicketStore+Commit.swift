import Foundation
import GRDB
public import SupportPortal

extension SQLiteTicketStore {
    /// See ``TicketStore/commit(_:)``. One transaction that nobody else writes in; whatever is thrown within rolls it back.
    public func commit(_ commit: TicketCommit) async throws -> Position {
        try await pool.write { db in
            try Self.check(commit, db)
            if let erasure = commit.erasure { try erase(erasure, db) }
            for ticket in commit.tickets { try Self.put(ticket, db) }
            for message in commit.messages { try Self.put(message, db) }
            for change in commit.records { try Self.change(change, db) }
            if let submission = commit.submission { try Self.put(submission, db) }
            for event in commit.events { try events.append(event, announces: commit.announces, db) }
            // Housekeeping.
            try db.execute(literal: "DELETE FROM submissions WHERE expires <= \(commit.date.millisecondsRoundedDown)")
            return Position(rawValue: try events.end(db))
        }
    }

    // MARK: Refusing

    /// Refuses a commit, in the order of reasons, by what is stored before it.
    private static func check(_ commit: TicketCommit, _ db: Database) throws {
        if let submission = commit.submission {
            let earlier: SQLRequest<String> = """
                SELECT record FROM submissions
                WHERE key = \(submission.key) AND expires > \(commit.date.millisecondsRoundedDown)
                """
            if let record = try earlier.fetchOne(db) {
                throw StorageError(.duplicateSubmission, "was submitted before", submission: try JSONText.decode(record))
            }
        }
        for limit in commit.limits {
            let count: SQLRequest<Int> = """
                SELECT count(*) FROM tickets WHERE \(SQL(limit.filter)) AND \(SQL(ticketsIn: limit.scope))
                """
            guard try count.fetchOne(db) ?? 0 < limit.maximum else { throw StorageError(reached: limit) }
        }
        var numbers: Set<TicketNumber> = []
        for ticket in commit.tickets {
            let id = ticket.id.rawValue
            try require(ticket.revision, of: "ticket \(id)", "SELECT revision FROM tickets WHERE id = \(id)", db)
            let holder: SQLRequest<String> = "SELECT id FROM tickets WHERE number = \(ticket.number.rawValue) AND id <> \(id)"
            guard numbers.insert(ticket.number).inserted, try holder.fetchOne(db) == nil else {
                throw StorageError(.duplicateNumber, "another ticket has the number of ticket \(id)")
            }
        }
        for message in commit.messages {
            let id = message.id.rawValue
            try require(message.revision, of: "message \(id)", "SELECT revision FROM messages WHERE id = \(id)", db)
            let holder: SQLRequest<String> = """
                SELECT id FROM messages
                WHERE ticket = \(message.ticket.rawValue) AND place = \(message.index) AND id <> \(id)
                """
            guard try holder.fetchOne(db) == nil else { throw placeIsTaken(message) }
        }
        for case .put(let record, .some(let expected)) in commit.records {
            let stored: SQL = "SELECT revision FROM desk_records WHERE \(SQL(record.id))"
            try require(expected, of: "a desk record", stored, db)
        }
    }

    private static func require(_ expected: Revision, of what: String, _ stored: SQL, _ db: Database) throws {
        let current = try SQLRequest<Int>(literal: stored).fetchOne(db).map(Revision.init(rawValue:))
        guard current ?? .unsaved == expected else {
            throw StorageError(.conflict, "\(what) is not at revision \(expected.rawValue)", current: current)
        }
    }

    private static func placeIsTaken(_ message: Message) -> StorageError {
        StorageError(.conflict, "the place \(message.index) of message \(message.id) is taken")
    }

    // MARK: Erasing

    private func erase(_ erasure: Erasure, _ db: Database) throws {
        let tickets = erasure.tickets.map(\.rawValue)
        // The rows that refer to these go with them: messages, words, keys; what waits goes with its event.
        try db.execute(literal: "DELETE FROM tickets WHERE id IN \(tickets)")
        try db.execute(literal: "DELETE FROM submissions WHERE ticket IN \(tickets)")
        try db.execute(literal: "DELETE FROM events WHERE subject IN \(tickets)")
        try events.forget(erasure.people, db)
    }

    // MARK: Writing

    private static func put(_ submission: Submission, _ db: Database) throws {
        try db.execute(
            literal: """
                INSERT OR REPLACE INTO submissions(key, ticket, expires, record)
                VALUES (\(submission.key), \(submission.ticket.rawValue), \(submission.expires.milliseconds),
                    \(JSONText.encode(submission)))
                """)
    }

    private static func put(_ ticket: Ticket, _ db: Database) throws {
        var stored = ticket
        stored.revision = ticket.revision.next
        let id = ticket.id.rawValue
        try db.upsert(
            into: "tickets",
            [
                ("id", id.databaseValue), ("number", ticket.number.rawValue.databaseValue),
                ("revision", stored.revision.rawValue.databaseValue), ("status", ticket.status.rawValue.databaseValue),
                ("department", ticket.department.rawValue.databaseValue), ("priority", ticket.priority.rawValue.databaseValue),
                ("service", ticket.service?.rawValue.databaseValue), ("assignee", ticket.assignee?.rawValue.databaseValue),
                ("customer", ticket.requester.customer?.rawValue.databaseValue), ("files", ticket.fileCount.databaseValue),
                ("opened", ticket.opened.milliseconds.databaseValue),
                ("activity", ticket.lastActivity.milliseconds.databaseValue),
                ("subject", ticket.sortValue(.subject).databaseValue), ("record", try JSONText.encode(stored).databaseValue),
            ])
        for table in ["ticket_keys", "ticket_people", "ticket_watchers", "ticket_tags", "ticket_words"] {
            try db.execute(literal: "DELETE FROM \(identifier: table) WHERE ticket = \(id)")
        }
        for key in ticket.accessKeys {
            try db.execute(literal: "INSERT INTO ticket_keys(key, ticket) VALUES (\(key.rawValue), \(id))")
        }
        for key in ticket.people {
            try db.execute(literal: "INSERT INTO ticket_people(key, ticket) VALUES (\(key.rawValue), \(id))")
        }
        for agent in ticket.watchers {
            try db.execute(literal: "INSERT OR IGNORE INTO ticket_watchers(agent, ticket) VALUES (\(agent.rawValue), \(id))")
        }
        for tag in ticket.tags {
            try db.execute(literal: "INSERT OR IGNORE INTO ticket_tags(tag, ticket) VALUES (\(tag.rawValue), \(id))")
        }
        for (isPublic, fields) in [(true, ticket.searchFields), (false, ticket.internalSearchFields)] {
            for field in fields {
                for word in SearchText.words(in: field.text) {
                    try db.execute(
                        literal: """
                            INSERT INTO ticket_words(word, ticket, public, weight)
                            VALUES (\(word), \(id), \(isPublic), \(Int(field.weight)))
                            ON CONFLICT (word, ticket, public) DO UPDATE SET weight = max(weight, excluded.weight)
                            """)
                }
            }
        }
    }

    private static func put(_ message: Message, _ db: Database) throws {
        var stored = message
        stored.revision = message.revision.next
        let id = message.id.rawValue
        do {
            try db.upsert(
                into: "messages",
                [
                    ("id", id.databaseValue), ("ticket", message.ticket.rawValue.databaseValue),
                    ("place", message.index.databaseValue), ("revision", stored.revision.rawValue.databaseValue),
                    ("public", message.isPublic.databaseValue), ("date", message.date.milliseconds.databaseValue),
                    ("record", try JSONText.encode(stored).databaseValue),
                ])
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
            throw placeIsTaken(message)
        }
        try db.execute(literal: "DELETE FROM attachments WHERE message = \(id)")
        for file in Set(message.attachments.filter { $0.removed == nil }.map(\.id)) {
            try db.execute(literal: "INSERT INTO attachments(file, message) VALUES (\(file.rawValue), \(id))")
        }
        try db.execute(literal: "DELETE FROM message_words WHERE message = \(id)")
        for word in SearchText.words(in: message.text) {
            try db.execute(literal: "INSERT INTO message_words(word, message) VALUES (\(word), \(id))")
        }
    }

    private static func change(_ change: DeskRecordChange, _ db: Database) throws {
        switch change {
        case .put(var record, _):
            let stored: SQLRequest<Int> = "SELECT revision FROM desk_records WHERE \(SQL(record.id))"
            record.revision = Revision(rawValue: try stored.fetchOne(db) ?? 0).next
            try db.execute(
                literal: """
                    INSERT OR REPLACE INTO desk_records(kind, owner, key, revision, record)
                    VALUES (\(record.id.kind.rawValue), \(record.id.owner.rawValue), \(record.id.key),
                        \(record.revision.rawValue), \(JSONText.encode(record)))
                    """)
        case .remove(let id): try db.execute(literal: "DELETE FROM desk_records WHERE \(SQL(id))")
        }
    }
}

extension SQL {
    /// What holds for the desk record with an id.
    fileprivate init(_ id: DeskRecord.ID) {
        self = "kind = \(id.kind.rawValue) AND owner = \(id.owner.rawValue) AND key = \(id.key)"
    }
}
