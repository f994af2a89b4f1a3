import Synchronization

/// Tasks that wait for a change. Wakes them outside the lock.
final class ChangeWaiters: Sendable {
    private struct State {
        var next = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Waits until ``wake()``, unless `isThere` says after registering that there is nothing to wait for.
    func wait(unless isThere: @Sendable () -> Bool) async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if isCancelled {
                    continuation.resume()
                } else if isThere() {
                    state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
                }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                let continuation = state.waiting.removeValue(forKey: id)
                if continuation == nil { state.cancelled.insert(id) }
                return continuation
            }
            continuation?.resume()
        }
        _ = state.withLock { $0.cancelled.remove(id) }
        try Task.checkCancellation()
    }

    /// Wakes everybody.
    func wake() {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }
}
