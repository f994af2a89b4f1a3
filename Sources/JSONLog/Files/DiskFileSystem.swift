#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The file system of the machine. All calls of the operating system are in this file.
package struct DiskFileSystem: FileSystem {
    /// The file system of the machine.
    package init() {}

    /// `open(2)`, for regular files only.
    package func open(_ path: String, _ access: FileAccess) throws(FileError) -> any LogFile {
        let flags =
            switch access {
            case .reading: O_RDONLY
            case .writing: O_RDWR
            case .creating: O_RDWR | O_CREAT | O_EXCL
            }
        // O_NONBLOCK so that a pipe in place of a file does not hang; regular files do not mind.
        let file = DiskFile(descriptor: try openDescriptor(path, flags | O_NONBLOCK), path: path)
        try file.checkKind()
        return file
    }

    /// `flock(2)`: it goes with the process, and another descriptor of the same process is refused as well.
    package func lock(_ path: String) throws(FileError) -> (any FileLock)? {
        let file = DiskFile(descriptor: try openDescriptor(path, O_RDWR | O_CREAT | O_NONBLOCK), path: path)
        try file.checkKind()
        while flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
            let number = errno
            if number == EWOULDBLOCK { return nil }
            guard number == EINTR else { throw failure("flock", path, number) }
        }
        return file
    }

    /// `readdir(3)`.
    package func list(_ directory: String) throws(FileError) -> [String] {
        guard let stream = unsafe opendir(directory) else { throw failure("opendir", directory, errno) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                guard errno == 0 else { throw failure("readdir", directory, errno) }
                return names
            }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    /// `mkdir(2)`.
    package func makeDirectory(_ path: String) throws(FileError) {
        guard unsafe mkdir(path, 0o700) != 0 else { return }
        let number = errno
        guard number == EEXIST else { throw failure("mkdir", path, number) }
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw failure("lstat", path, errno) }
        if status.st_mode & S_IFMT == S_IFLNK { throw failure("mkdir", path, ELOOP) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw failure("mkdir", path, ENOTDIR) }
    }

    /// `rename(2)`.
    package func rename(_ path: String, to newPath: String) throws(FileError) {
        guard unsafe renameFile(path, newPath) == 0 else { throw failure("rename", path, errno) }
    }

    /// `unlink(2)`.
    package func remove(_ path: String) throws(FileError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw failure("unlink", path, errno) }
    }

    /// `fsync(2)` of the directory.
    package func syncDirectory(_ path: String) throws(FileError) {
        try DiskFile(descriptor: try openDescriptor(path, O_RDONLY | O_DIRECTORY), path: path).syncAll()
    }

    private func openDescriptor(_ path: String, _ flags: Int32) throws(FileError) -> Int32 {
        while true {
            let descriptor = unsafe path.withCString { unsafe openFile($0, flags | O_CLOEXEC | O_NOFOLLOW, 0o600) }
            if descriptor >= 0 { return descriptor }
            let number = errno
            guard number == EINTR else { throw failure("open", path, number) }
        }
    }
}

private func failure(_ call: String, _ path: String, _ number: Int32) -> FileError {
    let reason: FileError.Reason =
        switch number {
        case ENOENT: .notFound
        case EEXIST: .exists
        case EACCES, EPERM, EROFS: .notPermitted
        case ENOSPC, EDQUOT, EFBIG: .full
        case ELOOP: .symbolicLink
        case ENOTDIR: .notADirectory
        default: .other
        }
    return FileError(call: call, path: path, number: number, reason: reason)
}

/// An open descriptor, closed when the last reference to it goes.
private final class DiskFile: LogFile, FileLock {
    let descriptor: Int32
    private let path: String

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { _ = close(descriptor) }

    /// Throws unless it is a regular file.
    func checkKind() throws(FileError) {
        guard try status().st_mode & S_IFMT == S_IFREG else { throw failure("open", path, EINVAL) }
    }

    private func status() throws(FileError) -> stat {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("fstat", path, errno) }
        return status
    }

    func size() throws(FileError) -> Int { Int(try status().st_size) }

    func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] {
        guard count > 0 else { return [] }
        var problem: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
            while length < count {
                let rest = unsafe UnsafeMutableRawPointer(buffer.baseAddress)?.advanced(by: length)
                let done = unsafe pread(descriptor, rest, count - length, off_t(offset + length))
                if done < 0, errno == EINTR { continue }
                if done < 0 { problem = errno }
                guard done > 0 else { return }
                length += done
            }
        }
        guard problem == 0 else { throw failure("pread", path, problem) }
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        let problem: Int32 = unsafe bytes.withUnsafeBytes { buffer in
            var length = 0
            while length < buffer.count {
                let rest = unsafe buffer.baseAddress?.advanced(by: length)
                let done = unsafe pwrite(descriptor, rest, buffer.count - length, off_t(offset + length))
                if done < 0, errno == EINTR { continue }
                if done < 0 { return errno }
                // Only a device that is full takes nothing and says nothing.
                guard done > 0 else { return ENOSPC }
                length += done
            }
            return 0
        }
        guard problem == 0 else { throw failure("pwrite", path, problem) }
    }

    func truncate(to size: Int) throws(FileError) {
        while ftruncate(descriptor, off_t(size)) != 0 {
            let number = errno
            guard number == EINTR else { throw failure("ftruncate", path, number) }
        }
    }

    func sync() throws(FileError) {
        #if canImport(Darwin)
        // fsync and fdatasync leave the bytes in the drive's own memory there. File systems that cannot flush it say so at once.
        if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
        guard errno == ENOTSUP || errno == EINVAL else { throw failure("fcntl", path, errno) }
        try syncAll()
        #else
        guard fdatasync(descriptor) == 0 else { throw failure("fdatasync", path, errno) }
        #endif
    }

    func syncAll() throws(FileError) {
        guard fsync(descriptor) == 0 else { throw failure("fsync", path, errno) }
    }
}

// Called by their modules' names, as the methods above bear the same.
private func openFile(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 {
    #if canImport(Glibc)
    unsafe Glibc.open(path, flags, mode)
    #elseif canImport(Musl)
    unsafe Musl.open(path, flags, mode)
    #else
    unsafe Darwin.open(path, flags, mode)
    #endif
}

private func renameFile(_ path: UnsafePointer<CChar>, _ newPath: UnsafePointer<CChar>) -> Int32 {
    #if canImport(Glibc)
    unsafe Glibc.rename(path, newPath)
    #elseif canImport(Musl)
    unsafe Musl.rename(path, newPath)
    #else
    unsafe Darwin.rename(path, newPath)
    #endif
}
