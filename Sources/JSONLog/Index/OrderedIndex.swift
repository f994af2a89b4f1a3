/// Keys and values in the order of the keys' bytes, most of them on the disk: neither opening it nor its memory grows with them.
///
/// Layers, newest first: what was changed lately, in memory; what is being written to a run; and runs. The newest layer that knows a
/// key decides. It is a value: a copy is a snapshot, and is cheap. It can be made anew from what it indexes, so that files that are
/// damaged are simply left away.
struct OrderedIndex: Sendable {
    /// What was changed since the last ``freeze()``.
    private(set) var overlay = IndexOverlay()
    /// What is being written to a run.
    private(set) var frozen: IndexOverlay?
    /// The files, newest first.
    private(set) var runs: [IndexRun] = []

    /// An index of runs, newest first.
    init(runs: [IndexRun] = []) { self.runs = runs }

    /// The number of keys.
    var count: Int { runs.reduce(overlay.delta + (frozen?.delta ?? 0)) { $0 &+ $1.delta } }

    /// The value of a key.
    func value(of key: [UInt8]) throws -> [UInt8]? {
        if let entry = overlay.entry(key) ?? frozen?.entry(key) { return entry.value }
        for run in runs { if let entry = try run.entry(key) { return entry.value } }
        return nil
    }

    /// Enters a value. `replacing` says whether the key is present now, which the caller must know.
    mutating func set(_ key: [UInt8], _ value: [UInt8], replacing: Bool) { overlay.set(key, value, isInBase: replacing) }

    /// Removes a key, which must be present.
    mutating func remove(_ key: [UInt8]) { overlay.set(key, nil, isInBase: true) }

    // MARK: Ranges

    /// How many keys are in a range.
    func count(in range: IndexRange) throws -> Int {
        var count = overlay.delta(in: range) &+ (frozen?.delta(in: range) ?? 0)
        for run in runs { count &+= try run.delta(in: range) }
        return count
    }

    /// Goes over the keys of a range.
    func cursor(in range: IndexRange, ascending isAscending: Bool = true) throws -> IndexCursor {
        var layers: [LayerCursor] = []
        guard !range.isEmpty else { return IndexCursor(LayeredCursor(layers, ascending: isAscending), end: nil) }
        layers.reserveCapacity(runs.count + 2)
        let start = isAscending ? range.from : range.to
        if overlay.count > 0 { layers.append(LayerCursor(overlay.cursor(from: start, ascending: isAscending))) }
        if let frozen { layers.append(LayerCursor(frozen.cursor(from: start, ascending: isAscending))) }
        for run in runs { layers.append(LayerCursor(try run.cursor(from: start, ascending: isAscending))) }
        return IndexCursor(LayeredCursor(layers, ascending: isAscending), end: isAscending ? range.to : range.from)
    }

    /// The first key of a range, and its value.
    func first(in range: IndexRange) throws -> (key: [UInt8], value: [UInt8])? {
        var cursor = try cursor(in: range)
        return try cursor.next()
    }

    /// The last key of a range, and its value.
    func last(in range: IndexRange) throws -> (key: [UInt8], value: [UInt8])? {
        var cursor = try cursor(in: range, ascending: false)
        return try cursor.next()
    }

    // MARK: Writing runs

    /// Begins a new overlay, so that the old one can be written; does nothing while another one is being written.
    mutating func freeze() {
        guard frozen == nil, overlay.count > 0 else { return }
        frozen = overlay
        overlay = IndexOverlay()
    }

    /// Writes what is frozen to a new file; the index itself stays as it is. The caller syncs the directory.
    func flush(to path: String, _ files: any FileSystem, cache: PageCache) throws -> IndexRun? {
        guard let frozen else { return nil }
        return try IndexRunWriter.write(path, files, cache: cache) { writer in
            var cursor = frozen.cursor(from: [], ascending: true)
            while let entry = cursor.entry {
                try writer.add(entry.key, entry.value?[...], isInBase: entry.isInBase)
                cursor.advance()
            }
        }
    }

    /// Puts the run that ``flush(to:_:cache:)`` made in place of what was frozen.
    mutating func flushed(_ run: IndexRun?) {
        if let run { runs.insert(run, at: 0) }
        frozen = nil
    }

    /// Puts a run in place of those that it was merged from, wherever they are now; says whether they still were there.
    @discardableResult
    mutating func merged(_ old: [IndexRun], to new: IndexRun?) -> Bool {
        guard let start = runs.firstIndex(where: { $0 === old.first }), start + old.count <= runs.count,
            zip(runs[start...], old).allSatisfy({ $0 === $1 })
        else { return false }
        runs.replaceSubrange(start..<(start + old.count), with: new.map { [$0] } ?? [])
        return true
    }
}
