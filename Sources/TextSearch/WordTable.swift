/// Gives words numbers, from zero up.
///
/// A hash table with open addressing, as the words come in pieces that are not worth a `String`. Hashes depend on the process, so
/// that nobody can write a message whose words all fall into one place.
struct WordTable: Sendable {
    private struct Slot: Sendable {
        /// The first eight bytes of the word: all of it, for most words, so that to find one is to look at one place in memory.
        var first: UInt64 = 0
        var hash: UInt32 = 0
        /// The number of the word plus one; zero where there is no word.
        var successor: UInt32 = 0
    }

    /// Their count is a power of two.
    private var slots: [Slot]
    /// The bytes after the first eight of all words, one word after the other.
    private var rests: [UInt64] = []
    /// Where those of each word begin.
    private var starts: [UInt32] = []

    private let seeds: (UInt64, UInt64)
    private static let seeds = (
        UInt64(truncatingIfNeeded: "one seed".hashValue), UInt64(truncatingIfNeeded: "another".hashValue) | 1
    )

    /// A table with room for so many words before it grows.
    init(capacity: Int = 8) {
        seeds = Self.seeds
        var size = 16
        while size / 4 * 3 < capacity { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
        starts.reserveCapacity(capacity)
    }

    var count: Int { starts.count }

    /// Bytes held.
    var memory: Int { slots.capacity * MemoryLayout<Slot>.stride + rests.capacity * 8 + starts.capacity * 4 }

    /// The number of a word; `nil` when it has none.
    func number(of word: FoldedWord) -> Int? {
        let slot = slots[place(of: word, hash: hash(word.first, word.rest.span))]
        return slot.successor == 0 ? nil : Int(slot.successor) - 1
    }

    /// Gives a word a number, unless it has one already.
    @inline(__always)
    mutating func insert(_ word: borrowing FoldedWord) -> (number: Int, isNew: Bool) {
        let hash = hash(word.first, word.rest.span)
        let place = place(of: word, hash: hash)
        let successor = slots[place].successor
        if successor != 0 { return (Int(successor) - 1, false) }
        insert(word, hash: hash, at: place)
        return (count - 1, true)
    }

    @inline(never)
    private mutating func insert(_ word: borrowing FoldedWord, hash: UInt64, at place: Int) {
        starts.append(UInt32(rests.count))
        if !word.rest.isEmpty { rests.append(contentsOf: word.rest) }
        slots[place] = Slot(first: word.first, hash: UInt32(truncatingIfNeeded: hash >> 32), successor: UInt32(count))
        if count > slots.count / 4 * 3 { grow() }
    }

    /// The place of a word in the slots, or the free one for it.
    @inline(__always)
    private func place(of word: borrowing FoldedWord, hash: UInt64) -> Int {
        let mask = slots.count &- 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[place]
            if slot.successor == 0 { return place }
            if slot.first == word.first, slot.hash == UInt32(truncatingIfNeeded: hash >> 32) {
                // A word that ends within the first eight bytes is like no longer one.
                if word.byteCount < 8 || isSame(word, slot) { return place }
            }
            place = (place &+ 1) & mask
        }
    }

    @inline(never)
    private func isSame(_ word: borrowing FoldedWord, _ slot: Slot) -> Bool {
        withRest(of: Int(slot.successor) - 1) { word.isSame(asFirst: slot.first, rest: $0) }
    }

    /// Calls back with the bytes of a word after the first eight.
    @inline(__always)
    func withRest<Result>(of number: Int, _ body: (Span<UInt64>) -> Result) -> Result {
        let end = number + 1 < starts.count ? Int(starts[number + 1]) : rests.count
        return body(rests.span.extracting(Int(starts[number])..<end))
    }

    private mutating func grow() {
        var larger = [Slot](repeating: Slot(), count: slots.count * 2)
        let mask = larger.count - 1
        for slot in slots where slot.successor != 0 {
            let hash = withRest(of: Int(slot.successor) - 1) { rest in self.hash(slot.first, rest) }
            var place = Int(truncatingIfNeeded: hash) & mask
            while larger[place].successor != 0 { place = (place + 1) & mask }
            larger[place] = slot
        }
        slots = larger
    }

    @inline(__always)
    private func hash(_ first: UInt64, _ rest: Span<UInt64>) -> UInt64 {
        var hash = fold(first ^ seeds.0)
        for index in rest.indices { hash = fold(rest[index] ^ hash) }
        return hash
    }

    @inline(__always)
    private func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: seeds.1)
        return product.high ^ product.low
    }
}
