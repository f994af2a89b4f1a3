import SupportPortal

/// Lists and counts of articles as a naive adapter finds them: in all that are stored. Each step can be replaced by a wrong one.
struct NaiveCatalogList: Sendable {
    struct Ranked: Sendable {
        var item: Article
        var value: SortValue
    }

    private let base: JournalledArticleStore
    var isInScope: @Sendable (Article, AccessScope) -> Bool = { $1.contains($0.entry.audience.keys) }
    var matches: @Sendable (Article, CatalogFilter<Article>) -> Bool = { $1.matches($0) }
    var value: @Sendable (Article, CatalogTally?, CatalogOrder) -> SortValue = { $2.sortValue(of: $0, tally: $1) }
    var rises: @Sendable (CatalogOrder) -> Bool = { $0.ascending }
    /// How often an item counts in a placement.
    var counted: @Sendable (Article, CatalogPlacement<Article>) -> Int = { $1.contains($0.entry.categories) ? 1 : 0 }
    var pages = NaivePages<Ranked> { ranked, order in
        PageCursor(order: order, value: ranked.value, id: ranked.item.id.rawValue)
    }

    init(_ base: JournalledArticleStore) { self.base = base }

    func items(_ query: CatalogQuery<Article>) async throws -> Page<Article> {
        let stored = try await base.articles()
        let tallies = try await base.tallies(of: Set(stored.map(\.id)))
        let found = stored.filter { isInScope($0, query.scope) && matches($0, query.filter) }
        let ranked = found.map { Ranked(item: $0, value: value($0, tallies[$0.id], query.order)) }
        let rises = rises(query.order)
        let sorted = ranked.sorted { a, b in
            let (first, second) = (pages.cursor(a, ""), pages.cursor(b, ""))
            return rises ? first.precedes(second) : second.precedes(first)
        }
        return pages.page(of: sorted, query.page, order: query.order.name, rises: rises).map(\.item)
    }

    func counts(
        _ filter: CatalogFilter<Article>, in scope: AccessScope, of placements: [CatalogPlacement<Article>]
    ) async throws -> [Int] {
        var filter = filter
        filter.placement = .anywhere
        let found = try await base.articles().filter { isInScope($0, scope) && matches($0, filter) }
        return placements.map { placement in found.map { counted($0, placement) }.reduce(0, +) }
    }
}

extension AlteredArticleStore {
    /// Lets a naive list find articles, in place of the base.
    mutating func use(_ list: NaiveCatalogList) {
        onItems = { try await list.items($0) }
        onCounts = { try await list.counts($0, in: $1, of: $2) }
    }
}

extension PlantedBug {
    /// A bug in lists of articles.
    static func catalogList(
        _ name: String, breaks laws: String..., change: @escaping @Sendable (inout NaiveCatalogList) -> Void
    ) -> PlantedBug {
        PlantedBug("articles: \(name)", breaks: laws.map { "Articles: \($0)" }, in: .catalogList) { storage in
            var list = NaiveCatalogList(storage.articleStore.base)
            change(&list)
            storage.articleStore.use(list)
        }
    }
}
