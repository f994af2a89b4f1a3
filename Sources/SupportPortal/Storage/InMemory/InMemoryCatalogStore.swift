import Synchronization

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Announcements, articles or downloads in memory. Nothing survives the process.
///
/// Every query looks at all items: quick for some ten thousand.
public final class InMemoryCatalogStore<Item: CatalogItem>: CatalogStore, ChangeSignalling {
    fileprivate struct State {
        var items: [Item.ID: Item] = [:]
        var slugs: [Slug: Item.ID] = [:]
        var versions: [Item.ID: [Int: Item]] = [:]
        var categories: [CatalogCategory<Item>.ID: CatalogCategory<Item>] = [:]
        var categorySlugs: [Slug: CatalogCategory<Item>.ID] = [:]
        var tallies: [Item.ID: CatalogTally] = [:]
        var votes: [Item.ID: [CatalogTally.Ballot: [AccessKey: Int]]] = [:]
        var journal: EventJournal
    }

    private let state: Mutex<State>
    private let waiters = ChangeWaiters()

    /// Makes an empty store.
    ///
    /// Parameter `keptEvents`: how many events the change feed keeps at least.
    public init(keptEvents: Int = 100_000) { state = Mutex(State(journal: EventJournal(kept: keptEvents))) }

    // MARK: Finding

    /// See ``CatalogStore/items(_:)``.
    public func items(_ query: CatalogQuery<Item>) async throws -> Page<Item> {
        let (found, tallies) = state.withLock { state in (state.matches(query.filter, query.scope), state.tallies) }
        return query.page(of: found, tallies: tallies)
    }

    /// See ``CatalogStore/counts(_:in:of:)``.
    public func counts(
        _ filter: CatalogFilter<Item>, in scope: AccessScope, of placements: [CatalogPlacement<Item>]
    ) async throws -> [Int] {
        var filter = filter
        filter.placement = .anywhere
        let wanted = filter
        let found = state.withLock { $0.matches(wanted, scope) }
        var groups = PlacementGroups(placements)
        for item in found { groups.count(item.entry.categories) }
        return groups.counts
    }

    /// See ``CatalogStore/categories()``.
    public func categories() async throws -> [CatalogCategory<Item>] {
        state.withLock { $0.categories.values.sorted { $0.id < $1.id } }
    }

    /// See ``CatalogStore/versions(of:page:)``.
    public func versions(of item: Item.ID, page: PageRequest) async throws -> Page<Item> {
        var versions = state.withLock { $0.versions[item] ?? [:] }
        if let after = page.after, case .number(let revision) = after.value { versions = versions.filter { $0.key < revision } }
        let sorted = versions.sorted { $0.key > $1.key }.map(\.value)
        return Page(first: page.limit, of: sorted) { $0.versionCursor }
    }

    /// See ``CatalogStore/tallies(of:)``.
    public func tallies(of items: Set<Item.ID>) async throws -> [Item.ID: CatalogTally] {
        state.withLock { state in
            Dictionary(uniqueKeysWithValues: items.compactMap { id in state.tallies[id].map { (id, $0) } })
        }
    }

    /// See ``CatalogStore/votes(in:by:on:)``.
    public func votes(
        in ballot: CatalogTally.Ballot, by voter: AccessKey, on items: Set<Item.ID>
    ) async throws -> [Item.ID: Int] {
        state.withLock { state in
            Dictionary(uniqueKeysWithValues: items.compactMap { id in state.votes[id]?[ballot]?[voter].map { (id, $0) } })
        }
    }

    /// See ``CatalogStore/votes(on:page:)``.
    public func votes(on item: Item.ID, page: PageRequest) async throws -> Page<CatalogVote<Item>> {
        let ballots = state.withLock { $0.votes[item] ?? [:] }
        var votes = ballots.flatMap { ballot, voters in voters.map { CatalogVote<Item>(item, ballot, by: $0.key, $0.value) } }
        if let after = page.after {
            let start = OrderedEntry(value: after.value, id: after.id)
            votes.removeAll { $0.entry <= start }
        }
        votes.sort { $0.entry < $1.entry }
        return Page(first: page.limit, of: votes) { $0.cursor }
    }

