/// A table while a document is read.
struct TableDraft {
    var alignments: [MarkdownTable.Alignment]
    /// Where the cells of each row are in the text of all blocks; the first row is the header.
    var rows: [[Range<Int>]]

    /// The alignments of a row that divides a header from what follows: `| :-- | :-: |`. `nil` if it is something else.
    static func alignments(of row: Range<Int>, in bytes: [UInt8]) -> [MarkdownTable.Alignment]? {
        var position = row.lowerBound
        let end = row.upperBound
        if position < end, bytes[position] == UInt8(ascii: "|") { position += 1 }
        var alignments: [MarkdownTable.Alignment] = []
        while true {
            position = bytes.skippingBlanks(from: position, end: end)
            guard position < end else { break }
            let isLeft = bytes[position] == UInt8(ascii: ":")
            if isLeft { position += 1 }
            let start = position
            while position < end, bytes[position] == UInt8(ascii: "-") { position += 1 }
            guard position > start else { return nil }
            let isRight = position < end && bytes[position] == UInt8(ascii: ":")
            if isRight { position += 1 }
            alignments.append(isLeft ? (isRight ? .center : .left) : (isRight ? .right : .none))
            position = bytes.skippingBlanks(from: position, end: end)
            guard position < end else { break }
            guard bytes[position] == UInt8(ascii: "|") else { return nil }
            position += 1
        }
        return alignments.isEmpty ? nil : alignments
    }

    /// Calls back with each cell of a row, without white space around it.
    static func cells(of row: Range<Int>, in bytes: [UInt8], _ body: (Range<Int>) -> Void) {
        let row = bytes.trimmed(row)
        var start = row.lowerBound
        if start < row.upperBound, bytes[start] == UInt8(ascii: "|") { start += 1 }
        var position = start
        while position < row.upperBound {
            if bytes[position] == UInt8(ascii: "\\"), position + 1 < row.upperBound {
                position += 2
                continue
            }
            if bytes[position] == UInt8(ascii: "|") {
                body(bytes.trimmed(start..<position))
                start = position + 1
            }
            position += 1
        }
        if start < row.upperBound { body(bytes.trimmed(start..<row.upperBound)) }
    }
}

extension BlockParser {
    /// Begins a table if the last line of the open paragraph has as many cells as this row has columns. The lines before it stay a
    /// paragraph.
    mutating func startTable(at row: Range<Int>) -> Bool {
        guard nodes[container].isParagraph, matched == open.count else { return false }
        guard let alignments = TableDraft.alignments(of: row, in: source) else { return false }
        // It may have been a definition.
        guard lastLineStart >= nodes[tip].content.lowerBound else { return false }
        let header = lastLineStart..<nodes[tip].content.upperBound
        var count = 0
        TableDraft.cells(of: header, in: content) { _ in count += 1 }
        guard count == alignments.count else { return false }

        let line = Array(content[header])
        let isWhole = header.lowerBound == nodes[tip].content.lowerBound
        content.removeSubrange(header)
        nodes[tip].content = nodes[tip].content.lowerBound..<content.count
        if isWhole {
            nodes[tip].kind = .table(tables.count)
            nodes[tip].lastLine = lineNumber
        } else {
            push(.table(tables.count))
        }
        tables.append(TableDraft(alignments: alignments, rows: []))
        add(line[...].indices, of: line, to: tables.count - 1)
        return true
    }

    /// Adds a row of the source to a table.
    mutating func addRow(_ row: Range<Int>, to table: Int) { add(row, of: source, to: table) }

    private mutating func add(_ row: Range<Int>, of bytes: [UInt8], to table: Int) {
        let columns = tables[table].alignments.count
        var cells: [Range<Int>] = []
        TableDraft.cells(of: row, in: bytes) { cell in
            if cells.count < columns { cells.append(addCell(cell, of: bytes)) }
        }
        let missing = min(columns - cells.count, missingCells)
        missingCells -= missing
        for _ in 0..<missing { cells.append(content.count..<content.count) }
        tables[table].rows.append(cells)
    }

    /// Adds the text of a cell, where a backslash before a bar means that the bar divides no cells.
    private mutating func addCell(_ cell: Range<Int>, of bytes: [UInt8]) -> Range<Int> {
        let start = content.count
        for position in cell {
            let isEscape = bytes[position] == UInt8(ascii: "\\") && position + 1 < cell.upperBound
            if !isEscape || bytes[position + 1] != UInt8(ascii: "|") { content.append(bytes[position]) }
        }
        return start..<content.count
    }
}
