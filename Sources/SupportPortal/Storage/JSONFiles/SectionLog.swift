import JSONLog

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A section's part of the log, with its events and its queue: what the stores of a ``JSONFileStorage`` have in common.
final class SectionLog: Sendable {
    let log: Log
    let names: EventNames
    private let waiters = ChangeWaiters()

    init(_ log: Log, _ names: EventNames) {
        self.log = log
        self.names = names
    }

    /// Reads, on the calling thread: what may have to look at many records is given a thread of its own.
    func reading<Result>(_ body: (LogReader) throws -> Result) throws -> Result {
        let reader = try translating { try log.reader() }
        return try translating { try body(reader) }
    }

    /// Has the writing thread make a commit, of roughly so many bytes, and wakes who waits for a change, if that is one.
    func commit<Result: Sendable>(
        size: Int = 256, wakes: Bool = false, _ body: @escaping @Sendable (inout LogEditor) throws -> Result
    ) async throws -> Result {
        let result = try await translating { try await log.commit(size: size, body) }
        if wakes { waiters.wake() }
        return result
    }

    // MARK: Events

    func changes(_ query: ChangeQuery) throws -> ChangeBatch { try reading { try $0.changes(query, names) } }

    func claim(_ claim: QueueClaim) async throws -> [QueueItem] {
        // Asked again and again while nothing is due, which must not write.
        guard try reading({ try $0.hasItems(dueAt: claim.now, names) }) else { return [] }
        return try await commit { [names] in try $0.claim(claim, names) }
    }

    func settle(_ settlement: Settlement) async throws {
        try await commit { [names] in try $0.settle(settlement, names) }
    }

    func parked(_ page: PageRequest) throws -> Page<QueueItem> { try reading { try $0.parked(page, names) } }

    func unpark(_ id: QueueItem.ID, at now: Date) async throws {
        try await commit(wakes: true) { [names] in try $0.unpark(id, at: now, names) }
    }

    func waitForChange(after position: Position) async throws {
        try await waiters.wait {
            // If it cannot be read, whoever waits finds out by reading.
            guard let end = try? self.reading({ try $0.lastPosition(self.names) }) else { return true }
            return end > position
        }
    }
}

// MARK: Reading

extension LogReader {
    func lastPosition(_ names: EventNames) throws -> Position {
        try first(.records(names.eventPrefix), ascending: false).map { names.position(ofEvent: $0.key) } ?? .start
    }

    /// The event of a record; `nil` where it was erased.
    func event(_ found: FoundKey, _ names: EventNames) throws -> RecordedEvent? {
        guard let record = try record(found), let event = try record.decoded(StoredEvent.self).event else { return nil }
        return RecordedEvent(position: names.position(ofEvent: record.key), event: event)
    }

    func history(_ query: HistoryQuery, _ names: EventNames) throws -> Page<RecordedEvent> {
        let list: IndexKey = [names.history, .text(query.ticket.rawValue)]
        var range = KeyRange.list(list)
        if let after = query.page.after, case .number(let number) = after.value {
            let record = names.eventKey(Position(rawValue: Swift.max(0, number)))
            range = query.ascending ? range.after(list, record) : range.before(list, record)
        }
        let limit = Swift.max(0, query.page.limit)
        var found: [RecordedEvent] = []
        var cursor = try cursor(range, ascending: query.ascending)
        while found.count <= limit, let next = try cursor.next() {
            if let event = try event(next, names) { found.append(event) }
        }
        return Page(first: limit, of: found) { $0.cursor(query) }
    }

    /// How many events a call looks at, at most.
    private static let longestLook = 10_000

    func changes(_ query: ChangeQuery, _ names: EventNames) throws -> ChangeBatch {
        let end = try lastPosition(names)
        guard let since = query.since else { return ChangeBatch(events: [], position: end) }
        guard since >= .start, since <= end else {
            throw StorageError(.resyncRequired, "the log holds the events up to \(end)")
        }
        var batch = ChangeBatch(events: [], position: since)
        guard query.limit > 0 else { return batch }
        var looked = 0
        var cursor = try cursor(KeyRange.records(names.eventPrefix).after(names.eventKey(since)))
        while looked < Self.longestLook, batch.events.count < query.limit, let next = try cursor.next() {
            looked += 1
            batch.position = names.position(ofEvent: next.key)
            guard let recorded = try event(next, names), query.includesInternal || !recorded.event.isInternal,
                query.scope.contains(recorded.event.keys)
            else { continue }
            batch.events.append(recorded)
        }
        return batch
    }

    /// The keys of the records in a range.
    func keys(_ range: KeyRange) throws -> [String] {
        var keys: [String] = []
        var cursor = try cursor(range)
        while let next = try cursor.next() { keys.append(next.key) }
        return keys
    }
}

// MARK: Changing

extension LogEditor {
    /// Puts events, which were turned into values before, behind those that are there; hands back the position of the last one of all.
    mutating func append(
        _ events: [PortalEvent], as values: [LogValue], announces: Bool, _ names: EventNames
    ) throws -> Position {
        var position = try reader.lastPosition(names)
        for (event, value) in zip(events, values) {
            position = Position(rawValue: position.rawValue + 1)
            try put(names.eventKey(position), value)
            if announces { try enqueue(QueueItem(position: position, event: event), due: event.date, names) }
        }
        return position
    }

    /// Removes people from events, and what was to be delivered to them.
    mutating func forget(_ people: Set<AccessKey>, _ names: EventNames) throws {
        for person in people {
            for key in try reader.keys(.list([names.recipient, .text(person.rawValue)])) { try removeItem(key, names) }
        }
        var named: Set<Position> = []
        for person in people {
            let keys = try reader.keys(.list([names.person, .text(person.rawValue)]))
            named.formUnion(keys.map(names.position(ofEvent:)))
        }
        for position in named.sorted() {
            let key = names.eventKey(position)
            guard let event = try reader.decoded(key, StoredEvent.self)?.event else { continue }
            let rest = event.forgetting(people)
            try put(key, try LogValue(StoredEvent(rest), in: names.lists(of: rest)))
        }
    }
}
