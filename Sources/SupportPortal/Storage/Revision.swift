/// How often a record has been written: 0 for one that is not stored yet, then 1, 2, 3 …
///
/// A store compares the revision of a record handed to it with the stored one and refuses a stale one with
/// ``StorageError/Code/conflict``; it stores the record under the next revision.
public struct Revision: RawRepresentable, Hashable, Sendable, Codable, Comparable {
    /// The number of writes so far.
    public let rawValue: Int

    /// Makes a revision of a number of writes.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The revision of a record that is not stored yet.
    public static let unsaved = Revision(rawValue: 0)

    /// The revision after one more write.
    public var next: Revision { Revision(rawValue: rawValue &+ 1) }

    /// Orders by the number of writes.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
