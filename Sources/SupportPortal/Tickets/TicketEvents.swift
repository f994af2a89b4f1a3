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
    /// It was put in an agent's care, or in nobody's; internal.
    public static let ticketAssigned = PortalEvent.Kind(rawValue: "ticket.assigned")
    /// An agent began or ceased to watch it; internal.
    public static let ticketWatched = PortalEvent.Kind(rawValue: "ticket.watched")
    /// Tags were added or removed; internal.
    public static let ticketTagged = PortalEvent.Kind(rawValue: "ticket.tagged")
    /// Fields of the department were answered anew; ``PortalEvent/Detail/fields`` says which.
    public static let ticketFieldsSet = PortalEvent.Kind(rawValue: "ticket.fieldsSet")
    /// The text of a message was changed; internal for a note.
    public static let ticketMessageEdited = PortalEvent.Kind(rawValue: "ticket.messageEdited")
    /// The requester said how helpful a reply was; internal.
    public static let ticketRated = PortalEvent.Kind(rawValue: "ticket.rated")
    /// The requester said how it went; internal.
    public static let ticketFeedbackGiven = PortalEvent.Kind(rawValue: "ticket.feedbackGiven")
    /// It was merged into another one.
    public static let ticketMerged = PortalEvent.Kind(rawValue: "ticket.merged")
    /// Another one was merged into it.
    public static let ticketAbsorbed = PortalEvent.Kind(rawValue: "ticket.absorbed")
    /// Messages of it were made another ticket.
    public static let ticketSplit = PortalEvent.Kind(rawValue: "ticket.split")
    /// It was made of messages of another one.
    public static let ticketSplitOff = PortalEvent.Kind(rawValue: "ticket.splitOff")
    /// The customer is warned that it will be closed; ``PortalEvent/Detail/date`` says when.
    public static let ticketCloseWarned = PortalEvent.Kind(rawValue: "ticket.closeWarned")
    /// It has waited for an agent so long that they are reminded; internal.
    public static let ticketReminded = PortalEvent.Kind(rawValue: "ticket.reminded")
    /// The bytes of its attachments were removed, as they had been kept long enough.
    public static let ticketFilesExpired = PortalEvent.Kind(rawValue: "ticket.filesExpired")
    /// It is gone, as its requester is to be forgotten.
    public static let ticketErased = PortalEvent.Kind(rawValue: "ticket.erased")
    /// Texts of somebody who is to be forgotten were removed from it.
    public static let ticketRedacted = PortalEvent.Kind(rawValue: "ticket.redacted")
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
    /// The ids of fields, separated by commas.
    public static let fields = PortalEvent.Detail(rawValue: "fields")
    /// Tags, separated by commas.
    public static let tags = PortalEvent.Detail(rawValue: "tags")
    /// A grade from 1 to 5.
    public static let grade = PortalEvent.Detail(rawValue: "grade")
    /// An instant, in milliseconds since 1970.
    public static let date = PortalEvent.Detail(rawValue: "date")
    /// The address of a CC recipient.
    public static let address = PortalEvent.Detail(rawValue: "address")
    /// The id of another ticket: the one that this one goes on from, or goes on in.
    public static let ticket = PortalEvent.Detail(rawValue: "ticket")
}
