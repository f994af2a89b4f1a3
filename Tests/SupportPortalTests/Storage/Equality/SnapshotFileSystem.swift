import Foundation
import JSONLog
import Synchronization

/// The file system of the machine, except that nothing is synced, and that a directory can be copied as it is between two calls: what a kill at that
/// moment would leave.
final class SnapshotFileSystem: FileSystem {
    private let base = DiskFileSystem()
    /// Held through each call that changes something.
    private let turn = Mutex(())

    func copy(_ path: String, to copy: String) throws {
        try turn.withLock { _ in try FileManager.default.copyItem(atPath: path, toPath: copy) }
    }

    fileprivate func change<Result>(_ body: () throws(FileError) -> Result) throws(FileError) -> Result {
        try turn.withLock { (_) throws(FileError) in try body() }
    }

    func open(_ path: String, _ access: FileAccess) throws(FileError) -> any LogFile {
        File(base: try change { () throws(FileError) in try base.open(path, access) }, system: self)
    }

    func lock(_ path: String) throws(FileError) -> (any FileLock)? { try change { () throws(FileError) in try base.lock(path) } }
    func list(_ directory: String) throws(FileError) -> [String] { try base.list(directory) }
    func makeDirectory(_ path: String) throws(FileError) { try change { () throws(FileError) in try base.makeDirectory(path) } }
    func rename(_ path: String, to newPath: String) throws(FileError) {
        try change { () throws(FileError) in try base.rename(path, to: newPath) }
    }
    func remove(_ path: String) throws(FileError) { try change { () throws(FileError) in try base.remove(path) } }
    func syncDirectory(_ path: String) throws(FileError) {}

    private final class File: LogFile {
        private let base: any LogFile
        private let system: SnapshotFileSystem

        init(base: any LogFile, system: SnapshotFileSystem) {
            self.base = base
            self.system = system
        }

        func size() throws(FileError) -> Int { try base.size() }
        func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] { try base.read(count, at: offset) }
        func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
            try system.change { () throws(FileError) in try base.write(bytes, at: offset) }
        }
        func truncate(to size: Int) throws(FileError) {
            try system.change { () throws(FileError) in try base.truncate(to: size) }
        }
        func sync() throws(FileError) {}
    }
}
