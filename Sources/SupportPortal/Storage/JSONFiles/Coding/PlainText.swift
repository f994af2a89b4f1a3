/// Finds the end of what stands for itself in a string of JSON, eight bytes at a time.
///
/// A byte of a word is 0 exactly if subtracting 1 borrows from a high bit that was not set. Borrows run upwards only, so that the lowest mark is
/// always right.
enum PlainText {
    @inline(__always)
    static var highBits: UInt64 { 0x8080_8080_8080_8080 }

    /// High bits where a word has a quote, a backslash or a control character; right up to the first.
    @inline(__always)
    static func marks(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let controls = (word &- ones &* 0x20) & ~word
        return (controls | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & highBits
    }

    /// The first quote, backslash or control character from an index on, or the end.
    @inline(__always)
    static func end(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        let raw = UnsafeRawBufferPointer(bytes)
        while bytes.count &- index >= 8 {
            let marks = marks(in: UInt64(littleEndian: unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            if marks != 0 { return index &+ marks.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < bytes.count {
            let byte = unsafe bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { return index }
            index &+= 1
        }
        return index
    }

    /// Whether bytes are valid UTF-8.
    static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            let lead = unsafe bytes[index]
            var length = 1
            // What the second byte may be: no overlong forms, no surrogates, nothing beyond U+10FFFF.
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0x00...0x7F: length = 1
            case 0xC2...0xDF: length = 2
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: length = 3
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: length = 4
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            default: return false
            }
            guard bytes.count - index >= length else { return false }
            if length > 1 {
                guard second.contains(unsafe bytes[index + 1]) else { return false }
                for offset in 2..<max(2, length) where unsafe bytes[index + offset] & 0xC0 != 0x80 { return false }
            }
            index += length
        }
        return true
    }

    /// The text of the content of a string whose escapes have been checked.
    static func unescaped(_ content: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        var index = 0
        while index < content.count {
            let byte = unsafe content[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            let kind = unsafe content[index]
            index += 1
            switch kind {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                var value = unsafe codeUnit(content, at: index) ?? 0
                index += 4
                if value & 0xFC00 == 0xD800 {
                    value = 0x10000 + (value & 0x3FF) << 10 + (unsafe codeUnit(content, at: index + 2) ?? 0) & 0x3FF
                    index += 6
                }
                result.append(contentsOf: Character(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
            default: result.append(kind)
            }
        }
        return result
    }

    /// The value of four hexadecimal digits; `nil` if they are not all there.
    static func codeUnit(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt32? {
        guard bytes.count - index >= 4 else { return nil }
        var value: UInt32 = 0
        for offset in 0..<4 {
            let digit: UInt8
            switch unsafe bytes[index + offset] {
            case let byte where byte &- UInt8(ascii: "0") < 10: digit = byte - UInt8(ascii: "0")
            case let byte where (byte | 0x20) &- UInt8(ascii: "a") < 6: digit = (byte | 0x20) - UInt8(ascii: "a") + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
