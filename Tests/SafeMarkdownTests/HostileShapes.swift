/// Texts that make careless readers of Markdown take time that grows with the square of the length, or run out of stack.
enum HostileShapes {
    /// The names of all of them, and what makes one of about so many bytes.
    static let all: [(name: String, make: @Sendable (Int) -> String)] =
        repeated.map { unit in ("\(unit.debugDescription) over and over", { many(unit, $0) }) } + other

    private static let repeated = [
        "[", "![", "[a](", "[a](<b", "[a](b \"", "[a](b (", "[a][", "[a[a]", "*a_ ", "*a ", "*a **a ", "a**b*c", "*", "*_",
        "~a ~~b ", "`a``", ">", "> ", "- ", "1. ", "> - ",
        "&amp", "&#", "&#x1;", "<", "<a ", "<!--", "<?", "<!A ", "<![CDATA[", "<a x=\" y=", "<a x='<a y=\"", "<a b=\"\" ",
        "<a@a.a.", "<ab:", "http://", "www._", "http://a.b(",
        "a.b/www.", "\\", "\\\n", " ", "\t", "-\t", "\r", "\u{0}", "a\n-\n", "a|b\n-|-\n", "|\n", "- a\n\n", "```\n", "# a #\n",
        "- - - - a\n", "<div>\n\n", "<!-- a\n",
        "[a]: b \"c\n", "[a]:\n", "[a]: b\n\"\n", "[a]: b\n\n", "a  \n", "\u{301}", "😀", "é*",
    ]

    private static let other: [(name: String, make: @Sendable (Int) -> String)] = [
        ("brackets in brackets", { many("[", $0 / 2) + many("]", $0 / 2) }),
        ("images in images", { many("![", $0 / 3) + many("](a)", $0 * 2 / 3) }),
        ("links behind images that do not end", { many("![", $0 / 4) + many("[a](b)", $0 * 3 / 4) }),
        ("emphasis in emphasis", { many("*a **a ", $0 / 2) + many("b** b* ", $0 / 2) }),
        ("emphasis of both marks", { many("*_", $0 / 2) + many("_*", $0 / 2) }),
        ("brackets in an address", { "http://a.b" + many("(", $0 / 2) + many(")", $0 / 2) }),
        ("semicolons behind an address", { "http://a.b" + many("a", $0 / 2) + many(";", $0 / 2) }),
        ("references behind an address", { "http://a.b" + many("&a;", $0) }),
        ("references to a long address", { "[a]: /" + many("x", $0 / 2) + "\n\n" + many("[a] ", $0 / 2) }),
        ("backticks of every length", { size in (1...Int(Double(2 * size).squareRoot())).map { "e" + many("`", $0) }.joined() }),
        ("definitions", { size in (0..<size / 18).map { "[\($0)]: /\($0)" }.joined(separator: "\n") }),
        (
            "definitions and references",
            { size in (0..<size / 25).map { "[\($0)]: /\($0)\n\n[\($0)]\n" }.joined(separator: "\n") }
        ),
        (
            "deeper and deeper lists",
            { size in (0..<Int(Double(size).squareRoot())).map { many(" ", 2 * $0) + "- a" }.joined(separator: "\n") }
        ),
        (
            "deeper and deeper quotes",
            { size in (0..<Int(Double(size).squareRoot())).map { many("> ", 2 * $0) + "a" }.joined(separator: "\n") }
        ),
        ("a table with empty rows", { "|" + many("a|", 400) + "\n|" + many("-|", 400) + "\n" + many("|\n", $0) }),
        ("a wide table", { many("|a", $0 / 2) + "\n" + many("|-", $0 / 2) }),
        ("lines that go on with a quote", { many("> ", 60) + "a\n" + many("a\n", $0) }),
        ("blank lines in a list", { many("- ", 60) + "a\n" + many("\n", $0) }),
        ("white space in a line", { "a" + many(" ", $0) + "b" + many(" ", $0) }),
        ("headings with the same words", { size in (0..<size / 10).map { "# a\n# a-\($0)\n" }.joined() }),
        ("a heading of many marks", { "# " + many("#", $0) + " a" }),
        ("a label without end", { "[a]: b\n\n" + many("[" + many("a", 900), $0) }),
        ("one word", { many("a", $0) }),
    ]

    private static func many(_ unit: String, _ size: Int) -> String {
        String(repeating: unit, count: max(1, size / unit.utf8.count))
    }
}
