/// A page of an ``IndexRun``: sorted keys with what belongs to them, looked up in the bytes as they are.
///
/// The bytes, with all numbers little-endian: a checksum (8), the number of entries, the length of the prefix that all keys share, the
/// level (4 each); a table with, for each entry, where it ends in the page and the head of the rest of its key (4 each); the prefix;
/// the entries. An entry is the length of the rest of its key times four plus two flags (4), that rest, and the value.
///
/// Level 0 are the leaves; in the pages above, an entry is a child, its key a bound at or below all keys in it and above all keys
/// before it, and its value an ``IndexChild``.
struct IndexPage: Sendable {
    static let headerSize = 20
    /// How long an entry of the table is.
    static let tableStride = 8
    /// How long a page of the files becomes, unless a single entry is longer; tests have shorter ones.
    static let size = 4096

    /// No tree is deeper.
    private static var deepest: Int { 40 }

    /// The flags of an entry.
    struct Flags: OptionSet {
        let rawValue: UInt32

        static let hasValue = Flags(rawValue: 1)
        static let isInBase = Flags(rawValue: 2)

        var delta: Int { Int(rawValue & 1) &- Int(rawValue >> 1 & 1) }
    }

    let bytes: [UInt8]
    let level: Int
    let count: Int
    private let prefix: Range<Int>

    /// Takes bytes that have been read at an offset; `nil` if they are not those that were written there. `expected` is the checksum
    /// that the page above knows.
    init?(_ bytes: [UInt8], at offset: Int, expected: UInt64) {
        guard bytes.count >= Self.headerSize, bytes.word(at: 0) == expected, Self.checksum(bytes, at: offset) == expected else {
            return nil
        }
        self.bytes = bytes
        count = Int(bytes.halfWord(at: 8))
        level = Int(bytes.halfWord(at: 16))
        let table = Self.headerSize + Self.tableStride * count
        prefix = table..<(table + Int(bytes.halfWord(at: 12)))
        guard isSound else { return nil }
    }

    /// Whether all lengths fit, so that nothing that is read later lies outside.
    private var isSound: Bool {
        guard prefix.upperBound <= bytes.count, level <= Self.deepest else { return false }
        let raw = unsafe bytes.span.bytes
        var start = prefix.upperBound
        for index in 0..<count {
            let end = end(raw, index)
            guard start &+ 4 <= end, end <= bytes.count else { return false }
            let rest = end &- start &- 4 &- Int(raw.halfWord(at: start) >> 2)
            guard level == 0 ? rest >= 0 : rest == IndexChild.size else { return false }
            start = end
        }
        return start == bytes.count && (level == 0 || count > 0)
    }

    /// The hash of everything behind the checksum, and of the place, so that no page passes for another.
    static func checksum(_ bytes: [UInt8], at offset: Int) -> UInt64 {
        XXHash64.hash(bytes.span.extracting(8..<bytes.count)) ^ UInt64(truncatingIfNeeded: offset) &* 0x9E37_79B9_7F4A_7C15
    }

    // MARK: Entries

    @inline(__always)
    private func end(_ raw: RawSpan, _ index: Int) -> Int {
        Int(raw.halfWord(at: Self.headerSize &+ Self.tableStride &* index))
    }

    @inline(__always)
    private func head(_ raw: RawSpan, _ index: Int) -> UInt32 {
        raw.halfWord(at: Self.headerSize &+ Self.tableStride &* index &+ 4)
    }

    /// The first four bytes, or as many as there are, as a number in the order of the bytes. Most keys of a page differ in it, so that
    /// finding one looks at few others.
    static func head(_ key: ArraySlice<UInt8>) -> UInt32 {
        var head: UInt32 = 0
        for byte in key.prefix(4) { head = head << 8 | UInt32(byte) }
        return head << UInt32(8 * max(4 - key.count, 0))
    }

    @inline(__always)
    private func start(_ raw: RawSpan, _ index: Int) -> Int {
        index == 0 ? prefix.upperBound : end(raw, index &- 1)
    }

    @inline(__always)
    private func keyRest(_ raw: RawSpan, _ index: Int) -> Range<Int> {
        let start = start(raw, index)
        return start &+ 4..<start &+ 4 &+ Int(raw.halfWord(at: start) >> 2)
    }

    /// The flags of an entry.
    func flags(_ index: Int) -> Flags {
        let raw = unsafe bytes.span.bytes
        return Flags(rawValue: raw.halfWord(at: start(raw, index)) & 3)
    }

