/// All stores in memory: for tests, examples, and portals that may forget. Nothing survives the process.
public struct InMemoryStorage: PortalStorage {
    /// Where tickets are.
    public let ticketStore: InMemoryTicketStore
    /// Where files are.
    public let blobStore: InMemoryBlobStore
    /// Where announcements are.
    public let announcementStore: InMemoryCatalogStore<Announcement>
    /// Where articles are.
    public let articleStore: InMemoryCatalogStore<Article>
    /// Where downloads are.
    public let downloadStore: InMemoryCatalogStore<Download>

    /// Makes empty stores.
    ///
    /// Parameter `keptEvents`: how many events each change feed keeps at least; who follows from further back is told to read anew.
    public init(keptEvents: Int = 100_000) {
        ticketStore = InMemoryTicketStore(keptEvents: keptEvents)
        blobStore = InMemoryBlobStore()
        announcementStore = InMemoryCatalogStore(keptEvents: keptEvents)
        articleStore = InMemoryCatalogStore(keptEvents: keptEvents)
        downloadStore = InMemoryCatalogStore(keptEvents: keptEvents)
    }

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
