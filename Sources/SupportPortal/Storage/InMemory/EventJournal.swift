#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The events of an in-memory store: its change feed and its queue. A value, to be kept under the store's lock.
struct EventJournal: Sendable {
    /// How many events a call looks at, at most, so that no reader holds the lock for long.
    private static let longestLook = 10_000

    private let kept: Int
    /// All events, each at its position less one; `nil` where one was erased. The history of a ticket lasts as long as the ticket does.
    private var log: [PortalEvent?] = []
    /// Where the events of a subject are in the log.
    private var places: [Ticket.ID: [Int]] = [:]
    /// The feed begins after this.
    private var floor = Position.start
    private var waiting: [QueueItem.ID: Waiting] = [:]
    /// The items of each lane, in the order of the log. By the bytes of their names, as lanes of different people may look alike.
    private var lanes: [Lane: OrderedIndex<OrderedEntry<Position>>] = [:]
    /// The first item of each lane, by when it is due.
    private var due = OrderedIndex<OrderedEntry<DueTime>>()
    private var parkedItems: [QueueItem.ID: QueueItem] = [:]

    private typealias Lane = Identifier<EventJournal>

    private struct Waiting {
        var item: QueueItem
        var due: Date
        var lease: String?
    }

    private struct DueTime: Comparable, Sendable {
        var date: Date
        var position: Position

        static func < (a: Self, b: Self) -> Bool { a.date == b.date ? a.position < b.position : a.date < b.date }
    }

    init(kept: Int) { self.kept = Swift.min(Swift.max(1, kept), 1 << 40) }

    var end: Position { Position(rawValue: Int64(log.count)) }

    mutating func append(_ events: [PortalEvent], announces: Bool) {
        for event in events {
            places[Ticket.ID(event.subject), default: []].append(log.count)
            log.append(event)
            if announces { enqueue(QueueItem(position: end, event: event), due: event.date) }
        }
        // Cut now and then, not every time.
        if log.count - Int(floor.rawValue) >= kept * 2 { floor = Position(rawValue: Int64(log.count - kept)) }
    }

    private func recorded(at place: Int) -> RecordedEvent? {
        log[place].map { RecordedEvent(position: Position(rawValue: Int64(place) + 1), event: $0) }
    }

    func history(_ query: HistoryQuery) -> Page<RecordedEvent> {
        var places = places[query.ticket, default: []][...]
        if let after = query.page.after, case .number(let number) = after.value {
            places = query.ascending ? places.drop { $0 < number } : places.prefix { $0 < number - 1 }
        }
        let found = query.ascending ? Array(places) : places.reversed()
        return Page(first: query.page.limit, of: found.compactMap(recorded)) { $0.cursor(query) }
    }

    // MARK: Forgetting

    mutating func erase(_ erasure: Erasure) {
        for ticket in erasure.tickets {
            for place in places.removeValue(forKey: ticket) ?? [] { log[place] = nil }
        }
        if !erasure.people.isEmpty {
            for place in log.indices {
                if let event = log[place], !event.people.isDisjoint(with: erasure.people) {
                    log[place] = event.forgetting(erasure.people)
                }
            }
        }
        let isGone = { (item: QueueItem) in
            erasure.tickets.contains(Ticket.ID(item.event.subject))
                || item.delivery.map { erasure.people.contains($0.recipient.identity) } ?? false
        }
        for (id, waiting) in waiting {
            if isGone(waiting.item) { dequeue(id) } else { self.waiting[id]?.item = waiting.item.forgetting(erasure.people) }
        }
        parkedItems = parkedItems.filter { !isGone($0.value) }.mapValues { $0.forgetting(erasure.people) }
    }

    func changes(_ query: ChangeQuery) throws -> ChangeBatch {
        guard let since = query.since else { return ChangeBatch(events: [], position: end) }
        guard since >= floor, since <= end else {
            throw StorageError(.resyncRequired, "the log holds the events after \(floor) up to \(end)")
        }
        var batch = ChangeBatch(events: [], position: since)
        guard query.limit > 0 else { return batch }
        for place in log.indices[Int(since.rawValue)...].prefix(Self.longestLook) {
            batch.position = Position(rawValue: Int64(place) + 1)
            guard let recorded = recorded(at: place), query.includesInternal || !recorded.event.isInternal,
                query.scope.contains(recorded.event.keys)
            else {
                continue
            }
            batch.events.append(recorded)
            if batch.events.count == query.limit { break }
        }
        return batch
    }

