extension BlockParser {
    /// Whether an open block goes on in a line.
    enum Continuation {
        case yes
        case no
        /// The line is its last one.
        case closed
    }

    /// Whether an open block goes on in a line; what belongs to its mark is skipped.
    mutating func continues(_ index: Int, in line: inout LineCursor) -> Continuation {
        switch nodes[index].kind {
        case .document, .list: return .yes
        case .heading, .thematicBreak: return .no
        case .quote:
            guard line.indent < 4, line.textByte == UInt8(ascii: ">") else { return .no }
            skipQuoteMark(in: &line)
            nodes[index].lastLine = lineNumber
        case .item(let width):
            if line.isBlank {
                // An item may begin with at most one blank line.
                guard nodes[index].firstChild != nil else { return .no }
            } else {
                guard line.indent >= width else { return .no }
            }
            line.advance(columns: min(width, line.indent))
        case .paragraph, .table:
            return line.isBlank ? .no : .yes
        case .indentedCode:
            if line.indent >= 4 {
                line.advance(columns: 4)
            } else {
                guard line.isBlank else { return .no }
                line.advanceText()
            }
        case .fencedCode(let fence):
            nodes[index].lastLine = lineNumber
            if line.indent < 4, fence.isClosed(by: line.text, in: source) { return .closed }
            line.advance(columns: min(fence.indent, line.indent))
        case .html(let kind):
            if kind.endsAtBlankLine, line.isBlank { return .no }
        }
        return .yes
    }

    func skipQuoteMark(in line: inout LineCursor) {
        line.advanceText(bytes: 1)
        if line.indent > 0 { line.advance(columns: 1) }
    }

    /// Gives what is left of a line to the innermost block, or to a new paragraph.
    mutating func addText(_ line: inout LineCursor) {
        switch nodes[tip].kind {
        case .indentedCode:
            if !line.isBlank { nodes[tip].lastLine = lineNumber }
            addVerbatim(line)
        case .fencedCode: addVerbatim(line)
        case .html(let kind):
            nodes[tip].lastLine = lineNumber
            addVerbatim(line)
            if kind.isEnded(by: line.offset..<line.end, in: source) { close(downTo: open.count - 1) }
        case .heading, .thematicBreak: break
        case .table(let table):
            nodes[tip].lastLine = lineNumber
            addRow(line.text, to: table)
        case .paragraph: addLine(line.text, to: tip)
        case .document, .quote, .list, .item:
            guard !line.isBlank else { return }
            push(.paragraph)
            addLine(line.text, to: tip)
        }
    }

    /// Adds a line to a paragraph.
    mutating func addLine(_ text: Range<Int>, to index: Int) {
        lastLineStart = content.count
        content.append(contentsOf: source[text])
        content.append(.lineFeed)
        nodes[index].content = nodes[index].content.lowerBound..<content.count
        nodes[index].lastLine = lineNumber
    }

    private mutating func addVerbatim(_ line: LineCursor) {
        var start = line.offset
        if line.isWithinTab {
            for _ in 0..<4 - line.column % 4 { content.append(.space) }
            start += 1
        }
        content.append(contentsOf: source[start..<line.end])
        content.append(.lineFeed)
        nodes[tip].content = nodes[tip].content.lowerBound..<content.count
    }

    /// Opens a block in the innermost one of this line that can hold it; the others are closed.
    mutating func push(_ kind: BlockNode.Kind) {
        while matched > 1, !nodes[container].canHold(kind) { matched -= 1 }
        close(downTo: matched)
        let parent = tip
        var level = nodes[parent].level
        switch kind {
        case .quote, .item: level += 1
        default: break
        }
        if let previous = nodes[parent].lastChild {
            if lastLine(of: previous) + 1 < lineNumber { loosen(parent) }
            nodes[previous].next = nodes.count
        } else {
            nodes[parent].firstChild = nodes.count
        }
        nodes[parent].lastChild = nodes.count
        open.append(nodes.count)
        nodes.append(BlockNode(kind: kind, level: level, lastLine: lineNumber, content: content.count..<content.count))
        matched = open.count
    }

    /// Notes that a blank line divides what is in the innermost open block.
    private mutating func loosen(_ parent: Int) {
        switch nodes[parent].kind {
        case .list: nodes[parent].isLoose = true
        // An item is in a list always.
        case .item: nodes[open[open.count - 2]].isLoose = true
        default: break
        }
    }

    /// The last line that has something of a block or of what is in it.
    private func lastLine(of index: Int) -> Int {
        var index = index
        var line = nodes[index].lastLine
        while let child = nodes[index].lastChild {
            line = max(line, nodes[child].lastLine)
            index = child
        }
        return line
    }

    /// Closes open blocks until so many are left.
    mutating func close(downTo count: Int) {
        while open.count > count {
            let index = open.removeLast()
            switch nodes[index].kind {
            case .paragraph: takeDefinitions(from: index)
            case .indentedCode: nodes[index].content = withoutBlankLinesAtEnd(nodes[index].content)
            default: break
            }
        }
        matched = min(matched, count)
    }

    /// Takes the definitions from the start of a paragraph.
    mutating func takeDefinitions(from index: Int) {
        let range = nodes[index].content
        let start = definitions.take(from: content, in: range)
        nodes[index].content = start..<range.upperBound
    }

    private func withoutBlankLinesAtEnd(_ range: Range<Int>) -> Range<Int> {
        var end = range.upperBound
        while end > range.lowerBound, content[end - 1].isWhitespace { end -= 1 }
        // Up to the end of that line.
        while end < range.upperBound, content[end] != .lineFeed { end += 1 }
        return range.lowerBound..<min(end + 1, range.upperBound)
    }
}