    // MARK: Storing

    /// See ``CatalogStore/commit(_:)``.
    public func commit(_ commit: CatalogCommit<Item>) async throws -> Position {
        let position = try state.withLock { state in
            try state.check(commit)
            state.store(commit)
            return state.journal.end
        }
        if !commit.events.isEmpty { waiters.wake() }
        return position
    }

    // MARK: Events

    /// See ``EventStore/changes(_:)``.
    public func changes(_ query: ChangeQuery) async throws -> ChangeBatch { try state.withLock { try $0.journal.changes(query) } }

    /// See ``EventStore/claim(_:)``.
    public func claim(_ claim: QueueClaim) async throws -> [QueueItem] { state.withLock { $0.journal.claim(claim) } }

    /// See ``EventStore/settle(_:)``.
    public func settle(_ settlement: Settlement) async throws { try state.withLock { try $0.journal.settle(settlement) } }

    /// See ``EventStore/parked(_:)``.
    public func parked(_ page: PageRequest) async throws -> Page<QueueItem> { state.withLock { $0.journal.parked(page) } }

    /// See ``EventStore/unpark(_:at:)``.
    public func unpark(_ id: QueueItem.ID, at now: Date) async throws {
        state.withLock { $0.journal.unpark(id, at: now) }
        waiters.wake()
    }

    /// See ``ChangeSignalling/waitForChange(after:)``.
    public func waitForChange(after position: Position) async throws {
        try await waiters.wait { self.state.withLock { $0.journal.end > position } }
    }
}

extension InMemoryCatalogStore.State {
    fileprivate func matches(_ filter: CatalogFilter<Item>, _ scope: AccessScope) -> [Item] {
        let query = CatalogQuery(in: scope, filter)
        let named = filter.ids ?? filter.slug.map { slug in slugs[slug].map { [$0] } ?? [] }
        if let named { return named.compactMap { items[$0] }.filter(query.matches) }
        return items.values.filter(query.matches)
    }

    fileprivate func check(_ commit: CatalogCommit<Item>) throws {
        try Self.check(commit.items.map(\.entry), stored: { items[$0]?.entry.revision }, holder: { slugs[$0] })
        for (id, revision) in commit.removedItems.sorted(by: { $0.key < $1.key }) {
            try Self.check(id, at: revision, stored: items[id]?.entry.revision)
        }
        try Self.check(commit.categories, stored: { categories[$0]?.revision }, holder: { categorySlugs[$0] })
        for (id, revision) in commit.removedCategories.sorted(by: { $0.key < $1.key }) {
            try Self.check(id, at: revision, stored: categories[id]?.revision)
        }
    }

    private static func check<Record: SluggedRecord>(
        _ records: [Record], stored: (Record.ID) -> Revision?, holder: (Slug) -> Record.ID?
    ) throws where Record.ID: CustomStringConvertible {
        var slugs: Set<Slug> = []
        for record in records {
            try check(record.id, at: record.revision, stored: stored(record.id))
            let holder = holder(record.slug)
            guard holder == nil || holder == record.id, slugs.insert(record.slug).inserted else {
                throw StorageError(.duplicateSlug, "the slug of \(record.id) is taken")
            }
        }
    }

    private static func check(_ id: some CustomStringConvertible, at revision: Revision, stored: Revision?) throws {
        guard stored ?? .unsaved == revision else {
            throw StorageError(.conflict, "\(id) is not at revision \(revision.rawValue)", current: stored)
        }
    }

