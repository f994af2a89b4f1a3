/// What readers see: the committed records. A value, kept under the log's lock; a copy is a snapshot.
struct LogState: Sendable {
    /// A segment and how much of it is in use.
    struct Usage: Sendable {
        var segment: Segment
        /// How long it is, as far as its lines are committed.
        var end: Int
        var liveBytes = 0
        var liveRecords = 0
        /// Whether nothing is appended any more.
        var isClosed = true
        /// The spans that were damaged when the log was opened; what else compaction finds is new.
        var damage: [Range<Int>] = []

        /// Hands every line to `body`.
        func scan(_ body: (LineScanner.Found) throws -> Void) throws {
            try LineScanner(file: segment.file, longestLine: LogOptions.longestLine + 4096).scan(0..<end, body)
        }
    }

    var table: any KeyTable = MemoryKeyTable()
    var segments: [UInt32: Usage] = [:]
    /// The number of the last commit.
    var sequence: Int64 = 0
    /// Compaction gives up when the log is to be closed.
    var isClosing = false

    /// The segments in the order of their numbers.
    var usages: [Usage] { segments.values.sorted { $0.segment.number < $1.segment.number } }

    /// The entry whose operation stands at a place, if it is live.
    func entry(_ operation: LoggedOperation, _ found: LineScanner.Found, _ segment: Segment, _ hash: UInt64) throws -> KeyEntry? {
        let offset = Int64(found.base + operation.range.lowerBound)
        return try table.entries(hash).first { $0.place.segment == segment.number && $0.place.offset == offset }
    }

    /// The entries of a hash with the segments that they are in.
    func candidates(_ hash: UInt64) throws -> [(KeyEntry, Segment)] {
        try table.entries(hash).compactMap { entry in segments[entry.place.segment].map { (entry, $0.segment) } }
    }

    /// What `match` makes of the first candidate that it takes. That one of another key may be damaged does not matter if one is taken.
    static func first<Match>(
        among candidates: [(KeyEntry, Segment)], _ match: (KeyEntry, Segment) throws -> Match?
    ) throws -> Match? {
        var damage: LogError?
        for (entry, segment) in candidates {
            do {
                if let found = try match(entry, segment) { return found }
            } catch let error as LogError where error.code == .damaged { damage = error }
        }
        if let damage { throw damage }
        return nil
    }

    /// Enters what an operation did, given the entry that its record had before.
    mutating func apply(_ entry: KeyEntry?, _ hash: UInt64, after previous: KeyEntry?) {
        if let previous {
            count(previous.place, -1)
            _ = table.replace(previous.place, with: entry, hash)
        } else if let entry {
            table.insert(entry, hash)
        }
        if let entry { count(entry.place, 1) }
    }

    /// Enters that a record was copied, unless it was written again meanwhile.
    mutating func move(_ entry: KeyEntry, to place: Place, _ hash: UInt64) {
        guard table.replace(entry.place, with: KeyEntry(place: place, revision: entry.revision), hash) else { return }
        count(entry.place, -1)
        count(place, 1)
    }

    private mutating func count(_ place: Place, _ sign: Int) {
        // The envelope of the line is counted as well, as it is written again with the record.
        segments[place.segment]?.liveBytes += sign * (Int(place.length) + 48)
        segments[place.segment]?.liveRecords += sign
    }

    /// The share of the closed segments that is out of date.
    var garbageShare: Double {
        let closed = segments.values.filter(\.isClosed)
        let size = closed.reduce(0) { $0 + $1.end }
        let live = closed.reduce(0) { $0 + $1.liveBytes }
        return size == 0 ? 0 : 1 - Double(min(live, size)) / Double(size)
    }
}