    // MARK: Queue

    mutating func claim(_ claim: QueueClaim) -> [QueueItem] {
        var ids: [QueueItem.ID] = []
        for entry in due.elements(after: nil, ascending: true) {
            guard entry.value.date <= claim.now, ids.count < claim.limit else { break }
            ids.append(QueueItem.ID(entry.id))
        }
        return ids.compactMap { id in
            guard let item = waiting[id]?.item else { return nil }
            reschedule(id) {
                $0.lease = claim.lease
                $0.due = claim.leaseEnd
            }
            return item
        }
    }

    mutating func settle(_ settlement: Settlement) throws {
        guard let held = waiting[settlement.item], held.lease == settlement.lease else {
            throw StorageError(.leaseLost, "item \(settlement.item) is not on this loan")
        }
        for delivery in settlement.adding {
            let item = QueueItem(position: held.item.position, event: held.item.event, delivery: delivery)
            if waiting[item.id] == nil, parkedItems[item.id] == nil { enqueue(item, due: held.item.event.date) }
        }
        switch settlement.outcome {
        case .done: dequeue(settlement.item)
        case .parked(let failure):
            var item = held.item
            item.failures += 1
            item.lastFailure = failure
            dequeue(settlement.item)
            parkedItems[item.id] = item
        case .retry(let date, let failure):
            reschedule(settlement.item) {
                $0.due = date
                $0.lease = nil
                $0.item.failures += 1
                $0.item.lastFailure = failure
            }
        }
    }

    func parked(_ page: PageRequest) -> Page<QueueItem> {
        let entry = { (item: QueueItem) in
            OrderedEntry(value: SortValue.number(item.position.rawValue), id: item.id.rawValue)
        }
        var items = parkedItems.values.sorted { entry($0) < entry($1) }
        if let after = page.after { items.removeAll { entry($0) <= OrderedEntry(value: after.value, id: after.id) } }
        let shown = Array(items.prefix(Swift.max(0, page.limit)))
        guard let last = shown.last, shown.count < items.count else { return Page(shown) }
        return Page(
            shown, next: PageCursor(order: "parked", value: .number(last.position.rawValue), id: last.id.rawValue))
    }

    mutating func unpark(_ id: QueueItem.ID, at now: Date) {
        guard var item = parkedItems.removeValue(forKey: id) else { return }
        item.failures = 0
        enqueue(item, due: now)
    }

    // MARK: Lanes

    private mutating func enqueue(_ item: QueueItem, due date: Date) {
        if let head = head(of: Lane(item.lane)) { unlist(head) }
        waiting[item.id] = Waiting(item: item, due: date)
        lanes[Lane(item.lane), default: OrderedIndex()].insert(Self.place(of: item))
        if let head = head(of: Lane(item.lane)) { list(head) }
    }

    private mutating func dequeue(_ id: QueueItem.ID) {
        guard let item = waiting[id]?.item else { return }
        unlist(id)
        waiting[id] = nil
        lanes[Lane(item.lane)]?.remove(Self.place(of: item))
        if let head = head(of: Lane(item.lane)) { list(head) } else { lanes[Lane(item.lane)] = nil }
    }

    private mutating func reschedule(_ id: QueueItem.ID, _ change: (inout Waiting) -> Void) {
        guard var item = waiting[id] else { return }
        unlist(id)
        change(&item)
        waiting[id] = item
        if head(of: Lane(item.item.lane)) == id { list(id) }
    }

    private func head(of lane: Lane) -> QueueItem.ID? { (lanes[lane]?.first?.id).map { QueueItem.ID($0) } }

    private static func place(of item: QueueItem) -> OrderedEntry<Position> {
        OrderedEntry(value: item.position, id: item.id.rawValue)
    }

    private mutating func list(_ id: QueueItem.ID) {
        if let entry = entry(id) { due.insert(entry) }
    }

    private mutating func unlist(_ id: QueueItem.ID) {
        if let entry = entry(id) { due.remove(entry) }
    }

    private func entry(_ id: QueueItem.ID) -> OrderedEntry<DueTime>? {
        waiting[id].map { OrderedEntry(value: DueTime(date: $0.due, position: $0.item.position), id: id.rawValue) }
    }
}
