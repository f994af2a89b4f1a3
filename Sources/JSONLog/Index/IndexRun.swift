/// A file of sorted entries that never changes, one layer of an ``OrderedIndex``: leaves, the pages above them, the root, a footer.
///
/// Whoever holds it can read it, though its name be gone. Bytes other than those that were written are found before they are used,
/// and throw ``LogError/Code/damaged``.
final class IndexRun: Sendable {
    let path: String
    /// The number of entries, removals included.
    let count: Int
    /// The sum of all deltas.
    let delta: Int
    /// The length of the file.
    let size: Int
    /// Vouches for all bytes of the file: whoever lists the files of an index can tell by it that a file is the one that was meant.
    let fingerprint: UInt64
    private let file: any LogFile
    private let cache: PageCache
    private let root: IndexPage
    private let rootOffset: Int
    private let identity: UInt64

    /// Opens a file that ``IndexRunWriter`` has written; reads its footer and its root.
    convenience init(_ path: String, _ files: any FileSystem, cache: PageCache) throws {
        try self.init(path, files.open(path, .reading), cache: cache)
    }

    init(_ path: String, _ file: any LogFile, cache: PageCache) throws {
        let size = try file.size()
        let start = size - IndexFooter.size
        guard start >= 0, let footer = IndexFooter(try file.read(IndexFooter.size, at: start), at: start) else {
            throw LogError(.damaged, "\(path) does not end as an index does")
        }
        let rootBytes = try file.read(start - footer.rootOffset, at: footer.rootOffset)
        guard let root = IndexPage(rootBytes, at: footer.rootOffset, expected: footer.rootChecksum) else {
            throw LogError(.damaged, "\(path) is damaged at byte \(footer.rootOffset)")
        }
        self.path = path
        self.file = file
        self.size = size
        self.cache = cache
        self.root = root
        count = footer.count
        delta = footer.delta
        rootOffset = footer.rootOffset
        fingerprint = footer.checksum(at: start)
        identity = cache.newRun()
    }

    deinit { cache.forget(identity) }

    /// How many pages are above a leaf; it is the same for all.
    var depth: Int { root.level }

    /// A page below another one. What was not kept before is kept now if `keeping` says so.
    private func page(_ child: IndexChild, below parent: IndexPage, keeping: Bool) throws -> IndexPage {
        if let page = cache.page(identity, child.offset), page.level == parent.level - 1 { return page }
        // All pages are before the root.
        guard child.offset >= 0, child.offset < rootOffset, child.length <= rootOffset - child.offset else {
            throw damaged(child.offset)
        }
        let page = IndexPage(try file.read(child.length, at: child.offset), at: child.offset, expected: child.checksum)
        guard let page, page.bytes.count == child.length, page.level == parent.level - 1 else { throw damaged(child.offset) }
        if keeping { cache.keep(page, identity, child.offset) }
        return page
    }

    private func damaged(_ offset: Int) -> LogError { LogError(.damaged, "\(path) is damaged at byte \(offset)") }

    /// The leaf in which a key would be, and the sum of the deltas before it.
    private func leaf(_ key: [UInt8]) throws -> (page: IndexPage, deltaBefore: Int) {
        var page = root
        var deltaBefore = 0
        while page.level > 0 {
            let child = page.child(page.childIndex(key))
            page = try self.page(child, below: page, keeping: true)
            deltaBefore = child.deltaBefore
        }
        return (page, deltaBefore)
    }

    /// The entry of a key.
    func entry(_ key: [UInt8]) throws -> IndexEntry? {
        let leaf = try leaf(key).page
        let (index, isFound) = leaf.position(key)
        guard isFound else { return nil }
        return IndexEntry(key: key, value: leaf.value(index).map(Array.init), isInBase: leaf.flags(index).contains(.isInBase))
    }

    /// The sum of the deltas before a key.
    func delta(below key: [UInt8]) throws -> Int {
        guard !key.isEmpty else { return 0 }
        let (leaf, deltaBefore) = try leaf(key)
        return deltaBefore &+ leaf.delta(ofFirst: leaf.position(key).index)
    }

    /// The sum of the deltas of a range.
    func delta(in range: IndexRange) throws -> Int {
        guard !range.isEmpty else { return 0 }
        return try (range.to.map(delta(below:)) ?? delta) &- delta(below: range.from)
    }

