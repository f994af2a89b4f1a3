/// A file as lists show it.
public struct DownloadSummary: Identifiable, Hashable, Sendable, Codable {
    /// What all lists show: title, a few words, categories, and the dates.
    public let shown: CatalogSummary<Download>
    /// Which version of what it is; empty where it has none.
    public let version: SingleLine
    /// The name of the file.
    public let fileName: FileName
    /// The number of bytes.
    public let size: Int
    /// The SHA-256 of the bytes, in lower case hexadecimal.
    public let sha256: String
    /// Whether the viewer may have it, or else why not: a list shows a badge then.
    public let access: DownloadAccess
    /// Whether it was shared with the customer by name.
    public let isShared: Bool
    /// Whether its bytes are known to be missing.
    public let isMissing: Bool
    /// How often it was downloaded to the end.
    public let downloads: Int

    /// The id.
    public var id: Download.ID { shown.id }
    /// The type to show, from the name alone, such as `PDF`; empty where the name has no extension. What the file is handed out as, its bytes say.
    public var type: String { fileName.pathExtension.uppercased() }
}

/// A page of the files that a search has found, the best first.
public struct DownloadSearchPage: Hashable, Sendable, Codable {
    /// The files of this page.
    public let results: [DownloadSearchResult]
    /// How many there are on all pages; see ``SearchPage/total``.
    public let total: Int
    /// Where the next page begins; `nil` when this is the last one.
    public let next: PageCursor?
}

/// A file that a search has found.
public struct DownloadSearchResult: Identifiable, Hashable, Sendable, Codable {
    /// What lists show of it.
    public let download: DownloadSummary
    /// The title, with what was found in it.
    public let title: TextSnippet
    /// The passage that shows best why it was found.
    public let snippet: TextSnippet

    /// The id.
    public var id: Download.ID { download.id }
}

/// A file in full.
public struct DownloadPage: Identifiable, Hashable, Sendable, Codable {
    /// What lists show of it.
    public let summary: DownloadSummary
    /// The whole description, in Markdown.
    public let description: String
    /// From the top down to each category in which the viewer sees it.
    public let paths: [[CatalogStep<Download>]]

    /// The id.
    public var id: Download.ID { summary.id }
}
