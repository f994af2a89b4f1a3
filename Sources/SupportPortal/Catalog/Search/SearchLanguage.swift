import TextSearch

/// Knows the forms of a language's words, so that a search finds `configuring` by `configured`.
///
/// English is built in. Words of languages that nobody knows are found as they are written, without regard to case and accents.
public protocol SearchLanguage: Sendable {
    /// The language as a BCP 47 tag, such as `de`. Texts in a variety of it, such as `de-AT`, are of it unless that is given, too.
    var tag: String { get }

    /// Endings that ``stem(_:)`` takes off, in lower case and without accents: who is still typing may have written only the beginning of one. None
    /// unless said otherwise.
    var endings: [String] { get }

    /// Words that say little of what a text is about, such as articles, pronouns and words of politeness: a text need not have them to be found, and
    /// messages are not understood by them. None unless said otherwise.
    var fillers: [String] { get }

    /// What the forms of a word have in common. It is given lower case without accents, and asked often: it must be quick and always give the same
    /// answer. A word for which nothing with a letter is answered stays as it is.
    func stem(_ word: String) -> String
}

extension SearchLanguage {
    /// None.
    public var endings: [String] { [] }
    /// None.
    public var fillers: [String] { [] }
}

/// English: plurals, `-ing`, `-ed` and the commonest endings of nouns.
public struct EnglishLanguage: SearchLanguage {
    /// Makes it.
    public init() {}

    /// `en`.
    public var tag: String { "en" }

    /// The endings that are taken off.
    public var endings: [String] { Stemmer.english.endings }

    /// The word without its ending.
    public func stem(_ word: String) -> String { Stemmer.english.stem(word) }
}

/// The languages of an index: each has a part of it, and the last part is for words that stay as they are.
struct SearchLanguages: Sendable {
    /// One for each part.
    let stemmers: [Stemmer]
    private let parts: [String: Int]
    private let unmarked: String

    /// Parameter `unmarked`: the language of texts that do not say theirs.
    init(_ languages: [any SearchLanguage], unmarked: String) {
        var stemmers: [Stemmer] = []
        var parts: [String: Int] = [:]
        for language in languages + [EnglishLanguage()] where parts[language.tag.lowercased()] == nil {
            parts[language.tag.lowercased()] = stemmers.count
            let stemmer = Stemmer(endings: language.endings, fillers: language.fillers) { language.stem($0) }
            stemmers.append(language is EnglishLanguage ? .english : stemmer)
        }
        self.stemmers = stemmers + [.none]
        self.parts = parts
        self.unmarked = unmarked
    }

    /// The part for texts in a language.
    func part(for language: String) -> Int {
        var wanted = (language.isEmpty ? unmarked : language).lowercased()
        while true {
            if let part = parts[wanted] { return part }
            guard let dash = wanted.lastIndex(of: "-") else { return stemmers.count - 1 }
            wanted = String(wanted[..<dash])
        }
    }

    /// The stemmer for texts in a language.
    func stemmer(for language: String) -> Stemmer { stemmers[part(for: language)] }
}
