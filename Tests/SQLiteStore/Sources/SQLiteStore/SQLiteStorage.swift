public import Foundation
import GRDB
public import SupportPortal

/// All stores in one SQLite database, which several processes may open at once.
public struct SQLiteStorage: PortalStorage {
    /// Where the database is.
    public let directory: URL
    /// Where tickets are.
    public let ticketStore: SQLiteTicketStore
    /// Where files are.
    public let blobStore: SQLiteBlobStore
    /// Where announcements are.
    public let announcementStore: SQLiteCatalogStore<Announcement>
    /// Where articles are.
    public let articleStore: SQLiteCatalogStore<Article>
    /// Where downloads are.
    public let downloadStore: SQLiteCatalogStore<Download>

    /// Opens the database in a directory; makes both where they are missing.
    /// - Parameter keptEvents: how many events each change feed keeps at least; who follows from further back is told to read anew.
    public init(directory: URL, keptEvents: Int = 100_000) throws {
        self.directory = directory
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        let pool = try DatabasePool(
            path: directory.appending(path: "support.sqlite").path(percentEncoded: false), configuration: configuration)
        // A pool opens its writer with NORMAL, which may lose the last commits when the power fails.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        try Schema.migrator.migrate(pool)
        ticketStore = SQLiteTicketStore(pool: pool, keptEvents: keptEvents)
        blobStore = SQLiteBlobStore(pool: pool)
        announcementStore = SQLiteCatalogStore(pool: pool, keptEvents: keptEvents)
        articleStore = SQLiteCatalogStore(pool: pool, keptEvents: keptEvents)
        downloadStore = SQLiteCatalogStore(pool: pool, keptEvents: keptEvents)
    }

    /// Closes the database; what is asked of the stores afterwards throws.
    public func close() throws { try ticketStore.pool.close() }

    /// Tickets.
    public var tickets: (any TicketStore)? { ticketStore }
    /// Files.
    public var blobs: (any BlobStore)? { blobStore }
    /// Announcements.
    public var announcements: (any CatalogStore<Announcement>)? { announcementStore }
    /// Articles.
    public var articles: (any CatalogStore<Article>)? { articleStore }
    /// Downloads.
    public var downloads: (any CatalogStore<Download>)? { downloadStore }
}
