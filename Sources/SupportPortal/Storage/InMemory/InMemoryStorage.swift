/// All stores in memory: for tests, examples, and portals that may forget. Nothing survives the process.
public struct InMemoryStorage: PortalStorage {
    /// Where tickets are.
    public let ticketStore: InMemoryTicketStore
    /// Where files are.
    public let blobStore: InMemoryBlobStore

    /// Makes empty stores.
    ///
    /// Parameter `keptEvents`: how many events each change feed keeps at least; who follows from further back is told to read anew.
    public init(keptEvents: Int = 100_000) {
        ticketStore = InMemoryTicketStore(keptEvents: keptEvents)
        blobStore = InMemoryBlobStore()
    }

    /// Tickets.
    public var tickets: (any TicketStore)? { ticketStore }
    /// Files.
    public var blobs: (any BlobStore)? { blobStore }
}
