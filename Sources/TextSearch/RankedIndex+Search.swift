extension RankedIndex {
    /// With fewer documents than this that have all words, those that have any are found as well.
    static let few = 3
    /// Of so many words that say something all must be there; of more, as in a whole sentence, only some.
    static let mostRequired = 3
    /// Of more words, those that are there must count as much of all.
    static let leastCoverage: Float = 0.3
    /// A document that has all words of a message counts this much more than one that has hardly any.
    static let coverageBonus: Float = 3

    /// The best documents for a query.
    ///
    /// A word that no document has may be mistyped: if it has at least four letters, words that differ in one letter more, less or
    /// other, or in two that changed places, are looked for in its place.
    ///
    /// - Parameters:
    ///   - query: What to look for.
    ///   - limit: The most hits.
    ///   - isAdmitted: Whether a document may be found; asked only of those that would be among the best.
    /// - Returns: The hits, the best first; of the same score the one with the lower number first. Of up to three
    ///   words that say something a document must have all; if fewer than three documents do, those with some follow. Of more words
    ///   a document must have some, and has a bonus for many.
    package func search(_ query: RankedQuery, limit: Int, admitting isAdmitted: (Int) -> Bool) -> [RankedHit] {
        guard limit > 0 else { return [] }
        let groups = groups(of: query)
        guard groups.contains(where: { !$0.members.isEmpty }) else { return [] }
        guard case .all = query.mode else { return search(forAny: telling(groups, of: query), limit: limit, isAdmitted) }
        let required = groups.contains { !$0.isFiller } ? groups.filter { !$0.isFiller } : groups
        if required.count > Self.mostRequired {
            let found = search(forAny: groups, least: Self.leastCoverage, limit: limit, isAdmitted)
            return found.count >= min(Self.few, limit) ? found : search(forAny: groups, limit: limit, isAdmitted)
        }
        var hits = RankedHits(limit: limit)
        search(forAll: required, into: &hits, isAdmitted)
        let found = hits.sorted
        if found.count >= min(Self.few, limit) || groups.count == 1 { return found }
        let known = Set(found.map(\.ordinal))
        let others = search(forAny: groups, limit: limit - found.count) { !known.contains($0) && isAdmitted($0) }
        guard let worst = found.last, let best = others.first, worst.score <= best.score else { return found + others }
        // Scores are of two kinds; those that have all words stay in front.
        return found.map { RankedHit(ordinal: $0.ordinal, score: $0.score - worst.score + best.score) } + others
    }

    /// How many documents ``search(_:limit:admitting:)`` finds, if the limit is no matter.
    package func count(_ query: RankedQuery, admitting isAdmitted: (Int) -> Bool) -> Int {
        search(query, limit: .max, admitting: isAdmitted).count
    }

    private func search(forAll groups: [RankedGroup], into hits: inout RankedHits, _ isAdmitted: (Int) -> Bool) {
        guard groups.allSatisfy({ !$0.members.isEmpty }) else { return }
        collectAll(groups, in: tail, 0, into: &hits, isAdmitted)
        for index in segments.indices { collectAll(groups, in: segments[index], index + 1, into: &hits, isAdmitted) }
    }

    private func search(
        forAny groups: [RankedGroup], least coverage: Float = 0, limit: Int, _ isAdmitted: (Int) -> Bool
    ) -> [RankedHit] {
        var hits = RankedHits(limit: limit)
        let total = groups.reduce(0) { $0 + ($1.members.isEmpty ? 0 : $1.weight) }
        let least = total * coverage
        collectAny(groups, total: total, least: least, in: tail, 0, into: &hits, isAdmitted)
        for index in segments.indices {
            collectAny(groups, total: total, least: least, in: segments[index], index + 1, into: &hits, isAdmitted)
        }
        return hits.sorted
    }

    /// The words that tell most.
    private func telling(_ groups: [RankedGroup], of query: RankedQuery) -> [RankedGroup] {
        guard case .any(let count) = query.mode else { return groups }
        return Array(groups.filter { !$0.members.isEmpty }.sorted { $0.weight > $1.weight }.prefix(count))
    }

    /// Finds the documents that have all words.
    private func collectAll(
        _ groups: [RankedGroup], in part: some RankedPart, _ index: Int, into hits: inout RankedHits, _ isAdmitted: (Int) -> Bool
    ) {
        var lists: [(group: RankedGroup, range: Range<Int>, frequency: Int)] = []
        lists.reserveCapacity(groups.count)
        for group in groups {
            let range = group.range(of: index)
            guard !range.isEmpty else { return }
            lists.append((group, range, group.members[range].reduce(0) { $0 + $1.frequency }))
        }
        if lists.count == 1, lists[0].range.count == 1 {
            let member = lists[0].group.members[lists[0].range.lowerBound]
            return part.collect(member.number, worth(member, lists[0].group, codes.strengths), into: &hits, isAdmitted)
        }
        lists.sort { $0.frequency < $1.frequency }
        var found = load(lists[0].group, lists[0].range, codes.strengths, in: part)
        for (group, range, _) in lists.dropFirst() {
            if found.documents.isEmpty { return }
            if range.count == 1 {
                let member = group.members[range.lowerBound]
                part.intersect(&found, with: member.number, worth(member, group, codes.strengths))
            } else {
                intersect(&found, with: group, range, in: part)
            }
        }
        part.collect(found, into: &hits, isAdmitted)
    }

    private func worth(_ member: RankedGroup.Member, _ group: RankedGroup, _ strengths: [Float]) -> WordWorth {
        WordWorth(strengths: strengths, factor: group.weight * member.factor)
    }

    /// The documents that have a member of a group, scored by the one that is worth most.
    private func load(
        _ group: RankedGroup, _ range: Range<Int>, _ strengths: [Float], in part: some RankedPart
    ) -> ScoredDocuments {
        let first = group.members[range.lowerBound]
        if range.count == 1 { return part.load(first.number, worth(first, group, strengths)) }
        var scores = [Float](repeating: 0, count: part.documentCount)
        for member in group.members[range] { part.raise(&scores, with: member.number, worth(member, group, strengths)) }
        return ScoredDocuments(scores)
    }

    /// Keeps of some documents only those that have a member of a group.
    private func intersect(
        _ found: inout ScoredDocuments, with group: RankedGroup, _ range: Range<Int>, in part: some RankedPart
    ) {
        var best = [Float](repeating: 0, count: found.documents.count)
        for member in group.members[range] {
            part.raise(&best, of: found.documents, with: member.number, worth(member, group, codes.strengths))
        }
        var kept = 0
        for place in best.indices where best[place] > 0 {
            found.documents[kept] = found.documents[place]
            found.scores[kept] = found.scores[place] + best[place]
            kept += 1
        }
        found.cut(to: kept)
    }

    /// Finds the documents that have any of the words. A document counts the more the more of the words it has, whatever for.
    private func collectAny(
        _ groups: [RankedGroup], total: Float, least: Float, in part: some RankedPart, _ index: Int, into hits: inout RankedHits,
        _ isAdmitted: (Int) -> Bool
    ) {
        let known = groups.map { (group: $0, range: $0.range(of: index)) }.filter { !$0.range.isEmpty }
        guard !known.isEmpty else { return }
        let postingCount = known.reduce(0) { $0 + $1.group.members[$1.range].reduce(0) { $0 + $1.frequency } }
        guard postingCount * known.count > part.documentCount else {
            // So few are joined sooner than all documents are gone through.
            var covered = CoveredDocuments()
            for (group, range) in known {
                covered.unite(with: load(group, range, codes.evenStrengths, in: part), coverage: group.weight)
            }
            let (documents, sums) = (covered.documents, covered.sums)
            return offer(sums.span, of: { documents[$0] }, total: total, least: least, in: part, to: &hits, isAdmitted)
        }
        var sums = [SIMD2<Float>](repeating: .zero, count: part.documentCount)
        for (group, range) in known {
            if range.count == 1 {
                let member = group.members[range.lowerBound]
                part.add(member.number, worth(member, group, codes.evenStrengths), coverage: group.weight, to: &sums)
            } else {
                let scored = load(group, range, codes.evenStrengths, in: part)
                for place in scored.documents.indices {
                    sums[Int(scored.documents[place])] += SIMD2(scored.scores[place], group.weight)
                }
            }
        }
        offer(sums.span, of: { UInt32(truncatingIfNeeded: $0) }, total: total, least: least, in: part, to: &hits, isAdmitted)
    }

    /// Takes the best in of documents whose scores and coverages are known.
    @inline(__always)
    private func offer(
        _ sums: Span<SIMD2<Float>>, of document: (Int) -> UInt32, total: Float, least: Float, in part: some RankedPart,
        to hits: inout RankedHits, _ isAdmitted: (Int) -> Bool
    ) {
        let bonus = Self.coverageBonus / total
        var threshold = max(hits.threshold, .leastNonzeroMagnitude)
        for place in sums.indices {
            let score = sums[place].x * (1 + bonus * sums[place].y)
            guard score >= threshold, sums[place].y >= least else { continue }
            if part.offer(document(place), score, to: &hits, isAdmitted) {
                threshold = max(hits.threshold, .leastNonzeroMagnitude)
            }
        }
    }
}

