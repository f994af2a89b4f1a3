#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The events of a section store's own commits: a feed to follow and a queue to work off. Every section store is one.
///
/// A commit appends its events, in order, at positions that rise. No position becomes visible before all lower ones. Events that
/// the commit marks to be announced also wait in the queue until somebody settles them.
///
/// The queue: a waiting ``QueueItem`` is either an event that nobody has looked at yet, or a ``Delivery`` that an event led to.
/// ``claim(_:)`` lends items out, ``settle(_:)`` takes them back. An item whose lease ends unsettled may be claimed again.
///
/// All requirements have defaults that suit a read-only adapter without events. The laws in SupportPortalTesting check each
/// sentence of these comments.
public protocol EventStore: Sendable {
    /// Events after a position, oldest first, filtered by the query.
    ///
    /// A `since` of `nil` asks for the end of the log: no events, and the position to go on from. The batch says how far it
    /// looked, which may be further than its last event; with a limit of zero or less it looks nowhere and answers `since` itself. The ends of
    /// the log are those of the moment at which the events are read, and trimming old events does not move the last one. Safe to repeat.
    /// - Throws: ``StorageError/Code/resyncRequired`` when events after `since` are not kept any more, or `since` lies beyond the end.
    func changes(_ query: ChangeQuery) async throws -> ChangeBatch

    /// Lends out up to `limit` waiting items that are due, the longest due first, until `leaseEnd`; ties go by position, then by id.
    ///
    /// An announced event is due from its own date on, a delivery from the date of its event, a failed item from when its settlement says,
    /// one on loan from when its lease ends.
    ///
    /// Of two calls at once, one gets an item. Within a ``QueueItem/lane`` only the first item that is neither settled nor parked
    /// can be claimed, so that nobody hears of a reply before the message it answers. Reads no clock: the claim says what time it is.
    func claim(_ claim: QueueClaim) async throws -> [QueueItem]

    /// Ends a loan: the item is done and gone for good, or waits for another try, or is parked; deliveries that follow from it are added in
    /// the same atomic step, none whose id waits or is parked already. A lease that has ended still settles while nobody else has the item.
    /// - Throws: ``StorageError/Code/leaseLost`` when the item is settled or lent to somebody else by now; nothing is changed then.
    func settle(_ settlement: Settlement) async throws

    /// Items that were given up, by position, then by id. The store makes up the cursor.
    func parked(_ page: PageRequest) async throws -> Page<QueueItem>

    /// Lets a parked item wait again, due from `now` on and with no failed tries; its last failure stays. An unknown or unparked id changes nothing.
    func unpark(_ id: QueueItem.ID, at now: Date) async throws
}

extension EventStore {
    /// No events: the end of an empty log.
    public func changes(_ query: ChangeQuery) async throws -> ChangeBatch {
        guard query.since ?? .start == .start else {
            throw StorageError(.resyncRequired, "this store keeps no events")
        }
        return ChangeBatch(events: [], position: .start)
    }

    /// Nothing waits.
    public func claim(_ claim: QueueClaim) async throws -> [QueueItem] { [] }

    /// Nothing can be on loan.
    public func settle(_ settlement: Settlement) async throws {
        throw StorageError(.leaseLost, "this store keeps no queue")
    }

    /// Nothing is parked.
    public func parked(_ page: PageRequest) async throws -> Page<QueueItem> { Page() }

    /// Nothing is parked.
    public func unpark(_ id: QueueItem.ID, at now: Date) async throws {}
}

/// The optional ability of a store to say that there is something new, so that followers need not poll.
public protocol ChangeSignalling: EventStore {
    /// Returns once there may be events after `position`; at once if there are. May return early, never late.
    /// - Throws: `CancellationError` when the task is cancelled.
    func waitForChange(after position: Position) async throws
}

/// Which events to read.
public struct ChangeQuery: Hashable, Sendable {
    /// Events after this; `nil` for none, just the end of the log.
    public var since: Position?
    /// The most events to return.
    public var limit: Int
    /// Whose events: those that bear one of these keys.
    public var scope: AccessScope
    /// Whether events that only agents may learn of are wanted.
    public var includesInternal: Bool

    /// Makes a query.
    public init(since: Position?, limit: Int = 100, scope: AccessScope = .everything, includesInternal: Bool = true) {
        self.since = since
        self.limit = limit
        self.scope = scope
        self.includesInternal = includesInternal
    }
}

/// An event and its place in the log.
public struct RecordedEvent: Hashable, Sendable, Codable {
    /// The place.
    public var position: Position
    /// The event.
    public var event: PortalEvent

    /// Makes a recorded event; stores do.
    public init(position: Position, event: PortalEvent) {
        self.position = position
        self.event = event
    }
}

/// Part of the log.
public struct ChangeBatch: Hashable, Sendable, Codable {
    /// The events, oldest first.
    public var events: [RecordedEvent]
    /// How far the log was read: ask for what comes after this next.
    public var position: Position

    /// Makes a batch; stores do.
    public init(events: [RecordedEvent], position: Position) {
        self.events = events
        self.position = position
    }
}
