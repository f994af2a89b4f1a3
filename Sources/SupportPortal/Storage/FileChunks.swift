import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The bytes of a file on disk, in chunks. Blocking reads happen on a thread of the iterator's own, never on Swift's pool, which has
/// no more threads than the machine has cores.
struct FileChunks: AsyncSequence, Sendable {
    typealias Element = Data
    typealias Failure = any Error
    static let chunkSize = 128 * 1024
    let path: String

    struct AsyncIterator: AsyncIteratorProtocol {
        let reader: FileReader

        mutating func next() async throws -> Data? { try await reader.next(FileChunks.chunkSize) }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: FileReader(path: path)) }
}

/// Reads one file from its start to its end.
actor FileReader {
    private let thread = ThreadExecutor()
    private let path: String
    private var descriptor: Int32?

    init(path: String) { self.path = path }

    deinit {
        if let descriptor { _ = close(descriptor) }
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    /// The next bytes, or `nil` at the end of the file.
    func next(_ count: Int) throws -> Data? {
        let file = try descriptor ?? open()
        var data = Data(count: count)
        let length = unsafe data.withUnsafeMutableBytes { buffer in
            var length: Int
            repeat { length = unsafe read(file, buffer.baseAddress, buffer.count) } while length < 0 && errno == EINTR
            return length
        }
        guard length >= 0 else { throw failure("read", errno) }
        guard length > 0 else { return nil }
        return data.prefix(length)
    }

    private func open() throws -> Int32 {
        // O_NONBLOCK so that naming a pipe nobody writes to does not hang; regular files do not mind.
        let file = unsafe path.withCString { unsafe Self.openReading($0) }
        guard file >= 0 else { throw failure("open", errno) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            _ = close(file)
            throw PortalError(.unreadableFile, "not a regular file")
        }
        descriptor = file
        return file
    }

    private static func openReading(_ path: UnsafePointer<CChar>) -> Int32 {
        #if canImport(Glibc)
        unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        #elseif canImport(Musl)
        unsafe Musl.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        #else
        unsafe Darwin.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        #endif
    }

    private func failure(_ call: String, _ number: Int32) -> PortalError {
        PortalError(.unreadableFile, "\(call) failed with errno \(number)")
    }
}
