/// What a block of raw HTML begins with, which says where it ends.
enum HTMLBlockKind {
    /// Something whose content is no HTML, up to a line with its closing tag.
    case verbatim
    case comment
    case instruction
    case declaration
    case characterData
    /// Tags, up to a blank line.
    case tags

    /// The kind of a block that begins at the start of a range, with `<`.
    ///
    /// - Parameters:
    ///   - bytes: The source.
    ///   - text: What is left of a line.
    ///   - canBeAnyTag: Whether it may begin with a tag of any name, alone in its line: not where it would end a paragraph.
    init?(in bytes: [UInt8], at text: Range<Int>, canBeAnyTag: Bool) {
        let (start, end) = (text.lowerBound, text.upperBound)
        if bytes.has("<!--", at: start, end: end) {
            self = .comment
        } else if bytes.has("<?", at: start, end: end) {
            self = .instruction
        } else if bytes.has("<![cdata[", at: start, end: end), bytes[start + 3] == UInt8(ascii: "C") {
            self = .characterData
        } else if bytes.has("<!", at: start, end: end), start + 2 < end, bytes[start + 2].isLetter {
            self = .declaration
        } else if let kind = Self.named(in: bytes, at: text) {
            self = kind
        } else {
            var tag = HTMLTag(in: bytes, at: start, end: end)
            guard canBeAnyTag, tag.find(), bytes.skippingBlanks(from: tag.position, end: end) == end else { return nil }
            self = .tags
        }
    }

    var endsAtBlankLine: Bool {
        if case .tags = self { return true }
        return false
    }

    /// Whether a line is the last one.
    func isEnded(by line: Range<Int>, in bytes: [UInt8]) -> Bool {
        let marks =
            switch self {
            case .verbatim: ["</script>", "</pre>", "</style>", "</textarea>"]
            case .comment: ["-->"]
            case .instruction: ["?>"]
            case .declaration: [">"]
            case .characterData: ["]]>"]
            case .tags: [String]()
            }
        return line.contains { position in
            marks.contains { bytes.has($0, at: position, end: line.upperBound) }
        }
    }

    private static func named(in bytes: [UInt8], at text: Range<Int>) -> HTMLBlockKind? {
        let isClosing = bytes.has("</", at: text.lowerBound, end: text.upperBound)
        let start = text.lowerBound + (isClosing ? 2 : 1)
        var tag = HTMLTag(in: bytes, at: start, end: text.upperBound)
        guard tag.skipName(), tag.position - start <= 10 else { return nil }
        let end = tag.position
        let name = String(decoding: bytes[start..<end].map(\.lowercased), as: UTF8.self)
        let next = end < text.upperBound ? bytes[end] : .space
        if !isClosing, ["pre", "script", "style", "textarea"].contains(name) {
            return next.isBlank || next == UInt8(ascii: ">") ? .verbatim : nil
        }
        guard blockNames.contains(name) else { return nil }
        let isEmpty = bytes.has("/>", at: end, end: text.upperBound)
        return next.isBlank || next == UInt8(ascii: ">") || isEmpty ? .tags : nil
    }

    /// The names that the specification lists for its sixth kind.
    private static let blockNames: Set<String> = Set(
        """
        address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset
        figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link main menu menuitem
        nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead title tr track ul
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
