extension RankedIndex {
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
        guard groups.contains(where: { !$0.members.isEmpty }) else { return [] }
        guard case .all = query.mode else {
            return search(forAny: telling(groups, of: query), limit: limit, isAdmitted)
        }
        var hits = RankedHits(limit: limit)
        if groups.allSatisfy({ !$0.members.isEmpty }) {
            collectAll(groups, in: tail, 0, into: &hits, isAdmitted)
            for index in segments.indices { collectAll(groups, in: segments[index], index + 1, into: &hits, isAdmitted) }
        }
        let found = hits.sorted
        if found.count >= min(Self.few, limit) || groups.count == 1 { return found }
        let known = Set(found.map(\.ordinal))
        return found + search(forAny: groups, limit: limit - found.count) { !known.contains($0) && isAdmitted($0) }
    }

    /// How many documents ``search(_:limit:admitting:)`` finds, if the limit is no matter.
    package func count(_ query: RankedQuery, admitting isAdmitted: (Int) -> Bool) -> Int {
        search(query, limit: .max, admitting: isAdmitted).count
    }

    private func search(forAny groups: [RankedGroup], limit: Int, _ isAdmitted: (Int) -> Bool) -> [RankedHit] {
        var hits = RankedHits(limit: limit)
        collectAny(groups, in: tail, 0, into: &hits, isAdmitted)
        for index in segments.indices { collectAny(groups, in: segments[index], index + 1, into: &hits, isAdmitted) }
        return hits.sorted
    }

    /// The words that tell most.
    private func telling(_ groups: [RankedGroup], of query: RankedQuery) -> [RankedGroup] {
        guard case .any(let count) = query.mode else { return groups }
        let known = groups.filter { !$0.members.isEmpty }
        return Array(known.sorted { $0.weight > $1.weight }.prefix(count))
    }

    private func worth(_ member: RankedGroup.Member, in group: RankedGroup) -> WordWorth {
        WordWorth(strengths: codes.strengths, factor: group.weight * member.factor)
    }

    /// Finds the documents that have all words.
    private func collectAll(
        _ groups: [RankedGroup], in part: some RankedPart, _ index: Int, into hits: inout RankedHits,
        _ isAdmitted: (Int) -> Bool
    ) {
        var lists: [(group: RankedGroup, range: Range<Int>, frequency: Int)] = []
        for group in groups {
            let range = group.range(of: index)
            guard !range.isEmpty else { return }
            lists.append((group, range, group.members[range].reduce(0) { $0 + $1.frequency }))
        }
        if lists.count == 1, lists[0].range.count == 1 {
            let member = lists[0].group.members[lists[0].range.lowerBound]
            return part.collect(member.number, worth(member, in: lists[0].group), into: &hits, isAdmitted)
        }
        lists.sort { $0.frequency < $1.frequency }
        var found = load(lists[0].group, lists[0].range, in: part)
        for (group, range, _) in lists.dropFirst() {
            if found.documents.isEmpty { return }
            if range.count == 1 {
                let member = group.members[range.lowerBound]
                part.intersect(&found, with: member.number, worth(member, in: group))
            } else {
                found.intersect(with: load(group, range, in: part))
            }
        }
        part.collect(found, into: &hits, isAdmitted)
    }

    /// The documents that have a member of a group, scored by the one that is worth most.
    private func load(_ group: RankedGroup, _ range: Range<Int>, in part: some RankedPart) -> ScoredDocuments {
        let first = group.members[range.lowerBound]
        if range.count == 1 { return part.load(first.number, worth(first, in: group)) }
        var best = [Float](repeating: 0, count: part.documentCount)
        for member in group.members[range] {
            let scored = part.load(member.number, worth(member, in: group))
            var span = best.mutableSpan
            for place in scored.documents.indices {
                let document = Int(scored.documents[place])
                span[document] = max(span[document], scored.scores[place])
            }
        }
        return ScoredDocuments(best)
    }

    /// Finds the documents that have any of the words.
    private func collectAny(
        _ groups: [RankedGroup], in part: some RankedPart, _ index: Int, into hits: inout RankedHits,
        _ isAdmitted: (Int) -> Bool
    ) {
        var scores: [Float] = []
        for group in groups {
            let range = group.range(of: index)
            guard !range.isEmpty else { continue }
            if scores.isEmpty { scores = Array(repeating: 0, count: part.documentCount) }
            if range.count == 1 {
                let member = group.members[range.lowerBound]
                part.add(member.number, worth(member, in: group), to: &scores)
            } else {
                let scored = load(group, range, in: part)
                for place in scored.documents.indices { scores[Int(scored.documents[place])] += scored.scores[place] }
            }
        }
        let span = scores.span
        var threshold = max(hits.threshold, .leastNonzeroMagnitude)
        for document in span.indices where span[document] >= threshold {
            if part.offer(UInt32(truncatingIfNeeded: document), span[document], to: &hits, isAdmitted) {
                threshold = max(hits.threshold, .leastNonzeroMagnitude)
            }
        }
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
