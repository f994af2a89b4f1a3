import Testing

@testable import TextSearch

@Suite("Parts of a ranked index")
struct RankedPartsTests {
    private static func word(_ text: String) -> FoldedWord {
        var word = FoldedWord()
        for byte in text.utf8 { word.append(byte: byte) }
        return word
    }

    @Test("Numbers of any width are read as they were written", arguments: [UInt64.random(in: 0...UInt64.max)])
    func bits(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var (first, second) = (BitWriter(), BitWriter())
        var written: [(value: UInt32, width: Int)] = []
        for index in 0..<2000 {
            let width = Int.random(in: 0...32, using: &numbers)
            let value = width == 0 ? 0 : UInt32.random(in: 0...UInt32.max, using: &numbers) >> UInt32(32 - width)
            written.append((value, width))
            if index < 700 { first.append(value, width: width) } else { second.append(value, width: width) }
        }
        first.append(second)
        let words = first.finished
        var (position, wrong) = (0, 0)
        for (value, width) in written {
            if words.span.bits(at: position, width: width) != value { wrong += 1 }
            position += width
        }
        #expect(wrong == 0 && position == first.bitCount, "seed \(seed)")
    }

    @Test("Numbers of the same width are read one after the other from any place", arguments: 0...32)
    func reading(width: Int) {
        var numbers = SeededNumbers(seed: UInt64(width))
        let values = (0..<300).map { _ in
            width == 0 ? 0 : UInt32.random(in: 0...UInt32.max, using: &numbers) >> UInt32(32 - width)
        }
        for start in [0, 1, 31, 32, 33, 63, 64] {
            var bits = BitWriter()
            for _ in 0..<start { bits.append(1, width: 1) }
            for value in values { bits.append(value, width: width) }
            let words = bits.finished
            var reader = BitReader(at: start, width: width, in: words.span)
            var read: [UInt32] = []
            for _ in values { read.append(reader.next(in: words.span)) }
            #expect(read == values)
        }
    }

    @Test("Words are found by their letters and in their order", arguments: [UInt64.random(in: 0...UInt64.max)])
    func words(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var texts: Set<String> = []
        for _ in 0..<1500 {
            let count = Int.random(in: 1...(Bool.random(using: &numbers) ? 4 : 40), using: &numbers)
            texts.insert(String((0..<count).map { _ in Bool.random(using: &numbers) ? "a" : "b" as Character }))
        }
        let sorted = texts.map(Self.word).sorted { $0.precedes($1) }
        var words = RankedWords()
        for (index, word) in sorted.enumerated() { words.append(word, after: index == 0 ? FoldedWord() : sorted[index - 1]) }
        words.settle()
        #expect(sorted.map(\.text) == texts.sorted())
        #expect(sorted.indices.allSatisfy { words.number(of: sorted[$0]) == $0 }, "seed \(seed)")
        var cursor = RankedWords.Cursor(before: 0, in: words)
        var read: [FoldedWord] = []
        while cursor.next(in: words) { read.append(cursor.word) }
        #expect(read == sorted)
        for _ in 0..<500 {
            let other = Self.word(
                String(
                    (0..<Int.random(in: 0...12, using: &numbers)).map { _ in Bool.random(using: &numbers) ? "a" : "b" as Character
                    }))
            let place = sorted.firstIndex { !$0.precedes(other) } ?? sorted.count
            #expect(words.place(of: other).number == place, "\(other.text), seed \(seed)")
            #expect(words.place(of: other).isExact == texts.contains(other.text))
        }
        #expect(RankedWords().number(of: Self.word("a")) == nil)
    }

    @Test("Letters are taken off the end of a word of any length")
    func removing() {
        let text = String(repeating: "abcdefg", count: 9)
        for count in 0...63 {
            for kept in 0...count {
                var word = Self.word(String(text.prefix(count)))
                word.removeLast(count - kept)
                #expect(word == Self.word(String(text.prefix(kept))))
            }
        }
        var word = Self.word("ab")
        word.removeLast(5)
        #expect(word.isEmpty && word.rest.isEmpty)
    }

    @Test("A code is no less for a word that is there more often, and tells the fields apart")
    func codes() {
        let codes = FieldCodes(fields: RankedIndexTests.fields)
        for field in 0..<3 {
            var last: UInt16 = 0
            for step in 0..<400 {
                let code = codes.code(of: field, relativeCount: Float(step) / 10)
                #expect(code >= last && code > 0 && codes.strengths[Int(code)] >= codes.strengths[Int(last)])
                last = code
            }
        }
        let (title, body) = (codes.code(of: 0, relativeCount: 0.01), codes.code(of: 2, relativeCount: 1000))
        #expect(codes.strengths[Int(title)] > codes.strengths[Int(body)])
        #expect(FieldCodes.maximum(title, body) == title | body)
        #expect(codes.factor(of: 2, wordCount: 400) == 1 && codes.factor(of: 2, wordCount: 4000) < 1)
    }

    @Test("The best hits are kept, the lower number first among equals", arguments: [UInt64.random(in: 0...UInt64.max)])
    func hits(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        for limit in [0, 1, 2, 7, 100, 1000] {
            var hits = RankedHits(limit: limit)
            var all: [RankedHit] = []
            for ordinal in (0..<300).shuffled(using: &numbers) {
                let hit = RankedHit(ordinal: ordinal, score: Float(Int.random(in: 0..<20, using: &numbers)))
                all.append(hit)
                hits.insert(hit)
            }
            #expect(hits.sorted == Array(all.sorted { $0.precedes($1) }.prefix(limit)), "seed \(seed)")
        }
    }
}
