#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Stores tickets, their messages and the events that they caused. Rules live above it: an adapter only stores and finds.
///
/// A read-only adapter writes the four finding functions; ``commit(_:)`` then throws ``StorageError/Code/readOnly``. Each sentence of these
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

    /// Stores everything in the commit, or nothing. When it returns, readers see it, and it is as durable as the store is.
    /// - Returns: the position of the last event of the log.
    /// - Throws: ``StorageError/Code/conflict`` when a ticket's revision is not the stored one (0 for a ticket that must not exist), or a
    ///   message's id or place is taken; ``StorageError/Code/duplicateNumber``; ``StorageError/Code/duplicateSubmission`` when the key was
    ///   stored before and has not expired. Where several apply, a repeated submission comes first, then the tickets in their order (for each
    ///   the revision before the number), then the messages.
    func commit(_ commit: TicketCommit) async throws -> Position
}

extension TicketStore {
    /// For read-only adapters: none, as no number will be given out.
    public func takenNumbers(among numbers: Set<TicketNumber>) async throws -> Set<TicketNumber> { [] }

    /// For read-only adapters: nothing was submitted.
    public func submission(_ key: String, at now: Date) async throws -> Submission? { nil }

    /// For read-only adapters: refuses.
    /// - Throws: ``StorageError/Code/readOnly``.
    public func commit(_ commit: TicketCommit) async throws -> Position {
        throw StorageError(.readOnly, "this ticket store cannot be written")
    }
}

/// Everything that one step changes.
///
/// What a store may rely on: a ticket is named once, the ticket of a message is stored or part of the commit, the messages of a ticket take the
/// places that follow its last one without a gap, ids of messages and events are new unless chance is broken, no text holds NUL, and instants
/// are whole milliseconds.
public struct TicketCommit: Hashable, Sendable {
    /// When: what a store compares the expiry of submissions with.
    public var date: Date
    /// Tickets to insert (revision 0) or to replace (the revision that is stored). They are stored under the next revision.
    public var tickets: [Ticket]
    /// Messages to insert.
    public var messages: [Message]
    /// What happened, in order.
    public var events: [PortalEvent]
    /// Whether the events also wait in the queue until they are settled. Without, they are in the change feed only.
    public var announces: Bool
    /// That this was submitted.
    public var submission: Submission?

    /// Makes a commit.
    public init(
        date: Date, tickets: [Ticket] = [], messages: [Message] = [], events: [PortalEvent] = [], announces: Bool = true,
        submission: Submission? = nil
    ) {
        self.date = date
        self.tickets = tickets
        self.messages = messages
        self.events = events
        self.announces = announces
        self.submission = submission
    }
}
