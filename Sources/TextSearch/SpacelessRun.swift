/// The last two scalars of a run of letters that are written without spaces.
struct SpacelessRun {
    /// Zero when there is none.
    private(set) var earlier: UInt32 = 0
    /// Zero when there is none.
    private(set) var latest: UInt32 = 0

    var isEmpty: Bool { latest == 0 }

    mutating func append(_ scalar: UInt32) { (earlier, latest) = (latest, scalar) }

    /// Adds a part of a letter to the latest letter, as Unicode composes it: so text from a Mac's file names, which takes Korean
    /// and Japanese letters apart, is found all the same. Answers whether the scalar was such a part.
    mutating func compose(with scalar: UInt32) -> Bool {
        guard !isEmpty else { return false }
        switch scalar {
        case 0x1161...0x1175 where 0x1100...0x1112 ~= latest:
            latest = 0xAC00 + ((latest - 0x1100) * 21 + (scalar - 0x1161)) * 28
        case 0x11A8...0x11C2 where 0xAC00...0xD7A3 ~= latest && (latest - 0xAC00) % 28 == 0:
            latest += scalar - 0x11A7
        case 0x3099: latest = Self.voiced(latest)
        case 0x309A: if Self.isOfRowH(latest) { latest += 2 }
        default: return false
        }
        return true
    }

    private static func voiced(_ kana: UInt32) -> UInt32 {
        switch hiragana(kana) {
        case 0x304B...0x3062: kana % 2 == 1 ? kana + 1 : kana
        case 0x3064, 0x3066, 0x3068: kana + 1
        case 0x3046: kana + 0x4E
        default: isOfRowH(kana) ? kana + 1 : kana
        }
    }

    private static func isOfRowH(_ kana: UInt32) -> Bool {
        0x306F...0x307B ~= hiragana(kana) && (hiragana(kana) - 0x306F) % 3 == 0
    }

    /// Katakana lie 0x60 above the hiragana of the same sound.
    private static func hiragana(_ kana: UInt32) -> UInt32 { 0x30A1...0x30FF ~= kana ? kana - 0x60 : kana }
}
