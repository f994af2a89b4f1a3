import Synchronization

/// Copies the live records of all closed segments into one new segment, and removes the old ones.
///
/// Nobody waits for it: readers hold the segments that they read, and writers are kept only while some entries of the index are
/// changed. A power cut at any moment leaves either the old segments or the new one, or both, of which opening takes those that the index is of, or the
/// new one.
struct Compaction: Sendable {
    let core: LogCore
    /// The records as they were when the newest segment was begun.
    let snapshot: LogState
    /// The number of the new segment, between the old ones and the newest.
    let target: UInt32
    /// The numbers of the old segments.
    let sources: Set<UInt32>

    init(core: LogCore, snapshot: LogState, target: UInt32) {
        self.core = core
        self.snapshot = snapshot
        self.target = target
        sources = Set(snapshot.segments.keys.filter { $0 < target })
    }

    /// A record that has been copied.
    struct Move: Sendable {
        var key: String
        var place: Place
    }

    private var sourceUsages: [LogState.Usage] {
        snapshot.usages.filter { sources.contains($0.segment.number) }
    }

    /// Copies all live records into the new segment, and gives it its name. Then it is safe from a power cut.
    func run() throws -> LogState.Usage {
        let path = "\(core.directory)/\(SegmentName.file(target))"
        let draft = "\(path).tmp"
        try core.files.remove(draft)
        let file = try core.files.open(draft, .creating)
        let end: Int
        do {
            // Rotation came before, so that there is at least one.
            end = try copy(to: file, SegmentHeader(segment: Int64(target), replaces: sources.sorted().map { Int64($0) }))
            try file.sync()
        } catch {
            try? core.files.remove(draft)
            throw error
        }
        try core.files.rename(draft, to: path)
        try core.files.syncDirectory(core.directory)
        return LogState.Usage(segment: Segment(number: target, path: path, file: file), end: end)
    }

    /// The records of the new segment from a place on, some at a time, and where the next ones begin.
    func moves(_ usage: LogState.Usage, from start: Int) throws -> (moves: [Move], end: Int) {
        var size = LineScanner.chunkSize / 2
        while true {
            guard core.state.withLock({ $0?.isClosing == false }) else { throw core.closed }
            var moves: [Move] = []
            var end = start
            let limit = min(usage.end, start + size)
            try LineScanner(file: usage.segment.file, longestLine: LogOptions.longestLine + 4096).scan(start..<limit) { found in
                guard found.isTerminated, case .line(let line) = found.content else { return }
                end = found.range.upperBound
                for operation in line.operations {
                    let place = Place(
                        segment: target, offset: found.base + operation.range.lowerBound, bytes: found.bytes,
                        range: operation.range)
                    moves.append(Move(key: operation.key, place: place))
                }
            }
            if end > start { return (moves, end) }
            guard limit < usage.end else {
                throw LogError(.damaged, "\(usage.segment.path) is damaged at byte \(start)")
            }
            size *= 2
        }
    }

    /// Removes the segments that nobody looks into any more. What cannot be removed now is removed when the log is opened next.
    func removeSources() throws {
        for source in sourceUsages { try core.files.remove(source.segment.path) }
        try core.files.syncDirectory(core.directory)
    }

    private func copy(to file: any LogFile, _ header: SegmentHeader) throws -> Int {
        var writer = LineWriter()
        writer.begin(sequence: snapshot.sequence)
        writer.add(header)
        writer.end()
        var end = 0
        for source in sourceUsages {
            var copied = 0
            try source.scan { found in
                guard core.state.withLock({ $0?.isClosing == false }) else { throw core.closed }
                if case .damaged = found.content { try checkIsKnown(found.range, source) }
                guard case .line(let line) = found.content else { return }
                let live = try line.operations.filter { try isLive($0, found, source) }
                guard !live.isEmpty else { return }
                writer.begin(sequence: line.sequence)
                for operation in live {
                    // Written forward to the newest version.
                    guard let upgraded = try source.segment.upgraded(operation, found.bytes) else {
                        _ = writer.add(found.bytes[operation.range])
                        continue
                    }
                    var key: [UInt8] = []
                    JSONText.append(operation.key, to: &key)
                    let text = OperationText(key: key, indexKeys: upgraded.listsText, value: upgraded.text)
                    _ = writer.add(text, revision: operation.revision)
                }
                writer.end()
                copied += live.count
                guard writer.bytes.count >= LineScanner.chunkSize else { return }
                try file.write(writer.bytes, at: end)
                end += writer.bytes.count
                writer.removeAll()
            }
            guard copied == source.liveRecords else {
                throw LogError(.damaged, "\(copied) of \(source.liveRecords) records can be read in \(source.segment.path)")
            }
        }
        try file.write(writer.bytes, at: end)
        return end + writer.bytes.count
    }

    /// Whether the record is still as this operation left it.
    private func isLive(_ operation: LoggedOperation, _ found: LineScanner.Found, _ source: LogState.Usage) throws -> Bool {
        guard operation.value != nil, let place = try snapshot.entry(operation.key)?.place else { return false }
        return place.segment == source.segment.number && place.offset == Int64(found.base + operation.range.lowerBound)
    }

    /// Damage that was there when the log was opened has been set aside; anything else must not be thrown away.
    private func checkIsKnown(_ range: Range<Int>, _ source: LogState.Usage) throws {
        guard source.damage.contains(where: { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }) else {
            throw LogError(.damaged, "\(source.segment.path) is damaged at byte \(range.lowerBound)")
        }
    }
}
