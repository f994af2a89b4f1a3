/// Makes the blocks of a document from those that were read.
struct BlockTree {
    private let parser: BlockParser

    init(_ parser: BlockParser) { self.parser = parser }

    /// The blocks of the document.
    func blocks(with inlines: inout InlineParser) -> [MarkdownBlock] { children(of: 0, with: &inlines) }

    private func children(of parent: Int, with inlines: inout InlineParser) -> [MarkdownBlock] {
        var blocks: [MarkdownBlock] = []
        var child = parser.nodes[parent].firstChild
        while let index = child {
            if let block = block(index, with: &inlines) { blocks.append(block) }
            child = parser.nodes[index].next
        }
        return blocks
    }

    private func block(_ index: Int, with inlines: inout InlineParser) -> MarkdownBlock? {
        let node = parser.nodes[index]
        switch node.kind {
        // Items are made by their list.
        case .document, .item: return nil
        case .quote: return .quote(children(of: index, with: &inlines))
        case .list(let marker):
            var items: [[MarkdownBlock]] = []
            var item = node.firstChild
            while let index = item {
                items.append(children(of: index, with: &inlines))
                item = parser.nodes[index].next
            }
            return .list(MarkdownList(start: marker.number, isTight: !node.isLoose, items: items))
        case .paragraph:
            let text = parser.content.trimmed(node.content)
            // Nothing but definitions was in it.
            return text.isEmpty ? nil : .paragraph(inlines.parse(text))
        case .heading(let level): return .heading(level: level, inlines.parse(node.content))
        case .indentedCode: return .code(language: nil, parser.content.string(node.content))
        case .fencedCode(let fence): return .code(language: language(of: fence), parser.content.string(node.content))
        case .html:
            let end = node.content.upperBound
            return .html(parser.content.string(node.content.lowerBound..<max(node.content.lowerBound, end - 1)))
        case .thematicBreak: return .thematicBreak
        case .table(let index): return .table(table(parser.tables[index], with: &inlines))
        }
    }

    /// The first word after a fence.
    private func language(of fence: CodeFence) -> String? {
        let info = CharacterReference.decoded(parser.source, in: fence.info)
        return info.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }

    private func table(_ draft: TableDraft, with inlines: inout InlineParser) -> MarkdownTable {
        var rows: [[[MarkdownInline]]] = []
        for row in draft.rows {
            var cells: [[MarkdownInline]] = []
            for cell in row { cells.append(cell.isEmpty ? [] : inlines.parse(cell)) }
            rows.append(cells)
        }
        return MarkdownTable(alignments: draft.alignments, header: rows.first ?? [], rows: Array(rows.dropFirst()))
    }
}
