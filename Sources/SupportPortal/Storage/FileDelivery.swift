import Synchronization

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A file on its way out: what a web host answers with, or what an app shows.
///
/// It is always meant to be saved, never shown by a browser as what it claims to be: `attachment`, `application/octet-stream`,
/// `nosniff`, and a sandbox. Only a file whose first bytes are those of a PNG, JPEG, GIF or WebP picture gets that type, and even
/// then it stays an attachment unless the host asks for ``headers(inline:)``.
public struct FileDelivery: Sendable {
    /// The name to suggest.
    public let name: FileName
    /// The number of bytes of the whole file.
    public let size: Int
    /// The part that was asked for; the whole file when nothing was.
    public let range: Range<Int>
    /// The type, from the first bytes: one of four picture types, or `application/octet-stream`.
    public let contentType: String
    /// Changes never for the same file, which is never changed; for `If-None-Match` and `If-Range`. With quotation marks.
    public let entityTag: String
    /// The bytes of ``range``, read as they are asked for.
    public let bytes: BlobBytes

    /// - Parameters:
    ///   - name: the name to suggest in place of the one that it was uploaded under.
    ///   - ending: what hears of the end of a transfer of the whole file.
    /// - Throws: ``PortalError/Code/invalidRange``, ``PortalError/Code/fileMissing``.
    init(
        _ blob: Blob, name: FileName? = nil, range: Range<Int>?, blobs: any BlobStore, ending: TransferEnd? = nil
    ) async throws {
        let isPart = range.map { $0 != 0..<blob.size } ?? false
        let range = range ?? 0..<blob.size
        guard !isPart || !range.isEmpty, range.lowerBound >= 0, range.upperBound <= blob.size else {
            throw PortalError(.invalidRange, "the file has \(blob.size) bytes")
        }
        let start = try await blobs.bytes(of: blob.id, in: 0..<min(blob.size, 16))
        self.name = name ?? blob.name
        size = blob.size
        self.range = range
        contentType = PictureType(firstBytes: start)?.rawValue ?? "application/octet-stream"
        entityTag = "\"\(blob.id.rawValue.escapedForLink)\""
        bytes = BlobBytes(blob: blob.id, range: range, blobs: blobs, ending: range == 0..<blob.size ? ending : nil)
    }

    /// A part of a whole one.
    private init(_ range: Range<Int>, of whole: FileDelivery) {
        name = whole.name
        size = whole.size
        self.range = range
        contentType = whole.contentType
        entityTag = whole.entityTag
        let ending = range == 0..<whole.size ? whole.bytes.ending : nil
        bytes = BlobBytes(blob: whole.bytes.blob, range: range, blobs: whole.bytes.blobs, ending: ending)
    }

    /// The answer to a request for the file: all of it, a part, or no bytes at all.
    ///
    /// A delivery of a part, which was asked for by numbers, stays that part; only the conditions of the request count then.
    public func answer(to request: FileRequest) -> FileAnswer {
        var request = request
        if status == 206 { request.range = nil }
        switch request.decision(size: size, entityTag: entityTag) {
        case .whole: return FileAnswer(self)
        case .part(let range): return FileAnswer(FileDelivery(range, of: self))
        case .notModified: return FileAnswer(304, of: self, [("Cache-Control", Self.cacheControl)])
        case .preconditionFailed: return FileAnswer(412, of: self, [("Content-Length", "0")])
        case .rangeNotSatisfiable:
            return FileAnswer(416, of: self, [("Content-Length", "0"), ("Content-Range", "bytes */\(size)")])
        }
    }

    private static let cacheControl = "private, no-transform"

    /// The status of an HTTP answer: 206 for a part, else 200.
    public var status: Int { range == 0..<size ? 200 : 206 }

