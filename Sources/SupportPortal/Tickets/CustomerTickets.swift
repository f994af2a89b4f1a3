/// The ticket section for a signed-in customer: the own tickets, and those on which the customer is an approved CC recipient.
///
/// Every function throws ``PortalError/Code/sectionNotComposed`` where the host composed no ticket store, and ``PortalError/Code/notFound`` for
/// a ticket of somebody else as for one that does not exist.
public struct CustomerTickets: Sendable {
    let portal: Portal
    let customer: Customer

    var viewer: TicketViewer { .customer(customer) }

    // MARK: Opening

    /// An empty form, with the customer's name and address and what there is to choose.
    public func newForm() async throws -> TicketForm { try await portal.ticketDesk.newForm(for: customer) }

    /// All the mistakes of a form, without sending it.
    public func problems(of form: TicketForm) async throws -> [FormProblem] {
        try await portal.ticketDesk.problems(of: form, for: customer)
    }

    /// Opens a ticket. The same form again, within ``TicketPolicy/submitKeyLifetime``, gives the same confirmation and opens nothing.
    /// - Throws: ``PortalError/Code/invalidForm`` with all mistakes; ``PortalError/Code/ticketNumbersExhausted``. The form is untouched and its
    ///   uploads wait on.
    public func open(_ form: TicketForm) async throws -> TicketConfirmation {
        try await portal.ticketDesk.open(form, for: customer)
    }

    /// Stores a file, to be sent with a form or a reply by this customer within ``TicketPolicy/uploadLifetime``.
    /// - Throws: ``PortalError/Code/fileTooLarge`` as soon as too much has arrived, and nothing of it is kept;
    ///   ``PortalError/Code/fileTypeNotAllowed``; ``PortalError/Code/unreadableFile``.
    public func upload(_ source: FileSource) async throws -> UploadedFile {
        try await portal.ticketDesk.upload(source, as: viewer.owner)
    }

    // MARK: Finding

    /// A page of the customer's tickets, the latest activity first unless said otherwise.
    /// - Throws: ``PortalError/Code/invalidCursor`` for a cursor of another order; ``PortalError/Code/notPermitted`` for a filter by what only
    ///   agents see.
    public func list(
        _ filter: TicketFilter = TicketFilter(), order: TicketOrder = .latestActivity, page: PageRequest = .first
    ) async throws -> Page<TicketSummary> {
        let desk = try portal.ticketDesk
        return try await desk.summaries(of: desk.list(filter, order, page, for: viewer), for: customer)
    }

    /// How many tickets the customer has, by status.
    /// - Throws: ``PortalError/Code/notPermitted`` for a filter by what only agents see.
    public func counts(_ filter: TicketFilter = TicketFilter()) async throws -> TicketCounts {
        try await portal.ticketDesk.counts(filter, for: viewer)
    }

