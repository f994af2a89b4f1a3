import SupportPortal

// The laws of feeds and queues have bugs of their own, in the store of tickets. These are there to show that they look at other stores, too.

extension PlantedBug {
    static let catalogEventBugs: [PlantedBug] = [
        .articles(
            "no events are kept", breaks: "Events come in the order of their commits", "A feed holds all events",
            "Asked since nil", "Events outside the scope", "No position becomes visible", "Erased people vanish"
        ) { store in store.changeCommits { $0.events = [] } },
        .articles("beyond the end there is nothing", breaks: "A position beyond the end") { store in
            let base = store.base
            store.onChanges = { query in
                do {
                    return try await base.changes(query)
                } catch is StorageError {
                    return ChangeBatch(events: [], position: query.since ?? .start)
                }
            }
        },
        .articles("followers wait for the next event, also when there is one", breaks: "A waiting follower is woken") { store in
            let base = store.base
            store.onWait = { position in
                let end = try await base.changes(ChangeQuery(since: nil)).position
                try await base.waitForChange(after: max(position, end))
            }
        },
        .articles(
            "nothing is ever lent", breaks: "A claim is exclusive", "A claim lends the longest due first",
            "A lane is worked off", "Events that are not announced", "64 claims at once", "Of 16 settlements at once",
            "What is done never comes back", "A lost lease settles nothing", "What failed waits until",
            "What is parked is listed",
            "Deliveries are added", "Deliveries to erased people go"
        ) { store in store.onClaim = { _ in [] } },
        .articles("settlements are taken for done", breaks: "What is done never comes back", "Of 16 settlements at once") {
            store in
            store.onSettle = { _ in }
        },
        .articles(
            "people are not forgotten", breaks: "Erased people vanish from the events", "Deliveries to erased people go",
            "What a forgetting commit stores"
        ) { store in store.changeCommits { $0.forgotten = [] } },
    ]

    // MARK: Durability

    static let catalogDurabilityBugs: [PlantedBug] = [
        .reopenedArticles("the last operation is lost", breaks: "An item is found as it was written") { $0.dropLast() },
        .reopenedArticles("categories are kept in memory only", breaks: "A category is found as it was written") {
            $0.changingArticles { $0.categories = [] }
        },
        .reopenedArticles("versions are kept in memory only", breaks: "Earlier versions are kept") {
            $0.changingArticles { $0.versions = [] }
        },
        .reopenedArticles(
            "counters are kept in memory only", breaks: "What was counted adds up", "64 tasks that count", "The most counted"
        ) { $0.changingArticles { $0.increments = [] } },
        .reopenedArticles(
            "votes are kept in memory only", breaks: "A voter has one vote", "64 tasks that vote", "Votes of forgotten people"
        ) { $0.changingArticles { $0.votes = [] } },
        .reopenedArticles(
            "removed items come back", breaks: "An item is removed at its revision", "A removed item takes",
            "A slug belongs to one item"
        ) { $0.changingArticles { $0.removedItems = [:] } },
        .reopenedArticles("removed categories come back", breaks: "A category at another revision", "A removed item takes") {
            $0.changingArticles { $0.removedCategories = [:] }
        },
        .reopenedArticles(
            "forgotten people come back", breaks: "Votes of forgotten people", "Erased people vanish from the events"
        ) {
            $0.changingArticles { $0.forgotten = [] }
        },
        .reopenedArticles("events are kept in memory only", breaks: "Events come in the order", "A feed holds all events") {
            $0.changingArticles { $0.events = [] }
        },
        .reopenedArticles("the last changes are lost", breaks: "64 tasks that change one item") { operations in
            Array(operations.prefix(operations.count / 2))
        },
        PlantedBug(
            "articles: reopened, the index of audiences is not built again",
            breaks: ["Articles: Pages follow the order", "Articles: Filters decide", "Articles: Counts equal a full scan for"]
        ) { storage in if storage.isReopened { storage.articleStore.changeScopes { $0 == .everything ? $0 : .holding([]) } } },
    ]

    private static func reopenedArticles(
        _ name: String, breaks laws: String..., recall: @escaping @Sendable ([StoredOperation]) -> [StoredOperation]
    ) -> PlantedBug {
        PlantedBug("articles: reopened, \(name)", breaks: laws.map { "Articles: \($0)" }) { $0.recall = recall }
    }
}

extension [StoredOperation] {
    fileprivate func changingArticles(_ change: (inout CatalogCommit<Article>) -> Void) -> [StoredOperation] {
        map { operation in
            guard case .publish(var commit) = operation else { return operation }
            change(&commit)
            return .publish(commit)
        }
    }
}
