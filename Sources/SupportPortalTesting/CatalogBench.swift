import SupportPortal

/// What a check of a catalog store works with: a fresh storage and ways to fill it.
struct CatalogBench<Item: LawItem>: EventBench {
    let subject: StorageSubject
    let storage: any PortalStorage
    let store: any CatalogStore<Item>
    var eventStore: any EventStore { store }

    init(_ subject: StorageSubject) async throws {
        try await self.init(subject, subject.open())
    }

    private init(_ subject: StorageSubject, _ storage: any PortalStorage) throws {
        self.subject = subject
        self.storage = storage
        store = try Self.store(of: storage)
    }

    static func store(of storage: any PortalStorage) throws -> any CatalogStore<Item> {
        guard let store = Item.store(in: storage) else {
            throw LawViolation(finding: "the storage has no store of \(Item.kindName)s", line: #line)
        }
        return store
    }

    /// The store as the laws see it that look at events.
    static var section: EventSection {
        EventSection(prefix: Item.lawPrefix) { storage in
            try store(of: storage)
        } commit: { storage, record, events, announces in
            try await store(of: storage).commit(
                CatalogCommit {
                    $0.items = record.map { [Item.sample($0)] } ?? []
                    ($0.events, $0.announces) = (events, announces)
                })
        } forget: { storage, people in
            try await store(of: storage).commit(CatalogCommit { $0.forgotten = people })
        }
    }

    /// The same storage closed and opened again, or as it is where it may forget.
    func reopened() async throws -> CatalogBench {
        guard let reopen = subject.reopen else { return self }
        return try await CatalogBench(subject, reopen(storage))
    }

    // MARK: Storing

    @discardableResult
    func commit(_ change: (inout CatalogCommit<Item>) -> Void) async throws -> Position {
        try await store.commit(CatalogCommit(with: change))
    }

    /// Stores items in one commit and returns them as they are stored.
    @discardableResult
    func put(_ items: [Item]) async throws -> [Item] {
        try await commit { $0.items = items }
        return items.map(\.stored)
    }

    /// Stores an item and returns it as it is stored.
    @discardableResult
    func put(_ item: Item) async throws -> Item {
        try await commit { $0.items = [item] }
        return item.stored
    }

    /// Stores a category and returns it as it is stored.
    @discardableResult
    func put(_ category: Item.Category) async throws -> Item.Category {
        try await commit { $0.categories = [category] }
        return category.stored
    }

    // MARK: Reading

    func item(_ id: Item.ID) async throws -> Item? {
        let page = try await store.items(CatalogQuery(in: .everything, CatalogFilter { $0.ids = [id] }))
        try require(page.items.count <= 1, "there is more than one item with an id")
        return page.items.first
    }

    func category(_ id: Item.Category.ID) async throws -> Item.Category? {
        try await store.categories().first { $0.id == id }
    }

    func all(_ query: CatalogQuery<Item>, pageSize: Int = 7) async throws -> [Item] {
        var query = query
        return try await LawBench.all(by: pageSize) {
            query.page = $0
            return try await store.items(query)
        }
    }

    func all(_ filter: CatalogFilter<Item> = CatalogFilter(), in scope: AccessScope = .everything) async throws -> [Item] {
        try await all(CatalogQuery(in: scope, filter), pageSize: 50)
    }

    func versions(of item: Item.ID, pageSize: Int = 3) async throws -> [Item] {
        try await LawBench.all(by: pageSize) { try await store.versions(of: item, page: $0) }
    }

    func tally(of item: Item.ID) async throws -> CatalogTally? { try await store.tallies(of: [item])[item] }

    func end() async throws -> Position { try await store.changes(ChangeQuery(since: nil)).position }

    // MARK: Refusals

    /// Checks that a commit is refused and leaves nothing behind, neither now nor in the storage opened again.
    @discardableResult
    mutating func requireRefusal(
        _ code: StorageError.Code, _ what: String, line: UInt = #line, of change: (inout CatalogCommit<Item>) -> Void
    ) async throws -> StorageError {
        let commit = try await burdened(CatalogCommit(with: change))
        let before = try await traces(of: commit)
        let error = try await SupportPortalTesting.requireRefusal(code, what, line: line) {
            _ = try await store.commit(commit)
        }
        try await traces(of: commit).requireSame(as: before, line: line)
        self = try await reopened()
        try await traces(of: commit).requireSame(as: before, line: line)
        return error
    }

    /// A commit that would do more than it is refused for, of each kind of thing that a commit can do.
    private func burdened(_ commit: CatalogCommit<Item>) async throws -> CatalogCommit<Item> {
        let (known, gone) = (Item.sample(901), Item.sample(902))
        let (shelf, box) = (Item.Category.sample("known-shelf"), Item.Category.sample("gone-shelf"))
        let voter = AccessKey.customer("bystander")
        if try await item(known.id) == nil {
            try await self.commit {
                ($0.items, $0.categories) = ([known, gone], [shelf, box])
                $0.events = [LawBench.event("bystander", by: Author(role: .requester, identity: voter, name: "B"))]
                $0.announces = false
                $0.votes = [CatalogVote(known.id, .helpful, by: voter, 1)]
                $0.versions = [gone]
                $0.increments = [CatalogIncrement(gone.id, .views)]
            }
        }
        return commit.with {
            $0.items += [known.stored.with { $0.place = 9 }, Item.sample(903)]
            $0.categories += [shelf.stored.with { $0.place = 9 }, Item.Category.sample("new-shelf")]
            $0.removedItems[gone.id] = gone.stored.entry.revision
            $0.removedCategories[box.id] = box.stored.revision
            $0.versions.append(known.stored)
            $0.increments.append(CatalogIncrement(known.id, .views, by: 3))
            $0.votes.append(CatalogVote(known.id, .helpful, by: .customer("another"), -1))
            $0.forgotten.insert(voter)
            $0.events.append(LawBench.event("refused"))
        }
    }

    /// What a store shows of the things that a commit is about.
    func traces(of commit: CatalogCommit<Item>) async throws -> CatalogTraces<Item> {
        var traces = CatalogTraces<Item>()
        let ids = Set(commit.items.map(\.id) + commit.versions.map(\.id) + commit.removedItems.keys)
        traces.items = try await all()
        traces.counts = try await store.counts(CatalogFilter(), in: .everything, of: [.anywhere, .unlisted])
        traces.categories = try await store.categories()
        for id in ids { traces.versions[id] = try await versions(of: id, pageSize: 20) }
        traces.tallies = try await store.tallies(of: ids)
        for voter in commit.forgotten.union(commit.votes.map(\.voter)) {
            traces.votes[voter] = try await store.votes(in: .helpful, by: voter, on: ids)
        }
        traces.events = try await events(limit: 50)
        traces.waiting = Set(try await claim().map(\.event.id)).intersection(commit.events.map(\.id))
        return traces
    }
}

/// What a store shows of the things that one commit is about. A commit that was refused leaves them as they were.
struct CatalogTraces<Item: LawItem> {
    var items: [Item] = []
    var counts: [Int] = []
    var categories: [Item.Category] = []
    var versions: [Item.ID: [Item]] = [:]
    var tallies: [Item.ID: CatalogTally] = [:]
    var votes: [AccessKey: [Item.ID: Int]] = [:]
    var events: [RecordedEvent] = []
    /// The events of the commit that wait in the queue. Looking takes a loan.
    var waiting: Set<PortalEvent.ID> = []

