#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A small record beside the tickets: a draft, how far somebody has read, a canned reply, a ban. One mechanism for all of them, so that a
/// store needs one table; what the text says is the portal's matter.
public struct DeskRecord: Hashable, Sendable, Codable {
    /// What a record is.
    public struct Kind: RawRepresentable, Hashable, Sendable, Codable {
        /// The kind as text.
        public let rawValue: String

        /// Makes a kind.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Something that somebody has begun to write.
        public static let draft = Kind(rawValue: "draft")
        /// How far somebody has read a ticket.
        public static let seen = Kind(rawValue: "seen")
        /// A reply that agents use again and again.
        public static let cannedReply = Kind(rawValue: "cannedReply")
        /// Somebody who may not write.
        public static let ban = Kind(rawValue: "ban")

        /// All of the above: what goes along when a portal is exported.
        static let known: [Kind] = [.draft, .seen, .cannedReply, .ban]
    }

    /// What finds a record: no two have the same.
    public struct ID: Hashable, Sendable, Codable {
        /// What it is.
        public var kind: Kind
        /// Whose it is.
        public var owner: AccessKey
        /// Which of the owner's records of this kind.
        public var key: String

        /// Makes an id.
        public init(_ kind: Kind, of owner: AccessKey, _ key: String = "") {
            self.kind = kind
            self.owner = owner
            self.key = key
        }

        /// Compares bytes, as databases do.
        public static func == (a: Self, b: Self) -> Bool {
            a.kind.rawValue.hasSameBytes(as: b.kind.rawValue) && a.owner == b.owner && a.key.hasSameBytes(as: b.key)
        }
    }

    /// What finds it.
    public var id: ID
    /// When it was written.
    public var date: Date
    /// What it says.
    public var text: String
    /// How often it was written.
    public var revision: Revision

    /// Makes a record that is not stored yet.
    public init(_ id: ID, date: Date, text: String) {
        self.id = id
        self.date = date
        self.text = text
        revision = .unsaved
    }
}

/// A page of desk records of one kind, by the bytes of their owners, then by those of their keys.
public struct DeskRecordQuery: Hashable, Sendable {
    /// The name of the order in cursors, which hold the owner as text and the key as id.
    public static let orderName = "record.ascending"

    /// Of which kind.
    public var kind: DeskRecord.Kind
    /// Of these owners; `nil` for all.
    public var owners: Set<AccessKey>?
    /// With these keys; `nil` for all.
    public var keys: Set<String>?
    /// Which page.
    public var page: PageRequest

    /// Makes a query.
    public init(
        _ kind: DeskRecord.Kind, of owners: Set<AccessKey>? = nil, keys: Set<String>? = nil, page: PageRequest = .first
    ) {
        self.kind = kind
        self.owners = owners
        self.keys = keys
        self.page = page
    }

    /// Whether a record matches, pages aside.
    public func matches(_ record: DeskRecord) -> Bool {
        record.id.kind == kind && owners?.contains(record.id.owner) ?? true && isAsked(record.id.key)
    }

    /// Compares bytes, as databases do; a set of texts would take different spellings of one character for equal.
    private func isAsked(_ key: String) -> Bool {
        guard let keys else { return true }
        return keys.firstIndex(of: key).map { keys[$0].hasSameBytes(as: key) } ?? false
    }
}

extension DeskRecord {
    /// Where the page after this record begins.
    public var cursor: PageCursor {
        PageCursor(order: DeskRecordQuery.orderName, value: .text(id.owner.rawValue), id: id.key)
    }
}

/// A change of a desk record.
public enum DeskRecordChange: Hashable, Sendable {
    /// Stores a record under the revision after the stored one. If `expecting` is given, the stored revision must be that (0 for none stored).
    case put(DeskRecord, expecting: Revision? = nil)
    /// Removes a record; one that is not there changes nothing.
    case remove(DeskRecord.ID)
}
