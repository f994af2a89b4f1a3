/// Tells whether the words of a phrase stand next to each other in a text.
package struct PhraseMatcher: Hashable, Sendable {
    /// The most words that are compared; what follows in a longer phrase is not.
    private static let maximumWords = 32

    private let stems: [FoldedWord]

    init(stems: [FoldedWord]) { self.stems = Array(stems.prefix(Self.maximumWords)) }

    /// Whether a text has the phrase: the same stems in the same order, whatever signs are between them.
    ///
    /// Parameter `stemmer`: that of the text's language. Takes time in proportion to the text.
    package func matches(_ text: String, stemmer: Stemmer) -> Bool {
        guard !stems.isEmpty else { return true }
        var text = text
        return text.withUTF8 { buffer in
            // Bit i tells whether the last i + 1 words of the text are the first ones of the phrase (the algorithm of Baeza-Yates
            // and Gonnet, "A new approach to text searching", 1992).
            var state: UInt32 = 0
            let last = UInt32(1) << UInt32(stems.count - 1)
            unsafe WordScanner.scan(buffer.span, for: .query, stemmer: stemmer) { word, _ in
                var same: UInt32 = 0
                for index in stems.indices where stems[index].isSame(asFirst: word.first, rest: word.rest.span) {
                    same |= 1 << UInt32(index)
                }
                state = (state << 1 | 1) & same
                return state & last == 0
            }
            return state & last != 0
        }
    }
}
