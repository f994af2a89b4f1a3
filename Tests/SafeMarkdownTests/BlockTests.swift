import SafeMarkdown
import Testing

@Suite("Blocks")
struct BlockTests {
    /// Shows what is understood: levels as written, links without `rel`.
    private static let plain = HTMLPolicy(relations: [], headingShift: 0)

    private static let cases: [(markdown: String, html: String)] = [
        // Headings
        ("# One", "<h1>One</h1>"), ("###### Six ###", "<h6>Six</h6>"), ("####### Seven", "<p>####### Seven</p>"),
        ("#One", "<p>#One</p>"),
        ("# One#", "<h1>One#</h1>"), ("   ##   Two   #   ", "<h2>Two</h2>"), ("#", "<h1></h1>"), ("One\n===", "<h1>One</h1>"),
        ("One\ntwo\n -- ", "<h2>One\ntwo</h2>"), ("\\# One", "<p># One</p>"),
        ("> One\n---", "<blockquote>\n<p>One</p>\n</blockquote>\n<hr />"),
        // Paragraphs and breaks
        ("a\nb", "<p>a\nb</p>"), ("a  \nb", "<p>a<br />\nb</p>"), ("a\\\n  b", "<p>a<br />\nb</p>"),
        ("a\r\n\r\nb\rc", "<p>a</p>\n<p>b\nc</p>"),
        ("a\n\n\n\nb  ", "<p>a</p>\n<p>b</p>"), ("***", "<hr />"), (" _ _ _", "<hr />"), ("--", "<p>--</p>"),
        ("a\n***\nb", "<p>a</p>\n<hr />\n<p>b</p>"),
        // Quotes
        ("> a\n> b\n\nc", "<blockquote>\n<p>a\nb</p>\n</blockquote>\n<p>c</p>"),
        (">a\nb", "<blockquote>\n<p>a\nb</p>\n</blockquote>"),
        ("> > a\n> b", "<blockquote>\n<blockquote>\n<p>a\nb</p>\n</blockquote>\n</blockquote>"),
        (">", "<blockquote>\n</blockquote>"),
        ("> ```\n> a\nb", "<blockquote>\n<pre><code>a\n</code></pre>\n</blockquote>\n<p>b</p>"),
        // Lists
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("- a\n\n- b", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>"),
        ("- a\n+ b", "<ul>\n<li>a</li>\n</ul>\n<ul>\n<li>b</li>\n</ul>"), ("1. a\n7. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("7) a", "<ol start=\"7\">\n<li>a</li>\n</ol>"), ("0. a", "<ol start=\"0\">\n<li>a</li>\n</ol>"),
        ("1234567890. a", "<p>1234567890. a</p>"),
        ("- a\n  - b\n    - c\n- d", "<ul>\n<li>a\n<ul>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n</li>\n<li>d</li>\n</ul>"),
        ("- a\n  - b\n\n    c\n- d", "<ul>\n<li>a\n<ul>\n<li>\n<p>b</p>\n<p>c</p>\n</li>\n</ul>\n</li>\n<li>d</li>\n</ul>"),
        ("- a\n\n      code", "<ul>\n<li>\n<p>a</p>\n<pre><code>code\n</code></pre>\n</li>\n</ul>"),
        ("-\n\n  a", "<ul>\n<li></li>\n</ul>\n<p>a</p>"),
        ("-\n  a", "<ul>\n<li>a</li>\n</ul>"), ("a\n- b", "<p>a</p>\n<ul>\n<li>b</li>\n</ul>"), ("a\n2. b", "<p>a\n2. b</p>"),
        ("a\n-", "<h2>a</h2>"),
        ("a\n*", "<p>a\n*</p>"), ("-a", "<p>-a</p>"), ("- a\nb", "<ul>\n<li>a\nb</li>\n</ul>"),
        ("- ***", "<ul>\n<li>\n<hr />\n</li>\n</ul>"),
        ("- > a\n\n  b", "<ul>\n<li>\n<blockquote>\n<p>a</p>\n</blockquote>\n<p>b</p>\n</li>\n</ul>"),
        ("- ```\n  a\n      \n  ```\n- b", "<ul>\n<li>\n<pre><code>a\n    \n</code></pre>\n</li>\n<li>b</li>\n</ul>"),
        // Code
        ("    a\n\n      b\n\nc", "<pre><code>a\n\n  b\n</code></pre>\n<p>c</p>"), ("a\n    b", "<p>a\nb</p>"),
        ("\ta", "<pre><code>a\n</code></pre>"),
        ("```\n*a* <b>\n```", "<pre><code>*a* &lt;b&gt;\n</code></pre>"),
        ("~~~ sh -x\na\n~~~~", "<pre><code class=\"language-sh\">a\n</code></pre>"),
        ("````\n```\n````", "<pre><code>```\n</code></pre>"), ("```\na", "<pre><code>a\n</code></pre>"),
        ("```\n```", "<pre><code></code></pre>"),
        ("  ```\n   a\n b\n  ```", "<pre><code> a\nb\n</code></pre>"), ("``` a`b\nc", "<p>``` a`b\nc</p>"),
        ("a\n```\nb\n```\nc", "<p>a</p>\n<pre><code>b\n</code></pre>\n<p>c</p>"),
        ("```c++&amp;\\*\n```", "<pre><code class=\"language-c++&amp;*\"></code></pre>"),
        ("``` \"onclick=\"a\n```", "<pre><code class=\"language-&quot;onclick=&quot;a\"></code></pre>"),
        // Raw HTML
        ("<div>\n*a*\n</div>\n\nb", "<pre><code>&lt;div&gt;\n*a*\n&lt;/div&gt;\n</code></pre>\n<p>b</p>"),
        ("<!-- a\n\nb --> c\nd", "<pre><code>&lt;!-- a\n\nb --&gt; c\n</code></pre>\n<p>d</p>"),
        ("<script>\n\nx()\n</script>", "<pre><code>&lt;script&gt;\n\nx()\n&lt;/script&gt;\n</code></pre>"),
        ("<?php\necho 1;\n\n?>", "<pre><code>&lt;?php\necho 1;\n\n?&gt;\n</code></pre>"),
        ("<IfModule mod.c>\n a_b_c\n</IfModule>", "<pre><code>&lt;IfModule mod.c&gt;\n a_b_c\n&lt;/IfModule&gt;\n</code></pre>"),
        ("a\n<x>\nb", "<p>a\n&lt;x&gt;\nb</p>"),
        // Definitions
        ("[a]: /b\n'c'\n\n[a]", "<p><a href=\"/b\" title=\"c\">a</a></p>"), ("[a]: /b\nc", "<p>c</p>"),
        ("[a]: /b 'c' d", "<p>[a]: /b 'c' d</p>"), ("[a]: /b\n[c]: /d\n===", "<p>===</p>"),
        ("[a]\n\n[a]: /b\n[A]: /c", "<p><a href=\"/b\">a</a></p>"),
        ("> [a]: /b\n\n[a]", "<blockquote>\n</blockquote>\n<p><a href=\"/b\">a</a></p>"),
        ("[ẞ  x]\n\n[ss X]: /b", "<p><a href=\"/b\">ẞ  x</a></p>"), ("[a]: /b\n--", "<p>--</p>"),
    ]

