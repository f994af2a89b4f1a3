import TextSearch

/// Searches a section for somebody: asks the search, and reads what it answers again within the asker's sight.
struct CatalogFinder<Item: CatalogItem>: Sendable {
    /// The name of the order in cursors.
    static var orderName: String { "search" }

    let store: any CatalogStore<Item>
    let search: any CatalogSearching<Item>
    let languages: SearchLanguages
    let scope: AccessScope
    /// What the asker can see at all.
    let sight: CatalogFilter<Item>
    let tree: CatalogTree<Item>
    let language: String?
    let limits: PortalLimits

    /// Narrows the sight to a category with all below it, and to a tag.
    /// - Throws: ``PortalError/Code/notFound`` for a category out of sight.
    func narrowed(to category: CatalogCategory<Item>.ID?, tag: TagName?) throws -> CatalogFinder {
        var filter = sight
        if let tag { filter.tag = tag }
        if let category {
            guard tree.visible[category] != nil else { throw PortalError.notFound("category") }
            filter.placement = .listed(tree.branch(of: category))
        }
        return CatalogFinder(
            store: store, search: search, languages: languages, scope: scope, sight: filter, tree: tree, language: language,
            limits: limits)
    }

    /// - Throws: ``PortalError/Code/tooLong``.
    static func check(_ text: String, _ limits: PortalLimits) throws {
        guard text.utf8.count <= limits.query else {
            throw PortalError(.tooLong, "what is searched for is too long", limit: limits.query)
        }
    }

    // MARK: Pages

    /// A page of the results, the best first.
    /// - Throws: ``PortalError/Code/tooLong``, ``PortalError/Code/invalidCursor``; what the search and the store throw.
    func page(_ text: String, _ page: PageRequest) async throws -> SearchPage<Item> {
        try Self.check(text, limits)
        var start = 0
        if let after = page.after {
            guard after.order == Self.orderName, case .number(let place) = after.value, let place = Int(exactly: place),
                place >= 0
            else { throw PortalError(.invalidCursor, "the cursor is of another list") }
            start = Swift.min(place, limits.searchResults)
        }
        let count = limits.cut(page).limit
        let request = CatalogSearchRequest(
            .words(text), in: scope, sight, language: language, limit: Swift.min(start + count + 1, limits.searchResults))
        let (hits, total) = try await find(request, needed: request.limit)
        // Results may have moved since: go on behind the last one that was shown.
        if let after = page.after, let last = hits.firstIndex(where: { $0.id.rawValue == after.id }) { start = last + 1 }
        let rest = hits.dropFirst(start)
        let shown = Array(rest.prefix(count))
        let next = rest.count > count ? shown.last : nil
        return SearchPage(
            results: try await results(shown, text), total: total,
            next: next.map { PageCursor(order: Self.orderName, value: .number(Int64(start + count)), id: $0.id.rawValue) })
    }

    /// Parameter `needed`: how many hits are looked at.
    private func find(
        _ request: CatalogSearchRequest<Item>, needed: Int
    ) async throws -> (hits: [CatalogHit<Item>], total: Int) {
        if let index = search as? CatalogIndex<Item> {
            let findings = try await index.find(request)
            return (findings.hits, findings.total)
        }
        var request = request
        request.limit = limits.searchResults
        var known: Set<Item.ID> = []
        let answer = try await search.search(request).prefix(limits.searchResults)
        let hits = answer.filter { $0.id.isStorable && known.insert($0.id).inserted }
        guard !hits.isEmpty else { return ([], 0) }
        // What is not there or hidden must not even be counted.
        var filter = sight
        filter.ids = filter.ids.map(known.intersection) ?? known
        let total = try await store.counts(filter, in: scope, of: [sight.placement]).first ?? 0
        var visible: [CatalogHit<Item>] = []
        var rest = hits[...]
        while !rest.isEmpty, visible.count < needed {
            let some = rest.prefix(100)
            rest = rest.dropFirst(100)
            let found = try await items(some.map(\.id))
            visible += some.filter { found[$0.id] != nil }
        }
        return (visible, total)
    }

    private func results(_ hits: [CatalogHit<Item>], _ text: String) async throws -> [SearchResult<Item>] {
        guard !hits.isEmpty else { return [] }
        let found = try await items(hits.map(\.id))
        return try await onThread {
            let queries = languages.stemmers.map { RankedQuery(text, stemmer: $0) }
            return hits.compactMap { hit in found[hit.id].map { result(hit, $0, queries) } }
        }
    }

