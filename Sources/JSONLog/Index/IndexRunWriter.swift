/// Writes the file of an ``IndexRun`` from entries in ascending order, with memory for a few pages.
struct IndexRunWriter {
    private let path: String
    private let files: any FileSystem
    private let file: any LogFile
    /// The page being filled on each level, the leaf first.
    private var builders: [IndexPageBuilder]
    private let pageSize: Int
    /// The last key of the leaf before.
    private var lastKey: [UInt8]?
    private var delta = 0
    /// The number of entries so far.
    private(set) var count = 0
    private var output: [UInt8] = []
    /// Where the output will stand.
    private var offset = 0

    private static var chunkSize: Int { 256 << 10 }

    /// Makes the file; its name must be free. Pages become so long.
    init(_ path: String, _ files: any FileSystem, pageSize: Int = IndexPage.size) throws {
        self.pageSize = pageSize
        builders = [IndexPageBuilder(level: 0, pageSize: pageSize)]
        self.path = path
        self.files = files
        file = try files.open(path, .creating)
        output.reserveCapacity(Self.chunkSize + 2 * IndexPage.size)
    }

    /// Makes a run of what `body` writes. If that fails there is no file; nor if nothing was written, `nil`.
    ///
    /// The file is safe from a power cut, its name only when the directory is synced.
    static func write(
        _ path: String, _ files: any FileSystem, cache: PageCache, pageSize: Int = IndexPage.size,
        _ body: (inout IndexRunWriter) throws -> Void
    ) throws -> IndexRun? {
        var writer = try IndexRunWriter(path, files, pageSize: pageSize)
        do {
            try body(&writer)
            guard writer.count > 0 else {
                try files.remove(path)
                return nil
            }
            try writer.finish()
            return try IndexRun(path, writer.file, cache: cache)
        } catch {
            try? files.remove(path)
            throw error
        }
    }

    /// Adds an entry that comes after all others.
    mutating func add(_ key: [UInt8], _ value: ArraySlice<UInt8>?, isInBase: Bool) throws {
        if builders[0].isFull(for: key, valueLength: value?.count ?? 0) { try finishPage(0) }
        var flags: IndexPage.Flags = value == nil ? [] : .hasValue
        if isInBase { flags.insert(.isInBase) }
        builders[0].add(key, value, flags, deltaBefore: delta)
        delta += flags.delta
        count += 1
    }

    private mutating func finishPage(_ level: Int) throws {
        // The shortest bound between the leaves does. On the way up it stays that of the first child.
        var bound = Array(builders[level].firstKey)
        if level == 0 {
            if let lastKey {
                let shared = unsafe ByteOrder.commonPrefix(
                    lastKey.span.bytes, 0..<lastKey.count, bound.span.bytes, 0..<bound.count)
                bound.removeLast(max(bound.count - shared - 1, 0))
            } else {
                bound = []
            }
            lastKey = Array(builders[0].lastKey)
        }
        let child = builders[level].finish(to: &output, base: offset)
        if output.count >= Self.chunkSize { try flush() }
        if builders.count == level + 1 { builders.append(IndexPageBuilder(level: level + 1, pageSize: pageSize)) }
        if builders[level + 1].isFull(for: bound, valueLength: IndexChild.size) { try finishPage(level + 1) }
        builders[level + 1].add(bound, child.bytes[...], .hasValue, deltaBefore: child.deltaBefore)
    }

    /// Writes the pages that are left, the footer, and all of it to the disk.
    private mutating func finish() throws {
        var level = 0
        while builders.count > level + 1 {
            try finishPage(level)
            level += 1
        }
        let root = builders[level].finish(to: &output, base: offset)
        let footer = IndexFooter(count: count, delta: delta, rootOffset: root.offset, rootChecksum: root.checksum)
        output.append(contentsOf: footer.bytes(at: offset + output.count))
        try flush()
        try file.sync()
    }

    private mutating func flush() throws {
        try file.write(output, at: offset)
        offset += output.count
        output.removeAll(keepingCapacity: true)
    }
}
