#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Who wants to do something to a ticket.
public struct TicketActor: Hashable, Sendable {
    /// Who, and what to this ticket.
    public var author: Author
    /// What an agent may do; of no meaning for others.
    public var permissions: Set<Agent.Permission>

    /// Makes an actor.
    public init(_ author: Author, permissions: Set<Agent.Permission> = []) {
        self.author = author
        self.permissions = permissions
    }

    /// An agent with the agent's permissions.
    public init(_ agent: Agent) { self.init(Author(agent), permissions: agent.permissions) }

    /// The portal itself.
    public static let system = TicketActor(.system)

    /// Whether CC recipients whom this actor names on a ticket need nobody else's approval. A guest could name anybody, and the portal would
    /// write to them what the guest likes.
    func approvesCopies(on ticket: Ticket, under policy: TicketPolicy) -> Bool {
        switch author.role {
        case .agent: true
        case .requester: author.identity.kind == "customer" || policy.guestsApproveCopies
        default: false
        }
    }
}

/// What the rules decided.
public struct TicketDecision: Hashable, Sendable {
    /// An event to store, without ids.
    public struct Event: Hashable, Sendable {
        /// What happened.
        public var kind: PortalEvent.Kind
        /// Whether only agents may learn of it.
        public var isInternal: Bool
        /// What the kind needs beside that.
        public var details: [PortalEvent.Detail: String]

        init(_ kind: PortalEvent.Kind, isInternal: Bool = false, _ details: [PortalEvent.Detail: String] = [:]) {
            self.kind = kind
            self.isInternal = isInternal
            self.details = details
        }
    }

    /// The ticket as it is to be stored; as it was where ``changesNothing``.
    public var ticket: Ticket
    /// The rule that decided.
    public var rule: TicketRule
    /// The message to add: what kind it is, or `nil` for none.
    public var message: Message.Kind?
    /// What to tell the world.
    public var events: [Event]

    init(_ ticket: Ticket, _ rule: TicketRule, message: Message.Kind? = nil, _ events: Event...) {
        self.ticket = ticket
        self.rule = rule
        self.message = message
        self.events = events
        if events.contains(where: { !$0.isInternal }) { self.ticket.publicRevision = ticket.publicRevision.next }
    }

    /// Whether it was so already: nothing is stored and nobody hears.
    public var changesNothing: Bool { events.isEmpty && message == nil && !opensFollowUp }
    /// Whether the message opens a new ticket that goes on from this one.
    public var opensFollowUp: Bool { rule == .followedUp }
}

/// What may be done to a ticket, and what comes of it. Pure: no I/O, no clock, no chance; a preview is the same call without the
/// commit.
public enum TicketRules: Sendable {
    /// Decides an action.
    /// - Throws: ``PortalError`` with a code that says why it is refused.
    public static func decide(
        _ action: TicketAction, by actor: TicketActor, on ticket: Ticket, under configuration: PortalConfiguration, at now: Date
    ) throws -> TicketDecision {
        let rules = Judgement(ticket: ticket, actor: actor, configuration: configuration, now: now)
        if ticket.mergedInto != nil { return try rules.actOnMerged(action) }
        switch action.kind {
        case .reply(let text, let status): return try rules.reply(text, setting: status)
        case .note: return try rules.note()
        case .post: return try rules.post()
        case .close: return try rules.close()
        case .reopen: return try rules.reopen()
        case .setStatus(let status): return try rules.set(status)
        case .setPriority(let priority): return try rules.set(priority)
        case .transfer(let department, let keepsAssignee):
            return try rules.transfer(to: department, keepsAssignee: keepsAssignee)
        case .assign(let agent): return try rules.assign(to: agent)
        case .watch(let begins): return try rules.watch(begins)
        case .tag(let tags, let adds): return try rules.tag(tags, adds: adds)
        case .answer(let answers): return try rules.answer(answers)
        case .giveFeedback(let grade, let comment): return try rules.giveFeedback(grade, comment)
        case .age: return try rules.age()
        case .addCopy(let address): return try rules.addCopy(address)
        case .approveCopy(let address): return try rules.approveCopy(address)
        case .removeCopy(let address): return try rules.removeCopy(address)
        case .renewGuestAccess(let access): return try rules.renew(access)
        }
    }

