package import JSONLog

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// All stores of a portal in a directory of JSON files: the default for a portal that lives in one process.
///
/// What was acknowledged outlives the process and the power. The files are lines of JSON that people can read with any text tool; a copy of the directory,
/// made while it is closed, is a backup. One process at a time can have it open; others can read along with ``Mode/readOnly``.
///
/// ```swift
/// let storage = try await JSONFileStorage(directory: URL(filePath: "support-data"), create: true)
/// let portal = Portal(storage: storage)
/// ```
///
/// Damage does not keep it from opening: what can still be read is there, the rest is set aside, and ``recovery`` names it.
public struct JSONFileStorage: PortalStorage {
    /// When a commit counts as stored, and whether there can be any.
    public enum Mode: Sendable, Hashable {
        /// When it is on the disk, safe from a power cut.
        case durable
        /// When the operating system has it: it outlives the process. A power cut loses at most what was stored in so long a time before it, and
        /// what is left is all that was stored up to some moment.
        case relaxed(upTo: Duration)
        /// Nothing is written, repaired or locked: shows what was there when it was opened.
        case readOnly
    }

    /// Where tickets are.
    public let ticketStore: JSONTicketStore
    /// Where files are.
    public let blobStore: JSONBlobStore
    /// Where announcements are.
    public let announcementStore: JSONCatalogStore<Announcement>
    /// Where articles are.
    public let articleStore: JSONCatalogStore<Article>
    /// Where downloads are.
    public let downloadStore: JSONCatalogStore<Download>
    /// What opening found amiss. A host should look at it and alert somebody unless it ``RecoveryReport/isClean``.
    public let recovery: RecoveryReport
    private let log: Log

    /// Opens the storage in a directory; an empty one becomes a storage.
    ///
    /// - Parameters:
    ///   - directory: Where the files are, or are to be; a directory on this machine.
    ///   - create: Whether the directory is made if it is not there. Without, a disk that is not mounted is an error and not an empty portal.
    ///   - mode: When a commit counts as stored.
    /// - Throws: ``StorageError`` with ``StorageError/Code/locked``, ``StorageError/Code/newerFormat``,
    ///   ``StorageError/Code/missingDirectory``, ``StorageError/Code/notPermitted``, ``StorageError/Code/notAFile``,
    ///   ``StorageError/Code/diskFull`` or ``StorageError/Code/inputOutput``. Then nothing has been removed.
    public init(directory: URL, create: Bool = false, mode: Mode = .durable) async throws {
        try await self.init(path: directory.path, create: create, mode: mode, options: LogOptions(), files: DiskFileSystem())
    }

    /// Opens it with other sizes, or on another file system, for tests.
    package init(
        path: String, create: Bool = false, mode: Mode = .durable, options: LogOptions, files: any FileSystem
    ) async throws {
        let (log, report, statuses) = try await translating {
            try await onThread {
                if create, mode != .readOnly { try Self.makeDirectory(path, files) }
                return try Self.open(path, mode, options, files)
            }
        }
        self.log = log
        recovery = RecoveryReport(report)
        ticketStore = JSONTicketStore(log, statuses)
        blobStore = JSONBlobStore(log, storage: path, files: files)
        announcementStore = JSONCatalogStore(log)
        articleStore = JSONCatalogStore(log)
        downloadStore = JSONCatalogStore(log)
    }

    private static func open(
        _ path: String, _ mode: Mode, _ options: LogOptions, _ files: any FileSystem
    ) throws -> (Log, JSONLog.RecoveryReport, [TicketStatus]) {
        let (log, report) = try Log.open(directory: path, mode: mode.logMode, options: options, files: files)
        do throws(LogError) { return (log, report, try log.reader().statuses()) } catch {
            log.abandon()
            guard error.code == .damaged, options.usesIndex else { throw error }
        }
        // The index is damaged, which must not keep anybody out: everything can be read without it.
        var plain = options
        plain.usesIndex = false
        return try open(path, mode, plain, files)
    }

    private static func makeDirectory(_ path: String, _ files: any FileSystem) throws {
        do { try files.makeDirectory(path) } catch {
            // What it is to be in is not there.
            guard error.reason == .notFound else { throw error }
            throw LogError(.missingDirectory, error.description)
        }
    }

