import Synchronization

// What the writing thread has to do with compaction; the copying is done by a thread of its own.
extension LogCore {
    func compactIfWorthIt(_ writer: inout LogWriter) {
        guard let share = options.garbageShare, writer.compactionWaiters == nil else { return }
        let isWorthIt = state.withLock { state in state.map { $0.garbageShare > share } ?? false }
        if isWorthIt { startCompaction(&writer) }
    }

    /// Begins a compaction, or joins the one that is going on.
    func compact(_ continuation: CheckedContinuation<Void, any Error>) {
        if let error = writer.withLock({ join(continuation, &$0) }) { continuation.resume(throwing: error) }
    }

    private func join(_ continuation: CheckedContinuation<Void, any Error>, _ slot: inout LogWriter?) -> LogError? {
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
            do {
                let usage = try compaction.run()
                self.ask { $0.beginSwinging(compaction, usage) }
            } catch {
                let error = LogError(error)
                if error.code == .damaged { self.indexFiles.distrust() }
                self.ask { $0.endCompaction(error) }
            }
        }
    }

    private func beginSwinging(_ compaction: Compaction, _ usage: LogState.Usage) {
        writer.withLock { $0?.isSwinging = true }
        state.withLock { $0?.segments[compaction.target] = usage }
        swing(compaction, usage, from: 0)
    }

    /// Makes the index point into the new segment, so many records at a time, with commits getting their turn in between.
    ///
    /// Done by the writing thread, as a commit that was found to change an entry must still find it when it is stored.
    private func swing(_ compaction: Compaction, _ usage: LogState.Usage, from start: Int) {
        BackgroundThread.run {
            do {
                let (moves, end) = try compaction.moves(usage, from: start)
                self.ask { core in
                    do { try core.enter(moves, compaction) } catch { return core.abandonSwinging(LogError(error)) }
                    guard end < usage.end else { return core.endSwinging(compaction) }
                    core.whenIndexIsSmall { $0.swing(compaction, usage, from: end) }
                }
            } catch {
                let error = LogError(error)
                self.ask { $0.abandonSwinging(error) }
            }
        }
    }

    private func enter(_ moves: [Compaction.Move], _ compaction: Compaction) throws {
        guard var changed = state.withLock({ $0 }) else { return }
        for move in moves { try changed.move(move.key, from: compaction.sources, to: move.place) }
        let state = changed
        self.state.withLock { $0 = state }
        writer.withLock { writer in
            if var some = writer {
                indexIfWorthIt(&some)
                writer = some
            }
        }
    }

    /// Goes on at once, or when the index has been written to files if it has become too large meanwhile.
    private func whenIndexIsSmall(_ step: @escaping @Sendable (LogCore) -> Void) {
        let isLarge = state.withLock { $0?.index.overlay.count ?? 0 } > 2 * options.overlaySize
        let mustWait = writer.withLock { writer in
            guard isLarge, writer?.isIndexing == true else { return false }
            writer?.afterIndexing.append(step)
            return true
        }
        if !mustWait { step(self) }
    }

    /// Both the old segments and the new one stay in use; the next opening puts that right.
    private func abandonSwinging(_ error: LogError) {
        if error.code == .damaged { indexFiles.distrust() }
        endCompaction(error)
    }

    private func endSwinging(_ compaction: Compaction) {
        let isSettled = state.withLock { state in
            guard
                state?.segments.values.allSatisfy({ !compaction.sources.contains($0.segment.number) || $0.liveRecords == 0 })
                    == true
            else { return false }
            for source in compaction.sources { state?.segments[source] = nil }
            // What was damaged is set aside, and nothing points to it any more.
            state?.missing = []
            return true
        }
        guard isSettled else {
            return abandonSwinging(LogError(.damaged, "records were left behind in segments that were compacted"))
        }
        let isIndexing = writer.withLock { writer in
            writer?.isSwinging = false
            return writer?.isIndexing ?? false
        }
        // The files of the index must cover the new segment before the old ones go, and what they say of removed records goes as well.
        let step: @Sendable (LogCore) -> Void = { core in
            core.writer.withLock { writer in
                writer?.mergesAll = true
                writer?.afterIndexing.append { $0.removeSources(compaction) }
                if var some = writer {
                    core.startIndexing(&some)
                    writer = some
                }
            }
            let isIndexing = core.writer.withLock { $0?.isIndexing ?? false }
            if !isIndexing { core.endIndexing(isWell: false) }
        }
        if isIndexing { writer.withLock { $0?.afterIndexing.append(step) } } else { step(self) }
    }

    private func removeSources(_ compaction: Compaction) {
        writer.withLock { $0?.mergesAll = false }
        BackgroundThread.run {
            var error: LogError?
            do {
                try self.indexFiles.forgetCheckpoint(without: compaction.target)
                try compaction.removeSources()
            } catch let problem {
                // Nothing points to the old segments any more, but whoever asked must know that their bytes are still there.
                error = LogError(problem)
            }
            let outcome = error
            self.ask { $0.endCompaction(outcome) }
        }
    }

    /// Tells those who wait, and closes the log if that was waiting for it.
    private func endCompaction(_ error: LogError?) {
        let waiters = writer.withLock { writer in
            defer { writer?.compactionWaiters = nil }
            return writer?.compactionWaiters ?? []
        }
        for waiter in waiters {
            if let error { waiter.resume(throwing: error) } else { waiter.resume() }
        }
        closeIfIdle()
    }
}
