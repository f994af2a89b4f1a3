/// A document that was found.
package struct RankedHit: Hashable, Sendable {
    /// The number that the document was given.
    package var ordinal: Int
    /// How well it fits; comparable within one answer only.
    package var score: Float

    /// A hit.
    package init(ordinal: Int, score: Float) {
        self.ordinal = ordinal
        self.score = score
    }

    /// Whether this one comes before another: the better first, then the lower number.
    @inline(__always)
    func precedes(_ other: RankedHit) -> Bool {
        score != other.score ? score > other.score : ordinal < other.ordinal
    }
}
