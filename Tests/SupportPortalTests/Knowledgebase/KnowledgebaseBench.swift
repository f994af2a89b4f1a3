import Foundation
import SupportPortal

extension PortalBench {
    var desk: AgentKnowledgebase { portal.agent(tess).knowledgebase }
    var guestBase: GuestKnowledgebase { portal.guest().knowledgebase }
    var aliceBase: CustomerKnowledgebase { portal.customer(alice).knowledgebase }
    var bobBase: CustomerKnowledgebase { portal.customer(bob).knowledgebase }

    /// A published article for everyone, unless it is changed to be something else.
    @discardableResult
    func write(
        _ title: SingleLine, _ body: String = "", on portal: Portal? = nil,
        with change: (inout CatalogEntry<Article>) -> Void = { _ in }
    ) async throws -> Article {
        let desk = (portal ?? self.portal).agent(tess).knowledgebase
        var article = try desk.draft(title: title, body: body)
        article.entry.state = .published
        change(&article.entry)
        return try await desk.save(article)
    }

    /// A stored category for everyone, unless it is changed to be for others.
    func category(
        _ title: SingleLine, in parent: Article.Category.ID? = nil, with change: (inout Article.Category) -> Void = { _ in }
    ) async throws -> Article.Category.ID {
        var category = try desk.newCategory(title: title, in: parent)
        change(&category)
        return try await desk.save(category).id
    }
}

extension Page where Element == ArticleSummary {
    var titles: [String] { items.map(\.title.text) }
}

extension [ArticleSummary] {
    var titles: [String] { map(\.title.text) }
}

extension SearchPage {
    var titles: [String] { results.map(\.summary.title.text) }
}

/// A store in front of another one, with something to happen before each call.
struct HookedCatalogStore<Item: CatalogItem>: CatalogStore {
    enum Call: Hashable, Sendable {
        case items, categories, commit, changes, other
    }

    let base: any CatalogStore<Item>
    let before: @Sendable (Call) async throws -> Void

    func items(_ query: CatalogQuery<Item>) async throws -> Page<Item> {
        try await before(.items)
        return try await base.items(query)
    }
    func categories() async throws -> [CatalogCategory<Item>] {
        try await before(.categories)
        return try await base.categories()
    }
    func counts(
        _ filter: CatalogFilter<Item>, in scope: AccessScope, of placements: [CatalogPlacement<Item>]
    ) async throws -> [Int] {
        try await before(.other)
        return try await base.counts(filter, in: scope, of: placements)
    }
    func commit(_ commit: CatalogCommit<Item>) async throws -> Position {
        try await before(.commit)
        return try await base.commit(commit)
    }
    func changes(_ query: ChangeQuery) async throws -> ChangeBatch {
        try await before(.changes)
        return try await base.changes(query)
    }
}

/// A store of a host's own: it can be read, and has no events.
struct PlainCatalogStore<Item: CatalogItem>: CatalogStore {
    let items: MutexBox<[Item]>

    func items(_ query: CatalogQuery<Item>) async throws -> Page<Item> {
        query.page(of: items.value.filter(query.matches))
    }
}

/// Something that tasks wait at until a test opens it.
actor Gate {
    private var isOpen = false
    private var arrived = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    /// Waits until it is open; whether the task is cancelled does not matter.
    func pass() async {
        arrived += 1
        let ready = watchers.filter { $0.count <= arrived }
        watchers.removeAll { $0.count <= arrived }
        for watcher in ready { watcher.continuation.resume() }
        guard !isOpen else { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    /// Returns once so many have come.
    func waitForArrivals(_ count: Int) async {
        guard arrived < count else { return }
        await withCheckedContinuation { watchers.append((count, $0)) }
    }
}
