import SecureDigest

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads an archive line by line, wherever its chunks begin and end, and checks all that can be checked without a storage. An actor, as a
/// blob store that reads the bytes of a file does so from where it likes.
actor ArchiveReader {
    /// A line, and what it takes.
    struct Line: Sendable {
        var content: ArchiveLine
        /// Counted from 1.
        var number: Int
        var size: Int
    }

    private var chunks: any AsyncIteratorProtocol<Data, any Error>
    private let longestLine: Int
    private let report: @Sendable (TransferProgress) -> Void
    /// What was read of the stream and not handed out yet begins at `start`; up to `searched` there is no LF.
    private var buffer: [UInt8] = []
    private var start = 0
    private var searched = 0
    private var order = ArchiveOrder()
    private var digest = SHA256()
    private var progress = TransferProgress()
    private var summary = TransferSummary()

    init(
        _ source: any AsyncSequence<Data, any Error> & Sendable, longestLine: Int,
        report: @escaping @Sendable (TransferProgress) -> Void
    ) {
        chunks = Self.iterator(of: source)
        self.longestLine = longestLine
        self.report = report
    }

    private static func iterator(of source: some AsyncSequence<Data, any Error>) -> any AsyncIteratorProtocol<Data, any Error> {
        source.makeAsyncIterator()
    }

    /// What the stream holds; complete once ``next()`` has returned `nil`.
    var result: TransferSummary { summary }

    /// Whether bytes of the last file are still to come.
    var isInFile: Bool { order.isInFile }

    /// The next line of a type that is known, or `nil` after the last one.
    func next() async throws -> Line? {
        while let bytes = try await nextLine() {
            let number = progress.lines + 1
            guard !order.isFinished else { throw ArchiveError(.dataAfterEnd, "something follows the last line", line: number) }
            let line: ArchiveLine
            do {
                line = try ArchiveCoding.decode(bytes)
            } catch {
                throw ArchiveError(number == 1 ? .notAnArchive : .malformed, Self.reason(error), line: number)
            }
            do {
                try order.admit(line)
            } catch let refusal as ArchiveOrder.Refusal {
                let code = refusal.code == .inconsistent ? .malformed : refusal.code
                throw ArchiveError(code, refusal.message, line: number)
            }
            if case .end(let trailer) = line { try check(trailer, number) }
            count(bytes)
            switch line {
            case .portal(let header): progress.ticketTotal = Swift.max(0, header.tickets)
            case .unknown: summary.unknownLines += 1
            default: break
            }
            report(progress)
            if case .unknown = line { continue }
            return Line(content: line, number: number, size: bytes.count)
        }
        guard order.isFinished else {
            throw ArchiveError(.truncated, "the stream ends before its last line", line: progress.lines + 1)
        }
        return nil
    }

    /// The next bytes of the last file, or `nil` when there are no more.
    func nextBytes() async throws -> Data? {
        guard order.isInFile, let line = try await next(), case .bytes(let bytes) = line.content else { return nil }
        return bytes.data
    }

    private func check(_ trailer: ArchiveTrailer, _ number: Int) throws {
        let digest = self.digest
        summary.digest = digest.finalize().hexadecimal
        guard trailer.lines == number - 1 else {
            throw ArchiveError(.wrongCounts, "lines are missing, or too many", line: number)
        }
        guard trailer.sha256 == summary.digest else {
            throw ArchiveError(.wrongDigest, "the stream is not the one that was exported", line: number)
        }
    }

    private func count(_ line: Data) {
        digest.update(line)
        digest.update(CollectionOfOne(0x0A))
        progress.lines += 1
        progress.bytes += line.count + 1
        progress.counts = order.counts
        progress.stage = order.stage
        summary.counts = order.counts
        summary.lines = progress.lines
        summary.bytes = progress.bytes
    }

    /// Names the place, never what stands there.
    private static func reason(_ error: any Error) -> String {
        let context: DecodingError.Context? =
            switch error as? DecodingError {
            case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
                .valueNotFound(_, let context):
                context
            default: nil
            }
        let place = context?.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".") ?? ""
        return place.isEmpty ? "not a line of an archive" : "cannot be read at \(place.prefix(100))"
    }

    // MARK: Lines

    /// The next line without its LF, or `nil` at the end of the stream.
    private func nextLine() async throws -> Data? {
        try Task.checkCancellation()
        while true {
            let end = buffer[searched...].firstIndex(of: 0x0A)
            guard (end ?? buffer.count) - start <= longestLine else {
                throw ArchiveError(.lineTooLong, "a line has more than \(longestLine) bytes", line: progress.lines + 1)
            }
            if let end {
                defer { (start, searched) = (end + 1, end + 1) }
                return Data(buffer[start..<end])
            }
            buffer.removeFirst(start)
            (start, searched) = (0, buffer.count)
            guard let chunk = try await nextChunk() else {
                guard !buffer.isEmpty else { return nil }
                throw ArchiveError(
                    order.isFinished ? .dataAfterEnd : .truncated, "the stream ends within a line", line: progress.lines + 1)
            }
            buffer.append(contentsOf: chunk)
        }
    }

    private func nextChunk() async throws -> Data? {
        var iterator = chunks
        let chunk = try await iterator.next(isolation: self)
        chunks = iterator
        return chunk
    }
}

/// The bytes of the file that a reader has come to, for a blob store to read.
struct ArchivedFile: AsyncSequence, Sendable {
    typealias Element = Data
    typealias Failure = any Error
    let reader: ArchiveReader

    struct AsyncIterator: AsyncIteratorProtocol {
        let reader: ArchiveReader

        mutating func next() async throws -> Data? { try await reader.nextBytes() }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }
}
