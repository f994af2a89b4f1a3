import SupportPortal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a check works with that looks at a feed and a queue.
protocol EventBench: Sendable {
    /// Whose they are.
    var eventStore: any EventStore { get }
}

extension EventBench {
    /// All events after a position.
    func events(
        since position: Position = .start, scope: AccessScope = .everything, includesInternal: Bool = true, limit: Int = 3
    ) async throws -> [RecordedEvent] {
        var query = ChangeQuery(since: position, limit: limit, scope: scope, includesInternal: includesInternal)
        var found: [RecordedEvent] = []
        for _ in 0..<1_000 {
            let batch = try await eventStore.changes(query)
            try require(batch.events.count <= limit, "a batch of \(limit) holds \(batch.events.count)")
            try require(
                batch.events.last.map { $0.position <= batch.position } ?? true, "a batch ends before its last event")
            found += batch.events
            guard let since = query.since, batch.position > since else {
                try require(batch.events.isEmpty, "a batch with events did not go on")
                return found
            }
            query.since = batch.position
        }
        throw LawViolation(finding: "batches go on for ever", line: #line)
    }

    /// What the feed answers after each position up to an end; `nil` where it asks to read anew.
    func feed(to end: Position) async throws -> [[RecordedEvent]?] {
        var found: [[RecordedEvent]?] = []
        for position in 0...end.rawValue {
            do {
                found.append(try await events(since: Position(rawValue: position), limit: 5))
            } catch let error as StorageError where error.code == .resyncRequired {
                found.append(nil)
            }
        }
        return found
    }

    func claim(_ limit: Int = 100, at milliseconds: Int = 0, lease: String = "lease", for length: Int = 60_000) async throws
        -> [QueueItem]
    {
        try await eventStore.claim(
            QueueClaim(
                limit: limit, now: LawBench.instant(milliseconds), leaseEnd: LawBench.instant(milliseconds + length),
                lease: lease))
    }

    func settle(
        _ item: QueueItem, lease: String = "lease", _ outcome: Settlement.Outcome = .done, adding: [Delivery] = []
    ) async throws {
        try await eventStore.settle(Settlement(item: item.id, lease: lease, outcome: outcome, adding: adding))
    }

    func allParked(pageSize: Int = 3) async throws -> [QueueItem] {
        try await LawBench.all(by: pageSize) { try await eventStore.parked($0) }
    }
}

/// A section as the laws see it that look at its events: they are the same for all, whatever else a commit stores.
struct EventSection: Sendable {
    /// Begins the names of its laws.
    let prefix: String
    let store: @Sendable (any PortalStorage) throws -> any EventStore
    /// Stores events, beside a new record with a number where one is named.
    let commit: @Sendable (any PortalStorage, _ record: Int?, _ events: [PortalEvent], _ announces: Bool) async throws -> Position
    /// Forgets people.
    let forget: @Sendable (any PortalStorage, Set<AccessKey>) async throws -> Position
    /// What happened to a subject, where the store can tell.
    var history: (@Sendable (any PortalStorage, String, _ ascending: Bool) async throws -> [RecordedEvent])?

    func law(_ name: String, _ body: @escaping @Sendable (SectionBench) async throws -> Void) -> StorageLaw {
        StorageLaw(prefix + name) { try await body(SectionBench(self, $0, $0.open())) }
    }

    static let tickets = EventSection(prefix: "") { storage in
        try LawBench.store(of: storage)
    } commit: { storage, record, events, announces in
        try await LawBench.store(of: storage).commit(
            TicketCommit(
                date: LawBench.start, tickets: record.map { [LawBench.ticket($0)] } ?? [], events: events, announces: announces))
    } forget: { storage, people in
        var commit = TicketCommit(date: LawBench.start)
        commit.erasure = Erasure(people: people)
        return try await LawBench.store(of: storage).commit(commit)
    } history: { storage, subject, ascending in
        var query = HistoryQuery(ticket: Ticket.ID(subject), ascending: ascending)
        return try await LawBench.all(by: 3) {
            query.page = $0
            return try await LawBench.store(of: storage).history(query)
        }
    }
}

/// What a check of any section's events works with: a fresh storage and ways to put events into it.
struct SectionBench: EventBench {
    let section: EventSection
    let subject: StorageSubject
    let storage: any PortalStorage
    let eventStore: any EventStore

    init(_ section: EventSection, _ subject: StorageSubject, _ storage: any PortalStorage) throws {
        self.section = section
        self.subject = subject
        self.storage = storage
        eventStore = try section.store(storage)
    }

    /// The same storage closed and opened again, or as it is where it may forget.
    func reopened() async throws -> SectionBench {
        guard let reopen = subject.reopen else { return self }
        return try await SectionBench(section, subject, reopen(storage))
    }

    /// Stores events, beside a new record where one is named.
    func commit(_ events: [PortalEvent], record: Int? = nil, announces: Bool = true) async throws -> Position {
        try await section.commit(storage, record, events, announces)
    }

    /// Forgets people; the position of the last event.
    func forget(_ people: Set<AccessKey>) async throws -> Position { try await section.forget(storage, people) }

    /// What happened to a subject; `nil` where the store cannot tell.
    func history(of subject: String, ascending: Bool = true) async throws -> [RecordedEvent]? {
        try await section.history?(storage, subject, ascending)
    }

    /// Stores events about something of which nothing is stored.
    func announce(_ events: PortalEvent..., announces: Bool = true) async throws {
        _ = try await commit(events, announces: announces)
    }
}
