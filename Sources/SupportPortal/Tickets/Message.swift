#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// One message of a ticket: the stored record, for stores and agents. Customers and guests get ``ConversationEntry``.
public struct Message: Identifiable, Hashable, Sendable, Codable {
    /// The id of a message.
    public typealias ID = Identifier<Message>

    /// What a message is.
    public struct Kind: RawRepresentable, Hashable, Sendable, Codable {
        /// The kind as text.
        public let rawValue: String

        /// Makes a kind.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Part of the conversation.
        public static let reply = Kind(rawValue: "reply")
        /// For agents alone.
        public static let note = Kind(rawValue: "note")
        /// Posted by the portal, seen by all.
        public static let system = Kind(rawValue: "system")
    }

    /// The id.
    public let id: ID
    /// The ticket that it belongs to. Merging and splitting move messages.
    public var ticket: Ticket.ID
    /// Its place in the ticket, from 1. Places rise with time but may leave gaps, where messages were moved away.
    public var index: Int
    /// What it is.
    public let kind: Kind
    /// Who wrote it.
    public let author: Author
    /// When.
    public let date: Date
    /// The text as it was written; a Markdown source, never HTML. Lines end with LF.
    public var text: String
    /// Its files.
    public var attachments: [FileAttachment]
    /// What it said before, oldest first; for agents alone.
    public var edits: [MessageEdit] = []
    /// How helpful the requester found it, from 1 to 5.
    public var rating: Int?
    /// The ticket that it was first written to, where merging or splitting has moved or copied it.
    public var movedFrom: Ticket.ID?
    /// How often the record was written.
    public var revision = Revision.unsaved

    /// Makes a message that is not stored yet.
    public init(
        id: ID, ticket: Ticket.ID, index: Int, kind: Kind, author: Author, date: Date, text: String,
        attachments: [FileAttachment] = []
    ) {
        self.id = id
        self.ticket = ticket
        self.index = index
        self.kind = kind
        self.author = author
        self.date = date
        self.text = text
        self.attachments = attachments
    }

    /// Whether customers may see it. Kinds that this version does not know are for agents alone.
    public var isPublic: Bool { kind == .reply || kind == .system }

    enum CodingKeys: CodingKey {
        case id, ticket, index, kind, author, date, text, attachments, edits, rating, movedFrom, revision
    }

    /// Reads a message; fields that later versions added may be absent.
    public init(from decoder: any Decoder) throws {
        if let reader = decoder as? ValueReader {
            try self.init(KeyedReader(reader))
        } else {
            try self.init(decoder.container(keyedBy: CodingKeys.self))
        }
    }

    /// Generic, so that there is a fast version for ``RecordDecoder``.
    private init<Values: KeyedDecodingContainerProtocol>(_ values: Values) throws where Values.Key == CodingKeys {
        id = try values.decode(ID.self, forKey: .id)
        ticket = try values.decode(Ticket.ID.self, forKey: .ticket)
        index = try values.decode(Int.self, forKey: .index)
        kind = try values.decode(Kind.self, forKey: .kind)
        author = try values.decode(Author.self, forKey: .author)
        date = try values.decode(Date.self, forKey: .date)
        text = try values.decode(String.self, forKey: .text)
        attachments = try values.decodeIfPresent([FileAttachment].self, forKey: .attachments) ?? []
        edits = try values.decodeIfPresent([MessageEdit].self, forKey: .edits) ?? []
        rating = try values.decodeIfPresent(Int.self, forKey: .rating)
        movedFrom = try values.decodeIfPresent(Ticket.ID.self, forKey: .movedFrom)
        revision = try values.decodeIfPresent(Revision.self, forKey: .revision) ?? .unsaved
    }
}

/// A change of a message's text: what it said until then.
public struct MessageEdit: Hashable, Sendable, Codable {
    /// When it was changed.
    public var date: Date
    /// Who changed it.
    public var author: Author
    /// The text before.
    public var text: String

    /// Makes an edit.
    public init(date: Date, author: Author, text: String) {
        self.date = date
        self.author = author
        self.text = text
    }
}

extension String {
    /// Text of many lines without what only machines read: CR LF and CR become LF, other control characters but tabs go, and so do
    /// marks that reorder text. White space at the end and empty lines at the start go, too; a first line keeps its indent.
    var asMessageText: String {
        var text = self
        let bytes = text.withUTF8 { unsafe Self.readable($0) }
        let result = String(decoding: bytes, as: UTF8.self)
        let trimmed = result.trimmingSpaces
        guard trimmed.endIndex < result.endIndex || trimmed.startIndex > result.startIndex else { return result }
        let start = result[..<trimmed.startIndex].lastIndex(of: "\n").map { result.index(after: $0) } ?? result.startIndex
        return trimmed.isEmpty ? "" : String(result[start..<trimmed.endIndex])
    }

    /// The same for UTF-8 bytes, ends aside. What goes is known by its bytes, so that scalars need not be decoded.
    private static func readable(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var place = 0
        func follows(_ offset: Int) -> UInt8 { place + offset < bytes.count ? unsafe bytes[place + offset] : 0 }
        while place < bytes.count {
            let byte = unsafe bytes[place]
            var length = 1
            var kept: UInt8? = byte
            switch byte {
            case 0x0D:
                kept = 0x0A
                if follows(1) == 0x0A { length = 2 }
            case 0x09, 0x0A: break
            case 0..<0x20, 0x7F: kept = nil
            case 0xC2 where follows(1) < 0xA0:
                // U+0080 to U+009F; U+0085 is a line break.
                kept = follows(1) == 0x85 ? 0x0A : nil
                length = 2
            case 0xE2 where follows(1) == 0x80 && (0xA8...0xAE).contains(follows(2)):
                // U+2028 and U+2029 break lines, U+202A to U+202E reorder.
                kept = follows(2) < 0xAA ? 0x0A : nil
                length = 3
            case 0xE2 where follows(1) == 0x81 && (0xA6...0xA9).contains(follows(2)),
                0xEF where follows(1) == 0xBB && follows(2) == 0xBF:
                // U+2066 to U+2069 reorder, U+FEFF marks nothing.
                kept = nil
                length = 3
            default: break
            }
            if let kept { result.append(kept) }
            place += length
        }
        return result
    }
}
