import JSONLog
import Synchronization

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Tickets in JSON files: part of a ``JSONFileStorage``.
///
/// Pages by latest activity, counts by status and whatever is found by an id cost nearly the same however many tickets there are; other orders and
/// filters look at the tickets within the scope. No event is ever dropped from the change feed.
public final class JSONTicketStore: TicketStore, ChangeSignalling {
    let log: Log
    private let waiters = ChangeWaiters()
    /// The statuses that tickets have, or may have had.
    private let statuses: Mutex<Set<TicketStatus>>

    init(_ log: Log, _ statuses: [TicketStatus]) {
        self.log = log
        self.statuses = Mutex(Set(statuses))
    }

    private func reader() throws -> LogReader { try translating { try log.reader() } }

    private func shelves(_ reader: LogReader) -> StoredShelves {
        StoredShelves(reader: reader, statuses: statuses.withLock { Array($0) })
    }

    /// Reads, on the calling thread: what may have to look at many tickets is given a thread of its own.
    private func reading<Result>(_ body: (LogReader) throws -> Result) throws -> Result {
        let reader = try reader()
        return try translating { try body(reader) }
    }

    // MARK: Finding

    /// See ``TicketStore/ticket(_:in:)``.
    public func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? {
        try reading { try $0.ticket(id) }.flatMap { scope.contains($0.accessKeys) ? $0 : nil }
    }

    /// See ``TicketStore/tickets(_:)``.
    public func tickets(_ query: TicketQuery) async throws -> Page<Ticket> {
        if query.order.key == .activity, ShelfPlan(query.scope, query.filter).isPlain {
            return try reading { try shelves($0).page(query) }
        }
        return try await onThread { try self.reading { try self.shelves($0).page(query) } }
    }

    /// See ``TicketStore/counts(_:in:)``.
    public func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] {
        if ShelfPlan(scope, filter).isPlain { return try reading { try shelves($0).counts(filter, in: scope) } }
        return try await onThread { try self.reading { try self.shelves($0).counts(filter, in: scope) } }
    }

    /// See ``TicketStore/messages(_:)``.
    public func messages(_ query: MessageQuery) async throws -> Page<Message> { try reading { try $0.messages(query) } }

    /// See ``TicketStore/history(_:)``.
    public func history(_ query: HistoryQuery) async throws -> Page<RecordedEvent> { try reading { try $0.history(query) } }

    /// See ``TicketStore/records(_:)``.
    public func records(_ query: DeskRecordQuery) async throws -> Page<DeskRecord> { try reading { try $0.deskRecords(query) } }

    /// See ``TicketStore/attachedFiles(among:)``.
    public func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> {
        try reading { reader in
            try files.filter { try reader.first(.list([List.attached, .text($0.rawValue)])) != nil }
        }
    }

    /// See ``TicketStore/takenNumbers(among:)``.
    public func takenNumbers(among numbers: Set<TicketNumber>) async throws -> Set<TicketNumber> {
        try reading { reader in try numbers.filter { try reader.ticketKey(numbered: $0) != nil } }
    }

    /// See ``TicketStore/submission(_:at:)``.
    public func submission(_ key: String, at now: Date) async throws -> Submission? {
        try reading { try $0.decoded(Submission.recordKey(key), Submission.self) }.flatMap { now < $0.expires ? $0 : nil }
    }

    // MARK: Storing

    /// See ``TicketStore/commit(_:)``.
    public func commit(_ commit: TicketCommit) async throws -> Position {
        statuses.withLock { $0.formUnion(commit.tickets.map(\.status)) }
        let prepared = try PreparedTicketCommit(commit) { self.statuses.withLock { Array($0) } }
        let position = try await translating {
            try await log.commit(size: prepared.size) { try prepared.store(&$0) }
        }
        if !commit.events.isEmpty { waiters.wake() }
        return position
    }

    // MARK: Events

    /// See ``EventStore/changes(_:)``.
    public func changes(_ query: ChangeQuery) async throws -> ChangeBatch { try reading { try $0.changes(query) } }

    /// See ``EventStore/claim(_:)``.
    public func claim(_ claim: QueueClaim) async throws -> [QueueItem] {
        // Asked again and again while nothing is due, which must not write.
        guard try reading({ try $0.hasItems(dueAt: claim.now) }) else { return [] }
        return try await translating { try await log.commit { try $0.claim(claim) } }
    }

    /// See ``EventStore/settle(_:)``.
    public func settle(_ settlement: Settlement) async throws {
        try await translating { try await log.commit { try $0.settle(settlement) } }
    }

    /// See ``EventStore/parked(_:)``.
    public func parked(_ page: PageRequest) async throws -> Page<QueueItem> { try reading { try $0.parked(page) } }

    /// See ``EventStore/unpark(_:at:)``.
    public func unpark(_ id: QueueItem.ID, at now: Date) async throws {
        try await translating { try await log.commit { try $0.unpark(id, at: now) } }
        waiters.wake()
    }

    /// See ``ChangeSignalling/waitForChange(after:)``.
    public func waitForChange(after position: Position) async throws {
        try await waiters.wait {
            // If it cannot be read, whoever waits finds out by reading.
            guard let end = try? self.reading({ try $0.lastPosition() }) else { return true }
            return end > position
        }
    }
}

