extension Stemmer {
    /// The stem of a word, folded; the word itself where there is no letter in it.
    package func stem(_ text: String) -> String {
        var result = text
        WordScanner.scan(text, for: .query) { word in
            var stem = copy word
            self.stem(&stem)
            result = stem.text
            return false
        }
        return result
    }
}
