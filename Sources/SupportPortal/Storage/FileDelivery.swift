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

    init(_ blob: Blob, range: Range<Int>?, blobs: any BlobStore) async throws {
        let isPart = range.map { $0 != 0..<blob.size } ?? false
        let range = range ?? 0..<blob.size
        guard !isPart || !range.isEmpty, range.lowerBound >= 0, range.upperBound <= blob.size else {
            throw PortalError(.invalidRange, "the file has \(blob.size) bytes")
        }
        guard let start = try await blobs.read(blob.id, in: 0..<min(blob.size, 16)) else {
            throw PortalError(.fileMissing, "the bytes of blob \(blob.id) are missing")
        }
        name = blob.name
        size = blob.size
        self.range = range
        contentType = PictureType(firstBytes: start)?.rawValue ?? "application/octet-stream"
        entityTag = "\"\(blob.id.rawValue.escapedForLink)\""
        bytes = BlobBytes(blob: blob.id, range: range, blobs: blobs)
    }

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
            ("Cache-Control", "private, no-transform"),
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

    /// Reads chunk after chunk.
    public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        var rest: Range<Int>
        let source: BlobBytes

        /// The next chunk, or `nil` at the end.
        /// - Throws: ``PortalError/Code/fileMissing`` when the bytes have gone; whatever the store throws.
        public mutating func next() async throws -> Data? {
            guard !rest.isEmpty else { return nil }
            let part = rest.prefix(BlobBytes.chunkSize)
            guard let data = try await source.blobs.read(source.blob, in: part), data.count == part.count else {
                throw PortalError(.fileMissing, "the bytes of blob \(source.blob) are missing")
            }
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
