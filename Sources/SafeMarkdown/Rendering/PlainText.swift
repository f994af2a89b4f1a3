/// Writes a document as text, as its words alone or as a mail shows it.
struct PlainText {
    /// Whether lists, quotes and addresses are shown.
    private let isMarked: Bool
    private var text = ""
    /// What the lines that come next begin with.
    private var indent = ""

    private init(isMarked: Bool) { self.isMarked = isMarked }

    /// The text of blocks.
    static func text(of blocks: [MarkdownBlock], isMarked: Bool) -> String {
        var writer = PlainText(isMarked: isMarked)
        writer.write(blocks, isTight: false)
        return writer.text
    }

    /// The words of running text, in one line.
    static func words(of inlines: [MarkdownInline]) -> String {
        var writer = PlainText(isMarked: false)
        writer.write(inlines, lineEnd: " ")
        return writer.text
    }

    private mutating func write(_ blocks: [MarkdownBlock], isTight: Bool) {
        var isFirst = true
        for block in blocks where isMarked || block != .thematicBreak {
            if !isFirst { divide(isTight: isTight) }
            isFirst = false
            write(block)
        }
    }

    /// Ends a line, and leaves one blank.
    private mutating func divide(isTight: Bool) {
        endLine()
        if !isTight { endLine() }
    }

    private mutating func endLine() {
        while text.utf8.last == .space { text.removeLast() }
        text += "\n"
        text += indent
    }

    private mutating func write(_ block: MarkdownBlock) {
        switch block {
        case .heading(_, let content), .paragraph(let content): write(content)
        case .quote(let blocks): write(blocks, isTight: false, mark: "> ", indent: "> ")
        case .list(let list):
            var number = list.start
            var isFirst = true
            for item in list.items {
                if !isFirst { divide(isTight: list.isTight) }
                isFirst = false
                let mark = number.map { "\($0). " } ?? "- "
                write(item, isTight: list.isTight, mark: mark, indent: String(repeating: " ", count: mark.utf8.count))
                number = number.map { $0 + 1 }
            }
        case .code(_, let code): write(lines: code.hasSuffix("\n") ? code.dropLast() : code[...])
        case .html(let html): write(lines: html[...])
        case .thematicBreak: text += "---"
        case .table(let table):
            write(row: table.header)
            for row in table.rows {
                endLine()
                write(row: row)
            }
        }
    }

    private mutating func write(_ blocks: [MarkdownBlock], isTight: Bool, mark: String, indent: String) {
        let outer = self.indent
        if isMarked {
            text += mark
            self.indent += indent
        }
        write(blocks, isTight: isTight)
        self.indent = outer
    }

    private mutating func write(lines: Substring) {
        var isFirst = true
        for line in lines.split(separator: "\n", omittingEmptySubsequences: false) {
            if !isFirst { endLine() }
            isFirst = false
            text += line
        }
    }

    private mutating func write(row: [[MarkdownInline]]) {
        var isFirst = true
        for cell in row {
            if !isFirst { text += isMarked ? " | " : " " }
            isFirst = false
            write(cell)
        }
    }

    private mutating func write(_ inlines: [MarkdownInline]) { write(inlines, lineEnd: nil) }

    /// Parameter `lineEnd`: what a line end becomes, `nil` for one.
    private mutating func write(_ inlines: [MarkdownInline], lineEnd: String?) {
        for inline in inlines {
            switch inline {
            case .text(let text), .code(let text), .html(let text): self.text += text
            case .emphasis(let content), .strong(let content), .strikethrough(let content): write(content, lineEnd: lineEnd)
            case .link(let link), .image(let link): write(link, lineEnd: lineEnd)
            case .softBreak, .lineBreak:
                if let lineEnd {
                    text += lineEnd
                } else {
                    endLine()
                }
            }
        }
    }

    private mutating func write(_ link: MarkdownLink, lineEnd: String?) {
        let start = text.utf8.count
        write(link.content, lineEnd: lineEnd)
        guard isMarked, !link.destination.isEmpty else { return }
        let isShown = Substring(text.utf8.dropFirst(start))
        if isShown.isEmpty {
            text += link.destination
        } else if !link.destination.hasSuffix(isShown) {
            text += " <\(link.destination)>"
        }
    }
}

extension MarkdownDocument {
    /// The words without any marks, as they are searched and summed up: a blank line divides blocks, single line ends are kept.
    /// Addresses of links and images are not in it.
    package var plainText: String { PlainText.text(of: blocks, isMarked: false) }

    /// The text as a mail shows it: with bullets, numbers and quotation marks of lines, and the addresses of links behind their text
    /// in angle brackets. It may be Markdown again, but does not mean the same everywhere.
    package var mailText: String { PlainText.text(of: blocks, isMarked: true) }
}