    /// Decides how a new ticket stands. The ticket handed over holds what the form says.
    ///
    /// Parameter `status`: what an agent chose; for others of no meaning.
    public static func open(
        _ ticket: Ticket, by actor: TicketActor, setting status: TicketStatus? = nil, under configuration: PortalConfiguration
    ) -> TicketDecision {
        var ticket = ticket
        let rule: TicketRule
        if actor.author.role == .agent {
            ticket.status = status ?? .answered
            rule = .openedByAgent
        } else {
            ticket.status = .open
            rule = ticket.followUpOf == nil ? .opened : .openedAsFollowUp
        }
        ticket.lastRole = actor.author.role
        ticket.countMessage(by: actor.author, isPublic: true)
        if configuration.kind(of: ticket.status) == .closed { ticket.closed = ticket.opened }
        var details: [PortalEvent.Detail: String] = [.to: ticket.status.rawValue]
        if let earlier = ticket.followUpOf { details[.ticket] = earlier.rawValue }
        return TicketDecision(ticket, rule, message: .reply, .init(.ticketOpened, details))
    }
}

/// One case before the rules.
struct Judgement {
    let ticket: Ticket
    let actor: TicketActor
    let configuration: PortalConfiguration
    let now: Date

    var role: Role { actor.author.role }
    var isClosed: Bool { configuration.kind(of: ticket.status) == .closed }

    /// A merged ticket is a way to another one. Whoever cannot go there writes a new one.
    func actOnMerged(_ action: TicketAction) throws -> TicketDecision {
        switch (action.kind, role) {
        case (.age, _): return unchanged
        case (.reply(_, status: nil), .requester): return TicketDecision(ticket, .followedUp)
        case (.reply(_, status: nil), .copy) where configuration.tickets.copies.mayReply:
            return TicketDecision(ticket, .followedUp)
        default: throw PortalError(.ticketMerged, "the ticket was merged into another one")
        }
    }

    // MARK: Messages

    func reply(_ text: String, setting status: TicketStatus?) throws -> TicketDecision {
        switch role {
        case .agent: return try agentReply(setting: status)
        case .requester: break
        case .copy:
            guard configuration.tickets.copies.mayReply else {
                throw PortalError(.notPermitted, "policy does not let CC recipients reply")
            }
        default: throw PortalError(.notPermitted, "\(role.rawValue) cannot reply")
        }
        guard status == nil else { throw PortalError(.notPermitted, "only agents set statuses") }
        guard isClosed else { return replied(.customerReplied, status: .customerReply) }
        if configuration.tickets.isThanks(text) { return replied(.thanksAppended, status: ticket.status) }
        switch reopening {
        case nil: return replied(.customerReopened, status: .customerReply)
        case .followUp: return TicketDecision(ticket, .followedUp)
        case .refuse: throw PortalError(.ticketClosed, "policy does not reopen this ticket")
        }
    }

    private func agentReply(setting status: TicketStatus?) throws -> TicketDecision {
        try require(.reply)
        guard let status else { return replied(.agentReplied, status: .answered) }
        try require(.changeStatus)
        try requireDefined(status)
        return replied(.agentRepliedSettingStatus, status: status)
    }

    private func replied(_ rule: TicketRule, status: TicketStatus) -> TicketDecision {
        var ticket = withStatus(status)
        ticket.countMessage(by: actor.author, isPublic: true)
        // The clock may have been set back.
        ticket.lastActivity = Swift.max(ticket.opened, now)
        ticket.lastRole = role
        ticket.startClocks()
        let expires = now.adding(configuration.tickets.guestAccessLifetime)
        ticket.guestAccess?.expires = expires
        for index in ticket.merged.indices { ticket.merged[index].guestAccess?.expires = expires }
        return TicketDecision(ticket, rule, message: .reply, .init(.ticketReplied, fromTo(self.ticket.status, status)))
    }

    func note() throws -> TicketDecision {
        try require(.note)
        var ticket = ticket
        ticket.countMessage(by: actor.author, isPublic: false)
        return TicketDecision(ticket, .noted, message: .note, .init(.ticketNoted, isInternal: true))
    }

