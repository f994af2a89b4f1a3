/// The newest layer of an ``OrderedIndex``, in memory and sorted.
///
/// A value. While somebody holds a copy, the next write copies the list of branches, and of one branch the list of its blocks and the one block that
/// it changes: some hundred references, however many entries there are.
struct IndexOverlay: Sendable {
    /// Neighbouring entries, at least one.
    fileprivate struct Block: Sendable {
        var entries: [IndexEntry]
        /// The sum of their deltas.
        var delta: Int
    }

    /// Neighbouring blocks, at least one.
    fileprivate struct Branch: Sendable {
        var blocks: [Block]
        var delta: Int

        var firstKey: [UInt8] { blocks[0].entries[0].key }
    }

    /// Where an entry is, or would go.
    private struct Position {
        var branch: Int
        var block: Int
        var index: Int
        var isFound: Bool
    }

    private static var blockSize: Int { 64 }
    private static var branchSize: Int { 64 }

    private var branches: [Branch] = []
    /// The number of entries, removals included.
    private(set) var count = 0
    /// About how much memory they take.
    private(set) var bytes = 0
    /// The sum of all deltas.
    private(set) var delta = 0

    /// The entry of a key.
    func entry(_ key: [UInt8]) -> IndexEntry? {
        let position = position(key)
        return position.isFound ? branches[position.branch].blocks[position.block].entries[position.index] : nil
    }

    /// Enters a value, or a removal. An entry that is there already knows best what is in the base; `isInBase` is for a new one. A
    /// removal that then removes nothing leaves no entry.
    mutating func set(_ key: [UInt8], _ value: [UInt8]?, isInBase: Bool) {
        let position = position(key)
        let old = position.isFound ? branches[position.branch].blocks[position.block].entries[position.index] : nil
        let entry = IndexEntry(key: old?.key ?? key, value: value, isInBase: old?.isInBase ?? isInBase)
        let isKept = value != nil || entry.isInBase
        guard isKept || old != nil else { return }
        let change = (isKept ? entry.delta : 0) - (old?.delta ?? 0)
        bytes += (isKept ? Self.size(entry) : 0) - (old.map(Self.size) ?? 0)
        delta += change
        if branches.isEmpty {
            branches = [Branch(blocks: [Self.block([entry])], delta: change)]
            count = 1
            return
        }
        count += (isKept ? 1 : 0) - (old == nil ? 0 : 1)
        branches[position.branch].delta += change
        branches[position.branch].blocks[position.block].delta += change
        if !isKept {
            remove(position)
        } else if old != nil {
            branches[position.branch].blocks[position.block].entries[position.index] = entry
        } else {
            insert(entry, position)
        }
    }

    private static func block(_ entries: some Collection<IndexEntry>) -> Block {
        var block = Block(entries: [], delta: entries.reduce(0) { $0 + $1.delta })
        block.entries.reserveCapacity(blockSize + 1)
        block.entries.append(contentsOf: entries)
        return block
    }

    private mutating func insert(_ entry: IndexEntry, _ position: Position) {
        branches[position.branch].blocks[position.block].entries.insert(entry, at: position.index)
        guard branches[position.branch].blocks[position.block].entries.count > Self.blockSize else { return }
        // What grows at its end, as in ascending order, is left full.
        let entries = branches[position.branch].blocks[position.block].entries
        let middle = position.index == entries.count - 1 ? entries.count - 1 : entries.count / 2
        let upper = Self.block(entries[middle...])
        branches[position.branch].blocks[position.block].entries.removeSubrange(middle...)
        branches[position.branch].blocks[position.block].delta -= upper.delta
        branches[position.branch].blocks.insert(upper, at: position.block + 1)
        if branches[position.branch].blocks.count > Self.branchSize { split(position.branch, near: position.block + 1) }
    }

