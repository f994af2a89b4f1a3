/// What a search knows of a language: which forms of a word belong together (`configures`, `configuring` and `configured` are one
/// word to it), and which words say little of what a text is about.
package struct Stemmer: Sendable {
    private enum Kind: Sendable {
        case none
        case english
        case other(@Sendable (String) -> String)
    }

    private let kind: Kind
    /// Endings that the stemmer takes off. Someone who is typing has written only the beginning of one, perhaps: `configuri`.
    package let endings: [String]
    /// The stems of words that say little.
    private let fillers: Set<FoldedWord>

    private init(_ kind: Kind, endings: [String], fillers: [String]) {
        self.kind = kind
        self.endings = endings
        let plain = Stemmer(kind: kind)
        var stems: Set<FoldedWord> = []
        for filler in fillers {
            plain.forEachStem(of: filler) { stems.insert(copy $0) }
        }
        self.fillers = stems
    }

    private init(kind: Kind) { (self.kind, endings, fillers) = (kind, [], []) }

    /// Leaves words as they are.
    package static let none = Stemmer(kind: .none)

    /// Takes plurals, `-ing`, `-ed`, `-ly` and the commonest endings of nouns off English words.
    package static let english = Stemmer(.english, endings: ["ing", "ed", "ation", "ment", "ly"], fillers: englishFillers)

    /// A stemmer of another language.
    ///
    /// - Parameters:
    ///   - endings: Endings that it takes off, in lower case and without accents.
    ///   - fillers: Words that say little of what a text is about, such as articles, pronouns and words of politeness. A document
    ///     need not have them, unless nothing else is looked for.
    ///   - stem: Answers the stem of a word. It is given lower case without accents; what it answers is folded again, and the
    ///     word stays as it is if there is no letter in the answer.
    package init(endings: [String] = [], fillers: [String] = [], stem: @escaping @Sendable (String) -> String) {
        self.init(.other(stem), endings: endings, fillers: fillers)
    }

    /// Whether it changes words at all.
    var isUsed: Bool {
        if case .none = kind { false } else { true }
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
        var result: FoldedWord?
        WordScanner.scan(stem(word.text), for: .query) { first in
            result = copy first
            return false
        }
        if let result { word = result }
    }

    /// Whether a word, given by its stem, says little.
    func isFiller(_ stem: FoldedWord) -> Bool { fillers.contains(stem) }

    /// Calls back with the stems of the words of a text.
    private func forEachStem(of text: String, _ body: (borrowing FoldedWord) -> Void) {
        var text = text
        text.withUTF8 { buffer in
            _ = unsafe WordScanner.scan(buffer.span, for: .query, stemmer: self) { word, _ in
                body(word)
                return true
            }
        }
    }
}
