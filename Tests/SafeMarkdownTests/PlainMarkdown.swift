import TestSupport

/// Makes texts of marks in any order, but without those of raw HTML, and without what the other program
/// reads otherwise than the specification says: tildes beside other marks or beside more of them, brackets
/// without their other half in an address, and paragraphs that begin with definitions.
struct PlainMarkdown {
    private var numbers: SeededNumbers

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    private static let starts = [
        "", "", "", "", "", "", "> ", ">", "- ", "-", "* ", "+   ", "1. ", "2) ", "10. ", "    ", "  ", "   ", "\t", "# ", "### ",
        "#", "```", "~~~ sh", "```` a b",
        "* * *\n", "---", "===", "| ", "|-|-|", "a | b", "-|:-:", ":-|-", "      ",
    ]
    private static let links = ["[", "]", "![", "[a]", "[b]", "[A][b]", "[b][]", "](/x)", "](/x(y)z)", "](<1> 't')"]
    private static let strikes = [[" ~x", "x~ "], [" ~~x", "x~~ "]]
    private static let definitions = ["[a]: /x\n\n", "[b]: <1 z> \"t\"\n\n", "[a]:\n/y\n'a\nb'\n\n"]
    private static let addresses = [" http://e.f/g_h?i=j&k. ", " www.e.f/(g). ", " https://e.f ", "<http://e.f/?a=ä>"]
    private static let pieces = [
        "*", "*", "**", "***", "_", "__", "`", "``", "\\a", "\\*", "\\`",
        "\\|", "&amp;", "&#42;", "&copy;", "&x;", "a", "b", "cd", "é", "日", " ", " ", "  ", "|", "|", ":", "-", ".", ",", "!",
        "\"", "'", "#", " #", "> ", "- ", "1. ",
        "“", "\t", "==",
    ]

    /// A text of up to twelve lines.
    mutating func next() -> String {
        // The other program takes no address for one where a bracket is open, even if the bracket begins nothing.
        let pieces =
            Self.pieces + (Bool.random(using: &numbers) ? Self.links : Self.addresses)
            + (Self.strikes.randomElement(using: &numbers) ?? [])
        var text = ""
        for _ in 0..<Int.random(in: 1...12, using: &numbers) {
            var line = ""
            for _ in 0..<Int.random(in: 0...2, using: &numbers) { line += Self.starts.randomElement(using: &numbers) ?? "" }
            for _ in 0..<Int.random(in: 0...5, using: &numbers) { line += pieces.randomElement(using: &numbers) ?? "" }
            if Bool.random(using: &numbers) { line += "  " }
            // Where an item begins with two blank lines, the other program looks at the white space in them.
            text += (line.allSatisfy(\.isWhitespace) ? "" : line) + "\n"
            if Int.random(in: 0..<4, using: &numbers) == 0 { text += "\n" }
            if Int.random(in: 0..<9, using: &numbers) == 0 {
                text += "\n" + (Self.definitions.randomElement(using: &numbers) ?? "")
            }
        }
        return text
    }
}
