#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Which items are meant.
public struct CatalogFilter<Item: CatalogItem>: Hashable, Sendable {
    /// These alone; `nil` for any.
    public var ids: Set<Item.ID>?
    /// The one that links call so; `nil` for any.
    public var slug: Slug?
    /// In one of these states; `nil` for any.
    public var states: Set<PublicationState>?
    /// Those that are shown at this instant (``CatalogEntry/isShown(at:)``); `nil` for any.
    public var shownAt: Date?
    /// Where they are listed.
    public var placement = CatalogPlacement<Item>.anywhere
    /// None that is listed in one of these categories, wherever else it is.
    public var hidden: Set<CatalogCategory<Item>.ID> = []
    /// With this tag; `nil` for any.
    public var tag: TagName?

    /// Everything.
    public init() {}

    /// Everything, with properties set.
    public init(with change: (inout CatalogFilter) throws -> Void) rethrows {
        self.init()
        try change(&self)
    }

    /// Whether an item matches.
    public func matches(_ item: Item) -> Bool {
        let entry = item.entry
        return (ids?.contains(entry.id) ?? true) && (slug.map { $0 == entry.slug } ?? true)
            && (states?.contains(entry.state) ?? true) && (shownAt.map(entry.isShown(at:)) ?? true)
            && placement.contains(entry.categories) && (tag.map(entry.tags.contains) ?? true)
            && (hidden.isEmpty || !entry.categories.contains(where: hidden.contains))
    }
}

/// Where items are listed.
public enum CatalogPlacement<Item>: Hashable, Sendable {
    /// Anywhere, or nowhere.
    case anywhere
    /// In at least one of these categories.
    case listed(Set<CatalogCategory<Item>.ID>)
    /// In no category.
    case unlisted

    /// Whether an item in these categories is there.
    public func contains(_ categories: [CatalogCategory<Item>.ID]) -> Bool {
        switch self {
        case .anywhere: true
        case .listed(let wanted): categories.contains(where: wanted.contains)
        case .unlisted: categories.isEmpty
        }
    }
}

/// In which order items come. Equal ones go by the bytes of their ids, in the same direction.
public enum CatalogOrder: Hashable, Sendable {
    /// Pinned ones first, then the newest by ``CatalogEntry/published``.
    case newest
    /// By ``CatalogEntry/place``, the lowest first.
    case place
    /// By the first title in lower case, by its UTF-8 bytes.
    case title
    /// Latest changed first.
    case updated
    /// The most counted first; items of which nothing was counted come last.
    case popular(CatalogTally.Counter)

    /// Whether the lowest value comes first.
    public var ascending: Bool {
        switch self {
        case .place, .title: true
        case .newest, .updated, .popular: false
        }
    }

    /// The order's name in cursors.
    public var name: String {
        switch self {
        case .newest: "newest"
        case .place: "place"
        case .title: "title"
        case .updated: "updated"
        case .popular(let counter): "popular.\(counter.rawValue)"
        }
    }

    /// What an item is ordered by.
    public func sortValue<Item: CatalogItem>(of item: Item, tally: CatalogTally?) -> SortValue {
        switch self {
        case .newest: .number(item.entry.newestPlace)
        case .place: .number(Int64(item.entry.place))
        case .title: .text(item.entry.text().title.text.lowercased())
        case .updated: .number(item.entry.updated.milliseconds)
        case .popular(let counter): .number(Int64(tally?[counter] ?? 0))
        }
    }
}

extension CatalogEntry {
    /// What newest first goes by: milliseconds since 1970, pinned ones above all others.
    var newestPlace: Int64 {
        let limit: Int64 = 1 << 50
        return Swift.min(Swift.max(published.milliseconds, -limit), limit) + (isPinned ? 1 << 52 : 0)
    }
}

/// A page of items.
public struct CatalogQuery<Item: CatalogItem>: Hashable, Sendable {
    /// Those whose audience and this have a key in common.
    public var scope: AccessScope
    /// Those that match.
    public var filter: CatalogFilter<Item>
    /// In which order.
    public var order: CatalogOrder
    /// Which page.
    public var page: PageRequest

    /// Makes a query.
    public init(
        in scope: AccessScope, _ filter: CatalogFilter<Item> = CatalogFilter(), order: CatalogOrder = .newest,
        page: PageRequest = .first
    ) {
        self.scope = scope
        self.filter = filter
        self.order = order
        self.page = page
    }

    /// Whether an item matches, pages aside.
    public func matches(_ item: Item) -> Bool { scope.contains(item.entry.audience.keys) && filter.matches(item) }
}

extension CatalogQuery {
    /// The first of what was found, in order, after the cursor: for stores that sort for themselves.
    public func page(of found: [Item], tallies: [Item.ID: CatalogTally] = [:]) -> Page<Item> {
        let items = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        let places = found.map { OrderedEntry(value: order.sortValue(of: $0, tally: tallies[$0.id]), id: $0.id.rawValue) }
        let page = page(of: places)
        return Page(page.items.compactMap { items[Item.ID($0.id)] }, next: page.next)
    }

    /// The first of these places, in order, after the cursor.
    func page(of places: [OrderedEntry<SortValue>]) -> Page<OrderedEntry<SortValue>> {
        var places = places
        if let after = page.after {
            let start = OrderedEntry(value: after.value, id: after.id)
            places.removeAll { order.ascending ? $0 <= start : start <= $0 }
        }
        let kept = Swift.min(Swift.max(0, page.limit), 1 << 40) + 1
        var first: [OrderedEntry<SortValue>] = []
        for place in places {
            first.append(place)
            // So that most of very many are never sorted.
            if first.count >= 2 * kept + 1_000 { sort(&first, keeping: kept) }
        }
        sort(&first, keeping: kept)
        return Page(first: page.limit, of: first) { cursor(value: $0.value, id: Item.ID($0.id)) }
    }

    private func sort(_ places: inout [OrderedEntry<SortValue>], keeping kept: Int) {
        places.sort { order.ascending ? $0 < $1 : $1 < $0 }
        places.removeLast(Swift.max(0, places.count - kept))
    }

    /// Where the page after this item begins; for stores that let a database sort.
    public func cursor(after item: Item, tally: CatalogTally? = nil) -> PageCursor {
        cursor(value: order.sortValue(of: item, tally: tally), id: item.id)
    }

    func cursor(value: SortValue, id: Item.ID) -> PageCursor {
        PageCursor(order: order.name, value: value, id: id.rawValue)
    }
}
