import Foundation
import JSONLog
import SupportPortal
import TestSupport

/// JSON files in a folder of their own, which is removed when no store holds it any more. Small enough for files of the index to be written and
/// merged in a test. What syncs are for is tested elsewhere.
enum TemporaryFileStorage {
    static func make(in folder: TemporaryFolder? = nil) async throws -> JSONFileStorage {
        let folder = try folder ?? TemporaryFolder()
        var options = LogOptions()
        options.overlaySize = 100
        return try await JSONFileStorage(
            path: folder.path, mode: .relaxed(upTo: .seconds(1)), options: options, files: FolderFileSystem(folder: folder))
    }
}

/// The machine's file system, which keeps a folder from being removed as long as somebody uses it.
private struct FolderFileSystem: FileSystem {
    let folder: TemporaryFolder
    private let base = DiskFileSystem()

    init(folder: TemporaryFolder) { self.folder = folder }

    func open(_ path: String, _ access: FileAccess) throws(FileError) -> any LogFile { try base.open(path, access) }
    func lock(_ path: String) throws(FileError) -> (any FileLock)? { try base.lock(path) }
    func list(_ directory: String) throws(FileError) -> [String] { try base.list(directory) }
    func makeDirectory(_ path: String) throws(FileError) { try base.makeDirectory(path) }
    func rename(_ path: String, to newPath: String) throws(FileError) { try base.rename(path, to: newPath) }
    func remove(_ path: String) throws(FileError) { try base.remove(path) }
    func syncDirectory(_ path: String) throws(FileError) { try base.syncDirectory(path) }
}
