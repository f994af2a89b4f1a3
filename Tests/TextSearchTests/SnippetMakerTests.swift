import Testing

@testable import TextSearch

@Suite("Snippets")
struct SnippetMakerTests {
    private static func snippet(_ query: String, of text: String, characters: Int = 60) -> SearchSnippet {
        SnippetMaker(for: RankedQuery(query, stemmer: .english), stemmer: .english, maximumCharacters: characters).snippet(
            of: text)
    }

    private static func matches(_ snippet: SearchSnippet) -> [String] {
        let bytes = Array(snippet.text.utf8)
        return snippet.matches.map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    private static let filling = String(repeating: "some other words of no matter at all ", count: 30)

    @Test("A short text is shown whole")
    func whole() {
        let snippet = Self.snippet("mail", of: "All about mails.")
        #expect(snippet.text == "All about mails.")
        #expect(Self.matches(snippet) == ["mails"])
        #expect(!snippet.isCutBefore && !snippet.isCutBehind)
    }

    @Test("The passage with the most words of the query is shown, cut between words")
    func best() {
        let text = "The mail. " + Self.filling + "To configure the mail server, open it. " + Self.filling
        let snippet = Self.snippet("configuring mail servers", of: text)
        #expect(Self.matches(snippet) == ["configure", "mail", "server"])
        #expect(snippet.isCutBefore && snippet.isCutBehind)
        #expect(text.contains(" " + snippet.text) && snippet.text.count <= 60)
    }

    @Test("Without a word of the query it is the beginning")
    func none() {
        let snippet = Self.snippet("zebra", of: Self.filling)
        #expect(Self.filling.hasPrefix(snippet.text) && snippet.matches.isEmpty && !snippet.isCutBefore && snippet.isCutBehind)
        #expect(Self.snippet("zebra", of: "").text == "")
    }

    @Test(
        "Beginnings, accents, marks and pairs of letters are shown where they are",
        arguments: [
            ("zuruck", "Kennwort zurücksetzen", ["zurücksetzen"]),
            ("resume ", "My re\u{301}sume\u{301}, please", ["re\u{301}sume\u{301}"]),
            ("日本語", "これは日本語です", ["日本語"]), ("שלום", "אבג שָׁלוֹם דהו", ["שָׁלוֹם"]), ("rocket", "A 👩‍👩‍👧‍👦rocket👍🏽", ["rocket"]),
            ("apt-get", "run apt-get now", ["apt", "get"]),
        ])
    func places(query: String, text: String, expected: [String]) {
        #expect(Self.matches(Self.snippet(query, of: text)) == expected)
    }

    @Test(
        "Whatever the text, the passage is a part of it, short enough, and the places are in order and within it",
        arguments: [
            String(repeating: "x", count: 300_000), String(repeating: "e\u{301}", count: 5000) + " mail",
            "mail" + String(repeating: "\u{301}", count: 20_000),
            String(repeating: "👩‍👩‍👧‍👦", count: 2000) + " mail " + String(repeating: "👩‍👩‍👧‍👦", count: 2000),
            String(repeating: "日本", count: 5000),
            String(repeating: "mail ", count: 9000), "\r\nmail\r\n\r\n" + String(repeating: "\r\n", count: 1000),
            "\u{202E}mail\u{202C}",
            String(repeating: "שלום ", count: 3000) + "mail",
        ])
    func odd(text: String) {
        for query in ["mail", "x 日本"] {
            for characters in [-1, 7, 100, 100_000] {
                let snippet = Self.snippet(query, of: text, characters: characters)
                let limit = min(max(characters, 1), 10_000)
                var last = 0
                var isOrdered = true
                for match in snippet.matches {
                    if match.lowerBound < last || match.isEmpty { isOrdered = false }
                    last = match.upperBound
                }
                #expect(isOrdered && last <= snippet.text.utf8.count && snippet.text.count <= limit)
                #expect(snippet.text.utf8.count <= 16 * limit && !snippet.text.unicodeScalars.contains("\u{FFFD}"))
            }
        }
    }
}
