extension PortalEvent.Kind {
    /// A ticket was opened.
    public static let ticketOpened = PortalEvent.Kind(rawValue: "ticket.opened")
    /// Somebody wrote a public message; ``PortalEvent/Detail/message`` says which.
    public static let ticketReplied = PortalEvent.Kind(rawValue: "ticket.replied")
    /// An agent left a note; internal.
    public static let ticketNoted = PortalEvent.Kind(rawValue: "ticket.noted")
    /// The portal posted a message.
    public static let ticketPosted = PortalEvent.Kind(rawValue: "ticket.posted")
    /// It was closed without a message. A reply that closes is a ``ticketReplied`` whose ``PortalEvent/Detail/to`` says so.
    public static let ticketClosed = PortalEvent.Kind(rawValue: "ticket.closed")
    /// It was reopened without a message.
    public static let ticketReopened = PortalEvent.Kind(rawValue: "ticket.reopened")
    /// A status was set that neither closes nor reopens it.
    public static let ticketStatusSet = PortalEvent.Kind(rawValue: "ticket.statusSet")
    /// The priority was set.
    public static let ticketPrioritySet = PortalEvent.Kind(rawValue: "ticket.prioritySet")
    /// It was moved to another department.
    public static let ticketTransferred = PortalEvent.Kind(rawValue: "ticket.transferred")
    /// A CC recipient was added.
    public static let ticketCopyAdded = PortalEvent.Kind(rawValue: "ticket.copyAdded")
    /// A CC recipient was proposed and waits for approval.
    public static let ticketCopyProposed = PortalEvent.Kind(rawValue: "ticket.copyProposed")
    /// A CC recipient was approved.
    public static let ticketCopyApproved = PortalEvent.Kind(rawValue: "ticket.copyApproved")
    /// A CC recipient was removed.
    public static let ticketCopyRemoved = PortalEvent.Kind(rawValue: "ticket.copyRemoved")
    /// It is continued in another ticket.
    public static let ticketContinued = PortalEvent.Kind(rawValue: "ticket.continued")
    /// A guest got a new access token; internal.
    public static let ticketGuestAccessRenewed = PortalEvent.Kind(rawValue: "ticket.guestAccessRenewed")
}

extension PortalEvent.Detail {
    /// The id of the message that was added.
    public static let message = PortalEvent.Detail(rawValue: "message")
    /// What it was before: a status, priority or department.
    public static let from = PortalEvent.Detail(rawValue: "from")
    /// What it is now.
    public static let to = PortalEvent.Detail(rawValue: "to")
    /// The address of a CC recipient.
    public static let address = PortalEvent.Detail(rawValue: "address")
    /// The id of another ticket: the one that this one goes on from, or goes on in.
    public static let ticket = PortalEvent.Detail(rawValue: "ticket")
}
