/// What becomes of a scalar in a word.
enum FoldedScalar: Equatable {
    /// It is no part of a word.
    case separator
    /// It leaves no trace and does not end a word: accents, joiners, marks of direction, soft hyphens.
    case ignored
    /// It becomes these one to four bytes of UTF-8, the first of them the highest; unused ones are zero.
    case letters(UInt32)
    /// It is written without spaces between words, and is searched by pairs.
    case spaceless(UInt32)

    /// The UTF-8 of a scalar in the shape of ``letters(_:)``.
    static func utf8(of scalar: UInt32) -> UInt32 {
        if scalar < 0x80 { return scalar << 24 }
        let last = 0x80 | scalar & 0x3F
        if scalar < 0x800 { return (0xC0 | scalar >> 6) << 24 | last << 16 }
        let third = 0x80 | scalar >> 6 & 0x3F
        if scalar < 0x10000 { return (0xE0 | scalar >> 12) << 24 | third << 16 | last << 8 }
        return (0xF0 | scalar >> 18) << 24 | (0x80 | scalar >> 12 & 0x3F) << 16 | third << 8 | last
    }
}
