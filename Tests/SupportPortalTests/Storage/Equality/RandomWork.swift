import Foundation
import SupportPortal
import SupportPortalTesting

/// Does things of chance with a pair of storages; for the same seed always the same. It asks the storage in memory what there is, so that most of it
/// succeeds, and makes mistakes on purpose.
struct RandomWork: WorkOfChance {
    let pair: StoragePair
    var chance: SeededGenerator
    var now: Int64 = 1_790_000_000_000
    var counter = 0
    var tickets: [Ticket.ID] = []
    /// Erased ones too: asking for them must be answered alike.
    var everSeen: [Ticket.ID] = []
    var messages: [Message.ID: Ticket.ID] = [:]
    var highest: [Ticket.ID: Int] = [:]
    var submissionKeys: [String] = []
    var deskIDs: [DeskRecord.ID] = []
    var blobs: [Blob.ID] = []
    var items: [(id: QueueItem.ID, lease: String)] = []
    var positions: [Position] = [.start]
    private(set) var accepted = 0
    private(set) var refused = 0

    init(_ pair: StoragePair, seed: UInt64) {
        self.pair = pair
        chance = SeededGenerator(seed: seed)
    }

    static let statuses: [TicketStatus] = ["Open", "Answered", "Closed", "On/Hold", "é", "e\u{301}"].map(
        TicketStatus.init)
    mutating func status() -> TicketStatus { Self.statuses[number(0..<Self.statuses.count)] }

    mutating func statusFilter() -> StatusFilter {
        switch number(0..<4) {
        case 0: .only([status(), status()])
        case 1: .except([status()])
        default: .any
        }
    }

    mutating func filter() async throws -> TicketFilter {
        var filter = TicketFilter()
        filter.statuses = statusFilter()
        guard happens(50) else { return filter }
        switch number(0..<11) {
        case 0: filter.departments = [department(), department()]
        case 1: filter.priorities = [.high, .medium]
        case 2: filter.service = "s-1"
        case 3: filter.requester = customer()
        case 4: if let id = one(everSeen), let ticket = try await stored(id) { filter.number = ticket.number }
        case 5: filter.opened = Self.date(now - 200_000)..<Self.date(now - Int64(number(0..<100_000)))
        case 6: filter.assignee = happens(50) ? .nobody : .agent(agent())
        case 7: filter.watcher = agent()
        case 8: filter.tag = TagName("refund")
        case 9: filter.person = key()
        default: filter.hasFiles = happens(50)
        }
        return filter
    }

    // MARK: What there is

    var events: any EventStore { pair.memory.ticketStore }

    @discardableResult
    func ask<Value: Equatable & Sendable>(_ question: String, _ body: (any EventStore) async throws -> Value) async throws
        -> Value?
    {
        try await pair.tickets(question) { try await body($0) }
    }

    func stored(_ id: Ticket.ID) async throws -> Ticket? { try await pair.memory.ticketStore.ticket(id, in: .everything) }

    func stored(_ id: Message.ID) async throws -> Message? {
        guard let ticket = messages[id] else { return nil }
        var query = MessageQuery(ticket: ticket, includesInternal: true)
        query.message = id
        return try await pair.memory.ticketStore.messages(query).items.first
    }

    // MARK: One step

    mutating func step() async throws {
        now += Int64(number(0..<3_000))
        switch number(0..<100) {
        case 0..<22: try await open()
        case 22..<45: try await reply()
        case 45..<52: try await change()
        case 52..<56: try await move()
        case 56..<62: try await desk()
        case 62..<65: try await announce()
        case 65..<68: try await erase()
        case 68..<80: try await work()
        case 80..<84: try await writeBlob()
        case 84..<86: try await deleteBlob()
        default: break
        }
        try await read()
    }

    mutating func store(_ commit: TicketCommit) async throws {
        let position = try await pair.tickets("commit \(commit)") { try await $0.commit(commit) }
        guard let position else {
            refused += 1
            return
        }
        accepted += 1
        positions.append(position)
        for ticket in commit.tickets where !tickets.contains(ticket.id) {
            tickets.append(ticket.id)
            everSeen.append(ticket.id)
        }
        for message in commit.messages {
            messages[message.id] = message.ticket
            highest[message.ticket] = Swift.max(highest[message.ticket] ?? 0, message.index)
        }
    }