/// The tickets of JSON files on their shelves.
struct StoredShelves: TicketShelves {
    let reader: LogReader
    let statuses: [TicketStatus]

    /// A ticket's place: compared by what follows the shelf in it.
    struct Place: Comparable {
        var found: FoundKey
        var start: Int

        static func == (a: Self, b: Self) -> Bool { a.found.isLevel(with: b.found, from: a.start, b.start) }
        static func < (a: Self, b: Self) -> Bool { a.found.precedes(b.found, from: a.start, b.start) }
    }

    struct Places {
        var cursor: KeyCursor
        var start: Int
    }

    func statuses(on key: AccessKey?) -> [TicketStatus] { statuses }

    func places(on key: AccessKey?, _ status: TicketStatus, after start: OrderedEntry<Int64>?, ascending: Bool) throws -> Places {
        let shelf = Ticket.shelf(key, status)
        let all = KeyRange.list(shelf)
        var range = all
        if let start {
            let place = shelf + .number(start.value)
            let record = Ticket.recordKey(Ticket.ID(start.id))
            range = ascending ? range.after(place, record) : range.before(place, record)
        }
        return Places(cursor: try reader.cursor(range, ascending: ascending), start: all.prefixLength)
    }

    func next(_ places: inout Places) throws -> Place? {
        try places.cursor.next().map { Place(found: $0, start: places.start) }
    }

    func size(of key: AccessKey?, _ status: TicketStatus) throws -> Int { try reader.count(.list(Ticket.shelf(key, status))) }

    func activity(_ place: Place) -> Int64 {
        if case .number(let activity) = place.found.index.parts.last { activity } else { 0 }
    }

    func ticket(at place: Place) throws -> Ticket? { try reader.record(place.found).map(Self.ticket) }

    func ticket(numbered number: TicketNumber) throws -> Ticket? {
        try reader.ticketKey(numbered: number).flatMap { try reader.record($0) }.map(Self.ticket)
    }

    static func ticket(_ record: LogRecord) throws -> Ticket {
        var ticket = try record.decoded(Ticket.self)
        ticket.revision = Revision(rawValue: Int(record.revision))
        return ticket
    }
}

// MARK: Finding

extension LogReader {
    func ticket(_ id: Ticket.ID) throws -> Ticket? { try record(Ticket.recordKey(id)).map(StoredShelves.ticket) }

    func ticketKey(numbered number: TicketNumber) throws -> FoundKey? {
        try first(.list([List.number, .text(number.rawValue)]))
    }

    /// The statuses that tickets have, found without reading tickets.
    func statuses() throws(LogError) -> [TicketStatus] {
        let all = KeyRange.list([List.tickets, Ticket.shelfPart(nil)])
        var statuses: [TicketStatus] = []
        var range = all
        while let found = try first(range), found.index.parts.count > 2, case .text(let status) = found.index.parts[2] {
            statuses.append(TicketStatus(rawValue: status))
            range = all.after(allOf: Ticket.shelf(nil, TicketStatus(rawValue: status)))
        }
        return statuses
    }

    static func message(_ record: LogRecord) throws -> Message {
        var message = try record.decoded(Message.self)
        message.revision = Revision(rawValue: Int(record.revision))
        return message
    }

    func messages(_ query: MessageQuery) throws -> Page<Message> {
        let limit = Swift.max(0, query.page.limit)
        var found: [Message] = []
        if let id = query.message {
            // Found by its id, and then where it stands must be on the page.
            guard let message = try record(Message.recordKey(id)).map(Self.message), query.matches(message) else { return Page() }
            if let after = query.page.after, case .number(let place) = after.value,
                query.ascending ? message.index <= place : message.index >= place
            {
                return Page()
            }
            return Page(first: limit, of: [message]) { $0.cursor(query) }
        }
        let list: IndexKey = [List.messages, .text(query.ticket.rawValue)]
        var range = KeyRange.list(list)
        if let after = query.page.after, case .number(let place) = after.value {
            range = query.ascending ? range.after(allOf: list + .number(place)) : range.before(list + .number(place))
        }
        var cursor = try cursor(range, ascending: query.ascending)
        while found.count <= limit, let next = try cursor.next() {
            guard let message = try record(next).map(Self.message), query.matches(message) else { continue }
            found.append(message)
        }
        return Page(first: limit, of: found) { $0.cursor(query) }
    }

