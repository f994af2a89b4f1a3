import Foundation
import SupportPortal
import SupportPortalTesting

/// Does things of chance with what a section of two storages publishes; for the same seed always the same. It asks the storage in memory what there
/// is, so that most of it succeeds, and makes mistakes on purpose.
struct CatalogWork<Item: CatalogItem>: WorkOfChance {
    typealias Category = CatalogCategory<Item>

    let pair: StoragePair
    /// The section's store.
    let store: @Sendable (any PortalStorage) -> (any CatalogStore<Item>)?
    /// Makes an item of an entry and a number.
    let make: @Sendable (CatalogEntry<Item>, Int) -> Item
    var chance: SeededGenerator
    var now: Int64 = 1_790_000_000_000
    var counter = 0
    var items: [(id: QueueItem.ID, lease: String)] = []
    var positions: [Position] = [.start]
    /// Removed ones too.
    var ids: [Item.ID] = []
    var categories: [Category.ID] = []
    private(set) var accepted = 0
    private(set) var refused = 0

    init(
        _ pair: StoragePair, seed: UInt64, store: @escaping @Sendable (any PortalStorage) -> (any CatalogStore<Item>)?,
        make: @escaping @Sendable (CatalogEntry<Item>, Int) -> Item
    ) {
        self.pair = pair
        self.store = store
        self.make = make
        chance = SeededGenerator(seed: seed)
    }

    // MARK: Asking

    struct NoStore: Error {}

    private var memory: any CatalogStore<Item> {
        get throws {
            guard let store = store(pair.memory) else { throw NoStore() }
            return store
        }
    }

    var events: any EventStore { get throws { try memory } }

    @discardableResult
    func ask<Value: Equatable & Sendable>(_ question: String, _ body: (any EventStore) async throws -> Value) async throws
        -> Value?
    {
        try await ask(catalog: question) { try await body($0) }
    }

    @discardableResult
    func ask<Value: Equatable>(
        catalog question: @autoclosure () -> String, _ body: (any CatalogStore<Item>) async throws -> Value
    ) async throws -> Value? {
        try await pair.ask("\(Item.kindName): \(question())") { storage in
            guard let store = store(storage) else { throw NoStore() }
            return try await body(store)
        }
    }

    private func stored(_ id: Item.ID) async throws -> Item? {
        try await memory.items(CatalogQuery(in: .everything, CatalogFilter { $0.ids = [id] })).items.first
    }

    // MARK: Chance

    static var states: [PublicationState] {
        [.published, .published, .published, .draft, .archived, PublicationState(rawValue: "é/x")]
    }
    static var tags: [TagName] { ["refund", "vip", "été"].compactMap { TagName($0) } }
    static var counters: [CatalogTally.Counter] { [.views, .downloads, CatalogTally.Counter(rawValue: "a/b é")] }
    static var ballots: [CatalogTally.Ballot] { [.helpful, .read, CatalogTally.Ballot(rawValue: "x/y%")] }

    mutating func state() -> PublicationState { Self.states[number(0..<Self.states.count)] }

    mutating func audience() -> Audience {
        if happens(40) { return .everyone }
        if happens(3) { return Audience(keys: Set((0..<120).map { .customer(Customer.ID("c-\($0)")) })) }
        return Audience(keys: Set((0..<number(0..<4)).map { _ in happens(30) ? .customers : key() }))
    }

    mutating func scope() -> AccessScope {
        switch number(0..<6) {
        case 0, 1: .everything
        case 2: .holding([.everyone])
        case 3: .holding([])
        case 4: .holding(Set([.everyone, .customers, key(), key(), key()]))
        default: .holding(Set((0..<number(60..<220)).map { AccessKey.customer(Customer.ID("c-\($0)")) } + [.everyone, key()]))
        }
    }

    mutating func slug() -> Slug? {
        counter += 1
        return Slug(rawValue: happens(80) ? "s-\(counter)" : "s-\(number(1..<40))")
    }

    mutating func texts() -> [CatalogText] {
        (0..<number(0..<3)).map {
            CatalogText(language: $0 == 0 ? "" : "de", title: SingleLine(happens(50) ? text() : odd()), body: text())
        }
    }

