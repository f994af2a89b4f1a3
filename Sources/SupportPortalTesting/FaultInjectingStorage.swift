public import SupportPortal
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A storage that fails where a test wants it to, in front of any other storage. It passes no wake-ups on: followers look under the
/// portal's clock, which the test turns.
///
/// ```swift
/// let storage = FaultInjectingStorage(InMemoryStorage())
/// storage.faults.fail(.commit, .afterwards)          // the next commit is stored, yet its caller hears of a failure
/// ```
public struct FaultInjectingStorage: PortalStorage {
    /// What fails of tickets and files, and when.
    public let faults = FaultPlan()
    /// What fails of announcements, and when.
    public let announcementFaults = FaultPlan()
    /// What fails of articles, and when.
    public let articleFaults = FaultPlan()
    /// What fails of downloads, and when.
    public let downloadFaults = FaultPlan()
    private let base: any PortalStorage

    /// Wraps a storage.
    public init(_ base: any PortalStorage) { self.base = base }

    /// The tickets, with faults.
    public var tickets: (any TicketStore)? { base.tickets.map { FaultyTicketStore(base: $0, faults: faults) } }
    /// The files, with faults.
    public var blobs: (any BlobStore)? { base.blobs.map { FaultyBlobStore(base: $0, faults: faults) } }
    /// The announcements, with faults.
    public var announcements: (any CatalogStore<Announcement>)? {
        base.announcements.map { FaultyCatalogStore(base: $0, faults: announcementFaults) }
    }
    /// The articles, with faults.
    public var articles: (any CatalogStore<Article>)? {
        base.articles.map { FaultyCatalogStore(base: $0, faults: articleFaults) }
    }
    /// The downloads, with faults.
    public var downloads: (any CatalogStore<Download>)? {
        base.downloads.map { FaultyCatalogStore(base: $0, faults: downloadFaults) }
    }
}

/// The error that an injected fault throws.
public struct InjectedFault: Error, Hashable, Sendable {
    /// The function that failed.
    public var function: FaultPlan.Function
}

/// Which calls of a store of a ``FaultInjectingStorage`` fail.
public final class FaultPlan: Sendable {
    /// A function of a store.
    public enum Function: Hashable, Sendable, CaseIterable {
        /// ``/SupportPortal/TicketStore/ticket(_:in:)``.
        case ticket
        /// ``/SupportPortal/TicketStore/tickets(_:)``.
        case tickets
        /// ``/SupportPortal/TicketStore/counts(_:in:)`` or ``/SupportPortal/CatalogStore/counts(_:in:of:)``.
        case counts
        /// ``/SupportPortal/TicketStore/messages(_:)``.
        case messages
        /// ``/SupportPortal/TicketStore/takenNumbers(among:)``.
        case takenNumbers
        /// ``/SupportPortal/TicketStore/submission(_:at:)``.
        case submission
        /// ``/SupportPortal/TicketStore/commit(_:)`` or ``/SupportPortal/CatalogStore/commit(_:)``.
        case commit
        /// ``/SupportPortal/EventStore/changes(_:)``.
        case changes
        /// ``/SupportPortal/EventStore/claim(_:)``.
        case claim
        /// ``/SupportPortal/EventStore/settle(_:)``.
        case settle
        /// ``/SupportPortal/TicketStore/search(_:)``.
        case search
        /// ``/SupportPortal/TicketStore/history(_:)``.
        case history
        /// ``/SupportPortal/TicketStore/records(_:)``.
        case records
        /// ``/SupportPortal/TicketStore/attachedFiles(among:)``.
        case attachedFiles
        /// ``/SupportPortal/CatalogStore/items(_:)``.
        case items
        /// ``/SupportPortal/CatalogStore/categories()``.
        case categories
        /// ``/SupportPortal/CatalogStore/versions(of:page:)``.
        case versions
        /// ``/SupportPortal/CatalogStore/tallies(of:)``.
        case tallies
        /// ``/SupportPortal/CatalogStore/votes(in:by:on:)``.
        case votes
        /// ``/SupportPortal/EventStore/parked(_:)``.
        case parked
        /// ``/SupportPortal/EventStore/unpark(_:at:)``.
        case unpark
        /// ``/SupportPortal/BlobStore/write(_:from:)``.
        case writeBlob
        /// ``/SupportPortal/BlobStore/blobs(_:)``.
        case findBlobs
        /// ``/SupportPortal/BlobStore/blobs(matching:)``.
        case listBlobs
        /// ``/SupportPortal/BlobStore/read(_:in:)``.
        case readBlob
        /// ``/SupportPortal/BlobStore/delete(_:)``.
        case deleteBlob
    }

