/// A ticket that was merged into another one.
public struct MergedTicket: Hashable, Sendable, Codable {
    /// The ticket that is no more than a way to the other one now.
    public var ticket: Ticket.ID
    /// Who asked there.
    public var requester: Requester
    /// How its guest comes back, if it was a guest.
    public var guestAccess: GuestAccess?
    /// Whether its requester sees the ticket that it was merged into, and acts there as a requester.
    public var isShared: Bool

    /// Makes an entry.
    public init(ticket: Ticket.ID, requester: Requester, guestAccess: GuestAccess? = nil, isShared: Bool) {
        self.ticket = ticket
        self.requester = requester
        self.guestAccess = guestAccess
        self.isShared = isShared
    }
}

/// What becomes of the sight of those who saw a ticket when it is merged into another one; decided by the agent who merges.
public enum MergeAccess: String, Hashable, Sendable, Codable, CaseIterable {
    /// Its requester and its CC recipients see the other ticket, and what they write lands there.
    case share
    /// They do not: their ticket is closed and keeps its messages, of which the other one gets copies. What they write opens a new ticket that
    /// goes on from theirs.
    case withhold
}
