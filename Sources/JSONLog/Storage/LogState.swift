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
        /// The spans that are known to be damaged and have been set aside; what else compaction finds is new.
        var damage: [Range<Int>] = []

        /// Hands every line from a place on to `body`.
        func scan(from start: Int = 0, _ body: (LineScanner.Found) throws -> Void) throws {
            try LineScanner(file: segment.file, longestLine: LogOptions.longestLine + 4096).scan(min(start, end)..<end, body)
        }
    }

    /// Records by their keys, and lists of records.
    var index = OrderedIndex()
    var segments: [UInt32: Usage] = [:]
    /// The number of the last commit.
    var sequence: Int64 = 0
    /// Compaction gives up when the log is to be closed.
    var isClosing = false
    /// Commits that are known to be missing.
    var missing: [ClosedRange<Int64>] = []

    /// The segments in the order of their numbers.
    var usages: [Usage] { segments.values.sorted { $0.segment.number < $1.segment.number } }

    /// How many records there are.
    var count: Int {
        get throws { try index.count(in: KeyRange.records().bytes) }
    }

    /// Where a record is; `nil` if there is none.
    func entry(_ key: String) throws -> RecordEntry? {
        guard let bytes = try index.value(of: KeyRange.record(key)) else { return nil }
        guard let entry = RecordEntry(bytes) else { throw LogError(.damaged, "the index is damaged near record \(key)") }
        return entry
    }

    /// Enters what an operation did, given the record's entry before, and the lists that it was in.
    mutating func apply(
        _ entry: RecordEntry?, _ key: String, lists: [IndexKey], after previous: RecordEntry?, lists previousLists: [IndexKey]
    ) {
        let record = KeyRange.record(key)
        if let previous { count(previous.place, -1) }
        if let entry {
            count(entry.place, 1)
            index.set(record, entry.bytes, replacing: previous != nil)
        } else if previous != nil {
            index.remove(record)
        }
        for (place, list) in previousLists.enumerated() where !lists.contains(list) && !previousLists[..<place].contains(list) {
            index.remove(KeyRange.entry(of: key, under: list))
        }
        for (place, list) in lists.enumerated() where !previousLists.contains(list) && !lists[..<place].contains(list) {
            index.set(KeyRange.entry(of: key, under: list), [], replacing: false)
        }
    }

    /// Enters that a record was copied from one of these segments, unless it was written again meanwhile.
    mutating func move(_ key: String, from sources: Set<UInt32>, to place: Place) throws {
        guard var entry = try entry(key), sources.contains(entry.place.segment) else { return }
        count(entry.place, -1)
        count(place, 1)
        entry.place = place
        index.set(KeyRange.record(key), entry.bytes, replacing: true)
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
