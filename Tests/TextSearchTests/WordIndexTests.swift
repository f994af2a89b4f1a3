import Testing
import TextSearch

@Suite("Index of words")
struct WordIndexTests {
    private static func document(in index: inout WordIndex) throws -> WordIndex.Document {
        let document = index.makeDocument()
        return try #require(document)
    }

    @Test("An empty index finds nothing, and an empty query neither")
    func empty() throws {
        var index = WordIndex()
        #expect(index.matches(WordQuery("a"), includingRestricted: true).isEmpty)
        #expect(index.cost(of: WordQuery("a")) == 0)
        index.add("a", weight: 1, to: try Self.document(in: &index))
        #expect(index.matches(WordQuery(""), includingRestricted: true).isEmpty)
        #expect(index.cost(of: WordQuery("")) == 0)
        #expect(index.matches(WordQuery("a"), includingRestricted: false).count == 1)
    }

    @Test("A reply that comes later is found with the rest of its document")
    func laterReply() throws {
        var index = WordIndex()
        let (first, second) = (try Self.document(in: &index), try Self.document(in: &index))
        index.add("My printer", weight: 8, to: first)
        index.add("My scanner", weight: 8, to: second)
        index.add("the printer has jammed", weight: 2, to: first)
        #expect(index.matches(WordQuery("printer jam"), includingRestricted: false) == [WordMatch(document: first, rank: 10)])
    }

    @Test("Restricted words are found by those who may see them, and the greatest weight counts that they may see")
    func restricted() throws {
        var index = WordIndex()
        let document = try Self.document(in: &index)
        index.add("angry", weight: 3, isRestricted: true, to: document)
        index.add("printer", weight: 2, to: document)
        index.add("printer", weight: 9, isRestricted: true, to: document)
        let ranks = { (text: String, restricted: Bool) in
            index.matches(WordQuery(text), includingRestricted: restricted).map(\.rank)
        }
        #expect(ranks("angry", false) == [])
        #expect(ranks("angry", true) == [3])
        #expect(ranks("printer", false) == [2])
        #expect(ranks("printer", true) == [9])
        #expect(ranks("ang pri", true) == [])
        #expect(ranks("angry pri", true) == [12])
    }

    @Test("A removed document is not found, and takes no more words")
    func removed() throws {
        var index = WordIndex()
        let (first, second) = (try Self.document(in: &index), try Self.document(in: &index))
        for document in [first, second] { index.add("one two three four", weight: 1, to: document) }
        index.remove(first)
        index.remove(first)
        index.add("five", weight: 1, to: first)
        #expect(index.matches(WordQuery("one"), includingRestricted: false).map(\.document) == [second])
        #expect(index.matches(WordQuery("five"), includingRestricted: false).isEmpty)
        #expect(index.documentCount == 1)
        index.remove(second)
        #expect(index.matches(WordQuery("one"), includingRestricted: false).isEmpty)
        #expect(index.wordCount == 0)
    }

    @Test("An index whose documents come and go does not grow")
    func churn() throws {
        var index = WordIndex()
        var highest: UInt32 = 0
        for turn in 0..<5000 {
            let document = try Self.document(in: &index)
            index.add("common number\(turn)", weight: 1, to: document)
            highest = max(highest, document.ordinal)
            if turn >= 10 { index.remove(document) }
        }
        #expect(index.documentCount == 10)
        #expect(highest < 40)
        #expect(index.wordCount < 60)
        #expect(index.matches(WordQuery("common"), includingRestricted: false).count == 10)
    }

    @Test("Counting the cost stops after the limit")
    func costLimit() throws {
        var index = WordIndex()
        let document = try Self.document(in: &index)
        index.add((0..<1000).map { "word\($0)" }.joined(separator: " "), weight: 1, to: document)
        #expect(index.cost(of: WordQuery("word")) == 1000)
        #expect(index.cost(of: WordQuery("word"), limit: 10) == 11)
        #expect(index.cost(of: WordQuery("word7 ")) == 1)
        #expect(index.cost(of: WordQuery("word7 other ")) == 0)
    }

    @Test("The index agrees with the texts", arguments: [UInt64(1), 2, 3, 4] + [UInt64.random(in: 5...UInt64.max)])
    func agrees(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var reference = ReferenceIndex()
        // Few words that begin alike, some longer than eight and sixteen bytes, so that everything meets.
        let stems = ["a", "ab", "abc", "abcdefgh", "abcdefghi", "abcdefghijklmnopq", "b", "ba", "é", "ß", "日本語", "日", "ー", "9"]
        let words = stems + stems.map { $0 + "x" } + stems.map { $0 + "yabcdefgh" }
        let text = { (count: ClosedRange<Int>, numbers: inout SeededNumbers) in
            (0..<Int.random(in: count, using: &numbers)).map { _ in words.randomElement(using: &numbers) ?? "" }.joined(
                separator: " ")
        }
        var differences: [String] = []
        var documents: [WordIndex.Document] = []
        for step in 0..<800 {
            let choice = Int.random(in: 0..<10, using: &numbers)
            // It grows, and later shrinks.
            if choice < (step < 500 ? 3 : 1) || documents.isEmpty {
                let document = reference.makeDocument()
                documents.append(try #require(document))
            } else if choice < (step < 500 ? 4 : 6) {
                reference.remove(documents.remove(at: Int.random(in: documents.indices, using: &numbers)))
            } else if let document = documents.randomElement(using: &numbers) {
                let isRestricted = Int.random(in: 0..<4, using: &numbers) == 0
                let weight = UInt8.random(in: 0...16, using: &numbers)
                let field = ReferenceIndex.Field(text: text(0...6, &numbers), weight: weight, isRestricted: isRestricted)
                reference.add(field, to: document)
            }
            guard step % 20 == 0 else { continue }
            let query = text(1...3, &numbers) + (step % 40 == 0 ? "" : " ")
            for restricted in [false, true] {
                if let difference = reference.difference(of: query, includingRestricted: restricted) {
                    differences.append(difference)
                }
            }
        }
        #expect(differences.isEmpty, "seed \(seed)")
    }

    @Test(
        "The index agrees with the texts when words have many documents, in any order",
        arguments: [UInt64.random(in: 0...UInt64.max)])
    func agreesOnMany(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var reference = ReferenceIndex()
        let words = ["a", "ab", "ac", "b"]
        var documents: [WordIndex.Document] = []
        for _ in 0..<400 {
            let document = reference.makeDocument()
            documents.append(try #require(document))
        }
        for _ in 0..<1600 {
            let document = documents[Int.random(in: documents.indices, using: &numbers)]
            let weight = UInt8.random(in: 1...15, using: &numbers)
            let text = words[Int.random(in: words.indices, using: &numbers)]
            let isRestricted = Bool.random(using: &numbers)
            reference.add(ReferenceIndex.Field(text: text, weight: weight, isRestricted: isRestricted), to: document)
        }
        for document in documents.prefix(150) { reference.remove(document) }
        var differences: [String] = []
        for query in ["a", "a ", "ab", "b", "b a", "ab b ", "ac ab a ", "ab a"] {
            for restricted in [false, true] {
                if let difference = reference.difference(of: query, includingRestricted: restricted) {
                    differences.append(difference)
                }
            }
        }
        #expect(differences.isEmpty, "seed \(seed)")
    }
}
