extension InlineParser {
    /// `[` or `![`, which may begin a link or an image.
    mutating func openBracket(isImage: Bool) -> Bool {
        let end = position + (isImage ? 2 : 1)
        guard !isImage || end <= text.upperBound && bytes[end - 1] == UInt8(ascii: "[") else { return false }
        take(.text(position..<end), upTo: end)
        if !brackets.isEmpty { brackets[brackets.count - 1].hasBracketAfter = true }
        brackets.append(InlineBracket(token: tokens.count - 1, isImage: isImage, position: end, delimiters: lastRun))
        return true
    }

    /// `]`, which ends a link if an address follows, or a label that is defined, or if what it closes is such a label.
    mutating func closeBracket() -> Bool {
        guard let bracket = brackets.popLast() else { return false }
        let isPossible = bracket.isImage || brackets.count >= linkFloor
        linkFloor = min(linkFloor, brackets.count)
        guard isPossible, let (link, end) = inlineLink() ?? referenceLink(for: bracket) else { return false }
        matchRuns(after: bracket.delimiters)
        tokens[bracket.token] = .linkStart(links.count)
        links.append(InlineLink(destination: link.destination, title: link.title, isImage: bracket.isImage))
        take(.linkEnd, upTo: end)
        if !bracket.isImage { linkFloor = brackets.count }
        return true
    }

    /// `(address "title")` after a closing bracket.
    private func inlineLink() -> (LinkDefinitions.Definition, end: Int)? {
        let end = text.upperBound
        guard position + 1 < end, bytes[position + 1] == UInt8(ascii: "(") else { return nil }
        let start = bytes.skippingWhitespace(from: position + 2, end: end)
        guard let destination = LinkScanner.destination(at: start, in: bytes, end: end) else { return nil }
        var close = bytes.skippingWhitespace(from: destination.end, end: end)
        var title: Range<Int>?
        if close > destination.end, let found = LinkScanner.title(at: close, in: bytes, end: end) {
            title = found.text
            close = bytes.skippingWhitespace(from: found.end, end: end)
        }
        guard close < end, bytes[close] == UInt8(ascii: ")") else { return nil }
        let definition = LinkDefinitions.Definition(
            destination: CharacterReference.decoded(bytes, in: destination.text),
            title: title.map { CharacterReference.decoded(bytes, in: $0) })
        return (definition, close + 1)
    }

    /// `[text][label]`, `[label][]` or `[label]`.
    private mutating func referenceLink(for bracket: InlineBracket) -> (LinkDefinitions.Definition, end: Int)? {
        var end = position + 1
        var label: Range<Int>?
        if let found = LinkScanner.label(at: end, in: bytes, end: text.upperBound) {
            end = found.upperBound + 1
            label = found.isEmpty ? nil : found
        }
        if label == nil, !bracket.hasBracketAfter, position - bracket.position < 1000 { label = bracket.position..<position }
        guard let label, let definition = definitions.definition(of: label, in: bytes) else { return nil }
        repeatedBytes -= definition.destination.utf8.count + (definition.title?.utf8.count ?? 0)
        return repeatedBytes >= 0 ? (definition, end) : nil
    }
}
