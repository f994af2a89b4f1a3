/// The records as they were at one moment, whatever is committed afterwards. To be let go soon: it keeps files from being removed.
package struct LogReader: Sendable {
    var state: LogState
    let indexFiles: IndexFiles
    /// The lines of the group that is being written, which are not in the file yet.
    var group: GroupLines?

    /// Lines that will stand in a segment from a place on.
    struct GroupLines: Sendable {
        let segment: UInt32
        let start: Int
        var lines = LineWriter()
    }

    /// The number of the last commit.
    package var sequence: Int64 { state.sequence }

    /// The record of a key, `nil` if there is none.
    package func record(_ key: String) throws(LogError) -> LogRecord? {
        try watching {
            guard let entry = try state.entry(key) else { return nil }
            return try record(entry, key)
        }
    }

    /// The record that was found; `nil` if there is none, which can be but where damaged bytes kept a list from being right.
    package func record(_ found: FoundKey) throws(LogError) -> LogRecord? {
        let key = found.key
        guard !found.value.isEmpty else { return try record(key) }
        return try watching {
            guard let entry = RecordEntry(found.value) else {
                throw LogError(.damaged, "the index is damaged near record \(key)")
            }
            return try record(entry, key)
        }
    }

    /// The revision of a record, 0 if there is none.
    package func revision(_ key: String) throws(LogError) -> Int64 {
        try watching { try state.entry(key)?.revision ?? 0 }
    }

    /// How many entries there are.
    package func count(_ range: KeyRange) throws(LogError) -> Int {
        try watching { try state.index.count(in: range.bytes) }
    }

    /// The entries in their order, or in the opposite one.
    package func cursor(_ range: KeyRange, ascending: Bool = true) throws(LogError) -> KeyCursor {
        try watching {
            KeyCursor(cursor: try state.index.cursor(in: range.bytes, ascending: ascending), files: indexFiles)
        }
    }

    /// The first entry, or the last one.
    package func first(_ range: KeyRange, ascending: Bool = true) throws(LogError) -> FoundKey? {
        var cursor = try cursor(range, ascending: ascending)
        return try cursor.next()
    }

    // MARK: Bytes

    private func record(_ entry: RecordEntry, _ key: String) throws -> LogRecord {
        let (operation, bytes, segment) = try operation(entry.place)
        guard operation.key == key, let value = operation.value else {
            throw LogError(.damaged, "the index leads to another record than \(key)")
        }
        let text = try segment?.upgraded(operation, bytes)?.text ?? Array(bytes[value])
        return LogRecord(key: key, revision: entry.revision, value: text)
    }

    /// The lists that a record is in.
    func lists(_ entry: RecordEntry) throws -> [IndexKey] {
        guard entry.isListed else { return [] }
        let (operation, bytes, segment) = try operation(entry.place)
        return try segment?.upgraded(operation, bytes)?.lists ?? operation.lists(bytes)
    }

    private func operation(_ place: Place) throws -> (LoggedOperation, [UInt8], Segment?) {
        if let group, group.segment == place.segment, Int(place.offset) >= group.start {
            let start = Int(place.offset) - group.start
            let bytes = Array(group.lines.bytes[start..<(start + Int(place.length))])
            guard let operation = LineParser.operation(bytes, bytes.indices) else {
                throw LogError(.damaged, "an unwritten line")
            }
            return (operation, bytes, nil)
        }
        guard let usage = state.segments[place.segment] else {
            throw LogError(.damaged, "the index leads to segment \(place.segment), which is not there")
        }
        let (operation, bytes) = try usage.segment.operation(place)
        return (operation, bytes, usage.segment)
    }

    /// Runs something that reads; where bytes turn out to be damaged, the index is not trusted by the next opening, which then reads everything.
    func watching<Result>(_ body: () throws -> Result) throws(LogError) -> Result {
        do { return try body() } catch {
            let error = LogError(error)
            if error.code == .damaged { indexFiles.distrust() }
            throw error
        }
    }
}

/// Goes over entries of the index.
package struct KeyCursor {
    private var cursor: IndexCursor
    private let files: IndexFiles

    init(cursor: IndexCursor, files: IndexFiles) {
        self.cursor = cursor
        self.files = files
    }

    /// The next entry, `nil` at the end.
    package mutating func next() throws(LogError) -> FoundKey? {
        do { return try cursor.next().map { FoundKey(bytes: $0.key, value: $0.value) } } catch {
            let error = LogError(error)
            if error.code == .damaged { files.distrust() }
            throw error
        }
    }
}

/// A record as it is read.
package struct LogRecord: Sendable, Hashable {
    /// Its key.
    package var key: String
    /// How often it has been written.
    package var revision: Int64
    /// JSON in UTF-8.
    package var value: [UInt8]
}
