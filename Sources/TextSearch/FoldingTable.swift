/// What becomes of the scalars of the scripts that have letter case or accents.
struct FoldingTable: Sendable {
    /// The table, made from its rows when it is first asked.
    static let shared = FoldingTable()

    private static let separator: UInt32 = 0
    private static let ignored: UInt32 = 1
    private static let unlisted: UInt32 = 2

    /// For every sixteen scalars, where their folds are; those of the first row are all unlisted.
    private var starts = [UInt16](repeating: 0, count: 0x1000)
    private var folds = [UInt32](repeating: unlisted, count: 16)

    private init() {
        for row in Self.rows {
            let start = makeRow(of: row.first)
            for (place, fold) in row.folds.split(separator: " ").enumerated() {
                switch fold {
                case "-": folds[start + place] = Self.separator
                case ".": folds[start + place] = Self.ignored
                default: folds[start + place] = fold.utf8.reduce(0) { $0 << 8 | UInt32($1) } << (32 - 8 * UInt32(fold.utf8.count))
                }
            }
        }
        for (scalar, fold) in Self.pairs {
            folds[makeRow(of: scalar) + Int(scalar & 15)] = FoldedScalar.utf8(of: fold)
        }
    }

    private mutating func makeRow(of scalar: UInt32) -> Int {
        let row = Int(scalar >> 4)
        if starts[row] == 0 {
            starts[row] = UInt16(folds.count)
            folds.append(contentsOf: repeatElement(Self.unlisted, count: 16))
        }
        return Int(starts[row])
    }

    /// What becomes of a scalar; `nil` when the table says nothing of it.
    subscript(scalar: UInt32) -> FoldedScalar? {
        guard scalar < 0x10000 else { return nil }
        let fold = folds[Int(starts[Int(scalar >> 4)]) + Int(scalar & 15)]
        switch fold {
        case Self.separator: return .separator
        case Self.ignored: return .ignored
        case Self.unlisted: return nil
        default: return .letters(fold)
        }
    }
}
