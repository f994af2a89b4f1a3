import Synchronization

// Runs on the writing thread.
extension LogCore {
    /// A commit that is settled; whoever waits for it is told when no lock is held.
    struct Outcome {
        var continuation: CheckedContinuation<CommitReceipt, any Error>
        var result: Result<CommitReceipt, any Error>
    }

    /// Writes a group of commits with one sync, and shows it to readers.
    func write(_ group: [CommitQueue.Waiting], _ slot: inout LogWriter?) -> [Outcome] {
        guard var writer = slot else { return fail(group, closed) }
        defer { slot = writer }
        if let failure = writer.failure { return fail(group, failure) }
        let vouched = writer.durable
        var builder = GroupBuilder(
            writer.active, sequence: writer.sequence, durable: vouched > writer.active.vouched ? vouched : nil, find: find)
        var outcomes: [Outcome] = []
        for waiting in group {
            let result = Result { try builder.add(waiting.commit) }.mapError { LogError($0) as any Error }
            outcomes.append(Outcome(continuation: waiting.continuation, result: result))
        }
        guard !builder.bytes.isEmpty else { return outcomes }
        do { try writer.active.segment.file.write(builder.bytes, at: writer.active.end) } catch {
            writer.cutBack()
            let isCertain = writer.failure == nil
            let problem = isCertain ? LogError(error) : LogError(.unconfirmed, error.description)
            return refuse(outcomes, problem) + fail(queue.withLock { $0.takeCommits() }, writer.failure ?? problem)
        }
        let sequence = writer.sequence
        writer.sequence = builder.sequence
        if mode == .durable {
            do { try writer.sync() } catch {
                writer.sequence = sequence
                return refuse(outcomes, error) + fail(queue.withLock { $0.takeCommits() }, writer.failure ?? error)
            }
        }
        writer.active.vouched = max(writer.active.vouched, vouched)
        writer.active.end += builder.bytes.count
        writer.tailEnd = max(writer.tailEnd, writer.active.end)
        publish(builder, writer)
        return outcomes
    }

    /// The commits that would have been stored are not; those that were refused before stay refused for their own reason.
    private func refuse(_ outcomes: [Outcome], _ error: LogError) -> [Outcome] {
        outcomes.map { outcome in
            guard case .success = outcome.result else { return outcome }
            return Outcome(continuation: outcome.continuation, result: .failure(error))
        }
    }

    private func fail(_ commits: [CommitQueue.Waiting], _ error: LogError) -> [Outcome] {
        commits.map { Outcome(continuation: $0.continuation, result: .failure(error)) }
    }

    /// The entry of a key among the stored records, with its segment.
    func find(_ key: KeyText) throws -> (KeyEntry, Segment)? {
        guard let candidates = try state.withLock({ try $0?.candidates(key.hash) }) else { throw closed }
        return try LogState.first(among: candidates) { try $1.holds(key, at: $0.place) ? ($0, $1) : nil }
    }

    private func publish(_ builder: GroupBuilder, _ writer: LogWriter) {
        state.withLock { state in
            for effect in builder.effects { state?.apply(effect.entry, effect.hash, after: effect.previous) }
            state?.sequence = builder.sequence
            state?.segments[writer.active.segment.number]?.end = writer.active.end
        }
    }

    // MARK: Between groups

    /// What can wait until everybody has been told.
    func keepHouse(_ slot: inout LogWriter?) {
        guard var writer = slot, writer.failure == nil else { return }
        defer { slot = writer }
        if writer.active.end >= max(options.segmentSize, writer.rotationPause), rotate(&writer, by: 1) {
            compactIfWorthIt(&writer)
        }
        switch mode {
        case .durable: writer.extendTail(by: options.tailSize)
        case .relaxed(let interval):
            guard writer.durable < writer.sequence, !writer.hasSyncScheduled else { return }
            writer.hasSyncScheduled = true
            BackgroundThread.run {
                BackgroundThread.sleep(interval)
                self.ask(.sync)
            }
        case .readOnly: break
        }
    }

    /// In the relaxed mode: the sync that is due.
    func syncInTime(_ slot: inout LogWriter?) {
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