    @Test("Come out as CommonMark has them", arguments: cases.indices)
    func blocks(index: Int) {
        let (markdown, html) = Self.cases[index]
        let text = MarkdownDocument(parsing: markdown).html(Self.plain).text
        #expect(text.replacing("&#39;", with: "'") == html + "\n", "\(markdown.debugDescription)")
        #expect(HTMLChecker.problems(in: text) == [])
    }

    private static func table(_ header: String, _ rows: String...) -> String {
        let body = rows.isEmpty ? "" : "<tbody>\n" + rows.map { "<tr>\n\($0)\n</tr>\n" }.joined() + "</tbody>\n"
        return "<table>\n<thead>\n<tr>\n\(header)\n</tr>\n</thead>\n\(body)</table>"
    }

    private static let tables: [(markdown: String, html: String)] = [
        ("a|b\n-|-", table("<th>a</th>\n<th>b</th>")),
        (
            "| a | *b* |\n|:--|--:|\n| `c\\|d` | e\nf\n\ng",
            table(
                "<th align=\"left\">a</th>\n<th align=\"right\"><em>b</em></th>",
                "<td align=\"left\"><code>c|d</code></td>\n<td align=\"right\">e</td>",
                "<td align=\"left\">f</td>\n<td align=\"right\"></td>") + "\n<p>g</p>"
        ),
        ("|a|\n|:-:|\n|b|c|", table("<th align=\"center\">a</th>", "<td align=\"center\">b</td>")),
        ("a|b\n-|-|-", "<p>a|b\n-|-|-</p>"), ("a|b\n-|x", "<p>a|b\n-|x</p>"), ("a|b\n\n-|-", "<p>a|b</p>\n<p>-|-</p>"),
        ("x\na|b\n-|-\n> c", "<p>x</p>\n" + table("<th>a</th>\n<th>b</th>") + "\n<blockquote>\n<p>c</p>\n</blockquote>"),
        ("- a|b\n  -|-\n  c|d", "<ul>\n<li>\n" + table("<th>a</th>\n<th>b</th>", "<td>c</td>\n<td>d</td>") + "\n</li>\n</ul>"),
        ("a\\\\|b\n-|-", table("<th>a\\</th>\n<th>b</th>")), ("|<b>|\n|-|", table("<th>&lt;b&gt;</th>")),
        // The line above was a definition, and is no header.
        ("[a]: /b\n-\n", "<p>-</p>"),
    ]

