/// Finds the parts of links and of definitions. Each answers where the part ends, in time that the parts' own marks bound, so that
/// no text is looked at over and over.
enum LinkScanner {
    /// The text of a label `[…]` that begins at a place: at most 999 characters, taken as bytes here, and no brackets.
    static func label(at start: Int, in bytes: [UInt8], end: Int) -> Range<Int>? {
        guard start < end, bytes[start] == UInt8(ascii: "[") else { return nil }
        let limit = min(end, start + 1001)
        var position = start + 1
        while position < limit {
            switch bytes[position] {
            case UInt8(ascii: "]"): return start + 1..<position
            case UInt8(ascii: "["): return nil
            case UInt8(ascii: "\\") where position + 1 < limit && bytes[position + 1].isPunctuation: position += 2
            default: position += 1
            }
        }
        return nil
    }

    /// An address at a place, in angle brackets or without, and one past its end.
    static func destination(at start: Int, in bytes: [UInt8], end: Int) -> (text: Range<Int>, end: Int)? {
        guard start < end else { return nil }
        if bytes[start] == UInt8(ascii: "<") {
            var position = start + 1
            while position < end {
                switch bytes[position] {
                case UInt8(ascii: ">"): return (start + 1..<position, position + 1)
                case UInt8(ascii: "<"), .lineFeed: return nil
                case UInt8(ascii: "\\") where position + 1 < end && bytes[position + 1].isPunctuation: position += 2
                default: position += 1
                }
            }
            return nil
        }
        var position = start
        var depth = 0
        scanning: while position < end {
            switch bytes[position] {
            case UInt8(ascii: "\\") where position + 1 < end && bytes[position + 1].isPunctuation: position += 1
            case UInt8(ascii: "("):
                depth += 1
                // As many as the specification asks for at least.
                if depth > 32 { return nil }
            case UInt8(ascii: ")"):
                if depth == 0 { break scanning }
                depth -= 1
            case 0...0x20, 0x7F: break scanning
            default: break
            }
            position += 1
        }
        return depth == 0 ? (start..<position, position) : nil
    }

    /// A title at a place, in quotes or brackets, and one past its end.
    static func title(at start: Int, in bytes: [UInt8], end: Int) -> (text: Range<Int>, end: Int)? {
        guard start < end else { return nil }
        let close: UInt8
        switch bytes[start] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): close = bytes[start]
        case UInt8(ascii: "("): close = UInt8(ascii: ")")
        default: return nil
        }
        var position = start + 1
        while position < end {
            switch bytes[position] {
            case close: return (start + 1..<position, position + 1)
            case UInt8(ascii: "(") where close == UInt8(ascii: ")"): return nil
            case UInt8(ascii: "\\") where position + 1 < end && bytes[position + 1].isPunctuation: position += 2
            default: position += 1
            }
        }
        return nil
    }
}
