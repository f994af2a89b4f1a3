/// Documents of a ``RankedIndex`` that do not change any more, but that they may be gone.
final class RankedSegment: Sendable {
    let words: RankedWords
    /// For each word, the byte where its postings begin in `bits`.
    let starts: [UInt32]
    /// See ``PostingBlocks``.
    let bits: [UInt64]
    let ordinals: [UInt32]
    /// How many bits a number of a document takes.
    let documentWidth: Int
    let postingCount: Int

    init(words: RankedWords, starts: [UInt32], bits: [UInt64], ordinals: [UInt32], postingCount: Int) {
        self.words = words
        self.starts = starts
        self.bits = bits
        self.ordinals = ordinals
        self.postingCount = postingCount
        documentWidth = PostingBlocks.documentWidth(of: ordinals.count)
    }

    var memory: Int { words.memory + starts.capacity * 4 + bits.capacity * 8 + ordinals.capacity * 4 }

    /// The postings of a word.
    @inline(__always)
    func blocks(of number: Int) -> PostingBlocks {
        let bits = bits
        return PostingBlocks(in: bits.span, at: Int(starts[number]) * 8, documentWidth: documentWidth)
    }
}
