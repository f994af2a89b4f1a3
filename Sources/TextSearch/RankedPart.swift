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
    func number(of word: borrowing FoldedWord) -> Int?
    /// How many documents have a word, those that are gone counted too.
    func frequency(of number: Int) -> Int
    /// The words that begin with another; no more than so many.
    func numbers(startingWith prefix: FoldedWord, limit: Int) -> [Int]
    /// Calls back with the words that a word may be meant for.
    func forEachWord(near typo: Typo, _ body: (FoldedWord) -> Void)

    /// The documents that have a word, scored by what it is worth there times a factor.
    func load(_ number: Int, _ worth: WordWorth) -> ScoredDocuments
    /// Keeps of some documents, in order, only those that have a word, and adds what it is worth to their scores.
    func intersect(_ scored: inout ScoredDocuments, with number: Int, _ worth: WordWorth)
    /// Adds, for the documents that have a word, what it is worth there to the first of their sums, and a number to the second.
    func add(_ number: Int, _ worth: WordWorth, coverage: Float, to sums: inout [SIMD2<Float>])
    /// Raises the scores of the documents that have a word to what it is worth there.
    func raise(_ scores: inout [Float], with number: Int, _ worth: WordWorth)
    /// Raises the scores of those of some documents, in order, that have a word to what it is worth there.
    func raise(_ scores: inout [Float], of documents: [UInt32], with number: Int, _ worth: WordWorth)
    /// Finds the best documents that have a word.
    func collect(_ number: Int, _ worth: WordWorth, into hits: inout RankedHits, _ isAdmitted: (Int) -> Bool)
}

/// What a word is worth for each code of its fields (``FieldCodes``).
struct WordWorth {
    var strengths: [Float]
    var factor: Float
}

/// Documents that have a word, in order, and the codes of their fields.
struct RankedPostings {
    var documents: [UInt32] = []
    var codes: [UInt16] = []

    mutating func removeAll() {
        documents.removeAll(keepingCapacity: true)
        codes.removeAll(keepingCapacity: true)
    }
}

/// Documents in order, and their scores.
struct ScoredDocuments {
    var documents: [UInt32] = []
    var scores: [Float] = []

    /// Drops all but the first.
    mutating func cut(to count: Int) {
        documents.removeSubrange(count...)
        scores.removeSubrange(count...)
    }
}

extension RankedPart {
    /// Takes the best of some documents in.
    func collect(_ found: ScoredDocuments, into hits: inout RankedHits, _ isAdmitted: (Int) -> Bool) {
        let (documents, scores) = (found.documents.span, found.scores.span)
        var threshold = hits.threshold
        for index in scores.indices where scores[index] >= threshold {
            if offer(documents[index], scores[index], to: &hits, isAdmitted) { threshold = hits.threshold }
        }
    }

    /// Takes a document in if it is there and among the best. Answers whether it was.
    @inline(never)
    func offer(_ document: UInt32, _ score: Float, to hits: inout RankedHits, _ isAdmitted: (Int) -> Bool) -> Bool {
        guard removedCount == 0 || !isRemoved(Int(document)) else { return false }
        let hit = RankedHit(ordinal: ordinal(of: Int(document)), score: score)
        guard hits.takes(hit), isAdmitted(hit.ordinal) else { return false }
        hits.insert(hit)
        return true
    }
}
