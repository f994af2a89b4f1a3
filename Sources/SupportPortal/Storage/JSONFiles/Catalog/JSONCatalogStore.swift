import JSONLog

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Announcements, articles or downloads in JSON files: part of a ``JSONFileStorage``.
///
/// Pages by newest, by the places in a category, by what was counted, and whatever is found by an id or a slug cost nearly the same however many items
/// there are. Counts, tags and other orders within a category look at the index of the items that are asked for; only to order by title are they read.
/// No event is ever dropped from the change feed.
public final class JSONCatalogStore<Item: CatalogItem>: CatalogStore, ChangeSignalling {
    private let section: SectionLog
    private let names = CatalogNames<Item>()

    init(_ log: Log) { section = SectionLog(log, names.events) }

    /// Reads, on the calling thread: what may have to look at many items is given a thread of its own.
    private func reading<Result>(_ body: (StoredCatalog<Item>) throws -> Result) throws -> Result {
        try section.reading { try body(StoredCatalog(reader: $0, names: names)) }
    }

    // MARK: Finding

    /// See ``CatalogStore/items(_:)``.
    public func items(_ query: CatalogQuery<Item>) async throws -> Page<Item> {
        if let page = try reading({ try $0.quickPage(query) }) { return page }
        return try await onThread { try self.reading { try $0.page(query) } }
    }

    /// See ``CatalogStore/counts(_:in:of:)``.
    public func counts(
        _ filter: CatalogFilter<Item>, in scope: AccessScope, of placements: [CatalogPlacement<Item>]
    ) async throws -> [Int] {
        try await onThread { try self.reading { try $0.counts(filter, in: scope, of: placements) } }
    }

    /// See ``CatalogStore/categories()``.
    public func categories() async throws -> [CatalogCategory<Item>] { try reading { try $0.categories() } }

    /// See ``CatalogStore/versions(of:page:)``.
    public func versions(of item: Item.ID, page: PageRequest) async throws -> Page<Item> {
        try reading { try $0.versions(of: item, page) }
    }

    /// See ``CatalogStore/tallies(of:)``.
    public func tallies(of items: Set<Item.ID>) async throws -> [Item.ID: CatalogTally] {
        try reading { try $0.tallies(of: items) }
    }

    /// See ``CatalogStore/votes(in:by:on:)``.
    public func votes(
        in ballot: CatalogTally.Ballot, by voter: AccessKey, on items: Set<Item.ID>
    ) async throws -> [Item.ID: Int] {
        try reading { try $0.votes(in: ballot, by: voter, on: items) }
    }

    /// See ``CatalogStore/votes(on:page:)``.
    public func votes(on item: Item.ID, page: PageRequest) async throws -> Page<CatalogVote<Item>> {
        try reading { try $0.votes(on: item, page) }
    }

    // MARK: Storing

    /// See ``CatalogStore/commit(_:)``.
    public func commit(_ commit: CatalogCommit<Item>) async throws -> Position {
        let prepared = try PreparedCatalogCommit(commit, names)
        return try await section.commit(size: prepared.size, wakes: !commit.events.isEmpty) { try prepared.store(&$0) }
    }

    // MARK: Events

    /// See ``EventStore/changes(_:)``.
    public func changes(_ query: ChangeQuery) async throws -> ChangeBatch { try section.changes(query) }

    /// See ``EventStore/claim(_:)``.
    public func claim(_ claim: QueueClaim) async throws -> [QueueItem] { try await section.claim(claim) }

    /// See ``EventStore/settle(_:)``.
    public func settle(_ settlement: Settlement) async throws { try await section.settle(settlement) }

    /// See ``EventStore/parked(_:)``.
    public func parked(_ page: PageRequest) async throws -> Page<QueueItem> { try section.parked(page) }

    /// See ``EventStore/unpark(_:at:)``.
    public func unpark(_ id: QueueItem.ID, at now: Date) async throws { try await section.unpark(id, at: now) }

    /// See ``ChangeSignalling/waitForChange(after:)``.
    public func waitForChange(after position: Position) async throws { try await section.waitForChange(after: position) }
}
