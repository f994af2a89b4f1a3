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

    /// Reads a message; fields that later versions added may be absent.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
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
    /// Whether it is visible ASCII with tabs, spaces and line feeds within: nothing is to be done about it.
    private var isPlainText: Bool {
        guard let first = utf8.first, let last = utf8.last, first > 0x20, last > 0x20 else { return false }
        return utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x09 }
    }

    /// Text of many lines without what only machines read: CR LF and CR become LF, other control characters but tabs go, and so do
    /// marks that reorder text. White space at the end and empty lines at the start go, too; a first line keeps its indent.
    var asMessageText: String {
        guard !isPlainText else { return self }
        var result = String.UnicodeScalarView()
        var previousWasReturn = false
        for scalar in unicodeScalars {
            defer { previousWasReturn = scalar == "\r" }
            switch scalar {
            case "\r", "\u{2028}", "\u{2029}", "\u{85}": result.append("\n")
            case "\n": if !previousWasReturn { result.append("\n") }
            case "\t": result.append("\t")
            default: if !scalar.isControl, !scalar.reordersText, scalar.value != 0xFEFF { result.append(scalar) }
            }
        }
        let text = String(result)
        let trimmed = text.trimmingSpaces
        let start = text[..<trimmed.startIndex].lastIndex(of: "\n").map { text.index(after: $0) } ?? text.startIndex
        return trimmed.isEmpty ? "" : String(text[start..<trimmed.endIndex])
    }
}
