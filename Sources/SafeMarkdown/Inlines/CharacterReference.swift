/// A character written as `&amp;`, `&#38;` or `&#x26;`.
enum CharacterReference {
    /// The UTF-8 of a reference that begins at a place, and one past its end; `nil` if there is none. Numbers of no character, and
    /// of those that must not be in HTML, stand for U+FFFD.
    static func decode(at start: Int, in bytes: [UInt8], end: Int) -> (utf8: [UInt8], end: Int)? {
        guard start + 2 < end, bytes[start] == UInt8(ascii: "&") else { return nil }
        if bytes[start + 1] == UInt8(ascii: "#") { return number(at: start + 2, in: bytes, end: end) }
        // The longest name has 31 letters.
        let limit = min(end, start + 33)
        var position = start + 1
        while position < limit, bytes[position].isAlphanumeric { position += 1 }
        guard position < limit, bytes[position] == UInt8(ascii: ";") else { return nil }
        guard let characters = NamedCharacters.all.characters(of: bytes[start + 1..<position]) else { return nil }
        return (characters.flatMap { Array(UTF8.encode($0) ?? UTF8.encodedReplacementCharacter) }, position + 1)
    }

    private static func number(at start: Int, in bytes: [UInt8], end: Int) -> (utf8: [UInt8], end: Int)? {
        let isHex = bytes[start] | 0x20 == UInt8(ascii: "x")
        let first = isHex ? start + 1 : start
        let limit = min(end, first + (isHex ? 6 : 7))
        var position = first
        var value: UInt32 = 0
        while position < limit, isHex ? bytes[position].isHexDigit : bytes[position].isDigit {
            let digit = UInt32(bytes[position] & 0x0F) + (bytes[position].isDigit ? 0 : 9)
            value = value * (isHex ? 16 : 10) + digit
            position += 1
        }
        guard position > first, position < end, bytes[position] == UInt8(ascii: ";") else { return nil }
        guard let scalar = Unicode.Scalar(value), SourceText.isAllowed(scalar), let utf8 = UTF8.encode(scalar) else {
            return (SourceText.replacement, position + 1)
        }
        return (Array(utf8), position + 1)
    }

    /// The text of a range without backslashes that escape something and with references replaced.
    static func decoded(_ bytes: [UInt8], in range: Range<Int>) -> String {
        let isPlain = bytes[range].allSatisfy { $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "&") }
        if isPlain { return bytes.string(range) }
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\\"), position + 1 < range.upperBound, bytes[position + 1].isPunctuation {
                text.append(bytes[position + 1])
                position += 2
            } else if byte == UInt8(ascii: "&"), let character = decode(at: position, in: bytes, end: range.upperBound) {
                text.append(contentsOf: character.utf8)
                position = character.end
            } else {
                text.append(byte)
                position += 1
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