    /// When a call fails.
    public enum Moment: Hashable, Sendable {
        /// Before anything is done.
        case before
        /// After it was done: the caller cannot know.
        case afterwards
    }

    private struct State {
        var faults: [Function: [(skip: Int, moment: Moment)]] = [:]
        var calls: [Function: Int] = [:]
    }

    private let state = Mutex(State())

    /// Lets a call fail once: the next one of this function, or a later one.
    ///
    /// Parameter `skip`: how many calls go through first.
    public func fail(_ function: Function, _ moment: Moment = .before, skipping skip: Int = 0) {
        state.withLock { $0.faults[function, default: []].append((skip, moment)) }
    }

    /// How often a function was called.
    public func calls(_ function: Function) -> Int { state.withLock { $0.calls[function] ?? 0 } }

    func run<Result>(_ function: Function, _ work: () async throws -> Result) async throws -> Result {
        let moment = state.withLock { state -> Moment? in
            state.calls[function, default: 0] += 1
            var faults = state.faults[function] ?? []
            let index = faults.firstIndex { $0.skip == 0 }
            let moment = index.map { faults.remove(at: $0).moment }
            for index in faults.indices where faults[index].skip > 0 { faults[index].skip -= 1 }
            state.faults[function] = faults
            return moment
        }
        if moment == .before { throw InjectedFault(function: function) }
        let result = try await work()
        if moment == .afterwards { throw InjectedFault(function: function) }
        return result
    }
}

private struct FaultyTicketStore: TicketStore {
    let base: any TicketStore
    let faults: FaultPlan

    func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? {
        try await faults.run(.ticket) { try await base.ticket(id, in: scope) }
    }
    func tickets(_ query: TicketQuery) async throws -> Page<Ticket> {
        try await faults.run(.tickets) { try await base.tickets(query) }
    }
    func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] {
        try await faults.run(.counts) { try await base.counts(filter, in: scope) }
    }
    func messages(_ query: MessageQuery) async throws -> Page<Message> {
        try await faults.run(.messages) { try await base.messages(query) }
    }
    func takenNumbers(among numbers: Set<TicketNumber>) async throws -> Set<TicketNumber> {
        try await faults.run(.takenNumbers) { try await base.takenNumbers(among: numbers) }
    }
    func submission(_ key: String, at now: Date) async throws -> Submission? {
        try await faults.run(.submission) { try await base.submission(key, at: now) }
    }
    func search(_ search: TicketSearch) async throws -> Page<Ticket> {
        try await faults.run(.search) { try await base.search(search) }
    }
    func history(_ query: HistoryQuery) async throws -> Page<RecordedEvent> {
        try await faults.run(.history) { try await base.history(query) }
    }
    func records(_ query: DeskRecordQuery) async throws -> Page<DeskRecord> {
        try await faults.run(.records) { try await base.records(query) }
    }
    func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> {
        try await faults.run(.attachedFiles) { try await base.attachedFiles(among: files) }
    }
    func commit(_ commit: TicketCommit) async throws -> Position {
        try await faults.run(.commit) { try await base.commit(commit) }
    }
    func changes(_ query: ChangeQuery) async throws -> ChangeBatch {
        try await faults.run(.changes) { try await base.changes(query) }
    }
    func claim(_ claim: QueueClaim) async throws -> [QueueItem] {
        try await faults.run(.claim) { try await base.claim(claim) }
    }
    func settle(_ settlement: Settlement) async throws {
        try await faults.run(.settle) { try await base.settle(settlement) }
    }
    func parked(_ page: PageRequest) async throws -> Page<QueueItem> {
        try await faults.run(.parked) { try await base.parked(page) }
    }
    func unpark(_ id: QueueItem.ID, at now: Date) async throws {
        try await faults.run(.unpark) { try await base.unpark(id, at: now) }
    }
}

