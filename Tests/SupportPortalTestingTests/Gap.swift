import Synchronization

/// The time between looking and acting, which lasts until somebody else is in it, too: what makes a race certain.
final class Gap: Sendable {
    private let arrivals = Mutex(0)

    func cross() async {
        let arrival = arrivals.withLock { arrivals in
            arrivals += 1
            return arrivals
        }
        // Nobody else may come.
        for _ in 0..<1_000 where arrivals.withLock({ $0 == arrival }) { await Task.yield() }
    }
}