    mutating func event(_ ticket: Ticket) -> PortalEvent {
        var details: [PortalEvent.Detail: String] = [:]
        if happens(20), let address = address() { details[.address] = address.text }
        if happens(20) { details[PortalEvent.Detail(rawValue: odd())] = odd() }
        return PortalEvent(
            id: newID("e"), kind: PortalEvent.Kind(rawValue: "changed"), subject: ticket.id.rawValue, date: date,
            author: author(),
            isInternal: happens(20), keys: ticket.accessKeys.union(happens(30) ? [.agent(agent())] : []), details: details)
    }

    mutating func complete(_ commit: inout TicketCommit) async throws {
        for ticket in commit.tickets where happens(80) { commit.events.append(event(ticket)) }
        commit.announces = happens(70)
        if happens(15) {
            let key = happens(60) ? one(submissionKeys) ?? odd() : odd()
            submissionKeys.append(key)
            let ticket = commit.tickets.first?.id ?? "none"
            commit.submission = Submission(
                key: key, ticket: ticket, message: commit.messages.first?.id ?? "none",
                expires: Self.date(now + Int64(number(0..<60_000))))
        }
        if happens(8) { commit.limits.append(TicketLimit(number(0..<40), in: scope(), filter: try await filter())) }
    }

    mutating func change(_ ticket: inout Ticket) {
        if happens(50) { ticket.status = status() }
        if happens(10) { ticket.department = department() }
        if happens(10) { ticket.assignee = happens(60) ? agent() : nil }
        if happens(10) { ticket.watchers = [agent()] }
        if happens(10) { ticket.tags = [TagName("refund"), TagName("vip")].compactMap(\.self) }
        if happens(10) { ticket.subject = SingleLine(text()) }
        if happens(10) { ticket.service = "s-1" }
        if happens(10), let address = address() {
            ticket.copies = [
                CopyRecipient(address: address, proposedBy: .customer(customer()), approved: happens(60) ? date : nil)
            ]
        }
        if happens(5) { ticket.guestAccess = GuestAccess(tokenHash: odd(), expires: date) }
        if happens(5) { ticket.source = AccessKey(rawValue: "source:\(number(0..<3))") }
        ticket.participants = [key()]
        if happens(80) { ticket.lastActivity = date }
    }

    mutating func message(in ticket: Ticket, at index: Int) -> Message {
        var message = Message(
            id: newID("m"), ticket: ticket.id, index: index, kind: happens(70) ? .reply : .note, author: author(), date: date,
            text: text())
        if happens(20), let blob = one(blobs) { message.attachments = [FileAttachment(id: blob, name: FileName(odd()), size: 3)] }
        return message
    }

    mutating func open() async throws {
        let requester = Requester(
            customer: happens(80) ? customer() : nil, name: SingleLine(text()), address: happens(60) ? address() : nil)
        counter += 1
        var ticket = Ticket(
            id: newID("t"), number: TicketNumber(rawValue: happens(50) ? "N-\(counter)" : "\(counter)\(odd())"),
            requester: requester,
            opened: date, subject: SingleLine(text()), department: department())
        if happens(10), let other = one(everSeen), let stored = try await stored(other) {
            // One that is there, or its number.
            ticket = Ticket(
                id: happens(50) ? other : ticket.id, number: stored.number, requester: requester, opened: date, subject: "Twice",
                department: department())
        }
        if happens(50) { ticket.priority = .high }
        change(&ticket)
        ticket.lastActivity = date
        ticket.messageCount = 1
        ticket.fileCount = number(0..<2)
        var commit = TicketCommit(
            date: date, tickets: [ticket], messages: [message(in: ticket, at: (highest[ticket.id] ?? 0) + 1)])
        try await complete(&commit)
        try await store(commit)
    }

    mutating func reply() async throws {
        guard let id = one(tickets), var ticket = try await stored(id) else { return }
        change(&ticket)
        ticket.messageCount += 1
        if happens(5) { ticket.revision = Revision(rawValue: ticket.revision.rawValue + number(-1..<2)) }
        let place = (highest[id] ?? 0) + (happens(5) ? number(-2..<1) : number(1..<3))
        var commit = TicketCommit(date: date, tickets: [ticket], messages: [message(in: ticket, at: Swift.max(1, place))])
        if happens(10) { commit.messages.append(message(in: ticket, at: Swift.max(1, place + number(0..<3)))) }
        if happens(3) { commit.tickets.append(ticket) }
        try await complete(&commit)
        try await store(commit)
    }