    /// The customer's tickets in which all the words are found, the best first: in number, subject, requester and messages, without regard to
    /// case and accents; the last word may be the beginning of one. On tickets of others only where CC recipients see all messages.
    /// - Throws: ``PortalError/Code/tooLong`` beyond ``PortalLimits/query``; ``PortalError/Code/invalidCursor``; ``PortalError/Code/notPermitted``
    ///   for a filter by what only agents see.
    public func search(
        _ text: String, _ filter: TicketFilter = TicketFilter(), page: PageRequest = .first
    ) async throws -> Page<TicketSummary> {
        let desk = try portal.ticketDesk
        return try await desk.summaries(of: desk.search(text, filter, page, for: viewer), for: customer)
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

    /// A ticket with a page of its conversation; of a merged one, that into which it was merged.
    ///
    /// Parameter `oldestFirst`: the order of the conversation.
    public func page(
        _ ticket: Ticket.ID, oldestFirst: Bool = true, messages: PageRequest = PageRequest(limit: 50)
    ) async throws -> TicketPage {
        try await portal.ticketDesk.page(ticket, ascending: oldestFirst, messages, for: viewer)
    }

    /// An attachment, or a part of it.
    /// - Throws: ``PortalError/Code/notFound``; ``PortalError/Code/fileMissing`` when it is listed but its bytes are gone;
    ///   ``PortalError/Code/invalidRange``.
    public func file(
        _ file: Blob.ID, in message: Message.ID, of ticket: Ticket.ID, range: Range<Int>? = nil
    ) async throws -> FileDelivery {
        try await portal.ticketDesk.file(file, in: message, of: ticket, range: range, for: viewer)
    }

    /// What happens to the customer's tickets from a position on; from now on for `nil`.
    /// - Throws: ``PortalError/Code/resyncRequired`` when what follows the position is not kept any more.
    public func changes(since position: Position? = nil) async throws -> TicketFeed<TicketSummary> {
        let desk = try portal.ticketDesk
        return try await desk.changes(since: position, for: viewer) { ticket, actor in
            try await desk.summary(of: ticket, actor, for: viewer)
        }
    }

    // MARK: Acting

    /// An empty reply that can be sent twice without harm, as it has a submit key.
    public func newReply() -> ReplyDraft { portal.newReply }

    /// Adds a public message: the ticket waits for an agent then, a closed one is reopened, followed up or left closed by policy.
    /// - Throws: ``PortalError/Code/invalidForm``; ``PortalError/Code/ticketClosed``; ``PortalError/Code/conflict`` where the draft names the revision
    ///   that was seen. The draft is untouched and its uploads wait on.
    @discardableResult
    public func reply(to ticket: Ticket.ID, _ draft: ReplyDraft) async throws -> TicketReceipt {
        try await portal.ticketDesk.reply(to: ticket, draft, by: viewer)
    }

    /// Closes a ticket; one that is closed stays so and nobody is told again.
    /// - Throws: ``PortalError/Code/closingForbidden`` where the department says so; ``PortalError/Code/notPermitted`` for CC recipients.
    @discardableResult
    public func close(_ ticket: Ticket.ID) async throws -> TicketReceipt {
        try await portal.ticketDesk.perform(.close, on: ticket, by: viewer)
    }

    /// Opens a closed ticket again without a message.
    /// - Throws: ``PortalError/Code/ticketClosed`` where policy does not reopen it.
    @discardableResult
    public func reopen(_ ticket: Ticket.ID) async throws -> TicketReceipt {
        try await portal.ticketDesk.perform(.reopen, on: ticket, by: viewer)
    }

    /// Says how an own ticket went, once it is closed; saying it anew replaces it.
    /// - Throws: ``PortalError/Code/notRateable`` before; ``PortalError/Code/invalidGrade``; ``PortalError/Code/notPermitted`` for CC recipients;
    ///   ``PortalError/Code/tooLong``.
    @discardableResult
    public func giveFeedback(_ grade: Int, _ comment: String = "", on ticket: Ticket.ID) async throws -> TicketReceipt {
        try await portal.ticketDesk.giveFeedback(grade, comment, on: ticket, by: viewer)
    }

    /// Says how helpful a reply of an agent was, from 1 to 5.
    /// - Throws: ``PortalError/Code/notFound`` for a message that is not there; ``PortalError/Code/notRateable`` for one that no agent wrote;
    ///   ``PortalError/Code/invalidGrade``; ``PortalError/Code/notPermitted`` for CC recipients.
    @discardableResult
    public func rate(_ message: Message.ID, of ticket: Ticket.ID, _ grade: Int) async throws -> TicketReceipt {
        try await portal.ticketDesk.rate(message, of: ticket, grade, by: viewer)
    }

    /// Adds a CC recipient to an own ticket, or approves one that somebody proposed. On CC oneself, proposes one: nothing is sent there until
    /// the requester or an agent approves.
    /// - Throws: ``PortalError/Code/duplicateRecipient``, ``PortalError/Code/ownAddress``, ``PortalError/Code/portalAddress``,
    ///   ``PortalError/Code/tooManyRecipients``.
    @discardableResult
    public func addCopy(_ address: EmailAddress, to ticket: Ticket.ID) async throws -> TicketReceipt {
        try await portal.ticketDesk.perform(.addCopy(address), on: ticket, by: viewer)
    }

    /// Approves a CC recipient whom somebody else proposed.
    /// - Throws: ``PortalError/Code/notFound`` for an address that nobody proposed; ``PortalError/Code/notPermitted`` for CC recipients.
    @discardableResult
    public func approveCopy(_ address: EmailAddress, on ticket: Ticket.ID) async throws -> TicketReceipt {
        try await portal.ticketDesk.perform(.approveCopy(address), on: ticket, by: viewer)
    }

    /// Removes a CC recipient; CC recipients remove themselves.
    @discardableResult
    public func removeCopy(_ address: EmailAddress, from ticket: Ticket.ID) async throws -> TicketReceipt {
        try await portal.ticketDesk.perform(.removeCopy(address), on: ticket, by: viewer)
    }

    /// What would become of an action, who would hear of it, and the rule that decides; nothing is stored.
    /// - Throws: what the action itself would throw.
    public func preview(_ action: TicketAction, on ticket: Ticket.ID) async throws -> TicketPreview {
        let desk = try portal.ticketDesk
        return try await desk.preview(action, on: ticket, by: viewer).hidingAgents(
            desk.configuration, of: desk.load(ticket, for: viewer).ticket)
    }
}

extension TicketPreview {
    /// The preview for customers, who learn which department hears of something, not which agents.
    func hidingAgents(_ configuration: PortalConfiguration, of ticket: Ticket) -> TicketPreview {
        var shown = recipients.filter { $0.role != .agent }
        if shown.count < recipients.count {
            shown.append(
                Recipient(role: .agent, identity: .department(ticket.department), name: configuration.name(of: ticket.department))
            )
        }
        return TicketPreview(rule: rule, status: status, newStatus: newStatus, recipients: shown, access: access)
    }
}
