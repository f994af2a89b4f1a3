/// The addresses that a document defines for its links: `[label]: /address "title"`.
struct LinkDefinitions {
    struct Definition {
        var destination: String
        var title: String?
    }

    private var definitions: [String: Definition] = [:]

    /// The definition of a label, whatever its case; the first one counts.
    func definition(of label: Range<Int>, in bytes: [UInt8]) -> Definition? {
        definitions.isEmpty ? nil : definitions[Self.key(bytes[label])]
    }

    /// Takes the definitions from the start of a paragraph's text. Answers where the rest begins.
    mutating func take(from bytes: [UInt8], in range: Range<Int>) -> Int {
        var start = range.lowerBound
        while start < range.upperBound, let next = takeOne(from: bytes, in: start..<range.upperBound) { start = next }
        return start
    }

    private mutating func takeOne(from bytes: [UInt8], in range: Range<Int>) -> Int? {
        let end = range.upperBound
        guard let label = LinkScanner.label(at: range.lowerBound, in: bytes, end: end) else { return nil }
        guard !bytes.trimmed(label).isEmpty else { return nil }
        let colon = label.upperBound + 1
        guard colon < end, bytes[colon] == UInt8(ascii: ":") else { return nil }
        let start = bytes.skippingWhitespace(from: colon + 1, end: end)
        guard let destination = LinkScanner.destination(at: start, in: bytes, end: end), destination.end > start else {
            return nil
        }

        var title: Range<Int>?
        var next = lineEnd(from: destination.end, in: bytes, end: end)
        let titleStart = bytes.skippingWhitespace(from: destination.end, end: end)
        if titleStart > destination.end, let found = LinkScanner.title(at: titleStart, in: bytes, end: end),
            let titleEnd = lineEnd(from: found.end, in: bytes, end: end)
        {
            title = found.text
            next = titleEnd
        }
        guard let next else { return nil }
        let key = Self.key(bytes[label])
        if definitions[key] == nil {
            definitions[key] = Definition(
                destination: CharacterReference.decoded(bytes, in: destination.text),
                title: title.map { CharacterReference.decoded(bytes, in: $0) })
        }
        return next
    }

    /// Where the next line begins, if only white space is before it.
    private func lineEnd(from position: Int, in bytes: [UInt8], end: Int) -> Int? {
        let position = bytes.skippingBlanks(from: position, end: end)
        if position == end { return end }
        return bytes[position] == .lineFeed ? position + 1 : nil
    }

    /// What labels that mean the same have in common: white space counts as one space, and case does not count. Lower case and
    /// then upper case folds what changes its length, such as ẞ, too.
    private static func key(_ label: ArraySlice<UInt8>) -> String {
        var folded: [UInt8] = []
        var isDivided = false
        for byte in label {
            if byte.isWhitespace {
                isDivided = !folded.isEmpty
                continue
            }
            if isDivided { folded.append(.space) }
            isDivided = false
            folded.append(byte)
        }
        return String(decoding: folded, as: UTF8.self).lowercased().uppercased()
    }
}
