import Foundation
import SupportPortal

/// A storage of which single functions are replaced. Without replacements it keeps the laws.
struct AlteredStorage: PortalStorage {
    let base: JournalledStorage
    /// Whether it was closed before.
    let isReopened: Bool
    var ticketStore: AlteredTicketStore
    var blobStore: AlteredBlobStore
    var articleStore: AlteredArticleStore
    /// What is found again of the things that were done.
    var recall: @Sendable ([StoredOperation]) -> [StoredOperation] = { $0 }

    init(_ base: JournalledStorage, isReopened: Bool) {
        self.base = base
        self.isReopened = isReopened
        ticketStore = AlteredTicketStore(base.ticketStore)
        blobStore = AlteredBlobStore(base.blobStore)
        articleStore = AlteredArticleStore(base.articleStore)
    }

    var tickets: (any TicketStore)? { ticketStore }
    var blobs: (any BlobStore)? { blobStore }
    var articles: (any CatalogStore<Article>)? { articleStore }
}

struct AlteredTicketStore: TicketStore, ChangeSignalling {
    let base: JournalledTicketStore
    var onTicket: @Sendable (Ticket.ID, AccessScope) async throws -> Ticket?
    var onTickets: @Sendable (TicketQuery) async throws -> Page<Ticket>
    var onCounts: @Sendable (TicketFilter, AccessScope) async throws -> [TicketStatus: Int]
    var onMessages: @Sendable (MessageQuery) async throws -> Page<Message>
    var onTakenNumbers: @Sendable (Set<TicketNumber>) async throws -> Set<TicketNumber>
    var onSubmission: @Sendable (String, Date) async throws -> Submission?
    var onSearch: @Sendable (TicketSearch) async throws -> Page<Ticket>
    var onHistory: @Sendable (HistoryQuery) async throws -> Page<RecordedEvent>
    var onRecords: @Sendable (DeskRecordQuery) async throws -> Page<DeskRecord>
    var onAttachedFiles: @Sendable (Set<Blob.ID>) async throws -> Set<Blob.ID>
    var onCommit: @Sendable (TicketCommit) async throws -> Position
    var onChanges: @Sendable (ChangeQuery) async throws -> ChangeBatch
    var onClaim: @Sendable (QueueClaim) async throws -> [QueueItem]
    var onSettle: @Sendable (Settlement) async throws -> Void
    var onParked: @Sendable (PageRequest) async throws -> Page<QueueItem>
    var onUnpark: @Sendable (QueueItem.ID, Date) async throws -> Void
    var onWait: @Sendable (Position) async throws -> Void

    init(_ base: JournalledTicketStore) {
        self.base = base
        onTicket = { try await base.ticket($0, in: $1) }
        onTickets = { try await base.tickets($0) }
        onCounts = { try await base.counts($0, in: $1) }
        onMessages = { try await base.messages($0) }
        onTakenNumbers = { try await base.takenNumbers(among: $0) }
        onSubmission = { try await base.submission($0, at: $1) }
        onSearch = { try await base.search($0) }
        onHistory = { try await base.history($0) }
        onRecords = { try await base.records($0) }
        onAttachedFiles = { try await base.attachedFiles(among: $0) }
        onCommit = { try await base.commit($0) }
        onChanges = { try await base.changes($0) }
        onClaim = { try await base.claim($0) }
        onSettle = { try await base.settle($0) }
        onParked = { try await base.parked($0) }
        onUnpark = { try await base.unpark($0, at: $1) }
        onWait = { try await base.waitForChange(after: $0) }
    }

    func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? { try await onTicket(id, scope) }
    func tickets(_ query: TicketQuery) async throws -> Page<Ticket> { try await onTickets(query) }
    func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] {
        try await onCounts(filter, scope)
    }
    func messages(_ query: MessageQuery) async throws -> Page<Message> { try await onMessages(query) }
    func takenNumbers(among numbers: Set<TicketNumber>) async throws -> Set<TicketNumber> { try await onTakenNumbers(numbers) }
    func submission(_ key: String, at now: Date) async throws -> Submission? { try await onSubmission(key, now) }
    func search(_ search: TicketSearch) async throws -> Page<Ticket> { try await onSearch(search) }
    func history(_ query: HistoryQuery) async throws -> Page<RecordedEvent> { try await onHistory(query) }
    func records(_ query: DeskRecordQuery) async throws -> Page<DeskRecord> { try await onRecords(query) }
    func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> { try await onAttachedFiles(files) }
    func commit(_ commit: TicketCommit) async throws -> Position { try await onCommit(commit) }
    func changes(_ query: ChangeQuery) async throws -> ChangeBatch { try await onChanges(query) }
    func claim(_ claim: QueueClaim) async throws -> [QueueItem] { try await onClaim(claim) }
    func settle(_ settlement: Settlement) async throws { try await onSettle(settlement) }
    func parked(_ page: PageRequest) async throws -> Page<QueueItem> { try await onParked(page) }
    func unpark(_ id: QueueItem.ID, at now: Date) async throws { try await onUnpark(id, now) }
    func waitForChange(after position: Position) async throws { try await onWait(position) }
}

struct AlteredBlobStore: BlobStore {
    let base: JournalledBlobStore
    var onWrite: @Sendable (Blob, any AsyncSequence<Data, any Error> & Sendable) async throws -> Void
    var onBlobs: @Sendable (Set<Blob.ID>) async throws -> [Blob]
    var onRead: @Sendable (Blob.ID, Range<Int>) async throws -> Data?
    var onDelete: @Sendable (Blob.ID) async throws -> Void
    var onList: @Sendable (BlobQuery) async throws -> Page<Blob>

    init(_ base: JournalledBlobStore) {
        self.base = base
        onWrite = { try await base.write($0, from: $1) }
        onBlobs = { (ids: Set<Blob.ID>) in try await base.blobs(ids) }
        onRead = { try await base.read($0, in: $1) }
        onDelete = { try await base.delete($0) }
        onList = { (query: BlobQuery) in try await base.blobs(matching: query) }
    }

    func write(_ blob: Blob, from bytes: any AsyncSequence<Data, any Error> & Sendable) async throws {
        try await onWrite(blob, bytes)
    }
    func blobs(_ ids: Set<Blob.ID>) async throws -> [Blob] { try await onBlobs(ids) }
    func read(_ id: Blob.ID, in range: Range<Int>) async throws -> Data? { try await onRead(id, range) }
    func delete(_ id: Blob.ID) async throws { try await onDelete(id) }
    func blobs(matching query: BlobQuery) async throws -> Page<Blob> { try await onList(query) }
}
