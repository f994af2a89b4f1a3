import SupportPortalTesting

/// Queries for measuring speed, drawn from documents.
struct SearchSamples: Sendable {
    /// A query with what it is for either side.
    struct Query: Sendable {
        /// Its words; the last one is the beginning of a word where `isPrefix`.
        let words: [String]
        var isPrefix = false

        /// As it is typed into a search field. A space after the last word says that it is whole.
        var typed: String { words.joined(separator: " ") + (isPrefix ? "" : " ") }
    }

    /// A kind of queries.
    struct Kind: Sendable {
        let name: String
        let queries: [Query]
    }

    let kinds: [Kind]

    /// Draws queries, the same ones each time.
    ///
    /// Words are drawn by how many documents have them, so that rare and common ones are there alike; two and three words are from
    /// one document. Very common words are those that most documents have, of at least four letters.
    init(_ corpus: SearchCorpus, count: Int, seed: UInt64) {
        var chance = SeededGenerator(seed: seed)
        let wordsOfDocuments = corpus.documents.map { Self.words(of: $0.body) }
        var frequencies: [String: Int] = [:]
        for words in wordsOfDocuments { for word in words { frequencies[word, default: 0] += 1 } }
        let byFrequency = frequencies.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let total = corpus.documents.count
        func between(_ low: Double, _ high: Double) -> [String] {
            byFrequency.filter { Double($0.value) >= low * Double(total) && Double($0.value) < high * Double(total) }.map(\.key)
        }
        let classes = [between(0.000_1, 0.001), between(0.001, 0.01), between(0.01, 0.05), between(0.05, 0.5)].filter {
            !$0.isEmpty
        }
        let veryCommon = byFrequency.prefix(40).map(\.key)

        func draw(_ list: [String]) -> String { list.randomElement(using: &chance) ?? "server" }
        let single = (0..<count).map { Query(words: [draw(classes[$0 % classes.count])]) }
        func several(_ size: Int) -> [Query] {
            (0..<count).map { _ in
                for _ in 0..<100 {
                    let words = wordsOfDocuments.randomElement(using: &chance) ?? []
                    let known = words.filter { word in (frequencies[word] ?? 0) > 1 }.sorted()
                    guard known.count >= size else { continue }
                    return Query(words: Array(known.shuffled(using: &chance).prefix(size)))
                }
                return Query(words: ["server"])
            }
        }
        let prefixes = (0..<count).map { index in
            let word = draw(classes[index % classes.count])
            return Query(words: [String(word.prefix(Int.random(in: 2...5, using: &chance)))], isPrefix: true)
        }
        let common = (0..<count).map { index in
            Query(words: Array(veryCommon.shuffled(using: &chance).prefix(1 + index % 2)))
        }
        kinds = [
            Kind(name: "One word", queries: single), Kind(name: "Two words", queries: several(2)),
            Kind(name: "Three words", queries: several(3)), Kind(name: "Prefix", queries: prefixes),
            Kind(name: "Very common words", queries: common),
        ]
    }

    /// The words of letters a to z, of at least four.
    private static func words(of text: String) -> Set<String> {
        Set(
            text.lowercased().split { !$0.isASCII || !$0.isLetter }.filter { 4...16 ~= $0.utf8.count }.map(String.init))
    }
}
