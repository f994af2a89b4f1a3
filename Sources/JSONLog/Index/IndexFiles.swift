import Synchronization

/// The folder with the files of the index. All of it can be thrown away at any time while the log is closed: it is made anew from the log.
final class IndexFiles: Sendable {
    private struct State {
        var next: UInt64 = 1
        /// Whether what is there may be used by the next opening.
        var isTrusted = true
    }

    let files: any FileSystem
    let cache: PageCache
    private let logDirectory: String
    private let isReadOnly: Bool
    private let state = Mutex(State())

    init(files: any FileSystem, logDirectory: String, isReadOnly: Bool, cacheSize: Int) {
        self.files = files
        self.logDirectory = logDirectory
        self.isReadOnly = isReadOnly
        cache = PageCache(capacity: cacheSize)
    }

    private var directory: String { "\(logDirectory)/index" }
    private var checkpointPath: String { "\(directory)/checkpoint.json" }

    // MARK: Reading

    /// The checkpoint; `nil` if there is none, or what is there cannot be read, for whatever reason.
    func checkpoint() -> Checkpoint? {
        guard let file = try? files.open(checkpointPath, .reading), let size = try? file.size(), size < 16 << 20,
            let text = try? file.read(size, at: 0)
        else { return nil }
        return Checkpoint.read(text)
    }

    /// The files of a checkpoint, opened.
    func open(_ checkpoint: Checkpoint) throws -> [IndexRun] {
        try checkpoint.runs.map { known in
            guard let number = Self.number(known.name) else { throw LogError(.damaged, "the checkpoint names \(known.name)") }
            state.withLock { $0.next = max($0.next, number + 1) }
            let run = try IndexRun("\(directory)/\(known.name)", files, cache: cache)
            guard run.fingerprint == known.fingerprint else { throw LogError(.damaged, "\(run.path) is of another index") }
            return run
        }
    }

    private static func number(_ name: String) -> UInt64? {
        guard name.hasSuffix(".run"), let number = UInt64(name.dropLast(4)), number < 1 << 62 else { return nil }
        return number
    }

    // MARK: Writing

    /// Whether nothing of it has turned out to be wrong.
    var isTrusted: Bool { state.withLock { $0.isTrusted } }

    /// Says that what was read turned out to be wrong: nothing of the index is used any more when the log is opened next.
    func distrust() {
        let mustRemove = state.withLock { state in
            defer { state.isTrusted = false }
            return state.isTrusted
        }
        // If it cannot be removed, the damage is found again.
        if mustRemove, !isReadOnly { try? files.remove(checkpointPath) }
    }

    /// Removes a checkpoint that does not know a segment, before those go that the segment replaces: to an opening that found some of them, it would
    /// say that they are the ones that count.
    func forgetCheckpoint(without segment: UInt32) throws {
        guard let found = checkpoint(), !found.segments.contains(where: { $0.number == segment }) else { return }
        try files.remove(checkpointPath)
        try files.syncDirectory(directory)
    }

    /// Makes a new file of what is frozen in an index.
    func flush(_ index: OrderedIndex) throws -> IndexRun? {
        try prepare()
        return try index.flush(to: newPath(), files, cache: cache)
    }

    /// Makes one file of some.
    func merge(_ runs: [IndexRun]) throws -> IndexRun? {
        try OrderedIndex.merge(runs, to: newPath(), files, cache: cache)
    }

    private func newPath() -> String {
        state.withLock { state in
            defer { state.next += 1 }
            return "\(directory)/\(state.next).run"
        }
    }

    private func prepare() throws {
        try files.makeDirectory(directory)
    }

    /// Writes all of an index to files, few enough.
    func settle(_ index: inout OrderedIndex) throws {
        for _ in 0..<2 {
            index.freeze()
            if index.frozen != nil { index.flushed(try flush(index)) }
        }
        while let runs = index.mergePlan { index.merged(runs, to: try merge(runs)) }
    }

    /// Makes the next opening use these files, and removes all others.
    func save(_ state: LogState, _ active: ActiveSegment, _ runs: [IndexRun]) throws {
        try prepare()
        let listed = runs.map {
            Checkpoint.Run(name: String($0.path.split(separator: "/").last ?? ""), fingerprint: $0.fingerprint)
        }
        if isTrusted {
            try files.syncDirectory(directory)
            let draft = "\(checkpointPath).tmp"
            try files.remove(draft)
            let file = try files.open(draft, .creating)
            try file.write(try Checkpoint(state, active, runs: listed).text(), at: 0)
            try file.sync()
            try files.rename(draft, to: checkpointPath)
            try files.syncDirectory(directory)
        }
        try removeAll(but: Set(listed.map(\.name)))
    }

    /// Removes all files of the index but these.
    func removeAll(but names: Set<String>) throws {
        for name in try files.list(directory) where Self.number(name) != nil && !names.contains(name) {
            try files.remove("\(directory)/\(name)")
        }
    }

    /// Removes what is there, as nothing of it can be used.
    func startAnew() throws {
        state.withLock { $0.isTrusted = true }
        try files.remove(checkpointPath)
        do { try removeAll(but: []) } catch let error as FileError where error.reason == .notFound {}
    }
}
