#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The downloads as one reader sees them.
struct DownloadShelf: Sendable {
    let viewer: CatalogViewer<Download>
    let blobs: any BlobStore
    let environment: PortalEnvironment
    /// Who is reading, for the event of a transfer.
    let reader: Author
    /// What a customer is named by in audiences; nothing for guests.
    let names: Set<AccessKey>

    // MARK: Lists

    func categories() async throws -> [CatalogNode<Download>] { try await viewer.nodes(viewer.tree()) }

    func list(
        in category: Download.Category.ID?, withBranches: Bool, tag: TagName?, order: CatalogOrder, page: PageRequest
    ) async throws -> Page<DownloadSummary> {
        let tree = try await viewer.tree()
        return try await summaries(
            of: viewer.items(in: category, withBranches: withBranches, tag: tag, order: order, page: page, tree), tree)
    }

    func uncategorized(_ page: PageRequest) async throws -> Page<DownloadSummary> {
        let tree = try await viewer.tree()
        var filter = viewer.filter(tree)
        filter.placement = .unlisted
        return try await summaries(of: viewer.items(filter, order: .place, page: page), tree)
    }

    func shared(_ page: PageRequest) async throws -> Page<DownloadSummary> {
        let tree = try await viewer.tree()
        var named = viewer
        named.scope = .holding(names)
        return try await summaries(of: named.items(order: .newest, page: page, tree), tree)
    }

    func search(
        _ text: String, in category: Download.Category.ID?, tag: TagName?, page: PageRequest, _ portal: Portal
    ) async throws -> DownloadSearchPage {
        let finder = try await portal.finder(for: viewer, portal.indexes.downloads)
        let found = try await finder.narrowed(to: category, tag: tag).page(text, page)
        let downloads = try await viewer.items(found.results.map(\.id), finder.tree)
        let summaries = try await summaries(of: Page(downloads), finder.tree).items
        let byID = Dictionary(summaries.map { ($0.id, $0) }) { first, _ in first }
        let results = found.results.compactMap { result in
            byID[result.id].map { DownloadSearchResult(download: $0, title: result.title, snippet: result.snippet) }
        }
        return DownloadSearchPage(results: results, total: found.total, next: found.next)
    }

    func page(_ download: Download, _ tree: CatalogTree<Download>) async throws -> DownloadPage {
        let text = download.entry.text(in: viewer.language)
        let summary = try await summaries(of: Page([download]), tree).items
        let paths = download.entry.categories.map { id in tree.path(to: id).map { CatalogStep($0, viewer.language) } }
        guard let summary = summary.first else { throw PortalError.notFound(Download.kindName) }
        return DownloadPage(summary: summary, description: text.body, paths: paths.filter { !$0.isEmpty })
    }

    private func summaries(
        of page: Page<Download>, _ tree: CatalogTree<Download>
    ) async throws -> Page<DownloadSummary> {
        let tallies = try await viewer.store.tallies(of: Set(page.items.map(\.id)))
        let files = Set(page.items.map(\.file.id))
        let there = files.isEmpty ? [] : Set(try await blobs.blobs(files).map(\.id))
        return page.map { download in
            DownloadSummary(
                shown: viewer.summary(download, tree), version: download.version, fileName: download.file.name,
                size: download.file.size, sha256: download.sha256,
                access: download.requirement.access(for: viewer.services, at: viewer.now),
                isShared: download.entry.audience.includes(holderOf: names), isMissing: !there.contains(download.file.id),
                downloads: tallies[download.id]?[.downloads] ?? 0)
        }
    }

    // MARK: Delivery

    func delivery(of id: Download.ID, range: Range<Int>?) async throws -> FileDelivery {
        let download = try await viewer.item(id, viewer.tree())
        if case .denied(let denial) = download.requirement.access(for: viewer.services, at: viewer.now) {
            var error = PortalError(.downloadDenied, "download \(id): \(denial.reason.rawValue)")
            error.denial = denial
            throw error
        }
        let ending = TransferEnd { [self] in await count(download) }
        return try await blobs.delivery(of: download, range: range, ending: ending)
    }

    /// Counts a transfer that has come to its end. It has, whatever becomes of the counting: nothing is thrown, and the host hears of a failure.
    private func count(_ download: Download) async {
        let event = PortalEvent(
            id: PortalEvent.ID(environment.makeID()), kind: .catalog(Download.self, .completed), subject: download.id.rawValue,
            date: environment.date, author: reader, isInternal: true, keys: download.entry.audience.keys,
            details: [
                .fileName: download.file.name.text, .sha256: download.sha256,
                .version: download.version.isEmpty ? nil : download.version.text,
            ].compactMapValues { $0 })
        do {
            _ = try await viewer.store.commit(
                CatalogCommit {
                    $0.increments = [CatalogIncrement(download.id, .downloads)]
                    $0.events = [event]
                    $0.announces = false
                })
        } catch {
            environment.report(UncountedDownload(download: download.id, event: event, cause: error))
        }
    }
}

extension BlobStore {
    /// Hands out the file of a download.
    /// - Throws: ``PortalError/Code/fileMissing``, ``PortalError/Code/invalidRange``.
    func delivery(of download: Download, range: Range<Int>?, ending: TransferEnd? = nil) async throws -> FileDelivery {
        guard let blob = try await blobs([download.file.id]).first else {
            throw PortalError(.fileMissing, "the bytes of blob \(download.file.id) are missing")
        }
        return try await FileDelivery(blob, name: download.file.name, range: range, blobs: self, ending: ending)
    }
}
