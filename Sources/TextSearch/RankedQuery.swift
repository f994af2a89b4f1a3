/// What somebody looks for in a ``RankedIndex``.
package struct RankedQuery: Sendable {
    /// A word of a query.
    struct Word: Sendable {
        /// The stem, as the index has it.
        var stem: FoldedWord
        /// The word as it was written, but folded.
        var written: FoldedWord
        /// Whether words that begin with it will do.
        var isPrefix = false
        /// Stems of the words that it may become while somebody is still typing.
        var completions: [FoldedWord] = []
        /// How much it counts beside the others.
        var weight: Float = 1
        /// Whether another word is looked for if no document has it.
        var mayBeMistyped = true
    }

    /// Which documents are found.
    enum Mode: Sendable {
        /// Those that have all words; if there are fewer than a few, those that have any as well.
        case all
        /// Those that have any of the words, and of the words only so many, the most telling ones.
        case any(telling: Int)
    }

    private(set) var words: [Word] = []
    let mode: Mode
    let stemmer: Stemmer
    /// The phrases in quotes. The index has no positions, so it finds documents that have all of their words; whether the words
    /// stand together is seen from the text.
    package private(set) var phrases: [PhraseMatcher] = []

    /// The most bytes of a text that are looked at for a query.
    package static let maximumBytes = 2048

    /// The words of a text that somebody typed into a search field.
    ///
    /// The last word is the beginning of a word, unless a sign or space follows it. What stands in `"` is a phrase as well. Only
    /// the first ``maximumBytes`` and the first `maximumWords` different words count.
    package init(_ text: String, stemmer: Stemmer, maximumWords: Int = 16) {
        mode = .all
        self.stemmer = stemmer
        var text = text
        text.withUTF8 { buffer in
            let all = unsafe buffer.span
            let bytes = all.extracting(first: min(all.count, Self.maximumBytes))
            var parser = PhraseParser()
            while let piece = parser.next(in: bytes) {
                var phrase: [PhraseMatcher.Word] = []
                let endsWithinWord = WordScanner.scan(bytes.extracting(piece.range), for: .query, stemmer: .none) { written, _ in
                    var stem = copy written
                    stemmer.stem(&stem)
                    if phrase.count < maximumWords { phrase.append(PhraseMatcher.Word(stem: stem)) }
                    return add(Word(stem: stem, written: copy written, isPrefix: written.isAlone), maximumWords: maximumWords)
                }
                if piece.isPhrase {
                    if phrase.count > 1 { phrases.append(PhraseMatcher(words: phrase)) }
                } else if endsWithinWord, piece.range.upperBound == bytes.count, let last = phrase.last {
                    complete(last.stem, with: stemmer)
                }
            }
        }
    }

    init(words: [Word], telling: Int, stemmer: Stemmer) {
        self.stemmer = stemmer
        self.words = words
        mode = .any(telling: telling)
    }

    private mutating func add(_ word: Word, maximumWords: Int) -> Bool {
        if words.contains(where: { $0.stem == word.stem }) { return true }
        guard words.count < maximumWords else { return false }
        words.append(word)
        return true
    }

    /// Makes the last word a beginning.
    private mutating func complete(_ stem: FoldedWord, with stemmer: Stemmer) {
        guard let last = words.indices.last, words[last].stem == stem else { return }
        words[last].isPrefix = true
        let text = words[last].written.text
        for ending in stemmer.endings {
            for length in stride(from: ending.utf8.count - 1, to: 0, by: -1) where text.hasSuffix(ending.prefix(length)) {
                WordScanner.scan(text + ending.dropFirst(length), for: .query) { whole in
                    var stem = copy whole
                    stemmer.stem(&stem)
                    if stem != words[last].stem { words[last].completions.append(stem) }
                    return false
                }
                break
            }
        }
    }

    /// Whether there is nothing to look for. Such a query finds nothing.
    package var isEmpty: Bool { words.isEmpty }
}
