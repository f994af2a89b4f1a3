import SafeMarkdown
import Testing

@Suite("A document as text")
struct PlainTextTests {
    static let article = """
        # Rescue *mode*

        Restart it with [the panel](https://example.com/panel "Panel"),
        then run `fsck`:

        1. first
        2. second
           - a

        > said **before**

        ```sh
        fsck -y  /dev/vda1

        reboot
        ```

        | Disk | State |
        | ---- | ----- |
        | vda1 | ~~bad~~ good |

        ---

        ![A picture](/a.png) <b>x</b> &amp; y
        """

    @Test("The words are left, without marks and addresses")
    func words() {
        #expect(
            MarkdownDocument(parsing: Self.article).plainText == """
                Rescue mode

                Restart it with the panel,
                then run fsck:

                first
                second
                a

                said before

                fsck -y  /dev/vda1

                reboot

                Disk State
                vda1 bad good

                A picture <b>x</b> & y
                """)
    }

    @Test("A mail shows lists, quotes and where links lead")
    func mail() {
        #expect(
            MarkdownDocument(parsing: Self.article).mailText == """
                Rescue mode

                Restart it with the panel <https://example.com/panel>,
                then run fsck:

                1. first
                2. second
                   - a

                > said before

                fsck -y  /dev/vda1

                reboot

                Disk | State
                vda1 | bad good

                ---

                A picture </a.png> <b>x</b> & y
                """)
        #expect(
            MarkdownDocument(parsing: "<https://example.com> <a@example.com>").mailText == "https://example.com a@example.com")
    }

    @Test("A quote has its mark on blank lines too")
    func quotedLines() {
        #expect(MarkdownDocument(parsing: "> a\n> b\n>\n> c\n\nd").mailText == "> a\n> b\n>\n> c\n\nd")
        #expect(MarkdownDocument(parsing: "> - a\n>\n>       code\n>\n>   > b").mailText == "> - a\n>\n>   code\n>\n>   > b")
    }

    @Test("Nothing is made of nothing", arguments: ["", "\n\n", "[a]: /b", "  \t "])
    func empty(text: String) {
        let document = MarkdownDocument(parsing: text)
        #expect(document.plainText.isEmpty && document.mailText.isEmpty && document.summary(limit: 9).isEmpty)
        #expect(document.html().text.isEmpty && document.outline().isEmpty)
    }
}
