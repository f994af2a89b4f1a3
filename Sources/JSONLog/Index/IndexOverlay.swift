/// The newest layer of an ``OrderedIndex``, in memory and sorted.
///
/// A value. While somebody holds a copy, the next write copies the list of blocks and the one block that it changes.
struct IndexOverlay: Sendable {
    /// Neighbouring entries, at least one.
    fileprivate struct Block: Sendable {
        var entries: [IndexEntry]
        /// The sum of their deltas.
        var delta: Int
    }

    /// Where an entry is, or would go.
    private struct Position {
        var block: Int
        var index: Int
        var isFound: Bool
    }

    private static var blockSize: Int { 64 }

    private var blocks: [Block] = []
    /// The number of entries, removals included.
    private(set) var count = 0
    /// About how much memory they take.
    private(set) var bytes = 0
    /// The sum of all deltas.
    private(set) var delta = 0

    /// The entry of a key.
    func entry(_ key: [UInt8]) -> IndexEntry? {
        let position = position(key)
        return position.isFound ? blocks[position.block].entries[position.index] : nil
    }

    /// Enters a value, or a removal. An entry that is there already knows best what is in the base; `isInBase` is for a new one. A
    /// removal that then removes nothing leaves no entry.
    mutating func set(_ key: [UInt8], _ value: [UInt8]?, isInBase: Bool) {
        let position = position(key)
        let old = position.isFound ? blocks[position.block].entries[position.index] : nil
        let entry = IndexEntry(key: old?.key ?? key, value: value, isInBase: old?.isInBase ?? isInBase)
        let isKept = value != nil || entry.isInBase
        guard isKept || old != nil else { return }
        let change = (isKept ? entry.delta : 0) - (old?.delta ?? 0)
        bytes += (isKept ? Self.size(entry) : 0) - (old.map(Self.size) ?? 0)
        delta += change
        if !isKept {
            remove(position, change)
        } else if old != nil {
            blocks[position.block].entries[position.index] = entry
            blocks[position.block].delta += change
        } else {
            insert(entry, position)
        }
    }

    private mutating func insert(_ entry: IndexEntry, _ position: Position) {
        count += 1
        guard !blocks.isEmpty else {
            var block = Block(entries: [entry], delta: entry.delta)
            block.entries.reserveCapacity(Self.blockSize)
            return blocks.append(block)
        }
        blocks[position.block].entries.insert(entry, at: position.index)
        blocks[position.block].delta += entry.delta
        if blocks[position.block].entries.count > Self.blockSize { split(position.block, near: position.index) }
    }

    /// Makes two blocks of one; what grows at its end, as in ascending order, is left full.
    private mutating func split(_ block: Int, near index: Int) {
        let entries = blocks[block].entries
        let middle = index == entries.count - 1 ? entries.count - 1 : entries.count / 2
        var upper = Block(entries: [], delta: 0)
        upper.entries.reserveCapacity(Self.blockSize + 1)
        upper.entries.append(contentsOf: entries[middle...])
        upper.delta = upper.entries.reduce(0) { $0 + $1.delta }
        blocks[block].entries.removeSubrange(middle...)
        blocks[block].delta -= upper.delta
        blocks.insert(upper, at: block + 1)
    }

    private mutating func remove(_ position: Position, _ change: Int) {
        count -= 1
        blocks[position.block].entries.remove(at: position.index)
        blocks[position.block].delta += change
        if blocks[position.block].entries.isEmpty { blocks.remove(at: position.block) }
    }

    private static func size(_ entry: IndexEntry) -> Int { 120 + entry.key.count + (entry.value?.count ?? 0) }

    /// In the last block that begins at or before the key.
    private func position(_ key: [UInt8]) -> Position {
        var low = 0
        var high = blocks.count
        while low < high {
            let middle = (low &+ high) / 2
            if ByteOrder.compare(blocks[middle].entries[0].key, key) <= 0 { low = middle &+ 1 } else { high = middle }
        }
        let block = max(low - 1, 0)
        guard block < blocks.count else { return Position(block: 0, index: 0, isFound: false) }
        let (index, isFound) = Self.position(key, blocks[block].entries)
        return Position(block: block, index: index, isFound: isFound)
    }

    private static func position(_ key: [UInt8], _ entries: [IndexEntry]) -> (Int, Bool) {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low &+ high) / 2
            let order = ByteOrder.compare(entries[middle].key, key)
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle &+ 1 } else { high = middle }
        }
        return (low, false)
    }

    /// The sum of the deltas of a range.
    func delta(in range: IndexRange) -> Int {
        guard !range.isEmpty else { return 0 }
        return (range.to.map(delta(below:)) ?? delta) - delta(below: range.from)
    }

    /// The sum of the deltas before a key.
    func delta(below key: [UInt8]) -> Int {
        guard !key.isEmpty, !blocks.isEmpty else { return 0 }
        let position = position(key)
        var sum = 0
        for block in 0..<position.block { sum &+= blocks[block].delta }
        for index in 0..<position.index { sum &+= blocks[position.block].entries[index].delta }
        return sum
    }

    // MARK: Going over it

    /// The entries from a bound on: that key or the next one ascending, the one before that key descending. `nil` is the far end.
    func cursor(from bound: [UInt8]?, ascending isAscending: Bool) -> Cursor {
        let position =
            if let bound { position(bound) } else {
                Position(block: blocks.count - 1, index: blocks.last?.entries.count ?? 0, isFound: false)
            }
        var cursor = Cursor(
            blocks: blocks, block: position.block, index: isAscending ? position.index : position.index - 1,
            isAscending: isAscending)
        cursor.settle()
        return cursor
    }

    /// Goes over the entries as they were when it was made.
    struct Cursor: Sendable {
        fileprivate let blocks: [Block]
        fileprivate var block: Int
        fileprivate var index: Int
        fileprivate let isAscending: Bool

        /// Whether there is no entry left.
        var isAtEnd: Bool { block < 0 || block >= blocks.count }

        /// The entry that it is at; `nil` at the end.
        var entry: IndexEntry? { isAtEnd ? nil : blocks[block].entries[index] }

        /// Goes to the next entry.
        mutating func advance() {
            guard !isAtEnd else { return }
            index += isAscending ? 1 : -1
            settle()
        }

        /// Goes on to the next block at the end of one.
        fileprivate mutating func settle() {
            guard !isAtEnd else { return }
            if index < 0 {
                block -= 1
                if block >= 0 { index = blocks[block].entries.count - 1 }
            } else if index >= blocks[block].entries.count {
                block += 1
                index = 0
            }
        }
    }
}
