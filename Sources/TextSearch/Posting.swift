/// That a document has a word, in four bytes: the document, whether the word is restricted, and the weight. Sorted by its bits,
/// it is sorted by document, and what everybody may find comes before what is restricted.
struct Posting: Comparable, Sendable {
    /// Documents that the bits have room for.
    static let maximumDocuments = 1 << 27

    let bits: UInt32

    init(document: UInt32, isRestricted: Bool, weight: UInt8) {
        bits = document << 5 | (isRestricted ? 16 : 0) | UInt32(min(max(weight, 1), 15))
    }

    /// What sorts before all postings of a document.
    init(before document: UInt32) { bits = document << 5 }

    var document: UInt32 { bits >> 5 }
    var isRestricted: Bool { bits & 16 != 0 }
    var weight: UInt8 { UInt8(bits & 15) }

    static func < (a: Self, b: Self) -> Bool { a.bits < b.bits }

    /// Whether another posting of the same document adds nothing to this one, whoever asks.
    func covers(_ other: Posting) -> Bool { weight >= other.weight && (!isRestricted || other.isRestricted) }
}
