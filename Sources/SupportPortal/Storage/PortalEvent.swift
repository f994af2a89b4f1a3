#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Something that happened in a section, stored in the same atomic step as the records that it changed.
///
/// The events of a store, in order, are its change feed (what sessions follow) and its outbox (what the dispatcher tells people).
public struct PortalEvent: Identifiable, Hashable, Sendable, Codable {
    /// What happened; each section names its own, and later versions add more.
    public struct Kind: RawRepresentable, Hashable, Sendable, Codable {
        /// The kind as text, such as `ticket.replied`.
        public let rawValue: String

        /// Makes a kind.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// A fact that an event carries beside its subject; which ones, the kind says.
    public struct Detail: RawRepresentable, Hashable, Sendable, Codable, CodingKeyRepresentable {
        /// The name of the fact.
        public let rawValue: String

        /// Makes a name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The name as the key of a coded dictionary.
        public var codingKey: any CodingKey { TextKey(stringValue: rawValue) }

        /// Reads the name from the key of a coded dictionary.
        public init?<Key: CodingKey>(codingKey: Key) { rawValue = codingKey.stringValue }
    }

    /// The id of an event.
    public typealias ID = Identifier<PortalEvent>

    /// The id.
    public let id: ID
    /// What happened.
    public let kind: Kind
    /// The id of the record that it happened to.
    public let subject: String
    /// When.
    public let date: Date
    /// Who did it.
    public let author: Author
    /// Whether only agents may learn that it happened.
    public let isInternal: Bool
    /// The keys that the subject bears after the change, and those it bore before: whoever lost sight of it hears that, too.
    public let keys: Set<AccessKey>
    /// What the kind needs beside that, as text.
    public let details: [Detail: String]

    enum CodingKeys: CodingKey {
        case id, kind, subject, date, author, isInternal, keys, details
    }

    /// Reads an event.
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
        kind = try values.decode(Kind.self, forKey: .kind)
        subject = try values.decode(String.self, forKey: .subject)
        date = try values.decode(Date.self, forKey: .date)
        author = try values.decode(Author.self, forKey: .author)
        isInternal = try values.decode(Bool.self, forKey: .isInternal)
        keys = try values.decode(Set<AccessKey>.self, forKey: .keys)
        details = try values.decode([Detail: String].self, forKey: .details)
    }

    /// Makes an event.
    public init(
        id: ID, kind: Kind, subject: String, date: Date, author: Author, isInternal: Bool = false, keys: Set<AccessKey>,
        details: [Detail: String] = [:]
    ) {
        self.id = id
        self.kind = kind
        self.subject = subject
        self.date = date
        self.author = author
        self.isInternal = isInternal
        self.keys = keys
        self.details = details
    }
}
