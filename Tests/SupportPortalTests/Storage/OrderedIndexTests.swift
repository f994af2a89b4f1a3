import SupportPortalTesting
import Testing

@testable import SupportPortal

@Suite("The ordered index of the in-memory stores")
struct OrderedIndexTests {
    @Test("It equals a sorted set after any insertions and removals", arguments: [1 as UInt64, 2, 3])
    func equalsSortedSet(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var index = OrderedIndex<Int>()
        var model: Set<Int> = []
        for step in 0..<20_000 {
            let value = Int.random(in: 0..<4_000, using: &generator)
            if Int.random(in: 0..<10, using: &generator) < (step < 12_000 ? 7 : 3) {
                index.insert(value)
                model.insert(value)
            } else {
                index.remove(value)
                model.remove(value)
            }
            guard step % 997 == 0 || step == 19_999 else { continue }
            let sorted = model.sorted()
            #expect(index.count == sorted.count)
            #expect(index.first == sorted.first)
            #expect(Array(index.elements(after: nil, ascending: true)) == sorted)
            #expect(Array(index.elements(after: nil, ascending: false)) == sorted.reversed())
            for probe in [-1, 0, value, value + 1, 2_000, 3_999, 5_000] {
                #expect(Array(index.elements(after: probe, ascending: true)) == sorted.filter { $0 > probe })
                #expect(Array(index.elements(after: probe, ascending: false)) == sorted.filter { $0 < probe }.reversed())
            }
        }
    }
}
