import SafeMarkdown
import Testing

@Suite("What a host wants to see")
struct HTMLPolicyTests {
    private static func html(_ markdown: String, _ policy: HTMLPolicy) -> String {
        MarkdownDocument(parsing: markdown).html(policy).text
    }

    @Test(
        "What no link may lead to is text, however it is written",
        arguments: [
            "javascript:x", "JAVAscript:x", "<java\tscript:x>", "java&#10;script:x", "java&Tab;script:x", "&#106;avascript:x",
            "javascript&colon;x", "javascript&#x3a;x", "< javascript:x>",
            "&#1;javascript:x", "java\\script:x", "javascript%3Ax", "%6aavascript:x", "vbscript:x", "data:text/html,x",
            "file:///x", "blob:x", "ftp://x", "x:", ":x", "1:x", "ｊavascript:x",
            "java\u{AD}script:x", "\u{200B}javascript:x", "http\u{212A}:x", "a b:c", "&#x85;/x", "/a&#127;",
        ])
    func refused(address: String) {
        for policy in [HTMLPolicy(), HTMLPolicy(linkSchemes: ["http", "javascript", "vbscript", "data", "file", "blob"])] {
            let text = Self.html("[a](\(address))\n\n[a][b] ![a][b]\n\n[b]: \(address)", policy)
            #expect(!text.contains("href") && text.contains("a"), "\(text)")
        }
        #expect(!Self.html("<\(address)>", HTMLPolicy()).contains("href"))
    }

    @Test(
        "What is allowed is encoded",
        arguments: [
            ("/a b", "/a%20b"), ("/ä", "/%C3%A4"), ("/\"'<>`{}|^[]\\\\", "/%22&#39;%3C%3E%60%7B%7D%7C%5E%5B%5D%5C"),
            ("HTTP://A", "HTTP://A"), ("//a.b/c", "https://a.b/c"), ("\\\\\\\\a.b", "https://a.b"),
            ("/\\\\a.b", "https://a.b"), ("///a", "https://a"), ("#a", "#a"), ("?a=b&c=d:e", "?a=b&amp;c=d:e"),
            ("a/b:c", "a/b:c"), ("mailto:a@b?subject=c d", "mailto:a@b?subject=c%20d"), ("%20%zz", "%20%zz"),
            ("  /a  ", "/a"), ("\u{A0}/a", "/a"), ("", ""), ("https:a", "https:a"), ("/\u{202E}x", "/%E2%80%AEx"),
        ])
    func encoded(address: String, expected: String) {
        #expect(
            Self.html("[a](<\(address.replacing("<", with: "\\<").replacing(">", with: "\\>"))>)", HTMLPolicy(relations: []))
                == "<p><a href=\"\(expected)\">a</a></p>\n")
    }

    @Test("Relative links can be refused, and then another host's too unless its scheme may be linked")
    func relative() {
        #expect(Self.html("[a](/b) [c](#d) [e](f) [g]()", HTMLPolicy(allowsRelativeLinks: false)) == "<p>a c e g</p>\n")
        #expect(Self.html("[a](//b)", HTMLPolicy(relations: [], headingShift: 0)) == "<p><a href=\"https://b\">a</a></p>\n")
        #expect(Self.html("[a](//b)", HTMLPolicy(linkSchemes: ["http"])) == "<p>a</p>\n")
    }

    @Test("Images are links, text, or shown if the host accepts them")
    func images() {
        let markdown = "![a *b*](https://c/d \"e\") ![](/f) ![g](javascript:h)"
        #expect(Self.html(markdown, HTMLPolicy(images: .asText)) == "<p>a b  g</p>\n")
        let links = "<p><a href=\"https://c/d\" title=\"e\">a b</a> <a href=\"/f\">/f</a> g</p>\n"
        #expect(Self.html(markdown, HTMLPolicy(relations: [])) == links)
        let shown = "<p><img src=\"https://c/d\" alt=\"a b\" title=\"e\" /> <a href=\"/f\">/f</a> g</p>\n"
        #expect(Self.html(markdown, HTMLPolicy(images: .shown { $0.hasPrefix("https://c/") }, relations: [])) == shown)
        #expect(Self.html("[![a](/b)](/c)", HTMLPolicy()) == "<p><a href=\"/c\">a</a></p>\n")
        #expect(Self.html("![a [b](/c)](/d)", HTMLPolicy()) == "<p><a href=\"/d\">a b</a></p>\n")
        #expect(Self.html("![a](data:image/png,x) ![b](ftp://c)", HTMLPolicy(images: .shown { _ in true })) == "<p>a b</p>\n")
        #expect(
            Self.html("[![a](/b)](/c)", HTMLPolicy(images: .shown { _ in true }))
                == "<p><a href=\"/c\"><img src=\"/b\" alt=\"a\" /></a></p>\n")
    }

    @Test("Links that leave say how")
    func relations() {
        #expect(
            Self.html("[a](https://b) [c](/d)", HTMLPolicy())
                == "<p><a href=\"https://b\" rel=\"nofollow noopener noreferrer\">a</a> <a href=\"/d\">c</a></p>\n")
        #expect(Self.html("[a](mailto:b)", HTMLPolicy(relations: [.ugc])) == "<p><a href=\"mailto:b\" rel=\"ugc\">a</a></p>\n")
    }

    @Test(
        "Headings are lowered, but not below six",
        arguments: [(1, "h2", "h6"), (0, "h1", "h6"), (-3, "h1", "h3"), (.max, "h6", "h6"), (.min, "h1", "h1")])
    func shift(shift: Int, first: String, last: String) {
        #expect(Self.html("# a\n###### b", HTMLPolicy(headingShift: shift)) == "<\(first)>a</\(first)>\n<\(last)>b</\(last)>\n")
    }

    @Test("Line ends can be kept, and blocks have a direction of their own")
    func breaks() {
        #expect(Self.html("a\nb", HTMLPolicy(keepsLineEnds: true)) == "<p>a<br />\nb</p>\n")
        let html = Self.html("# a\n\n- b\n\n> c\n\na|b\n-|-", HTMLPolicy(detectsDirection: true))
        #expect(html.split(separator: "dir=\"auto\"").count == 9 && HTMLChecker.problems(in: html) == [])
    }

    @Test("Headings are listed as they are shown, each with a name that no other has")
    func outline() {
        let document = MarkdownDocument(
            parsing: "# Ärger *mit* `x`!\n\n> ## Ärger mit x\n\n- ###### a-1\n\na\n=\n\n# A\n\n# a\n\n# !\n\n# <b>")
        let policy = HTMLPolicy(headingIDPrefix: "kb-")
        let outline = document.outline(for: policy)
        #expect(
            outline.map(\.id) == [
                "kb-ärger-mit-x", "kb-ärger-mit-x-1", "kb-a-1", "kb-a", "kb-a-2", "kb-a-3", "kb-section", "kb-b",
            ])
        #expect(outline.map(\.level) == [2, 3, 6, 2, 2, 2, 2, 2])
        #expect(outline.map(\.text) == ["Ärger mit x!", "Ärger mit x", "a-1", "a", "A", "a", "!", "<b>"])
        let html = document.html(policy).text
        #expect(HTMLChecker.problems(in: html, idPrefix: "kb-") == [])
        for heading in outline { #expect(html.contains("<h\(heading.level) id=\"\(heading.id)\">")) }
        #expect(document.outline().first?.id == "ärger-mit-x" && !document.html().text.contains("id="))
        #expect(document.outline(for: HTMLPolicy(headingIDPrefix: "a <\"é_-1")).first?.id == "a_-1ärger-mit-x")
    }
}
