import Synchronization

// Runs on the writing thread.
extension LogCore {
    /// A commit that is settled; whoever waits for it is told when no lock is held.
    struct Outcome {
        var waiting: CommitQueue.Waiting
        var result: Result<@Sendable () -> Void, any Error>

        func tell() {
            switch result {
            case .success(let done): done()
            case .failure(let error): waiting.refuse(error)
            }
        }
    }

    /// Writes a group of commits with one sync, and shows it to readers.
    func write(_ group: [CommitQueue.Waiting], _ slot: inout LogWriter?) -> [Outcome] {
        guard var writer = slot, let state = state.withLock({ $0 }) else { return fail(group, closed) }
        defer { slot = writer }
        if let failure = writer.failure { return fail(group, failure) }
        let vouched = writer.durable
        var editor = LogEditor(state, indexFiles, writer.active, durable: vouched > writer.active.vouched ? vouched : nil)
        var outcomes: [Outcome] = []
        for waiting in group {
            editor.begin()
            do {
                let done = try waiting.make(&editor)
                try editor.end()
                outcomes.append(Outcome(waiting: waiting, result: .success(done)))
            } catch {
                editor.rollBack()
                outcomes.append(Outcome(waiting: waiting, result: .failure(error)))
            }
        }
        let bytes = editor.bytes
        guard !bytes.isEmpty else { return outcomes }
        if editor.isIndexSuspect { indexFiles.distrust() }
        do { try writer.active.segment.file.write(bytes, at: writer.active.end) } catch {
            writer.cutBack()
            let isCertain = writer.failure == nil
            let problem = isCertain ? LogError(error) : LogError(.unconfirmed, error.description)
            return refuse(outcomes, problem) + fail(queue.withLock { $0.takeCommits() }, writer.failure ?? problem)
        }
        let sequence = writer.sequence
        writer.sequence = editor.state.sequence
        if mode == .durable {
            do { try writer.sync() } catch {
                writer.sequence = sequence
                return refuse(outcomes, error) + fail(queue.withLock { $0.takeCommits() }, writer.failure ?? error)
            }
        }
        writer.active.vouched = max(writer.active.vouched, vouched)
        writer.active.end += bytes.count
        writer.uncovered += bytes.count
        writer.tailEnd = max(writer.tailEnd, writer.active.end)
        var shown = editor.state
        shown.segments[writer.active.segment.number]?.end = writer.active.end
        show(shown)
        return outcomes
    }

    /// Lets readers see a state.
    private func show(_ state: LogState) {
        // What it replaces is let go when the lock is not held.
        _ = self.state.withLock { shown in
            let old = shown
            shown = state
            return old
        }
    }

    /// The commits that would have been stored are not; those that were refused before stay refused for their own reason.
    private func refuse(_ outcomes: [Outcome], _ error: LogError) -> [Outcome] {
        outcomes.map { outcome in
            guard case .success = outcome.result else { return outcome }
            return Outcome(waiting: outcome.waiting, result: .failure(error))
        }
    }

    private func fail(_ commits: [CommitQueue.Waiting], _ error: LogError) -> [Outcome] {
        commits.map { Outcome(waiting: $0, result: .failure(error)) }
    }

    // MARK: Between groups

    /// What can wait until everybody has been told.
    func keepHouse(_ slot: inout LogWriter?) {
        guard var writer = slot, writer.failure == nil else { return }
        defer { slot = writer }
        if writer.active.end >= max(options.segmentSize, writer.rotationPause), rotate(&writer, by: 1) {
            compactIfWorthIt(&writer)
        }
        indexIfWorthIt(&writer)
        switch mode {
        case .durable: writer.extendTail(by: options.tailSize)
        case .relaxed(let interval):
            guard writer.durable < writer.sequence, !writer.hasSyncScheduled else { return }
            writer.hasSyncScheduled = true
            BackgroundThread.run {
                BackgroundThread.sleep(interval)
                self.ask { core in core.writer.withLock { core.syncInTime(&$0) } }
            }
        case .readOnly: break
        }
    }

    /// In the relaxed mode: the sync that is due.
    private func syncInTime(_ slot: inout LogWriter?) {
        guard var writer = slot else { return }
        writer.hasSyncScheduled = false
        // What fails here stops the writer, and the next commit is told.
        if writer.failure == nil, writer.durable < writer.sequence { try? writer.sync() }
        slot = writer
    }

    /// Ends the segment: every line is on the disk, the last one says so, and nothing is behind it.
    func seal(_ writer: inout LogWriter) throws(LogError) {
        let file = writer.active.segment.file
        if writer.durable < writer.sequence { try writer.sync() }
        let vouches = writer.durable > writer.active.vouched
        guard vouches || writer.tailEnd > writer.active.end else { return }
        do {
            if vouches {
                let line = LineWriter.watermark(writer.sequence)
                try file.write(line, at: writer.active.end)
                writer.active.end += line.count
                writer.active.vouched = writer.sequence
            }
            try file.truncate(to: writer.active.end)
            writer.tailEnd = writer.active.end
        } catch {
            writer.cutBack()
            throw LogError(error)
        }
        try writer.sync()
        let end = writer.active.end
        state.withLock { $0?.segments[writer.active.segment.number]?.end = end }
    }

    /// Goes over to a new segment, with a number so much higher. If there is no room for it, the old one goes on.
    func rotate(_ writer: inout LogWriter, by step: UInt32) -> Bool {
        do {
            try seal(&writer)
            let header = SegmentHeader(segment: Int64(writer.active.segment.number) + Int64(step))
            let segment = try Segment.create(header, sequence: writer.sequence, in: directory, files)
            let end = try segment.file.size()
            let old = writer.active.segment.number
            state.withLock { state in
                state?.segments[old]?.isClosed = true
                state?.segments[segment.number] = LogState.Usage(segment: segment, end: end, isClosed: false)
            }
            writer.active = ActiveSegment(segment: segment, end: end, vouched: writer.sequence)
            writer.tailEnd = end
            writer.tailPause = 0
            writer.rotationPause = 0
            return true
        } catch let unsettled as Segment.Unsettled {
            // If the name was given after all, lines behind it in the old segment would not be read.
            writer.stop(unsettled.error)
            return false
        } catch {
            writer.rotationPause = writer.active.end + options.segmentSize / 4
            return false
        }
    }
}
