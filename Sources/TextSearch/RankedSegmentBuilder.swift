/// Makes a ``RankedSegment`` of words and postings that come in order.
struct RankedSegmentBuilder {
    private let ordinals: [UInt32]
    private let documentWidth: Int
    private var words = RankedWords()
    private var previous = FoldedWord()
    private var starts: [UInt32] = []
    private var bits = BitWriter()
    private var postingCount = 0

    /// A builder for documents that the owner knows by some numbers.
    init(ordinals: [UInt32]) {
        self.ordinals = ordinals
        documentWidth = PostingBlocks.documentWidth(of: ordinals.count)
    }

    /// Adds a word that comes after all others, unless no document has it.
    mutating func append(_ word: borrowing FoldedWord, _ postings: borrowing RankedPostings) {
        guard !postings.documents.isEmpty else { return }
        words.append(word, after: previous)
        previous = copy word
        bits.align()
        starts.append(UInt32(truncatingIfNeeded: bits.bitCount / 8))
        PostingBlocks.write(postings, documentWidth: documentWidth, to: &bits)
        postingCount += postings.documents.count
    }

    /// The segment.
    mutating func finish() -> RankedSegment {
        words.settle()
        return RankedSegment(
            words: words, starts: starts.map(\.self), bits: bits.finished, ordinals: ordinals, postingCount: postingCount)
    }
}
