#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a line of an archive says: an object of a `type` and a `value`.
enum ArchiveLine: Sendable {
    /// The first line.
    case portal(ArchiveHeader)
    /// A ticket; its messages and then its history follow.
    case ticket(Ticket)
    /// A file of the message or item that follows; its bytes come first.
    case file(Blob)
    /// A part of the file or upload before.
    case bytes(ArchivedBytes)
    /// A message of the ticket before.
    case message(Message)
    /// An event of the history of the ticket before.
    case event(ArchivedEvent)
    /// A file that no message and no item has; its bytes follow.
    case upload(Blob)
    /// A desk record.
    case record(DeskRecord)
    /// What is announced.
    case announcement(PublishedLine<Announcement>)
    /// What is in the knowledgebase.
    case article(PublishedLine<Article>)
    /// What is offered for downloading.
    case download(PublishedLine<Download>)
    /// The last line.
    case end(ArchiveTrailer)
    /// Something that only a newer version knows.
    case unknown(type: String)
}

/// The first line: which format this is.
struct ArchiveHeader: Hashable, Sendable, Codable {
    static let format = "swift-support-portal"
    /// Older libraries refuse another one.
    static let version = 1
    /// That of an archive with what sections publish, which who does not know it must not lose.
    static let publishedVersion = 2
    /// Older libraries skip, and count, lines of types that they do not know.
    static let minor = 0

    var format = Self.format
    var version = Self.version
    var minor = Self.minor
    /// How many tickets are expected; only for showing progress.
    var tickets = 0
}

extension ArchiveHeader {
    /// Of a header of another version, no more is asked than that it says which.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        format = try values.decode(String.self, forKey: .format)
        version = try values.decode(Int.self, forKey: .version)
        minor = try values.decodeIfPresent(Int.self, forKey: .minor) ?? 0
        tickets = try values.decodeIfPresent(Int.self, forKey: .tickets) ?? 0
    }
}

/// The last line: by it a stream is known to be complete.
struct ArchiveTrailer: Hashable, Sendable, Codable {
    var counts: TransferCounts
    /// Lines before this one.
    var lines: Int
    /// SHA-256 of all bytes before this line, as hexadecimal digits.
    var sha256: String
}

/// A part of a file.
struct ArchivedBytes: Hashable, Sendable {
    /// The most bytes in an exported line.
    static let longest = 48 * 1024

    var offset: Int
    var data: Data
}

extension ArchivedBytes: Codable {
    private enum CodingKeys: CodingKey {
        case base64, offset
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        offset = try values.decode(Int.self, forKey: .offset)
        guard let data = Data(base64Encoded: try values.decode(String.self, forKey: .base64)) else {
            throw DecodingError.dataCorruptedError(forKey: .base64, in: values, debugDescription: "not base64")
        }
        self.data = data
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(data.base64EncodedString(), forKey: .base64)
        try values.encode(offset, forKey: .offset)
    }
}

/// An event with its keys in order, which a set does not have.
struct ArchivedEvent: Hashable, Sendable, Codable {
    var id: PortalEvent.ID
    var kind: PortalEvent.Kind
    var subject: String
    var date: Date
    var author: Author
    var isInternal: Bool
    var keys: [AccessKey]
    var details: [PortalEvent.Detail: String]

    init(_ event: PortalEvent) {
        id = event.id
        kind = event.kind
        subject = event.subject
        date = event.date
        author = event.author
        isInternal = event.isInternal
        keys = event.keys.sorted()
        details = event.details
    }

    var event: PortalEvent {
        PortalEvent(
            id: id, kind: kind, subject: subject, date: date, author: author, isInternal: isInternal, keys: Set(keys),
            details: details)
    }
}

extension ArchiveLine: Codable {
    enum CodingKeys: CodingKey {
        case type, value
    }

    private enum LineType: String, Codable {
        case portal, ticket, file, bytes, message, event, upload, record, end
    }

    init(from decoder: any Decoder) throws {
        let line = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try line.decode(Value.self, forKey: .value)
        }
        let name = try line.decode(String.self, forKey: .type)
        self =
            switch LineType(rawValue: name) {
            case .portal: .portal(try value())
            case .ticket: .ticket(try value(Ticket.self).unsaved)
            case .file: .file(try value())
            case .bytes: .bytes(try value())
            case .message: .message(try value(Message.self).unsaved)
            case .event: .event(try value())
            case .upload: .upload(try value())
            case .record: .record(try value(DeskRecord.self).unsaved)
            case .end: .end(try value())
            case nil: try Self.published(name, PublishedLineValue(container: line)) ?? .unknown(type: name)
            }
    }

    private static func published(_ name: String, _ value: PublishedLineValue) throws -> ArchiveLine? {
        if let line = try PublishedLine<Announcement>(name, value) { return .announcement(line) }
        if let line = try PublishedLine<Article>(name, value) { return .article(line) }
        return try PublishedLine<Download>(name, value).map { .download($0) }
    }

    /// Where a line about what is published belongs.
    var publishedPlace: PublishedPlace? {
        switch self {
        case .announcement(let line): line.place
        case .article(let line): line.place
        case .download(let line): line.place
        default: nil
        }
    }

    func encode(to encoder: any Encoder) throws {
        var line = encoder.container(keyedBy: CodingKeys.self)
        func put(_ type: LineType, _ value: some Encodable) throws {
            try line.encode(type, forKey: .type)
            try line.encode(value, forKey: .value)
        }
        switch self {
        case .portal(let header): try put(.portal, header)
        case .ticket(let ticket): try put(.ticket, ticket.unsaved)
        case .file(let blob): try put(.file, blob)
        case .bytes(let bytes): try put(.bytes, bytes)
        case .message(let message): try put(.message, message.unsaved)
        case .event(let event): try put(.event, event)
        case .upload(let blob): try put(.upload, blob)
        case .record(let record): try put(.record, record.unsaved)
        case .announcement(let published): try published.encode(to: &line)
        case .article(let published): try published.encode(to: &line)
        case .download(let published): try published.encode(to: &line)
        case .end(let trailer): try put(.end, trailer)
        case .unknown(let name): try line.encode(name, forKey: .type)
        }
    }
}

// Store revisions count what a store wrote, so they are the store's own and stay behind.

extension Ticket {
    /// The ticket as a store that never saw it is handed it.
    var unsaved: Ticket {
        var ticket = self
        ticket.revision = .unsaved
        return ticket
    }
}

extension Message {
    /// The message as a store that never saw it is handed it.
    var unsaved: Message {
        var message = self
        message.revision = .unsaved
        return message
    }
}

extension DeskRecord {
    /// The record as a store that never saw it is handed it.
    var unsaved: DeskRecord {
        var record = self
        record.revision = .unsaved
        return record
    }
}
