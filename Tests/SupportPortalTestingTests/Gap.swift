import Synchronization

/// The time between looking and acting. The first one in it waits until others have come, too, so that a race is certain, not
/// likely: for bugs whose laws surely send so many.
final class Gap: Sendable {
    private struct State {
        var arrivals = 0
        var first: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let crowd: Int

    /// - Parameter crowd: how many have to come, the first one included.
    init(crowd: Int = 2) { self.crowd = crowd }

    func cross() async {
        await withCheckedContinuation { continuation in
            let (mayGo, first) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
                state.arrivals += 1
                if state.arrivals == 1 {
                    state.first = continuation
                    return (false, nil)
                }
                guard state.arrivals == crowd else { return (true, nil) }
                defer { state.first = nil }
                return (true, state.first)
            }
            first?.resume()
            if mayGo { continuation.resume() }
        }
    }
}
