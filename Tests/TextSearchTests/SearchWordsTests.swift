import Testing
import TextSearch

@Suite("Words of a text")
struct SearchWordsTests {
    /// A text and the words in it, divided by spaces.
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let words: String

        init(_ text: String, _ words: String) {
            self.text = text
            self.words = words
        }

        var testDescription: String { text.debugDescription }
        var list: [String] { words.split(separator: " ").map(String.init) }
    }

    @Test(
        "Everything but letters and digits divides words",
        arguments: [
            Row("", ""),
            Row(" \t\r\n.,;:!?", ""),
            Row("Hello, world", "hello world"),
            Row("mp3 v2.10 INV-2024_00817", "mp3 v2 10 inv 2024 00817"),
            Row("jo@example.org/path", "jo example org path"),
            Row("don't l\u{2019}\u{E9}t\u{E9} п\u{2BC}ять", "don t l ete п ять"),
            Row("a\u{0}b\u{7}c\u{200B}d", "a b c d"),
            Row("fast\u{1F680}rocket\u{FE0F}s", "fast rockets"),
            Row("word", "word"),
        ])
    func divides(row: Row) { #expect(SearchWords.words(in: row.text) == row.list) }

    @Test(
        "Case, accents, width and script of digits are folded",
        arguments: [
            Row("ÄÖÜ ß ẞ Straße", "aou ss strasse"),
            Row("Łódź đak ø Æther œuvre þorn ðe", "lodz dak o aether oeuvre thorn de"),
            Row("I İ ı ISTANBUL İstanbul", "i istanbul"),
            Row("Ελλάδα ΟΔΟΣ οδός ὥρα ᾳ", "ελλαδα οδοσ ωρα α"),
            Row("Ёлка йод ЇЖАК ў", "елка иод іжак у"),
            Row("Việt Nguyễn", "viet nguyen"),
            Row("ＦＵＬＬ１２ ﬁne K Å Ⅷ", "full12 fine k a ⅷ"),
            Row("٣٤ १२ m²", "34 12 m2"),
            Row("أحمد مُحَمَّد مـحمد", "احمد محمد"),
            Row("שָׁלוֹם", "שלום"),
            Row("हिन्दी क़लम", "हिन्दी कलम"),
            Row("ƁƂ Ɽ ɽ ǅ ŉ ĳ", "bb r dz n ij"),
            Row("Ճանապարհ", "ճանապարհ"),
        ])
    func folds(row: Row) { #expect(SearchWords.words(in: row.text) == row.list) }

    @Test(
        "It makes no difference whether an accent is part of a letter or follows it",
        arguments: [
            ("\u{E9}t\u{E9}", "e\u{301}te\u{301}"), ("\u{1EC7}", "e\u{323}\u{302}"), ("\u{439}", "\u{438}\u{306}"),
            ("\u{3AC}", "\u{3B1}\u{301}"), ("\u{1F60}", "\u{3C9}\u{313}"), ("\u{623}", "\u{627}\u{654}"),
            ("\u{958}", "\u{915}\u{93C}"), ("\u{FB2A}", "\u{5E9}\u{5C1}"), ("\u{212B}", "A\u{30A}"),
            ("\u{AC01}\u{D7A3}\u{AC00}", "\u{1100}\u{1161}\u{11A8}\u{1112}\u{1175}\u{11C2}\u{1100}\u{1161}"),
            ("がぱヴゔ", "か\u{3099}は\u{309A}ウ\u{3099}う\u{3099}"), ("ガパ", "ｶﾞﾊﾟ"),
        ])
    func compositions(composed: String, decomposed: String) {
        #expect(!SearchWords.words(in: composed).isEmpty)
        #expect(SearchWords.words(in: composed) == SearchWords.words(in: decomposed))
    }

    @Test(
        "Of scripts without spaces every pair of letters is a word, and the last letter",
        arguments: [
            Row("日本語", "日本 本語 語"),
            Row("猫", "猫"),
            Row("猫 犬", "猫 犬"),
            Row("PHP日本8", "php 日本 本 8"),
            Row("한국어", "한국 국어 어"),
            Row("ภาษา", "ภา าษ ษา า"),
            Row("日\u{200D}本", "日本 本"),
            Row("𠮷野家", "𠮷野 野家 家"),
        ])
    func pairs(row: Row) { #expect(SearchWords.words(in: row.text) == row.list) }

    @Test(
        "Invisible marks within a word leave no trace",
        arguments: [
            "\u{AD}", "\u{200C}", "\u{200D}", "\u{200E}", "\u{200F}", "\u{202E}", "\u{2060}", "\u{2067}", "\u{FEFF}", "\u{FE0F}",
            "\u{301}",
        ])
    func invisible(mark: String) { #expect(SearchWords.words(in: "\(mark)in\(mark)voice\(mark) \(mark)") == ["invoice"]) }

    @Test("A word is cut at 64 bytes, between letters")
    func cut() {
        #expect(SearchWords.words(in: String(repeating: "a", count: 64)) == [String(repeating: "a", count: 64)])
        #expect(SearchWords.words(in: String(repeating: "a", count: 100) + " b") == [String(repeating: "a", count: 64), "b"])
        #expect(SearchWords.words(in: "a" + String(repeating: "д", count: 100)) == ["a" + String(repeating: "д", count: 31)])
        #expect(SearchWords.words(in: String(repeating: "a", count: 63) + "дb") == [String(repeating: "a", count: 63)])
    }

    @Test("A word comes once, and no more words than asked for")
    func once() {
        #expect(SearchWords.words(in: "to be or not to be") == ["to", "be", "or", "not"])
        #expect(SearchWords.words(in: "to be or not to be", limit: 3) == ["to", "be", "or"])
        #expect(SearchWords.words(in: "to be", limit: 0).isEmpty)
        let long = (0..<1000).map { "abcdefgh\($0)" }
        #expect(SearchWords.words(in: long.joined(separator: " ")) == long)
    }

    @Test("Words are words of themselves, whatever scalar they are made of")
    func everyScalar() {
        var unstable: [UInt32] = []
        // All of the scripts with rules of their own, and some of the long rows of signs.
        let rows = stride(from: UInt32(0x3400), to: 0x32000, by: 29)
        for value in Array(0..<0x3400) + Array(0xF900..<0x10000) + Array(rows) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let words = SearchWords.words(in: "x\(scalar)y")
            let again = SearchWords.words(in: words.joined(separator: " "))
            if again != words || words.contains(where: { $0.utf8.count > 64 || $0.isEmpty }) { unstable.append(value) }
        }
        #expect(unstable.isEmpty)
    }
}
