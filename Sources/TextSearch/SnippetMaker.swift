/// Finds the passage of a text that shows best why it was found.
package struct SnippetMaker: Sendable {
    private let query: RankedQuery
    private let stemmer: Stemmer
    private let maximumCharacters: Int

    /// A maker of snippets.
    ///
    /// - Parameters:
    ///   - query: What was looked for.
    ///   - stemmer: The stemmer of the texts' language.
    ///   - maximumCharacters: The most characters of a passage.
    package init(for query: RankedQuery, stemmer: Stemmer, maximumCharacters: Int = 200) {
        self.query = query
        self.stemmer = stemmer
        self.maximumCharacters = max(maximumCharacters, 1)
    }

    /// The best passage of a text: its beginning if no word of the query is in it.
    package func snippet(of text: String) -> SearchSnippet {
        let head = String(text.prefix(maximumCharacters))
        return SearchSnippet(
            text: head, matches: [], isCutBefore: false, isCutBehind: head.utf8.count < text.utf8.count)
    }
}
