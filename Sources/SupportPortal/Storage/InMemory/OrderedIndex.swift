/// A place in an ordered list of records.
struct OrderedEntry<Value: Comparable & Sendable>: Comparable, Sendable {
    var value: Value
    var id: String

    /// Compares bytes, like the order: otherwise ids that merely look alike would be one entry.
    static func == (a: Self, b: Self) -> Bool { a.value == b.value && a.id.hasSameBytes(as: b.id) }

    static func < (a: Self, b: Self) -> Bool {
        a.value == b.value ? a.id.precedesByBytes(b.id) : a.value < b.value
    }
}

/// A sorted set that stays quick at millions of elements: blocks of a bounded size, found by binary search. An insertion or removal moves a
/// block's elements, not all of them.
struct OrderedIndex<Element: Comparable & Sendable>: Sendable {
    private static var largestBlock: Int { 128 }
    private var blocks: [[Element]] = []
    private(set) var count = 0

    /// The block in which an element is, or belongs.
    private func block(for element: Element) -> Int {
        var (low, high) = (0, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            // Blocks are never empty.
            if blocks[middle][blocks[middle].count - 1] < element { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func place(of element: Element, in block: [Element]) -> Int {
        var (low, high) = (0, block.count)
        while low < high {
            let middle = (low + high) / 2
            if block[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func insert(_ element: Element) {
        guard !blocks.isEmpty else {
            blocks = [[element]]
            count = 1
            return
        }
        let index = Swift.min(block(for: element), blocks.count - 1)
        let place = Self.place(of: element, in: blocks[index])
        if place < blocks[index].count, blocks[index][place] == element { return }
        blocks[index].insert(element, at: place)
        count += 1
        if blocks[index].count > Self.largestBlock {
            let half = blocks[index].count / 2
            blocks.insert(Array(blocks[index][half...]), at: index + 1)
            blocks[index].removeLast(blocks[index].count - half)
        }
    }

    mutating func remove(_ element: Element) {
        let index = block(for: element)
        guard index < blocks.count else { return }
        let place = Self.place(of: element, in: blocks[index])
        guard place < blocks[index].count, blocks[index][place] == element else { return }
        blocks[index].remove(at: place)
        count -= 1
        if blocks[index].isEmpty { blocks.remove(at: index) }
    }

    /// The elements after one (from the first, for `nil`) in rising order, or before it in falling order.
    func elements(after element: Element?, ascending: Bool) -> Elements {
        guard let element else {
            return ascending
                ? Elements(blocks: blocks, block: 0, place: 0, ascending: true)
                : Elements(blocks: blocks, block: blocks.count - 1, place: (blocks.last?.count ?? 0) - 1, ascending: false)
        }
        let index = block(for: element)
        guard index < blocks.count else {
            return ascending
                ? Elements(blocks: blocks, block: index, place: 0, ascending: true)
                : Elements(blocks: blocks, block: blocks.count - 1, place: (blocks.last?.count ?? 0) - 1, ascending: false)
        }
        let place = Self.place(of: element, in: blocks[index])
        guard ascending else { return Elements(blocks: blocks, block: index, place: place - 1, ascending: false) }
        let isThere = place < blocks[index].count && blocks[index][place] == element
        return Elements(blocks: blocks, block: index, place: isThere ? place + 1 : place, ascending: true)
    }

    var first: Element? { blocks.first?.first }

    struct Elements: Sequence, IteratorProtocol {
        let blocks: [[Element]]
        var block: Int
        var place: Int
        let ascending: Bool

        mutating func next() -> Element? {
            while block >= 0, block < blocks.count {
                if place >= 0, place < blocks[block].count {
                    defer { place += ascending ? 1 : -1 }
                    return blocks[block][place]
                }
                block += ascending ? 1 : -1
                place = ascending ? 0 : block >= 0 ? blocks[block].count - 1 : 0
            }
            return nil
        }
    }
}
