/// A block while a document is read.
struct BlockNode {
    enum Kind {
        case document
        case quote
        case list(ListMarker)
        /// What its text is indented by, in columns.
        case item(width: Int)
        case paragraph
        case heading(level: Int)
        case indentedCode
        case fencedCode(CodeFence)
        case html(HTMLBlockKind)
        case thematicBreak
        /// Where the table is among those of the document.
        case table(Int)
    }

    var kind: Kind
    /// How many quotes and items it is in, itself included.
    var level: Int
    /// The number of the last line that has something of it; those of its children are not counted.
    var lastLine: Int
    /// Where its text is among that of all.
    var content: Range<Int>
    var firstChild: Int?
    var lastChild: Int?
    var next: Int?
    /// Whether it is a list with blank lines in it.
    var isLoose = false

    /// Whether a block of a kind may be directly in it.
    func canHold(_ kind: Kind) -> Bool {
        switch (self.kind, kind) {
        case (.list, .item): true
        case (.list, _), (_, .item): false
        case (.document, _), (.quote, _), (.item, _): true
        default: false
        }
    }

    var isParagraph: Bool {
        if case .paragraph = kind { return true }
        return false
    }

    /// Whether its lines are taken as they are, and nothing begins in it.
    var isVerbatim: Bool {
        switch kind {
        case .indentedCode, .fencedCode, .html: true
        default: false
        }
    }
}

/// What fences code in.
struct CodeFence {
    var byte: UInt8
    var length: Int
    /// How far the fence is indented; so much is taken from the lines of the code too.
    var indent: Int
    /// Where the text behind the opening fence is in the source.
    var info: Range<Int>

    /// A fence at the start of a range.
    init?(in bytes: [UInt8], at text: Range<Int>, indent: Int) {
        guard let byte = text.isEmpty ? nil : bytes[text.lowerBound], byte == UInt8(ascii: "`") || byte == UInt8(ascii: "~")
        else {
            return nil
        }
        var position = text.lowerBound
        while position < text.upperBound, bytes[position] == byte { position += 1 }
        guard position - text.lowerBound >= 3 else { return nil }
        if byte == UInt8(ascii: "`"), bytes[position..<text.upperBound].contains(byte) { return nil }
        self.byte = byte
        self.indent = indent
        length = position - text.lowerBound
        info = bytes.trimmed(position..<text.upperBound)
    }

    /// Whether a range, which begins with no white space, closes it.
    func isClosed(by text: Range<Int>, in bytes: [UInt8]) -> Bool {
        var position = text.lowerBound
        while position < text.upperBound, bytes[position] == byte { position += 1 }
        return position - text.lowerBound >= length
            && bytes.skippingBlanks(from: position, end: text.upperBound) == text.upperBound
    }
}
