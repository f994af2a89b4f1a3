/// What only the writing thread knows: the end of the newest segment and how much of it is safe.
struct LogWriter {
    var active: ActiveSegment
    /// How far the file reaches, with the spaces that were written ahead.
    var tailEnd: Int
    /// The number of the last commit that was written.
    var sequence: Int64
    /// The number of the last commit that is on the disk for certain.
    var durable: Int64
    /// Set by an error after which nobody knows what is on the disk: nothing is written, and above all nothing synced, any more.
    var failure: LogError?
    /// No new tail, and no new segment, before the file has this length: there was no room the last time.
    var tailPause = 0
    var rotationPause = 0
    var hasSyncScheduled = false
    /// How many bytes of lines the index files do not cover.
    var uncovered: Int
    /// Whether index files are being written; and, after that failed, how large the index in memory must be to try again.
    var isIndexing = false
    var indexPause = 0
    /// What is being written, or is to be tried again.
    var frozen: LogCore.Covered?
    /// Whether the files of the index are made one at last, so that nothing is left of what was removed.
    var mergesAll = false
    /// What is done when index files are not being written any more.
    var afterIndexing: [@Sendable (LogCore) -> Void] = []
    /// Whether entries of the index are being turned over to a compacted segment: the files would be of neither state.
    var isSwinging = false
    /// Those who wait for the compaction that is going on; `nil` if there is none.
    var compactionWaiters: [CheckedContinuation<Void, any Error>]?
    /// Those who wait for the log to be closed, when the compaction has ended.
    var closeWaiters: [CheckedContinuation<Void, any Error>] = []

    init(_ active: ActiveSegment, sequence: Int64, uncovered: Int) {
        self.active = active
        self.uncovered = uncovered
        tailEnd = active.end
        self.sequence = sequence
        // Opening made sure of all there was.
        durable = sequence
    }

    /// Syncs the segment; if that fails, the writer is stopped for good.
    mutating func sync() throws(LogError) {
        do { try active.segment.file.sync() } catch {
            stop(error)
            throw LogError(.unconfirmed, error.description)
        }
        durable = sequence
    }

    mutating func stop(_ error: any Error) {
        if failure == nil { failure = LogError(.stopped, "after an earlier error: \(error)") }
    }

    /// Takes back whatever a failed write has left behind the last commit.
    mutating func cutBack() {
        do {
            try active.segment.file.truncate(to: active.end)
            tailEnd = active.end
            // Else a power cut might bring back a commit that is reported as failed.
            try active.segment.file.sync()
            durable = sequence
        } catch { stop(error) }
    }

    private static let spaces = [UInt8](repeating: 0x20, count: 32 << 10)

    private func writeSpaces(_ range: Range<Int>) throws {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.spaces.count) {
            let count = min(Self.spaces.count, range.upperBound - start)
            let isWhole = count == Self.spaces.count
            try active.segment.file.write(isWhole ? Self.spaces : Array(Self.spaces.prefix(count)), at: start)
        }
    }

    /// Writes spaces ahead, so that commits need not change the length of the file, which costs the disk a second write each.
    mutating func extendTail(by size: Int) {
        guard size > 0, failure == nil, tailEnd - active.end < size / 2, active.end >= tailPause else { return }
        let start = max(tailEnd, active.end)
        do { try writeSpaces(start..<(active.end + size)) } catch {
            tailPause = active.end + 4 * size
            cutBack()
            return
        }
        // What fails here stops the writer; nobody waits for it.
        guard (try? sync()) != nil else { return }
        tailEnd = active.end + size
    }
}
