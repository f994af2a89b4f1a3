/// Something to be done to a ticket; made with the static functions. Who may do what, the rules decide.
public struct TicketAction: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case reply(String, status: TicketStatus?)
        case note
        case post
        case close
        case reopen
        case setStatus(TicketStatus)
        case setPriority(TicketPriority)
        case transfer(Department.ID)
        case addCopy(EmailAddress)
        case approveCopy(EmailAddress)
        case removeCopy(EmailAddress)
        case renewGuestAccess(GuestAccess)
    }

    let kind: Kind

    /// Add a public message. The text matters to the rules only where it may be nothing but thanks.
    public static func reply(_ text: String) -> TicketAction { TicketAction(kind: .reply(text, status: nil)) }
    /// Add a public message of an agent and set a status other than Answered.
    public static func reply(_ text: String, setting status: TicketStatus) -> TicketAction {
        TicketAction(kind: .reply(text, status: status))
    }
    /// Leave a note for agents.
    public static let note = TicketAction(kind: .note)
    /// Post a message of the portal's own.
    public static let post = TicketAction(kind: .post)
    /// Close the ticket.
    public static let close = TicketAction(kind: .close)
    /// Open it again without a message.
    public static let reopen = TicketAction(kind: .reopen)
    /// Set a status.
    public static func set(_ status: TicketStatus) -> TicketAction { TicketAction(kind: .setStatus(status)) }
    /// Set the priority.
    public static func set(_ priority: TicketPriority) -> TicketAction { TicketAction(kind: .setPriority(priority)) }
    /// Move it to another department.
    public static func transfer(to department: Department.ID) -> TicketAction { TicketAction(kind: .transfer(department)) }
    /// Add a CC recipient, or propose one.
    public static func addCopy(_ address: EmailAddress) -> TicketAction { TicketAction(kind: .addCopy(address)) }
    /// Approve a proposed CC recipient.
    public static func approveCopy(_ address: EmailAddress) -> TicketAction { TicketAction(kind: .approveCopy(address)) }
    /// Remove a CC recipient.
    public static func removeCopy(_ address: EmailAddress) -> TicketAction { TicketAction(kind: .removeCopy(address)) }
}

/// The rule that decided, for explanations and tests.
public struct TicketRule: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The rule as text, such as `reply.customer.reopens`.
    public let rawValue: String

    /// Makes a rule.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The rule as text.
    public var description: String { rawValue }
}

extension TicketRule {
    /// A new ticket waits for an agent.
    public static let opened = TicketRule(rawValue: "open")
    /// A ticket that an agent opened waits for the customer.
    public static let openedByAgent = TicketRule(rawValue: "open.agent")
    /// A new ticket goes on from a closed one.
    public static let openedAsFollowUp = TicketRule(rawValue: "open.followUp")
    /// A reply of the customer's side waits for an agent.
    public static let customerReplied = TicketRule(rawValue: "reply.customer")
    /// It also reopens the closed ticket.
    public static let customerReopened = TicketRule(rawValue: "reply.customer.reopens")
    /// Nothing but thanks: appended, the ticket stays closed.
    public static let thanksAppended = TicketRule(rawValue: "reply.customer.thanks")
    /// Too late or never to be reopened: the reply opens a linked ticket.
    public static let followedUp = TicketRule(rawValue: "reply.customer.followsUp")
    /// A reply of an agent waits for the customer.
    public static let agentReplied = TicketRule(rawValue: "reply.agent")
    /// A reply of an agent set the status that the agent chose.
    public static let agentRepliedSettingStatus = TicketRule(rawValue: "reply.agent.status")
    /// Notes change no status.
    public static let noted = TicketRule(rawValue: "note")
    /// What the portal posts changes no status and starts no clock.
    public static let posted = TicketRule(rawValue: "post")
    /// Closed.
    public static let closed = TicketRule(rawValue: "close")
    /// Reopened without a message.
    public static let reopened = TicketRule(rawValue: "reopen")
    /// The status was set.
    public static let statusSet = TicketRule(rawValue: "status")
    /// The priority was set.
    public static let prioritySet = TicketRule(rawValue: "priority")
    /// Moved; the status stays.
    public static let transferred = TicketRule(rawValue: "transfer")
    /// The recipient gets replies from now on.
    public static let copyAdded = TicketRule(rawValue: "copy.add")
    /// The recipient waits for approval.
    public static let copyProposed = TicketRule(rawValue: "copy.propose")
    /// The recipient was approved.
    public static let copyApproved = TicketRule(rawValue: "copy.approve")
    /// The recipient was removed.
    public static let copyRemoved = TicketRule(rawValue: "copy.remove")
    /// The guest's older tokens are replaced.
    public static let guestAccessRenewed = TicketRule(rawValue: "guestAccess.renew")
    /// It was so already: nothing is stored and nobody is told.
    public static let unchanged = TicketRule(rawValue: "unchanged")
}