    /// The value of an entry of a leaf; `nil` if it is a removal.
    func value(_ index: Int) -> ArraySlice<UInt8>? {
        let raw = unsafe bytes.span.bytes
        guard flags(index).contains(.hasValue) else { return nil }
        return bytes[keyRest(raw, index).upperBound..<end(raw, index)]
    }

    /// The page that an entry of a page above the leaves stands for.
    func child(_ index: Int) -> IndexChild {
        let raw = unsafe bytes.span.bytes
        let offset = keyRest(raw, index).upperBound
        return IndexChild(
            offset: Int(truncatingIfNeeded: raw.word(at: offset)), length: Int(raw.halfWord(at: offset + 8)),
            deltaBefore: Int(truncatingIfNeeded: raw.word(at: offset + 12)), checksum: raw.word(at: offset + 20))
    }

    /// Puts the key of an entry in place of the bytes.
    func copyKey(_ index: Int, to key: inout [UInt8]) {
        key.removeAll(keepingCapacity: true)
        key.append(contentsOf: bytes[prefix])
        key.append(contentsOf: bytes[keyRest(unsafe bytes.span.bytes, index)])
    }

    /// The first entry whose key is not before this one, ``count`` if there is none; and whether it is of this very key.
    func position(_ key: [UInt8]) -> (index: Int, isFound: Bool) {
        let raw = unsafe bytes.span.bytes
        let keyRaw = unsafe key.span.bytes
        let shared = min(prefix.count, key.count)
        let order = ByteOrder.compare(raw, prefix, keyRaw, 0..<shared)
        // With a key that ends within the prefix, the prefix is the longer one and comes after it.
        if order != 0 { return (order < 0 ? count : 0, false) }
        let rest = shared..<key.count
        let restHead = Self.head(key[rest])
        var low = 0
        var high = count
        while low < high {
            let middle = (low &+ high) / 2
            let head = head(raw, middle)
            var isBefore = head < restHead
            if head == restHead {
                let order = ByteOrder.compare(raw, keyRest(raw, middle), keyRaw, rest)
                if order == 0 { return (middle, true) }
                isBefore = order < 0
            }
            if isBefore { low = middle &+ 1 } else { high = middle }
        }
        return (low, false)
    }

    /// The child in which a key would be.
    func childIndex(_ key: [UInt8]) -> Int {
        let (index, isFound) = position(key)
        return isFound ? index : max(index - 1, 0)
    }

    /// The sum of the deltas of so many entries of a leaf, from the first.
    func delta(ofFirst number: Int) -> Int {
        var sum = 0
        for index in 0..<number { sum &+= flags(index).delta }
        return sum
    }
}

/// Where a page is, as the page above tells.
struct IndexChild: Sendable {
    /// The length of its form in a page: offset (8), length (4), deltas (8), checksum (8).
    static let size = 28

    var offset: Int
    var length: Int
    /// The sum of the deltas of all entries of the run before the page.
    var deltaBefore: Int
    /// That of the page, so that the root vouches for the whole file, and no page of an older one passes for its own.
    var checksum: UInt64

    /// As it stands in a page.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(word: UInt64(offset))
        bytes.append(halfWord: UInt32(length))
        bytes.append(word: UInt64(bitPattern: Int64(deltaBefore)))
        bytes.append(word: checksum)
        return bytes
    }
}

extension RawSpan {
    /// The number in eight bytes; the load checks that they are there.
    @inline(__always)
    fileprivate func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The number in four bytes.
    @inline(__always)
    fileprivate func halfWord(at offset: Int) -> UInt32 {
        UInt32(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}

extension [UInt8] {
    /// The number in eight bytes.
    func word(at offset: Int) -> UInt64 { unsafe span.bytes.word(at: offset) }

    /// The number in four bytes.
    func halfWord(at offset: Int) -> UInt32 { unsafe span.bytes.halfWord(at: offset) }

    /// Appends a number as eight bytes.
    mutating func append(word: UInt64) {
        append(halfWord: UInt32(truncatingIfNeeded: word))
        append(halfWord: UInt32(truncatingIfNeeded: word >> 32))
    }

    /// Appends a number as four bytes.
    mutating func append(halfWord: UInt32) {
        append(UInt8(truncatingIfNeeded: halfWord))
        append(UInt8(truncatingIfNeeded: halfWord >> 8))
        append(UInt8(truncatingIfNeeded: halfWord >> 16))
        append(UInt8(truncatingIfNeeded: halfWord >> 24))
    }
}