    func post() throws -> TicketDecision {
        guard role == .system else { throw PortalError(.notPermitted, "only the portal posts in its own name") }
        var ticket = ticket
        ticket.countMessage(by: actor.author, isPublic: true)
        return TicketDecision(ticket, .posted, message: .system, .init(.ticketPosted))
    }

    // MARK: Status

    func close() throws -> TicketDecision {
        switch role {
        case .agent: try require(.changeStatus)
        case .system: break
        case .requester:
            guard configuration.department(ticket.department)?.allowsClosingByCustomers ?? true else {
                throw PortalError(.closingForbidden, "department \(ticket.department) closes its tickets itself")
            }
        default: throw PortalError(.notPermitted, "\(role.rawValue) cannot close a ticket")
        }
        guard !isClosed else { return unchanged }
        return TicketDecision(withStatus(.closed), .closed, .init(.ticketClosed, fromTo(ticket.status, .closed)))
    }

    func reopen() throws -> TicketDecision {
        switch role {
        case .agent: try require(.changeStatus)
        case .requester:
            guard !isClosed || reopening == nil else {
                throw PortalError(.ticketClosed, "policy does not reopen this ticket")
            }
        default: throw PortalError(.notPermitted, "\(role.rawValue) cannot reopen a ticket")
        }
        guard isClosed else { return unchanged }
        return TicketDecision(withStatus(.open), .reopened, .init(.ticketReopened, fromTo(ticket.status, .open)))
    }

    func set(_ status: TicketStatus) throws -> TicketDecision {
        try require(.changeStatus)
        try requireDefined(status)
        guard status != ticket.status else { return unchanged }
        let closes = configuration.kind(of: status) == .closed
        let kind: PortalEvent.Kind =
            switch (isClosed, closes) {
            case (false, true): .ticketClosed
            case (true, false): .ticketReopened
            default: .ticketStatusSet
            }
        return TicketDecision(withStatus(status), .statusSet, .init(kind, fromTo(ticket.status, status)))
    }

    /// What happens to a customer's words on this closed ticket; `nil` when they reopen it.
    private var reopening: ReopeningPolicy.Otherwise? {
        switch configuration.department(ticket.department)?.reopening ?? configuration.tickets.reopening {
        case .always: return nil
        case .never(let otherwise): return otherwise
        case .within(let window, let otherwise):
            let closed = ticket.closed ?? ticket.lastActivity
            return now < closed.adding(window) ? nil : otherwise
        }
    }

    func withStatus(_ status: TicketStatus) -> Ticket {
        var ticket = ticket
        if ticket.status != status { ticket.startClocks() }
        ticket.status = status
        let closes = configuration.kind(of: status) == .closed
        if closes != isClosed || (closes && ticket.closed == nil) { ticket.closed = closes ? now : nil }
        return ticket
    }

    private func requireDefined(_ status: TicketStatus) throws {
        guard configuration.statuses.contains(where: { $0.status == status }) else {
            throw PortalError(.unknownChoice, "no status \(status) is configured")
        }
    }

    // MARK: Where it belongs

    func set(_ priority: TicketPriority) throws -> TicketDecision {
        try require(.changePriority)
        guard configuration.priorities.contains(priority) else {
            throw PortalError(.unknownChoice, "no priority \(priority) is configured")
        }
        guard priority != ticket.priority else { return unchanged }
        var ticket = ticket
        ticket.priority = priority
        return TicketDecision(
            ticket, .prioritySet, .init(.ticketPrioritySet, [.from: self.ticket.priority.rawValue, .to: priority.rawValue]))
    }

    func transfer(to department: Department.ID, keepsAssignee: Bool) throws -> TicketDecision {
        try require(.transfer)
        guard configuration.department(department) != nil else {
            throw PortalError(.unknownChoice, "no department \(department) is configured")
        }
        guard department != ticket.department else { return unchanged }
        var ticket = ticket
        ticket.department = department
        if !keepsAssignee { ticket.assignee = nil }
        return TicketDecision(
            ticket, .transferred, .init(.ticketTransferred, [.from: self.ticket.department.rawValue, .to: department.rawValue]))
    }

    // MARK: CC recipients

