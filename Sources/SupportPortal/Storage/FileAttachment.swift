#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A file that belongs to a message. The bytes are in the ``BlobStore``; where they have gone missing, the attachment is still
/// listed and says so.
public struct FileAttachment: Identifiable, Hashable, Sendable, Codable {
    /// The id of the blob that holds the bytes.
    public let id: Blob.ID
    /// The name to show.
    public var name: FileName
    /// The number of bytes.
    public var size: Int
    /// When the bytes were removed because they had been kept long enough; the attachment stays listed.
    public var removed: Date?

    /// Makes an attachment.
    public init(id: Blob.ID, name: FileName, size: Int) {
        self.id = id
        self.name = name
        self.size = size
    }
}

/// A file that was uploaded and waits to be sent with a form or a reply. Only who uploaded it can send it, and only within
/// ``TicketPolicy/uploadLifetime``.
public struct UploadedFile: Identifiable, Hashable, Sendable, Codable {
    /// The id of the blob that holds the bytes.
    public let id: Blob.ID
    /// The name to show. Shown only: when the file is sent, the stored name counts.
    public let name: FileName
    /// The number of bytes. Shown only, too.
    public let size: Int

    init(_ blob: Blob) {
        id = blob.id
        name = blob.name
        size = blob.size
    }
}

/// What may be uploaded; shown beside the form, and checked again while the bytes stream in and when they are sent.
public struct UploadRules: Hashable, Sendable, Codable {
    /// The allowed file name extensions in lower case, without dots; `nil` allows any. What a file is handed out as never depends
    /// on its name, so this is a help for users more than a defence.
    public var allowedExtensions: [String]?
    /// The most bytes in a file.
    public var maximumFileSize: Int
    /// The most files with a message; 0 allows none.
    public var maximumFiles: Int
    /// The most bytes in all files of a message.
    public var maximumTotalSize: Int

    /// Makes rules.
    public init(allowedExtensions: [String]?, maximumFileSize: Int, maximumFiles: Int, maximumTotalSize: Int) {
        self.allowedExtensions = allowedExtensions
        self.maximumFileSize = maximumFileSize
        self.maximumFiles = maximumFiles
        self.maximumTotalSize = maximumTotalSize
    }

    /// Pictures, documents, logs and archives; ten files of up to 10 MB, together up to 25 MB.
    public static let standard = UploadRules(
        allowedExtensions: [
            "png", "jpg", "jpeg", "gif", "webp", "heic", "pdf", "txt", "log", "md", "csv", "json", "xml", "yaml", "yml", "conf",
            "eml",
            "zip", "gz", "tgz", "xz", "zst", "7z", "doc", "docx", "xls", "xlsx", "odt", "ods", "pcap",
        ], maximumFileSize: 10_000_000, maximumFiles: 10, maximumTotalSize: 25_000_000)

    /// Whether a file of this name may be uploaded.
    public func allows(_ name: FileName) -> Bool {
        allowedExtensions?.contains(name.pathExtension) ?? true
    }
}
