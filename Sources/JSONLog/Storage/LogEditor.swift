/// A commit while it is made: what it puts and deletes is seen by what it reads afterwards, and by the commits behind it, though nothing is stored
/// yet. If anything throws, nothing of the commit remains.
package struct LogEditor {
    /// The records as the commit leaves them so far.
    package private(set) var reader: LogReader
    /// What the next line vouches for.
    private(set) var durable: Int64?
    /// The state before the first commit.
    private let start: LogState
    /// What has been done since, to be done again without the commit that fails. A copy of the state for each commit would have each commit copy the
    /// parts of the index that it changes.
    private var changes: [Change] = []
    /// How many of these the commits before this one have made.
    private var settledChanges = 0
    /// The records of which nobody knows any more in which lists they were.
    private(set) var isIndexSuspect = false

    init(_ state: LogState, _ files: IndexFiles, _ active: ActiveSegment, durable: Int64?) {
        reader = LogReader(
            state: state, indexFiles: files, group: LogReader.GroupLines(segment: active.segment.number, start: active.end))
        start = state
        self.durable = durable
    }

    /// What an operation did.
    fileprivate struct Change {
        var key: String
        var entry: RecordEntry?
        var lists: [IndexKey]
        var previous: RecordEntry?
        var previousLists: [IndexKey]
    }

    private var hasChanged: Bool { changes.count > settledChanges }

    var state: LogState { reader.state }
    var bytes: [UInt8] { reader.group?.lines.bytes ?? [] }

    // MARK: One commit after the other

    mutating func begin() {
        settledChanges = changes.count
        reader.group?.lines.begin(sequence: reader.state.sequence + 1, durable: durable)
    }

    mutating func end() throws(LogError) {
        guard hasChanged else {
            reader.group?.lines.abandon()
            return
        }
        let length = reader.group?.lines.end() ?? 0
        guard length <= LogOptions.longestLine else { throw LogError(.tooLarge, "the line of a commit is too long") }
        reader.state.sequence += 1
        durable = nil
    }

    mutating func rollBack() {
        reader.group?.lines.abandon()
        // Most that fail do so before they change anything.
        guard hasChanged else { return }
        changes.removeLast(changes.count - settledChanges)
        let sequence = reader.state.sequence
        reader.state = start
        reader.state.sequence = sequence
        for change in changes { reader.state.apply(change) }
    }

    /// The number of the commit: that of the last one as long as nothing is changed.
    package var sequence: Int64 { reader.state.sequence + (hasChanged ? 1 : 0) }

    // MARK: Changes

    /// Stores a record, in place of the one that had the key, and hands back its revision.
    ///
    /// - Parameters:
    ///   - key: Not empty, and at most ``LogOptions/longestKey`` bytes of UTF-8.
    ///   - value: What it says, and in which lists it is.
    ///   - revision: The revision that the stored record must have, 0 if there must be none; `nil` puts in any case.
    /// - Throws: ``LogError``.
    @discardableResult
    package mutating func put(_ key: String, _ value: LogValue, expecting revision: Int64? = nil) throws(LogError) -> Int64 {
        try write(key, value, expecting: revision)
    }

    /// Removes a record, and says whether there was one. Revisions begin anew after it.
    @discardableResult
    package mutating func delete(_ key: String, expecting revision: Int64? = nil) throws(LogError) -> Bool {
        try write(key, nil, expecting: revision) > 0
    }

    /// Adds to a counter, a record whose value is an integer, 0 if there is none; hands back what it is then.
    @discardableResult
    package mutating func increment(_ key: String, by amount: Int64 = 1) throws(LogError) -> Int64 {
        let count = try self.count(key)
        let (sum, overflows) = count.addingReportingOverflow(amount)
        guard !overflows else { throw LogError(.invalidCounter, "counter \(key) would become too large") }
        try write(key, LogValue(Array(String(sum).utf8)), expecting: nil)
        return sum
    }

    /// What a counter is now, 0 if there is none.
    private func count(_ key: String) throws(LogError) -> Int64 {
        guard let record = try reader.record(key) else { return 0 }
        var cursor = JSONCursor(record.value, record.value.indices)
        guard let number = try? cursor.integer(), cursor.isAtEnd() else {
            throw LogError(.invalidCounter, "record \(key) is no integer")
        }
        return number
    }

    /// Writes an operation into the line; a deletion if there is no value. Hands back the new revision, or the last one of what is deleted.
    @discardableResult
    private mutating func write(_ key: String, _ value: LogValue?, expecting expected: Int64?) throws(LogError) -> Int64 {
        guard 1...LogOptions.longestKey ~= key.utf8.count else { throw LogError(.invalidKey, "a key of \(key.utf8.count) bytes") }
        let previous = try reader.watching { try reader.state.entry(key) }
        let revision = previous?.revision ?? 0
        if let expected, expected != revision { throw LogError.conflict(key, current: revision) }
        guard value != nil || previous != nil, var group = reader.group else { return 0 }
        let previousLists = try previous.map { (entry) throws(LogError) in try self.lists(entry) } ?? []
        reader.group = nil
        var quoted: [UInt8] = []
        JSONText.append(key, to: &quoted)
        let text = OperationText(key: quoted, indexKeys: value?.listsText ?? [], value: value?.text ?? OperationText.deletion)
        let range = group.lines.add(text, revision: revision + 1)
        var entry: RecordEntry?
        let lists = value?.lists ?? []
        if value != nil {
            let place = Place(
                segment: group.segment, offset: group.start + range.lowerBound, bytes: group.lines.bytes, range: range)
            entry = RecordEntry(place: place, revision: revision + 1, isListed: !lists.isEmpty)
        }
        reader.group = group
        let change = Change(key: key, entry: entry, lists: lists, previous: previous, previousLists: previousLists)
        reader.state.apply(change)
        changes.append(change)
        return entry?.revision ?? revision
    }

    /// The lists that a record is in. If its bytes are damaged, it stays in those of which nobody knows, until the index is made anew.
    private mutating func lists(_ entry: RecordEntry) throws(LogError) -> [IndexKey] {
        do { return try reader.lists(entry) } catch {
            let error = LogError(error)
            guard error.code == .damaged else { throw error }
            isIndexSuspect = true
            return []
        }
    }
}

extension LogState {
    fileprivate mutating func apply(_ change: LogEditor.Change) {
        apply(change.entry, change.key, lists: change.lists, after: change.previous, lists: change.previousLists)
    }
}
