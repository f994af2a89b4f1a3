/// Opens the files of a log: reads every line, sets damage aside, and makes the newest segment fit to be written on.
///
/// Whatever happens on the way, doing it again gives the same result, and nothing is removed of which there is no copy.
struct Recovery {
    let files: any FileSystem
    let directory: String
    let options: LogOptions
    let isReadOnly: Bool
    let indexFiles: IndexFiles
    private(set) var state = LogState()
    private(set) var report = RecoveryReport()
    /// How many bytes of lines the files of the index do not cover.
    private(set) var uncovered = 0
    /// After files of the index could not be written: how large it must be to try again.
    private var indexPause = 0

    init(files: any FileSystem, directory: String, options: LogOptions, isReadOnly: Bool) {
        self.files = files
        self.directory = directory
        self.options = options
        self.isReadOnly = isReadOnly
        indexFiles = IndexFiles(files: files, logDirectory: directory, isReadOnly: isReadOnly, cacheSize: options.cacheSize)
    }

    /// A segment before its lines are read.
    private struct Opened {
        var segment: Segment
        var size: Int
        /// `nil` if the first line is damaged.
        var header: SegmentHeader?
        var sequence: Int64 = 0
    }

    /// Reads what the index does not cover, which is everything if there is none; hands back the segment to write on, `nil` if it only reads.
    mutating func run() throws -> ActiveSegment? {
        let names = try files.list(directory)
        let opened = try names.compactMap(SegmentName.number).sorted().map(open)
        // From here on the format is known, and files may be changed.
        if !isReadOnly { try removeDrafts(names) }
        let numbers = Set(opened.map(\.segment.number))
        var checkpoint = options.usesIndex ? indexFiles.checkpoint() : nil
        if let found = checkpoint, !found.segments.allSatisfy({ numbers.contains($0.number) }) { checkpoint = nil }
        let kept = try withoutReplaced(opened, Set(checkpoint?.segments.map(\.number) ?? []))
        if let found = checkpoint, indexFiles.isTrusted, try restore(found, kept) {
            do { return try load(kept, after: found) } catch let error as LogError where error.code == .damaged {
                indexFiles.distrust()
            }
        }
        state = LogState()
        report = RecoveryReport()
        uncovered = 0
        if !isReadOnly { try indexFiles.startAnew() }
        return try load(kept, after: nil)
    }

    /// Begins with what the files of the index cover; says whether that can be.
    private mutating func restore(_ checkpoint: Checkpoint, _ opened: [Opened]) throws -> Bool {
        guard try checkpoint.isOf(opened.map { ($0.segment, $0.size) }) else { return false }
        do {
            state.index = OrderedIndex(runs: try indexFiles.open(checkpoint))
            if !isReadOnly { try indexFiles.removeAll(but: Set(checkpoint.runs.map(\.name))) }
        } catch { return false }
        state.sequence = checkpoint.sequence
        state.missing = checkpoint.missing
        for (covered, opened) in zip(checkpoint.segments, opened) {
            state.segments[covered.number] = LogState.Usage(
                segment: opened.segment, end: covered.end, liveBytes: covered.liveBytes, liveRecords: covered.liveRecords)
            try noteDamage(covered.damage, opened.segment)
        }
        report.missing = checkpoint.missing
        return true
    }

    private mutating func load(_ opened: [Opened], after checkpoint: Checkpoint?) throws -> ActiveSegment? {
        let covered = checkpoint?.segments ?? []
        var active: ActiveSegment?
        for (index, next) in opened.enumerated().dropFirst(max(0, covered.count - 1)) {
            active = try load(
                next, from: index == covered.count - 1 ? covered[index].end : 0, isNewest: index == opened.count - 1)
        }
        state.missing = report.missing
        if isReadOnly { return nil }
        if let active {
            state.segments[active.segment.number]?.isClosed = false
            return active
        }
        return try begin(after: opened.last?.segment.number ?? 0)
    }

    private func open(_ number: UInt32) throws -> Opened {
        let path = "\(directory)/\(SegmentName.file(number))"
        let file = try files.open(path, isReadOnly ? .reading : .writing)
        var opened = Opened(segment: Segment(number: number, path: path, file: file), size: try file.size())
        let bytes = try file.read(min(opened.size, SegmentHeader.longest), at: 0)
        // Some editors take away the last line feed, which may be the only one.
        let end = bytes.firstIndex(of: 0x0A) ?? bytes.count
        guard let line = LineParser.line(bytes, 0..<end), let header = line.header,
            header.segment == Int64(number)
        else { return opened }
        guard header.version <= SegmentHeader.version else {
            throw LogError(.newerFormat, "\(path) has version \(header.version), known are those up to \(SegmentHeader.version)")
        }
        opened.segment = Segment(
            number: number, path: path, file: file, version: header.version, upgrade: options.upgrade)
        opened.header = header
        opened.sequence = line.sequence
        return opened
    }

