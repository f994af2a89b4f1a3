/// A change of a ticket, as a session sees it.
public struct TicketChange<Record: Sendable>: Sendable {
    /// Where it stands in the feed: hand it back to go on from here.
    public let position: Position
    /// What happened.
    public let kind: PortalEvent.Kind
    /// The ticket that it happened to.
    public let ticket: Ticket.ID
    /// The ticket as it stands now, which may be later than the change; `nil` when it is out of the session's sight by now.
    public let record: Record?
}

/// The changes within a session's sight, oldest first, without end: an asynchronous sequence that can be resumed from any position.
///
/// It pulls from the store and holds nothing back, so however slow its reader is, no writer waits and no memory grows. What the session
/// has lost sight of shows once more as a change without a record, and never again.
public struct TicketFeed<Record: Sendable>: AsyncSequence, Sendable {
    /// A change.
    public typealias Element = TicketChange<Record>

    let store: any TicketStore
    let query: ChangeQuery
    /// Where it begins: changes after this.
    public let start: Position
    let environment: PortalEnvironment
    let idle: Duration
    let resolve: @Sendable (Ticket.ID) async throws -> Record?

    init(
        store: any TicketStore, query: ChangeQuery, start: Position, environment: PortalEnvironment, idle: Duration,
        resolve: @escaping @Sendable (Ticket.ID) async throws -> Record?
    ) {
        self.store = store
        self.query = query
        self.start = start
        self.environment = environment
        self.idle = idle
        self.resolve = resolve
    }

    /// Reads change after change.
    public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        let feed: TicketFeed
        /// How far the log was read: what to resume from, also where nothing within sight has happened for long.
        public private(set) var position: Position
        private var pending: ArraySlice<RecordedEvent> = []
        /// How far the log is read once the pending events are handed out.
        private var horizon: Position

        init(feed: TicketFeed, start: Position) {
            self.feed = feed
            position = start
            horizon = start
        }

        /// The next change; waits for it.
        /// - Throws: ``PortalError/Code/resyncRequired`` when the reader was so slow that what it has not seen is gone;
        ///   ``PortalError/Code/accessExpired``; what the store throws; `CancellationError`.
        public mutating func next() async throws -> TicketChange<Record>? {
            while pending.isEmpty {
                try Task.checkCancellation()
                position = horizon
                var query = feed.query
                query.since = position
                let batch = try await read(query)
                pending = batch.events[...]
                horizon = batch.position
                if pending.isEmpty, horizon == position { try await rest() }
            }
            let event = pending.removeFirst()
            position = event.position
            let id = Ticket.ID(event.event.subject)
            return TicketChange(position: position, kind: event.event.kind, ticket: id, record: try await feed.resolve(id))
        }

        private func read(_ query: ChangeQuery) async throws -> ChangeBatch {
            do {
                return try await feed.store.changes(query)
            } catch let error as StorageError where error.code == .resyncRequired {
                throw PortalError(.resyncRequired, error.message)
            }
        }

        private func rest() async throws {
            guard let store = feed.store as? any ChangeSignalling else { return try await feed.environment.sleep(feed.idle) }
            try await store.waitForChange(after: position)
        }
    }

    /// Begins at ``start``.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(feed: self, start: start) }
}
