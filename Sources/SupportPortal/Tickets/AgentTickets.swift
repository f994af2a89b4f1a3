/// The ticket section for an agent: the tickets of the agent's departments.
///
/// A ticket of another department throws ``PortalError/Code/notFound``, as one that does not exist; what the agent lacks the permission for
/// throws ``PortalError/Code/notPermitted``. Every function throws ``PortalError/Code/sectionNotComposed`` where there is no ticket store.
public struct AgentTickets: Sendable {
    let portal: Portal
    let agent: Agent

    var viewer: TicketViewer { .agent(agent) }

    // MARK: Finding

    /// A page of the departments' tickets, the latest activity first unless said otherwise.
    /// - Throws: ``PortalError/Code/invalidCursor`` for a cursor of another order.
    public func list(
        _ filter: TicketFilter = TicketFilter(), order: TicketOrder = .latestActivity, page: PageRequest = .first
    ) async throws -> Page<Ticket> {
        try await portal.ticketDesk.list(filter, order, page, for: viewer)
    }

    /// How many tickets the departments have, by status.
    public func counts(_ filter: TicketFilter = TicketFilter()) async throws -> TicketCounts {
        try await portal.ticketDesk.counts(filter, for: viewer)
    }

    /// The departments' tickets in which all the words are found, the best first: in number, subject, requester and messages, internal notes
    /// included, without regard to case and accents; the last word may be the beginning of one.
    /// - Throws: ``PortalError/Code/tooLong`` beyond ``PortalLimits/query``; ``PortalError/Code/invalidCursor``.
    public func search(
        _ text: String, _ filter: TicketFilter = TicketFilter(), page: PageRequest = .first
    ) async throws -> Page<Ticket> {
        try await portal.ticketDesk.search(text, filter, page, for: viewer)
    }

    /// Which of these tickets the agent has not read: somebody else wrote since they were last marked as read.
    public func unread(among tickets: [Ticket]) async throws -> Set<Ticket.ID> {
        let marks = try await portal.ticketDesk.marks(on: tickets.map(\.id), of: viewer)
        return Set(
            tickets.filter { $0.isUnread(by: .agent(agent.id), seen: marks[$0.id], includesInternal: true) }.map(\.id))
    }

    /// Marks a ticket as read: it is unread again when somebody else writes.
    ///
    /// Parameter `last`: the last message that was shown, so that what came since stays unread; `nil` for all that there are.
    /// - Throws: ``PortalError/Code/notFound`` also for a message that is not there.
    public func markRead(_ ticket: Ticket.ID, through last: Message.ID? = nil) async throws {
        try await portal.ticketDesk.mark(ticket, asRead: true, through: last, by: viewer)
    }

    /// Marks a ticket as unread until it is marked as read.
    public func markUnread(_ ticket: Ticket.ID) async throws {
        try await portal.ticketDesk.mark(ticket, asRead: false, by: viewer)
    }

