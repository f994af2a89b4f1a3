/// Collects the entries of one ``IndexPage``, in ascending order.
struct IndexPageBuilder {
    /// A page above the leaves has at least so many children, however long their keys are; else a tree of them would never end.
    private static var fewestChildren: Int { 8 }

    private struct Entry {
        var key: Range<Int>
        var end: Int
        var flags: IndexPage.Flags
    }

    let level: Int
    /// The sum of the deltas of all entries of the run before the first one.
    private(set) var deltaBefore = 0
    private var entries: [Entry] = []
    /// Keys and values, one after the other.
    private var content: [UInt8] = []
    private var prefixLength = 0

    /// How long the page becomes, unless a single entry is longer.
    private let pageSize: Int

    init(level: Int, pageSize: Int) {
        self.level = level
        self.pageSize = pageSize
    }

    /// The number of entries.
    var count: Int { entries.count }

    /// Whether the page would become too long with one more entry.
    func isFull(for key: [UInt8], valueLength: Int) -> Bool {
        guard entries.count >= (level == 0 ? 1 : Self.fewestChildren) else { return false }
        let count = entries.count + 1
        let size = content.count + key.count + valueLength + (IndexPage.tableStride + 4) * count - (count - 1) * sharedPrefix(key)
        return IndexPage.headerSize + size > pageSize
    }

    private func sharedPrefix(_ key: [UInt8]) -> Int {
        guard let first = entries.first else { return key.count }
        let range = first.key.lowerBound..<(first.key.lowerBound + prefixLength)
        return unsafe ByteOrder.commonPrefix(content.span.bytes, range, key.span.bytes, 0..<key.count)
    }

    /// Adds an entry that comes after all others. `deltaBefore` counts if it is the first.
    mutating func add(_ key: [UInt8], _ value: ArraySlice<UInt8>?, _ flags: IndexPage.Flags, deltaBefore: Int) {
        prefixLength = sharedPrefix(key)
        if entries.isEmpty { self.deltaBefore = deltaBefore }
        let start = content.count
        content.append(contentsOf: key)
        if let value { content.append(contentsOf: value) }
        entries.append(Entry(key: start..<(start + key.count), end: content.count, flags: flags))
    }

    /// The first key.
    var firstKey: ArraySlice<UInt8> { content[entries.first?.key ?? 0..<0] }

    /// The last key.
    var lastKey: ArraySlice<UInt8> { content[entries.last?.key ?? 0..<0] }

    /// Appends the page to bytes that will stand in the file from `base` on, and begins another one.
    mutating func finish(to output: inout [UInt8], base: Int) -> IndexChild {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(IndexPage.headerSize + content.count + (IndexPage.tableStride + 4) * entries.count)
        bytes.append(word: 0)
        bytes.append(halfWord: UInt32(entries.count))
        bytes.append(halfWord: UInt32(prefixLength))
        bytes.append(halfWord: UInt32(level))
        var end = IndexPage.headerSize + IndexPage.tableStride * entries.count + prefixLength
        for entry in entries {
            end += 4 + entry.end - entry.key.lowerBound - prefixLength
            bytes.append(halfWord: UInt32(end))
            bytes.append(halfWord: IndexPage.head(content[(entry.key.lowerBound + prefixLength)..<entry.key.upperBound]))
        }
        bytes.append(contentsOf: firstKey.prefix(prefixLength))
        for entry in entries {
            bytes.append(halfWord: UInt32(entry.key.count - prefixLength) << 2 | entry.flags.rawValue)
            bytes.append(contentsOf: content[(entry.key.lowerBound + prefixLength)..<entry.end])
        }
        let offset = base + output.count
        let checksum = IndexPage.checksum(bytes, at: offset)
        var front: [UInt8] = []
        front.append(word: checksum)
        bytes.replaceSubrange(0..<8, with: front)
        output.append(contentsOf: bytes)
        entries.removeAll(keepingCapacity: true)
        content.removeAll(keepingCapacity: true)
        prefixLength = 0
        return IndexChild(offset: offset, length: bytes.count, deltaBefore: deltaBefore, checksum: checksum)
    }
}
