import Foundation
import SupportPortal

/// A store of articles of which single functions are replaced. Without replacements it keeps the laws.
struct AlteredArticleStore: CatalogStore, ChangeSignalling {
    let base: JournalledArticleStore
    var onItems: @Sendable (CatalogQuery<Article>) async throws -> Page<Article>
    var onCounts: @Sendable (CatalogFilter<Article>, AccessScope, [CatalogPlacement<Article>]) async throws -> [Int]
    var onCategories: @Sendable () async throws -> [Article.Category]
    var onVersions: @Sendable (Article.ID, PageRequest) async throws -> Page<Article>
    var onTallies: @Sendable (Set<Article.ID>) async throws -> [Article.ID: CatalogTally]
    var onVotes: @Sendable (CatalogTally.Ballot, AccessKey, Set<Article.ID>) async throws -> [Article.ID: Int]
    var onListVotes: @Sendable (Article.ID, PageRequest) async throws -> Page<CatalogVote<Article>>
    var onCommit: @Sendable (CatalogCommit<Article>) async throws -> Position
    var onChanges: @Sendable (ChangeQuery) async throws -> ChangeBatch
    var onClaim: @Sendable (QueueClaim) async throws -> [QueueItem]
    var onSettle: @Sendable (Settlement) async throws -> Void
    var onParked: @Sendable (PageRequest) async throws -> Page<QueueItem>
    var onUnpark: @Sendable (QueueItem.ID, Date) async throws -> Void
    var onWait: @Sendable (Position) async throws -> Void

    init(_ base: JournalledArticleStore) {
        self.base = base
        onItems = { try await base.items($0) }
        onCounts = { try await base.counts($0, in: $1, of: $2) }
        onCategories = { try await base.categories() }
        onVersions = { try await base.versions(of: $0, page: $1) }
        onTallies = { try await base.tallies(of: $0) }
        onVotes = { try await base.votes(in: $0, by: $1, on: $2) }
        onListVotes = { try await base.votes(on: $0, page: $1) }
        onCommit = { try await base.commit($0) }
        onChanges = { try await base.changes($0) }
        onClaim = { try await base.claim($0) }
        onSettle = { try await base.settle($0) }
        onParked = { try await base.parked($0) }
        onUnpark = { try await base.unpark($0, at: $1) }
        onWait = { try await base.waitForChange(after: $0) }
    }

    func items(_ query: CatalogQuery<Article>) async throws -> Page<Article> { try await onItems(query) }
    func counts(
        _ filter: CatalogFilter<Article>, in scope: AccessScope, of placements: [CatalogPlacement<Article>]
    ) async throws -> [Int] { try await onCounts(filter, scope, placements) }
    func categories() async throws -> [Article.Category] { try await onCategories() }
    func versions(of item: Article.ID, page: PageRequest) async throws -> Page<Article> { try await onVersions(item, page) }
    func tallies(of items: Set<Article.ID>) async throws -> [Article.ID: CatalogTally] { try await onTallies(items) }
    func votes(
        in ballot: CatalogTally.Ballot, by voter: AccessKey, on items: Set<Article.ID>
    ) async throws -> [Article.ID: Int] { try await onVotes(ballot, voter, items) }
    func votes(on item: Article.ID, page: PageRequest) async throws -> Page<CatalogVote<Article>> {
        try await onListVotes(item, page)
    }
    func commit(_ commit: CatalogCommit<Article>) async throws -> Position { try await onCommit(commit) }
    func changes(_ query: ChangeQuery) async throws -> ChangeBatch { try await onChanges(query) }
    func claim(_ claim: QueueClaim) async throws -> [QueueItem] { try await onClaim(claim) }
    func settle(_ settlement: Settlement) async throws { try await onSettle(settlement) }
    func parked(_ page: PageRequest) async throws -> Page<QueueItem> { try await onParked(page) }
    func unpark(_ id: QueueItem.ID, at now: Date) async throws { try await onUnpark(id, now) }
    func waitForChange(after position: Position) async throws { try await onWait(position) }
}

extension AlteredArticleStore {
    /// Stores something else than what is handed over.
    mutating func changeCommits(_ change: @escaping @Sendable (inout CatalogCommit<Article>) -> Void) {
        onCommit = { [onCommit] commit in
            var commit = commit
            change(&commit)
            return try await onCommit(commit)
        }
    }

    /// Stores items that are different.
    mutating func changeEntries(_ change: @escaping @Sendable (inout CatalogEntry<Article>) -> Void) {
        changeCommits { commit in for index in commit.items.indices { change(&commit.items[index].entry) } }
    }

    /// Stores categories that are different.
    mutating func changeCategories(_ change: @escaping @Sendable (inout Article.Category) -> Void) {
        changeCommits { commit in for index in commit.categories.indices { change(&commit.categories[index]) } }
    }

    /// Asks for something else than what is asked for, in lists and in counts.
    mutating func changeFilters(_ change: @escaping @Sendable (inout CatalogFilter<Article>) -> Void) {
        onItems = { [onItems] query in
            var query = query
            change(&query.filter)
            return try await onItems(query)
        }
        onCounts = { [onCounts] filter, scope, placements in
            var filter = filter
            change(&filter)
            return try await onCounts(filter, scope, placements)
        }
    }

    /// Asks within another scope, in lists and in counts.
    mutating func changeScopes(_ change: @escaping @Sendable (AccessScope) -> AccessScope) {
        onItems = { [onItems] query in
            var query = query
            query.scope = change(query.scope)
            return try await onItems(query)
        }
        onCounts = { [onCounts] filter, scope, placements in try await onCounts(filter, change(scope), placements) }
    }

    mutating func changeErrors(_ change: @escaping @Sendable (inout StorageError) -> Void) {
        onCommit = { [onCommit] commit in
            do {
                return try await onCommit(commit)
            } catch var error as StorageError {
                change(&error)
                throw error
            }
        }
    }
}

extension JournalledArticleStore {
    /// The article with an id.
    func article(_ id: Article.ID) async throws -> Article? {
        try await items(CatalogQuery(in: .everything, CatalogFilter { $0.ids = [id] })).items.first
    }

    /// All articles, in no order.
    func articles() async throws -> [Article] {
        try await items(CatalogQuery(in: .everything, page: PageRequest(limit: 10_000))).items
    }
}

extension PlantedBug {
    /// A bug in the store of articles, whose laws begin with `Articles: `.
    static func articles(
        _ name: String, breaks laws: String..., plant: @escaping @Sendable (inout AlteredArticleStore) -> Void
    ) -> PlantedBug {
        PlantedBug("articles: \(name)", breaks: laws.map { "Articles: \($0)" }) { plant(&$0.articleStore) }
    }
}
