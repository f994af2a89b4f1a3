/// A run of `*`, `_` or `~`.
struct DelimiterRun {
    var byte: UInt8
    /// Where it is.
    var range: Range<Int>
    var canOpen: Bool
    var canClose: Bool
    /// How many of its marks have found no others.
    var remaining: Int
    /// How many marks each end takes that its first marks are, from left to right.
    var closes: [Int] = []
    /// How many marks each start takes that its last marks are, from right to left.
    var opens: [Int] = []
    /// The neighbours among those that may still find others, −1 for none.
    var previous = -1
    var next = -1

    /// A run of marks, by what is on its sides.
    init(in bytes: [UInt8], range: Range<Int>, within text: Range<Int>) {
        byte = bytes[range.lowerBound]
        self.range = range
        remaining = range.count
        let before = Surrounding(before: range.lowerBound, in: bytes, start: text.lowerBound)
        let after = Surrounding(at: range.upperBound, in: bytes, end: text.upperBound)
        let isLeft = after != .space && (after != .punctuation || before != .other)
        let isRight = before != .space && (before != .punctuation || after != .other)
        if byte == UInt8(ascii: "_") {
            canOpen = isLeft && (!isRight || before == .punctuation)
            canClose = isRight && (!isLeft || after == .punctuation)
        } else {
            canOpen = isLeft
            canClose = isRight
        }
        if byte == UInt8(ascii: "~"), range.count > 2 {
            canOpen = false
            canClose = false
        }
    }

    /// Whether it can be the start of what another one ends.
    func matches(_ closer: DelimiterRun) -> Bool {
        guard byte == closer.byte, canOpen else { return false }
        if byte == UInt8(ascii: "~") { return range.count == closer.range.count }
        // So that in `*a**b*c**` nobody has to guess.
        guard canClose || closer.canOpen, closer.range.count % 3 != 0 else { return true }
        return (range.count + closer.range.count) % 3 != 0
    }

    /// One of 14 numbers for what decides which starts fit this end: the mark, its length modulo three, and whether it can open.
    var closingKind: Int {
        switch byte {
        case UInt8(ascii: "*"): range.count % 3 * 2 + (canOpen ? 1 : 0)
        case UInt8(ascii: "_"): 6 + range.count % 3 * 2 + (canOpen ? 1 : 0)
        default: 12 + range.count % 2
        }
    }

    static let closingKinds = 14
}

/// What is beside a run of delimiters.
private enum Surrounding {
    case space
    case punctuation
    case other

    /// The character that ends at a position.
    init(before position: Int, in bytes: [UInt8], start: Int) {
        guard position > start else {
            self = .space
            return
        }
        var first = position - 1
        while first > start, bytes[first] & 0xC0 == 0x80 { first -= 1 }
        self.init(at: first, in: bytes, end: position)
    }

    /// The character that begins at a position.
    init(at position: Int, in bytes: [UInt8], end: Int) {
        guard position < end else {
            self = .space
            return
        }
        let byte = bytes[position]
        guard byte >= 0x80 else {
            self = byte.isWhitespace ? .space : byte.isPunctuation ? .punctuation : .other
            return
        }
        let last = min(end, position + 4)
        guard let scalar = String(decoding: bytes[position..<last], as: UTF8.self).unicodeScalars.first else {
            self = .other
            return
        }
        switch scalar.properties.generalCategory {
        case .spaceSeparator: self = .space
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
            .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            self = .punctuation
        default: self = .other
        }
    }
}
