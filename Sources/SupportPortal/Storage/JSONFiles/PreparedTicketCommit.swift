import JSONLog

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A commit with its records turned into JSON beforehand, so that the writing thread has little to do.
struct PreparedTicketCommit: Sendable {
    private let commit: TicketCommit
    private let names: EventNames
    /// The statuses that tickets may have, asked when the commit is stored: one before it in the queue may have brought a new one.
    private let statuses: @Sendable () -> [TicketStatus]
    private let tickets: [LogValue]
    private let messages: [LogValue]
    private let events: [LogValue]
    private let records: [LogValue?]
    private let submission: LogValue?

    init(_ commit: TicketCommit, _ names: EventNames, statuses: @escaping @Sendable () -> [TicketStatus]) throws {
        self.commit = commit
        self.names = names
        self.statuses = statuses
        tickets = try commit.tickets.map { ticket in
            var ticket = ticket
            ticket.revision = ticket.revision.next
            return try LogValue(ticket, in: ticket.recordLists)
        }
        messages = try commit.messages.map { message in
            var message = message
            message.revision = message.revision.next
            return try LogValue(message, in: message.recordLists)
        }
        events = try commit.events.map { try LogValue(StoredEvent($0), in: names.lists(of: $0)) }
        records = try commit.records.map { change in
            guard case .put(let record, _) = change else { return nil }
            return try LogValue(record, in: record.id.recordLists)
        }
        submission = try commit.submission.map { try LogValue($0, in: $0.recordLists) }
    }

    /// Roughly how many bytes it writes.
    var size: Int {
        let values = tickets + messages + events + records.compactMap(\.self)
        return values.reduce(256) { $0 + $1.size + 256 }
    }

    /// Stores it, or throws and changes nothing.
    func store(_ editor: inout LogEditor) throws -> Position {
        try check(editor.reader)
        if let erasure = commit.erasure { try erase(erasure, &editor) }
        for (ticket, value) in zip(commit.tickets, tickets) {
            try editor.put(Ticket.recordKey(ticket.id), value)
        }
        for (message, value) in zip(commit.messages, messages) {
            try editor.put(Message.recordKey(message.id), value)
        }
        for (change, value) in zip(commit.records, records) {
            switch change {
            case .put(let record, _):
                if let value { try editor.put(record.id.recordKey, value) }
            case .remove(let id): try editor.delete(id.recordKey)
            }
        }
        try storeSubmission(&editor)
        return try editor.append(commit.events, as: events, announces: commit.announces, names)
    }

    private func storeSubmission(_ editor: inout LogEditor) throws {
        guard let submission = commit.submission, let value = self.submission else { return }
        // A few at a time, so that no commit has to forget very many.
        let expired = KeyRange.list([List.expires]).before([List.expires, .number(commit.date.milliseconds &+ 1)])
        for _ in 0..<8 {
            guard let oldest = try editor.reader.first(expired) else { break }
            try editor.delete(oldest.key)
        }
        try editor.put(Submission.recordKey(submission.key), value)
    }

    // MARK: Checks

    private func check(_ reader: LogReader) throws {
        if let submission = commit.submission,
            let earlier = try reader.decoded(Submission.recordKey(submission.key), Submission.self), commit.date < earlier.expires
        {
            throw StorageError(.duplicateSubmission, "was submitted before", submission: earlier)
        }
        if !commit.limits.isEmpty {
            let shelves = StoredShelves(reader: reader, statuses: statuses())
            for limit in commit.limits {
                let count = try shelves.counts(limit.filter, in: limit.scope).values.reduce(0, +)
                guard count < limit.maximum else { throw StorageError(reached: limit) }
            }
        }
        try checkTickets(reader)
        try checkMessages(reader)
        for case .put(let record, .some(let expected)) in commit.records {
            let stored = Int(try reader.revision(record.id.recordKey))
            guard stored == expected.rawValue else {
                throw Self.conflict("a desk record is not at revision \(expected.rawValue)", stored)
            }
        }
    }

    private static func conflict(_ message: String, _ stored: Int) -> StorageError {
        StorageError(.conflict, message, current: stored == 0 ? nil : Revision(rawValue: stored))
    }

    private func checkTickets(_ reader: LogReader) throws {
        var numbers: Set<TicketNumber> = []
        var ids: Set<Ticket.ID> = []
        for ticket in commit.tickets {
            let key = Ticket.recordKey(ticket.id)
            let stored = Int(try reader.revision(key))
            guard stored == ticket.revision.rawValue, ids.insert(ticket.id).inserted else {
                throw Self.conflict("ticket \(ticket.id) is not at revision \(ticket.revision.rawValue)", stored)
            }
            let holder = try reader.ticketKey(numbered: ticket.number)?.key
            guard holder.map({ $0.hasSameBytes(as: key) }) ?? true, numbers.insert(ticket.number).inserted else {
                throw StorageError(.duplicateNumber, "another ticket has the number of ticket \(ticket.id)")
            }
        }
    }

    private func checkMessages(_ reader: LogReader) throws {
        var ids: Set<Message.ID> = []
        var last: [Ticket.ID: Int64] = [:]
        for message in commit.messages {
            let key = Message.recordKey(message.id)
            let stored = Int(try reader.revision(key))
            guard stored == message.revision.rawValue, ids.insert(message.id).inserted else {
                throw Self.conflict("message \(message.id) is not at revision \(message.revision.rawValue)", stored)
            }
            if stored > 0, let holder = try reader.first(.list(Message.place(message.ticket, message.index)))?.key,
                holder.hasSameBytes(as: key)
            {
                continue
            }
            guard try Int64(message.index) > last[message.ticket] ?? reader.lastPlace(of: message.ticket) else {
                throw StorageError(.conflict, "the place \(message.index) of message \(message.id) is taken")
            }
            last[message.ticket] = Int64(message.index)
        }
    }

    // MARK: Erasure

    private func erase(_ erasure: Erasure, _ editor: inout LogEditor) throws {
        // What the commit itself stores is replaced, and not removed before, as its revisions go on.
        let tickets = Set(commit.tickets.map(\.id))
        let messages = Set(commit.messages.map(\.id))
        for id in erasure.tickets {
            for key in try editor.reader.keys(.list([List.messages, .text(id.rawValue)]))
            where !messages.contains(Message.id(ofRecord: key)) {
                try editor.delete(key)
            }
            for key in try editor.reader.keys(.list([List.submitted, .text(id.rawValue)])) { try editor.delete(key) }
            try editor.dequeueAll(of: id.rawValue, names)
            for key in try editor.reader.keys(.list([names.history, .text(id.rawValue)])) {
                try editor.put(key, try LogValue(StoredEvent(nil)))
            }
            if !tickets.contains(id) { try editor.delete(Ticket.recordKey(id)) }
        }
        try editor.forget(erasure.people, names)
    }
}

extension LogReader {
    /// The highest place of a ticket's messages.
    func lastPlace(of ticket: Ticket.ID) throws -> Int64 {
        let last = try first(.list([List.messages, .text(ticket.rawValue)]), ascending: false)
        guard case .number(let place) = last?.index.parts.last else { return 0 }
        return place
    }
}