    /// Makes two branches of one, as ``insert(_:_:)`` does with blocks.
    private mutating func split(_ branch: Int, near block: Int) {
        let blocks = branches[branch].blocks
        let middle = block == blocks.count - 1 ? blocks.count - 1 : blocks.count / 2
        let upper = Branch(blocks: Array(blocks[middle...]), delta: blocks[middle...].reduce(0) { $0 + $1.delta })
        branches[branch].blocks.removeSubrange(middle...)
        branches[branch].delta -= upper.delta
        branches.insert(upper, at: branch + 1)
    }

    private mutating func remove(_ position: Position) {
        branches[position.branch].blocks[position.block].entries.remove(at: position.index)
        guard branches[position.branch].blocks[position.block].entries.isEmpty else { return }
        branches[position.branch].blocks.remove(at: position.block)
        if branches[position.branch].blocks.isEmpty { branches.remove(at: position.branch) }
    }

    private static func size(_ entry: IndexEntry) -> Int { 120 + entry.key.count + (entry.value?.count ?? 0) }

    /// In the last block that begins at or before the key.
    private func position(_ key: [UInt8]) -> Position {
        guard !branches.isEmpty else { return Position(branch: 0, block: 0, index: 0, isFound: false) }
        let branch = Self.last(branches.count) { ByteOrder.compare(branches[$0].firstKey, key) <= 0 }
        let blocks = branches[branch].blocks
        let block = Self.last(blocks.count) { ByteOrder.compare(blocks[$0].entries[0].key, key) <= 0 }
        let (index, isFound) = Self.position(key, blocks[block].entries)
        return Position(branch: branch, block: block, index: index, isFound: isFound)
    }

    /// The last of so many that begins early enough, or the first one.
    private static func last(_ count: Int, _ isEarly: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low &+ high) / 2
            if isEarly(middle) { low = middle &+ 1 } else { high = middle }
        }
        return max(low - 1, 0)
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
        guard !key.isEmpty, !branches.isEmpty else { return 0 }
        let position = position(key)
        let blocks = branches[position.branch].blocks
        var sum = 0
        for branch in 0..<position.branch { sum &+= branches[branch].delta }
        for block in 0..<position.block { sum &+= blocks[block].delta }
        for index in 0..<position.index { sum &+= blocks[position.block].entries[index].delta }
        return sum
    }

    // MARK: Going over it

    /// The entries from a bound on: that key or the next one ascending, the one before that key descending. `nil` is the far end.
    func cursor(from bound: [UInt8]?, ascending isAscending: Bool) -> Cursor {
        let position =
            if let bound { position(bound) } else {
                Position(
                    branch: branches.count - 1, block: (branches.last?.blocks.count ?? 0) - 1,
                    index: branches.last?.blocks.last?.entries.count ?? 0, isFound: false)
            }
        var cursor = Cursor(
            branches: branches, branch: position.branch, block: position.block,
            index: isAscending ? position.index : position.index - 1, isAscending: isAscending)
        cursor.settle()
        return cursor
    }

    /// Goes over the entries as they were when it was made.
    struct Cursor: Sendable {
        fileprivate let branches: [Branch]
        fileprivate var branch: Int
        fileprivate var block: Int
        fileprivate var index: Int
        fileprivate let isAscending: Bool

        /// Whether there is no entry left.
        var isAtEnd: Bool { branch < 0 || branch >= branches.count }

        /// The entry that it is at; `nil` at the end.
        var entry: IndexEntry? { isAtEnd ? nil : branches[branch].blocks[block].entries[index] }

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
                if block < 0 {
                    branch -= 1
                    guard branch >= 0 else { return }
                    block = branches[branch].blocks.count - 1
                }
                index = branches[branch].blocks[block].entries.count - 1
            } else if index >= branches[branch].blocks[block].entries.count {
                block += 1
                index = 0
                if block >= branches[branch].blocks.count {
                    branch += 1
                    block = 0
                }
            }
        }
    }
}