    mutating func change(_ entry: inout CatalogEntry<Item>) {
        if happens(50) { entry.texts = texts() }
        if happens(40) { entry.tags = Set(Self.tags.filter { _ in happens(40) }) }
        if happens(40) { entry.categories = Array(Set((0..<number(0..<4)).compactMap { _ in one(categories) })).sorted() }
        if happens(40) { entry.place = happens(5) ? [Int.min, Int.max][number(0..<2)] : number(-3..<4) }
        if happens(60) { entry.state = state() }
        if happens(40) { entry.audience = audience() }
        // Often the same instant.
        if happens(50) { entry.published = Self.date(1_790_000_000_000 + Int64(number(-3..<10) * 60_000)) }
        if happens(30) { entry.expires = happens(50) ? nil : Self.date(1_790_000_000_000 + Int64(number(-3..<20) * 60_000)) }
        if happens(20) { entry.isPinned = happens(50) }
        if happens(2) { entry.published = happens(50) ? .distantFuture : .distantPast }
        if happens(70) { entry.updated = date }
        if happens(20), let slug = slug() { entry.slug = slug }
        entry.editor = author()
    }

    mutating func event(_ subject: String) -> PortalEvent {
        PortalEvent(
            id: newID("e"), kind: PortalEvent.Kind(rawValue: "\(Item.kindName).changed"), subject: subject, date: date,
            author: author(), isInternal: happens(20), keys: [key(), .everyone])
    }

    // MARK: One step

    mutating func step() async throws {
        now += Int64(number(0..<6_000))
        switch number(0..<100) {
        case 0..<55: try await publish()
        case 55..<75: try await count()
        case 75..<90: try await work()
        case 90..<92:
            let people: Set<AccessKey> = [key(), key()]
            try await commit(CatalogCommit { $0.forgotten = people })
        default: break
        }
        for _ in 0..<number(1..<4) { try await read() }
    }

    private mutating func publish() async throws {
        var commit = CatalogCommit<Item>()
        for _ in 0..<number(0..<3) { try await addItem(to: &commit) }
        if happens(20) { try await addCategory(to: &commit) }
        if happens(10), let id = one(ids), !commit.items.contains(where: { $0.id == id }) {
            let stored = try await stored(id)?.entry.revision ?? .unsaved
            commit.removedItems = [id: happens(90) ? stored : stored.next]
        }
        if happens(4), let category = one(try await memory.categories()),
            !commit.categories.contains(where: { $0.id == category.id })
        {
            commit.removedCategories = [category.id: happens(90) ? category.revision : .unsaved]
        }
        if happens(30) { addCounts(to: &commit) }
        if happens(5) { commit.forgotten = [key()] }
        commit.announces = happens(60)
        try await self.commit(commit)
    }

    private mutating func addItem(to commit: inout CatalogCommit<Item>) async throws {
        guard let slug = slug() else { return }
        var item = make(
            CatalogEntry(id: newID("i"), slug: slug, texts: texts(), created: date, editor: author()), number(0..<100))
        if happens(60), let id = one(ids), let old = try await stored(id) {
            item = old
            if happens(50) { commit.versions.append(old) }
            if happens(5) { item.entry.revision = Revision(rawValue: old.entry.revision.rawValue + number(-1..<2)) }
        }
        guard !commit.items.contains(where: { $0.id == item.id }) else { return }
        change(&item.entry)
        commit.items.append(item)
        if happens(80) { commit.events.append(event(item.id.rawValue)) }
    }

    private mutating func addCategory(to commit: inout CatalogCommit<Item>) async throws {
        guard let slug = slug() else { return }
        var category = Category(id: newID("c"), slug: slug, texts: texts(), parent: one(categories), place: number(-2..<3))
        if happens(40), let old = one(try await memory.categories()) {
            category = old
            category.place += 1
            if happens(10) { category.revision = category.revision.next }
            if happens(30) { category.slug = slug }
        }
        category.audience = audience()
        commit.categories.append(category)
        if happens(50) { commit.events.append(event(category.id.rawValue)) }
    }

    private mutating func count() async throws {
        var commit = CatalogCommit<Item>()
        addCounts(to: &commit)
        try await self.commit(commit)
    }

    private mutating func addCounts(to commit: inout CatalogCommit<Item>) {
        for _ in 0..<number(0..<4) {
            guard let id = one(ids) else { return }
            let amount = happens(80) ? number(1..<4) : happens(10) ? Int.max : number(-5..<2)
            commit.increments.append(CatalogIncrement(id, Self.counters[number(0..<3)], by: amount))
        }
        for _ in 0..<number(0..<4) {
            guard let id = one(ids) else { return }
            let value = happens(80) ? number(-1..<3) : nil
            commit.votes.append(CatalogVote(id, Self.ballots[number(0..<3)], by: key(), value))
        }
    }

    private mutating func commit(_ commit: CatalogCommit<Item>) async throws {
        ids += commit.items.map(\.id).filter { !ids.contains($0) }
        categories += commit.categories.map(\.id).filter { !categories.contains($0) }
        guard let position = try await ask(catalog: "commit \(commit)", { try await $0.commit(commit) }) else {
            refused += 1
            return
        }
        accepted += 1
        positions.append(position)
    }
}
