/// What waits for the thread that writes. A value, kept under a lock.
struct CommitQueue {
    /// A commit and who waits for it.
    struct Waiting {
        var commit: PreparedCommit
        var continuation: CheckedContinuation<CommitReceipt, any Error>
    }

    /// What the thread is asked to do.
    enum Request {
        case commit(Waiting)
        /// The time is up for what was written in the relaxed mode.
        case sync
        case compact(CheckedContinuation<Void, any Error>)
        /// The live records have been copied; the entries from there on are still to be changed.
        case swing(Compaction, Compaction.Copied, from: Int)
        /// The compaction has ended, well or not.
        case compacted(LogError?)
        case close(CheckedContinuation<Void, any Error>)
    }

    /// What is done at a time.
    enum Batch {
        case group([Waiting])
        case other(Request)
    }

    /// A group is not made longer than this by adding to it, so that nobody waits for too many others.
    private static let groupSize = 4 << 20

    private var requests: [Request] = []
    private var isRunning = false
    private(set) var isClosed = false

    /// Adds a request; says whether the thread must be started for it.
    mutating func add(_ request: Request) -> Bool {
        if case .close = request { isClosed = true }
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
        guard case .commit = first else { return .other(requests.removeFirst()) }
        var group: [Waiting] = []
        var size = 0
        for request in requests {
            guard case .commit(let waiting) = request, size < Self.groupSize else { break }
            group.append(waiting)
            size += waiting.commit.size
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
