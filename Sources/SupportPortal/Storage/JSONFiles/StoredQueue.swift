import JSONLog

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An item of the queue as it is stored: all but the event, which is a record of its own.
struct StoredItem: Codable {
    var position: Position
    var delivery: Delivery?
    var failures = 0
    var lastFailure: String?
    /// When it can be claimed; of a parked item, nothing.
    var due: Date?
    var lease: String?

    /// Names its lane, in the parts that lanes are listed under.
    func lane(_ subject: String) -> IndexKey {
        [
            List.lane, .text(subject), .text(delivery?.channel ?? ""), .text(delivery?.recipient.identity.rawValue ?? ""),
        ]
    }

    static func recordKey(_ id: QueueItem.ID) -> String { "queue/\(id.rawValue)" }

    func lists(_ subject: String, isFirst: Bool) -> [IndexKey] {
        var lists: [IndexKey] = []
        let place = IndexKey.Part.number(position.rawValue)
        if let due {
            lists.append(lane(subject) + place)
            if isFirst { lists.append([List.due, .number(due.milliseconds), place]) }
        } else {
            lists.append([List.parked, place])
            lists.append([List.parked, .text(subject)])
        }
        if let delivery { lists.append([List.recipient, .text(delivery.recipient.identity.rawValue)]) }
        return lists
    }
}

// MARK: Reading

extension LogReader {
    func hasItems(dueAt now: Date) throws -> Bool { try first(Self.due(at: now)) != nil }

    /// The items that are first in their lanes and due, in their order.
    private static func due(at now: Date) -> KeyRange {
        KeyRange.list([List.due]).before([List.due, .number(now.milliseconds &+ 1)])
    }

    func dueItems(at now: Date, limit: Int) throws -> [String] {
        var keys: [String] = []
        var cursor = try cursor(Self.due(at: now))
        while keys.count < limit, let next = try cursor.next() { keys.append(next.key) }
        return keys
    }

    /// The item of a record, `nil` where its event was erased.
    func item(_ stored: StoredItem) throws -> QueueItem? {
        guard let event = try decoded(PortalEvent.recordKey(stored.position), StoredEvent.self)?.event else { return nil }
        return QueueItem(
            position: stored.position, event: event, delivery: stored.delivery, failures: stored.failures,
            lastFailure: stored.lastFailure)
    }

    func parked(_ page: PageRequest) throws -> Page<QueueItem> {
        let limit = Swift.max(0, page.limit)
        var range = KeyRange.list([List.parked]).before([List.parked, .text("")])
        if let after = page.after, case .number(let position) = after.value {
            range = range.after([List.parked, .number(position)], StoredItem.recordKey(QueueItem.ID(after.id)))
        }
        var found: [QueueItem] = []
        var cursor = try cursor(range)
        while found.count <= limit, let next = try cursor.next() {
            if let stored = try decoded(next.key, StoredItem.self), let item = try item(stored) { found.append(item) }
        }
        return Page(first: limit, of: found) { item in
            PageCursor(order: "parked", value: .number(item.position.rawValue), id: item.id.rawValue)
        }
    }
}

// MARK: Changing

extension LogEditor {
    mutating func claim(_ claim: QueueClaim) throws -> [QueueItem] {
        var items: [QueueItem] = []
        for key in try reader.dueItems(at: claim.now, limit: Swift.max(0, claim.limit)) {
            guard var stored = try reader.decoded(key, StoredItem.self), let item = try reader.item(stored) else { continue }
            stored.due = claim.leaseEnd
            stored.lease = claim.lease
            try put(key, try LogValue(stored, in: stored.lists(item.event.subject, isFirst: true)))
            items.append(item)
        }
        return items
    }

    mutating func settle(_ settlement: Settlement) throws {
        let key = StoredItem.recordKey(settlement.item)
        guard var stored = try reader.decoded(key, StoredItem.self), stored.due != nil, stored.lease == settlement.lease,
            let item = try reader.item(stored)
        else {
            throw StorageError(.leaseLost, "item \(settlement.item) is not on this loan")
        }
        for delivery in settlement.adding {
            let added = QueueItem(position: item.position, event: item.event, delivery: delivery)
            guard try reader.revision(StoredItem.recordKey(added.id)) == 0 else { continue }
            try enqueue(added, due: item.event.date)
        }
        let subject = item.event.subject
        stored.lease = nil
        switch settlement.outcome {
        case .done: try removeItem(key)
        case .parked(let failure):
            stored.failures += 1
            stored.lastFailure = failure
            stored.due = nil
            let lane = stored.lane(subject)
            try put(key, try LogValue(stored, in: stored.lists(subject, isFirst: false)))
            try listFirst(of: lane, subject)
        case .retry(let date, let failure):
            stored.failures += 1
            stored.lastFailure = failure
            stored.due = date
            // Whoever holds a lease was the first of the lane; another may have come before it meanwhile.
            let isFirst = try reader.first(.list(stored.lane(subject)))?.key.hasSameBytes(as: key) ?? false
            try put(key, try LogValue(stored, in: stored.lists(subject, isFirst: isFirst)))
        }
    }

    mutating func unpark(_ id: QueueItem.ID, at now: Date) throws {
        guard var stored = try reader.decoded(StoredItem.recordKey(id), StoredItem.self), stored.due == nil,
            let item = try reader.item(stored)
        else { return }
        stored.failures = 0
        stored.due = now
        stored.lease = nil
        try add(stored, StoredItem.recordKey(id), item.event.subject)
    }

    mutating func enqueue(_ item: QueueItem, due: Date) throws {
        let stored = StoredItem(
            position: item.position, delivery: item.delivery, failures: item.failures, lastFailure: item.lastFailure, due: due)
        try add(stored, StoredItem.recordKey(item.id), item.event.subject)
    }

    /// Puts an item into its lane.
    private mutating func add(_ stored: StoredItem, _ key: String, _ subject: String) throws {
        let lane = stored.lane(subject)
        let first = try reader.first(.list(lane))
        try put(key, try LogValue(stored, in: stored.lists(subject, isFirst: first == nil)))
        guard let first else { return }
        // It may have come before the one that was first.
        guard let now = try reader.first(.list(lane)), !now.key.hasSameBytes(as: first.key) else { return }
        try relist(first.key, subject, isFirst: false)
        try relist(now.key, subject, isFirst: true)
    }

    /// Makes the first item of a lane one that can be claimed.
    private mutating func listFirst(of lane: IndexKey, _ subject: String) throws {
        if let first = try reader.first(.list(lane)) { try relist(first.key, subject, isFirst: true) }
    }

    private mutating func relist(_ key: String, _ subject: String, isFirst: Bool) throws {
        guard let stored = try reader.decoded(key, StoredItem.self) else { return }
        try put(key, try LogValue(stored, in: stored.lists(subject, isFirst: isFirst)))
    }

    /// Removes an item, and lets the next one of its lane be claimed.
    mutating func removeItem(_ key: String) throws {
        guard let stored = try reader.decoded(key, StoredItem.self) else { return }
        let subject = try reader.item(stored)?.event.subject
        try delete(key)
        if stored.due != nil, let subject { try listFirst(of: stored.lane(subject), subject) }
    }

    /// Removes everything that waits or is parked because of what happened to one record.
    mutating func dequeueAll(of subject: String) throws {
        for range in [KeyRange.list([List.lane, .text(subject)]), .list([List.parked, .text(subject)])] {
            for key in try reader.keys(range) { try delete(key) }
        }
    }
}
