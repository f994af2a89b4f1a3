import Foundation
import SupportPortal

/// What was done to a storage and would be on disk.
enum StoredOperation: Sendable {
    case commit(TicketCommit)
    case claim(QueueClaim)
    case settle(Settlement)
    case unpark(QueueItem.ID, at: Date)
    case write(Blob, Data)
    case delete(Blob.ID)
    case publish(CatalogCommit<Article>)
    case claimArticles(QueueClaim)
    case settleArticles(Settlement)
    case unparkArticles(QueueItem.ID, at: Date)
}

/// A storage in memory that can be closed and opened again: it keeps what was done to it, and does it again.
///
/// The base of all stores with a planted bug, so that a bug may also be in what is done again.
struct JournalledStorage: PortalStorage {
    let journal = Journal()
    let ticketStore: JournalledTicketStore
    let blobStore: JournalledBlobStore
    let articleStore: JournalledArticleStore

    var tickets: (any TicketStore)? { ticketStore }
    var blobs: (any BlobStore)? { blobStore }
    var articles: (any CatalogStore<Article>)? { articleStore }

    init(keptEvents: Int = 100_000, doing operations: [StoredOperation] = []) async {
        ticketStore = JournalledTicketStore(journal: journal, keptEvents: keptEvents)
        blobStore = JournalledBlobStore(journal: journal)
        articleStore = JournalledArticleStore(journal: journal, keptEvents: keptEvents)
        for operation in operations {
            // Where a bug has lost something, what depends on it is refused. The laws notice that.
            try? await perform(operation)
        }
    }

    private func perform(_ operation: StoredOperation) async throws {
        switch operation {
        case .commit(let commit): _ = try await ticketStore.commit(commit)
        case .claim(let claim): _ = try await ticketStore.claim(claim)
        case .settle(let settlement): try await ticketStore.settle(settlement)
        case .unpark(let id, let now): try await ticketStore.unpark(id, at: now)
        case .write(let blob, let data): try await blobStore.write(blob, from: data.inOneChunk)
        case .delete(let id): try await blobStore.delete(id)
        case .publish(let commit): _ = try await articleStore.commit(commit)
        case .claimArticles(let claim): _ = try await articleStore.claim(claim)
        case .settleArticles(let settlement): try await articleStore.settle(settlement)
        case .unparkArticles(let id, let now): try await articleStore.unpark(id, at: now)
        }
    }
}

/// What was done, in order: one operation after the other, so that none is recorded before an earlier one.
actor Journal {
    private(set) var operations: [StoredOperation] = []
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func record<Value: Sendable>(
        _ operation: StoredOperation, _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        await enter()
        defer { leave() }
        let value = try await work()
        operations.append(operation)
        return value
    }

    func record(_ operation: StoredOperation) { operations.append(operation) }

    private func enter() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func leave() {
        if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
    }
}

struct JournalledTicketStore: TicketStore, ChangeSignalling {
    let journal: Journal
    private let memory: InMemoryTicketStore

    init(journal: Journal, keptEvents: Int) {
        self.journal = journal
        memory = InMemoryTicketStore(keptEvents: keptEvents)
    }

    func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? { try await memory.ticket(id, in: scope) }
    func tickets(_ query: TicketQuery) async throws -> Page<Ticket> { try await memory.tickets(query) }
    func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] {
        try await memory.counts(filter, in: scope)
    }
    func messages(_ query: MessageQuery) async throws -> Page<Message> { try await memory.messages(query) }
    func takenNumbers(among numbers: Set<TicketNumber>) async throws -> Set<TicketNumber> {
        try await memory.takenNumbers(among: numbers)
    }
    func submission(_ key: String, at now: Date) async throws -> Submission? { try await memory.submission(key, at: now) }
    func search(_ search: TicketSearch) async throws -> Page<Ticket> { try await memory.search(search) }
    func history(_ query: HistoryQuery) async throws -> Page<RecordedEvent> { try await memory.history(query) }
    func records(_ query: DeskRecordQuery) async throws -> Page<DeskRecord> { try await memory.records(query) }
    func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> { try await memory.attachedFiles(among: files) }
    func changes(_ query: ChangeQuery) async throws -> ChangeBatch { try await memory.changes(query) }
    func parked(_ page: PageRequest) async throws -> Page<QueueItem> { try await memory.parked(page) }
    func waitForChange(after position: Position) async throws { try await memory.waitForChange(after: position) }

    func commit(_ commit: TicketCommit) async throws -> Position {
        try await journal.record(.commit(commit)) { try await memory.commit(commit) }
    }
    func claim(_ claim: QueueClaim) async throws -> [QueueItem] {
        try await journal.record(.claim(claim)) { try await memory.claim(claim) }
    }
    func settle(_ settlement: Settlement) async throws {
        try await journal.record(.settle(settlement)) { try await memory.settle(settlement) }
    }
    func unpark(_ id: QueueItem.ID, at now: Date) async throws {
        try await journal.record(.unpark(id, at: now)) { try await memory.unpark(id, at: now) }
    }
}

