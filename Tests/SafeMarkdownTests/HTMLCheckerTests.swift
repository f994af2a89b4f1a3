import SafeMarkdown
import Testing

@Suite("What checks the HTML")
struct HTMLCheckerTests {
    @Test(
        "Finds what a broken renderer could let through",
        arguments: [
            "<script>alert(1)</script>", "<p><script></script></p>", "<p>a<b</p>", "<p>a & b</p>", "<p>&#106;</p>",
            "<p>&copy;</p>",
            "<p>a", "</p>", "<p></em>", "<p><em></p></em>", "<p>\"</p>", "<p>'</p>", "<p>></p>", "<P></P>",
            "<p onclick=\"x\"></p>",
            "<p dir=\"auto\" dir=\"auto\"></p>", "<p dir=auto></p>", "<p dir='auto'></p>", "<p dir=\"auto\"onclick=\"\"></p>",
            "<p><a href=\"javascript:alert(1)\">a</a></p>", "<p><a href=\"JavaScript:alert(1)\">a</a></p>",
            "<p><a href=\"java\nscript:alert(1)\">a</a></p>", "<p><a href=\" javascript:alert(1)\">a</a></p>",
            "<p><a href=\"\u{1}javascript:alert(1)\">a</a></p>", "<p><a href=\"java&#10;script:alert(1)\">a</a></p>",
            "<p><a href=\"%6Aavascript:alert(1)\">a</a></p>", "<p><a href=\"vbscript:x\">a</a></p>",
            "<p><a href=\"data:,x\">a</a></p>",
            "<p><a href=\"//example.com\">a</a></p>", "<p><a href=\"/\\example.com\">a</a></p>",
            "<p><a href=\"\\\\example.com\">a</a></p>",
            "<p><a href=\"/a\" onmouseover=\"x\">a</a></p>", "<p><a href=\"/a\"><a href=\"/b\">a</a></a></p>", "<p><a>a</a></p>",
            "<p><a href=\"/ä\">a</a></p>", "<p><a href=\"/a\" style=\"x\">a</a></p>",
            "<p><a href=\"/a\" rel=\"opener\">a</a></p>",
            "<p><img src=\"javascript:x\" alt=\"\" /></p>", "<p><img src=\"/x\" alt=\"\"></p>",
            "<p><img src=\"/x\" onerror=\"x\" /></p>",
            "<p><img alt=\"\" /></p>", "<h1 id=\"a\">a</h1>", "<pre><code class=\"a\"></code></pre>",
            "<pre><code class=\"language-a b\"></code></pre>",
            "<ol start=\"-1\">\n</ol>", "<ol start=\"x\">\n</ol>", "<p><p></p></p>", "<li></li>", "<ul>a</ul>",
            "<ul><p></p></ul>",
            "<p><br></p>", "<p><br /></br></p>", "<p>\u{0}</p>", "<p>\u{8}</p>", "<p>\u{FFFF}</p>", "<!-- a -->",
            "<p><!-- --></p>",
            "<!DOCTYPE html>", "<p><svg></svg></p>", "<iframe></iframe>", "<p><em a></em></p>", "<p><a href=\"a\"b\">a</a></p>",
            "a", "<",
            "<p><a href=\"/a\" title=\"<\">a</a></p>", "<tr></tr>", "<table><tr></tr></table>", "<p", "<p dir=\"auto",
        ])
    func unsafe(html: String) {
        #expect(!HTMLChecker.problems(in: html).isEmpty)
    }

    @Test(
        "Accepts what is right",
        arguments: [
            "", "<p>a</p>", "<p>&lt;&amp;&gt;&quot;&#39;</p>\n<hr />", "<p dir=\"auto\"><em>a</em><br />\n<strong>b</strong></p>",
            "<p><a href=\"https://example.com/?a=b&amp;c=d\" title=\"&quot;\" rel=\"nofollow ugc\">a</a></p>",
            "<p><a href=\"mailto:a@example.com\">a</a> <a href=\"/a:b\">b</a> <a href=\"#javascript:c\">c</a></p>",
            "<h2 id=\"a-b\">b</h2>", "<ol start=\"0\">\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ol>",
            "<table>\n<thead>\n<tr>\n<th align=\"left\">a</th>\n</tr>\n</thead>\n</table>",
            "<pre><code class=\"language-c++\">a\n\tb\n</code></pre>", "<p><img src=\"/a\" alt=\"\" /></p>",
        ])
    func safe(html: String) {
        #expect(HTMLChecker.problems(in: html, idPrefix: "a-") == [])
    }
}
