/// Finds raw HTML tags, so that they are shown as they were written: nothing in them is taken for Markdown.
struct HTMLTag {
    private let bytes: [UInt8]
    private let end: Int
    /// How far was looked; one past a tag that was found.
    private(set) var position: Int

    init(in bytes: [UInt8], at start: Int, end: Int) {
        self.bytes = bytes
        self.end = end
        position = start
    }

    /// Whether an opening or closing tag begins here.
    mutating func find() -> Bool {
        guard skip(UInt8(ascii: "<")) else { return false }
        if skip(UInt8(ascii: "/")) {
            guard skipName() else { return false }
            skipWhitespace()
            return skip(UInt8(ascii: ">"))
        }
        guard skipName() else { return false }
        while position < end {
            let hasSpace = skipWhitespace()
            if skip(UInt8(ascii: "/")) { return skip(UInt8(ascii: ">")) }
            if skip(UInt8(ascii: ">")) { return true }
            guard hasSpace, skipAttribute() else { return false }
        }
        return false
    }

    /// Skips the name of an element.
    mutating func skipName() -> Bool {
        guard position < end, bytes[position].isLetter else { return false }
        while position < end, bytes[position].isAlphanumeric || bytes[position] == UInt8(ascii: "-") { position += 1 }
        return true
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard position < end, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    @discardableResult
    private mutating func skipWhitespace() -> Bool {
        let start = position
        position = bytes.skippingWhitespace(from: start, end: end)
        return position > start
    }

    private mutating func skipAttribute() -> Bool {
        let start = position
        while position < end, Self.isNameByte(bytes[position], isFirst: position == start) { position += 1 }
        guard position > start else { return false }
        let nameEnd = position
        skipWhitespace()
        guard skip(UInt8(ascii: "=")) else {
            position = nameEnd
            return true
        }
        skipWhitespace()
        for quote in [UInt8(ascii: "\""), UInt8(ascii: "'")] where skip(quote) {
            while position < end, bytes[position] != quote { position += 1 }
            return skip(quote)
        }
        let value = position
        while position < end, Self.isUnquotedByte(bytes[position]) { position += 1 }
        return position > value
    }

    private static func isNameByte(_ byte: UInt8, isFirst: Bool) -> Bool {
        if byte.isLetter || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":") { return true }
        return !isFirst && (byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-"))
    }

    private static func isUnquotedByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"):
            false
        default: !byte.isWhitespace
        }
    }
}