    fileprivate mutating func store(_ commit: CatalogCommit<Item>) {
        if !commit.forgotten.isEmpty { forget(commit.forgotten) }
        for id in commit.removedItems.keys {
            if let item = items.removeValue(forKey: id) { slugs[item.entry.slug] = nil }
            versions[id] = nil
            tallies[id] = nil
            votes[id] = nil
        }
        for id in commit.removedCategories.keys {
            if let category = categories.removeValue(forKey: id) { categorySlugs[category.slug] = nil }
        }
        for var item in commit.items {
            if let old = items[item.id] { slugs[old.entry.slug] = nil }
            item.entry.revision = item.entry.revision.next
            items[item.id] = item
            slugs[item.entry.slug] = item.id
        }
        for version in commit.versions { versions[version.id, default: [:]][version.entry.revision.rawValue] = version }
        for var category in commit.categories {
            if let old = categories[category.id] { categorySlugs[old.slug] = nil }
            category.revision = category.revision.next
            categories[category.id] = category
            categorySlugs[category.slug] = category.id
        }
        for increment in commit.increments where items[increment.item] != nil {
            changeTally(of: increment.item) { $0.add(increment.amount, to: increment.counter) }
        }
        for vote in commit.votes where items[vote.item] != nil { cast(vote) }
        journal.append(commit.events, announces: commit.announces)
    }

    private mutating func cast(_ vote: CatalogVote<Item>) {
        let old = votes[vote.item]?[vote.ballot]?[vote.voter]
        guard old != vote.value else { return }
        votes[vote.item, default: [:]][vote.ballot, default: [:]][vote.voter] = vote.value
        changeTally(of: vote.item) { $0.replace(old, with: vote.value, in: vote.ballot) }
    }

    private mutating func changeTally(of item: Item.ID, _ change: (inout CatalogTally) -> Void) {
        var tally = tallies[item] ?? CatalogTally()
        change(&tally)
        tallies[item] = tally.isEmpty ? nil : tally
    }

    private mutating func forget(_ people: Set<AccessKey>) {
        for (item, ballots) in votes {
            for (ballot, voters) in ballots {
                for voter in people where voters[voter] != nil { cast(CatalogVote(item, ballot, by: voter, nil)) }
            }
        }
        journal.erase(Erasure(people: people))
    }
}

/// What has an id, a revision and a slug: entries of items, and categories.
protocol SluggedRecord: Identifiable {
    var revision: Revision { get }
    var slug: Slug { get }
}

extension CatalogEntry: SluggedRecord {}
extension CatalogCategory: SluggedRecord {}

extension CatalogItem {
    /// Where the page of earlier versions after this one begins.
    public var versionCursor: PageCursor {
        PageCursor(order: "version.descending", value: .number(Int64(entry.revision.rawValue)), id: id.rawValue)
    }
}

extension CatalogVote {
    /// Where it stands among the votes on its item.
    fileprivate var entry: OrderedEntry<SortValue> { OrderedEntry(value: .text(ballot.rawValue), id: voter.rawValue) }

    /// Where the page of votes after this one begins.
    public var cursor: PageCursor { PageCursor(order: "vote", value: .text(ballot.rawValue), id: voter.rawValue) }
}

/// Counts items by several placements at once, each of which may be many categories.
struct PlacementGroups<Item> {
    private(set) var counts: [Int]
    private var everywhere: [Int] = []
    private var unlisted: [Int] = []
    private var listed: [CatalogCategory<Item>.ID: [Int]] = [:]

    init(_ placements: [CatalogPlacement<Item>]) {
        counts = [Int](repeating: 0, count: placements.count)
        for (index, placement) in placements.enumerated() {
            switch placement {
            case .anywhere: everywhere.append(index)
            case .unlisted: unlisted.append(index)
            case .listed(let categories): for id in categories { listed[id, default: []].append(index) }
            }
        }
    }

    /// Counts an item that is in these categories.
    mutating func count(_ categories: [CatalogCategory<Item>.ID]) {
        for index in everywhere { counts[index] += 1 }
        if categories.isEmpty { for index in unlisted { counts[index] += 1 } }
        guard categories.count > 1 else {
            for index in categories.first.flatMap({ listed[$0] }) ?? [] { counts[index] += 1 }
            return
        }
        for index in Set(categories.flatMap { listed[$0] ?? [] }) { counts[index] += 1 }
    }
}
