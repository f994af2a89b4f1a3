/// Tells whether the words of a phrase stand next to each other in a text.
package struct PhraseMatcher: Sendable {
    struct Word: Sendable {
        var stem: FoldedWord
    }

    /// At most 32.
    private let words: [Word]

    init(words: [Word]) { self.words = Array(words.prefix(32)) }

    /// Whether the text has the phrase: the same stems in the same order, whatever signs are between them.
    ///
    /// The stemmer must be that of the text's language. Takes time in proportion to the text.
    package func matches(_ text: String, stemmer: Stemmer) -> Bool {
        guard !words.isEmpty else { return true }
        var text = text
        return text.withUTF8 { buffer in
            // Bit i tells whether the last i + 1 words of the text are the first ones of the phrase (the algorithm of Baeza-Yates
            // and Gonnet, "A new approach to text searching", 1992).
            var state: UInt32 = 0
            let last = UInt32(1) << UInt32(words.count - 1)
            unsafe WordScanner.scan(buffer.span, for: .query, stemmer: stemmer) { word, _ in
                var same: UInt32 = 0
                for index in words.indices where words[index].stem.isSame(asFirst: word.first, rest: word.rest.span) {
                    same |= 1 << UInt32(index)
                }
                state = (state << 1 | 1) & same
                return state & last == 0
            }
            return state & last != 0
        }
    }
}
