import Testing

@testable import JSONLog

@Suite("Overlay of an index")
struct IndexOverlayTests {
    @Test("It holds what a dictionary holds, in order, and copies stay as they were", arguments: [7, 8] as [UInt64])
    func random(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var overlay = IndexOverlay()
        var entries: [[UInt8]: IndexEntry] = [:]
        var copies: [(IndexOverlay, [[UInt8]: IndexEntry])] = []
        for step in 0..<3000 {
            let key = IndexKeys.all.randomElement(using: &numbers) ?? []
            let value: [UInt8]? = Int.random(in: 0..<3, using: &numbers) == 0 ? nil : [UInt8(step & 0xFF)]
            let isInBase = entries[key]?.isInBase ?? (value == nil || Bool.random(using: &numbers))
            overlay.set(key, value, isInBase: isInBase)
            entries[key] = value == nil && !isInBase ? nil : IndexEntry(key: key, value: value, isInBase: isInBase)
            if step % 700 == 0 { copies.append((overlay, entries)) }
            guard step % 50 == 0 else { continue }
            let range = IndexKeys.range(using: &numbers)
            #expect(overlay.entry(range.from) == entries[range.from])
            let inside = entries.values.filter { entry in
                !entry.key.isBefore(range.from)
                    && range.to.map(entry.key.isBefore) ?? true
            }
            #expect(overlay.delta(in: range) == inside.reduce(0) { $0 + $1.delta })
        }
        for (overlay, entries) in copies + [(overlay, entries)] {
            let sorted = entries.values.sorted { $0.key.isBefore($1.key) }
            #expect(overlay.count == sorted.count && overlay.delta == sorted.reduce(0) { $0 + $1.delta })
            #expect(all(overlay, from: [], ascending: true) == sorted)
            #expect(all(overlay, from: nil, ascending: false) == sorted.reversed())
            let bound = sorted[sorted.count / 2].key
            #expect(all(overlay, from: bound, ascending: true) == Array(sorted[(sorted.count / 2)...]))
            #expect(all(overlay, from: bound, ascending: false) == sorted[..<(sorted.count / 2)].reversed())
        }
    }

    private func all(_ overlay: IndexOverlay, from bound: [UInt8]?, ascending isAscending: Bool) -> [IndexEntry] {
        var cursor = overlay.cursor(from: bound, ascending: isAscending)
        var entries: [IndexEntry] = []
        while let entry = cursor.entry {
            entries.append(entry)
            cursor.advance()
        }
        return entries
    }
}
