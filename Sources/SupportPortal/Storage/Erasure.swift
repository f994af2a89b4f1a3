/// That tickets and people are to be forgotten: part of a ``TicketCommit``.
public struct Erasure: Hashable, Sendable {
    /// Tickets to remove, with their messages, their events (in feed, history and queue), and the submissions that led to them. Ids that are
    /// not stored change nothing.
    public var tickets: Set<Ticket.ID>
    /// People whose names and addresses vanish from the events that are kept: an event whose ``PortalEvent/people`` has one of these is
    /// replaced by what ``PortalEvent/forgetting(_:)`` makes of it, in feed, history and queue, and deliveries to them that wait or are parked are
    /// removed.
    public var people: Set<AccessKey>

    /// Makes an erasure.
    public init(tickets: Set<Ticket.ID> = [], people: Set<AccessKey> = []) {
        self.tickets = tickets
        self.people = people
    }
}

extension PortalEvent {
    /// The keys of all the people whom the event names; an index on them makes ``Erasure`` quick.
    public var people: Set<AccessKey> {
        var keys = self.keys.filter { ["customer", "agent", "address", "token"].contains($0.kind) }
        keys.insert(author.identity)
        if let address = author.address { keys.insert(.address(address)) }
        if let text = details[.address], let address = EmailAddress(checking: text) { keys.insert(.address(address)) }
        return keys
    }

    /// The event without some people: what happened, and when, stays.
    public func forgetting(_ people: Set<AccessKey>) -> PortalEvent {
        var author = author
        if people.contains(author.identity) {
            author = Author(role: author.role, identity: .forgotten, name: "")
        } else if let address = author.address, people.contains(.address(address)) {
            // Somebody else who has the same address.
            author.address = nil
        }
        var details = details
        if let text = details[.address], let address = EmailAddress(checking: text), people.contains(.address(address)) {
            details[.address] = nil
        }
        return PortalEvent(
            id: id, kind: kind, subject: subject, date: date, author: author, isInternal: isInternal,
            keys: keys.subtracting(people), details: details)
    }
}
