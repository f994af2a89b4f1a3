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
