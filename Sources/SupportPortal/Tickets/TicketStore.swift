#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Stores tickets, their messages and the events that they caused. Rules live above it: an adapter only stores and finds.
///
/// A read-only adapter writes the finding functions without a default; ``commit(_:)`` then throws ``StorageError/Code/readOnly``. Each sentence of these
/// comments is a law in SupportPortalTesting, to be run against any adapter.
public protocol TicketStore: EventStore {
    /// The ticket with an id, or `nil` when there is none within the scope.
    func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket?

    /// The tickets that match, in the order asked for: by ``Ticket/sortValue(_:)``, equal ones by the bytes of their ids, both
    /// ascending or both descending. At most `limit`, beginning after the cursor; ``Page/next`` is `nil` when no more match.
    func tickets(_ query: TicketQuery) async throws -> Page<Ticket>

    /// How many tickets match, by status: the same as reading all pages and counting. Statuses without tickets are left out.
    func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int]

    /// The messages of a ticket that match, by ``Message/index``, ascending or descending.
    func messages(_ query: MessageQuery) async throws -> Page<Message>

    /// Which of these numbers are in use.
    func takenNumbers(among numbers: Set<TicketNumber>) async throws -> Set<TicketNumber>

    /// What was submitted under a key, unless it has expired by `now`.
    func submission(_ key: String, at now: Date) async throws -> Submission?

    /// The tickets in which all the words are found, by ``TicketSearch/sortValue(rank:of:)`` of their ``TicketSearch/rank(of:_:)``, falling. No words
    /// find nothing. The default reads everything within the scope.
    func search(_ search: TicketSearch) async throws -> Page<Ticket>

    /// The events of a ticket's own commits, by position. They are kept as long as the ticket is, however short the change feed.
    func history(_ query: HistoryQuery) async throws -> Page<RecordedEvent>

    /// The desk records that match, by the bytes of owner and key.
    func records(_ query: DeskRecordQuery) async throws -> Page<DeskRecord>

    /// Which of these files are attached to a message and not ``FileAttachment/removed``. A store that cannot tell says all of them, so that none is taken
    /// for left over; then none can be sent again, and none goes when it is time.
    func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID>

    /// Stores everything in the commit, or nothing. When it returns, readers see it, and it is as durable as the store is.
    /// - Returns: the position of the last event of the log.
    /// - Throws: ``StorageError/Code/conflict`` when the revision of a ticket, message or expected record is not the stored one (0 for one that
    ///   must not exist), or a message's place is taken; ``StorageError/Code/duplicateNumber``; ``StorageError/Code/duplicateSubmission`` when the
    ///   key was stored before and has not expired; ``StorageError/Code/limitReached``. Where several apply, a repeated submission comes first,
    ///   then limits, then the tickets in their order (for each the revision before the number), then the messages, then the records.
    func commit(_ commit: TicketCommit) async throws -> Position
}

extension TicketStore {
    /// For read-only adapters: none, as no number will be given out.
    public func takenNumbers(among numbers: Set<TicketNumber>) async throws -> Set<TicketNumber> { [] }

    /// For read-only adapters: nothing was submitted.
    public func submission(_ key: String, at now: Date) async throws -> Submission? { nil }

    /// For adapters without a history: nothing is known.
    public func history(_ query: HistoryQuery) async throws -> Page<RecordedEvent> { Page() }

    /// For read-only adapters: there are none.
    public func records(_ query: DeskRecordQuery) async throws -> Page<DeskRecord> { Page() }

    /// For read-only adapters: refuses.
    /// - Throws: ``StorageError/Code/readOnly``.
    public func commit(_ commit: TicketCommit) async throws -> Position {
        throw StorageError(.readOnly, "this ticket store cannot be written")
    }
}

/// Everything that one step changes.
///
/// What a store may rely on: a ticket, message or record is named once, the ticket of a message is stored or part of the commit, a message that
/// is new to a ticket takes a place above all that the ticket ever had, ids of new messages and events are new unless chance is broken, no text
/// holds NUL, no ticket was active before it was opened, and instants are whole milliseconds. Revisions are compared as they are before the commit; then the erasure comes first, so that
/// what the commit itself stores stays.
public struct TicketCommit: Hashable, Sendable {
    /// When: what a store compares the expiry of submissions with.
    public var date: Date
    /// Tickets to insert (revision 0) or to replace (the revision that is stored). They are stored under the next revision.
    public var tickets: [Ticket]
    /// Messages to insert (revision 0) or to replace (the revision that is stored), also in another ticket. They are stored under the next
    /// revision.
    public var messages: [Message]
    /// What happened, in order.
    public var events: [PortalEvent]
    /// Whether the events also wait in the queue until they are settled. Without, they are in the change feed only.
    public var announces: Bool
    /// That this was submitted.
    public var submission: Submission?
    /// Desk records to change.
    public var records: [DeskRecordChange]
    /// How many tickets there may be before the commit; checked in the same atomic step.
    public var limits: [TicketLimit] = []
    /// What is to be forgotten.
    public var erasure: Erasure?

    /// Makes a commit.
    public init(
        date: Date, tickets: [Ticket] = [], messages: [Message] = [], events: [PortalEvent] = [], announces: Bool = true,
        submission: Submission? = nil, records: [DeskRecordChange] = []
    ) {
        self.date = date
        self.tickets = tickets
        self.messages = messages
        self.events = events
        self.announces = announces
        self.submission = submission
        self.records = records
    }
}

/// A commit is refused when there are as many tickets as this allows, or more: what keeps floods out.
public struct TicketLimit: Hashable, Sendable {
    /// Whose tickets count.
    public var scope: AccessScope
    /// Which of them.
    public var filter: TicketFilter
    /// How many there may be with the new one.
    public var maximum: Int

    /// Makes a limit.
    public init(_ maximum: Int, in scope: AccessScope, filter: TicketFilter = TicketFilter()) {
        self.maximum = maximum
        self.scope = scope
        self.filter = filter
    }
}
