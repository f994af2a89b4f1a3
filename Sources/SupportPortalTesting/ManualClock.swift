import Synchronization

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A clock that stands still until a test turns it. Whoever sleeps on it wakes when it has been turned far enough, so no test waits.
public final class ManualClock: Sendable {
    private struct Sleeper {
        var wakes: Date
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: Date
        var next = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    /// Makes a clock that shows an instant: 2026-01-15 09:00 UTC unless said otherwise.
    public init(_ now: Date = Date(timeIntervalSince1970: 1_768_467_600)) { state = Mutex(State(now: now)) }

    /// What the clock shows.
    public var now: Date { state.withLock(\.now) }

    /// How many sleep on it now.
    public var sleepers: Int { state.withLock(\.sleepers.count) }

    /// Turns the clock, and wakes whoever has slept long enough.
    public func advance(by duration: Duration) {
        let awake = state.withLock { state in
            state.now += duration / .seconds(1)
            let awake = state.sleepers.filter { $0.value.wakes <= state.now }
            for id in awake.keys { state.sleepers[id] = nil }
            return awake.values.sorted { $0.wakes < $1.wakes }
        }
        for sleeper in awake { sleeper.continuation.resume() }
    }

    /// Sleeps until the clock has been turned by a duration.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(_ duration: Duration) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (runs, watchers) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
                    if state.cancelled.remove(id) != nil || duration <= .zero { return (true, []) }
                    state.sleepers[id] = Sleeper(
                        wakes: state.now + duration / .seconds(1), continuation: continuation)
                    let ready = state.watchers.filter { $0.count <= state.sleepers.count }
                    state.watchers.removeAll { $0.count <= state.sleepers.count }
                    return (false, ready.map(\.continuation))
                }
                if runs { continuation.resume() }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume()
        }
        _ = state.withLock { $0.cancelled.remove(id) }
        try Task.checkCancellation()
    }

    /// Returns once at least so many sleep on the clock: the moment to turn it.
    public func waitForSleepers(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
