import Foundation
import GRDB
public import SupportPortal

extension SQLiteTicketStore {
    /// See ``TicketStore/commit(_:)``. One transaction; whatever is thrown within rolls it back.
    public func commit(_ commit: TicketCommit) async throws -> Position {
        try await pool.write { [keptEvents] db in
            if let submission = commit.submission { try Self.insert(submission, at: commit.date, db) }
            for ticket in commit.tickets { try Self.put(ticket, db) }
            for message in commit.messages { try Self.insert(message, db) }
            for event in commit.events { try Self.append(event, announces: commit.announces, db) }
            // Housekeeping.
            try db.execute(literal: "DELETE FROM submissions WHERE expires <= \(commit.date.millisecondsRoundedDown)")
            let end = try Self.extent(db).end
            try db.execute(literal: "DELETE FROM events WHERE position <= \(end - Int64(keptEvents))")
            return Position(rawValue: end)
        }
    }

    private static func insert(_ submission: Submission, at date: Date, _ db: Database) throws {
        let now = date.millisecondsRoundedDown
        try db.execute(
            literal: """
                INSERT INTO submissions(key, expires, record)
                VALUES (\(submission.key), \(submission.expires.milliseconds), \(JSONText.encode(submission)))
                ON CONFLICT (key) DO UPDATE SET expires = excluded.expires, record = excluded.record WHERE expires <= \(now)
                """)
        guard db.changesCount == 0 else { return }
        let earlier: SQLRequest<String> = "SELECT record FROM submissions WHERE key = \(submission.key)"
        throw StorageError(
            .duplicateSubmission, "was submitted before", submission: try earlier.fetchOne(db).map(JSONText.decode))
    }

    private static func put(_ ticket: Ticket, _ db: Database) throws {
        var stored = ticket
        stored.revision = ticket.revision.next
        let (id, number, revision) = (ticket.id.rawValue, ticket.number.rawValue, stored.revision.rawValue)
        let columns: SQL = try """
        \(number), \(revision), \(ticket.status.rawValue), \(ticket.department.rawValue), \(ticket.priority.rawValue),
        \(ticket.service?.rawValue), \(ticket.requester.customer?.rawValue), \(ticket.opened.milliseconds),
        \(ticket.lastActivity.milliseconds), \(ticket.sortValue(.subject).databaseValue), \(JSONText.encode(stored))
        """
        let names: SQL =
            "number, revision, status, department, priority, service, customer, opened, activity, subject, record"
        do {
            if ticket.revision == .unsaved {
                try db.execute(
                    literal: "INSERT INTO tickets(id, \(names)) VALUES (\(id), \(columns)) ON CONFLICT (id) DO NOTHING")
            } else {
                try db.execute(
                    literal: """
                        UPDATE tickets SET (\(names)) = (\(columns)) WHERE id = \(id) AND revision = \(ticket.revision.rawValue)
                        """)
            }
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
            throw StorageError(.duplicateNumber, "another ticket has the number of ticket \(id)")
        }
        guard db.changesCount > 0 else {
            let current: SQLRequest<Int> = "SELECT revision FROM tickets WHERE id = \(id)"
            throw StorageError(
                .conflict, "ticket \(id) is not at revision \(ticket.revision.rawValue)",
                current: try current.fetchOne(db).map(Revision.init(rawValue:)))
        }
        try db.execute(literal: "DELETE FROM ticket_keys WHERE ticket = \(id)")
        for key in ticket.accessKeys {
            try db.execute(literal: "INSERT INTO ticket_keys(key, ticket) VALUES (\(key.rawValue), \(id))")
        }
    }

    private static func insert(_ message: Message, _ db: Database) throws {
        try db.execute(
            literal: """
                INSERT INTO messages(id, ticket, place, public, date, record)
                VALUES (\(message.id.rawValue), \(message.ticket.rawValue), \(message.index), \(message.isPublic),
                    \(message.date.milliseconds), \(JSONText.encode(message)))
                ON CONFLICT DO NOTHING
                """)
        guard db.changesCount > 0 else {
            throw StorageError(.conflict, "message \(message.id) or its place \(message.index) is taken")
        }
    }

    private static func append(_ event: PortalEvent, announces: Bool, _ db: Database) throws {
        try db.execute(
            literal: "INSERT INTO events(internal, record) VALUES (\(event.isInternal), \(JSONText.encode(event)))")
        let position = db.lastInsertedRowID
        for key in event.keys {
            try db.execute(literal: "INSERT INTO event_keys(key, position) VALUES (\(key.rawValue), \(position))")
        }
        if announces { try enqueue(QueueItem(position: Position(rawValue: position), event: event), db) }
    }
}
