/// Stores what a section publishes, its categories, what is counted about it and the events that it caused: announcements, articles and downloads
/// are three stores of this kind. Rules live above it: an adapter only stores and finds.
///
/// A read-only adapter, such as one on top of a host's CMS, writes the finding functions without a default; ``commit(_:)`` then throws
/// ``StorageError/Code/readOnly``. Each sentence of these comments is a law in SupportPortalTesting, to be run against any adapter.
public protocol CatalogStore<Item>: EventStore {
    /// What it stores.
    associatedtype Item: CatalogItem

    /// The items that match, in the order asked for. At most `limit`, beginning after the cursor; ``Page/next`` is `nil` when no more match.
    func items(_ query: CatalogQuery<Item>) async throws -> Page<Item>

    /// How many items match, for each of the placements, which take the place of the filter's own: the same as reading all pages and counting.
    func counts(
        _ filter: CatalogFilter<Item>, in scope: AccessScope, of placements: [CatalogPlacement<Item>]
    ) async throws -> [Int]

    /// All categories, by the bytes of their ids.
    func categories() async throws -> [CatalogCategory<Item>]

    /// Earlier versions of an item, the latest first, by their revisions.
    func versions(of item: Item.ID, page: PageRequest) async throws -> Page<Item>

    /// What was counted about these items. What comes to nothing is left out: a counter that stands at 0, a value that nobody votes for any more, and
    /// an item of which nothing else was counted.
    func tallies(of items: Set<Item.ID>) async throws -> [Item.ID: CatalogTally]

    /// What somebody has voted on these items, by item; those on which he has not are left out.
    func votes(
        in ballot: CatalogTally.Ballot, by voter: AccessKey, on items: Set<Item.ID>
    ) async throws -> [Item.ID: Int]

    /// The votes on an item, by the bytes of their ballots, then by those of their voters: so that a portal can be moved. The store makes up the cursor.
    func votes(on item: Item.ID, page: PageRequest) async throws -> Page<CatalogVote<Item>>

    /// Stores everything in the commit, or nothing. When it returns, readers see it, and it is as durable as the store is.
    /// - Returns: the position of the last event of the log.
    /// - Throws: ``StorageError/Code/conflict`` when the revision of an item or category is not the stored one (0 for one that must not exist), for
    ///   those to be removed, too; ``StorageError/Code/duplicateSlug`` when another item has the slug of an item, or another category that of a
    ///   category, before the commit (one that the commit removes or renames, too) or within it. Where several apply, the items come first, in
    ///   their order (for each the revision before the slug), then the items to be removed, then the categories, then those to be removed.
    func commit(_ commit: CatalogCommit<Item>) async throws -> Position
}

extension CatalogStore {
    /// For adapters without categories: there are none.
    public func categories() async throws -> [CatalogCategory<Item>] { [] }

    /// For adapters without a history: there are none.
    public func versions(of item: Item.ID, page: PageRequest) async throws -> Page<Item> { Page() }

    /// For adapters that count nothing.
    public func tallies(of items: Set<Item.ID>) async throws -> [Item.ID: CatalogTally] { [:] }

    /// For adapters without votes: nobody has any.
    public func votes(
        in ballot: CatalogTally.Ballot, by voter: AccessKey, on items: Set<Item.ID>
    ) async throws -> [Item.ID: Int] { [:] }

    /// For adapters that cannot list votes: none.
    public func votes(on item: Item.ID, page: PageRequest) async throws -> Page<CatalogVote<Item>> { Page() }

    /// For adapters that cannot count otherwise: reads all that match.
    public func counts(
        _ filter: CatalogFilter<Item>, in scope: AccessScope, of placements: [CatalogPlacement<Item>]
    ) async throws -> [Int] {
        var counts = [Int](repeating: 0, count: placements.count)
        var filter = filter
        filter.placement = .anywhere
        var page = PageRequest(limit: 100)
        while true {
            let found = try await items(CatalogQuery(in: scope, filter, page: page))
            for item in found.items {
                for (index, placement) in placements.enumerated() where placement.contains(item.entry.categories) {
                    counts[index] += 1
                }
            }
            guard let next = found.next else { return counts }
            page.after = next
        }
    }

    /// For read-only adapters: refuses.
    /// - Throws: ``StorageError/Code/readOnly``.
    public func commit(_ commit: CatalogCommit<Item>) async throws -> Position {
        throw StorageError(.readOnly, "this store cannot be written")
    }
}

/// Everything that one step changes.
///
/// What a store may rely on: an item or category is named once, versions are of items that are stored or that the commit stores, ids of new events
/// are new unless chance is broken, no text holds NUL, instants are whole milliseconds, and no counter leaves 64 bits. Forgetting comes first, then
/// removals, so that what the commit itself stores stays; what is counted and voted comes last, in order. A category that is still named by items or by
/// other categories may be removed; what is stored of these is not changed by it.
public struct CatalogCommit<Item: CatalogItem>: Hashable, Sendable {
    /// Items to insert (revision 0) or to replace (the revision that is stored). They are stored under the next revision.
    public var items: [Item] = []
    /// Earlier versions to keep, as they are: one of an item and a revision that is kept already is replaced. They are found by
    /// ``CatalogStore/versions(of:page:)`` alone, and their slugs are free for others.
    public var versions: [Item] = []
    /// Items to remove, by the revision that is stored, with their versions, their tallies and the votes on them.
    public var removedItems: [Item.ID: Revision] = [:]
    /// Categories to insert or to replace, like items.
    public var categories: [CatalogCategory<Item>] = []
    /// Categories to remove, by the revision that is stored.
    public var removedCategories: [CatalogCategory<Item>.ID: Revision] = [:]
    /// What was counted.
    public var increments: [CatalogIncrement<Item>] = []
    /// What was voted.
    public var votes: [CatalogVote<Item>] = []
    /// People to forget: their votes are taken back, and names and addresses vanish from the events that are kept, as ``Erasure/people`` says.
    public var forgotten: Set<AccessKey> = []
    /// What happened, in order.
    public var events: [PortalEvent] = []
    /// Whether the events also wait in the queue until they are settled. Without, they are in the change feed only.
    public var announces = true

    /// Changes nothing.
    public init() {}

    /// Makes a commit, with properties set.
    public init(with change: (inout CatalogCommit) throws -> Void) rethrows {
        self.init()
        try change(&self)
    }
}
