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
                        files: files, directory: directory, mode: mode, options: options, lock: lock, state: recovery.state,
                        active: active)
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

    /// Stores a transaction, all of it or nothing.
    ///
    /// Its place in the order is taken before this function first suspends. Expected revisions are compared with what the commits before
    /// it leave behind, stored or not yet. Once it is queued it cannot be cancelled. Throws ``LogError``.
    package func commit(_ transaction: Transaction) async throws -> CommitReceipt {
        guard core.mode != .readOnly else { throw LogError(.readOnly, "\(core.directory) is open to read only") }
        let commit = try PreparedCommit(transaction, hashMask: core.options.hashMask)
        return try await withCheckedThrowingContinuation { continuation in
            core.queueCommit(CommitQueue.Waiting(commit: commit, continuation: continuation))
        }
    }

    // MARK: Reading

    /// How many records there are.
    package var count: Int {
        get throws { try core.snapshot().table.count }
    }

    /// The number of the last commit.
    package var sequence: Int64 {
        get throws { try core.snapshot().sequence }
    }

    /// The record of a key, `nil` if there is none.
    package func read(_ key: String) throws -> LogRecord? {
        do {
            let key = KeyText(key, hashMask: core.options.hashMask)
            guard let candidates = try core.state.withLock({ try $0?.candidates(key.hash) }) else { throw core.closed }
            return try LogState.first(among: candidates) { entry, segment in
                let (operation, bytes) = try segment.operation(entry.place)
                return operation.key == key.text ? LogRecord(operation, bytes) : nil
            }
        } catch { throw LogError(error) }
    }

    /// The record at a place that ``scan(_:)`` gave, `nil` if compaction has moved it: then ask by its key. It may have been written again
    /// since; what was written first is read as long as it is there.
    package func read(at place: Place) throws -> LogRecord? {
        do {
            let segment = core.state.withLock { state in state.map { $0.segments[place.segment]?.segment } }
            guard let segment else { throw core.closed }
            return try segment.map { segment in
                let (operation, bytes) = try segment.operation(place)
                return LogRecord(operation, bytes)
            } ?? nil
        } catch { throw LogError(error) }
    }

    /// Hands out all records as they are now, in the order of the files, whatever is committed meanwhile. Reads all files.
    package func scan(_ body: (ScannedRecord) throws -> Void) throws {
        let snapshot = try core.snapshot()
        for usage in snapshot.usages {
            try usage.scan { found in
                guard case .line(let line) = found.content else { return }
                for operation in line.operations where operation.value != nil {
                    let hash = XXHash64.hash(operation.key) & core.options.hashMask
                    guard let entry = try snapshot.entry(operation, found, usage.segment, hash) else { continue }
                    let indexKeys = operation.indexKeys.map { IndexKey.keys(found.bytes, $0) } ?? []
                    try body(
                        ScannedRecord(
                            key: operation.key, revision: operation.revision, indexKeys: indexKeys, place: entry.place))
                }
            }
        }
    }

    /// Reads everything and compares all hashes.
    package func verify() throws -> VerificationReport {
        var report = VerificationReport()
        do {
            for usage in try core.snapshot().usages {
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
        return report
    }

    // MARK: Upkeep

    /// Copies what is in use into one new file and removes the older ones. Goes on beside reads and commits, one at a time.
    package func compact() async throws {
        guard core.mode != .readOnly else { throw LogError(.readOnly, "\(core.directory) is open to read only") }
        try await withCheckedThrowingContinuation { core.ask(.compact($0)) }
    }

    /// Ends the log: stores what is queued, gives up a compaction, and leaves clean files. Later calls throw ``LogError/Code/closed``;
    /// closing again is well.
    ///
    /// A log that is merely let go keeps its promises as well, and leaves some spaces at the end of its newest file.
    package func close() async throws {
        try await withCheckedThrowingContinuation { core.ask(.close($0)) }
    }
}

extension LogRecord {
    /// A live operation as a record; `nil` if it deletes.
    fileprivate init?(_ operation: LoggedOperation, _ bytes: [UInt8]) {
        guard let value = operation.value else { return nil }
        self.init(key: operation.key, revision: operation.revision, value: Array(bytes[value]))
    }
}
