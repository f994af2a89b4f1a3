#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A whole portal as one stream of JSON Lines: out of any storage, into any other.
///
/// ```swift
/// for try await line in PortalArchive.export(old) { try file.write(contentsOf: line) }
///
/// let summary = try await PortalArchive.restore(FileSource(file: url), into: new) { print($0.counts.tickets) }
/// ```
///
/// Or without a file between: `PortalArchive.restore(PortalArchive.export(old), into: new)`.
///
/// The stream holds tickets with messages, files and histories, uploads that were not sent yet, desk records (drafts, marks, canned
/// replies, bans), and announcements, articles and downloads with categories, files, earlier versions, counters and votes. What waits in the queue, what is parked there, and submissions cannot be listed by stores: let the dispatcher drain before,
/// and let a form that is sent twice be sent to one portal. Store revisions, places in the change feed and events of tickets that were erased
/// stay behind: followers begin anew.
///
/// Equal portals have equal streams, whatever they are stored in; what was restored and is exported again is the same, byte for byte.
public enum PortalArchive: Sendable {
    /// Everything in a storage, as lines of JSON that end with LF, read while they are asked for and with no more than a few pages in memory.
    ///
    /// The portal should stand still: when somebody changed a ticket or published something meanwhile, the sequence throws ``ArchiveError/Code/changedMeanwhile``
    /// instead of ending, and the stream without its last line is known to be incomplete.
    ///
    /// Parameter `progress`: called after each line.
    public static func export(
        _ storage: any PortalStorage, progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) -> PortalExport {
        PortalExport(storage: storage, report: progress)
    }

    /// Stores everything that a stream holds. Nobody is told of anything.
    ///
    /// Chunks of the stream may begin and end anywhere. The first line is read, and the storage looked at, before anything is stored. Then each
    /// ticket is stored in one atomic step with its messages and its history (in several, when they are more than 256 or 4 MiB), after its files; so is
    /// each item of a section with its versions and votes.
    /// Only at its end is a stream known to be whole: where that matters beforehand, `verify` it first.
    ///
    /// A restore that was interrupted can be repeated with ``RestoreOptions/allowsExisting``: what is there and equal is skipped, the rest is
    /// added, nothing is overwritten. Neither people nor the housekeeper, to which files without a ticket are left over, should use the portal meanwhile.
    ///
    /// Parameter `progress`: called after each line is read, before it is stored.
    /// - Throws: ``ArchiveError``, with the line that is at fault; whatever the stores and the stream throw. What was stored until then stays.
    @discardableResult
    public static func restore(
        _ stream: some AsyncSequence<Data, any Error> & Sendable, into storage: any PortalStorage,
        options: RestoreOptions = RestoreOptions(), progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> TransferSummary {
        var restore = PortalRestore(
            reader: ArchiveReader(stream, longestLine: options.longestLine, report: progress), storage: storage, options: options)
        return try await restore.run()
    }

    /// Stores everything that a file or another source holds, as that of a stream does.
    /// - Throws: ``PortalError/Code/unreadableFile``; ``ArchiveError``, with the line that is at fault; whatever the stores throw.
    @discardableResult
    public static func restore(
        _ source: FileSource, into storage: any PortalStorage, options: RestoreOptions = RestoreOptions(),
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> TransferSummary {
        var restore = PortalRestore(
            reader: ArchiveReader(source.bytes, longestLine: options.longestLine, report: progress), storage: storage,
            options: options)
        return try await restore.run()
    }

    /// Reads a stream to its end without storing anything: whether it is whole, unchanged and in order, and what it holds.
    ///
    /// Parameter `progress`: called after each line.
    /// - Throws: ``ArchiveError``, with the line that is at fault; whatever the stream throws.
    @discardableResult
    public static func verify(
        _ stream: some AsyncSequence<Data, any Error> & Sendable, options: RestoreOptions = RestoreOptions(),
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> TransferSummary {
        let reader = ArchiveReader(stream, longestLine: options.longestLine, report: progress)
        while try await reader.next() != nil {}
        return await reader.result
    }

    /// Reads a file or other source to its end without storing anything.
    /// - Throws: ``PortalError/Code/unreadableFile``; ``ArchiveError``, with the line that is at fault.
    @discardableResult
    public static func verify(
        _ source: FileSource, options: RestoreOptions = RestoreOptions(),
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> TransferSummary {
        let reader = ArchiveReader(source.bytes, longestLine: options.longestLine, report: progress)
        while try await reader.next() != nil {}
        return await reader.result
    }
}

/// How a stream is restored.
public struct RestoreOptions: Hashable, Sendable {
    /// Whether there may be something in the storage already: what is left of a restore that was interrupted, or another portal to add to.
    /// What is there and equal is then skipped; what is there and differs is an error (``ArchiveError/Code/differs``), never overwritten.
    public var allowsExisting = false
    /// The most bytes of a line, its LF not counted: 64 MiB. What a restore may take of memory is a few times that.
    public var longestLine = 64 * 1024 * 1024

    /// Into an empty storage.
    public init() {}
}
