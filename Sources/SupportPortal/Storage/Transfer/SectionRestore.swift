/// What a section publishes, on its way into a store.
protocol PublishedRestore: Sendable {
    /// What was there already.
    var skipped: TransferCounts { get }
    /// Stores what is left.
    mutating func end() async throws
}

/// Categories go in commits of up to a hundred. Most items go in one commit with what was counted, their versions and votes; of one that has very many,
/// the first commit has the item and what was counted, and a restore that was interrupted knows where to go on.
struct SectionRestore<Item: CatalogItem>: PublishedRestore {
    private let store: any CatalogStore<Item>
    private let mayExist: Bool
    private var storedCategories: [CatalogCategory<Item>.ID: CatalogCategory<Item>]?
    /// What is to be stored next.
    private var commit = CatalogCommit<Item>()
    private var size = 0
    private var item: Item?
    private var line = 0
    private var isStored = false
    private var hasCommitted = false
    private var storedVersions: PagedItems<Item>?
    private var storedVotes: PagedItems<CatalogVote<Item>>?
    private(set) var skipped = TransferCounts()

    init(_ store: any CatalogStore<Item>, mayExist: Bool) {
        self.store = store
        self.mayExist = mayExist
    }

    mutating func add(_ content: PublishedLine<Item>, _ line: ArchiveReader.Line) async throws {
        switch content {
        case .category(let category): try await add(category, line)
        case .item(let item): try await begin(item, line)
        case .counters(let counters): try await add(counters, line)
        case .version(let version): try await add(version, line)
        case .vote(let vote): try await add(vote, line)
        }
    }

    private mutating func add(_ category: CatalogCategory<Item>, _ line: ArchiveReader.Line) async throws {
        if mayExist {
            if storedCategories == nil {
                storedCategories = Dictionary(try await store.categories().map { ($0.id, $0) }) { first, _ in first }
            }
            if let stored = storedCategories?[category.id] {
                guard stored.unsaved == category else { throw difference("category \(category.id)", line.number) }
                skipped.categories += 1
                return
            }
        }
        commit.categories.append(category)
        self.line = line.number
        try await grow(line, limit: 100)
    }

    private mutating func begin(_ item: Item, _ line: ArchiveReader.Line) async throws {
        try await end()
        self.item = item
        self.line = line.number
        hasCommitted = false
        isStored = false
        guard mayExist, let stored = try await stored(item.id) else {
            commit.items = [item]
            size = line.size
            return
        }
        guard stored.unsaved == item else { throw difference("\(Item.kindName) \(item.id)") }
        isStored = true
        let store = self.store
        storedVersions = PagedItems(limit: 20) { page in try await store.versions(of: item.id, page: page) }
        storedVotes = PagedItems(limit: 100) { page in try await store.votes(on: item.id, page: page) }
    }

    private func stored(_ id: Item.ID) async throws -> Item? {
        let query = CatalogQuery<Item>(in: .everything, CatalogFilter { $0.ids = [id] }, page: PageRequest(limit: 1))
        return try await store.items(query).items.first
    }

    private mutating func add(_ counters: [CatalogTally.Counter: Int], _ line: ArchiveReader.Line) async throws {
        guard let item else { return }
        if isStored {
            // They were stored in one step with the item.
            guard try await store.tallies(of: [item.id])[item.id]?.counters == counters else {
                throw difference("what was counted of \(Item.kindName) \(item.id)", line.number)
            }
            return
        }
        commit.increments = counters.map { CatalogIncrement(item.id, $0.key, by: $0.value) }
        try await grow(line)
    }

    private mutating func add(_ version: Item, _ line: ArchiveReader.Line) async throws {
        if let stored = try await storedVersions?.next() {
            guard stored.unsaved == version.unsaved else { throw difference("a version of \(version.id)", line.number) }
            skipped.versions += 1
            return
        }
        commit.versions.append(version)
        try await grow(line)
    }

    private mutating func add(_ vote: ArchivedVote, _ line: ArchiveReader.Line) async throws {
        guard let item else { return }
        let vote = CatalogVote<Item>(item.id, vote.ballot, by: vote.voter, vote.value)
        if let stored = try await storedVotes?.next() {
            guard stored == vote else { throw difference("a vote on \(item.id)", line.number) }
            skipped.votes += 1
            return
        }
        commit.votes.append(vote)
        try await grow(line)
    }

    mutating func end() async throws {
        try await flush()
        guard let item else { return }
        self.item = nil
        let hasMore = try await storedVersions?.next() != nil
        if try await storedVotes?.next() != nil || hasMore { throw difference("more of \(Item.kindName) \(item.id)") }
        (storedVersions, storedVotes) = (nil, nil)
        if !hasCommitted { skipped[of: Item.kindName] += 1 }
    }

    private mutating func grow(_ line: ArchiveReader.Line, limit: Int = TicketRestore.longestCommit) async throws {
        size += line.size
        let count = commit.categories.count + commit.versions.count + commit.votes.count
        if count >= limit || size >= TicketRestore.largestCommit { try await flush() }
    }

    private mutating func flush() async throws {
        defer { (commit, size) = (CatalogCommit<Item> { $0.announces = false }, 0) }
        guard !commit.items.isEmpty || !commit.categories.isEmpty || !commit.versions.isEmpty || !commit.votes.isEmpty else {
            return
        }
        commit.announces = false
        hasCommitted = true
        do {
            _ = try await store.commit(commit)
        } catch let error as StorageError where error.code == .conflict || error.code == .duplicateSlug {
            throw ArchiveError(.differs, error.message, line: line)
        }
    }

    private func difference(_ what: String, _ line: Int? = nil) -> ArchiveError {
        ArchiveError(.differs, "\(what) is stored otherwise", line: line ?? self.line)
    }
}
