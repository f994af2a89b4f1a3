import Synchronization

/// Asks the host's code, which may be slow or fail, and does without an answer when it takes too long.
final class Patience: Sendable {
    private let deadline: Duration
    private let environment: PortalEnvironment
    private let pending = Mutex(0)

    /// How many may be late at once: whoever never answers is soon not asked any more.
    private static let most = 8

    init(_ deadline: Duration, _ environment: PortalEnvironment) {
        self.deadline = deadline
        self.environment = environment
    }

    /// The answer; `nil` when it does not come in time or the asker is cancelled. What it throws is reported.
    func ask<Answer: Sendable>(_ work: @escaping @Sendable () async throws -> Answer) async -> Answer? {
        let mayAsk = pending.withLock { pending in
            guard pending < Self.most else { return false }
            pending += 1
            return true
        }
        guard mayAsk else { return nil }
        let first = FirstAnswer<Answer>()
        // Not children of this task: it would have to wait for one that does not heed its cancellation.
        let call = Task {
            defer { pending.withLock { $0 -= 1 } }
            do { first.give(try await work()) } catch {
                if !(error is CancellationError) { environment.report(error) }
                first.give(nil)
            }
        }
        let alarm = Task {
            do { try await environment.sleep(deadline) } catch {}
            first.give(nil)
        }
        let answer = await withTaskCancellationHandler {
            await first.value
        } onCancel: {
            first.give(nil)
        }
        call.cancel()
        alarm.cancel()
        return answer
    }
}

/// The first of several answers; later ones do not matter.
private final class FirstAnswer<Answer: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Answer?, Never>)
        case given(Answer?)
    }

    private let state = Mutex(State.open)

    /// To be awaited once.
    var value: Answer? {
        get async {
            await withCheckedContinuation { continuation in
                let given = state.withLock { state -> Answer?? in
                    if case .given(let answer) = state { return .some(answer) }
                    state = .awaited(continuation)
                    return nil
                }
                if let given { continuation.resume(returning: given) }
            }
        }
    }

    func give(_ answer: Answer?) {
        let waiting = state.withLock { state -> CheckedContinuation<Answer?, Never>? in
            switch state {
            case .open:
                state = .given(answer)
                return nil
            case .awaited(let continuation):
                state = .given(nil)
                return continuation
            case .given: return nil
            }
        }
        waiting?.resume(returning: answer)
    }
}
