/// Which entries of the index are meant: those of records by their keys, or those of a list.
package struct KeyRange: Sendable, Hashable {
    /// The first entry that may be meant.
    var lower: [UInt8]
    /// The first entry after them.
    var upper: [UInt8]

    /// The records whose keys begin with this text, by their keys.
    package static func records(_ prefix: String = "") -> KeyRange {
        let start = Self.record(prefix)
        return KeyRange(lower: start, upper: start + [255])
    }

    /// The records that are listed under this key, and under all that go on from it.
    package static func list(_ key: IndexKey) -> KeyRange {
        let start = [Self.listed] + key.bytes
        return KeyRange(lower: start, upper: start + [255])
    }

    /// Those of them whose keys are this one or greater.
    package func from(_ key: String) -> KeyRange { limited(lower: Self.record(key)) }

    /// Those of them that come after this record.
    package func after(_ key: String) -> KeyRange { limited(lower: Self.record(key) + [0]) }

    /// Those of them that come before this record.
    package func before(_ key: String) -> KeyRange { limited(upper: Self.record(key)) }

    /// Those of them that are listed under this key or a greater one.
    package func from(_ key: IndexKey) -> KeyRange { limited(lower: [Self.listed] + key.bytes) }

    /// Those of them that are listed before this key.
    package func before(_ key: IndexKey) -> KeyRange { limited(upper: [Self.listed] + key.bytes) }

    /// Those of them that come after the place of a record under a key.
    package func after(_ key: IndexKey, _ record: String) -> KeyRange { limited(lower: Self.entry(of: record, under: key) + [0]) }

    /// Those of them that come after all that are listed under this key, or under one that goes on from it.
    package func after(allOf key: IndexKey) -> KeyRange { limited(lower: [Self.listed] + key.bytes + [255]) }

    /// Those of them that come before the place of a record under a key.
    package func before(_ key: IndexKey, _ record: String) -> KeyRange { limited(upper: Self.entry(of: record, under: key)) }

    var bytes: IndexRange { IndexRange(from: lower, to: upper) }

    private func limited(lower: [UInt8]? = nil, upper: [UInt8]? = nil) -> KeyRange {
        var range = self
        if let lower, range.lower.lexicographicallyPrecedes(lower) { range.lower = lower }
        if let upper, upper.lexicographicallyPrecedes(range.upper) { range.upper = upper }
        return range
    }

    // MARK: Entries

    /// What entries of lists begin with, and those of records.
    private static let listed: UInt8 = 2
    private static let recorded: UInt8 = 1

    /// The entry of a record.
    static func record(_ key: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(key.utf8.count + 1)
        bytes.append(recorded)
        bytes.append(contentsOf: key.utf8)
        return bytes
    }

    /// The entry of a record in a list.
    static func entry(of record: String, under key: IndexKey) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(key.bytes.count + record.utf8.count + 2)
        bytes.append(listed)
        bytes.append(contentsOf: key.bytes)
        bytes.append(0)
        bytes.append(contentsOf: record.utf8)
        return bytes
    }
}

/// An entry of the index: a record, or a record's place in a list.
package struct FoundKey: Sendable, Hashable {
    /// The entry as it stands in the index.
    let bytes: [UInt8]
    /// Of a record: where it is.
    let value: [UInt8]

    /// The record's key.
    package var key: String {
        guard bytes.first == 2 else { return String(decoding: bytes.dropFirst(), as: UTF8.self) }
        return String(decoding: bytes[(IndexKey.parts(of: bytes.dropFirst()).end + 1)...], as: UTF8.self)
    }

    /// What it is listed under; nothing for a record.
    package var index: IndexKey {
        guard bytes.first == 2 else { return [] }
        return IndexKey(bytes: Array(bytes[1..<IndexKey.parts(of: bytes.dropFirst()).end]))
    }

    /// What it is listed under, without the parts that its first bytes are: those that all of a ``KeyRange/list(_:)`` have in common, say.
    ///
    /// Parameter `start`: where one of its parts begins, as ``KeyRange/prefixLength`` of such a list says.
    package func parts(from start: Int) -> [IndexKey.Part] { IndexKey.parts(of: bytes.dropFirst(start)).parts }

    /// Whether it comes before another in the order of what is behind the parts that tell their lists apart: so are entries of several lists merged.
    package func precedes(_ other: FoundKey, from start: Int, _ otherStart: Int) -> Bool {
        bytes[start...].lexicographicallyPrecedes(other.bytes[otherStart...])
    }

    /// Whether it stands at the same place as another, lists aside.
    package func isLevel(with other: FoundKey, from start: Int, _ otherStart: Int) -> Bool {
        bytes[start...].elementsEqual(other.bytes[otherStart...])
    }
}

extension KeyRange {
    /// How many bytes all entries have in common of a list that this is the whole of.
    package var prefixLength: Int { lower.count }
}
