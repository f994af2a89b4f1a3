/// A model that makes vectors of texts, such that texts about the same have vectors that point the same way. The portal has none of its own; a
/// host's is given to ``PortalSearch/embedding``.
///
/// Its ranking, by the cosine of the angle, is fused with that of the words. When it fails or is late, the words alone answer.
public protocol TextEmbedding: Sendable {
    /// A vector for each of the texts, in their order, all of the same length. Asked for up to 16 texts of articles at once, in the background, and for
    /// what somebody looks for alone, while somebody waits.
    func vectors(for texts: [String]) async throws -> [[Float]]
}

/// Vectors of length 1, so that their product is the cosine of the angle between them.
struct UnitVector: Sendable {
    let values: [Float]

    /// `nil` for one of no length, or with what is no number.
    init?(_ values: [Float]) {
        var square: Float = 0
        for value in values { square += value * value }
        let length = square.squareRoot()
        guard length > 0, length.isFinite else { return nil }
        self.values = values.map { $0 / length }
    }

    /// The cosine of the angle; `nil` for vectors of different spaces.
    func cosine(to other: UnitVector) -> Float? {
        guard values.count == other.values.count else { return nil }
        var sum: Float = 0
        for index in values.indices { sum += values[index] * other.values[index] }
        return sum
    }
}
