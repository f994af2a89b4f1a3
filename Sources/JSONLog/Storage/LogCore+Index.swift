import Synchronization

// The index in memory is written to files now and then: what was frozen by the writing thread is written by a thread of its own, one file at a time.
extension LogCore {
    /// What files cover when all that is frozen in a state is in them.
    struct Covered: Sendable {
        var state: LogState
        var active: ActiveSegment
    }

    /// On the writing thread: writes the index if it has become large.
    func indexIfWorthIt(_ writer: inout LogWriter) {
        guard !writer.isIndexing, let size = state.withLock({ $0?.index.overlay.count }) else { return }
        let isWorthIt = size >= max(options.overlaySize, writer.indexPause) || writer.uncovered >= 32 * options.checkpointSize
        if isWorthIt, writer.indexPause == 0 || size >= writer.indexPause { startIndexing(&writer) }
    }

    /// On the writing thread: begins to write the index.
    func startIndexing(_ writer: inout LogWriter) {
        guard !writer.isIndexing, writer.failure == nil else { return }
        // What is covered must outlive a power cut.
        if writer.durable < writer.sequence {
            do { try writer.sync() } catch { return }
        }
        if writer.frozen == nil {
            let active = writer.active
            writer.frozen = state.withLock { state in
                state?.index.freeze()
                return state.map { Covered(state: $0, active: active) }
            }
            writer.uncovered = 0
        }
        guard let covered = writer.frozen else { return }
        writer.isIndexing = true
        BackgroundThread.run {
            do {
                let run = try self.indexFiles.flush(covered.state.index)
                self.ask { $0.flushed(run, covered) }
            } catch {
                // The index stays in memory, which is well until there is room.
                self.ask { $0.endIndexing(isWell: false) }
            }
        }
    }

    private func flushed(_ run: IndexRun?, _ covered: Covered) {
        let index = state.withLock { state in
            state?.index.flushed(run)
            return state?.index
        }
        writer.withLock { $0?.frozen = nil }
        goOn(index, covered)
    }

    /// Makes the files so far count, and merges some if there are too many.
    private func goOn(_ index: OrderedIndex?, _ covered: Covered) {
        let (isSwinging, mergesAll) = writer.withLock { writer -> (Bool, Bool) in
            (writer?.isSwinging ?? true, writer?.mergesAll ?? false)
        }
        guard let index else { return endIndexing(isWell: false) }
        BackgroundThread.run {
            do {
                if !isSwinging { try self.indexFiles.save(covered.state, covered.active, index.runs) }
                let plan = mergesAll && index.runs.count > 1 ? index.runs : index.mergePlan
                guard let old = plan else { return self.ask { $0.endIndexing(isWell: true) } }
                let run = try self.indexFiles.merge(old)
                self.ask { core in
                    let index = core.state.withLock { state in
                        state?.index.merged(old, to: run)
                        return state?.index
                    }
                    core.goOn(index, covered)
                }
            } catch {
                if LogError(error).code == .damaged { self.indexFiles.distrust() }
                self.ask { $0.endIndexing(isWell: false) }
            }
        }
    }

    func endIndexing(isWell: Bool) {
        let size = state.withLock { $0?.index.overlay.count } ?? 0
        let waiting = writer.withLock { writer -> [@Sendable (LogCore) -> Void] in
            writer?.isIndexing = false
            writer?.indexPause = isWell ? 0 : size + options.overlaySize
            defer { writer?.afterIndexing = [] }
            return writer?.afterIndexing ?? []
        }
        for step in waiting { step(self) }
        closeIfIdle()
    }

    /// After opening, before anybody else has the log: covers what had to be read, if that was much.
    func coverIfWorthIt() {
        writer.withLock { writer in
            guard var some = writer, some.uncovered >= 32 * options.checkpointSize else { return }
            if writeIndex(some) { some.uncovered = 0 }
            writer = some
        }
    }

    /// On the writing thread, when no other thread is at work: writes the whole index, so that the next opening need not read the log. If that fails, it
    /// has to. Says whether it is well.
    @discardableResult
    func writeIndex(_ writer: LogWriter) -> Bool {
        guard var written = state.withLock({ $0 }) else { return false }
        do {
            try indexFiles.settle(&written.index)
            try indexFiles.save(written, writer.active, written.index.runs)
        } catch { return false }
        let state = written
        self.state.withLock { $0 = state }
        return true
    }
}