    func addCopy(_ address: EmailAddress) throws -> TicketDecision {
        let mayApprove = try requireCopyRights()
        if let known = ticket.copies.first(where: { $0.address == address }) {
            guard mayApprove, !known.isApproved else {
                throw PortalError(.duplicateRecipient, "the recipient is on the ticket already")
            }
            return approved(address)
        }
        guard address != ticket.requester.address else {
            throw PortalError(.ownAddress, "the requester hears of everything anyway")
        }
        guard !configuration.addresses.contains(address) else {
            throw PortalError(.portalAddress, "the portal would write to itself")
        }
        // Proposals count apart, so that nobody's proposals keep the requester from adding.
        guard ticket.copies.count(where: { $0.isApproved == mayApprove }) < configuration.limits.recipients else {
            throw PortalError(.tooManyRecipients, "too many recipients", limit: configuration.limits.recipients)
        }
        var ticket = ticket
        ticket.copies.append(
            CopyRecipient(address: address, proposedBy: actor.author.identity, approved: mayApprove ? now : nil))
        return mayApprove
            ? TicketDecision(ticket, .copyAdded, .init(.ticketCopyAdded, [.address: address.text]))
            : TicketDecision(ticket, .copyProposed, .init(.ticketCopyProposed, [.address: address.text]))
    }

    func approveCopy(_ address: EmailAddress) throws -> TicketDecision {
        guard try requireCopyRights() else {
            throw PortalError(.notPermitted, "only agents, and the requester unless a guest, approve recipients")
        }
        guard let known = ticket.copies.first(where: { $0.address == address }) else { throw PortalError.notFound("recipient") }
        return known.isApproved ? unchanged : approved(address)
    }

    private func approved(_ address: EmailAddress) -> TicketDecision {
        var ticket = ticket
        for index in ticket.copies.indices where ticket.copies[index].address == address { ticket.copies[index].approved = now }
        return TicketDecision(ticket, .copyApproved, .init(.ticketCopyApproved, [.address: address.text]))
    }

    func removeCopy(_ address: EmailAddress) throws -> TicketDecision {
        let mayRemoveAll = try requireCopyRights() || role == .requester
        let known = ticket.copies.first { $0.address == address }
        let isOwn = actor.author.address == address || (known?.proposedBy == actor.author.identity && known?.isApproved == false)
        guard mayRemoveAll || isOwn else {
            throw PortalError(.notPermitted, "CC recipients remove only themselves and their own proposals")
        }
        guard known != nil else { throw PortalError.notFound("recipient") }
        var ticket = ticket
        ticket.copies.removeAll { $0.address == address }
        return TicketDecision(ticket, .copyRemoved, .init(.ticketCopyRemoved, [.address: address.text]))
    }

    /// Whether the actor approves recipients; throws where the actor may not even propose one.
    private func requireCopyRights() throws -> Bool {
        switch role {
        case .agent: try require(.manageCopies)
        case .requester, .copy: break
        default: throw PortalError(.notPermitted, "\(role.rawValue) cannot change recipients")
        }
        return actor.approvesCopies(on: ticket, under: configuration.tickets)
    }

    func renew(_ access: GuestAccess) throws -> TicketDecision {
        try require(.renewGuestAccess)
        guard ticket.requester.customer == nil else {
            throw PortalError(.notPermitted, "customers sign in; tokens are for guests")
        }
        var ticket = ticket
        // Of a ticket that was split and merged again, the same token stands twice.
        for index in ticket.merged.indices where ticket.merged[index].guestAccess?.tokenHash == self.ticket.guestAccess?.tokenHash
        {
            ticket.merged[index].guestAccess = nil
        }
        ticket.guestAccess = access
        return TicketDecision(ticket, .guestAccessRenewed, .init(.ticketGuestAccessRenewed, isInternal: true))
    }

    // MARK: Shared

    var unchanged: TicketDecision { TicketDecision(ticket, .unchanged) }

    func fromTo(_ from: TicketStatus, _ to: TicketStatus) -> [PortalEvent.Detail: String] {
        [.from: from.rawValue, .to: to.rawValue]
    }

    func require(_ permission: Agent.Permission) throws {
        guard role == .agent, actor.permissions.contains(permission) else {
            throw PortalError(.notPermitted, "needs the permission \(permission.rawValue) of an agent")
        }
    }
}
