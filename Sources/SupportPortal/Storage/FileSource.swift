#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Where the bytes of an upload come from.
public struct FileSource: Sendable {
    /// The name to show.
    public var name: FileName
    let bytes: any AsyncSequence<Data, any Error> & Sendable

    /// Bytes as they arrive, such as the body of a request. They are not read faster than they can be stored.
    public init(name: String, bytes: any AsyncSequence<Data, any Error> & Sendable) {
        self.name = FileName(name)
        self.bytes = bytes
    }

    /// Bytes in memory.
    public init(name: String, data: Data) {
        self.init(name: name, bytes: DataChunks(data: data))
    }

    /// A file on disk, read in pieces on a thread of its own. Reading throws ``PortalError/Code/unreadableFile``.
    public init(file: URL, name: String? = nil) {
        self.init(name: name ?? file.lastPathComponent, bytes: FileChunks(path: file.path))
    }
}

/// Data as a sequence of chunks.
struct DataChunks: AsyncSequence, Sendable {
    typealias Element = Data
    typealias Failure = any Error
    static let chunkSize = 128 * 1024
    let data: Data

    struct AsyncIterator: AsyncIteratorProtocol {
        var rest: Data

        mutating func next() async throws -> Data? {
            guard !rest.isEmpty else { return nil }
            let chunk = rest.prefix(DataChunks.chunkSize)
            rest = rest.dropFirst(chunk.count)
            return chunk
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: data) }
}

/// What another sequence yields, until it is more than a limit: then it throws, and nothing of the rest is read.
struct LimitedBytes: AsyncSequence, Sendable {
    typealias Element = Data
    typealias Failure = any Error
    let base: any AsyncSequence<Data, any Error> & Sendable
    let limit: Int

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: any AsyncIteratorProtocol<Data, any Error>
        var count = 0
        let limit: Int

        mutating func next() async throws -> Data? {
            try Task.checkCancellation()
            guard let chunk = try await base.next(isolation: nil) else { return nil }
            count += chunk.count
            guard count <= limit else {
                throw PortalError(.fileTooLarge, "the file has more than \(limit) bytes", limit: limit)
            }
            return chunk
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: iterator(of: base), limit: limit) }

    private func iterator(of base: some AsyncSequence<Data, any Error>) -> any AsyncIteratorProtocol<Data, any Error> {
        base.makeAsyncIterator()
    }
}
