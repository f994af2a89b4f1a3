import Synchronization

/// What the threads of a log share. The writer's lock is held through a whole group, and others are taken inside it; none of those is
/// held through a call of the operating system or while another is taken.
final class LogCore: Sendable {
    let files: any FileSystem
    let directory: String
    let mode: LogMode
    let options: LogOptions
    /// What readers see; `nil` once it is closed.
    let state: Mutex<LogState?>
    let queue = Mutex(CommitQueue())
    /// Taken by the writing thread only; `nil` if the log was opened to read only, and once it is closed.
    let writer: Mutex<LogWriter?>
    private let lock: Mutex<(any FileLock)?>

    init(
        files: any FileSystem, directory: String, mode: LogMode, options: LogOptions, lock: (any FileLock)?, state: LogState,
        active: ActiveSegment?
    ) {
        self.files = files
        self.directory = directory
        self.mode = mode
        self.options = options
        self.lock = Mutex(lock)
        writer = Mutex(active.map { LogWriter($0, sequence: state.sequence) })
        self.state = Mutex(state)
    }

    /// What readers see now; stays as it is whatever happens later.
    func snapshot() throws(LogError) -> LogState {
        guard let snapshot = state.withLock({ $0 }) else { throw closed }
        return snapshot
    }

    var closed: LogError { LogError(.closed, "\(directory) is closed") }

    // MARK: Asking the writing thread

    /// Queues a request. The thread begins with the first one and ends when there is none left, so that nobody has to wake or stop it.
    func ask(_ request: CommitQueue.Request) {
        let mustStart = queue.withLock { $0.add(request) }
        if mustStart { BackgroundThread.run { self.work() } }
    }

    /// Queues a commit, unless it is too late for that.
    func queueCommit(_ waiting: CommitQueue.Waiting) {
        let mustStart: Bool? = queue.withLock { $0.isClosed ? nil : $0.add(.commit(waiting)) }
        switch mustStart {
        case nil: waiting.continuation.resume(throwing: closed)
        case true?: BackgroundThread.run { self.work() }
        case false?: break
        }
    }

    private func work() {
        while let batch = nextBatch() {
            switch batch {
            case .group(let group):
                let outcomes = writer.withLock { write(group, &$0) }
                for outcome in outcomes { outcome.continuation.resume(with: outcome.result) }
                writer.withLock { keepHouse(&$0) }
            case .other(.commit(let waiting)): waiting.continuation.resume(throwing: closed)
            case .other(.sync): writer.withLock { syncInTime(&$0) }
            case .other(.compact(let continuation)):
                if let error = writer.withLock({ beginCompaction(continuation, &$0) }) { continuation.resume(throwing: error) }
            case .other(.swing(let compaction, let copied, let start)): swing(compaction, copied, from: start)
            case .other(.compacted(let error)): endCompaction(error)
            case .other(.close(let continuation)): close(continuation)
            }
        }
    }

    /// What is next, `nil` if the thread is to end. A lone writer is back soon: waiting for it a little is cheaper than a new thread.
    private func nextBatch() -> CommitQueue.Batch? {
        let deadline = ContinuousClock.now + .microseconds(50)
        while true {
            let isLast = ContinuousClock.now >= deadline
            if let batch = queue.withLock({ $0.next(orEnd: isLast) }) { return batch }
            if isLast { return nil }
            BackgroundThread.yield()
        }
    }

    // MARK: Closing

    private func close(_ continuation: CheckedContinuation<Void, any Error>) {
        state.withLock { $0?.isClosing = true }
        let mustWait = writer.withLock { writer in
            guard writer?.compactionWaiters != nil else { return false }
            writer?.closeWaiters.append(continuation)
            return true
        }
        if mustWait { return }
        let error = writer.withLock { finish(&$0) }
        if let error { continuation.resume(throwing: error) } else { continuation.resume() }
    }

    /// Leaves clean lines behind, with a last one that vouches for all others, and lets everything go.
    func finish(_ writer: inout LogWriter?) -> LogError? {
        var error: LogError?
        if var last = writer, last.failure == nil {
            do { try seal(&last) } catch let problem { error = LogError(problem) }
        }
        writer = nil
        state.withLock { $0 = nil }
        lock.withLock { $0 = nil }
        return error
    }
}
