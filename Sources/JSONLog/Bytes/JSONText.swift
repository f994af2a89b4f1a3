/// Strings of JSON, in and out.
enum JSONText {
    /// Appends a string in quotes. Escaped is what must be: quotes, backslashes and control characters.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 { append(byte: byte, to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends a byte of a string.
    @inline(__always)
    static func append(byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0x0D: bytes.append(contentsOf: "\\r".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case ..<0x20:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(hexDigits(byte >> 4))
            bytes.append(hexDigits(byte & 15))
        default: bytes.append(byte)
        }
    }

    /// The text between the quotes of a string whose grammar has been checked; `nil` if it is no Unicode.
    static func decode(_ content: ArraySlice<UInt8>) -> String? {
        guard content.contains(UInt8(ascii: "\\")) else { return String(validating: content, as: UTF8.self) }
        var units: [UInt8] = []
        var rest = content
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
                units.append(byte)
                continue
            }
            switch kind {
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0C)
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "u"):
                guard let scalar = scalar(&rest) else { return nil }
                units.append(contentsOf: String(scalar).utf8)
            default: units.append(kind)
            }
        }
        return String(validating: units, as: UTF8.self)
    }

    /// The scalar of the hexadecimal digits after `\u`, and of a second escape if it takes two.
    private static func scalar(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let unit = codeUnit(&rest) else { return nil }
        guard UTF16.isLeadSurrogate(unit) else { return Unicode.Scalar(unit) }
        guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u"), let trail = codeUnit(&rest),
            UTF16.isTrailSurrogate(trail)
        else { return nil }
        return Unicode.Scalar(0x10000 + (UInt32(unit) & 0x3FF) << 10 + UInt32(trail) & 0x3FF)
    }

    private static func codeUnit(_ rest: inout ArraySlice<UInt8>) -> UInt16? {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = rest.popFirst(), let digit = hexDigit(byte) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    /// Appends a number as sixteen hexadecimal digits.
    static func append(hexadecimal number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(60), through: 0, by: -4) { bytes.append(hexDigits(UInt8(number &>> shift & 15))) }
    }

    /// Appends a number in digits.
    static func append(_ number: Int64, to bytes: inout [UInt8]) { bytes.append(contentsOf: String(number).utf8) }

    /// The value of a hexadecimal digit, `nil` if it is none.
    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - 0x57
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 0x37
        default: nil
        }
    }

    private static func hexDigits(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    /// The bytes as a value that may stand in a line, with space for its line feeds; `nil` unless they are one JSON value in UTF-8.
    static func singleLineValue(_ bytes: [UInt8]) -> [UInt8]? {
        var cursor = JSONCursor(bytes, 0..<bytes.count)
        guard let range = try? cursor.value(), cursor.isAtEnd() else { return nil }
        if bytes.contains(where: { $0 >= 0x80 }), String(validating: bytes, as: UTF8.self) == nil { return nil }
        // Within a string they are escaped, so these stand between tokens.
        let isSingle = range == 0..<bytes.count && !bytes.contains(0x0A)
        return isSingle ? bytes : bytes[range].map { $0 == 0x0A ? 0x20 : $0 }
    }
}
