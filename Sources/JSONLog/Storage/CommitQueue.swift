/// What waits for the thread that writes. A value, kept under a lock.
struct CommitQueue {
    /// A commit and who waits for it.
    struct Waiting {
        /// Makes the commit; hands back what to do when it is stored.
        var make: @Sendable (inout LogEditor) throws -> @Sendable () -> Void
        /// What to do if it is not.
        var refuse: @Sendable (any Error) -> Void
        /// Roughly how many bytes it writes.
        var size: Int
    }

    /// What the thread is asked to do.
    enum Request {
        case commit(Waiting)
        /// Something that is done between groups.
        case step(@Sendable (LogCore) -> Void)
    }

    /// What is done at a time.
    enum Batch {
        case group([Waiting])
        case step(@Sendable (LogCore) -> Void)
    }

    /// A group is not made longer than this by adding to it, so that nobody waits for too many others.
    private static let groupSize = 4 << 20

    private var requests: [Request] = []
    private var isRunning = false
    var isClosed = false

    /// Adds a request; says whether the thread must be started for it.
    mutating func add(_ request: Request) -> Bool {
        requests.append(request)
        defer { isRunning = true }
        return !isRunning
    }

    /// What is next, `nil` if there is nothing. Then the thread ends if it says so: it is started anew for the next request.
    mutating func next(orEnd ends: Bool) -> Batch? {
        guard let first = requests.first else {
            if ends { isRunning = false }
            return nil
        }
        if case .step(let step) = first {
            requests.removeFirst()
            return .step(step)
        }
        var group: [Waiting] = []
        var size = 0
        for request in requests {
            guard case .commit(let waiting) = request, size < Self.groupSize else { break }
            group.append(waiting)
            size += waiting.size
        }
        requests.removeFirst(group.count)
        return .group(group)
    }

    /// Takes out all commits: after one that failed none may succeed that was queued behind it.
    mutating func takeCommits() -> [Waiting] {
        var commits: [Waiting] = []
        requests.removeAll { request in
            guard case .commit(let waiting) = request else { return false }
            commits.append(waiting)
            return true
        }
        return commits
    }
}
