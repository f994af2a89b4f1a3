import Foundation
import JSONLog
import SupportPortal

/// JSON files in a folder of their own, which is removed when nobody holds the storage any more. Small enough for files of the index to be written
/// and merged in a test. What syncs are for is tested elsewhere.
struct TemporaryFileStorage: PortalStorage {
    private let folder: TemporaryFolder
    let base: JSONFileStorage

    init() async throws {
        folder = try TemporaryFolder()
        var options = LogOptions()
        options.overlaySize = 100
        base = try await JSONFileStorage(
            path: "\(folder.path)/portal", create: true, mode: .relaxed(upTo: .seconds(1)), options: options,
            files: DiskFileSystem())
    }

    var tickets: (any TicketStore)? { base.tickets }
    var blobs: (any BlobStore)? { base.blobs }
}

/// A folder of its own, removed with all that is in it when nobody holds it any more.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "support-portal-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
