/// What begins an item of a list.
struct ListMarker {
    /// The bullet, or what follows the number.
    var byte: UInt8
    /// The number.
    var number: Int?
    /// How many bytes it takes.
    var length: Int

    /// A marker at the start of a range.
    ///
    /// - Parameters:
    ///   - bytes: The source.
    ///   - text: What is left of a line.
    ///   - isWithinParagraph: Whether it would end a paragraph: then its item must not be empty, and its number be 1, so that a
    ///     number at the start of a line of running text begins no list.
    init?(in bytes: [UInt8], at text: Range<Int>, isWithinParagraph: Bool) {
        var position = text.lowerBound
        guard position < text.upperBound else { return nil }
        byte = bytes[position]
        switch byte {
        case UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "+"): break
        case _ where byte.isDigit:
            var value = 0
            while position < text.upperBound, bytes[position].isDigit {
                guard position - text.lowerBound < 9 else { return nil }
                value = value * 10 + Int(bytes[position] & 0x0F)
                position += 1
            }
            guard position < text.upperBound else { return nil }
            byte = bytes[position]
            guard byte == UInt8(ascii: ".") || byte == UInt8(ascii: ")") else { return nil }
            if isWithinParagraph, value != 1 { return nil }
            number = value
        default: return nil
        }
        position += 1
        if position < text.upperBound, !bytes[position].isBlank { return nil }
        if isWithinParagraph, bytes.skippingBlanks(from: position, end: text.upperBound) == text.upperBound { return nil }
        length = position - text.lowerBound
    }

    /// Whether an item with another marker belongs to the same list.
    func continues(with other: ListMarker) -> Bool { byte == other.byte && (number == nil) == (other.number == nil) }
}
