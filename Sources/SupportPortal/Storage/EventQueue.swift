#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// One notice to one person over one channel that an event led to.
public struct Delivery: Hashable, Sendable, Codable {
    /// The ``NotificationChannel/name`` of the channel.
    public var channel: String
    /// Who is told.
    public var recipient: Recipient

    /// Makes a delivery.
    public init(channel: String, recipient: Recipient) {
        self.channel = channel
        self.recipient = recipient
    }
}

/// Something that waits in a store's queue: an event that nobody has looked at yet, or a delivery that an event led to.
public struct QueueItem: Identifiable, Hashable, Sendable, Codable {
    /// The id of an item: that of the event, or `event/channel/recipient`, which channels use to drop repeats.
    public typealias ID = Identifier<QueueItem>

    /// Where the event stands in the log.
    public let position: Position
    /// The event.
    public let event: PortalEvent
    /// The delivery, or `nil` when the event itself waits.
    public let delivery: Delivery?
    /// How many tries have failed.
    public var failures: Int
    /// Why the last try failed; for developers.
    public var lastFailure: String?

    /// Makes an item; stores do.
    public init(position: Position, event: PortalEvent, delivery: Delivery? = nil, failures: Int = 0, lastFailure: String? = nil)
    {
        self.position = position
        self.event = event
        self.delivery = delivery
        self.failures = failures
        self.lastFailure = lastFailure
    }

    /// The item without some people.
    public func forgetting(_ people: Set<AccessKey>) -> QueueItem {
        guard !event.people.isDisjoint(with: people) else { return self }
        return QueueItem(
            position: position, event: event.forgetting(people), delivery: delivery, failures: failures, lastFailure: lastFailure)
    }

    /// The same for the same (event, channel, recipient), however often it is tried.
    public var id: ID {
        guard let delivery else { return ID(event.id.rawValue) }
        return ID("\(event.id)/\(delivery.channel)/\(delivery.recipient.identity.rawValue)")
    }

    /// Items in one lane are worked off in the order of the log: events of one subject, deliveries to one person about one
    /// subject over one channel.
    public var lane: String {
        guard let delivery else { return event.subject }
        return "\(event.subject)/\(delivery.channel)/\(delivery.recipient.identity.rawValue)"
    }
}

/// A request for items to work on.
public struct QueueClaim: Hashable, Sendable {
    /// The most items to lend.
    public var limit: Int
    /// What time it is: items due later stay.
    public var now: Date
    /// When the loan ends by itself.
    public var leaseEnd: Date
    /// Names this claim; to be made anew for each.
    public var lease: String

    /// Makes a claim.
    public init(limit: Int, now: Date, leaseEnd: Date, lease: String) {
        self.limit = limit
        self.now = now
        self.leaseEnd = leaseEnd
        self.lease = lease
    }
}

/// How a loan ends.
public struct Settlement: Hashable, Sendable {
    /// What becomes of the item.
    public enum Outcome: Hashable, Sendable {
        /// Done, never to be lent again.
        case done
        /// Failed, to be tried again at an instant.
        case retry(at: Date, failure: String)
        /// Given up until somebody calls ``EventStore/unpark(_:at:)``.
        case parked(failure: String)
    }

    /// The item.
    public var item: QueueItem.ID
    /// The ``QueueClaim/lease`` under which it was claimed.
    public var lease: String
    /// What becomes of it.
    public var outcome: Outcome
    /// Deliveries of the same event to add, due like the event.
    public var adding: [Delivery]

    /// Makes a settlement.
    public init(item: QueueItem.ID, lease: String, outcome: Outcome, adding: [Delivery] = []) {
        self.item = item
        self.lease = lease
        self.outcome = outcome
        self.adding = adding
    }
}