    private func result(_ hit: CatalogHit<Item>, _ item: Item, _ queries: [RankedQuery]) -> SearchResult<Item> {
        let named = hit.language.flatMap { language in item.entry.texts.first { $0.language == language } }
        let text = named ?? item.entry.text(in: language)
        let part = languages.part(for: text.language)
        let stemmer = languages.stemmers[part]
        let title = SnippetMaker(for: queries[part], stemmer: stemmer, maximumCharacters: 2_000)
        let body = SnippetMaker(for: queries[part], stemmer: stemmer)
        return SearchResult(
            summary: CatalogSummary(item.entry, text, tree), title: TextSnippet(title.snippet(of: text.title.text)),
            snippet: TextSnippet(body.snippet(of: text.plainBody)), score: hit.score)
    }

    /// Those of some items that the asker can see.
    private func items(_ ids: [Item.ID]) async throws -> [Item.ID: Item] {
        var found: [Item.ID: Item] = [:]
        var rest = ids[...]
        while !rest.isEmpty {
            let some = Set(rest.prefix(100))
            rest = rest.dropFirst(100)
            var filter = sight
            filter.ids = filter.ids.map(some.intersection) ?? some
            let page = PageRequest(limit: some.count)
            for item in try await store.items(CatalogQuery(in: scope, filter, page: page)).items { found[item.id] = item }
        }
        return found
    }

    // MARK: The best ones

    /// The best few for a text, without some.
    func best(_ text: CatalogSearchText, limit: Int, without others: Set<Item.ID> = []) async throws -> [Item] {
        guard limit > 0 else { return [] }
        let request = CatalogSearchRequest(text, in: scope, sight, language: language, limit: limit + others.count + 5)
        var known = others
        let ids = try await search.search(request).prefix(limits.searchResults).map(\.id)
            .filter { $0.isStorable && known.insert($0).inserted }
        let found = try await items(ids)
        return Array(ids.compactMap { found[$0] }.prefix(limit))
    }

    /// Those of some items that the asker can see, in order, each once.
    func visible(_ ids: [Item.ID]) async throws -> [Item] {
        var known: Set<Item.ID> = []
        let wanted = ids.filter { $0.isStorable && known.insert($0).inserted }
        let found = try await items(wanted)
        return wanted.compactMap { found[$0] }
    }
}

/// A page of what a search has found, the best first.
public struct SearchPage<Item: CatalogItem>: Hashable, Sendable, Codable {
    /// The results of this page.
    public let results: [SearchResult<Item>]
    /// How many there are on all pages, as far as the asker can see them. Pages end after ``PortalLimits/searchResults``, and so do counts of a
    /// search of the host's own.
    public let total: Int
    /// Where the next page begins; `nil` when this is the last one. Who changes something meanwhile may move results from page to page.
    public let next: PageCursor?
}

/// Something that a search has found.
public struct SearchResult<Item: CatalogItem>: Identifiable, Hashable, Sendable, Codable {
    /// What lists show of it, in the language in which it was found.
    public let summary: CatalogSummary<Item>
    /// The title, with what was found in it.
    public let title: TextSnippet
    /// The passage that shows best why it was found; the beginning where the title or a tag does.
    public let snippet: TextSnippet
    /// How well it fits; comparable within one page only.
    public let score: Double

    /// The id.
    public var id: Item.ID { summary.id }
}

extension CatalogSummary {
    /// An item by one of its texts.
    init(_ entry: CatalogEntry<Item>, _ text: CatalogText, _ tree: CatalogTree<Item>) {
        id = entry.id
        slug = entry.slug
        language = text.language
        title = text.title
        summary = text.shownSummary
        tags = entry.tags.sorted()
        categories = entry.categories.filter { tree.visible[$0] != nil }
        published = entry.published
        updated = entry.updated
        isPinned = entry.isPinned
    }
}

extension Portal {
    /// What somebody searches a section with.
    func finder<Item>(
        for viewer: CatalogViewer<Item>, _ search: (any CatalogSearching<Item>)?
    ) async throws -> CatalogFinder<Item> {
        let tree = try await viewer.tree()
        return try finder(of: viewer.store, search, in: viewer.scope, viewer.filter(tree), tree, viewer.language)
    }

    /// What agents search a section with: all of it, as far as it matches.
    func finder<Item>(
        of store: any CatalogStore<Item>, _ search: (any CatalogSearching<Item>)?, in scope: AccessScope,
        _ filter: CatalogFilter<Item>, _ tree: CatalogTree<Item>, _ language: String?
    ) throws -> CatalogFinder<Item> {
        guard let search else { throw PortalError(.sectionNotComposed, "nothing searches \(Item.kindName)s") }
        return CatalogFinder(
            store: store, search: search, languages: indexes.languages, scope: scope, sight: filter, tree: tree,
            language: language, limits: configuration.limits)
    }
}
