extension RankedIndex {
    /// Words of the index that will do for a word of a query.
    struct Group {
        /// Their numbers in each part, and how much each counts.
        var members: [[(number: Int, factor: Float)]]
        /// How many documents have one, or more.
        var frequency = 0
        /// What the word is worth at most.
        var weight: Float = 1
    }

    /// With fewer documents than this that have all words, those that have any are found as well.
    private static let few = 3

    /// The best documents for a query.
    ///
    /// A word that no document has may be mistyped: if it has at least four letters, words that differ in one letter more, less or
    /// other, or in two that changed places, are looked for in its place.
    ///
    /// - Parameters:
    ///   - query: What to look for.
    ///   - limit: The most hits.
    ///   - isAdmitted: Whether a document may be found; asked only of those that would be among the best.
    /// - Returns: The hits, the best first; of the same score the one with the lower number first.
    package func search(_ query: RankedQuery, limit: Int, admitting isAdmitted: (Int) -> Bool) -> [RankedHit] {
        guard limit > 0 else { return [] }
        let groups = groups(of: query)
        guard !groups.isEmpty else { return [] }
        var hits = RankedHits(limit: limit)
        if case .all = query.mode {
            collectAll(groups, in: tail, part: 0, into: &hits, isAdmitted)
            if hits.count >= min(Self.few, limit) || groups.count == 1 { return hits.sorted }
            let found = hits.sorted
            let known = Set(found.map(\.ordinal))
            var others = RankedHits(limit: limit - found.count)
            collectAny(groups, in: tail, part: 0, into: &others) { !known.contains($0) && isAdmitted($0) }
            return found + others.sorted
        }
        collectAny(groups, in: tail, part: 0, into: &hits, isAdmitted)
        return hits.sorted
    }

    /// How many documents ``search(_:limit:admitting:)`` finds, if the limit is no matter.
    package func count(_ query: RankedQuery, admitting isAdmitted: (Int) -> Bool) -> Int {
        search(query, limit: .max, admitting: isAdmitted).count
    }

    private func groups(of query: RankedQuery) -> [Group] {
        query.words.map { word in
            var members: [(number: Int, factor: Float)] = []
            if let number = tail.number(of: word.stem) { members.append((number, 1)) }
            if word.isPrefix {
                tail.forEachWord(startingWith: word.written) { number, _ in
                    if !members.contains(where: { $0.number == number }) { members.append((number, 0.7)) }
                    return members.count < 200
                }
            }
            let frequency = members.reduce(0) { $0 + tail.frequency(of: $1.number) }
            let count = Double(tail.documentCount)
            let rarity = Float(Self.rarity(frequency: Double(frequency), of: count))
            return Group(members: [members], frequency: frequency, weight: rarity * word.weight)
        }
    }

    /// How much a word tells that so many documents have.
    static func rarity(frequency: Double, of count: Double) -> Double {
        logarithm(1 + (max(count - frequency, 0) + 0.5) / (frequency + 0.5))
    }

    /// The natural logarithm of a number of at least 1.
    static func logarithm(_ number: Double) -> Double {
        // x = m 2^e; ln m by the series of atanh, to more digits than a score has.
        let (exponent, ratio) = (Double(number.exponent), (number.significand - 1) / (number.significand + 1))
        let square = ratio * ratio
        var (term, sum) = (ratio, 0.0)
        for divisor in stride(from: 1.0, through: 25, by: 2) {
            sum += term / divisor
            term *= square
        }
        return exponent * 0.693_147_180_559_945_3 + 2 * sum
    }

    private func scored<Part: RankedPart>(_ group: Group, in part: Part, _ index: Int) -> ScoredDocuments {
        var best: [UInt32: Float] = [:]
        for member in group.members[index] {
            var postings = RankedPostings()
            part.append(member.number, to: &postings)
            for (document, code) in zip(postings.documents, postings.codes) {
                best[document] = max(best[document] ?? 0, codes.strengths[Int(code)] * group.weight * member.factor)
            }
        }
        let documents = best.keys.sorted()
        return ScoredDocuments(documents: documents, scores: documents.map { best[$0] ?? 0 })
    }

    private func collectAll<Part: RankedPart>(
        _ groups: [Group], in part: Part, part index: Int, into hits: inout RankedHits, _ isAdmitted: (Int) -> Bool
    ) {
        let lists = groups.map { scored($0, in: part, index) }.sorted { $0.documents.count < $1.documents.count }
        var found = lists[0]
        for list in lists.dropFirst() {
            let scores = Dictionary(zip(list.documents, list.scores)) { first, _ in first }
            var kept = ScoredDocuments()
            for (document, score) in zip(found.documents, found.scores) {
                guard let other = scores[document] else { continue }
                kept.documents.append(document)
                kept.scores.append(score + other)
            }
            found = kept
        }
        collect(found, in: part, into: &hits, isAdmitted)
    }

    private func collectAny<Part: RankedPart>(
        _ groups: [Group], in part: Part, part index: Int, into hits: inout RankedHits, _ isAdmitted: (Int) -> Bool
    ) {
        var scores = [Float](repeating: 0, count: part.documentCount)
        for group in groups {
            let list = scored(group, in: part, index)
            for (document, score) in zip(list.documents, list.scores) { scores[Int(document)] += score }
        }
        let documents = scores.indices.filter { scores[$0] > 0 }
        collect(
            ScoredDocuments(documents: documents.map { UInt32($0) }, scores: documents.map { scores[$0] }), in: part, into: &hits,
            isAdmitted)
    }

    private func collect<Part: RankedPart>(
        _ found: ScoredDocuments, in part: Part, into hits: inout RankedHits, _ isAdmitted: (Int) -> Bool
    ) {
        for (document, score) in zip(found.documents, found.scores) where !part.isRemoved(Int(document)) {
            let hit = RankedHit(ordinal: part.ordinal(of: Int(document)), score: score)
            if hits.takes(hit), isAdmitted(hit.ordinal) { hits.insert(hit) }
        }
    }
}