/// Documents in order, and for each its score and how much of a query it has.
private struct CoveredDocuments {
    private(set) var documents: [UInt32] = []
    private(set) var sums: [SIMD2<Float>] = []

    /// Adds the scores of documents that have a word.
    mutating func unite(with scored: ScoredDocuments, coverage: Float) {
        let (old, oldSums) = (documents, sums)
        documents = []
        sums = []
        documents.reserveCapacity(old.count + scored.documents.count)
        sums.reserveCapacity(old.count + scored.documents.count)
        var place = 0
        for index in scored.documents.indices {
            let document = scored.documents[index]
            while place < old.count, old[place] < document {
                documents.append(old[place])
                sums.append(oldSums[place])
                place += 1
            }
            var sum = SIMD2(scored.scores[index], coverage)
            if place < old.count, old[place] == document {
                sum += oldSums[place]
                place += 1
            }
            documents.append(document)
            sums.append(sum)
        }
        documents += old[place...]
        sums += oldSums[place...]
    }
}

extension ScoredDocuments {
    /// Those whose score is not zero.
    init(_ scores: [Float]) {
        let span = scores.span
        for document in span.indices where span[document] > 0 {
            documents.append(UInt32(truncatingIfNeeded: document))
            self.scores.append(span[document])
        }
    }

    /// Keeps only those that are among others too, and adds up the scores.
    mutating func intersect(with other: ScoredDocuments) {
        var (place, kept) = (0, 0)
        for index in documents.indices {
            while place < other.documents.count, other.documents[place] < documents[index] { place += 1 }
            guard place < other.documents.count else { break }
            guard other.documents[place] == documents[index] else { continue }
            documents[kept] = documents[index]
            scores[kept] = scores[index] + other.scores[place]
            kept += 1
        }
        cut(to: kept)
    }
}