private struct FaultyCatalogStore<Item: CatalogItem>: CatalogStore {
    let base: any CatalogStore<Item>
    let faults: FaultPlan

    func items(_ query: CatalogQuery<Item>) async throws -> Page<Item> {
        try await faults.run(.items) { try await base.items(query) }
    }
    func counts(
        _ filter: CatalogFilter<Item>, in scope: AccessScope, of placements: [CatalogPlacement<Item>]
    ) async throws -> [Int] {
        try await faults.run(.counts) { try await base.counts(filter, in: scope, of: placements) }
    }
    func categories() async throws -> [CatalogCategory<Item>] {
        try await faults.run(.categories) { try await base.categories() }
    }
    func versions(of item: Item.ID, page: PageRequest) async throws -> Page<Item> {
        try await faults.run(.versions) { try await base.versions(of: item, page: page) }
    }
    func tallies(of items: Set<Item.ID>) async throws -> [Item.ID: CatalogTally] {
        try await faults.run(.tallies) { try await base.tallies(of: items) }
    }
    func votes(
        in ballot: CatalogTally.Ballot, by voter: AccessKey, on items: Set<Item.ID>
    ) async throws -> [Item.ID: Int] {
        try await faults.run(.votes) { try await base.votes(in: ballot, by: voter, on: items) }
    }
    func votes(on item: Item.ID, page: PageRequest) async throws -> Page<CatalogVote<Item>> {
        try await faults.run(.votes) { try await base.votes(on: item, page: page) }
    }
    func commit(_ commit: CatalogCommit<Item>) async throws -> Position {
        try await faults.run(.commit) { try await base.commit(commit) }
    }
    func changes(_ query: ChangeQuery) async throws -> ChangeBatch {
        try await faults.run(.changes) { try await base.changes(query) }
    }
    func claim(_ claim: QueueClaim) async throws -> [QueueItem] {
        try await faults.run(.claim) { try await base.claim(claim) }
    }
    func settle(_ settlement: Settlement) async throws {
        try await faults.run(.settle) { try await base.settle(settlement) }
    }
    func parked(_ page: PageRequest) async throws -> Page<QueueItem> {
        try await faults.run(.parked) { try await base.parked(page) }
    }
    func unpark(_ id: QueueItem.ID, at now: Date) async throws {
        try await faults.run(.unpark) { try await base.unpark(id, at: now) }
    }
}

private struct FaultyBlobStore: BlobStore {
    let base: any BlobStore
    let faults: FaultPlan

    func write(_ blob: Blob, from bytes: any AsyncSequence<Data, any Error> & Sendable) async throws {
        try await faults.run(.writeBlob) { try await base.write(blob, from: bytes) }
    }
    func blobs(_ ids: Set<Blob.ID>) async throws -> [Blob] {
        try await faults.run(.findBlobs) { try await base.blobs(ids) }
    }
    func blobs(matching query: BlobQuery) async throws -> Page<Blob> {
        try await faults.run(.listBlobs) { try await base.blobs(matching: query) }
    }
    func read(_ id: Blob.ID, in range: Range<Int>) async throws -> Data? {
        try await faults.run(.readBlob) { try await base.read(id, in: range) }
    }
    func delete(_ id: Blob.ID) async throws {
        try await faults.run(.deleteBlob) { try await base.delete(id) }
    }
}
