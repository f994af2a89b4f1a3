import Foundation
import JSONLog
import SupportPortal
import SupportPortalTesting
import TestSupport
import Testing

/// The laws of all storages on JSON files, which are so small that others are begun, merged and compacted all the time.
@Suite("JSON files")
struct JSONFileLawTests {
    // The stores of announcements, articles and downloads are one and the same, and their queues that of tickets.
    private static let laws =
        Thoroughness.isFull
        ? StorageLaws.all
        : StorageLaws.tickets + StorageLaws.blobs
            + StorageLaws.articles.enumerated().filter { $0.offset.isMultiple(of: 3) }.map(\.element)

    @Test(.serialized, arguments: laws)
    func keeps(_ law: StorageLaw) async throws {
        var options = LogOptions()
        options.segmentSize = 20_000
        options.tailSize = 2_000
        options.overlaySize = 60
        options.checkpointSize = 1
        options.cacheSize = 20_000
        try await check(law, options)
    }

    private func check(_ law: StorageLaw, _ options: LogOptions) async throws {
        let folder = try TemporaryFolder()
        let subject = StorageSubject {
            try await OpenStorage(path: "\(folder.path)/\(UUID().uuidString)", options)
        } reopen: { storage in
            let storage = try #require(storage as? OpenStorage)
            try await storage.base.close()
            let reopened = try await OpenStorage(path: storage.path, options)
            #expect(reopened.base.recovery.isClean && reopened.base.recovery.tornTail == nil)
            return reopened
        }
        try await law.check(subject.patient)
    }

    private struct OpenStorage: PortalStorage {
        let path: String
        let base: JSONFileStorage

        init(path: String, _ options: LogOptions) async throws {
            self.path = path
            // Syncing is what the crash tests are about.
            base = try await JSONFileStorage(
                path: path, create: true, mode: .relaxed(upTo: .seconds(1)), options: options, files: DiskFileSystem())
        }

        var tickets: (any TicketStore)? { base.tickets }
        var blobs: (any BlobStore)? { base.blobs }
        var announcements: (any CatalogStore<Announcement>)? { base.announcements }
        var articles: (any CatalogStore<Article>)? { base.articles }
        var downloads: (any CatalogStore<Download>)? { base.downloads }
    }
}
