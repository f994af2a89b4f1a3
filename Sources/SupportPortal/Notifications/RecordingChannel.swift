import Synchronization

/// Keeps what it is told to deliver in memory, for tests and examples; can be told to fail. Drops repeats by their key.
public final class RecordingChannel: NotificationChannel {
    private struct State {
        var notices: [Notice] = []
        var seen: Set<QueueItem.ID> = []
        var attempts = 0
        var failure: (@Sendable (Notice) -> DeliveryFailure?)?
    }

    /// The name.
    public let name: String
    private let state = Mutex(State())

    /// Makes an empty channel.
    public init(name: String = "recording") { self.name = name }

    /// What was delivered, in order, each once.
    public var notices: [Notice] { state.withLock(\.notices) }
    /// How often delivery was tried, failures included.
    public var attempts: Int { state.withLock(\.attempts) }

    /// From now on fails with what the closure returns; `nil` delivers.
    public func fail(_ failure: (@Sendable (Notice) -> DeliveryFailure?)?) {
        state.withLock { $0.failure = failure }
    }

    /// Forgets what was delivered and returns it.
    @discardableResult
    public func drain() -> [Notice] {
        state.withLock { state in
            defer { state.notices = [] }
            return state.notices
        }
    }

    /// Keeps the notice, or throws what ``fail(_:)`` asked for.
    public func deliver(_ notice: Notice) async throws {
        try state.withLock { state in
            state.attempts += 1
            if let failure = state.failure?(notice) { throw failure }
            if state.seen.insert(notice.id).inserted { state.notices.append(notice) }
        }
    }
}

/// Delivers nothing, successfully.
public struct NoOpChannel: NotificationChannel {
    /// The name.
    public let name: String

    /// Makes a channel.
    public init(name: String = "no-op") { self.name = name }

    /// Does nothing.
    public func deliver(_ notice: Notice) async throws {}
}
