import JSONLog

// What records are called in the files, and in which lists they are. Documentation/FileFormat.md describes it for readers in other languages.

extension LogReader {
    /// The lists that records are found by.
    enum List {
        /// Tickets by access key (0 for all tickets), status and activity.
        static let tickets = IndexKey.Part.text("tickets")
        static let number = IndexKey.Part.text("number")
        /// Messages by ticket and place.
        static let messages = IndexKey.Part.text("messages")
        /// Messages by the files that are attached to them, removed ones left out.
        static let attached = IndexKey.Part.text("attached")
        static let expires = IndexKey.Part.text("expires")
        /// Submissions by the ticket that they led to.
        static let submitted = IndexKey.Part.text("submitted")
        static let desk = IndexKey.Part.text("desk")
        /// Files by when their upload began.
        static let blobs = IndexKey.Part.text("blobs")
        /// Files by the names under which their bytes are.
        static let file = IndexKey.Part.text("file")
        /// Files by their owner and when their upload began.
        static let owned = IndexKey.Part.text("owned")
    }
}

typealias List = LogReader.List

extension Ticket {
    static func recordKey(_ id: ID) -> String { "ticket/\(id.rawValue)" }

    var recordLists: [IndexKey] {
        // In an order of their own, so that the same ticket always has the same bytes.
        let keys = shelfKeys.sorted { ($0?.rawValue ?? "").precedesByBytes($1?.rawValue ?? "") }
        return keys.map { Self.shelf($0, status) + .number(lastActivity.milliseconds) } + [[List.number, .text(number.rawValue)]]
    }

    /// The shelf of a key and a status.
    static func shelf(_ key: AccessKey?, _ status: TicketStatus) -> IndexKey {
        [List.tickets, shelfPart(key), .text(status.rawValue)]
    }

    /// What a key is in the names of shelves: all tickets have a number in its place, which no key can be.
    static func shelfPart(_ key: AccessKey?) -> IndexKey.Part { key.map { .text($0.rawValue) } ?? .number(0) }
}

extension Message {
    static func recordKey(_ id: ID) -> String { "message/\(id.rawValue)" }

    static func id(ofRecord key: String) -> ID { ID(String(decoding: key.utf8.dropFirst("message/".utf8.count), as: UTF8.self)) }

    static func place(_ ticket: Ticket.ID, _ index: Int) -> IndexKey {
        [List.messages, .text(ticket.rawValue), .number(Int64(index))]
    }

    var recordLists: [IndexKey] {
        [Self.place(ticket, index)] + attachments.filter { $0.removed == nil }.map { [List.attached, .text($0.id.rawValue)] }
    }
}

extension Submission {
    static func recordKey(_ key: String) -> String { "submission/\(key)" }

    var recordLists: [IndexKey] {
        [[List.expires, .number(expires.milliseconds)], [List.submitted, .text(ticket.rawValue)]]
    }
}

extension DeskRecord.ID {
    var recordKey: String { "desk/\(kind.rawValue.escapedForLink)/\(owner.rawValue.escapedForLink)/\(key)" }

    var recordLists: [IndexKey] { [[List.desk, .text(kind.rawValue), .text(owner.rawValue), .text(key)]] }
}

extension Blob {
    static func recordKey(_ id: ID) -> String { "blob/\(id.rawValue)" }

    var recordLists: [IndexKey] {
        [[List.blobs, .number(created.milliseconds)], [List.owned, .text(owner.rawValue), .number(created.milliseconds)]]
    }
}

extension IndexKey {
    static func + (key: IndexKey, part: Part) -> IndexKey {
        var key = key
        key.append(part)
        return key
    }
}

// MARK: Values

extension LogValue {
    /// A record as JSON.
    init(_ record: some Encodable, in lists: [IndexKey] = []) throws {
        try self.init(singleLine: RecordEncoder().encode(record), in: lists)
    }
}

extension LogRecord {
    func decoded<Record: Decodable>(_ type: Record.Type = Record.self) throws -> Record {
        do { return try RecordDecoder().decode(type, from: value) } catch {
            throw StorageError(.damaged, "record \(key) is no \(type): \(error)")
        }
    }
}

extension LogReader {
    /// Reads a record, and is sure that its own error comes out, whoever called.
    func decoded<Record: Decodable>(_ key: String, _ type: Record.Type = Record.self) throws -> Record? {
        try record(key)?.decoded(type)
    }
}
