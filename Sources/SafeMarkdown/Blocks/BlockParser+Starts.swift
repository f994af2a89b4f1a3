extension BlockParser {
    /// What was begun in a line.
    enum Start {
        case nothing
        case blocks
        /// Blocks, and nothing of the line is left.
        case wholeLine
    }

    /// Begins the blocks whose marks come next in a line.
    mutating func startBlocks(in line: inout LineCursor) -> Start {
        // What is indented goes on with a paragraph, even one whose quote or item does not go on.
        var isParagraphOpen = nodes[tip].isParagraph
        var start = Start.nothing
        while !nodes[container].isVerbatim, !line.isBlank {
            if line.indent >= 4 {
                guard !isParagraphOpen else { break }
                line.advance(columns: 4)
                push(.indentedCode)
                return .blocks
            }
            if startContainer(in: &line) {
                start = .blocks
                isParagraphOpen = false
                continue
            }
            if startLeaf(in: line) { return .wholeLine }
            if let kind = startedHTML(in: line, isParagraphOpen: isParagraphOpen) {
                push(.html(kind))
                return .blocks
            }
            break
        }
        return start
    }

    /// Begins a quote or an item.
    private mutating func startContainer(in line: inout LineCursor) -> Bool {
        guard nodes[container].level < nesting, let byte = line.textByte else { return false }
        if byte == UInt8(ascii: ">") {
            skipQuoteMark(in: &line)
            push(.quote)
            return true
        }
        guard !isThematicBreak(line.text), !isSettingHeading(line.text) else { return false }
        let isWithinParagraph = nodes[container].isParagraph
        guard let marker = ListMarker(in: source, at: line.text, isWithinParagraph: isWithinParagraph) else { return false }
        startItem(with: marker, in: &line)
        return true
    }

    private mutating func startItem(with marker: ListMarker, in line: inout LineCursor) {
        let indent = line.indent
        line.advanceText(bytes: marker.length)
        var width = indent + marker.length
        // An item that begins with code has one space before that code's indentation.
        let spaces = line.isBlank || line.indent > 4 ? 1 : line.indent
        line.advance(columns: spaces)
        width += spaces
        if case .list(let other) = nodes[container].kind, other.continues(with: marker) {
        } else {
            push(.list(marker))
        }
        push(.item(width: width))
    }

    private func startedHTML(in line: LineCursor, isParagraphOpen: Bool) -> HTMLBlockKind? {
        guard line.textByte == UInt8(ascii: "<") else { return nil }
        let canBeAnyTag = !nodes[container].isParagraph && !isParagraphOpen
        return HTMLBlockKind(in: source, at: line.text, canBeAnyTag: canBeAnyTag)
    }

    /// Begins a block whose first line is its mark.
    private mutating func startLeaf(in line: LineCursor) -> Bool {
        guard let byte = line.textByte else { return false }
        switch byte {
        case UInt8(ascii: "#"):
            if startHeading(in: line.text) { return true }
        case UInt8(ascii: "`"), UInt8(ascii: "~"):
            if let fence = CodeFence(in: source, at: line.text, indent: line.indent) {
                push(.fencedCode(fence))
                return true
            }
        default: break
        }
        if isSettingHeading(line.text), setHeading(level: byte == UInt8(ascii: "=") ? 1 : 2) { return true }
        if isThematicBreak(line.text) {
            push(.thematicBreak)
            return true
        }
        return startTable(at: line.text)
    }

    /// `# A heading ##`.
    private mutating func startHeading(in text: Range<Int>) -> Bool {
        var start = text.lowerBound
        while start < text.upperBound, source[start] == UInt8(ascii: "#") { start += 1 }
        let level = start - text.lowerBound
        guard (1...6).contains(level), start == text.upperBound || source[start].isBlank else { return false }
        var title = source.trimmed(start..<text.upperBound)
        var end = title.upperBound
        while end > title.lowerBound, source[end - 1] == UInt8(ascii: "#") { end -= 1 }
        if end == title.lowerBound || source[end - 1].isBlank { title = source.trimmed(title.lowerBound..<end) }
        push(.heading(level: level))
        content.append(contentsOf: source[title])
        nodes[tip].content = nodes[tip].content.lowerBound..<content.count
        return true
    }

    /// Whether a line is one below a paragraph that makes a heading of it.
    private func isSettingHeading(_ text: Range<Int>) -> Bool {
        guard nodes[container].isParagraph, matched == open.count else { return false }
        let byte = source[text.lowerBound]
        guard byte == UInt8(ascii: "=") || byte == UInt8(ascii: "-") else { return false }
        var position = text.lowerBound
        while position < text.upperBound, source[position] == byte { position += 1 }
        return source.skippingBlanks(from: position, end: text.upperBound) == text.upperBound
    }

    /// Makes a heading of the open paragraph, unless nothing but definitions is in it.
    private mutating func setHeading(level: Int) -> Bool {
        takeDefinitions(from: tip)
        guard !content.trimmed(nodes[tip].content).isEmpty else { return false }
        nodes[tip].kind = .heading(level: level)
        nodes[tip].lastLine = lineNumber
        return true
    }

    /// Three or more of the same mark, with white space between.
    private func isThematicBreak(_ text: Range<Int>) -> Bool {
        guard let byte = text.isEmpty ? nil : source[text.lowerBound] else { return false }
        guard byte == UInt8(ascii: "*") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") else { return false }
        var count = 0
        for position in text {
            if source[position] == byte {
                count += 1
            } else if !source[position].isBlank {
                return false
            }
        }
        return count >= 3
    }
}
