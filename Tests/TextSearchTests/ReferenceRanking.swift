@testable import TextSearch

/// Documents, and what a ranked index must find in them, worked out from each of them and by definition.
struct ReferenceRanking {
    let codes: FieldCodes
    private(set) var index: RankedIndex
    /// For each document its words, and the code of each.
    private(set) var documents: [Int: [FoldedWord: UInt16]] = [:]

    init(fields: [SearchField], postingsOfTail: Int) {
        codes = FieldCodes(fields: fields)
        var limits = RankedIndex.Limits()
        limits.postingsOfTail = postingsOfTail
        index = RankedIndex(fields: fields, limits: limits)
    }

    mutating func set(_ texts: [String], at ordinal: Int, stemmer: Stemmer) {
        index.set(texts, stemmer: stemmer, at: ordinal)
        var words: [FoldedWord: UInt16] = [:]
        for (field, text) in texts.enumerated() {
            let all = stems(of: text, stemmer)
            let factor = codes.factor(of: field, wordCount: all.count)
            for (word, count) in Dictionary(all.map { ($0, 1) }, uniquingKeysWith: +) {
                words[word, default: 0] |= codes.code(of: field, relativeCount: Float(count) * factor)
            }
        }
        documents[ordinal] = words
    }

    mutating func remove(_ ordinal: Int) {
        index.remove(ordinal)
        documents[ordinal] = nil
    }

    mutating func settle() { index.settle() }

    private func stems(of text: String, _ stemmer: Stemmer) -> [FoldedWord] {
        var all: [FoldedWord] = []
        WordScanner.scan(text, for: .document) { word in
            var stem = copy word
            stemmer.stem(&stem)
            all.append(stem)
            return true
        }
        return all
    }

    /// What a word of a query is worth in each document that has it, and how much it counts.
    private func group(of word: RankedQuery.Word, mayBeMistyped: Bool) -> (factors: [FoldedWord: Float], weight: Float) {
        let known = Set(documents.values.flatMap { $0.keys }).union([word.stem]).filter { index.frequency(of: $0) > 0 }
        var factors: [FoldedWord: Float] = [:]
        if word.isPrefix {
            for other in known where other.text.hasPrefix(word.written.text) { factors[other] = RankedIndex.expansionFactor }
        }
        if known.contains(word.stem) { factors[word.stem] = 1 }
        if factors.isEmpty, mayBeMistyped, word.written.text.count >= 4 {
            let near = known.filter { Self.distance(Array($0.text.unicodeScalars), Array(word.stem.text.unicodeScalars)) <= 1 }
            let best = near.map { ($0, index.frequency(of: $0)) }.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0.precedes($1.0) }
            for (other, frequency) in best.prefix(RankedIndex.maximumCorrections) {
                factors[other] = RankedIndex.stemCorrectionFactor * (0.5 + 0.5 * Float(frequency) / Float(best[0].1))
            }
        }
        let frequency = factors.keys.reduce(0) { $0 + index.frequency(of: $1) }
        return (factors, RankedIndex.rarity(of: frequency, in: Double(index.heldCount)) * word.weight)
    }

    /// Steps from one word to another: a letter more, less or other, or two that change places (optimal string alignment).
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var rows = [Array(0...b.count)]
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var best = min(rows[i][j] + (a[i] == b[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }

    /// The hits by definition, best first, each with its score.
    func hits(of query: RankedQuery, admitting isAdmitted: (Int) -> Bool) -> [RankedHit] {
        let groups = query.words.map { word in
            let isAll = if case .all = query.mode { true } else { false }
            return (group: group(of: word, mayBeMistyped: isAll), isFiller: word.isFiller)
        }
        guard groups.contains(where: { !$0.group.factors.isEmpty }) else { return [] }
        let required = groups.contains { !$0.isFiller } ? groups.filter { !$0.isFiller } : groups
        let any = hits(ofAny: groups.map(\.group), isAdmitted)
        guard required.count <= RankedIndex.mostRequired else {
            let some = any.filter { $0.coverage >= RankedIndex.leastCoverage - 0.000_01 }
            return (some.count >= RankedIndex.few ? some : any).map(\.hit)
        }
        var all: [RankedHit] = []
        for (ordinal, words) in documents where isAdmitted(ordinal) {
            var score: Float = 0
            let hasAll = required.allSatisfy { item in
                let worth = item.group.factors.compactMap { word, factor in
                    words[word].map { codes.strengths[Int($0)] * item.group.weight * factor }
                }.max()
                score += worth ?? 0
                return worth != nil
            }
            if hasAll { all.append(RankedHit(ordinal: ordinal, score: score)) }
        }
        all.sort { $0.precedes($1) }
        if all.count >= RankedIndex.few || groups.count == 1 { return all }
        let found = Set(all.map(\.ordinal))
        return all + any.map(\.hit).filter { !found.contains($0.ordinal) }
    }

    private func hits(
        ofAny groups: [(factors: [FoldedWord: Float], weight: Float)], _ isAdmitted: (Int) -> Bool
    ) -> [(hit: RankedHit, coverage: Float)] {
        let total = groups.reduce(0) { $0 + ($1.factors.isEmpty ? 0 : $1.weight) }
        var hits: [(hit: RankedHit, coverage: Float)] = []
        for (ordinal, words) in documents where isAdmitted(ordinal) {
            var (score, covered): (Float, Float) = (0, 0)
            for group in groups {
                let worth = group.factors.compactMap { word, factor in
                    words[word].map { codes.evenStrengths[Int($0)] * group.weight * factor }
                }.max()
                guard let worth else { continue }
                score += worth
                covered += group.weight
            }
            guard covered > 0 else { continue }
            let coverage = covered / total
            hits.append((RankedHit(ordinal: ordinal, score: score * (1 + RankedIndex.coverageBonus * coverage)), coverage))
        }
        return hits.sorted { $0.hit.precedes($1.hit) }
    }
}
