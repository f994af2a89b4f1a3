/// What one layer of an ``OrderedIndex`` knows about a key.
struct IndexEntry: Hashable, Sendable {
    var key: [UInt8]
    /// `nil` if the key is removed.
    var value: [UInt8]?
    /// Whether the key is present in the layers below. A removal of what is not there does not exist.
    var isInBase: Bool

    /// By how much the number of keys present changes, seen from the layers below.
    var delta: Int { (value == nil ? 0 : 1) - (isInBase ? 1 : 0) }
}

/// The keys from one on up to another one, in the order of their bytes.
struct IndexRange: Hashable, Sendable {
    /// The first key that is meant.
    var from: [UInt8] = []
    /// The first key beyond; `nil` if there is no end.
    var to: [UInt8]?

    /// All keys that begin with these bytes.
    static func prefix(_ bytes: [UInt8]) -> IndexRange {
        var end = bytes
        while let last = end.popLast() {
            guard last < 0xFF else { continue }
            return IndexRange(from: bytes, to: end + [last + 1])
        }
        return IndexRange(from: bytes)
    }

    /// Whether no key can be in it.
    var isEmpty: Bool { to.map { ByteOrder.compare(from, $0) >= 0 } ?? false }
}
