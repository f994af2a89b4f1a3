/// The stores of a portal, one a section. A section without a store is not composed: it is absent from the menu, and what its
/// sessions offer throws ``PortalError/Code/sectionNotComposed``.
///
/// Every requirement has `nil` as default, so a storage names only what it has, and later sections break no one.
public protocol PortalStorage: Sendable {
    /// Tickets; needs ``blobs`` for attachments.
    var tickets: (any TicketStore)? { get }
    /// The bytes of attachments and downloads.
    var blobs: (any BlobStore)? { get }
    /// Announcements.
    var announcements: (any CatalogStore<Announcement>)? { get }
    /// The articles of the knowledgebase; needs ``blobs`` for attachments.
    var articles: (any CatalogStore<Article>)? { get }
    /// Downloads; needs ``blobs``.
    var downloads: (any CatalogStore<Download>)? { get }
}

extension PortalStorage {
    /// No tickets.
    public var tickets: (any TicketStore)? { nil }
    /// No files.
    public var blobs: (any BlobStore)? { nil }
    /// No announcements.
    public var announcements: (any CatalogStore<Announcement>)? { nil }
    /// No articles.
    public var articles: (any CatalogStore<Article>)? { nil }
    /// No downloads.
    public var downloads: (any CatalogStore<Download>)? { nil }
}

/// Stores put together one by one: tickets from a database, files from elsewhere, or a test's mock in place of one store.
///
/// ```swift
/// var storage = ComposedStorage(InMemoryStorage())
/// storage.tickets = MyTicketStore()
/// ```
public struct ComposedStorage: PortalStorage {
    /// Tickets, or `nil` to leave the section out.
    public var tickets: (any TicketStore)?
    /// Files, or `nil` to allow none.
    public var blobs: (any BlobStore)?
    /// Announcements, or `nil` to leave the section out.
    public var announcements: (any CatalogStore<Announcement>)?
    /// Articles, or `nil` to leave the knowledgebase out.
    public var articles: (any CatalogStore<Article>)?
    /// Downloads, or `nil` to leave the section out.
    public var downloads: (any CatalogStore<Download>)?

    /// No stores yet.
    public init() {}

    /// The stores of another storage, to replace some of them.
    public init(_ base: any PortalStorage) {
        tickets = base.tickets
        blobs = base.blobs
        announcements = base.announcements
        articles = base.articles
        downloads = base.downloads
    }
}
