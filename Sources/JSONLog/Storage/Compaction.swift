import Synchronization

/// Copies the live records of all closed segments into one new segment, and removes the old ones.
///
/// Nobody waits for it: readers hold the segments that they read, and writers are kept only while some entries of the key table are
/// changed. A power cut at any moment leaves either the old segments or the new one, or both, of which opening takes the new one.
struct Compaction {
    let core: LogCore
    /// The records as they were when the newest segment was begun.
    let snapshot: LogState
    /// The number of the new segment, between the old ones and the newest.
    let target: UInt32

    /// A record that has been copied.
    struct Move: Sendable {
        var hash: UInt64
        var entry: KeyEntry
        var place: Place
    }

    /// The new segment, safe from a power cut, and what is in it.
    struct Copied: Sendable {
        var usage: LogState.Usage
        var sources: [LogState.Usage]
        var moves: [Move]
    }

    private var sources: [LogState.Usage] {
        snapshot.usages.filter { $0.segment.number < target }
    }

    /// Copies all live records into the new segment, and gives it its name.
    func run() throws -> Copied {
        let sources = sources
        let numbers = sources.map { Int64($0.segment.number) }
        let path = "\(core.directory)/\(SegmentName.file(target))"
        let draft = "\(path).tmp"
        try core.files.remove(draft)
        let file = try core.files.open(draft, .creating)
        let copied: (moves: [Move], end: Int)
        do {
            // Rotation came before, so that there is at least one.
            let replaces = (numbers.first ?? 1)...(numbers.last ?? 1)
            copied = try copy(sources, to: file, SegmentHeader(segment: Int64(target), replaces: replaces))
            try file.sync()
        } catch {
            try? core.files.remove(draft)
            throw error
        }
        try core.files.rename(draft, to: path)
        try core.files.syncDirectory(core.directory)
        let usage = LogState.Usage(segment: Segment(number: target, path: path, file: file), end: copied.end)
        return Copied(usage: usage, sources: sources, moves: copied.moves)
    }

    /// Removes the segments that nobody looks into any more. What cannot be removed now is removed when the log is opened next.
    func removeSources() {
        for source in sources { try? core.files.remove(source.segment.path) }
        try? core.files.syncDirectory(core.directory)
    }

    private func copy(_ sources: [LogState.Usage], to file: any LogFile, _ header: SegmentHeader) throws -> (
        moves: [Move], end: Int
    ) {
        var writer = LineWriter()
        writer.begin(sequence: snapshot.sequence)
        writer.add(header)
        writer.end()
        var end = 0
        var moves: [Move] = []
        for source in sources {
            var copied = 0
            try source.scan { found in
                guard core.state.withLock({ $0?.isClosing == false }) else { throw core.closed }
                if case .damaged = found.content { try checkIsKnown(found.range, source) }
                guard case .line(let line) = found.content else { return }
                for operation in line.operations where operation.value != nil {
                    let hash = XXHash64.hash(operation.key) & core.options.hashMask
                    guard let entry = try snapshot.entry(operation, found, source.segment, hash) else { continue }
                    writer.begin(sequence: line.sequence)
                    let range = writer.add(found.bytes[operation.range])
                    let place = Place(segment: target, offset: end + range.lowerBound, bytes: writer.bytes, range: range)
                    writer.end()
                    moves.append(Move(hash: hash, entry: entry, place: place))
                    copied += 1
                }
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
        return (moves, end + writer.bytes.count)
    }

    /// Damage that was there when the log was opened has been set aside; anything else must not be thrown away.
    private func checkIsKnown(_ range: Range<Int>, _ source: LogState.Usage) throws {
        guard source.damage.contains(where: { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }) else {
            throw LogError(.damaged, "\(source.segment.path) is damaged at byte \(range.lowerBound)")
        }
    }
}
