/// Divides a text into blocks, line by line, as the appendix "A parsing strategy" of the specification describes: each line first
/// continues the blocks that are open, then may begin others, and what is left is text.
struct BlockParser {
    let source: [UInt8]
    /// How deep quotes and items may be within each other.
    let nesting: Int

    var nodes: [BlockNode]
    /// The blocks that are open, each in the one before; the first is the document.
    var open = [0]
    /// How many of the open blocks go on in this line.
    var matched = 1
    /// The text of all blocks. Only the innermost open one gets text, so that each has its own in one piece.
    var content: [UInt8] = []
    var tables: [TableDraft] = []
    /// How many cells may be filled in still, for a short text could otherwise ask for very many.
    var missingCells: Int
    var definitions = LinkDefinitions()
    var lineNumber = 0
    /// Where the last line of the open paragraph begins in the text.
    var lastLineStart = 0

    init(source: [UInt8], nesting: Int) {
        self.source = source
        self.nesting = nesting
        nodes = [BlockNode(kind: .document, level: 0, lastLine: 0, content: 0..<0)]
        missingCells = 1000 + source.count
        content.reserveCapacity(source.count)
    }

    /// Reads everything. Must be called once.
    mutating func parse() {
        var start = 0
        while start < source.count {
            var end = start
            while end < source.count, source[end] != .lineFeed { end += 1 }
            lineNumber += 1
            var line = LineCursor(bytes: source, line: start..<end)
            read(&line)
            start = end + 1
        }
        close(downTo: 1)
    }

    /// The innermost open block.
    var tip: Int { open[open.count - 1] }

    /// The innermost block that goes on in this line.
    var container: Int { open[matched - 1] }

    private mutating func read(_ line: inout LineCursor) {
        matched = 1
        matching: while matched < open.count {
            switch continues(open[matched], in: &line) {
            case .yes: matched += 1
            case .no: break matching
            case .closed:
                close(downTo: matched)
                return
            }
        }
        let start = startBlocks(in: &line)
        if case .wholeLine = start { return }
        if case .nothing = start, matched < open.count, !line.isBlank, nodes[tip].isParagraph {
            // Whoever quotes or indents only the first line of a paragraph means all of it.
            addLine(line.text, to: tip)
            return
        }
        close(downTo: matched)
        addText(&line)
    }
}
