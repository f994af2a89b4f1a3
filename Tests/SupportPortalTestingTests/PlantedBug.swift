import SupportPortal
import SupportPortalTesting

/// A mistake that the author of an adapter may make, and the laws that must notice it.
struct PlantedBug: Sendable, CustomStringConvertible {
    /// What the store does wrong.
    let name: String
    /// How the names of the laws begin that must notice it.
    let beginnings: [String]
    /// What it is planted in.
    let base: Base
    private let plant: @Sendable (inout AlteredStorage) -> Void

    /// A bug anywhere. It is planted anew whenever a storage is opened.
    init(
        _ name: String, breaks laws: [String], in base: Base = .memory,
        plant: @escaping @Sendable (inout AlteredStorage) -> Void
    ) {
        self.name = name
        beginnings = laws
        self.base = base
        self.plant = plant
    }

    /// A bug in the ticket store.
    static func tickets(
        _ name: String, breaks laws: String..., plant: @escaping @Sendable (inout AlteredTicketStore) -> Void
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws) { plant(&$0.ticketStore) }
    }

    /// A bug in the blob store.
    static func blobs(
        _ name: String, breaks laws: String..., plant: @escaping @Sendable (inout AlteredBlobStore) -> Void
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws) { plant(&$0.blobStore) }
    }

    /// The laws that must notice it.
    var laws: [StorageLaw] { Self.lawsOfBugs.filter { law in beginnings.contains { law.name.hasPrefix($0) } } }

    /// The laws that bugs are planted for. Announcements and downloads have those of articles.
    static let lawsOfBugs = StorageLaws.tickets + StorageLaws.articles + StorageLaws.blobs

    /// A store that keeps the laws.
    enum Base: CaseIterable {
        /// The one in memory, with a journal.
        case memory
        /// The same, keeping few events.
        case shortFeed
        /// With ``NaiveTicketList``.
        case ticketList
        /// With ``NaiveMessageList``.
        case messageList
        /// With ``NaiveHistory``.
        case history
        /// With ``NaiveRecordList``.
        case recordList
        /// With ``NaiveSearch``.
        case search
        /// With ``NaiveBlobList``.
        case blobList
        /// With ``NaiveCatalogList``.
        case catalogList
        /// With ``NaiveQueue``, which is not in the journal and so forgets.
        case queue
    }

    var description: String { "\(name), in \(base)" }

    /// The storage with the bug.
    var subject: StorageSubject {
        @Sendable func open(doing operations: [StoredOperation], isReopened: Bool) async -> any PortalStorage {
            var storage = AlteredStorage(
                await JournalledStorage(keptEvents: base == .shortFeed ? 5 : 100_000, doing: operations), isReopened: isReopened)
            plant(&storage)
            return storage
        }
        guard base != .queue else { return StorageSubject { await open(doing: [], isReopened: false) } }
        return StorageSubject {
            await open(doing: [], isReopened: false)
        } reopen: { closed in
            guard let closed = closed as? AlteredStorage else { return closed }
            return await open(doing: closed.recall(await closed.base.journal.operations), isReopened: true)
        }
    }
}

extension PlantedBug {
    /// All of them.
    static let all: [PlantedBug] =
        recordBugs + scopeBugs + commitBugs + limitBugs + listBugs + messageBugs + messageChangeBugs + historyBugs + searchBugs
        + deskRecordBugs + erasureBugs + feedBugs + queueBugs + blobBugs + durabilityBugs
        + catalogBugs

    /// The stores that bugs are planted in, without a bug, each with every law that a bug in it breaks.
    static let soundStores: [(store: PlantedBug, law: StorageLaw)] = Base.allCases.flatMap { base in
        let sound = PlantedBug("no bug", breaks: [], in: base) { storage in
            switch base {
            case .memory, .shortFeed: break
            case .ticketList: storage.ticketStore.use(NaiveTicketList(storage.ticketStore.base))
            case .messageList: storage.ticketStore.use(NaiveMessageList())
            case .history: storage.ticketStore.use(NaiveHistory())
            case .recordList: storage.ticketStore.use(NaiveRecordList())
            case .search: storage.ticketStore.use(NaiveSearch(storage.ticketStore.base))
            case .blobList: storage.blobStore.use(NaiveBlobList())
            case .catalogList: storage.articleStore.use(NaiveCatalogList(storage.articleStore.base))
            case .queue: storage.ticketStore.use(NaiveQueue(NaiveQueue.Steps()))
            }
        }
        let broken = Set(all.filter { $0.base == base }.flatMap(\.laws).map(\.name))
        return lawsOfBugs.filter { broken.contains($0.name) }.map { (sound, $0) }
    }
}
