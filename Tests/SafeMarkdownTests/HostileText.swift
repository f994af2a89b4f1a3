import TestSupport

/// Makes texts that try to break out of a page.
struct HostileText {
    private var numbers: SeededNumbers

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    private static let schemes = [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:x", "java\u{0}script:x", "\u{1}javascript:x", " javascript:x",
        "&#106;avascript:x", "&#x6A;avascript:x", "&#0000106;avascript:x", "javascript&colon;x", "javascript&#58;x",
        "java&Tab;script:x",
        "java&NewLine;script:x", "java&#10;script:x", "java&#13;script:x", "java\\script:x", "javascript\\:x", "\\javascript:x",
        "%6Aavascript:x", "javascript%3Ax", "vbscript:x", "VBSCRIPT:x", "data:text/html,<script>x</script>",
        "data:image/svg+xml;base64,x",
        "file:///etc/passwd", "blob:x", "//example.com", "\\\\example.com", "/\\example.com", "/\t/example.com", "///example.com",
        "http:\\\\x",
        "https:x", "https://x\"onclick=\"y", "https://x'y", "https://x<y>", "https://x?a=b&c=d&copy=1", "mailto:a@b?body=x",
        "feed:x", ":x", "x:",
        "ｊavascript:x", "java\u{AD}script:x", "java\u{200B}script:x", "\u{FEFF}javascript:x", "\u{2028}javascript:x",
        "\u{85}javascript:x",
        "\u{A0}javascript:x", "http://\u{202E}moc.elpmaxe", "www.example.com", "http://a.b/c_d*e~f", "https://[::1]/",
        "#javascript:x", "?javascript:x",
    ]

    private static let pieces = [
        "<script>alert(1)</script>", "<SCRIPT SRC=//x>", "</p>", "</code></pre>", "<img src=x onerror=alert(1)>",
        "<svg/onload=x>", "<a href=\"x\">",
        "<a href='javascript:x'>", "<!--", "-->", "<!-->", "<?php", "?>", "<![CDATA[", "]]>", "<!DOCTYPE x>",
        "<iframe srcdoc='<script>'>",
        "<style>*{}", "</style>", "<b", "<textarea>", "</title>", "<x y=\"", "<x y='", " onclick=x ", "\" onmouseover=\"x",
        "' onfocus='x", "`", "``", "```",
        "~~~", "~", "~~", "```\"><b>", "~~~ js\" onclick=\"x", "*", "**", "***", "_", "__", "[", "]", "![", "](", ")", "](<",
        ">)", "[a]", "[a][a]", "![a][a]",
        "[a]: ", "\n[a]: <", "[b]:\n", " \"", "\")", " '", "')", " (", "))", "\\", "\\\\", "\\\"", "\\<", "\\[", "\\\n", "  \n",
        "\n", "\n\n", "\r\n", "\r", "\t",
        "    ", "\n    ", "> ", "\n> ", ">>>", "- ", "\n- ", "\n+ ", "1. ", "\n1) ", "0000. ", "999999999. ", "\n  - ", "# ",
        "\n# ", "###### ", " ##", "\n===\n",
        "\n---\n", "***\n", "|", "\n|-|\n", "|:-|-:|\n", "a|b\n-|-\n", "\\|", "&", "&amp;", "&lt;script&gt;", "&#60;script&#62;",
        "&#x3c;", "&quot;", "&#34;", "&apos;",
        "&#0;", "&#7;", "&#xD800;", "&#x110000;", "&#xFFFF;", "&nbsp;", "&#99999999;", "&;", "&#;", "&#x;", "<", ">", "\"", "'",
        "=", "/", "!", "(", ":", ";", ".", "@",
        "\u{0}", "\u{8}", "\u{B}", "\u{C}", "\u{1B}", "\u{7F}", "\u{85}", "\u{A0}", "\u{200B}", "\u{200D}", "\u{202E}",
        "\u{2028}", "\u{2066}", "\u{FEFF}", "\u{FFFE}",
        "\u{FFFF}", "\u{1FFFF}", "\u{10FFFF}", "e\u{301}", "\u{301}", "👩‍👩‍👧‍👦", "日本語", "العربية", "ẞ", "İ", "a", "b", "word", " ", " ",
        "x y", "1", "é",
    ]

    /// A text of up to some fifty pieces.
    mutating func next() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 1...12, using: &numbers) { text += part() }
        return text
    }

    private mutating func part() -> String {
        switch Int.random(in: 0..<16, using: &numbers) {
        case 0: return "[\(some())](\(address()))"
        case 1: return "![\(some())](<\(address())> \"\(some())\")"
        case 2: return "<\(address())>"
        case 3: return "\n\n[a]: \(address()) '\(some())'\n\n[a] ![\(some())][a]"
        case 4: return "\n\n[a]: <\(address())>\n\n"
        case 5: return "\n```\(some())\n\(some())\n```\n"
        case 6: return "\n# \(some())\n"
        case 7: return "\n| \(some()) | b |\n|---|:-:|\n| \(some()) | \(some())\n\n"
        case 8: return address()
        case 9: return "[![\(some())](\(address()))](\(address()) (\(some())))"
        case 10: return String(repeating: piece(), count: Int.random(in: 1...40, using: &numbers))
        case 11: return "\n> \(some())\n- \(some())\n  1. \(some())\n\n"
        default: return some()
        }
    }

    private mutating func some() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...4, using: &numbers) { text += piece() }
        return text
    }

    private mutating func address() -> String {
        let scheme = Self.schemes.randomElement(using: &numbers) ?? ""
        return Int.random(in: 0..<3, using: &numbers) == 0 ? some() + scheme : scheme + some()
    }

    private mutating func piece() -> String { Self.pieces.randomElement(using: &numbers) ?? "" }
}
