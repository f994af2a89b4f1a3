import Synchronization

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Tickets in memory. Pages by latest activity and counts by status cost the same however many tickets there are; other orders and filters
/// look at the tickets within the scope.
public final class InMemoryTicketStore: TicketStore, ChangeSignalling {
    private struct State {
        var tickets: TicketIndex
        var messages = MessageShelf()
        var words = TicketWords()
        var records = DeskRecordShelf()
        /// By the bytes of their keys.
        var submissions: [Identifier<Submission>: Submission] = [:]
        /// Submissions by when they expire, to forget them in time.
        var expiries = OrderedIndex<OrderedEntry<Date>>()
        var journal: EventJournal
    }

    private let state: Mutex<State>
    private let waiters = ChangeWaiters()

    /// Makes an empty store.
    ///
    /// Parameter `keptEvents`: how many events the change feed keeps at least.
    public init(keptEvents: Int = 100_000) {
        state = Mutex(State(tickets: TicketIndex(), journal: EventJournal(kept: keptEvents)))
    }

    // MARK: Finding

    /// See ``TicketStore/ticket(_:in:)``.
    public func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? {
        state.withLock { $0.tickets[id] }.flatMap { scope.contains($0.accessKeys) ? $0 : nil }
    }

    /// See ``TicketStore/tickets(_:)``.
    public func tickets(_ query: TicketQuery) async throws -> Page<Ticket> {
        try state.withLock { try $0.tickets.page(query) }
    }

    /// See ``TicketStore/counts(_:in:)``.
    public func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] {
        try state.withLock { try $0.tickets.counts(filter, in: scope) }
    }

    /// See ``TicketStore/messages(_:)``.
    public func messages(_ query: MessageQuery) async throws -> Page<Message> {
        state.withLock { $0.messages.page(query) }
    }

    /// See ``TicketStore/search(_:)``.
    public func search(_ search: TicketSearch) async throws -> Page<Ticket> {
        try state.withLock { state in
            state.words.catchUp()
            return try state.tickets.search(search, state.words, state.messages)
        }
    }

    /// See ``TicketStore/history(_:)``.
    public func history(_ query: HistoryQuery) async throws -> Page<RecordedEvent> {
        state.withLock { $0.journal.history(query) }
    }

    /// See ``TicketStore/records(_:)``.
    public func records(_ query: DeskRecordQuery) async throws -> Page<DeskRecord> {
        state.withLock { $0.records.page(query) }
    }

    /// See ``TicketStore/attachedFiles(among:)``.
    public func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> {
        state.withLock { state in files.filter(state.messages.isAttached) }
    }

    /// See ``TicketStore/takenNumbers(among:)``.
    public func takenNumbers(among numbers: Set<TicketNumber>) async throws -> Set<TicketNumber> {
        state.withLock { state in numbers.filter { state.tickets.id(of: $0) != nil } }
    }

    /// See ``TicketStore/submission(_:at:)``.
    public func submission(_ key: String, at now: Date) async throws -> Submission? {
        state.withLock { $0.submissions[Identifier(key)] }.flatMap { now < $0.expires ? $0 : nil }
    }

    // MARK: Storing

    /// See ``TicketStore/commit(_:)``.
    public func commit(_ commit: TicketCommit) async throws -> Position {
        let position = try state.withLock { state in
            try Self.check(commit, state)
            Self.store(commit, &state)
            return state.journal.end
        }
        if !commit.events.isEmpty { waiters.wake() }
        return position
    }

    private static func check(_ commit: TicketCommit, _ state: borrowing State) throws {
        if let submission = commit.submission, let earlier = state.submissions[Identifier(submission.key)],
            commit.date < earlier.expires
        {
            throw StorageError(.duplicateSubmission, "was submitted before", submission: earlier)
        }
        for limit in commit.limits {
            let count = try state.tickets.counts(limit.filter, in: limit.scope).values.reduce(0, +)
            guard count < limit.maximum else { throw StorageError(reached: limit) }
        }
        var numbers: Set<TicketNumber> = []
        var ids: Set<Ticket.ID> = []
        for ticket in commit.tickets {
            let stored = state.tickets[ticket.id]
            guard stored?.revision ?? .unsaved == ticket.revision, ids.insert(ticket.id).inserted else {
                throw StorageError(
                    .conflict, "ticket \(ticket.id) is not at revision \(ticket.revision.rawValue)", current: stored?.revision)
            }
            let holder = state.tickets.id(of: ticket.number)
            guard holder == nil || holder == ticket.id, numbers.insert(ticket.number).inserted else {
                throw StorageError(.duplicateNumber, "another ticket has the number of ticket \(ticket.id)")
            }
        }
        try state.messages.check(commit.messages)
        try state.records.check(commit.records)
    }

    private static func store(_ commit: TicketCommit, _ state: inout State) {
        if let erasure = commit.erasure { erase(erasure, &state) }
        /// Tickets of which other words can be found than before.
        var replaced: Set<Ticket.ID> = []
        for ticket in commit.tickets {
            var ticket = ticket
            if let old = state.tickets[ticket.id], !old.hasSameWords(as: ticket) { replaced.insert(ticket.id) }
            ticket.revision = ticket.revision.next
            state.tickets.set(ticket)
        }
        // What was moved or changed is read anew, and the ticket that it came from.
        var changed = Set(
            commit.messages.filter { $0.revision != .unsaved }.flatMap { message in
                [message.ticket, state.messages[message.id]?.ticket].compactMap(\.self)
            })
        for ticket in commit.tickets where replaced.contains(ticket.id) { changed.insert(ticket.id) }
        state.messages.store(commit.messages)
        for ticket in commit.tickets where !changed.contains(ticket.id) { state.words.set(ticket) }
        for message in commit.messages where !changed.contains(message.ticket) { state.words.add(message) }
        for id in changed { readAnew(id, &state) }
        state.records.store(commit.records)
        while let oldest = state.expiries.first, oldest.value <= commit.date {
            state.expiries.remove(oldest)
            let key = Identifier<Submission>(oldest.id)
            if let submission = state.submissions[key], submission.expires <= commit.date {
                state.submissions[key] = nil
            }
        }
        if let submission = commit.submission {
            state.submissions[Identifier(submission.key)] = submission
            state.expiries.insert(OrderedEntry(value: submission.expires, id: submission.key))
        }
        state.journal.append(commit.events, announces: commit.announces)
    }

    private static func readAnew(_ id: Ticket.ID, _ state: inout State) {
        state.words.remove(id)
        guard let ticket = state.tickets[id] else { return }
        state.words.set(ticket)
        for message in state.messages.all(of: id) { state.words.add(message) }
    }

    private static func erase(_ erasure: Erasure, _ state: inout State) {
        for id in erasure.tickets {
            state.tickets.remove(id)
            state.messages.remove(of: id)
            state.words.remove(id)
        }
        if !erasure.tickets.isEmpty {
            state.submissions = state.submissions.filter { !erasure.tickets.contains($0.value.ticket) }
        }
        state.journal.erase(erasure)
    }

    // MARK: Events

    /// See ``EventStore/changes(_:)``.
    public func changes(_ query: ChangeQuery) async throws -> ChangeBatch {
        try state.withLock { try $0.journal.changes(query) }
    }

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
