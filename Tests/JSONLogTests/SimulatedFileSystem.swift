import Synchronization

@testable import JSONLog

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file system in memory that writes down everything done to it, so that a power cut can be played at every moment, and that can
/// be told to fail.
final class SimulatedFileSystem: FileSystem {
    /// Something done to the disk.
    enum Event: Sendable {
        case write(file: Int, offset: Int, bytes: [UInt8])
        case truncate(file: Int, size: Int)
        case sync(file: Int)
        /// What was written and not yet synced may be taken for synced from now on, as after a failed fsync on Linux.
        case failedSync(file: Int)
        case name(String, file: Int)
        case rename(String, to: String, file: Int)
        case remove(String)
        case syncDirectory(String)
    }

    /// The call that fails, counted from the first.
    struct Fault: Sendable {
        var call: Int
        var number: Int32
        /// Only calls of this name are meant: the first such from ``call`` on.
        var name: String?
        /// A write that fails has often done a part.
        var isWrittenWhole = false
    }

    /// What is on it.
    struct Content: Sendable {
        var files: [Int: [UInt8]] = [:]
        var names: [String: Int] = [:]

        subscript(path: String) -> [UInt8]? {
            get { names[path].flatMap { files[$0] } }
            set {
                let file = names[path] ?? (files.keys.max() ?? 0) + 1
                names[path] = newValue == nil ? nil : file
                files[file] = newValue
            }
        }
    }

    fileprivate struct State: Sendable {
        var content: Content
        var journal: [Event] = []
        var calls = 0
        var fault: Fault?
        var locked: Set<String> = []
    }

    static let directory = "/log"
    let original: Content
    private let state: Mutex<State>

    init(_ content: Content = Content(), fault: Fault? = nil) {
        original = content
        state = Mutex(State(content: content, fault: fault))
    }

    var journal: [Event] { state.withLock { $0.journal } }
    var content: Content { state.withLock { $0.content } }
    var calls: Int { state.withLock { $0.calls } }

    func setFault(_ fault: Fault?) { state.withLock { $0.fault = fault } }

    /// The segments, by path.
    var segments: [String] { content.names.keys.filter { $0.hasSuffix(".jsonl") && !$0.contains("quarantine") }.sorted() }

    fileprivate func perform<Result: Sendable>(
        _ call: String, _ path: String, _ body: (inout State, Fault?) throws(FileError) -> sending Result
    ) throws(FileError) -> Result {
        try state.withLock { (state) throws(FileError) in
            let index = state.calls
            state.calls += 1
            var now: Fault?
            if let fault = state.fault, fault.name.map({ $0 == call && index >= fault.call }) ?? (index == fault.call) {
                now = fault
                state.fault = nil
            }
            let result = try body(&state, now)
            if let now { throw Self.failure(call, path, now.number) }
            return result
        }
    }

    static func failure(_ call: String, _ path: String, _ number: Int32) -> FileError {
        let reason: FileError.Reason =
            switch number {
            case ENOENT: .notFound
            case EEXIST: .exists
            case ENOSPC: .full
            case EROFS: .notPermitted
            default: .other
            }
        return FileError(call: call, path: path, number: number, reason: reason)
    }

    func open(_ path: String, _ access: FileAccess) throws(FileError) -> any LogFile {
        let file = try perform("open", path) { (state, fault) throws(FileError) -> Int in
            let known = state.content.names[path]
            guard fault == nil else { return 0 }
            guard access == .creating else {
                guard let known else { throw Self.failure("open", path, ENOENT) }
                return known
            }
            guard known == nil else { throw Self.failure("open", path, EEXIST) }
            let file = (state.content.files.keys.max() ?? 0) + 1
            state.content.files[file] = []
            state.content.names[path] = file
            state.journal.append(.name(path, file: file))
            return file
        }
        return SimulatedFile(system: self, file: file, path: path)
    }

