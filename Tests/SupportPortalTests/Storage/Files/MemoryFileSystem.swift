import JSONLog
import Synchronization

/// Files in memory, which can be copied, changed behind a storage's back, and made to fail.
final class MemoryFileSystem: FileSystem {
    /// A call that changes something, or reads.
    enum Call: Hashable, Sendable { case read, create, lock, write, truncate, sync, rename, remove, makeDirectory, syncDirectory }

    final class File: LogFile {
        let path: String
        private let content: Mutex<[UInt8]>
        private let fault: Fault

        init(_ path: String, _ bytes: [UInt8], _ fault: Fault) {
            self.path = path
            self.fault = fault
            content = Mutex(bytes)
        }

        var bytes: [UInt8] { content.withLock { $0 } }

        func size() throws(FileError) -> Int { content.withLock { $0.count } }

        func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] {
            try fault.check(.read, path)
            return content.withLock { bytes in
                guard offset < bytes.count, count > 0 else { return [] }
                return Array(bytes[offset..<min(offset + count, bytes.count)])
            }
        }

        func write(_ new: [UInt8], at offset: Int) throws(FileError) {
            try fault.check(.write, path)
            content.withLock { bytes in
                if bytes.count < offset + new.count {
                    bytes.append(contentsOf: [UInt8](repeating: 0, count: offset + new.count - bytes.count))
                }
                bytes.replaceSubrange(offset..<(offset + new.count), with: new)
            }
        }

        func truncate(to size: Int) throws(FileError) {
            try fault.check(.truncate, path)
            content.withLock { bytes in
                if size < bytes.count { bytes.removeLast(bytes.count - size) }
            }
        }

        func sync() throws(FileError) { try fault.check(.sync, path) }
    }

    /// Which calls fail.
    final class Fault: Sendable {
        private let rule = Mutex<@Sendable (Call, String) -> FileError.Reason?>({ _, _ in nil })

        func set(_ rule: @escaping @Sendable (Call, String) -> FileError.Reason?) { self.rule.withLock { $0 = rule } }

        func check(_ call: Call, _ path: String) throws(FileError) {
            guard let reason = rule.withLock({ $0 })(call, path) else { return }
            throw FileError(call: "\(call)", path: path, number: 5, reason: reason)
        }
    }

    private final class Lock: FileLock {
        let release: @Sendable () -> Void
        init(_ release: @escaping @Sendable () -> Void) { self.release = release }
        deinit { release() }
    }

    private struct State {
        var files: [String: File] = [:]
        var folders: Set<String> = []
        var locked: Set<String> = []
    }

    let fault = Fault()
    private let state = Mutex(State())

    // MARK: From outside

    /// The same files, apart from these.
    func copy() -> MemoryFileSystem {
        let copy = MemoryFileSystem()
        let (files, folders) = state.withLock { ($0.files, $0.folders) }
        for (path, file) in files { copy[path] = file.bytes }
        copy.state.withLock { $0.folders = folders }
        return copy
    }

    subscript(path: String) -> [UInt8]? {
        get { state.withLock { $0.files[path] }?.bytes }
        set {
            let file = newValue.map { File(path, $0, fault) }
            state.withLock { $0.files[path] = file }
        }
    }

    var paths: [String] { state.withLock { $0.files.keys.sorted() } }

    // MARK: For a storage

    private func failure(_ call: String, _ path: String, _ reason: FileError.Reason) -> FileError {
        FileError(call: call, path: path, number: 2, reason: reason)
    }

    func open(_ path: String, _ access: FileAccess) throws(FileError) -> any LogFile {
        if access == .creating { try fault.check(.create, path) }
        let found = state.withLock { state -> File? in
            if access != .creating { return state.files[path] }
            guard state.files[path] == nil else { return nil }
            let file = File(path, [], fault)
            state.files[path] = file
            return file
        }
        guard let found else { throw failure("open", path, access == .creating ? .exists : .notFound) }
        return found
    }

    func lock(_ path: String) throws(FileError) -> (any FileLock)? {
        try fault.check(.lock, path)
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        let isThere = state.withLock { state -> Bool? in
            guard state.folders.contains("/" + folder) else { return nil }
            return state.locked.insert(path).inserted
        }
        guard let isThere else { throw failure("open", path, .notFound) }
        guard isThere else { return nil }
        return Lock { [weak self] in self?.state.withLock { _ = $0.locked.remove(path) } }
    }

    func list(_ directory: String) throws(FileError) -> [String] {
        let names = state.withLock { state -> [String]? in
            guard state.folders.contains(directory) else { return nil }
            return (Array(state.files.keys) + Array(state.folders)).compactMap { path in
                guard path.hasPrefix(directory + "/") else { return nil }
                let rest = path.dropFirst(directory.count + 1)
                return rest.contains("/") ? nil : String(rest)
            }
        }
        guard let names else { throw failure("opendir", directory, .notFound) }
        return names.sorted()
    }

    func makeDirectory(_ path: String) throws(FileError) {
        if state.withLock({ $0.folders.contains(path) }) { return }
        try fault.check(.makeDirectory, path)
        _ = state.withLock { $0.folders.insert(path) }
    }

    func rename(_ path: String, to newPath: String) throws(FileError) {
        try fault.check(.rename, path)
        let isThere = state.withLock { state in
            guard let file = state.files.removeValue(forKey: path) else { return false }
            state.files[newPath] = file
            return true
        }
        guard isThere else { throw failure("rename", path, .notFound) }
    }

    func remove(_ path: String) throws(FileError) {
        guard state.withLock({ $0.files[path] != nil }) else { return }
        try fault.check(.remove, path)
        state.withLock { $0.files[path] = nil }
    }

    func syncDirectory(_ path: String) throws(FileError) { try fault.check(.syncDirectory, path) }
}
