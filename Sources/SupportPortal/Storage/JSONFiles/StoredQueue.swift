import JSONLog

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

// MARK: Reading

extension LogReader {
    func hasItems(dueAt now: Date, _ names: EventNames) throws -> Bool { try first(Self.due(at: now, names)) != nil }

    /// The items that are first in their lanes and due, in their order.
    private static func due(at now: Date, _ names: EventNames) -> KeyRange {
        KeyRange.list([names.due]).before([names.due, .number(now.milliseconds &+ 1)])
    }

    func dueItems(at now: Date, limit: Int, _ names: EventNames) throws -> [String] {
        var keys: [String] = []
        var cursor = try cursor(Self.due(at: now, names))
        while keys.count < limit, let next = try cursor.next() { keys.append(next.key) }
        return keys
    }

    /// The item of a record, `nil` where its event was erased.
    func item(_ stored: StoredItem, _ names: EventNames) throws -> QueueItem? {
        guard let event = try decoded(names.eventKey(stored.position), StoredEvent.self)?.event else { return nil }
        return QueueItem(
            position: stored.position, event: event, delivery: stored.delivery, failures: stored.failures,
            lastFailure: stored.lastFailure)
    }

    func parked(_ page: PageRequest, _ names: EventNames) throws -> Page<QueueItem> {
        let limit = Swift.max(0, page.limit)
        var range = KeyRange.list([names.parked]).before([names.parked, .text("")])
        if let after = page.after, case .number(let position) = after.value {
            range = range.after([names.parked, .number(position)], names.itemKey(QueueItem.ID(after.id)))
        }
        var found: [QueueItem] = []
        var cursor = try cursor(range)
        while found.count <= limit, let next = try cursor.next() {
            if let stored = try decoded(next.key, StoredItem.self), let item = try item(stored, names) { found.append(item) }
        }
        return Page(first: limit, of: found) { item in
            PageCursor(order: "parked", value: .number(item.position.rawValue), id: item.id.rawValue)
        }
    }
}

// MARK: Changing

extension LogEditor {
    mutating func claim(_ claim: QueueClaim, _ names: EventNames) throws -> [QueueItem] {
        var items: [QueueItem] = []
        for key in try reader.dueItems(at: claim.now, limit: Swift.max(0, claim.limit), names) {
            guard var stored = try reader.decoded(key, StoredItem.self), let item = try reader.item(stored, names) else {
                continue
            }
            stored.due = claim.leaseEnd
            stored.lease = claim.lease
            try put(key, try LogValue(stored, in: names.lists(of: stored, item.event.subject, isFirst: true)))
            items.append(item)
        }
        return items
    }

    mutating func settle(_ settlement: Settlement, _ names: EventNames) throws {
        let key = names.itemKey(settlement.item)
        guard var stored = try reader.decoded(key, StoredItem.self), stored.due != nil, stored.lease == settlement.lease,
            let item = try reader.item(stored, names)
        else {
            throw StorageError(.leaseLost, "item \(settlement.item) is not on this loan")
        }
        for delivery in settlement.adding {
            let added = QueueItem(position: item.position, event: item.event, delivery: delivery)
            guard try reader.revision(names.itemKey(added.id)) == 0 else { continue }
            try enqueue(added, due: item.event.date, names)
        }
        let subject = item.event.subject
        stored.lease = nil
        switch settlement.outcome {
        case .done: try removeItem(key, names)
        case .parked(let failure):
            stored.failures += 1
            stored.lastFailure = failure
            stored.due = nil
            let lane = names.lane(of: stored, subject)
            try put(key, try LogValue(stored, in: names.lists(of: stored, subject, isFirst: false)))
            try listFirst(of: lane, subject, names)
        case .retry(let date, let failure):
            stored.failures += 1
            stored.lastFailure = failure
            stored.due = date
            // Whoever holds a lease was the first of the lane; another may have come before it meanwhile.
            let isFirst = try reader.first(.list(names.lane(of: stored, subject)))?.key.hasSameBytes(as: key) ?? false
            try put(key, try LogValue(stored, in: names.lists(of: stored, subject, isFirst: isFirst)))
        }
    }

    mutating func unpark(_ id: QueueItem.ID, at now: Date, _ names: EventNames) throws {
        guard var stored = try reader.decoded(names.itemKey(id), StoredItem.self), stored.due == nil,
            let item = try reader.item(stored, names)
        else { return }
        stored.failures = 0
        stored.due = now
        stored.lease = nil
        try add(stored, names.itemKey(id), item.event.subject, names)
    }

    mutating func enqueue(_ item: QueueItem, due: Date, _ names: EventNames) throws {
        let stored = StoredItem(
            position: item.position, delivery: item.delivery, failures: item.failures, lastFailure: item.lastFailure, due: due)
        try add(stored, names.itemKey(item.id), item.event.subject, names)
    }

    /// Puts an item into its lane.
    private mutating func add(_ stored: StoredItem, _ key: String, _ subject: String, _ names: EventNames) throws {
        let lane = names.lane(of: stored, subject)
        let first = try reader.first(.list(lane))
        try put(key, try LogValue(stored, in: names.lists(of: stored, subject, isFirst: first == nil)))
        guard let first else { return }
        // It may have come before the one that was first.
        guard let now = try reader.first(.list(lane)), !now.key.hasSameBytes(as: first.key) else { return }
        try relist(first.key, subject, isFirst: false, names)
        try relist(now.key, subject, isFirst: true, names)
    }

    /// Makes the first item of a lane one that can be claimed.
    private mutating func listFirst(of lane: IndexKey, _ subject: String, _ names: EventNames) throws {
        if let first = try reader.first(.list(lane)) { try relist(first.key, subject, isFirst: true, names) }
    }

    private mutating func relist(_ key: String, _ subject: String, isFirst: Bool, _ names: EventNames) throws {
        guard let stored = try reader.decoded(key, StoredItem.self) else { return }
        try put(key, try LogValue(stored, in: names.lists(of: stored, subject, isFirst: isFirst)))
    }

    /// Removes an item, and lets the next one of its lane be claimed.
    mutating func removeItem(_ key: String, _ names: EventNames) throws {
        guard let stored = try reader.decoded(key, StoredItem.self) else { return }
        let subject = try reader.item(stored, names)?.event.subject
        try delete(key)
        if stored.due != nil, let subject { try listFirst(of: names.lane(of: stored, subject), subject, names) }
    }

    /// Removes everything that waits or is parked because of what happened to one record.
    mutating func dequeueAll(of subject: String, _ names: EventNames) throws {
        for range in [KeyRange.list([names.lane, .text(subject)]), .list([names.parked, .text(subject)])] {
            for key in try reader.keys(range) { try delete(key) }
        }
    }
}