    /// The fields of an HTTP answer (RFC 9110; file name as in RFC 6266 and RFC 8187).
    ///
    /// Parameter `inline`: whether a picture may be shown in place. Other files are attachments all the same.
    public func headers(inline: Bool = false) -> [(name: String, value: String)] {
        let shows = inline && contentType != "application/octet-stream"
        var fields = [
            ("Content-Type", contentType),
            ("Content-Disposition", "\(shows ? "inline" : "attachment"); \(dispositionName)"),
            ("Content-Length", String(range.count)),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; sandbox"),
            ("Cache-Control", Self.cacheControl),
            ("Accept-Ranges", "bytes"),
            ("ETag", entityTag),
        ]
        if status == 206 {
            fields.append(("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"))
        }
        return fields.map { (name: $0.0, value: $0.1) }
    }

    private var dispositionName: String {
        var plain = ""
        for scalar in name.text.unicodeScalars {
            plain.unicodeScalars.append(scalar.isASCII && scalar != "\"" && scalar != "\\" && scalar != "%" ? scalar : "_")
        }
        let quoted = "filename=\"\(plain)\""
        return plain == name.text ? quoted : "\(quoted); filename*=UTF-8''\(name.text.escapedForLink)"
    }
}

/// The bytes of a stored file, in chunks, read as they are asked for. Iterate again to read again.
public struct BlobBytes: AsyncSequence, Sendable {
    /// A chunk.
    public typealias Element = Data

    /// The most bytes in a chunk.
    static let chunkSize = 128 * 1024

    let blob: Blob.ID
    let range: Range<Int>
    let blobs: any BlobStore
    let ending: TransferEnd?

    /// Reads chunk after chunk.
    public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        var rest: Range<Int>
        let source: BlobBytes

        /// The next chunk, or `nil` at the end.
        /// - Throws: ``PortalError/Code/fileMissing`` when the bytes have gone; whatever the store throws; `CancellationError`.
        public mutating func next() async throws -> Data? {
            try Task.checkCancellation()
            guard !rest.isEmpty else {
                await source.ending?.reach()
                return nil
            }
            let part = rest.prefix(BlobBytes.chunkSize)
            let data = try await source.blobs.bytes(of: source.blob, in: part)
            rest = part.upperBound..<rest.upperBound
            return data
        }
    }

    /// Begins at the start of the range.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: range, source: self) }

    /// All the bytes at once; for small files.
    public func collect() async throws -> Data {
        var result = Data()
        for try await chunk in self { result.append(chunk) }
        return result
    }
}

/// What happens once, when somebody has taken the last byte of a file and asked for more.
final class TransferEnd: Sendable {
    private let isReached = Mutex(false)
    private let action: @Sendable () async -> Void

    init(_ action: @escaping @Sendable () async -> Void) { self.action = action }

    func reach() async {
        let isFirst = isReached.withLock { isReached in
            defer { isReached = true }
            return !isReached
        }
        if isFirst { await action() }
    }
}

extension BlobStore {
    /// The bytes of a blob in a range within it.
    /// - Throws: ``PortalError/Code/fileMissing`` when they have gone, be it with the blob or from a disk; whatever else the store throws.
    fileprivate func bytes(of id: Blob.ID, in range: Range<Int>) async throws -> Data {
        do {
            if let data = try await read(id, in: range), data.count == range.count { return data }
        } catch let error as StorageError where error.code == .damaged {}
        throw PortalError(.fileMissing, "the bytes of blob \(id) are missing")
    }
}

/// The pictures that browsers show and that are safe to show, by their first bytes.
private enum PictureType: String {
    case png = "image/png"
    case jpeg = "image/jpeg"
    case gif = "image/gif"
    case webP = "image/webp"

    init?(firstBytes: Data) {
        let bytes = Array(firstBytes)
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.starts(with: Array("GIF87a".utf8)) || bytes.starts(with: Array("GIF89a".utf8)) {
            self = .gif
        } else if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            self = .webP
        } else {
            return nil
        }
    }
}
