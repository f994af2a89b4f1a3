import Testing
import TextSearch

@Suite("Queries for words")
struct WordQueryTests {
    private static func describe(_ query: WordQuery) -> String {
        query.words.map { $0.text + ($0.isPrefix ? "*" : "") }.joined(separator: " ")
    }

    @Test(
        "The last word is the beginning of one, unless something follows it",
        arguments: [
            ("print", "print*"), ("print ", "print"), ("Print serv", "print serv*"), ("print.", "print"),
            ("print serv\u{301}", "print serv*"),
            ("print print", "print"), ("printer print", "printer print*"), ("a b a", "a b"), ("", ""), ("?!", ""),
            ("日本語", "日本 本語*"), ("猫 cat ", "猫* cat"), ("日本 cat ", "日本 cat"),
        ])
    func prefixes(text: String, words: String) {
        let query = WordQuery(text)
        #expect(Self.describe(query) == words)
        #expect(query.isEmpty == words.isEmpty)
    }

    @Test("Words beyond the greatest number are not looked for")
    func maximum() {
        #expect(Self.describe(WordQuery("a b c d", maximumWords: 2)) == "a b")
        #expect(Self.describe(WordQuery("a b", maximumWords: 2)) == "a b*")
        #expect(Self.describe(WordQuery("a b a b", maximumWords: 2)) == "a b")
        #expect(WordQuery("a", maximumWords: 0).isEmpty)
        #expect(WordQuery((0..<40).map { "w\($0)" }.joined(separator: " ")).words.count == 16)
    }

    @Test(
        "A rank is the sum of the greatest weights",
        arguments: [
            ("printer ", 9), ("paper ", 2), ("printer paper ", 11), ("paper printer pap", 13), ("pri", 9), ("jam", 4),
            ("jam ", nil), ("p", 9),
            ("printer scanner ", nil), ("", nil), ("...", nil), ("PRINTER Jamméd", 13),
        ] as [(String, Int?)])
    func ranks(query: String, rank: Int?) {
        let fields: [(text: String, weight: UInt8)] = [
            ("My printer", 9), ("The printer has jammed", 4), ("paper of the printer", 2),
        ]
        #expect(WordQuery(query).rank(of: fields) == rank)
    }

    @Test("Weights are at least 1 and at most 15")
    func weights() {
        #expect(WordQuery("a").rank(of: [("a", 0)]) == 1)
        #expect(WordQuery("a").rank(of: [("a", 200)]) == 15)
    }

    @Test("Long words are compared to their end and by any beginning")
    func longWords() {
        let word = "abcdefghijklmnopqrstuvwxyz0123456789"
        var wrong: [Int] = []
        for length in 1...36 {
            let prefix = String(word.prefix(length))
            if WordQuery(prefix).rank(of: [(word, 1)]) != 1 { wrong.append(length) }
            if WordQuery(prefix + " ").rank(of: [(word, 1)]) != (length == 36 ? 1 : nil) { wrong.append(length) }
            if WordQuery(prefix + "_").rank(of: [(prefix, 1)]) != 1 { wrong.append(length) }
            if WordQuery(prefix + "é").rank(of: [(word, 1)]) != (length == 4 ? 1 : nil) { wrong.append(length) }
        }
        #expect(wrong.isEmpty)
    }
}
