import JSONLog

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the events of a store and its queue are called in the files, and in which lists they are. The stores of a storage share one log, so each has
/// names of its own.
struct EventNames: Sendable {
    /// What the keys of events begin with.
    let eventPrefix: String
    /// What the keys of waiting items begin with.
    let queuePrefix: String
    /// Events by the record that they happened to.
    let history: IndexKey.Part
    /// Events by the people whom they name.
    let person: IndexKey.Part
    /// Waiting items by lane, in the order of their events.
    let lane: IndexKey.Part
    /// The first item of each lane by when it is due.
    let due: IndexKey.Part
    let parked: IndexKey.Part
    /// Deliveries by whom they go to.
    let recipient: IndexKey.Part

    /// Names that begin with a text; those of tickets, which came first, begin with none.
    init(prefix: String) {
        eventPrefix = "\(prefix)event/"
        queuePrefix = "\(prefix)queue/"
        history = .text("\(prefix)history")
        person = .text("\(prefix)person")
        lane = .text("\(prefix)lane")
        due = .text("\(prefix)due")
        parked = .text("\(prefix)parked")
        recipient = .text("\(prefix)recipient")
    }

    /// In the order of the numbers, as all have sixteen digits.
    func eventKey(_ position: Position) -> String { eventPrefix + Int(position.rawValue).padded(to: 16) }

    func position(ofEvent key: String) -> Position { Position(rawValue: Int64(key.dropFirst(eventPrefix.count)) ?? 0) }

    func lists(of event: PortalEvent) -> [IndexKey] {
        [[history, .text(event.subject)]] + event.people.sorted().map { [person, .text($0.rawValue)] }
    }

    func itemKey(_ id: QueueItem.ID) -> String { queuePrefix + id.rawValue }

    /// The lane of an item, in the parts that lanes are listed under.
    func lane(of item: StoredItem, _ subject: String) -> IndexKey {
        [
            lane, .text(subject), .text(item.delivery?.channel ?? ""),
            .text(item.delivery?.recipient.identity.rawValue ?? ""),
        ]
    }

    /// The lists of an item, which may be the first of its lane.
    func lists(of item: StoredItem, _ subject: String, isFirst: Bool) -> [IndexKey] {
        var lists: [IndexKey] = []
        let place = IndexKey.Part.number(item.position.rawValue)
        if let date = item.due {
            lists.append(lane(of: item, subject) + place)
            if isFirst { lists.append([due, .number(date.milliseconds), place]) }
        } else {
            lists.append([parked, place])
            lists.append([parked, .text(subject)])
        }
        if let delivery = item.delivery { lists.append([recipient, .text(delivery.recipient.identity.rawValue)]) }
        return lists
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

/// An item of the queue as it is stored: all but the event, which is a record of its own.
struct StoredItem: Codable {
    var position: Position
    var delivery: Delivery?
    var failures = 0
    var lastFailure: String?
    /// When it can be claimed; of a parked item, nothing.
    var due: Date?
    var lease: String?
}
