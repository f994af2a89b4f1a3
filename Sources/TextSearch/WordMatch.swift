/// A document that a query found.
package struct WordMatch: Hashable, Sendable {
    /// The document.
    package var document: WordIndex.Document
    /// How well it matches: the higher, the better. See ``WordQuery/rank(of:)``.
    package var rank: Int

    /// Makes a match.
    package init(document: WordIndex.Document, rank: Int) {
        self.document = document
        self.rank = rank
    }
}
