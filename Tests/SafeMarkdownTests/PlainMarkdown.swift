import TestSupport

/// Makes texts of marks in any order, but without those of raw HTML and without what newer versions of CommonMark read otherwise.
struct PlainMarkdown {
    private var numbers: SeededNumbers

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    private static let starts = [
        "", "", "", "", "", "", "> ", ">", "- ", "-", "* ", "+   ", "1. ", "2) ", "10. ", "    ", "  ", "   ", "\t", "# ", "### ",
        "#", "```", "~~~ sh", "```` a b",
        "***", "---", "===", "| ", "|-|-|", "a | b", "-|:-:", ":-|-", "[a]: /x", "[b]: <1 z> \"t\"", "      ",
    ]
    private static let links = ["[", "]", "![", "[a]", "[b]", "[A][b]", "[b][]", "](/x)", "](<1> 't')"]
    private static let addresses = [" http://e.f/g_h?i=j&k. ", " www.e.f/(g). ", " https://e.f "]
    private static let pieces = [
        "*", "*", "**", "***", "_", "__", "~", "~~", "`", "``", "(", ")", "\\", "\\*", "\\`",
        "\\|", "&amp;", "&#42;", "&copy;", "&x;", "a", "b", "cd", "é", "日", " ", " ", "  ", "|", "|", ":", "-", ".", ",", "!",
        "\"", "'", "#", " #", "> ", "- ", "1. ",
        "“", "\t", "<http://e.f/?a=ä>", "==",
    ]

    /// A text of up to twelve lines.
    mutating func next() -> String {
        // The other program takes no address for one where a bracket is open, even if the bracket begins nothing.
        let pieces = Self.pieces + (Bool.random(using: &numbers) ? Self.links : Self.addresses)
        var text = ""
        for _ in 0..<Int.random(in: 1...12, using: &numbers) {
            for _ in 0..<Int.random(in: 0...2, using: &numbers) { text += Self.starts.randomElement(using: &numbers) ?? "" }
            for _ in 0..<Int.random(in: 0...5, using: &numbers) { text += pieces.randomElement(using: &numbers) ?? "" }
            text += Bool.random(using: &numbers) ? "\n" : "  \n"
            if Int.random(in: 0..<4, using: &numbers) == 0 { text += "\n" }
        }
        return text
    }
}
