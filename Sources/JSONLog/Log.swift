import Synchronization

/// A crash-safe log of keyed JSON records in a directory.
///
/// Commits append lines to files that people can read; nothing is ever changed in place. What was acknowledged in the durable mode
/// outlives the process and the power, and of a commit there is all or nothing. Reads see all that was acknowledged. Functions that
/// are not `async` block while they read the disk.
package struct Log: Sendable {
    private let core: LogCore

    /// Opens the log in a directory, which must exist; an empty one becomes a log.
    ///
    /// Damage does not keep it from opening: what can still be read is there, the rest is set aside, and the report names it. Throws
    /// ``LogError`` for all that does: see its codes. After an error nothing has been removed.
    package static func open(
        directory: String, mode: LogMode = .durable, options: LogOptions = LogOptions(), files: any FileSystem = DiskFileSystem()
    ) throws -> (log: Log, report: RecoveryReport) {
        let isReadOnly = mode == .readOnly
        do {
            let lock = isReadOnly ? nil : try files.lock("\(directory)/lock")
            if !isReadOnly, lock == nil { throw LogError(.locked, "\(directory) is open elsewhere") }
            // To a reader segments may be compacted away between listing and opening them.
            for attempt in 1... {
                var recovery = Recovery(files: files, directory: directory, options: options, isReadOnly: isReadOnly)
                do {
                    let active = try recovery.run()
                    let core = LogCore(
                        files: files, directory: directory, mode: mode, options: options, lock: lock,
                        indexFiles: recovery.indexFiles, state: recovery.state, active: active, uncovered: recovery.uncovered)
                    core.coverIfWorthIt()
                    return (Log(core: core), recovery.report)
                } catch let error as FileError where error.reason == .notFound && isReadOnly && attempt < 10 {
                    _ = try files.list(directory)
                }
            }
            throw LogError(.inputOutput, directory)
        } catch let error as FileError where error.reason == .notFound {
            throw LogError(.missingDirectory, error.description)
        } catch { throw LogError(error) }
    }

    // MARK: Writing

    /// Makes a commit and stores it, all of it or nothing.
    ///
    /// Its place in the order is taken before this function first suspends. The body runs on the writing thread: it sees what the commits before it
    /// leave behind, stored or not yet, and must not take long. Once it is queued it cannot be cancelled. Throws what the body throws, and
    /// ``LogError``.
    ///
    /// - Parameters:
    ///   - size: Roughly how many bytes it will write.
    ///   - body: Reads, puts and deletes records.
    package func commit<Result: Sendable>(
        size: Int = 256, _ body: @escaping @Sendable (inout LogEditor) throws -> Result
    ) async throws -> Result {
        guard core.mode != .readOnly else { throw LogError(.readOnly, "\(core.directory) is open to read only") }
        return try await withCheckedThrowingContinuation { continuation in
            core.queueCommit(
                CommitQueue.Waiting(
                    make: { editor in
                        let result = try body(&editor)
                        return { continuation.resume(returning: result) }
                    },
                    refuse: { continuation.resume(throwing: $0) }, size: size))
        }
    }

    /// Stores a transaction, all of it or nothing. Expected revisions are compared with what the commits before it leave behind, stored or not yet.
    package func commit(_ transaction: Transaction) async throws -> CommitReceipt {
        var size = 64
        let values = try transaction.operations.map { operation throws(LogError) -> LogValue? in
            guard case .put(let value, let lists) = operation.change else { return nil }
            size += value.count + 64
            return try LogValue(value, in: lists)
        }
        return try await commit(size: size) { try $0.apply(transaction, values) }
    }

    // MARK: Reading

    /// The records as they are now.
    package func reader() throws(LogError) -> LogReader { try core.reader() }

    /// How many records there are.
    package var count: Int {
        get throws { try reader().count(.records()) }
    }

    /// The number of the last commit.
    package var sequence: Int64 {
        get throws { try reader().sequence }
    }

    /// The record of a key, `nil` if there is none.
    package func read(_ key: String) throws -> LogRecord? { try reader().record(key) }

    /// Reads everything and compares all hashes.
    package func verify() throws -> VerificationReport {
        var report = VerificationReport()
        do {
            for usage in try core.reader().state.usages {
                var end = 0
                try usage.scan { found in
                    end = found.range.upperBound
                    if case .line = found.content { report.lines += 1 }
                    guard case .damaged = found.content else { return }
                    let bytes = Array(found.bytes[(found.range.lowerBound - found.base)..<(found.range.upperBound - found.base)])
                    report.damage.append(
                        DamagedSpan(path: usage.segment.path, range: found.range, keys: Quarantine.keys(in: bytes)))
                }
                // Somebody has cut the file.
                if end < usage.end {
                    report.damage.append(DamagedSpan(path: usage.segment.path, range: end..<usage.end, keys: []))
                }
                report.bytes += end
            }
        } catch { throw LogError(error) }
        if !report.damage.isEmpty { core.indexFiles.distrust() }
        return report
    }

    // MARK: Upkeep

    /// Copies what is in use into one new file and removes the older ones. Goes on beside reads and commits, one at a time. Throws also if one of those
    /// cannot be removed; the next opening tries again.
    package func compact() async throws {
        guard core.mode != .readOnly else { throw LogError(.readOnly, "\(core.directory) is open to read only") }
        try await withCheckedThrowingContinuation { continuation in core.ask { $0.compact(continuation) } }
    }

    /// Lets the log go that was just opened, so that it can be opened anew at once.
    package func abandon() { core.abandon() }

    /// Ends the log: stores what is queued, gives up a compaction, and leaves clean files. Later calls throw ``LogError/Code/closed``;
    /// closing again is well.
    ///
    /// A log that is merely let go keeps its promises as well, and leaves some spaces at the end of its newest file.
    package func close() async throws {
        try await withCheckedThrowingContinuation { core.close($0) }
    }
}
