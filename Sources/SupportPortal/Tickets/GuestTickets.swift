/// The ticket section for guests: to open tickets, and to come back to one with its access token.
///
/// There is no list here: what a guest holds is a token. It opens one ticket, and those that go on from it or were split from it: the last one
/// unless another is named, as ``TicketPage`` does. A token that opens nothing throws
/// ``PortalError/Code/notFound``, an expired one ``PortalError/Code/accessExpired``.
public struct GuestTickets: Sendable {
    let portal: Portal
    let guest: Guest

    // MARK: Opening

    /// An empty form with what there is to choose.
    public func newForm() async throws -> TicketForm { try await portal.ticketDesk.newForm(for: nil, guest: guest) }

    /// All the mistakes of a form, without sending it.
    public func problems(of form: TicketForm) async throws -> [FormProblem] {
        try await portal.ticketDesk.problems(of: form, for: nil)
    }

    /// Opens a ticket; the confirmation has the token that opens it again. The same form again, within
    /// ``TicketPolicy/submitKeyLifetime``, gives the same confirmation and opens nothing.
    /// - Throws: ``PortalError/Code/invalidForm`` with all mistakes; ``PortalError/Code/ticketNumbersExhausted``. The form is untouched.
    public func open(_ form: TicketForm) async throws -> TicketConfirmation {
        try await portal.ticketDesk.open(form, for: nil, guest)
    }

    /// Stores a file, to be sent with this form alone within ``TicketPolicy/uploadLifetime``.
    /// - Throws: ``PortalError/Code/fileTooLarge``, ``PortalError/Code/fileTypeNotAllowed``, ``PortalError/Code/unreadableFile``.
    public func upload(_ source: FileSource, for form: TicketForm) async throws -> UploadedFile {
        try await portal.ticketDesk.upload(source, as: form.submitKey.uploadOwner)
    }

    // MARK: Coming back

    /// The ticket that a token opens, with a page of its conversation.
    /// - Parameters:
    ///   - token: what the guest holds.
    ///   - ticket: an earlier ticket of a chain of follow-ups, ``TicketPage/followUpOf``; `nil` for the last one.
    ///   - oldestFirst: the order of the conversation.
    ///   - messages: the page of the conversation.
    public func page(
        _ token: AccessToken, of ticket: Ticket.ID? = nil, oldestFirst: Bool = true,
        messages: PageRequest = PageRequest(limit: 50)
    ) async throws -> TicketPage {
        try await with(token, ticket) { desk, ticket, viewer in
            try await desk.page(ticket, ascending: oldestFirst, messages, for: viewer)
        }
    }

    /// An empty reply that can be sent twice without harm, as it has a submit key.
    public func newReply() -> ReplyDraft { portal.newReply }

    /// Adds a public message. Where it opens a follow-up, the same token opens that from then on.
    /// - Throws: ``PortalError/Code/invalidForm``; ``PortalError/Code/ticketClosed``; ``PortalError/Code/conflict``. The draft is untouched.
    @discardableResult
    public func reply(_ token: AccessToken, of ticket: Ticket.ID? = nil, _ draft: ReplyDraft) async throws -> TicketReceipt {
        try await with(token, ticket) { desk, ticket, viewer in try await desk.reply(to: ticket, draft, by: viewer) }
    }

    /// Closes the ticket.
    /// - Throws: ``PortalError/Code/closingForbidden`` where the department says so.
    @discardableResult
    public func close(_ token: AccessToken, of ticket: Ticket.ID? = nil) async throws -> TicketReceipt {
        try await with(token, ticket) { desk, ticket, viewer in try await desk.perform(.close, on: ticket, by: viewer) }
    }

    /// Opens the closed ticket again without a message.
    /// - Throws: ``PortalError/Code/ticketClosed`` where policy does not reopen it.
    @discardableResult
    public func reopen(_ token: AccessToken, of ticket: Ticket.ID? = nil) async throws -> TicketReceipt {
        try await with(token, ticket) { desk, ticket, viewer in try await desk.perform(.reopen, on: ticket, by: viewer) }
    }

    /// Says how the ticket went, once it is closed; saying it anew replaces it.
    /// - Throws: ``PortalError/Code/notRateable`` before; ``PortalError/Code/invalidGrade``; ``PortalError/Code/tooLong``.
    @discardableResult
    public func giveFeedback(_ grade: Int, _ comment: String = "", with token: AccessToken) async throws -> TicketReceipt {
        try await with(token) { desk, ticket, viewer in try await desk.giveFeedback(grade, comment, on: ticket, by: viewer) }
    }

    /// Says how helpful a reply of an agent was, from 1 to 5.
    /// - Throws: ``PortalError/Code/notFound`` for a message that is not there; ``PortalError/Code/notRateable`` for one that no agent wrote;
    ///   ``PortalError/Code/invalidGrade``.
    @discardableResult
    public func rate(_ message: Message.ID, _ grade: Int, with token: AccessToken) async throws -> TicketReceipt {
        try await with(token) { desk, ticket, viewer in try await desk.rate(message, of: ticket, grade, by: viewer) }
    }