    func requireSame(as before: CatalogTraces, line: UInt = #line) throws {
        try requireEqual(items, before.items, "items after a refused commit", line: line)
        try requireEqual(counts, before.counts, "counts after a refused commit", line: line)
        try requireEqual(categories, before.categories, "categories after a refused commit", line: line)
        try requireEqual(versions, before.versions, "versions after a refused commit", line: line)
        try requireEqual(tallies, before.tallies, "tallies after a refused commit", line: line)
        try requireEqual(votes, before.votes, "votes after a refused commit", line: line)
        try requireEqual(events, before.events, "events after a refused commit", line: line)
        try requireEqual(waiting, before.waiting, "waiting events after a refused commit", line: line)
    }
}

extension CatalogCommit {
    /// The commit with something changed.
    func with(_ change: (inout CatalogCommit) -> Void) -> CatalogCommit {
        var commit = self
        change(&commit)
        return commit
    }
}

extension LawBench {
    /// An event of a section.
    static func event(_ id: String, on subject: String = "subject", by author: Author = .system) -> PortalEvent {
        var keys: Set<AccessKey> = [.everyone]
        if author != .system { keys.insert(author.identity) }
        return PortalEvent(
            id: PortalEvent.ID(id), kind: PortalEvent.Kind(rawValue: "catalog.changed"), subject: subject, date: instant(),
            author: author, keys: keys)
    }
}
