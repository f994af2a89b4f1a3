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
        /// Whether it says little, so that a document need not have it.
        var isFiller = false
    }

    /// Which documents are found.
    enum Mode: Sendable {
        /// Those that have all words; if there are fewer than a few, those that have any as well.
        case all
        /// Those that have any of the words, and of the words only so many, the most telling ones. What is mistyped is not found.
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

    /// What a filler counts beside another word.
    static let fillerWeight: Float = 0.4

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
            let bytes = all.extracting(first: Self.headLength(of: all, maximumBytes: Self.maximumBytes))
            var parser = PhraseParser()
            while let piece = parser.next(in: bytes) { add(piece, of: bytes, maximumWords: maximumWords) }
        }
        for index in words.indices where words[index].isFiller { words[index].weight = Self.fillerWeight }
    }

    init(words: [Word], mode: Mode, stemmer: Stemmer) {
        (self.words, self.mode, self.stemmer) = (words, mode, stemmer)
    }

    private mutating func add(_ piece: (range: Range<Int>, isPhrase: Bool), of bytes: Span<UInt8>, maximumWords: Int) {
        var phrase: [FoldedWord] = []
        let part = bytes.extracting(piece.range)
        let endsWithinWord = WordScanner.scan(part, for: .query, stemmer: .none) { written, _ in
            var stem = copy written
            stemmer.stem(&stem)
            phrase.append(stem)
            // Pairs are all there is of a script without spaces, so a single letter can only be found as the first of a pair.
            var word = Word(stem: stem, written: copy written, isPrefix: written.isAlone)
            word.isFiller = !piece.isPhrase && stemmer.isFiller(stem)
            return add(word, maximumWords: maximumWords)
        }
        if piece.isPhrase {
            if phrase.count > 1 { phrases.append(PhraseMatcher(stems: phrase)) }
        } else if endsWithinWord, piece.range.upperBound == bytes.count, let last = phrase.last {
            complete(last)
        }
    }

    /// Adds a word, if it is new and there is room.
    private mutating func add(_ word: Word, maximumWords: Int) -> Bool {
        if let known = words.firstIndex(where: { $0.stem == word.stem }) {
            words[known].isFiller = words[known].isFiller && word.isFiller
            return true
        }
        guard words.count < maximumWords else { return false }
        words.append(word)
        return true
    }

    /// Makes the last word a beginning.
    private mutating func complete(_ stem: FoldedWord) {
        guard let last = words.indices.last, words[last].stem == stem else { return }
        words[last].isPrefix = true
        words[last].isFiller = false
        let text = words[last].written.text
        for ending in stemmer.endings {
            for length in stride(from: ending.count - 1, to: 0, by: -1) where text.hasSuffix(ending.prefix(length)) {
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

    /// How many bytes of a text are looked at: no more than some, and not the beginning of a word that goes on behind them.
    private static func headLength(of bytes: Span<UInt8>, maximumBytes: Int) -> Int {
        guard bytes.count > maximumBytes else { return bytes.count }
        var length = maximumBytes
        while length > maximumBytes - FoldedWord.longest, bytes[length - 1] > UInt8(ascii: " ") { length -= 1 }
        return length
    }

    /// Whether there is nothing to look for. Such a query finds nothing.
    package var isEmpty: Bool { words.isEmpty }
}