    /// Stores a file, to be sent with a reply under the same token.
    /// - Throws: as ``upload(_:for:)``.
    public func upload(_ source: FileSource, for token: AccessToken) async throws -> UploadedFile {
        try await with(token) { desk, ticket, viewer in
            _ = try await desk.load(ticket, for: viewer)
            return try await desk.upload(source, as: viewer.owner)
        }
    }

    /// An attachment of the ticket, or a part of it.
    /// - Throws: ``PortalError/Code/notFound``, ``PortalError/Code/fileMissing``, ``PortalError/Code/invalidRange``.
    public func file(
        _ file: Blob.ID, in message: Message.ID, of ticket: Ticket.ID? = nil, with token: AccessToken, range: Range<Int>? = nil
    ) async throws -> FileDelivery {
        try await with(token, ticket) { desk, ticket, viewer in
            try await desk.file(file, in: message, of: ticket, range: range, for: viewer)
        }
    }

    /// Says how it went, once the ticket is closed; saying it anew replaces it.
    /// - Throws: ``PortalError/Code/notRateable`` before; ``PortalError/Code/invalidGrade``; ``PortalError/Code/tooLong``.
    @discardableResult
    public func giveFeedback(
        _ grade: Int, _ comment: String = "", of ticket: Ticket.ID? = nil, with token: AccessToken
    ) async throws -> TicketReceipt {
        try await with(token, ticket) { desk, ticket, viewer in
            try await desk.giveFeedback(grade, comment, on: ticket, by: viewer)
        }
    }

    /// Says how helpful a reply of an agent was, from 1 to 5.
    /// - Throws: ``PortalError/Code/notFound``; ``PortalError/Code/notRateable`` for one that no agent wrote; ``PortalError/Code/invalidGrade``.
    @discardableResult
    public func rate(
        _ message: Message.ID, _ grade: Int, of ticket: Ticket.ID? = nil, with token: AccessToken
    ) async throws -> TicketReceipt {
        try await with(token, ticket) { desk, ticket, viewer in try await desk.rate(message, of: ticket, grade, by: viewer) }
    }

    /// Marks the ticket as read: it is unread again when somebody else writes.
    public func markRead(_ ticket: Ticket.ID? = nil, with token: AccessToken) async throws {
        try await with(token, ticket) { desk, ticket, viewer in try await desk.mark(ticket, asRead: true, by: viewer) }
    }

    /// Proposes a CC recipient: nothing is sent there until an agent approves, unless ``TicketPolicy/guestsApproveCopies`` says otherwise.
    /// - Throws: ``PortalError/Code/duplicateRecipient``, ``PortalError/Code/ownAddress``, ``PortalError/Code/portalAddress``,
    ///   ``PortalError/Code/tooManyRecipients``.
    @discardableResult
    public func addCopy(
        _ address: EmailAddress, to ticket: Ticket.ID? = nil, with token: AccessToken
    ) async throws -> TicketReceipt {
        try await with(token, ticket) { desk, ticket, viewer in try await desk.perform(.addCopy(address), on: ticket, by: viewer)
        }
    }

    /// Approves a CC recipient, where ``TicketPolicy/guestsApproveCopies`` lets guests do so.
    /// - Throws: ``PortalError/Code/notPermitted`` where not; ``PortalError/Code/notFound`` for an address that nobody proposed.
    @discardableResult
    public func approveCopy(_ address: EmailAddress, with token: AccessToken) async throws -> TicketReceipt {
        try await with(token) { desk, ticket, viewer in try await desk.perform(.approveCopy(address), on: ticket, by: viewer) }
    }

    /// Removes a CC recipient.
    @discardableResult
    public func removeCopy(_ address: EmailAddress, with token: AccessToken) async throws -> TicketReceipt {
        try await with(token) { desk, ticket, viewer in try await desk.perform(.removeCopy(address), on: ticket, by: viewer) }
    }

    /// What happens to the ticket from a position on; from now on for `nil`.
    /// - Throws: ``PortalError/Code/resyncRequired`` when what follows the position is not kept any more.
    public func changes(with token: AccessToken, since position: Position? = nil) async throws -> TicketFeed<TicketSummary> {
        try await with(token) { desk, ticket, viewer in
            _ = try await desk.load(ticket, for: viewer)
            return try await desk.changes(since: position, for: viewer) { ticket, actor in
                try await desk.summary(of: ticket, actor, for: viewer)
            }
        }
    }

    /// What would become of an action and who would hear of it; nothing is stored.
    /// - Throws: what the action itself would throw.
    public func preview(
        _ action: TicketAction, of ticket: Ticket.ID? = nil, with token: AccessToken
    ) async throws -> TicketPreview {
        try await with(token, ticket) { desk, ticket, viewer in
            let (record, _) = try await desk.load(ticket, for: viewer)
            return try await desk.preview(action, on: ticket, by: viewer).hidingAgents(desk.configuration, of: record)
        }
    }

    private func with<Result>(
        _ token: AccessToken, _ ticket: Ticket.ID? = nil, _ body: (TicketDesk, Ticket.ID, TicketViewer) async throws -> Result
    ) async throws -> Result {
        let desk = try portal.ticketDesk
        return try await body(desk, try await desk.ticket(openedBy: token, ticket), .guest(token))
    }
}
