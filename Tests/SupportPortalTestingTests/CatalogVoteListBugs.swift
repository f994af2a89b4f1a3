import SupportPortal

private let listed = "The votes on an item are listed"

// Lists of votes that are in another order, of other items, or without an end or a page.
extension PlantedBug {
    static let catalogVoteListBugs: [PlantedBug] = [
        .articles("votes come by voter, then by ballot", breaks: listed) { store in
            store.changeVoteLists { votes in
                votes.sort { $0.voter == $1.voter ? $0.ballot.rawValue < $1.ballot.rawValue : $0.voter < $1.voter }
            }
        },
        .articles("a list of votes has no pages", breaks: listed) { store in
            let base = store.base
            store.onListVotes = { id, page in Page(try await base.votes(on: id, page: page).items) }
        },
        .articles("a negative limit of votes is none", breaks: listed) { store in
            let base = store.base
            store.onListVotes = { id, page in
                try await base.votes(on: id, page: PageRequest(limit: page.limit <= 0 ? 1_000 : page.limit, after: page.after))
            }
        },
        .articles("votes on all articles are in one list", breaks: listed) { store in
            let base = store.base
            store.onListVotes = { _, page in
                var found: [CatalogVote<Article>] = []
                for article in try await base.articles() {
                    found += try await base.votes(on: article.id, page: PageRequest(limit: 1_000)).items
                }
                return Page(Array(found.prefix(max(0, page.limit))))
            }
        },
        .articles("votes are not listed", breaks: listed) { store in store.onListVotes = { _, _ in Page() } },
    ]
}

extension AlteredArticleStore {
    /// Lists all votes as one page of what becomes of them.
    fileprivate mutating func changeVoteLists(_ change: @escaping @Sendable (inout [CatalogVote<Article>]) -> Void) {
        let base = base
        onListVotes = { id, page in
            var votes = try await base.votes(on: id, page: PageRequest(limit: 1_000)).items
            change(&votes)
            return Page(Array(votes.prefix(max(0, page.limit))))
        }
    }
}
