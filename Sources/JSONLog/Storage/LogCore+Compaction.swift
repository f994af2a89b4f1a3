import Synchronization

// What the writing thread has to do with compaction; the copying is done by a thread of its own.
extension LogCore {
    func compactIfWorthIt(_ writer: inout LogWriter) {
        guard let share = options.garbageShare, writer.compactionWaiters == nil else { return }
        let isWorthIt = state.withLock { state in state.map { $0.garbageShare > share } ?? false }
        if isWorthIt { startCompaction(&writer) }
    }

    /// Begins a compaction, or joins the one that is going on; an error if neither can be.
    func beginCompaction(_ continuation: CheckedContinuation<Void, any Error>, _ slot: inout LogWriter?) -> LogError? {
        guard var writer = slot else { return closed }
        defer { slot = writer }
        if let failure = writer.failure { return failure }
        if writer.compactionWaiters == nil { startCompaction(&writer) }
        guard writer.compactionWaiters != nil else {
            return writer.failure ?? LogError(.diskFull, "no new segment could be made in \(directory)")
        }
        writer.compactionWaiters?.append(continuation)
        return nil
    }

    private func startCompaction(_ writer: inout LogWriter) {
        // The number between the old segment and the new one is left for the compacted one: what is written from now on comes after it.
        guard rotate(&writer, by: 2), let snapshot = state.withLock({ $0 }) else { return }
        let compaction = Compaction(core: self, snapshot: snapshot, target: writer.active.segment.number - 1)
        writer.compactionWaiters = []
        BackgroundThread.run {
            do { self.ask(.swing(compaction, try compaction.run(), from: 0)) } catch { self.ask(.compacted(LogError(error))) }
        }
    }

    /// Makes the key table point into the new segment, so many entries at a time, with other requests getting their turn in between.
    ///
    /// Done by the writing thread, as a commit that was found to change an entry must still find it when it is stored.
    func swing(_ compaction: Compaction, _ copied: Compaction.Copied, from start: Int) {
        let end = min(start + 1024, copied.moves.count)
        state.withLock { state in
            if start == 0 { state?.segments[compaction.target] = copied.usage }
            for move in copied.moves[start..<end] { state?.move(move.entry, to: move.place, move.hash) }
            guard end == copied.moves.count else { return }
            for source in copied.sources { state?.segments[source.segment.number] = nil }
        }
        if end < copied.moves.count { return ask(.swing(compaction, copied, from: end)) }
        BackgroundThread.run {
            compaction.removeSources()
            self.ask(.compacted(nil))
        }
    }

    /// Tells those who wait, and closes the log if that was waiting for it.
    func endCompaction(_ error: LogError?) {
        let (waiters, closing, closingError) = writer.withLock { writer in
            let waiters = writer?.compactionWaiters ?? []
            let closing = writer?.closeWaiters ?? []
            writer?.compactionWaiters = nil
            writer?.closeWaiters = []
            return (waiters, closing, closing.isEmpty ? nil : finish(&writer))
        }
        for waiter in waiters {
            if let error { waiter.resume(throwing: error) } else { waiter.resume() }
        }
        for waiter in closing {
            if let closingError { waiter.resume(throwing: closingError) } else { waiter.resume() }
        }
    }
}
