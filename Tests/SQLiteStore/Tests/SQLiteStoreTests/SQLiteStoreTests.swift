import Foundation
import SQLiteStore
import SupportPortalTesting
import Testing

/// The laws of all storages, each on databases of its own.
@Suite struct SQLiteStoreTests {
    @Test(arguments: StorageLaws.all)
    func keeps(_ law: StorageLaw) async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "sqlite-store-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let subject = StorageSubject {
            try SQLiteStorage(directory: root.appending(path: UUID().uuidString))
        } reopen: { storage in
            let storage = try #require(storage as? SQLiteStorage)
            try storage.close()
            return try SQLiteStorage(directory: storage.directory)
        }
        try await law.check(subject)
    }
}