    /// Changes messages where they are.
    mutating func change() async throws {
        guard let id = one(messages.keys.sorted()), var message = try await stored(id) else { return }
        message.edits.append(MessageEdit(date: date, author: author(), text: message.text))
        message.text = text()
        for index in message.attachments.indices where happens(50) { message.attachments[index].removed = date }
        if happens(10) { message.revision = message.revision.next }
        if happens(10) { message.rating = 3 }
        var commit = TicketCommit(date: date, messages: [message])
        if happens(50), var ticket = try await stored(message.ticket) {
            change(&ticket)
            commit.tickets = [ticket]
        }
        try await complete(&commit)
        try await store(commit)
    }

    /// Moves messages from one ticket to another, as merging does.
    mutating func move() async throws {
        guard let source = one(tickets), let target = one(tickets), source != target, var from = try await stored(source),
            var to = try await stored(target)
        else { return }
        change(&from)
        change(&to)
        from.mergedInto = target
        var moved: [Message] = []
        var place = highest[target] ?? 0
        for var message in try await pair.memory.ticketStore.messages(
            MessageQuery(ticket: source, includesInternal: true, page: PageRequest(limit: 1_000))
        ).items where happens(70) {
            place += 1
            message.movedFrom = source
            message.ticket = target
            message.index = place
            moved.append(message)
        }
        var commit = TicketCommit(date: date, tickets: [from, to], messages: moved)
        try await complete(&commit)
        if happens(20) { commit.erasure = Erasure(tickets: [source]) }
        try await store(commit)
    }

    mutating func desk() async throws {
        var changes: [DeskRecordChange] = []
        for _ in 0..<number(1..<4) {
            var id = DeskRecord.ID(happens(70) ? .draft : DeskRecord.Kind(rawValue: odd()), of: key(), happens(30) ? "" : odd())
            if happens(60), let known = one(deskIDs) { id = known }
            guard
                !changes.contains(where: { change in
                    switch change {
                    case .put(let record, _): record.id == id
                    case .remove(let other): other == id
                    }
                })
            else { continue }
            deskIDs.append(id)
            if happens(25) {
                changes.append(.remove(id))
            } else {
                let expected = happens(40) ? Revision(rawValue: number(0..<3)) : nil
                changes.append(.put(DeskRecord(id, date: date, text: text()), expecting: expected))
            }
        }
        try await store(TicketCommit(date: date, records: changes))
    }

    mutating func announce() async throws {
        guard let id = one(tickets), let ticket = try await stored(id) else { return }
        var commit = TicketCommit(date: date, events: [event(ticket), event(ticket)])
        commit.announces = happens(70)
        try await store(commit)
    }

    mutating func erase() async throws {
        var erasure = Erasure()
        if happens(60), let id = one(tickets) { erasure.tickets.insert(id) }
        if happens(50) { erasure.people = [key(), key()] }
        var commit = TicketCommit(date: date, announces: false)
        commit.erasure = erasure
        if happens(30), let id = one(tickets), var ticket = try await stored(id) {
            change(&ticket)
            commit.tickets = [ticket]
            commit.messages = [message(in: ticket, at: (highest[id] ?? 0) + 1)]
            commit.events = [event(ticket)]
        }
        try await store(commit)
        for id in erasure.tickets where try await stored(id) == nil { tickets.removeAll { $0 == id } }
    }

    // MARK: Blobs

    mutating func writeBlob() async throws {
        let id: Blob.ID = happens(10) ? one(blobs) ?? newID("b") : newID("b")
        blobs.append(id)
        let blob = Blob(id: id, owner: key(), name: FileName(odd()), created: Self.date(now - Int64(number(0..<3) * 1_000)))
        let pieces = (0..<number(0..<4)).map { _ in Data((0..<number(0..<50)).map { _ in UInt8(number(0..<256)) }) }
        let fails = happens(20)
        try await pair.blobs("write \(blob), \(fails ? "which fails" : "")") { store in
            let bytes = AsyncThrowingStream<Data, any Error> { continuation in
                for piece in pieces { continuation.yield(piece) }
                if fails { continuation.finish(throwing: StoragePair.Failure()) } else { continuation.finish() }
            }
            try await store.write(blob, from: bytes)
            return true
        }
    }

    mutating func deleteBlob() async throws {
        guard let id = one(blobs) else { return }
        try await pair.blobs("delete \(id)") { store in
            try await store.delete(id)
            return true
        }
    }
}
