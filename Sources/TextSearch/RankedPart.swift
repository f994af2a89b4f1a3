/// Documents of a ``RankedIndex`` that are held together, and their words.
///
/// Documents have numbers from zero up within a part, in the order in which they came; words have numbers too.
protocol RankedPart {
    var documentCount: Int { get }
    /// How many documents of the part are gone.
    var removedCount: Int { get }

    func isRemoved(_ document: Int) -> Bool
    /// The number by which the owner knows a document.
    func ordinal(of document: Int) -> Int

    /// The number of a word; `nil` if no document has it.
    func number(of word: FoldedWord) -> Int?
    /// How many documents have a word, those that are gone counted too.
    func frequency(of number: Int) -> Int
    /// Calls back with the words that begin with another until it answers `false`.
    func forEachWord(startingWith prefix: FoldedWord, _ body: (_ number: Int, _ word: borrowing FoldedWord) -> Bool)

    /// Adds the documents that have a word, in order, and the codes of their fields.
    func append(_ number: Int, to postings: inout RankedPostings)
    /// Keeps of some documents, in order, only those that have a word, and adds what it is worth to their scores.
    func intersect(_ scored: inout ScoredDocuments, with number: Int, worth strengths: Span<Float>, times factor: Float)
}

/// Documents that have a word, in order, and the codes of their fields.
struct RankedPostings {
    var documents: [UInt32] = []
    var codes: [UInt16] = []
}

/// Documents in order, and their scores.
struct ScoredDocuments {
    var documents: [UInt32] = []
    var scores: [Float] = []
}