    /// Removes segments that were never finished; all that is in them stands elsewhere.
    private func removeDrafts(_ names: [String]) throws {
        for name in names where name.hasSuffix(".tmp") && SegmentName.number(String(name.dropLast(4))) != nil {
            try files.remove("\(directory)/\(name)")
        }
    }

    /// Leaves away the segments that a compacted one replaces, and removes them, as a crash kept them from being removed before. If the index covers
    /// those, it is the compacted one that goes.
    private func withoutReplaced(_ opened: [Opened], _ covered: Set<UInt32>) throws -> [Opened] {
        var kept = opened
        var removed = false
        for compacted in opened.reversed() {
            guard let numbers = compacted.header?.replaces, kept.contains(where: { $0.segment === compacted.segment }) else {
                continue
            }
            let replaced = Set(numbers)
            let old = kept.filter { replaced.contains(Int64($0.segment.number)) && $0.segment.number != compacted.segment.number }
            guard !old.isEmpty else { continue }
            let isCovered = !covered.contains(compacted.segment.number) && covered.contains { replaced.contains(Int64($0)) }
            let isWhole = try isCovered || isWhole(compacted)
            if !isWhole { indexFiles.distrust() }
            removed = true
            // All is twice there: what is whole is kept.
            if isCovered || (!isWhole && old.count == replaced.count) {
                kept.removeAll { $0.segment === compacted.segment }
                if !isReadOnly { try isWhole ? files.remove(compacted.segment.path) : setAside(compacted.segment) }
                continue
            }
            kept.removeAll { one in old.contains { $0.segment === one.segment } }
            if isReadOnly { continue }
            for one in old { try isWhole ? files.remove(one.segment.path) : setAside(one.segment) }
        }
        if removed, !isReadOnly { try files.syncDirectory(directory) }
        return kept
    }

    private func isWhole(_ opened: Opened) throws -> Bool {
        var isWhole = true
        try scanner(opened.segment).scan(0..<opened.size) { found in
            if case .damaged = found.content { isWhole = false }
        }
        return isWhole
    }

    private func setAside(_ segment: Segment) throws {
        let folder = "\(directory)/quarantine"
        try files.makeDirectory(folder)
        try files.rename(segment.path, to: "\(folder)/\(SegmentName.file(segment.number))")
        try files.syncDirectory(folder)
    }

    private func scanner(_ segment: Segment) -> LineScanner {
        LineScanner(file: segment.file, longestLine: LogOptions.longestLine + 4096)
    }

    // MARK: One segment

    /// Reads a segment; hands it back if it can be written on.
    private mutating func load(_ opened: Opened, from start: Int, isNewest: Bool) throws -> ActiveSegment? {
        let segment = opened.segment
        let isCompacted = opened.header?.replaces != nil
        if let header = opened.header, header.replaces == nil, opened.sequence > state.sequence {
            report.missing.append((state.sequence + 1)...opened.sequence)
            state.sequence = opened.sequence
        }
        let contentEnd = max(start, try scanner(segment).contentEnd(size: opened.size))
        if start == 0 { state.segments[segment.number] = LogState.Usage(segment: segment, end: contentEnd) }
        state.segments[segment.number]?.end = contentEnd
        uncovered += contentEnd - start
        var reading = SegmentReading(
            order: opened.header != nil && !isCompacted ? .contiguous : .rising, isNewest: isNewest,
            sequence: isCompacted ? 0 : state.sequence, start: start)
        var isTerminated = true
        try scanner(segment).scan(start..<contentEnd) { found in
            isTerminated = found.isTerminated
            switch found.content {
            case .blank: reading.takeBlank(found.range)
            case .damaged: reading.takeDamage(found.range)
            case .line where found.range.lowerBound == 0 && opened.header != nil: reading.takeBlank(found.range)
            case .line(let line):
                try enter(reading.take(line, found.range, try effects(of: line, found, segment)))
            }
        }
        let ending = reading.settle()
        try enter(reading.later)
        report.salvaged += reading.later.count
        report.missing.append(contentsOf: reading.missing)
        state.sequence = max(state.sequence, reading.sequence, opened.sequence)
        try noteDamage(reading.damage, segment)
        let isIntact = ending != .damaged && opened.header != nil && !isCompacted
        guard isNewest, isIntact else {
            // Nothing is known to vouch for the lines of a segment that was being written when it was damaged.
            if isNewest, !isReadOnly { try segment.file.sync() }
            return nil
        }
        if case .torn(let start) = ending { report.tornTail = try keep(start..<contentEnd, segment) }
        state.segments[segment.number]?.end = reading.goodEnd
        guard !isReadOnly else { return nil }
        let end = try tidy(opened, reading, isTerminated: ending != .whole || isTerminated)
        state.segments[segment.number]?.end = end
        // What is written from now on is of the newest version.
        guard segment.version == SegmentHeader.version else { return nil }
        return ActiveSegment(segment: segment, end: end, vouched: max(opened.sequence, reading.vouched))
    }

