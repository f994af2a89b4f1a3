import SafeMarkdown
import Testing

@Suite("Running text")
struct InlineTests {
    private static let plain = HTMLPolicy(relations: [])

    private static let cases: [(markdown: String, html: String)] = [
        // Emphasis
        ("*a* _b_ **c** __d__", "<em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong>"),
        ("***a***", "<em><strong>a</strong></em>"),
        ("*a **b** c*", "<em>a <strong>b</strong> c</em>"), ("a_b_c a*b*c", "a_b_c a<em>b</em>c"), ("a * b*", "a * b*"),
        ("**a*", "*<em>a</em>"), ("*a**", "<em>a</em>*"),
        ("*(*a*)*", "<em>(<em>a</em>)</em>"), ("*a**b**c*", "<em>a<strong>b</strong>c</em>"),
        ("*a `*`*", "<em>a <code>*</code></em>"), ("**„a“**", "<strong>„a“</strong>"),
        ("*a [b*](/c)", "*a <a href=\"/c\">b*</a>"), ("\\*a*", "*a*"), ("*a_*_", "<em>a_</em>_"),
        ("2**3**4", "2<strong>3</strong>4"), ("~~a~~ ~b~ ~~~c~~~", "<del>a</del> <del>b</del> ~~~c~~~"),
        ("~~a~", "~~a~"), ("*~~a*~~", "<em>~~a</em>~~"), ("__ __a", "__ __a"),
        // Code
        ("`a  b`", "<code>a  b</code>"), ("`` ` ``", "<code>`</code>"), ("`a", "`a"), ("`a\nb`", "<code>a b</code>"),
        ("`\\`", "<code>\\</code>"), ("` `", "<code> </code>"), ("```a``", "```a``"),
        ("\\``a`", "`<code>a</code>"), ("`<b>&amp;`", "<code>&lt;b&gt;&amp;amp;</code>"),
        // Links
        ("[a](/b)", "<a href=\"/b\">a</a>"), ("[a](</b c> \"d\")", "<a href=\"/b%20c\" title=\"d\">a</a>"),
        ("[a]()", "<a href=\"\">a</a>"), ("[a](/b 'c' d)", "[a](/b &#39;c&#39; d)"),
        ("[a](/b(c)d)", "<a href=\"/b(c)d\">a</a>"), ("[a](b c)", "[a](b c)"),
        ("[a [b](/c)](/d)", "[a <a href=\"/c\">b</a>](/d)"), ("[a\\]](/b)", "<a href=\"/b\">a]</a>"),
        ("[a](/b\\)&auml;)", "<a href=\"/b)%C3%A4\">a</a>"), ("[*a*](/b)", "<a href=\"/b\"><em>a</em></a>"),
        ("[`]`](/b)", "<a href=\"/b\"><code>]</code></a>"), ("[a][b]", "[a][b]"),
        ("[a <https://b.c>](/d)", "<a href=\"/d\">a https://b.c</a>"), ("[https://b.c](/d)", "<a href=\"/d\">https://b.c</a>"),
        ("[a](/b \"x\ny\")", "<a href=\"/b\" title=\"x\ny\">a</a>"),
        // Addresses
        ("<https://a.b/?c=d&e>", "<a href=\"https://a.b/?c=d&amp;e\">https://a.b/?c=d&amp;e</a>"),
        ("<a@b.c>", "<a href=\"mailto:a@b.c\">a@b.c</a>"), ("<a@b..c>", "&lt;a@b..c&gt;"),
        ("https://a.b/c_d_e.", "<a href=\"https://a.b/c_d_e\">https://a.b/c_d_e</a>."),
        ("(www.a.b/c(d))", "(<a href=\"http://www.a.b/c(d)\">www.a.b/c(d)</a>)"),
        ("http://localhost:80/?a=b&amp;", "<a href=\"http://localhost:80/?a=b\">http://localhost:80/?a=b</a>&amp;"),
        ("xhttp://a.b awww.a.b", "xhttp://a.b awww.a.b"), ("www.a_b.c www. http://", "www.a_b.c www. http://"),
        ("**https://a.b**", "<strong><a href=\"https://a.b\">https://a.b</a></strong>"),
        ("ftp://a.b javascript://a.b", "ftp://a.b javascript://a.b"),
        ("[https://a.b]", "[<a href=\"https://a.b\">https://a.b</a>]"),
        ("\"https://a.b\", «https://c.d»", "&quot;<a href=\"https://a.b\">https://a.b</a>&quot;, «https://c.d»"),
        ("HTTPS://A.B", "<a href=\"HTTPS://A.B\">HTTPS://A.B</a>"),
        // Characters
        ("&amp; &copy; &#65; &#x42; &nope; &; &#0; &#x110000; &#1;", "&amp; © A B &amp;nope; &amp;; \u{FFFD} \u{FFFD} \u{FFFD}"),
        ("\\& \\a \\\\", "&amp; \\a \\"), ("&#42;a&#42;", "*a*"),
        ("a\u{0}b\u{7}c\u{FFFF}", "a\u{FFFD}b\u{FFFD}c\u{FFFD}"),
        ("&lt;b&gt; <b> 1 < 2 > \"x\" 'y'", "&lt;b&gt; &lt;b&gt; 1 &lt; 2 &gt; &quot;x&quot; &#39;y&#39;"),
        ("&ngE;", "\u{2267}\u{338}"), ("\u{FEFF}a", "a"),
        // Raw HTML
        ("a <b title=\"*x*\">*c*</b>", "a &lt;b title=&quot;*x*&quot;&gt;<em>c</em>&lt;/b&gt;"),
        (
            "a <!-- *b* --> <? _c_ ?> <!D *e*> <![CDATA[*f*]]>",
            "a &lt;!-- *b* --&gt; &lt;? _c_ ?&gt; &lt;!D *e*&gt; &lt;![CDATA[*f*]]&gt;"
        ),
        ("*a <b c=*>", "*a &lt;b c=*&gt;"), ("a <b c=>", "a &lt;b c=&gt;"),
    ]

    @Test("Comes out as CommonMark and GitHub have it", arguments: cases.indices)
    func inlines(index: Int) {
        let (markdown, html) = Self.cases[index]
        let text = MarkdownDocument(parsing: markdown).html(Self.plain).text
        #expect(text == "<p>\(html)</p>\n", "\(markdown.debugDescription)")
        #expect(HTMLChecker.problems(in: text) == [])
    }

    @Test("A text in one piece is one value")
    func pieces() {
        #expect(MarkdownDocument(parsing: "a\\*b&amp;c_d [e").blocks == [.paragraph([.text("a*b&c_d [e")])])
    }
}
