/// What of an index will do for a word of a query.
struct RankedGroup {
    /// A word of a part of the index.
    struct Member {
        /// The part: zero is the tail, the others are the segments.
        var part: Int
        var number: Int
        /// How much it counts beside the word itself.
        var factor: Float
        var frequency: Int
    }

    /// In the order of the parts.
    var members: [Member]
    /// What the word counts: its rarity and its weight in the query.
    var weight: Float
    /// Whether a document need not have it.
    var isFiller: Bool

    /// The members of a part.
    func range(of part: Int) -> Range<Int> {
        var start = 0
        while start < members.count, members[start].part < part { start += 1 }
        var end = start
        while end < members.count, members[end].part == part { end += 1 }
        return start..<end
    }
}
