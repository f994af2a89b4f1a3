extension RankedQuery {
    /// The most bytes of a message that are looked at for suggestions.
    package static let maximumMessageBytes = 16_384

    /// The telling words of a message that somebody is writing, for finding what answers it.
    ///
    /// - Parameters:
    ///   - subject: The subject; its words count more.
    ///   - message: The message.
    ///   - stemmer: The stemmer of its language.
    package init(subject: String, message: String, stemmer: Stemmer) {
        var words: [Word] = []
        for (text, weight) in [(subject, Float(2)), (message, 1)] {
            var text = text
            text.withUTF8 { buffer in
                let all = unsafe buffer.span
                let bytes = all.extracting(first: min(all.count, Self.maximumMessageBytes))
                WordScanner.scan(bytes, for: .query, stemmer: stemmer) { stem, _ in
                    if let known = words.firstIndex(where: { $0.stem.isSame(asFirst: stem.first, rest: stem.rest.span) }) {
                        words[known].weight = max(words[known].weight, weight)
                    } else {
                        words.append(Word(stem: copy stem, written: copy stem, weight: weight, mayBeMistyped: false))
                    }
                    return words.count < 400
                }
            }
        }
        self.init(words: words, telling: 16, stemmer: stemmer)
    }

    /// The telling words of a document, for finding documents that are like it.
    package init(similarTo texts: [String], stemmer: Stemmer) {
        self.init(subject: texts.first ?? "", message: texts.dropFirst().joined(separator: " "), stemmer: stemmer)
    }
}