    func deskRecords(_ query: DeskRecordQuery) throws -> Page<DeskRecord> {
        let limit = Swift.max(0, query.page.limit)
        let kind: IndexKey = [List.desk, .text(query.kind.rawValue)]
        var start: IndexKey?
        if let after = query.page.after, case .text(let owner) = after.value { start = kind + .text(owner) + .text(after.id) }
        var found: [DeskRecord] = []
        for range in Self.ranges(query, kind) {
            var cursor = try cursor(start.map { range.after(allOf: $0) } ?? range)
            while found.count <= limit, let next = try cursor.next() {
                guard let record = try record(next).map(Self.deskRecord), query.matches(record) else { continue }
                found.append(record)
            }
        }
        return Page(first: limit, of: found) { $0.cursor }
    }

    /// The parts of a kind's list where records may be that are asked for.
    private static func ranges(_ query: DeskRecordQuery, _ kind: IndexKey) -> [KeyRange] {
        guard let owners = query.owners else { return [.list(kind)] }
        guard let keys = query.keys, owners.count * keys.count <= 1_000 else {
            return owners.sorted().map { .list(kind + .text($0.rawValue)) }
        }
        let sorted = keys.sorted { $0.precedesByBytes($1) }
        return owners.sorted().flatMap { owner in sorted.map { .list(kind + .text(owner.rawValue) + .text($0)) } }
    }

    static func deskRecord(_ record: LogRecord) throws -> DeskRecord {
        var found = try record.decoded(DeskRecord.self)
        found.revision = Revision(rawValue: Int(record.revision))
        return found
    }

    // MARK: Events

    func lastPosition() throws -> Position {
        try first(.records(PortalEvent.recordPrefix), ascending: false).map { PortalEvent.position(ofRecord: $0.key) } ?? .start
    }

    /// The event of a record; `nil` where it was erased.
    func event(_ found: FoundKey) throws -> RecordedEvent? {
        guard let record = try record(found), let event = try record.decoded(StoredEvent.self).event else { return nil }
        return RecordedEvent(position: PortalEvent.position(ofRecord: record.key), event: event)
    }

    func history(_ query: HistoryQuery) throws -> Page<RecordedEvent> {
        let list: IndexKey = [List.history, .text(query.ticket.rawValue)]
        var range = KeyRange.list(list)
        if let after = query.page.after, case .number(let number) = after.value {
            let record = PortalEvent.recordKey(Position(rawValue: Swift.max(0, number)))
            range = query.ascending ? range.after(list, record) : range.before(list, record)
        }
        let limit = Swift.max(0, query.page.limit)
        var found: [RecordedEvent] = []
        var cursor = try cursor(range, ascending: query.ascending)
        while found.count <= limit, let next = try cursor.next() {
            if let event = try event(next) { found.append(event) }
        }
        return Page(first: limit, of: found) { $0.cursor(query) }
    }

    /// How many events a call looks at, at most.
    private static let longestLook = 10_000

    func changes(_ query: ChangeQuery) throws -> ChangeBatch {
        let end = try lastPosition()
        guard let since = query.since else { return ChangeBatch(events: [], position: end) }
        guard since >= .start, since <= end else {
            throw StorageError(.resyncRequired, "the log holds the events up to \(end)")
        }
        var batch = ChangeBatch(events: [], position: since)
        guard query.limit > 0 else { return batch }
        var looked = 0
        var cursor = try cursor(KeyRange.records(PortalEvent.recordPrefix).after(PortalEvent.recordKey(since)))
        while looked < Self.longestLook, batch.events.count < query.limit, let next = try cursor.next() {
            looked += 1
            batch.position = PortalEvent.position(ofRecord: next.key)
            guard let recorded = try event(next), query.includesInternal || !recorded.event.isInternal,
                query.scope.contains(recorded.event.keys)
            else { continue }
            batch.events.append(recorded)
        }
        return batch
    }
}

/// An event as it is stored: itself, or nothing where it was erased, so that the positions stay as they are.
struct StoredEvent: Codable {
    var event: PortalEvent?

    private enum CodingKeys: CodingKey { case id }

    init(_ event: PortalEvent?) { self.event = event }

    init(from decoder: any Decoder) throws {
        let isThere = try decoder.container(keyedBy: CodingKeys.self).contains(.id)
        event = isThere ? try PortalEvent(from: decoder) : nil
    }

    func encode(to encoder: any Encoder) throws {
        if let event { return try event.encode(to: encoder) }
        _ = encoder.container(keyedBy: CodingKeys.self)
    }
}