    /// Tickets.
    public var tickets: (any TicketStore)? { ticketStore }
    /// Files.
    public var blobs: (any BlobStore)? { blobStore }
    /// Announcements.
    public var announcements: (any CatalogStore<Announcement>)? { announcementStore }
    /// Articles.
    public var articles: (any CatalogStore<Article>)? { articleStore }
    /// Downloads.
    public var downloads: (any CatalogStore<Download>)? { downloadStore }

    /// Ends the storage: stores what was begun and leaves clean files. Later calls throw ``StorageError/Code/closed``; closing again is well.
    ///
    /// A storage that is merely let go has lost nothing; the next opening may have more to read, and finds the directory
    /// ``StorageError/Code/locked`` until what was going on has ended.
    /// - Throws: ``StorageError``, when the last lines could not be made clean; what was acknowledged is safe.
    public func close() async throws { try await translating { try await log.close() } }

    /// Copies what is in use into new files and removes the older ones, and with them the bytes of what was erased. Goes on beside everything else. By itself
    /// it is done only when a file of 64 MiB is full and more than half of the closed ones is out of date.
    /// - Throws: ``StorageError``, also when an older file could not be removed: then nothing is lost, and erased bytes may still be on the disk until
    ///   the next opening or compaction has removed it.
    public func compact() async throws { try await translating { try await log.compact() } }

    /// Reads everything and compares all hashes: names the damage that is not noticed until somebody reads a record.
    /// - Throws: ``StorageError/Code/closed``, ``StorageError/Code/inputOutput``.
    public func verify() async throws -> [DamagedSpan] {
        try await translating { try await onThread { try log.verify().damage.map(DamagedSpan.init) } }
    }
}

extension JSONFileStorage {
    /// What opening found amiss, and what became of it.
    public struct RecoveryReport: Sendable, Hashable {
        /// What was stored for certain and cannot be read any more, by where its bytes are.
        public let damage: [DamagedSpan]
        /// What a commit that never ended has left at the end of the newest file: that is what a crash leaves. It was cut off, after it was copied.
        public let tornTail: DamagedSpan?
        /// How many commits are missing. Records that they wrote are absent or as they were before.
        public let missingCommits: Int
        /// How many changes of records could be read behind damaged bytes.
        public let salvaged: Int
        /// The records whose names can still be read in damaged bytes, as they are called in the files: each may be lost, or older than it was.
        public let suspectRecords: [String]
        /// Whether nothing is amiss. A torn tail is clean.
        public let isClean: Bool

        init(_ report: JSONLog.RecoveryReport) {
            damage = report.damage.map(DamagedSpan.init)
            tornTail = report.tornTail.map(DamagedSpan.init)
            missingCommits = report.missing.reduce(0) { $0 + $1.count }
            salvaged = report.salvaged
            suspectRecords = report.suspectKeys
            isClean = report.isClean
        }
    }

    /// Bytes of a file that are not as they were written.
    public struct DamagedSpan: Sendable, Hashable {
        /// The file.
        public let path: String
        /// The bytes, by their offsets in the file.
        public let range: Range<Int>
        /// Where a copy of the bytes is; `nil` if none was made.
        public let copy: String?
        /// Whether the copy was made now, and not at an earlier opening.
        public let isNew: Bool
        /// The records whose names can still be read in it, as they are called in the files.
        public let records: [String]

        init(_ span: JSONLog.DamagedSpan) {
            path = span.path
            range = span.range
            copy = span.copy
            isNew = span.isNew
            records = span.keys
        }
    }
}

extension JSONFileStorage.Mode {
    fileprivate var logMode: LogMode {
        switch self {
        case .durable: .durable
        case .relaxed(let interval): .relaxed(interval)
        case .readOnly: .readOnly
        }
    }
}

// MARK: Errors and threads

extension StorageError {
    init(_ error: LogError) { self.init(Code(rawValue: error.code.rawValue), error.message) }
}

/// Makes what the log and the file system throw a storage's own error.
func translating<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw translated(error) }
}

/// Makes what the log and the file system throw a storage's own error.
func translating<Result>(_ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch { throw translated(error) }
}

private func translated(_ error: any Error) -> any Error {
    switch error {
    case let error as LogError: StorageError(error)
    case let error as FileError: StorageError(LogError(error))
    default: error
    }
}

/// Runs what blocks on a thread of its own.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        BackgroundThread.run { continuation.resume(with: Swift.Result { try body() }) }
    }
}
