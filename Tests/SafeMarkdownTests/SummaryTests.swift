import SafeMarkdown
import Testing

@Suite("The summary of a document")
struct SummaryTests {
    @Test(
        "Ends behind a whole word, and has no more characters than asked for",
        arguments: [
            ("one *two* three", 13, "one two three"), ("one *two* three", 12, "one two…"), ("one two three", 8, "one two…"),
            ("one two three", 7, "one…"), ("one two three", 4, "one…"), ("one two three", 3, "on…"), ("one two three", 1, "…"),
            ("one", 0, "…"), ("a\n\nb\n- c", 9, "a b c"), ("`a`  b", .max, "a b"), ("unbreakable", 5, "unbr…"),
            ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 2, "👩‍👩‍👧‍👦…"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("x", -5, "x"), ("", 3, ""),
        ])
    func cut(text: String, limit: Int, expected: String) {
        #expect(MarkdownDocument(parsing: text).summary(limit: limit) == expected)
    }

    @Test("A character of very many marks takes no more room than many others")
    func marks() {
        let text = "a b" + String(repeating: "\u{301}", count: 10_000) + " c"
        #expect(MarkdownDocument(parsing: text).summary(limit: 10) == "a…")
    }
}
