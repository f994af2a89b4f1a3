#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What somebody may see of a section, at one moment: the reading half behind all sessions.
struct CatalogViewer<Item: CatalogItem>: Sendable {
    let store: any CatalogStore<Item>
    /// The keys that the viewer holds.
    var scope: AccessScope
    /// What a customer has; `nil` for whoever is none.
    let services: [Service]?
    /// Which language texts are wanted in.
    let language: String?
    let now: Date
    let limits: PortalLimits

    /// The categories as the viewer sees them.
    func tree() async throws -> CatalogTree<Item> { CatalogTree(try await store.categories(), for: scope) }

    /// What the viewer can see at all.
    func filter(_ tree: CatalogTree<Item>) -> CatalogFilter<Item> {
        CatalogFilter {
            $0.states = [.published]
            $0.shownAt = now
            $0.hidden = tree.hidden
        }
    }

    // MARK: Items

    /// A page of what the viewer can see.
    /// - Throws: ``PortalError/Code/notFound`` for a category out of sight; ``PortalError/Code/invalidCursor``.
    func items(
        in category: CatalogCategory<Item>.ID? = nil, withBranches: Bool = false, tag: TagName? = nil, order: CatalogOrder,
        page: PageRequest, _ tree: CatalogTree<Item>
    ) async throws -> Page<Item> {
        var filter = filter(tree)
        filter.tag = tag
        if let category {
            guard tree.visible[category] != nil else { throw PortalError.notFound("category") }
            filter.placement = .listed(withBranches ? tree.branch(of: category) : [category])
        }
        return try await items(filter, order: order, page: page)
    }

    /// A page of what the viewer can see, narrowed by a filter of ``filter(_:)``.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    func items(_ filter: CatalogFilter<Item>, order: CatalogOrder, page: PageRequest) async throws -> Page<Item> {
        guard page.after.map({ $0.order == order.name }) ?? true else {
            throw PortalError(.invalidCursor, "the cursor is of another order")
        }
        return try await store.items(CatalogQuery(in: scope, filter, order: order, page: limits.cut(page)))
    }

    /// The item with an id.
    /// - Throws: ``PortalError/Code/notFound``.
    func item(_ id: Item.ID, _ tree: CatalogTree<Item>) async throws -> Item {
        guard id.isStorable else { throw PortalError.notFound(Item.kindName) }
        var filter = filter(tree)
        filter.ids = [id]
        return try await only(filter)
    }

    /// The item that links call so.
    /// - Throws: ``PortalError/Code/notFound``.
    func item(_ slug: Slug, _ tree: CatalogTree<Item>) async throws -> Item {
        var filter = filter(tree)
        filter.slug = slug
        return try await only(filter)
    }

    private func only(_ filter: CatalogFilter<Item>) async throws -> Item {
        let found = try await store.items(CatalogQuery(in: scope, filter, page: PageRequest(limit: 1)))
        guard let item = found.items.first else { throw PortalError.notFound(Item.kindName) }
        return item
    }

    /// Those of some items that the viewer can see, in the order of the ids.
    func items(_ ids: [Item.ID], _ tree: CatalogTree<Item>) async throws -> [Item] {
        var filter = filter(tree)
        filter.ids = Set(ids.filter(\.isStorable))
        guard filter.ids != [] else { return [] }
        let found = try await store.items(CatalogQuery(in: scope, filter, page: PageRequest(limit: ids.count)))
        let byID = Dictionary(found.items.map { ($0.id, $0) }) { first, _ in first }
        return ids.compactMap { byID[$0] }
    }

    // MARK: Views

    /// All the categories that the viewer sees, nested, with their counts.
    func nodes(_ tree: CatalogTree<Item>) async throws -> [CatalogNode<Item>] {
        let ids = tree.visible.keys.sorted()
        let own = ids.map { CatalogPlacement<Item>.listed([$0]) }
        let all = ids.map { CatalogPlacement<Item>.listed(tree.branch(of: $0)) }
        let counts = try await store.counts(filter(tree), in: scope, of: own + all)
        let byID = Dictionary(
            uniqueKeysWithValues: ids.enumerated().map { ($1, (own: counts[$0], total: counts[$0 + ids.count])) })
        return nodes(below: nil, tree, byID, depth: 0)
    }

    private func nodes(
        below parent: CatalogCategory<Item>.ID?, _ tree: CatalogTree<Item>,
        _ counts: [CatalogCategory<Item>.ID: (own: Int, total: Int)], depth: Int
    ) -> [CatalogNode<Item>] {
        // Sessions nest no deeper; whoever else fills a store does not bring the stack down.
        guard depth <= CatalogDesk<Item>.deepest else { return [] }
        return (tree.children[parent] ?? []).map { category in
            let text = category.texts.preferred(for: language)
            return CatalogNode(
                id: category.id, slug: category.slug, title: text?.title ?? "", description: text?.body ?? "",
                count: counts[category.id]?.own ?? 0, total: counts[category.id]?.total ?? 0,
                children: nodes(below: category.id, tree, counts, depth: depth + 1))
        }
    }

    func summary(_ item: Item, _ tree: CatalogTree<Item>) -> CatalogSummary<Item> {
        CatalogSummary(item.entry, item.entry.text(in: language), tree)
    }
}

extension CatalogText {
    /// The summary, or the first words of the body: 350 characters, of which the first few thousand bytes are enough.
    var shownSummary: String {
        guard summary.isEmpty else { return summary }
        return Markdown(body.firstBytes(20_000)).summary(limit: 350)
    }
}
