/// Where the documents are found that have a word of a query.
enum MatchSource {
    /// A word.
    case list(PostingList)
    /// Some words with the same beginning, their postings sorted.
    case postings([Posting])
    /// Very many words with the same beginning.
    case lists([PostingList], postingCount: Int)

    /// How many postings there are.
    var count: Int {
        switch self {
        case .list(let list): list.count
        case .postings(let postings): postings.count
        case .lists(_, let postingCount): postingCount
        }
    }

    /// Joins the words with the same beginning; `nil` when there is none.
    init?(_ lists: [PostingList], documentCount: Int) {
        guard let first = lists.first else { return nil }
        let count = lists.reduce(0) { $0 + $1.count }
        if lists.count == 1 {
            self = .list(first)
        } else if count <= max(64, documentCount / 256) {
            // Sorting so few takes no longer than going through all documents.
            var postings: [Posting] = []
            postings.reserveCapacity(count)
            for list in lists { postings += list.ordered }
            PostingList.sort(&postings)
            self = .postings(postings)
        } else {
            self = .lists(lists, postingCount: count)
        }
    }
}