struct JournalledBlobStore: BlobStore {
    let journal: Journal
    private let memory = InMemoryBlobStore()

    init(journal: Journal) { self.journal = journal }

    func blobs(_ ids: Set<Blob.ID>) async throws -> [Blob] { try await memory.blobs(ids) }
    func blobs(matching query: BlobQuery) async throws -> Page<Blob> { try await memory.blobs(matching: query) }
    func read(_ id: Blob.ID, in range: Range<Int>) async throws -> Data? { try await memory.read(id, in: range) }

    func write(_ blob: Blob, from bytes: any AsyncSequence<Data, any Error> & Sendable) async throws {
        try await memory.write(blob, from: bytes)
        let size = try await memory.blobs([blob.id]).first?.size ?? 0
        await journal.record(.write(blob, try await memory.read(blob.id, in: 0..<size) ?? Data()))
    }
    func delete(_ id: Blob.ID) async throws {
        try await journal.record(.delete(id)) { try await memory.delete(id) }
    }
}

/// The store of articles stands for those of announcements and downloads, too: they are the same, and so are their laws.
struct JournalledArticleStore: CatalogStore, ChangeSignalling {
    let journal: Journal
    private let memory: InMemoryCatalogStore<Article>

    init(journal: Journal, keptEvents: Int) {
        self.journal = journal
        memory = InMemoryCatalogStore(keptEvents: keptEvents)
    }

    func items(_ query: CatalogQuery<Article>) async throws -> Page<Article> { try await memory.items(query) }
    func counts(
        _ filter: CatalogFilter<Article>, in scope: AccessScope, of placements: [CatalogPlacement<Article>]
    ) async throws -> [Int] { try await memory.counts(filter, in: scope, of: placements) }
    func categories() async throws -> [Article.Category] { try await memory.categories() }
    func versions(of item: Article.ID, page: PageRequest) async throws -> Page<Article> {
        try await memory.versions(of: item, page: page)
    }
    func tallies(of items: Set<Article.ID>) async throws -> [Article.ID: CatalogTally] { try await memory.tallies(of: items) }
    func votes(
        in ballot: CatalogTally.Ballot, by voter: AccessKey, on items: Set<Article.ID>
    ) async throws -> [Article.ID: Int] { try await memory.votes(in: ballot, by: voter, on: items) }
    func votes(on item: Article.ID, page: PageRequest) async throws -> Page<CatalogVote<Article>> {
        try await memory.votes(on: item, page: page)
    }
    func changes(_ query: ChangeQuery) async throws -> ChangeBatch { try await memory.changes(query) }
    func parked(_ page: PageRequest) async throws -> Page<QueueItem> { try await memory.parked(page) }
    func waitForChange(after position: Position) async throws { try await memory.waitForChange(after: position) }

    func commit(_ commit: CatalogCommit<Article>) async throws -> Position {
        try await journal.record(.publish(commit)) { try await memory.commit(commit) }
    }
    func claim(_ claim: QueueClaim) async throws -> [QueueItem] {
        try await journal.record(.claimArticles(claim)) { try await memory.claim(claim) }
    }
    func settle(_ settlement: Settlement) async throws {
        try await journal.record(.settleArticles(settlement)) { try await memory.settle(settlement) }
    }
    func unpark(_ id: QueueItem.ID, at now: Date) async throws {
        try await journal.record(.unparkArticles(id, at: now)) { try await memory.unpark(id, at: now) }
    }
}

extension Data {
    /// The bytes as a blob store takes them.
    var inOneChunk: AsyncThrowingStream<Data, any Error> {
        AsyncThrowingStream { continuation in
            continuation.yield(self)
            continuation.finish()
        }
    }
}