    func lock(_ path: String) throws(FileError) -> (any FileLock)? {
        let isFree = try perform("flock", path) { (state, fault) throws(FileError) -> Bool in
            fault == nil ? state.locked.insert(path).inserted : false
        }
        return isFree ? SimulatedLock(system: self, path: path) : nil
    }

    fileprivate func unlock(_ path: String) { state.withLock { _ = $0.locked.remove(path) } }

    func list(_ directory: String) throws(FileError) -> [String] {
        try perform("readdir", directory) { (state, _) throws(FileError) -> [String] in
            state.content.names.keys.compactMap { path in
                guard path.hasPrefix("\(directory)/") else { return nil }
                let name = path.dropFirst(directory.count + 1)
                return name.contains("/") ? nil : String(name)
            }
        }
    }

    func makeDirectory(_ path: String) throws(FileError) {
        try perform("mkdir", path) { (_, _) throws(FileError) in }
    }

    func rename(_ path: String, to newPath: String) throws(FileError) {
        try perform("rename", path) { (state, fault) throws(FileError) in
            guard fault == nil else { return }
            guard let file = state.content.names.removeValue(forKey: path) else { throw Self.failure("rename", path, ENOENT) }
            state.content.names[newPath] = file
            state.journal.append(.rename(path, to: newPath, file: file))
        }
    }

    func remove(_ path: String) throws(FileError) {
        try perform("unlink", path) { (state, fault) throws(FileError) in
            guard fault == nil, state.content.names.removeValue(forKey: path) != nil else { return }
            state.journal.append(.remove(path))
        }
    }

    func syncDirectory(_ path: String) throws(FileError) {
        try perform("fsync", path) { (state, fault) throws(FileError) in
            if fault == nil { state.journal.append(.syncDirectory(path)) }
        }
    }
}

private final class SimulatedLock: FileLock {
    let system: SimulatedFileSystem
    let path: String

    init(system: SimulatedFileSystem, path: String) {
        self.system = system
        self.path = path
    }

    deinit { system.unlock(path) }
}

private final class SimulatedFile: LogFile {
    let system: SimulatedFileSystem
    let file: Int
    let path: String

    init(system: SimulatedFileSystem, file: Int, path: String) {
        self.system = system
        self.file = file
        self.path = path
    }

    func size() throws(FileError) -> Int {
        try system.perform("fstat", path) { (state, _) throws(FileError) in state.content.files[file, default: []].count }
    }

    func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] {
        try system.perform("pread", path) { (state, _) throws(FileError) in
            let bytes = state.content.files[file, default: []]
            return Array(bytes[min(offset, bytes.count)..<min(offset + count, bytes.count)])
        }
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        try system.perform("pwrite", path) { (state, fault) throws(FileError) in
            let bytes = fault?.isWrittenWhole ?? true ? bytes : Array(bytes.prefix(bytes.count / 2))
            state.content.files[file, default: []].put(bytes, at: offset)
            state.journal.append(.write(file: file, offset: offset, bytes: bytes))
        }
    }

    func truncate(to size: Int) throws(FileError) {
        try system.perform("ftruncate", path) { (state, fault) throws(FileError) in
            guard fault == nil else { return }
            state.content.files[file, default: []].resize(to: size)
            state.journal.append(.truncate(file: file, size: size))
        }
    }

    func sync() throws(FileError) {
        try system.perform("fdatasync", path) { (state, fault) throws(FileError) in
            state.journal.append(fault == nil ? .sync(file: file) : .failedSync(file: file))
        }
    }
}

extension [UInt8] {
    mutating func resize(to size: Int) {
        if size < count { removeLast(count - size) } else { append(contentsOf: [UInt8](repeating: 0, count: size - count)) }
    }

    mutating func put(_ bytes: some Collection<UInt8>, at offset: Int) {
        if count < offset + bytes.count { resize(to: offset + bytes.count) }
        replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }
}
