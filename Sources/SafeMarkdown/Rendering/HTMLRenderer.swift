/// Makes HTML of a document.
struct HTMLRenderer {
    let policy: HTMLPolicy
    var writer = HTMLWriter()
    /// The ids of the headings that come next, the last one first.
    private var ids: [String]
    /// Whether a link is open, within which there can be no other.
    var isWithinLink = false
    let relation: String?
    private let direction: String?

    init(policy: HTMLPolicy, document: MarkdownDocument) {
        self.policy = policy
        ids = policy.headingIDPrefix == nil ? [] : document.outline(for: policy).reversed().map(\.id)
        relation = policy.relations.isEmpty ? nil : policy.relations.map(\.rawValue).joined(separator: " ")
        direction = policy.detectsDirection ? "auto" : nil
    }

    mutating func render(_ blocks: [MarkdownBlock]) {
        for block in blocks { render(block) }
    }

    private mutating func render(_ block: MarkdownBlock) {
        writer.endLine()
        switch block {
        case .heading(let level, let content):
            let name = Self.headingName(policy.level(level))
            writer.open(name, [("id", ids.popLast()), ("dir", direction)])
            render(content)
            writer.close(name)
        case .paragraph(let content):
            writer.open("p", [("dir", direction)])
            render(content)
            writer.close("p")
        case .quote(let blocks):
            writer.open("blockquote", [("dir", direction)])
            render(blocks)
            writer.endLine()
            writer.close("blockquote")
        case .list(let list): render(list)
        case .code(let language, let code): render(code: code, language: language)
        case .html(let html): render(code: html + "\n", language: nil)
        case .thematicBreak: writer.empty("hr")
        case .table(let table): render(table)
        }
        writer.endLine()
    }

    private static func headingName(_ level: Int) -> StaticString {
        switch level {
        case 1: "h1"
        case 2: "h2"
        case 3: "h3"
        case 4: "h4"
        case 5: "h5"
        default: "h6"
        }
    }

    private mutating func render(code: String, language: String?) {
        writer.open("pre")
        writer.open("code", [("class", language.map { "language-\($0)" })])
        writer.text(code)
        writer.close("code")
        writer.close("pre")
    }

    private mutating func render(_ list: MarkdownList) {
        let start = list.start.flatMap { $0 == 1 ? nil : String($0) }
        let name: StaticString = list.start == nil ? "ul" : "ol"
        writer.open(name, [("start", start), ("dir", direction)])
        writer.endLine()
        for item in list.items {
            writer.open("li", [("dir", direction)])
            for block in item {
                if list.isTight, case .paragraph(let content) = block {
                    render(content)
                } else {
                    render(block)
                }
            }
            writer.close("li")
            writer.endLine()
        }
        writer.close(name)
    }

    private mutating func render(_ table: MarkdownTable) {
        writer.open("table", [("dir", direction)])
        writer.endLine()
        writer.open("thead")
        render(table.header, as: "th", table.alignments)
        writer.close("thead")
        writer.endLine()
        if !table.rows.isEmpty {
            writer.open("tbody")
            for row in table.rows { render(row, as: "td", table.alignments) }
            writer.close("tbody")
            writer.endLine()
        }
        writer.close("table")
    }

    private mutating func render(_ row: [[MarkdownInline]], as name: StaticString, _ alignments: [MarkdownTable.Alignment]) {
        writer.endLine()
        writer.open("tr")
        writer.endLine()
        for (cell, alignment) in zip(row, alignments) {
            let side: String? =
                switch alignment {
                case .none: nil
                case .left: "left"
                case .center: "center"
                case .right: "right"
                }
            writer.open(name, [("align", side), ("dir", direction)])
            render(cell)
            writer.close(name)
            writer.endLine()
        }
        writer.close("tr")
        writer.endLine()
    }
}

extension MarkdownDocument {
    /// The document as HTML. The same document and policy make the same bytes always.
    ///
    /// Parameter `policy`: what is shown; what it refuses is shown as its text.
    package func html(_ policy: HTMLPolicy = HTMLPolicy()) -> SafeHTML {
        var renderer = HTMLRenderer(policy: policy, document: self)
        renderer.render(blocks)
        return renderer.writer.html
    }
}
