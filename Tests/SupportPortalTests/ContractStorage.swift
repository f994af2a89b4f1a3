import Foundation
import SupportPortal
import Testing

/// A storage that records an issue for every commit that breaks what ``/SupportPortal/TicketCommit`` promises to stores.
struct ContractStorage: PortalStorage {
    let tickets: (any TicketStore)?
    let blobs: (any BlobStore)?
    let announcements: (any CatalogStore<Announcement>)?
    let articles: (any CatalogStore<Article>)?
    let downloads: (any CatalogStore<Download>)?
    /// Held as well: a storage may remove its folder when nobody holds it any more, whoever holds its stores.
    private let base: any PortalStorage

    init(_ base: any PortalStorage) {
        self.base = base
        tickets = base.tickets.map(ContractTicketStore.init)
        blobs = base.blobs
        announcements = base.announcements.map { ContractCatalogStore(base: $0) }
        articles = base.articles.map { ContractCatalogStore(base: $0) }
        downloads = base.downloads.map { ContractCatalogStore(base: $0) }
    }
}

private struct ContractTicketStore: TicketStore {
    let base: any TicketStore

    func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? { try await base.ticket(id, in: scope) }
    func tickets(_ query: TicketQuery) async throws -> Page<Ticket> { try await base.tickets(query) }
    func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] {
        try await base.counts(filter, in: scope)
    }
    func messages(_ query: MessageQuery) async throws -> Page<Message> { try await base.messages(query) }
    func takenNumbers(among numbers: Set<TicketNumber>) async throws -> Set<TicketNumber> {
        try await base.takenNumbers(among: numbers)
    }
    func submission(_ key: String, at now: Date) async throws -> Submission? { try await base.submission(key, at: now) }
    func search(_ search: TicketSearch) async throws -> Page<Ticket> { try await base.search(search) }
    func history(_ query: HistoryQuery) async throws -> Page<RecordedEvent> { try await base.history(query) }
    func records(_ query: DeskRecordQuery) async throws -> Page<DeskRecord> { try await base.records(query) }
    func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> { try await base.attachedFiles(among: files) }
    func changes(_ query: ChangeQuery) async throws -> ChangeBatch { try await base.changes(query) }
    func claim(_ claim: QueueClaim) async throws -> [QueueItem] { try await base.claim(claim) }
    func settle(_ settlement: Settlement) async throws { try await base.settle(settlement) }
    func parked(_ page: PageRequest) async throws -> Page<QueueItem> { try await base.parked(page) }
    func unpark(_ id: QueueItem.ID, at now: Date) async throws { try await base.unpark(id, at: now) }

    func commit(_ commit: TicketCommit) async throws -> Position {
        var breaches = Self.breaches(commit)
        for message in commit.messages {
            let stored = try await base.ticket(message.ticket, in: .everything)
            if stored == nil, !commit.tickets.contains(where: { $0.id == message.ticket }) {
                breaches.append("the ticket of message \(message.id) is nowhere")
            }
            var query = MessageQuery(ticket: message.ticket, includesInternal: true, page: PageRequest(limit: 1))
            query.message = message.id
            let isMoved = try await base.messages(query).items.first.map { $0.index != message.index } ?? true
            if isMoved, message.index <= stored?.lastIndex ?? 0 {
                breaches.append("message \(message.id) takes the place \(message.index), which is not above all earlier ones")
            }
        }
        // What is refused may have been worked out from records that are not the stored ones any more.
        let position = try await base.commit(commit)
        if !breaches.isEmpty { Issue.record("a commit breaks its contract: \(breaches.joined(separator: "; "))") }
        return position
    }

    private static func breaches(_ commit: TicketCommit) -> [String] {
        var breaches: [String] = []
        if Set(commit.tickets.map(\.id)).count < commit.tickets.count { breaches.append("a ticket is named twice") }
        if Set(commit.messages.map(\.id)).count < commit.messages.count { breaches.append("a message is named twice") }
        var records: Set<DeskRecord.ID> = []
        for change in commit.records {
            let (id, text) =
                switch change {
                case .put(let record, _): (record.id, record.text)
                case .remove(let id): (id, "")
                }
            if !records.insert(id).inserted { breaches.append("a record is named twice") }
            if "\(id.owner)\(id.key)\(text)".utf8.contains(0) { breaches.append("a record holds NUL") }
        }
        for ticket in commit.tickets where ticket.lastActivity < ticket.opened {
            breaches.append("ticket \(ticket.id) was active before it was opened")
        }
        let dates =
            commit.tickets.flatMap { [$0.opened, $0.lastActivity, $0.closed, $0.warned].compactMap(\.self) }
            + commit.messages.map(\.date) + commit.events.map(\.date) + [commit.date]
        if dates.contains(where: { Date(timeIntervalSince1970: ($0.timeIntervalSince1970 * 1_000).rounded() / 1_000) != $0 }) {
            breaches.append("an instant is not of whole milliseconds")
        }
        // Behind another backslash it is text that somebody wrote.
        let nul = #"\u0000"#
        let encoder = JSONEncoder()
        let texts = [
            try? encoder.encode(commit.tickets), try? encoder.encode(commit.messages), try? encoder.encode(commit.events),
        ]
        for case let text? in texts {
            let escapes = String(decoding: text, as: UTF8.self).replacing(#"\\"#, with: "")
            if escapes.contains(nul) { breaches.append("a text holds NUL") }
        }
        return breaches
    }
}