    /// The entries from a bound on: that key or the next one ascending, the one before that key descending. `nil` is the far end.
    /// The pages it reads are kept in the cache only if `keeping` says so.
    func cursor(from bound: [UInt8]?, ascending isAscending: Bool, keeping: Bool = true) throws -> Cursor {
        var cursor = Cursor(run: self, isAscending: isAscending, isKeeping: keeping, page: root)
        while cursor.page.level > 0 { try cursor.descend(to: bound.map(cursor.page.childIndex) ?? cursor.page.count - 1) }
        let index = bound.map { cursor.page.position($0).index } ?? cursor.page.count
        cursor.index = isAscending ? index : index - 1
        try cursor.settle()
        return cursor
    }

    /// Goes over the entries of a run.
    struct Cursor: Sendable {
        fileprivate let run: IndexRun
        fileprivate let isAscending: Bool
        fileprivate let isKeeping: Bool
        /// The leaf, once it has come down to it.
        fileprivate(set) var page: IndexPage
        fileprivate(set) var index = 0
        /// The pages above, and which child it is in.
        private var path: [(page: IndexPage, index: Int)] = []
        /// Whether it has gone over all entries.
        private(set) var isAtEnd = false

        fileprivate init(run: IndexRun, isAscending: Bool, isKeeping: Bool, page: IndexPage) {
            self.run = run
            self.isAscending = isAscending
            self.isKeeping = isKeeping
            self.page = page
            path.reserveCapacity(page.level)
        }

        /// Goes to the next entry.
        mutating func advance() throws {
            guard !isAtEnd else { return }
            index += isAscending ? 1 : -1
            try settle()
        }

        /// Goes on to the next leaf at the end of one.
        fileprivate mutating func settle() throws {
            while !(index >= 0 && index < page.count) {
                guard let above = path.popLast() else {
                    isAtEnd = true
                    return
                }
                page = above.page
                index = above.index + (isAscending ? 1 : -1)
                while page.level > 0, index >= 0, index < page.count {
                    try descend(to: index)
                    index = isAscending ? 0 : page.count - 1
                }
            }
        }

        fileprivate mutating func descend(to child: Int) throws {
            let below = try run.page(page.child(child), below: page, keeping: isKeeping)
            path.append((page, child))
            page = below
        }
    }
}

/// The end of the file of an ``IndexRun``.
///
/// Magic bytes, the format's version, the number of entries, the sum of deltas, where the root begins, its checksum, a checksum of all
/// this (8 each); the root ends where the footer begins.
struct IndexFooter {
    static let size = 56
    /// The version of the format; files of another one are made anew.
    static let version: UInt64 = 1
    private static var magic: UInt64 { 0x5845_444E_494C_534A }

    var count: Int
    var delta: Int
    var rootOffset: Int
    var rootChecksum: UInt64

    init(count: Int, delta: Int, rootOffset: Int, rootChecksum: UInt64) {
        self.count = count
        self.delta = delta
        self.rootOffset = rootOffset
        self.rootChecksum = rootChecksum
    }

    /// Takes the bytes that have been read at an offset; `nil` if they are no footer that was written there.
    init?(_ bytes: [UInt8], at offset: Int) {
        guard bytes.count == Self.size, bytes.word(at: 0) == Self.magic, bytes.word(at: 8) == Self.version,
            let count = Int(exactly: bytes.word(at: 16)), let rootOffset = Int(exactly: bytes.word(at: 32)), rootOffset <= offset
        else { return nil }
        self.init(
            count: count, delta: Int(truncatingIfNeeded: bytes.word(at: 24)), rootOffset: rootOffset,
            rootChecksum: bytes.word(at: 40))
        guard bytes.word(at: 48) == checksum(at: offset) else { return nil }
    }

    /// The bytes, to be written at an offset.
    func bytes(at offset: Int) -> [UInt8] {
        var bytes = content
        bytes.append(word: checksum(at: offset))
        return bytes
    }

    /// The hash of what it holds, and of the place.
    func checksum(at offset: Int) -> UInt64 { XXHash64.hash(content.span) ^ UInt64(truncatingIfNeeded: offset) }

    private var content: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(word: Self.magic)
        bytes.append(word: Self.version)
        bytes.append(word: UInt64(count))
        bytes.append(word: UInt64(bitPattern: Int64(delta)))
        bytes.append(word: UInt64(rootOffset))
        bytes.append(word: rootChecksum)
        return bytes
    }
}
