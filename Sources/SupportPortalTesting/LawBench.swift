import SupportPortal
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a check works with: a fresh storage and ways to fill it.
struct LawBench: Sendable {
    let subject: StorageSubject
    let storage: any PortalStorage
    let tickets: any TicketStore

    init(_ subject: StorageSubject) async throws {
        try await self.init(subject, subject.open())
    }

    private init(_ subject: StorageSubject, _ storage: any PortalStorage) throws {
        self.subject = subject
        self.storage = storage
        guard let tickets = storage.tickets else { throw LawViolation(finding: "the storage has no ticket store", line: #line) }
        self.tickets = tickets
    }

    /// The same storage closed and opened again, or as it is where it may forget.
    func reopened() async throws -> LawBench {
        guard let reopen = subject.reopen else { return self }
        return try await LawBench(subject, reopen(storage))
    }

    // MARK: Records

    static let start = Date(timeIntervalSince1970: 1_768_467_600)

    /// An instant some milliseconds after the start.
    static func instant(_ milliseconds: Int = 0) -> Date {
        Date(milliseconds: start.milliseconds + Int64(milliseconds))
    }

    /// A ticket of a customer, different for each number.
    static func ticket(
        _ number: Int, customer: String = "c1", department: String = "technical", status: TicketStatus = .open,
        activity: Int? = nil
    ) -> Ticket {
        var ticket = Ticket(
            id: Ticket.ID("ticket-\(number)"), number: TicketNumber(rawValue: "N-\(number)"),
            requester: Requester(
                customer: Customer.ID(customer), name: SingleLine("Customer \(customer)"),
                address: EmailAddress(checking: "\(customer)@example.com")), opened: instant(number * 1_000),
            subject: SingleLine("Subject \(number % 7)"), department: Department.ID(department))
        ticket.status = status
        ticket.lastActivity = instant(activity ?? number * 1_000)
        return ticket
    }

    static func message(
        _ index: Int, of ticket: Ticket.ID, kind: Message.Kind = .reply, id: String? = nil, text: String = "Text"
    ) -> Message {
        Message(
            id: Message.ID(id ?? "\(ticket)-message-\(index)"), ticket: ticket, index: index, kind: kind, author: .system,
            date: instant(index * 1_000), text: text)
    }

    static func event(
        _ id: String, on ticket: Ticket, kind: PortalEvent.Kind = .ticketReplied, isInternal: Bool = false, date: Date = instant()
    ) -> PortalEvent {
        PortalEvent(
            id: PortalEvent.ID(id), kind: kind, subject: ticket.id.rawValue, date: date, author: .system, isInternal: isInternal,
            keys: ticket.accessKeys)
    }

    static func delivery(_ recipient: String, channel: String = "mail") -> Delivery {
        Delivery(
            channel: channel,
            recipient: Recipient(
                role: .requester, identity: AccessKey(rawValue: "customer:\(recipient)"), name: SingleLine(recipient)))
    }

    /// Stores a ticket and returns it as it is stored.
    @discardableResult
    func put(_ ticket: Ticket, messages: [Message] = [], events: [PortalEvent] = [], announces: Bool = false) async throws
        -> Ticket
    {
        _ = try await tickets.commit(
            TicketCommit(date: Self.start, tickets: [ticket], messages: messages, events: events, announces: announces))
        var stored = ticket
        stored.revision = ticket.revision.next
        return stored
    }

    /// Stores an event about a ticket of which nothing is stored.
    func announce(_ events: PortalEvent..., announces: Bool = true) async throws {
        _ = try await tickets.commit(TicketCommit(date: Self.start, events: events, announces: announces))
    }

    // MARK: Reading

    /// All pages of a query, put together, each checked for its size.
    func all(_ query: TicketQuery, pageSize: Int = 7) async throws -> [Ticket] {
        var query = query
        query.page = PageRequest(limit: pageSize)
        var found: [Ticket] = []
        while true {
            let page = try await tickets.tickets(query)
            try require(page.items.count <= pageSize, "a page of \(pageSize) holds \(page.items.count)")
            found += page.items
            guard let next = page.next else { return found }
            try require(page.items.count == pageSize, "a page with another one after it holds \(page.items.count) of \(pageSize)")
            try require(found.count < 100_000, "pages go on for ever")
            query.page.after = next
        }
    }

    func all(_ query: MessageQuery, pageSize: Int = 3) async throws -> [Message] {
        var query = query
        query.page = PageRequest(limit: pageSize)
        var found: [Message] = []
        while true {
            let page = try await tickets.messages(query)
            try require(page.items.count <= pageSize, "a page of \(pageSize) holds \(page.items.count)")
            found += page.items
            guard let next = page.next else { return found }
            try require(found.count < 100_000, "pages go on for ever")
            query.page.after = next
        }
    }

    /// All events after a position.
    func events(
        since position: Position = .start, scope: AccessScope = .everything, includesInternal: Bool = true, limit: Int = 3
    ) async throws -> [RecordedEvent] {
        var query = ChangeQuery(since: position, limit: limit, scope: scope, includesInternal: includesInternal)
        var found: [RecordedEvent] = []
        while true {
            let batch = try await tickets.changes(query)
            try require(batch.events.count <= limit, "a batch of \(limit) holds \(batch.events.count)")
            try require(
                batch.events.last.map { $0.position <= batch.position } ?? true, "a batch ends before its last event")
            found += batch.events
            guard let since = query.since, batch.position > since else {
                try require(batch.events.isEmpty, "a batch with events did not go on")
                return found
            }
            query.since = batch.position
        }
    }

    func claim(_ limit: Int = 100, at milliseconds: Int = 0, lease: String = "lease", for length: Int = 60_000) async throws
        -> [QueueItem]
    {
        try await tickets.claim(
            QueueClaim(
                limit: limit, now: Self.instant(milliseconds), leaseEnd: Self.instant(milliseconds + length), lease: lease))
    }

    func settle(
        _ item: QueueItem, lease: String = "lease", _ outcome: Settlement.Outcome = .done, adding: [Delivery] = []
    ) async throws {
        try await tickets.settle(Settlement(item: item.id, lease: lease, outcome: outcome, adding: adding))
    }
}

/// Runs work in many tasks at once and waits for all.
func concurrently<Result: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (Int) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: Result.self) { group in
        for index in 0..<count { group.addTask { try await work(index) } }
        var results: [Result] = []
        for try await result in group { results.append(result) }
        return results
    }
}
