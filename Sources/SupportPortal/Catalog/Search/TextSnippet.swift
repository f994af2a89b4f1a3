import TextSearch

/// A piece of text with the words marked that were looked for.
public struct TextSnippet: Hashable, Sendable, Codable {
    /// A stretch of text, all of it found or none.
    public struct Run: Hashable, Sendable, Codable {
        /// The text. It is plain: whoever puts it into a page escapes it.
        public let text: String
        /// Whether it is what was looked for.
        public let isMatch: Bool
    }

    /// The stretches, in order.
    public let runs: [Run]
    /// Whether there is more text before it.
    public let isCutBefore: Bool
    /// Whether there is more text behind it.
    public let isCutBehind: Bool

    /// The whole, without marks.
    public var text: String { runs.map(\.text).joined() }

    init(_ snippet: SearchSnippet) {
        var runs: [Run] = []
        let bytes = snippet.text.utf8
        var done = 0
        func add(until end: Int, isMatch: Bool) {
            guard end > done, end <= bytes.count else { return }
            let part = bytes.dropFirst(done).prefix(end - done)
            runs.append(Run(text: String(decoding: part, as: UTF8.self), isMatch: isMatch))
            done = end
        }
        for match in snippet.matches {
            add(until: match.lowerBound, isMatch: false)
            add(until: match.upperBound, isMatch: true)
        }
        add(until: bytes.count, isMatch: false)
        self.runs = runs
        isCutBefore = snippet.isCutBefore
        isCutBehind = snippet.isCutBehind
    }
}
