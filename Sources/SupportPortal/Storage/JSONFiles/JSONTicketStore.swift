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
    private let section: SectionLog
    /// The statuses that tickets have, or may have had.
    private let statuses: Mutex<Set<TicketStatus>>

    init(_ log: Log, _ statuses: [TicketStatus]) {
        section = SectionLog(log, EventNames(prefix: ""))
        self.statuses = Mutex(Set(statuses))
    }

    private func shelves(_ reader: LogReader) -> StoredShelves {
        StoredShelves(reader: reader, statuses: statuses.withLock { Array($0) })
    }

    // MARK: Finding

    /// See ``TicketStore/ticket(_:in:)``.
    public func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? {
        try section.reading { try $0.ticket(id) }.flatMap { scope.contains($0.accessKeys) ? $0 : nil }
    }

    /// See ``TicketStore/tickets(_:)``.
    public func tickets(_ query: TicketQuery) async throws -> Page<Ticket> {
        if query.order.key == .activity, ShelfPlan(query.scope, query.filter).isPlain {
            return try section.reading { try shelves($0).page(query) }
        }
        return try await onThread { try self.section.reading { try self.shelves($0).page(query) } }
    }

    /// See ``TicketStore/counts(_:in:)``.
    public func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] {
        if ShelfPlan(scope, filter).isPlain { return try section.reading { try shelves($0).counts(filter, in: scope) } }
        return try await onThread { try self.section.reading { try self.shelves($0).counts(filter, in: scope) } }
    }

    /// See ``TicketStore/messages(_:)``.
    public func messages(_ query: MessageQuery) async throws -> Page<Message> { try section.reading { try $0.messages(query) } }

    /// See ``TicketStore/history(_:)``.
    public func history(_ query: HistoryQuery) async throws -> Page<RecordedEvent> {
        try section.reading { try $0.history(query, section.names) }
    }

    /// See ``TicketStore/records(_:)``.
    public func records(_ query: DeskRecordQuery) async throws -> Page<DeskRecord> {
        try section.reading { try $0.deskRecords(query) }
    }

    /// See ``TicketStore/attachedFiles(among:)``.
    public func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> {
        try section.reading { reader in
            try files.filter { try reader.first(.list([List.attached, .text($0.rawValue)])) != nil }
        }
    }

    /// See ``TicketStore/takenNumbers(among:)``.
    public func takenNumbers(among numbers: Set<TicketNumber>) async throws -> Set<TicketNumber> {
        try section.reading { reader in try numbers.filter { try reader.ticketKey(numbered: $0) != nil } }
    }

    /// See ``TicketStore/submission(_:at:)``.
    public func submission(_ key: String, at now: Date) async throws -> Submission? {
        try section.reading { try $0.decoded(Submission.recordKey(key), Submission.self) }.flatMap { now < $0.expires ? $0 : nil }
    }

    // MARK: Storing

    /// See ``TicketStore/commit(_:)``.
    public func commit(_ commit: TicketCommit) async throws -> Position {
        statuses.withLock { $0.formUnion(commit.tickets.map(\.status)) }
        let prepared = try PreparedTicketCommit(commit, section.names) { self.statuses.withLock { Array($0) } }
        return try await section.commit(size: prepared.size, wakes: !commit.events.isEmpty) { try prepared.store(&$0) }
    }

    // MARK: Events

    /// See ``EventStore/changes(_:)``.
    public func changes(_ query: ChangeQuery) async throws -> ChangeBatch { try section.changes(query) }

    /// See ``EventStore/claim(_:)``.
    public func claim(_ claim: QueueClaim) async throws -> [QueueItem] { try await section.claim(claim) }

    /// See ``EventStore/settle(_:)``.
    public func settle(_ settlement: Settlement) async throws { try await section.settle(settlement) }

    /// See ``EventStore/parked(_:)``.
    public func parked(_ page: PageRequest) async throws -> Page<QueueItem> { try section.parked(page) }

    /// See ``EventStore/unpark(_:at:)``.
    public func unpark(_ id: QueueItem.ID, at now: Date) async throws { try await section.unpark(id, at: now) }

    /// See ``ChangeSignalling/waitForChange(after:)``.
    public func waitForChange(after position: Position) async throws { try await section.waitForChange(after: position) }
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
}
