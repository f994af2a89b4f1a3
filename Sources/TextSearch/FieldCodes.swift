/// How often a word is in the fields of a document, and what that is worth, in a few bits.
///
/// Each field has some bits of a code, the last field, taken to be the longest, four and lower ones, the others three each. They
/// hold zero if the word is not there, and else the logarithm of how often it is, in relation to the length of the field. So a
/// code is no greater in each field exactly when the word counts no more in each.
struct FieldCodes: Sendable {
    /// The most fields; texts beyond are left out.
    static let maximumFields = 4

    let fieldCount: Int
    /// For each field, the least relative count of each level but zero.
    private let bounds: [[Float]]
    private let fields: [SearchField]
    /// What a word is worth for each code.
    let strengths: [Float]
    /// The same, but no field counts more than the last. Of the many words of a message some are in a title by chance.
    let evenStrengths: [Float]

    init(fields: [SearchField]) {
        let fields = fields.prefix(Self.maximumFields).map(\.self)
        self.fields = fields
        fieldCount = self.fields.count
        var bounds: [[Float]] = []
        var centers: [[Float]] = []
        for index in self.fields.indices {
            // The levels of a long field go from a seventh to twentyfold, of a short one from a quarter to fourfold.
            let isLong = index == self.fields.count - 1
            let (first, halfway, count) = isLong ? (Float(0.15), Float(1.19), 15) : (0.25, 1.26, 7)
            var center = first
            var centersOfField: [Float] = [0]
            for _ in 0..<count {
                centersOfField.append(center)
                center *= halfway * halfway
            }
            centers.append(centersOfField)
            bounds.append(centersOfField.dropFirst(2).map { $0 / halfway })
        }
        self.bounds = bounds
        strengths = Self.strengths(of: self.fields, centers: centers)
        let even = fields.map { field in
            var field = field
            field.weight = min(field.weight, fields[fields.count - 1].weight)
            return field
        }
        evenStrengths = Self.strengths(of: even, centers: centers)
    }

    private static func strengths(of fields: [SearchField], centers: [[Float]]) -> [Float] {
        let bits = fields.isEmpty ? 0 : 4 + 3 * (fields.count - 1)
        return (0..<(1 << bits)).map { code in
            var strength: Float = 0
            for (index, field) in fields.enumerated() {
                let level = Self.level(of: index, in: code, fieldCount: fields.count)
                let count = centers[index][level]
                let half = Float(max(field.halfCount.isFinite ? field.halfCount : 1, 0.001))
                strength += Float(field.weight.isFinite ? max(field.weight, 0) : 0) * count / (count + half)
            }
            return strength
        }
    }

    private static func level(of field: Int, in code: Int, fieldCount: Int) -> Int {
        field == fieldCount - 1 ? code & 15 : code >> (4 + 3 * (fieldCount - 2 - field)) & 7
    }

    /// How much a word counts in a field of so many words, in relation to a field of the usual length.
    func factor(of field: Int, wordCount: Int) -> Float {
        let share = Float(min(max(fields[field].lengthShare.isNaN ? 0 : fields[field].lengthShare, 0), 1))
        let usual = Float(max(fields[field].typicalLength.isFinite ? fields[field].typicalLength : 1, 1))
        return 1 / max(1 - share + share * Float(wordCount) / usual, 0.001)
    }

    /// The bits of a field for a word that is in it so often, its count multiplied by ``factor(of:wordCount:)``.
    @inline(__always)
    func code(of field: Int, relativeCount: Float) -> UInt16 {
        let bounds = bounds[field]
        var level = 1
        while level <= bounds.count, relativeCount >= bounds[level - 1] { level += 1 }
        return field == fieldCount - 1 ? UInt16(level) : UInt16(level) << UInt16(4 + 3 * (fieldCount - 2 - field))
    }

    /// The greatest levels of each field of two codes.
    @inline(__always)
    static func maximum(_ a: UInt16, _ b: UInt16) -> UInt16 {
        var result = max(a & 15, b & 15)
        for shift in stride(from: UInt16(4), to: 13, by: 3) { result |= max(a & 7 << shift, b & 7 << shift) }
        return result
    }
}
