/// What agents may offer as downloads.
public struct DownloadPolicy: Hashable, Sendable {
    /// The allowed file name extensions in lower case, without dots; `nil` allows any.
    public var allowedExtensions: [String]?
    /// The most bytes in a file.
    public var maximumFileSize = 4_000_000_000
    /// How long the bytes of a file that a newer one has replaced are kept, so that transfers that have begun come to their end.
    public var replacedFileLifetime = Duration.seconds(24 * 3600)

    /// Any kind of file, of up to 4 GB.
    public init() {}

    var rules: UploadRules {
        UploadRules(
            allowedExtensions: allowedExtensions, maximumFileSize: maximumFileSize, maximumFiles: 1,
            maximumTotalSize: maximumFileSize)
    }
}
