/// Reads the postings that count for who asks.
struct PostingFilter {
    /// Which documents there are.
    let isPresent: [Bool]
    let includesRestricted: Bool

    @inline(__always)
    private func includes(_ posting: Posting) -> Bool { includesRestricted || !posting.isRestricted }

    /// The documents of a source, in order, ranked by the greatest weight that each has there.
    func matches(of source: MatchSource) -> [WordMatch] {
        switch source {
        case .list(let list): return matches(of: list.ordered)
        case .postings(let postings): return matches(of: postings)
        case .lists(let lists, _):
            let weights = weights(of: lists)
            return weights.indices.compactMap { ordinal in
                guard weights[ordinal] > 0, isPresent[ordinal] else { return nil }
                return WordMatch(document: WordIndex.Document(ordinal: UInt32(ordinal)), rank: Int(weights[ordinal]))
            }
        }
    }

    private func matches(of postings: [Posting]) -> [WordMatch] {
        var matches: [WordMatch] = []
        matches.reserveCapacity(postings.count)
        for posting in postings where includes(posting) && isPresent[Int(posting.document)] {
            if let last = matches.indices.last, matches[last].document.ordinal == posting.document {
                matches[last].rank = max(matches[last].rank, Int(posting.weight))
            } else {
                matches.append(WordMatch(document: WordIndex.Document(ordinal: posting.document), rank: Int(posting.weight)))
            }
        }
        return matches
    }

    /// For each of some matches the greatest weight that its document has in a source, zero if it is not there.
    func weights(of source: MatchSource, for matches: [WordMatch]) -> [UInt8] {
        switch source {
        case .lists(let lists, _):
            let weights = weights(of: lists)
            return matches.map { weights[Int($0.document.ordinal)] }
        case .list(let list):
            var weights = [UInt8](repeating: 0, count: matches.count)
            list.withParts { ordered, late in
                collect(ordered, for: matches, into: &weights)
                collect(late: late, for: matches, into: &weights)
            }
            return weights
        case .postings(let postings):
            var weights = [UInt8](repeating: 0, count: matches.count)
            collect(postings.span, for: matches, into: &weights)
            return weights
        }
    }

    private func collect(_ postings: Span<Posting>, for matches: [WordMatch], into weights: inout [UInt8]) {
        var place = 0
        for index in matches.indices {
            let document = matches[index].document.ordinal
            place = postings.firstPlace(notBefore: Posting(before: document), from: place)
            while place < postings.count, postings[place].document == document {
                if includes(postings[place]) { weights[index] = max(weights[index], postings[place].weight) }
                place += 1
            }
        }
    }

    private func collect(late postings: Span<Posting>, for matches: [WordMatch], into weights: inout [UInt8]) {
        for index in postings.indices where includes(postings[index]) {
            let posting = postings[index]
            var (low, high) = (0, matches.count)
            while low < high {
                let middle = (low + high) / 2
                if matches[middle].document.ordinal < posting.document { low = middle + 1 } else { high = middle }
            }
            guard low < matches.count, matches[low].document.ordinal == posting.document else { continue }
            weights[low] = max(weights[low], posting.weight)
        }
    }

    /// For each document the greatest weight that it has in any of the lists.
    private func weights(of lists: [PostingList]) -> [UInt8] {
        var weights = [UInt8](repeating: 0, count: isPresent.count)
        for list in lists {
            list.withParts { ordered, late in
                collect(ordered, into: &weights)
                collect(late, into: &weights)
            }
        }
        return weights
    }

    private func collect(_ postings: Span<Posting>, into weights: inout [UInt8]) {
        for index in postings.indices where includes(postings[index]) {
            let posting = postings[index]
            weights[Int(posting.document)] = max(weights[Int(posting.document)], posting.weight)
        }
    }
}
