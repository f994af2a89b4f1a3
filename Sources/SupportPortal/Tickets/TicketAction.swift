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
        case transfer(Department.ID, keepsAssignee: Bool)
        case assign(Agent.ID?)
        case watch(Bool)
        case tag([TagName], adds: Bool)
        case answer([CustomField.ID: String])
        case giveFeedback(grade: Int, comment: String)
        case age
        case addCopy(EmailAddress)
        case approveCopy(EmailAddress)
        case removeCopy(EmailAddress)
        case renewGuestAccess(GuestAccess)
    }

    let kind: Kind

    var isNote: Bool { kind == .note }

    /// Whether a message belongs to it.
    var addsMessage: Bool {
        switch kind {
        case .reply, .note, .post: true
        default: false
        }
    }

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
    public static func transfer(to department: Department.ID) -> TicketAction {
        TicketAction(kind: .transfer(department, keepsAssignee: false))
    }
    /// Put it in an agent's care, or in nobody's.
    public static func assign(to agent: Agent.ID?) -> TicketAction { TicketAction(kind: .assign(agent)) }
    /// Let the agent who acts hear of it.
    public static let watch = TicketAction(kind: .watch(true))
    /// Let the agent who acts hear of it no more.
    public static let unwatch = TicketAction(kind: .watch(false))
    /// Add tags.
    public static func tag(_ tags: [TagName]) -> TicketAction { TicketAction(kind: .tag(tags, adds: true)) }
    /// Remove tags.
    public static func untag(_ tags: [TagName]) -> TicketAction { TicketAction(kind: .tag(tags, adds: false)) }
    /// Answer some fields of the department; an empty text takes an answer away.
    public static func answer(_ fields: [CustomField.ID: String]) -> TicketAction { TicketAction(kind: .answer(fields)) }
    /// Say how it went, once it is closed.
    public static func giveFeedback(_ grade: Int, _ comment: String = "") -> TicketAction {
        TicketAction(kind: .giveFeedback(grade: grade, comment: comment))
    }
    /// Let time do what it does: warn, close, remind. The portal's own.
    static let age = TicketAction(kind: .age)
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
    /// In an agent's care, or in nobody's.
    public static let assigned = TicketRule(rawValue: "assign")
    /// The agent hears of it, or no more.
    public static let watched = TicketRule(rawValue: "watch")
    /// Tags were added or removed.
    public static let tagged = TicketRule(rawValue: "tag")
    /// Fields of the department were answered.
    public static let fieldsSet = TicketRule(rawValue: "fields")
    /// The requester said how it went.
    public static let feedbackGiven = TicketRule(rawValue: "feedback")
    /// The requester said how helpful a reply was.
    public static let rated = TicketRule(rawValue: "rate")
    /// The text of a message was changed.
    public static let edited = TicketRule(rawValue: "edit")
    /// Merged into another ticket.
    public static let merged = TicketRule(rawValue: "merge")
    /// Messages were made a ticket of their own.
    public static let split = TicketRule(rawValue: "split")
    /// The customer was warned that the ticket will be closed.
    public static let closeWarned = TicketRule(rawValue: "age.warn")
    /// Nobody wrote for so long that it was closed.
    public static let closedByAge = TicketRule(rawValue: "age.close")
    /// The agents were reminded.
    public static let reminded = TicketRule(rawValue: "age.remind")
    /// The bytes of its attachments were kept long enough.
    public static let filesExpired = TicketRule(rawValue: "age.files")
    /// The guest's older tokens are replaced.
    public static let guestAccessRenewed = TicketRule(rawValue: "guestAccess.renew")
    /// It was so already: nothing is stored and nobody is told.
    public static let unchanged = TicketRule(rawValue: "unchanged")
}
