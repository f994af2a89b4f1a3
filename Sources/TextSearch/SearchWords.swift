/// The words of a text as searches compare them.
package enum SearchWords {
    /// The different words of a text, in the order in which each comes first; at most so many.
    ///
    /// Words are runs of letters, digits and marks without case and accents, cut at 64 bytes of UTF-8. An apostrophe divides
    /// words like any other sign. Of Chinese, Japanese, Korean, Thai and their like every pair of letters is a word, and the last
    /// letter of a run too. Nothing makes it fail; it takes time in proportion to the text.
    package static func words(in text: String, limit: Int = .max) -> [String] {
        guard limit > 0 else { return [] }
        var table = WordTable(capacity: min(limit, text.utf8.count / 6))
        var words: [String] = []
        words.reserveCapacity(min(limit, text.utf8.count / 6))
        WordScanner.scan(text, for: .document) { word in
            if table.insert(word).isNew { words.append(word.text) }
            return words.count < limit
        }
        return words
    }
}
