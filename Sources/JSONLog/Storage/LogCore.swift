import Synchronization

/// What the threads of a log share. The writer's lock is held through a whole group, and others are taken inside it; none of those is
/// held through a call of the operating system or while another is taken.
final class LogCore: Sendable {
    let files: any FileSystem
    let directory: String
    let mode: LogMode
    let options: LogOptions
    let indexFiles: IndexFiles
    /// What readers see; `nil` once it is closed. Changed by the writing thread only.
    let state: Mutex<LogState?>
    let queue = Mutex(CommitQueue())
    /// Taken by the writing thread only; `nil` if the log was opened to read only, and once it is closed.
    let writer: Mutex<LogWriter?>
    private let lock: Mutex<(any FileLock)?>

    init(
        files: any FileSystem, directory: String, mode: LogMode, options: LogOptions, lock: (any FileLock)?,
        indexFiles: IndexFiles, state: LogState, active: ActiveSegment?, uncovered: Int
    ) {
        self.files = files
        self.directory = directory
        self.mode = mode
        self.options = options
        self.indexFiles = indexFiles
        self.lock = Mutex(lock)
        writer = Mutex(active.map { LogWriter($0, sequence: state.sequence, uncovered: uncovered) })
        self.state = Mutex(state)
    }

    /// What readers see now; stays as it is whatever happens later.
    func reader() throws(LogError) -> LogReader {
        guard let state = state.withLock({ $0 }) else { throw closed }
        return LogReader(state: state, indexFiles: indexFiles)
    }

    var closed: LogError { LogError(.closed, "\(directory) is closed") }

    // MARK: Asking the writing thread

    /// Has something done by the writing thread, between groups of commits. The thread begins with the first request and ends when there is
    /// none left, so that nobody has to wake or stop it.
    func ask(_ step: @escaping @Sendable (LogCore) -> Void) {
        let mustStart = queue.withLock { $0.add(.step(step)) }
        if mustStart { BackgroundThread.run { self.work() } }
    }

    /// Queues a commit, unless it is too late for that.
    func queueCommit(_ waiting: CommitQueue.Waiting) {
        let mustStart: Bool? = queue.withLock { $0.isClosed ? nil : $0.add(.commit(waiting)) }
        switch mustStart {
        case nil: waiting.refuse(closed)
        case true?: BackgroundThread.run { self.work() }
        case false?: break
        }
    }

    private func work() {
        while let batch = nextBatch() {
            switch batch {
            case .group(let group):
                let (outcomes, hasWritten) = writer.withLock { slot in
                    let end = slot?.active.end
                    let outcomes = write(group, &slot)
                    return (outcomes, slot?.active.end != end)
                }
                for outcome in outcomes { outcome.tell() }
                if hasWritten { writer.withLock { keepHouse(&$0) } }
            case .step(let step): step(self)
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

    func close(_ continuation: CheckedContinuation<Void, any Error>) {
        let mustStart = queue.withLock { queue in
            queue.isClosed = true
            return queue.add(.step { $0.closeOrWait(continuation) })
        }
        if mustStart { BackgroundThread.run { self.work() } }
    }

    private func closeOrWait(_ continuation: CheckedContinuation<Void, any Error>) {
        state.withLock { $0?.isClosing = true }
        writer.withLock { $0?.closeWaiters.append(continuation) }
        let isClosed = writer.withLock { $0 == nil }
        if !isClosed { return closeIfIdle() }
        state.withLock { $0 = nil }
        continuation.resume()
    }

    /// Closes the log if that is wanted and nothing else is going on.
    func closeIfIdle() {
        let (waiters, error) = writer.withLock { slot -> ([CheckedContinuation<Void, any Error>], LogError?) in
            guard let writer = slot, !writer.closeWaiters.isEmpty, writer.compactionWaiters == nil, !writer.isIndexing else {
                return ([], nil)
            }
            return (writer.closeWaiters, finish(&slot))
        }
        for waiter in waiters {
            if let error { waiter.resume(throwing: error) } else { waiter.resume() }
        }
    }

    /// Lets everything go, as a crash would.
    func abandon() {
        writer.withLock { $0 = nil }
        state.withLock { $0 = nil }
        lock.withLock { $0 = nil }
    }

    /// Leaves clean lines behind, with a last one that vouches for all others, and lets everything go.
    private func finish(_ writer: inout LogWriter?) -> LogError? {
        var error: LogError?
        if var last = writer, last.failure == nil {
            do {
                try seal(&last)
                // In the midst of a compaction the index is of neither the old segments nor the new one; the files cover the old ones.
                if last.uncovered >= options.checkpointSize, !last.isSwinging { writeIndex(last) }
            } catch let problem { error = LogError(problem) }
        }
        writer = nil
        state.withLock { $0 = nil }
        lock.withLock { $0 = nil }
        return error
    }
}