private struct ContractCatalogStore<Item: CatalogItem>: CatalogStore {
    let base: any CatalogStore<Item>

    func items(_ query: CatalogQuery<Item>) async throws -> Page<Item> { try await base.items(query) }
    func counts(
        _ filter: CatalogFilter<Item>, in scope: AccessScope, of placements: [CatalogPlacement<Item>]
    ) async throws -> [Int] {
        try await base.counts(filter, in: scope, of: placements)
    }
    func categories() async throws -> [CatalogCategory<Item>] { try await base.categories() }
    func versions(of item: Item.ID, page: PageRequest) async throws -> Page<Item> {
        try await base.versions(of: item, page: page)
    }
    func tallies(of items: Set<Item.ID>) async throws -> [Item.ID: CatalogTally] { try await base.tallies(of: items) }
    func votes(
        in ballot: CatalogTally.Ballot, by voter: AccessKey, on items: Set<Item.ID>
    ) async throws -> [Item.ID: Int] {
        try await base.votes(in: ballot, by: voter, on: items)
    }
    func votes(on item: Item.ID, page: PageRequest) async throws -> Page<CatalogVote<Item>> {
        try await base.votes(on: item, page: page)
    }
    func changes(_ query: ChangeQuery) async throws -> ChangeBatch { try await base.changes(query) }
    func claim(_ claim: QueueClaim) async throws -> [QueueItem] { try await base.claim(claim) }
    func settle(_ settlement: Settlement) async throws { try await base.settle(settlement) }
    func parked(_ page: PageRequest) async throws -> Page<QueueItem> { try await base.parked(page) }
    func unpark(_ id: QueueItem.ID, at now: Date) async throws { try await base.unpark(id, at: now) }

    func commit(_ commit: CatalogCommit<Item>) async throws -> Position {
        let position = try await base.commit(commit)
        for id in Set(commit.versions.map(\.id)).subtracting(commit.items.map(\.id)) {
            let stored = try await base.items(CatalogQuery(in: .everything, CatalogFilter { $0.ids = [id] })).items
            if stored.isEmpty { Issue.record("a commit breaks its contract: version of \(id), which is not stored") }
        }
        for breach in Self.breaches(commit) { Issue.record("a commit breaks its contract: \(breach)") }
        return position
    }

    private static func breaches(_ commit: CatalogCommit<Item>) -> [String] {
        var breaches: [String] = []
        let ids = commit.items.map(\.id) + commit.removedItems.keys
        if Set(ids).count < ids.count { breaches.append("an item is named twice") }
        let categories = commit.categories.map(\.id) + commit.removedCategories.keys
        if Set(categories).count < categories.count { breaches.append("a category is named twice") }
        let dates =
            (commit.items + commit.versions).map(\.entry).flatMap { entry in
                [entry.created, entry.updated, entry.published, entry.expires].compactMap(\.self)
            } + commit.events.map(\.date)
        if dates.contains(where: { Date(timeIntervalSince1970: ($0.timeIntervalSince1970 * 1_000).rounded() / 1_000) != $0 }) {
            breaches.append("an instant is not of whole milliseconds")
        }
        let encoder = JSONEncoder()
        let texts = [
            try? encoder.encode(commit.items), try? encoder.encode(commit.versions), try? encoder.encode(commit.categories),
            try? encoder.encode(commit.events),
        ]
        for case let text? in texts {
            // Behind another backslash it is text that somebody wrote.
            let escapes = String(decoding: text, as: UTF8.self).replacing(#"\\"#, with: "")
            if escapes.contains(#"\u0000"#) { breaches.append("a text holds NUL") }
        }
        return breaches
    }
}