    /// Cuts off what is behind the last good line, and makes sure that the rest is on the disk.
    private func tidy(_ opened: Opened, _ reading: SegmentReading, isTerminated: Bool) throws -> Int {
        let file = opened.segment.file
        var end = reading.goodEnd
        var isChanged = false
        if opened.size > end {
            try file.truncate(to: end)
            isChanged = true
        }
        if let start = reading.unvouchedStart {
            // Written once more, as after a sync that failed the system may take them for written though they are not.
            for offset in stride(from: start, to: end, by: LineScanner.chunkSize) {
                try file.write(file.read(min(LineScanner.chunkSize, end - offset), at: offset), at: offset)
            }
            isChanged = true
        }
        if !isTerminated {
            // Some editors take away the last line feed.
            try file.write([0x0A], at: end)
            end += 1
            isChanged = true
        }
        if isChanged { try file.sync() }
        return end
    }

    private func effects(of line: LogLine, _ found: LineScanner.Found, _ segment: Segment) throws -> [SegmentReading.Effect] {
        try line.operations.map { operation in
            let place = Place(
                segment: segment.number, offset: found.base + operation.range.lowerBound, bytes: found.bytes,
                range: operation.range)
            guard operation.value != nil else { return (operation.key, nil, []) }
            let lists = try segment.upgraded(operation, found.bytes)?.lists ?? operation.lists(found.bytes)
            return (
                operation.key, RecordEntry(place: place, revision: operation.revision, isListed: !lists.isEmpty), lists
            )
        }
    }

    private mutating func enter(_ effects: [SegmentReading.Effect]) throws {
        for (key, entry, lists) in effects {
            let previous = try state.entry(key)
            let reader = LogReader(state: state, indexFiles: indexFiles)
            state.apply(entry, key, lists: lists, after: previous, lists: try previous.map(reader.lists) ?? [])
        }
        // To read only, all of it is kept in memory; so it is where there is no room for files.
        if !isReadOnly, state.index.overlay.count >= max(options.overlaySize, indexPause) {
            var written = state.index
            do {
                try indexFiles.settle(&written)
                state.index = written
                indexPause = 0
            } catch { indexPause = 2 * state.index.overlay.count }
        }
    }

    private mutating func noteDamage(_ spans: [Range<Int>], _ segment: Segment) throws {
        state.segments[segment.number]?.damage += spans
        for span in spans { report.damage.append(try keep(span, segment)) }
    }

    private func keep(_ range: Range<Int>, _ segment: Segment) throws -> DamagedSpan {
        let bytes = try segment.file.read(min(range.count, LineScanner.chunkSize), at: range.lowerBound)
        var span = DamagedSpan(path: segment.path, range: range, keys: Quarantine.keys(in: bytes))
        guard !isReadOnly else { return span }
        let copy = try Quarantine(files: files, directory: directory).keep(range, of: segment.file, segment: segment.number)
        span.copy = copy.path
        span.isNew = copy.isNew
        return span
    }

    private mutating func begin(after number: UInt32) throws -> ActiveSegment {
        let header = SegmentHeader(segment: Int64(number) + 1)
        do {
            let segment = try Segment.create(header, sequence: state.sequence, in: directory, files)
            let end = try segment.file.size()
            state.segments[segment.number] = LogState.Usage(segment: segment, end: end, isClosed: false)
            return ActiveSegment(segment: segment, end: end, vouched: state.sequence)
        } catch let unsettled as Segment.Unsettled { throw unsettled.error }
    }
}

/// The segment that is being written.
struct ActiveSegment {
    var segment: Segment
    /// Where the next line goes.
    var end: Int
    /// The largest number that its header or a watermark vouches for.
    var vouched: Int64
}
