/// A field of the documents of a ``RankedIndex``: its title, its tags, its body.
package struct SearchField: Hashable, Sendable {
    /// How much it counts that a word is in this field, beside the other fields. Negative and other odd values count as zero.
    package var weight: Double
    /// How much less a word counts in a field that is longer than usual: from 0, not at all, to 1, in proportion to its length
    /// (the `b` of BM25).
    package var lengthShare: Double
    /// How many words the field usually has. It is a constant and not an average of what the index holds, so a score depends on
    /// the document itself and the rarity of words alone, and adding a document changes no other one's postings.
    package var typicalLength: Double
    /// How often a word must be in a field of the usual length to count half as much as it ever can (the `k1` of BM25).
    package var halfCount: Double

    /// A field.
    package init(weight: Double, lengthShare: Double = 0.5, typicalLength: Double = 400, halfCount: Double = 1.2) {
        self.weight = weight
        self.lengthShare = lengthShare
        self.typicalLength = typicalLength
        self.halfCount = halfCount
    }
}
