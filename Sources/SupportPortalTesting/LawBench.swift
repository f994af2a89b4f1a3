import SupportPortal
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a check works with: a fresh storage and ways to fill it.
struct LawBench: EventBench {
    let subject: StorageSubject
    let storage: any PortalStorage
    let tickets: any TicketStore
    var eventStore: any EventStore { tickets }

    init(_ subject: StorageSubject) async throws {
        try await self.init(subject, subject.open())
    }

    private init(_ subject: StorageSubject, _ storage: any PortalStorage) throws {
        self.subject = subject
        self.storage = storage
        tickets = try Self.store(of: storage)
    }

    static func store(of storage: any PortalStorage) throws -> any TicketStore {
        guard let tickets = storage.tickets else { throw LawViolation(finding: "the storage has no ticket store", line: #line) }
        return tickets
    }

    /// The same storage closed and opened again, or as it is where it may forget.
    func reopened() async throws -> LawBench {
        guard let reopen = subject.reopen else { return self }
        return try await LawBench(subject, reopen(storage))
    }

    /// Checks that a commit is refused and leaves nothing behind, neither now nor in the storage opened again.
    mutating func requireRefusal(
        _ code: StorageError.Code, _ what: String, of commit: TicketCommit, line: UInt = #line
    ) async throws -> StorageError {
        let commit = try await burdened(commit)
        let before = try await traces(of: commit)
        let error = try await SupportPortalTesting.requireRefusal(code, what, line: line) {
            _ = try await tickets.commit(commit)
        }
        try await traces(of: commit).requireSame(as: before, line: line)
        self = try await reopened()
        try await traces(of: commit).requireSame(as: before, line: line)
        return error
    }

    /// A commit that would do more than it is refused for: put a record, remove another, erase a ticket and a person.
    private func burdened(_ commit: TicketCommit) async throws -> TicketCommit {
        let bystander = Self.ticket(-1, customer: "bystander", department: "bystanders")
        let known = Self.record("known", of: "customer:bystander")
        if try await tickets.ticket(bystander.id, in: .everything) == nil {
            let event = PortalEvent(
                id: "by-bystander", kind: .ticketReplied, subject: "another", date: Self.start,
                author: Author(role: .requester, identity: .customer("bystander"), name: "B"), keys: [.customer("bystander")])
            _ = try await tickets.commit(
                TicketCommit(
                    date: Self.start, tickets: [bystander], messages: [Self.message(1, of: bystander.id)],
                    events: [Self.event("bystander", on: bystander), event], announces: false, records: [.put(known)]))
        }
        var commit = commit
        commit.records += [.remove(known.id), .put(Self.record("new", of: "customer:bystander"))]
        var erasure = commit.erasure ?? Erasure()
        erasure.tickets.insert(bystander.id)
        erasure.people.insert(.customer("bystander"))
        commit.erasure = erasure
        return commit
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
        _ index: Int, of ticket: Ticket.ID, kind: Message.Kind = .reply, id: String? = nil, date: Int? = nil,
        text: String = "Text"
    ) -> Message {
        Message(
            id: Message.ID(id ?? "\(ticket)-message-\(index)"), ticket: ticket, index: index, kind: kind, author: .system,
            date: instant(date ?? index * 1_000), text: text)
    }

    static func record(_ key: String, of owner: String, _ kind: DeskRecord.Kind = .draft, text: String = "Text") -> DeskRecord {
        DeskRecord(DeskRecord.ID(kind, of: AccessKey(rawValue: owner), key), date: instant(), text: text)
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
                role: .requester, identity: AccessKey(rawValue: "customer:\(recipient)"), name: SingleLine(recipient),
                address: EmailAddress(checking: "\(recipient)@example.com"), language: "pt-BR"))
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

    /// All pages of a list, put together, each checked: as full as the next one allows, and none announced that is not there.
    static func all<Element>(
        by size: Int, read: (PageRequest) async throws -> Page<Element>
    ) async throws -> [Element] {
        var request = PageRequest(limit: size)
        var found: [Element] = []
        while true {
            let page = try await read(request)
            try require(page.items.count <= size, "a page of \(size) holds \(page.items.count)")
            try require(request.after == nil || !page.items.isEmpty, "the page after a cursor is empty")
            found += page.items
            guard let next = page.next else { return found }
            try require(page.items.count == size, "a page with another one after it holds \(page.items.count) of \(size)")
            try require(found.count < 300, "pages go on for ever")
            request.after = next
        }
    }

    func all(_ query: TicketQuery, pageSize: Int = 7) async throws -> [Ticket] {
        var query = query
        return try await Self.all(by: pageSize) {
            query.page = $0
            return try await tickets.tickets(query)
        }
    }

    func all(_ query: MessageQuery, pageSize: Int = 3) async throws -> [Message] {
        var query = query
        return try await Self.all(by: pageSize) {
            query.page = $0
            return try await tickets.messages(query)
        }
    }

    func all(_ query: HistoryQuery, pageSize: Int = 3) async throws -> [RecordedEvent] {
        var query = query
        return try await Self.all(by: pageSize) {
            query.page = $0
            return try await tickets.history(query)
        }
    }

    func all(_ query: DeskRecordQuery, pageSize: Int = 3) async throws -> [DeskRecord] {
        var query = query
        return try await Self.all(by: pageSize) {
            query.page = $0
            return try await tickets.records(query)
        }
    }

    func all(_ search: TicketSearch, pageSize: Int = 7) async throws -> [Ticket] {
        var search = search
        return try await Self.all(by: pageSize) {
            search.page = $0
            return try await tickets.search(search)
        }
    }

    /// The record with an id.
    func record(_ id: DeskRecord.ID) async throws -> DeskRecord? {
        try await all(DeskRecordQuery(id.kind, of: [id.owner], keys: [id.key])).first
    }

    /// What a store shows of the things that a commit is about.
    func traces(of commit: TicketCommit) async throws -> CommitTraces {
        var traces = CommitTraces()
        let erased = Array(commit.erasure?.tickets ?? [])
        for id in Set(commit.tickets.map(\.id) + commit.messages.map(\.ticket) + erased) {
            traces.history[id] = try await all(HistoryQuery(ticket: id), pageSize: 50)
            traces.tickets[id] = try await tickets.ticket(id, in: .everything)
            traces.messages[id] = try await all(MessageQuery(ticket: id, includesInternal: true), pageSize: 10)
        }
        traces.numbers = try await tickets.takenNumbers(among: Set(commit.tickets.map(\.number)))
        traces.counts = try await tickets.counts(TicketFilter(), in: .everything)
        traces.events = try await events(limit: 50)
        let ids = Set(commit.events.map(\.id))
        traces.waiting = Set(try await claim().map(\.event.id)).intersection(ids)
        if let submission = commit.submission {
            traces.submission = try await tickets.submission(submission.key, at: commit.date)
        }
        for change in commit.records {
            switch change {
            case .put(let record, _): traces.records[record.id] = try await self.record(record.id)
            case .remove(let id): traces.records[id] = try await record(id)
            }
        }
        let files = Set(commit.messages.flatMap(\.attachments).map(\.id))
        if !files.isEmpty { traces.files = try await tickets.attachedFiles(among: files) }
        return traces
    }
}

/// What a store shows of the things that one commit is about. A commit that was refused leaves them as they were.
struct CommitTraces {
    var tickets: [Ticket.ID: Ticket] = [:]
    var messages: [Ticket.ID: [Message]] = [:]
    var numbers: Set<TicketNumber> = []
    var counts: [TicketStatus: Int] = [:]
    var events: [RecordedEvent] = []
    /// The events of the commit that wait in the queue. Looking takes a loan.
    var waiting: Set<PortalEvent.ID> = []
    var submission: Submission?
    var history: [Ticket.ID: [RecordedEvent]] = [:]
    var records: [DeskRecord.ID: DeskRecord] = [:]
    var files: Set<Blob.ID> = []

    func requireSame(as before: CommitTraces, line: UInt = #line) throws {
        try requireEqual(tickets, before.tickets, "tickets after a refused commit", line: line)
        try requireEqual(messages, before.messages, "messages after a refused commit", line: line)
        try requireEqual(numbers, before.numbers, "numbers after a refused commit", line: line)
        try requireEqual(counts, before.counts, "counts after a refused commit", line: line)
        try requireEqual(events, before.events, "events after a refused commit", line: line)
        try requireEqual(waiting, before.waiting, "waiting events after a refused commit", line: line)
        try requireEqual(submission, before.submission, "the submission after a refused commit", line: line)
        try requireEqual(history, before.history, "histories after a refused commit", line: line)
        try requireEqual(records, before.records, "desk records after a refused commit", line: line)
        try requireEqual(files, before.files, "attached files after a refused commit", line: line)
    }
}

extension Message {
    /// The message as it is stored when it is written.
    var stored: Message {
        var message = self
        message.revision = revision.next
        return message
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
