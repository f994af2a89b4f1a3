/// Takes from scalars what a reader who searches does not care for: case, accents, width, the script of digits.
///
/// Latin, Greek and Cyrillic letters lose their case and accents (`Ü` becomes `u`, `ø` `o`, `ß` `ss`, `æ` `ae`, `й` `и`), whether
/// an accent is part of the letter or follows it. Hebrew points, Arabic vowels and hamzas, and the dots of Indian letters are
/// left out too; other marks, such as Indian vowels, are letters like any other. Digits of all scripts become `0` to `9`.
enum TextFolding {
    static func fold(_ scalar: UInt32) -> FoldedScalar {
        if let fold = FoldingTable.shared[scalar] { return fold }
        switch scalar {
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0x3041...0x3096, 0x3099...0x309A, 0x30A1...0x30FA:
            return .spaceless(scalar)
        // An apostrophe, by whatever name, and a space without width.
        case 0x02BB, 0x02BC, 0x200B: return .separator
        // The stroke that stretches Arabic words.
        case 0x0640: return .ignored
        // The wide forms of ASCII, and the narrow ones of katakana.
        case 0xFF01...0xFF5E: return foldASCII(UInt8(scalar - 0xFEE0)).map { .letters(UInt32($0) << 24) } ?? .separator
        case 0xFF66...0xFF9F: return .spaceless(narrowKatakana[Int(scalar - 0xFF66)])
        default: return foldByProperties(scalar)
        }
    }

    /// The letter or digit in lower case, `nil` for anything else.
    @inline(__always)
    static func foldASCII(_ byte: UInt8) -> UInt8? {
        let lower = byte | 0x20
        if lower &- UInt8(ascii: "a") < 26 { return lower }
        return byte &- UInt8(ascii: "0") < 10 ? byte : nil
    }

    private static func foldByProperties(_ value: UInt32) -> FoldedScalar {
        guard let scalar = Unicode.Scalar(value) else { return .separator }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .letterNumber:
            guard let lower = scalar.properties.lowercaseMapping.unicodeScalars.first, lower != scalar else { break }
            return FoldingTable.shared[lower.value] ?? .letters(FoldedScalar.utf8(of: lower.value))
        case .decimalNumber:
            guard let digit = scalar.properties.numericValue else { break }
            return .letters((0x30 + UInt32(digit)) << 24)
        case .modifierLetter, .otherLetter, .spacingMark: break
        case .nonspacingMark, .enclosingMark:
            if isLeftOut(value) { return .ignored }
        case .otherNumber: return .letters(FoldedScalar.utf8(of: value))
        case .format: return .ignored
        default: return .separator
        }
        return isSpaceless(value) ? .spaceless(value) : .letters(FoldedScalar.utf8(of: value))
    }

    /// Accents, Cyrillic titles, Hebrew points, Arabic vowels and hamzas, dots of Indian letters, enclosures, variants of glyphs.
    private static func isLeftOut(_ mark: UInt32) -> Bool {
        switch mark {
        case 0x0300...0x036F, 0x0483...0x0489, 0x0591...0x05C7, 0x0610...0x061A, 0x064B...0x065F, 0x0670, 0x06D6...0x06ED,
            0x093C, 0x09BC, 0x0A3C, 0x0ABC, 0x0B3C, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE00...0xFE0F,
            0xFE20...0xFE2F, 0xE0100...0xE01EF:
            true
        default: false
        }
    }

    /// The letters of Thai and Lao, Burmese, Khmer, and the rarer ones of China, Japan and Korea.
    private static func isSpaceless(_ letter: UInt32) -> Bool {
        switch letter {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1100...0x11FF, 0x1780...0x17FF, 0x3005...0x3007, 0x3041...0x31FF,
            0xA960...0xA97F,
            0xD7B0...0xD7FF, 0xF900...0xFAFF, 0x1B000...0x1B16F, 0x20000...0x3FFFF:
            true
        default: false
        }
    }

    private static let narrowKatakana =
        "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン".unicodeScalars.map(\.value) + [0x3099, 0x309A]
}
