/// The bytes of a text in UTF-8, with line feeds only and without characters that HTML must not have.
struct SourceText {
    let bytes: [UInt8]

    init(_ text: String) {
        var raw = Array(text.utf8)
        if raw.starts(with: [0xEF, 0xBB, 0xBF]) { raw.removeFirst(3) }
        bytes = Self.isClean(raw) ? raw : Self.cleaned(raw)
    }

    /// Whether a character may be shown. U+FFFE and U+FFFF must not be in XML.
    static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: true
        case 0..<0x20, 0xFFFE, 0xFFFF: false
        default: true
        }
    }

    private static func isClean(_ bytes: [UInt8]) -> Bool {
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte < 0x20, byte != .tab, byte != .lineFeed { return false }
            if byte == 0xEF, isNoncharacter(bytes, at: position) { return false }
            position += 1
        }
        return true
    }

    /// U+FFFE and U+FFFF are EF BF BE and EF BF BF.
    private static func isNoncharacter(_ bytes: [UInt8], at position: Int) -> Bool {
        position + 2 < bytes.count && bytes[position + 1] == 0xBF && bytes[position + 2] >= 0xBE
    }

    private static func cleaned(_ bytes: [UInt8]) -> [UInt8] {
        var cleaned: [UInt8] = []
        cleaned.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == .carriageReturn {
                cleaned.append(.lineFeed)
                if position + 1 < bytes.count, bytes[position + 1] == .lineFeed { position += 1 }
            } else if byte < 0x20, byte != .tab, byte != .lineFeed {
                cleaned.append(contentsOf: replacement)
            } else if byte == 0xEF, isNoncharacter(bytes, at: position) {
                cleaned.append(contentsOf: replacement)
                position += 2
            } else {
                cleaned.append(byte)
            }
            position += 1
        }
        return cleaned
    }

    /// U+FFFD.
    static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]
}
