/// What somebody looks for: words that a document must all have.
package struct WordQuery: Hashable, Sendable {
    /// A word of a query.
    struct Term: Hashable, Sendable {
        var word: FoldedWord
        /// Whether words that begin with it will do.
        var isPrefix: Bool

        func matches(_ other: borrowing FoldedWord) -> Bool {
            isPrefix
                ? word.isPrefix(ofFirst: other.first, rest: other.rest.span)
                : word.isSame(asFirst: other.first, rest: other.rest.span)
        }
    }

    let terms: [Term]

    /// The words of a text, each once.
    ///
    /// The last word is the beginning of a word, as somebody may still be typing it, unless a sign or space follows it, or the
    /// same word comes earlier. Words after the first `maximumWords` different ones are not looked for.
    package init(_ text: String, maximumWords: Int = 16) {
        var terms: [Term] = []
        var isLastNew = false
        let endsWithinWord = WordScanner.scan(text, for: .query) { word in
            isLastNew = !terms.contains { $0.word.isSame(asFirst: word.first, rest: word.rest.span) }
            guard isLastNew else { return true }
            guard terms.count < maximumWords else { return false }
            // Pairs are all there is of a script without spaces, so a single letter can only be found as the first of a pair.
            terms.append(Term(word: copy word, isPrefix: word.isAlone))
            return true
        }
        if endsWithinWord, isLastNew { terms[terms.count - 1].isPrefix = true }
        self.terms = terms
    }

    /// Whether there is nothing to look for. Such a query finds nothing.
    package var isEmpty: Bool { terms.isEmpty }

    /// The words, folded, and whether each stands for all words that begin with it.
    package var words: [(text: String, isPrefix: Bool)] { terms.map { ($0.word.text, $0.isPrefix) } }

    /// How well a document matches; `nil` when it lacks one of the words, or there is none.
    ///
    /// It is the sum, over the words of the query, of the greatest weight of a field that has the word. So it does not depend on
    /// what other documents there are, and every store puts documents into the same order. Weights below 1 count as 1, above 15
    /// as 15.
    package func rank(of fields: [(text: String, weight: UInt8)]) -> Int? {
        guard !isEmpty else { return nil }
        var best = [UInt8](repeating: 0, count: terms.count)
        for field in fields {
            let weight = min(max(field.weight, 1), 15)
            WordScanner.scan(field.text, for: .document) { word in
                for index in terms.indices where best[index] < weight && terms[index].matches(word) { best[index] = weight }
                return true
            }
        }
        return best.contains(0) ? nil : best.reduce(0) { $0 + Int($1) }
    }
}
