/// Brings the forms of a word together: `configures`, `configuring` and `configured` are one word to a search.
package struct Stemmer: Sendable {
    private enum Kind: Sendable {
        case none
        case english
        case other(@Sendable (String) -> String)
    }

    private let kind: Kind
    /// Endings that the stemmer takes off. Someone who is typing has written only the beginning of one, perhaps: `configuri`.
    package let endings: [String]

    private init(_ kind: Kind, endings: [String] = []) {
        self.kind = kind
        self.endings = endings
    }

    /// Leaves words as they are.
    package static let none = Stemmer(.none)

    /// Takes plurals, `-ing`, `-ed`, `-ly` and the commonest endings of nouns off English words.
    package static let english = Stemmer(.english, endings: ["ing", "ed", "ation", "ment", "ly"])

    /// A stemmer of another language.
    ///
    /// - Parameters:
    ///   - endings: Endings that it takes off, in lower case and without accents.
    ///   - stem: Answers the stem of a word. It is given lower case without accents; what it answers is folded again, and the
    ///     word stays as it is if there is no letter in the answer.
    package init(endings: [String] = [], stem: @escaping @Sendable (String) -> String) {
        kind = .other(stem)
        self.endings = endings
    }

    /// Makes a word its stem.
    @inline(__always)
    func stem(_ word: inout FoldedWord) {
        switch kind {
        case .none: break
        case .english: word.stemEnglish()
        case .other(let stem): Self.apply(stem, to: &word)
        }
    }

    @inline(never)
    private static func apply(_ stem: @Sendable (String) -> String, to word: inout FoldedWord) {
        let stemmed = stem(word.text)
        var result: FoldedWord?
        WordScanner.scan(stemmed, for: .query) { first in
            result = copy first
            return false
        }
        if let result { word = result }
    }
}
