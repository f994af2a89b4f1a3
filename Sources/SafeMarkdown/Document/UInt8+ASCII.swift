extension UInt8 {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20

    /// A space or a tab.
    @inline(__always)
    var isBlank: Bool { self == .space || self == .tab }

    /// A space, a tab or a line end.
    @inline(__always)
    var isWhitespace: Bool { self == .space || self == .tab || self == .lineFeed }

    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }

    @inline(__always)
    var isHexDigit: Bool { isDigit || (self | 0x20) &- 0x61 < 6 }

    @inline(__always)
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    @inline(__always)
    var isAlphanumeric: Bool { isLetter || isDigit }

    /// One of the 32 marks that a backslash can take the meaning from.
    @inline(__always)
    var isPunctuation: Bool { self > 0x20 && self < 0x7F && !isAlphanumeric }

    /// The small letter of a capital one; everything else is itself.
    @inline(__always)
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}

extension [UInt8] {
    /// Whether these letters, whatever their case, are at a place.
    ///
    /// - Parameters:
    ///   - letters: Small letters and marks.
    ///   - position: Where the first is.
    ///   - end: Where the text ends, at most the number of bytes.
    func has(_ letters: String, at position: Int, end: Int) -> Bool {
        guard position >= 0, position + letters.utf8.count <= end else { return false }
        var position = position
        for letter in letters.utf8 {
            if self[position].lowercased != letter { return false }
            position += 1
        }
        return true
    }

    /// The text of a range.
    func string(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }

    /// The first place from a position on that has no space or tab.
    @inline(__always)
    func skippingBlanks(from position: Int, end: Int) -> Int {
        var position = position
        while position < end, self[position].isBlank { position += 1 }
        return position
    }

    /// The first place from a position on that has no space, tab or line end.
    @inline(__always)
    func skippingWhitespace(from position: Int, end: Int) -> Int {
        var position = position
        while position < end, self[position].isWhitespace { position += 1 }
        return position
    }

    /// A range without white space at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, self[start].isWhitespace { start += 1 }
        while end > start, self[end - 1].isWhitespace { end -= 1 }
        return start..<end
    }
}