    @Test("Tables come out as GitHub has them", arguments: tables.indices)
    func github(index: Int) {
        let (markdown, html) = Self.tables[index]
        let text = MarkdownDocument(parsing: markdown).html(Self.plain).text
        #expect(text == html + "\n", "\(markdown.debugDescription)")
    }

    @Test("A document is a value: the same text is the same one")
    func value() {
        let document = MarkdownDocument(parsing: "1. a\n2. b")
        let items: [[MarkdownBlock]] = [[.paragraph([.text("a")])], [.paragraph([.text("b")])]]
        guard case .list(let list) = document.blocks.first else {
            Issue.record("no list")
            return
        }
        #expect(list.start == 1 && list.isTight && list.items == items && document.blocks.count == 1)
        #expect(document == MarkdownDocument(parsing: "1.  a\n1.  b") && document != MarkdownDocument(parsing: "- a\n- b"))
    }

    @Test("What is nested too deep is text, and nothing is lost")
    func nesting() {
        let limits = MarkdownLimits(nesting: 2)
        let html = { MarkdownDocument(parsing: $0, limits: limits).html(Self.plain).text }
        #expect(html("> > > a") == "<blockquote>\n<blockquote>\n<p>&gt; a</p>\n</blockquote>\n</blockquote>\n")
        #expect(html("- - - a") == "<ul>\n<li>\n<ul>\n<li>- a</li>\n</ul>\n</li>\n</ul>\n")
        #expect(html("*a **b ~~c `d`~~***") == "<p><em>a <strong>b c <code>d</code></strong></em></p>\n")
        #expect(html("**_[a](/b) c_**") == "<p><strong><em>a c</em></strong></p>\n")
        let deep = String(repeating: "> ", count: 500) + "a"
        #expect(
            MarkdownDocument(parsing: deep, limits: MarkdownLimits(nesting: .min)).plainText.filter { $0 == ">" }.count == 499)
        #expect(
            MarkdownDocument(parsing: deep, limits: MarkdownLimits(nesting: .max)).plainText.filter { $0 == ">" }.count == 436)
    }

    @Test("References repeat only so many bytes, and empty cells are filled in only so often")
    func repeated() {
        let text = "[a]: /" + String(repeating: "x", count: 99) + "\n\n" + String(repeating: "[a] ", count: 100)
        let html = MarkdownDocument(parsing: text, limits: MarkdownLimits(repeatedBytes: 1050)).html().text
        #expect(html.split(separator: "<a ").count == 11)
        #expect(html.split(separator: "[a]").count == 91)
        let table =
            String(repeating: "a|", count: 2000) + "\n" + String(repeating: "-|", count: 2000) + "\n"
            + String(repeating: "|\n", count: 2000)
        #expect(MarkdownDocument(parsing: table).html().text.split(separator: "<td>").count < 20_000)
    }
}
