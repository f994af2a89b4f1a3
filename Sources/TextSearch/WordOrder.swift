/// Words in the order of their bytes, for finding all with the same beginning.
///
/// Blocks of a bounded size, so that a new word moves few others. The first bytes of a word are with its number, as looking them
/// up would cost more than all the rest of a comparison.
struct WordOrder: Sendable {
    struct Entry: Sendable {
        /// The first eight bytes of the word.
        var first: UInt64
        /// The number that the word has in the table.
        var number: UInt32
    }

    private static let largestBlock = 256
    /// None of them is empty.
    private var blocks: [[Entry]] = []

    /// Adds a word that is not there yet.
    mutating func insert(_ word: borrowing FoldedWord, number: Int, in table: WordTable) {
        let entry = Entry(first: word.first, number: UInt32(number))
        guard !blocks.isEmpty else {
            blocks = [[entry]]
            return
        }
        let block = max(blocks.firstPlace { !Self.isEntry($0[0], before: word, in: table) } - 1, 0)
        blocks[block].insert(entry, at: blocks[block].firstPlace { !Self.isEntry($0, before: word, in: table) })
        guard blocks[block].count > Self.largestBlock else { return }
        // New words often come in order, such as ticket numbers; then the blocks stay nearly full.
        let kept = blocks[block].last?.number == entry.number ? Self.largestBlock * 7 / 8 : Self.largestBlock / 2
        blocks.insert(Array(blocks[block][kept...]), at: block + 1)
        blocks[block].removeSubrange(kept...)
    }

    /// Adds a word that comes after all others.
    mutating func append(_ entry: Entry) {
        if let last = blocks.indices.last, blocks[last].count < Self.largestBlock * 7 / 8 {
            blocks[last].append(entry)
        } else {
            blocks.append([entry])
        }
    }

    /// Calls back with all words in order.
    func forEach(_ body: (Entry) -> Void) {
        for block in blocks {
            for entry in block { body(entry) }
        }
    }

    /// Calls back with the words that begin with another, in order, until it answers `false`.
    func forEach(startingWith prefix: FoldedWord, in table: WordTable, _ body: (Entry) -> Bool) {
        let start = max(blocks.firstPlace { !Self.isEntry($0[0], before: prefix, in: table) } - 1, 0)
        for index in start..<max(blocks.count, start) {
            let block = blocks[index]
            let place = index == start ? block.firstPlace { !Self.isEntry($0, before: prefix, in: table) } : 0
            for entry in block[place...] {
                guard
                    prefix.byteCount <= 8
                        ? prefix.isPrefix(ofFirst: entry.first)
                        : table.withRest(of: Int(entry.number), { prefix.isPrefix(ofFirst: entry.first, rest: $0) }),
                    body(entry)
                else { return }
            }
        }
    }

    private static func isEntry(_ entry: Entry, before word: borrowing FoldedWord, in table: WordTable) -> Bool {
        guard entry.first == word.first else { return entry.first < word.first }
        return table.withRest(of: Int(entry.number)) { rest in
            for index in 0..<min(rest.count, word.rest.count) where rest[index] != word.rest[index] {
                return rest[index] < word.rest[index]
            }
            return rest.count < word.rest.count
        }
    }
}

extension Array {
    /// The place of the first element for which something is true, given that it stays true for all after it.
    fileprivate func firstPlace(where isThere: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isThere(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
