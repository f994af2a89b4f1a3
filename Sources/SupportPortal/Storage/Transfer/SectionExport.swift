/// The lines of what a section publishes, read while they are asked for.
protocol SectionLines: Sendable {
    /// The next line, the bytes of a file aside, which the caller puts behind the line of the file.
    mutating func next() async throws -> ArchiveLine?
}

/// The lines of one section.
struct SectionExport<Item: CatalogItem>: SectionLines {
    private let store: any CatalogStore<Item>
    private let blobs: (any BlobStore)?
    private let line: @Sendable (PublishedLine<Item>) -> ArchiveLine
    private var categories: ArraySlice<CatalogCategory<Item>>
    private var items: PagedItems<Item>
    /// The item whose files are coming.
    private var item: Item?
    private var files: ArraySlice<Blob> = []
    private var counters: [CatalogTally.Counter: Int] = [:]
    private var versions: PagedItems<Item>?
    private var revision = 0
    private var votes: PagedItems<CatalogVote<Item>>?

    /// `nil` where nothing is published.
    init?(
        _ store: (any CatalogStore<Item>)?, _ blobs: (any BlobStore)?,
        line: @escaping @Sendable (PublishedLine<Item>) -> ArchiveLine
    ) async throws {
        guard let store else { return nil }
        let all = try await store.categories()
        let first = try await store.items(CatalogQuery(in: .everything, order: .updated, page: PageRequest(limit: 1)))
        guard !all.isEmpty || !first.items.isEmpty else { return nil }
        self.store = store
        self.blobs = blobs
        self.line = line
        categories = all[...]
        items = PagedItems(limit: 20) { page in
            try await store.items(CatalogQuery(in: .everything, order: .updated, page: page))
        }
    }

    mutating func next() async throws -> ArchiveLine? {
        if let category = categories.popFirst() { return line(.category(category)) }
        if let file = files.popFirst() { return .file(file) }
        if let item {
            self.item = nil
            try await begin(item)
            return line(.item(item))
        }
        if !counters.isEmpty {
            defer { counters = [:] }
            return line(.counters(counters))
        }
        if var version = try await versions?.next() {
            // Counted back from the item, which is stored anew under the first revision.
            revision -= 1
            version.entry.revision = Revision(rawValue: revision)
            return line(.version(version))
        }
        while let vote = try await votes?.next() {
            guard let value = vote.value else { continue }
            return line(.vote(ArchivedVote(ballot: vote.ballot, value: value, voter: vote.voter)))
        }
        guard let next = try await items.next() else { return nil }
        files = try await blobs?.stored(among: next.files) ?? []
        item = next
        return try await self.next()
    }

    private mutating func begin(_ item: Item) async throws {
        let store = self.store
        counters = try await store.tallies(of: [item.id])[item.id]?.counters ?? [:]
        versions = PagedItems(limit: 20) { page in try await store.versions(of: item.id, page: page) }
        revision = 0
        votes = PagedItems(limit: 100) { page in try await store.votes(on: item.id, page: page) }
    }
}

extension BlobStore {
    /// The files that have their bytes, each once and in this order.
    func stored(among files: [FileAttachment]) async throws -> ArraySlice<Blob> {
        var ids: [Blob.ID] = []
        for file in files where file.removed == nil && !ids.contains(file.id) { ids.append(file.id) }
        guard !ids.isEmpty else { return [] }
        let found = Dictionary(try await blobs(Set(ids)).map { ($0.id, $0) }) { first, _ in first }
        return ids.compactMap { found[$0] }[...]
    }
}

extension CatalogStore {
    /// Which of some blobs are files of the items that own them.
    func files(among blobs: [Blob]) async throws -> Set<Blob.ID> {
        let owners = Set(blobs.compactMap { $0.owner.item(of: Item.self) })
        guard !owners.isEmpty else { return [] }
        let query = CatalogQuery<Item>(
            in: .everything, CatalogFilter { $0.ids = owners }, page: PageRequest(limit: owners.count))
        let items = try await items(query).items
        return Set(items.flatMap { $0.files.map(\.id) })
    }
}
