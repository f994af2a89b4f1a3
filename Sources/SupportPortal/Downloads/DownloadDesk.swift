#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The writing half: what agents do with files, on top of what they do with whatever a section publishes.
struct DownloadDesk: Sendable {
    let desk: CatalogDesk<Download>
    let files: CatalogFiles<Download>

    private var limits: PortalLimits { desk.configuration.limits }

    // MARK: Files

    /// Stores a file, and a download that offers it.
    func add(
        _ source: FileSource, title: SingleLine, body: String, with change: (inout Download) throws -> Void
    ) async throws -> Download {
        try desk.requirePermission()
        let entry = desk.newEntry([CatalogText(title: title, body: body)])
        var download = Download(entry: entry, file: FileAttachment(id: "", name: source.name, size: 0), sha256: "")
        try change(&download)
        guard download.id == entry.id else { throw PortalError.notFound(Download.kindName) }
        // Before the bytes, which may be many.
        _ = try await desk.checked(download.entry, other: problems(of: download))
        return try await taking(source, for: entry.id) { file, sha256 in
            var download = download
            download.sha256 = sha256
            return try await save(download, file: file)
        }
    }

    /// Puts another file in the place of a download's. The earlier one is deleted later: somebody may be reading it.
    func replace(_ id: Download.ID, with source: FileSource, version: SingleLine?) async throws -> Download {
        let stored = try await desk.item(id)
        _ = try await desk.checked(stored.entry, other: problems(version: version ?? ""))
        return try await taking(source, for: id) { file, sha256 in
            try await desk.changeItem(id, isSame: Self.isSame) { download in
                download.file = file
                download.sha256 = sha256
                if let version { download.version = version }
            }
        }
    }

    /// Takes a file in for a download, and deletes it again where the record is refused.
    private func taking(
        _ source: FileSource, for id: Download.ID, _ work: (FileAttachment, String) async throws -> Download
    ) async throws -> Download {
        let intake = try FileIntake(files.blobs, desk.configuration.downloads.rules, desk.environment)
        let (blob, sha256) = try await intake.takeHashed(source, for: .item(id))
        do {
            return try await work(FileAttachment(id: blob.id, name: blob.name, size: blob.size), sha256)
        } catch let error as PortalError {
            // Of other errors nobody knows whether the record was stored; a file that belongs to nothing is found later.
            do { try await intake.blobs.delete(blob.id) } catch { desk.environment.report(error) }
            throw error
        }
    }

    // MARK: Records

    /// Stores what an agent wrote. The file stays what it is; it may be called something else.
    func save(_ download: Download) async throws -> Download {
        let stored = try await desk.item(download.id)
        guard download.file.id == stored.file.id else { throw PortalError(problems: [FormProblem(.file, .unknown)]) }
        var download = download
        download.sha256 = stored.sha256
        return try await save(download, file: stored.file)
    }

    private func save(_ download: Download, file: FileAttachment) async throws -> Download {
        var download = download
        let name = download.file.name
        download.file = file
        download.file.name = name
        return try await desk.save(download, problems: problems(of: download), isSame: Self.isSame)
    }

    private func problems(of download: Download) -> [FormProblem] {
        var problems = problems(version: download.version)
        if let products = download.requirement.products {
            if products.isEmpty { problems.append(FormProblem(.products, .missing)) }
            if products.count > limits.audience { problems.append(FormProblem(.products, .tooMany, limit: limits.audience)) }
        }
        return problems
    }

    private func problems(version: SingleLine) -> [FormProblem] {
        let limit = limits.name
        let isTooLong = version.text.utf8.count > limit * 8 || version.text.count > limit
        return isTooLong ? [FormProblem(.version, .tooLong, limit: limit)] : []
    }

    /// Whether readers see no difference.
    private static func isSame(_ old: Download, _ new: Download) -> Bool {
        old.file == new.file && old.version == new.version
    }

    /// Removes a download, and its files.
    func remove(_ id: Download.ID) async throws {
        try await _ = files.delete(of: desk.remove(id, at: nil))
    }

    // MARK: Sharing

    /// Names customers in the audience of a download, or no longer.
    func name(_ customers: [Customer.ID], in id: Download.ID, _ isNamed: Bool) async throws -> Download {
        let keys = Audience.customers(customers).keys
        return try await desk.change(id) { entry in
            let old = entry.audience.keys
            entry.audience = Audience(keys: isNamed ? old.union(keys) : old.subtracting(keys))
        }
    }
}

extension Portal {
    /// What an agent offers files with.
    /// - Throws: ``PortalError/Code/sectionNotComposed``.
    func downloadDesk(_ agent: Agent) throws -> DownloadDesk {
        let desk = try desk(of: storage.downloads, for: agent, .editDownloads)
        return DownloadDesk(desk: desk, files: files(of: desk.store))
    }
}
