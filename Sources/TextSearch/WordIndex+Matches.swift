extension WordIndex {
    /// The documents that have all words of a query, in the order of their numbers. None, if the query is empty.
    ///
    /// It begins with the rarest word and looks only for its documents in the postings of the others, so that a rare word beside
    /// a common one costs little. A beginning of very many words (a single letter, say) reads the postings of all of them, and
    /// takes a byte of memory for each document while it does.
    package func matches(_ query: WordQuery, includingRestricted: Bool) -> [WordMatch] {
        var sources: [MatchSource] = []
        // Whole words first: if one is missing, the beginning of another need not be looked up.
        for term in query.terms.filter({ !$0.isPrefix }) + query.terms.filter(\.isPrefix) {
            guard let source = source(of: term) else { return [] }
            sources.append(source)
        }
        sources.sort { $0.count < $1.count }
        guard let rarest = sources.first else { return [] }
        let filter = PostingFilter(isPresent: isPresent, includesRestricted: includingRestricted)
        var matches = filter.matches(of: rarest)
        for source in sources.dropFirst() where !matches.isEmpty {
            let weights = filter.weights(of: source, for: matches)
            var kept = 0
            for index in matches.indices where weights[index] > 0 {
                matches[kept] = WordMatch(document: matches[index].document, rank: matches[index].rank + Int(weights[index]))
                kept += 1
            }
            matches.removeSubrange(kept...)
        }
        return matches
    }

    private func source(of term: WordQuery.Term) -> MatchSource? {
        var found: [PostingList] = []
        forEachList(of: term) { list in
            found.append(list)
            return true
        }
        return MatchSource(found, documentCount: isPresent.count)
    }

    /// About how many postings have to be read for a query, so that callers can look through a few documents themselves instead.
    /// Zero, if nothing can be found.
    ///
    /// Counting stops soon after it exceeds the limit, as a beginning may have very many words.
    package func cost(of query: WordQuery, limit: Int = .max) -> Int {
        var words: [Int] = []
        var beginnings: [Int] = []
        for term in query.terms {
            var count = 0
            forEachList(of: term) { list in
                count += list.count
                return count <= limit
            }
            guard count > 0 else { return 0 }
            if term.isPrefix { beginnings.append(count) } else { words.append(count) }
        }
        // A common word is searched for the documents of the rarest, which takes a few steps for each.
        let rarest = (words + beginnings).min() ?? 0
        return words.reduce(0) { $0 + min($1, 16 * rarest) } + beginnings.reduce(0, +)
    }

    private func forEachList(of term: WordQuery.Term, _ body: (PostingList) -> Bool) {
        if term.isPrefix {
            order.forEach(startingWith: term.word, in: table) { body(lists[Int($0.number)]) }
        } else if let number = table.number(of: term.word) {
            _ = body(lists[number])
        }
    }
}
