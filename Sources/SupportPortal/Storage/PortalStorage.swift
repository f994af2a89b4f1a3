/// The stores of a portal, one a section. A section without a store is not composed: it is absent from the menu, and what its
/// sessions offer throws ``PortalError/Code/sectionNotComposed``.
///
/// Every requirement has `nil` as default, so a storage names only what it has, and later sections break no one.
public protocol PortalStorage: Sendable {
    /// Tickets; needs ``blobs`` for attachments.
    var tickets: (any TicketStore)? { get }
    /// The bytes of attachments and downloads.
    var blobs: (any BlobStore)? { get }
}

extension PortalStorage {
    /// No tickets.
    public var tickets: (any TicketStore)? { nil }
    /// No files.
    public var blobs: (any BlobStore)? { nil }
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

    /// No stores yet.
    public init() {}

    /// The stores of another storage, to replace some of them.
    public init(_ base: any PortalStorage) {
        tickets = base.tickets
        blobs = base.blobs
    }
}