    /// What happened to a ticket, and who did it, for as long as the ticket is kept.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func history(
        of ticket: Ticket.ID, oldestFirst: Bool = true, page: PageRequest = PageRequest(limit: 50)
    ) async throws -> Page<RecordedEvent> {
        try await portal.ticketDesk.history(of: ticket, ascending: oldestFirst, page, for: viewer)
    }

    /// A ticket with a page of its conversation, internal notes included; of a merged one, that into which it was merged.
    ///
    /// Parameter `oldestFirst`: the order of the conversation.
    public func page(
        _ ticket: Ticket.ID, oldestFirst: Bool = true, messages: PageRequest = PageRequest(limit: 50)
    ) async throws -> AgentTicketPage {
        try await portal.ticketDesk.agentPage(ticket, ascending: oldestFirst, messages, for: viewer)
    }

    /// An attachment, or a part of it.
    /// - Throws: ``PortalError/Code/fileMissing`` when it is listed but its bytes are gone; ``PortalError/Code/invalidRange``.
    public func file(
        _ file: Blob.ID, in message: Message.ID, of ticket: Ticket.ID, range: Range<Int>? = nil
    ) async throws -> FileDelivery {
        try await portal.ticketDesk.file(file, in: message, of: ticket, range: range, for: viewer)
    }

    /// What happens to the departments' tickets from a position on; from now on for `nil`.
    /// - Throws: ``PortalError/Code/resyncRequired`` when what follows the position is not kept any more.
    public func changes(since position: Position? = nil) async throws -> TicketFeed<Ticket> {
        try await portal.ticketDesk.changes(since: position, for: viewer) { ticket, _ in ticket }
    }

    // MARK: Writing

    /// An empty reply that can be sent twice without harm, as it has a submit key.
    public func newReply() -> ReplyDraft { portal.newReply }

    /// Answers: the ticket waits for the customer then, or has the status that is given. Customer and CC recipients hear of it.
    /// - Throws: ``PortalError/Code/invalidForm``; ``PortalError/Code/conflict`` where the draft names the revision that was seen;
    ///   ``PortalError/Code/unknownChoice`` for a status that is not configured.
    @discardableResult
    public func reply(
        to ticket: Ticket.ID, _ draft: ReplyDraft, setting status: TicketStatus? = nil
    ) async throws -> TicketReceipt {
        try await portal.ticketDesk.reply(to: ticket, draft, setting: status, by: viewer)
    }

    /// Leaves a note that no customer ever sees, by any way.
    @discardableResult
    public func note(on ticket: Ticket.ID, _ draft: ReplyDraft) async throws -> TicketReceipt {
        try await portal.ticketDesk.say(.note, on: ticket, draft, by: viewer)
    }

    /// Posts a public message in the portal's own name, such as an automatic confirmation. It changes no status and starts no clock.
    @discardableResult
    public func post(to ticket: Ticket.ID, _ text: String) async throws -> TicketReceipt {
        let desk = try portal.ticketDesk
        _ = try await desk.load(ticket, for: viewer)
        guard agent.permissions.contains(.reply) else {
            throw PortalError(.notPermitted, "needs the permission reply of an agent")
        }
        return try await desk.say(.post, on: ticket, ReplyDraft(text), by: .system)
    }

    /// Stores a file, to be sent with a reply or a note of this agent.
    /// - Throws: ``PortalError/Code/fileTooLarge``, ``PortalError/Code/fileTypeNotAllowed``, ``PortalError/Code/unreadableFile``.
    public func upload(_ source: FileSource) async throws -> UploadedFile {
        try await portal.ticketDesk.upload(source, as: viewer.owner)
    }

    /// Opens a ticket for a customer or a guest, in a department of the agent's own.
    /// - Throws: ``PortalError/Code/invalidForm`` with all mistakes.
    public func open(_ form: AgentTicketForm) async throws -> TicketConfirmation {
        try await portal.ticketDesk.open(form, by: agent)
    }

    // MARK: Acting

    /// Closes a ticket; one that is closed stays so and nobody is told again.
    @discardableResult
    public func close(_ ticket: Ticket.ID) async throws -> TicketReceipt { try await perform(.close, on: ticket) }

    /// Opens a closed ticket again without a message.
    @discardableResult
    public func reopen(_ ticket: Ticket.ID) async throws -> TicketReceipt { try await perform(.reopen, on: ticket) }

    /// Sets a status.
    /// - Throws: ``PortalError/Code/unknownChoice`` for one that is not configured.
    @discardableResult
    public func set(_ status: TicketStatus, on ticket: Ticket.ID) async throws -> TicketReceipt {
        try await perform(.set(status), on: ticket)
    }

    /// Sets the priority.
    /// - Throws: ``PortalError/Code/unknownChoice`` for one that is not configured.
    @discardableResult
    public func set(_ priority: TicketPriority, on ticket: Ticket.ID) async throws -> TicketReceipt {
        try await perform(.set(priority), on: ticket)
    }

    /// Moves a ticket to another department, which need not be one of the agent's: then the ticket is out of sight at once.
    /// - Throws: ``PortalError/Code/unknownChoice`` for a department that is not configured.
    @discardableResult
    public func transfer(_ ticket: Ticket.ID, to department: Department.ID) async throws -> TicketReceipt {
        try await perform(.transfer(to: department), on: ticket)
    }

    /// Adds a CC recipient, or approves a proposed one.
    /// - Throws: ``PortalError/Code/duplicateRecipient``, ``PortalError/Code/ownAddress``, ``PortalError/Code/portalAddress``,
    ///   ``PortalError/Code/tooManyRecipients``.
    @discardableResult
    public func addCopy(_ address: EmailAddress, to ticket: Ticket.ID) async throws -> TicketReceipt {
        try await perform(.addCopy(address), on: ticket)
    }

    /// Approves a CC recipient whom somebody else proposed.
    @discardableResult
    public func approveCopy(_ address: EmailAddress, on ticket: Ticket.ID) async throws -> TicketReceipt {
        try await perform(.approveCopy(address), on: ticket)
    }

    /// Removes a CC recipient.
    @discardableResult
    public func removeCopy(_ address: EmailAddress, from ticket: Ticket.ID) async throws -> TicketReceipt {
        try await perform(.removeCopy(address), on: ticket)
    }

    /// Gives a guest a new access token in place of the older one, which does not open this ticket any more.
    /// - Throws: ``PortalError/Code/ticketMerged`` for a merged ticket, as it leads to a ticket of somebody else, perhaps;
    ///   ``PortalError/Code/notPermitted`` for a ticket of a customer.
    public func renewGuestAccess(to ticket: Ticket.ID) async throws -> AccessToken {
        let desk = try portal.ticketDesk
        guard try await desk.find(ticket, for: viewer).ticket.mergedInto == nil else {
            throw PortalError(.ticketMerged, "the ticket was merged into another one")
        }
        let token = AccessToken(bytes: desk.environment.makeSecret())
        let access = GuestAccess(token: token, desk.configuration.tickets, from: desk.environment.date)
        _ = try await desk.perform(TicketAction(kind: .renewGuestAccess(access)), on: ticket, by: viewer)
        return token
    }

    /// What would become of an action, exactly who would hear of it, and the rule that decides; nothing is stored.
    /// - Throws: what the action itself would throw.
    public func preview(_ action: TicketAction, on ticket: Ticket.ID) async throws -> TicketPreview {
        try await portal.ticketDesk.preview(action, on: ticket, by: viewer)
    }

    func perform(_ action: TicketAction, on ticket: Ticket.ID) async throws -> TicketReceipt {
        try await portal.ticketDesk.perform(action, on: ticket, by: viewer)
    }
}
