extension CustomerTickets {
    // MARK: Drafts

    /// Keeps a form until it is sent, in place of the one that was kept before.
    /// - Throws: ``PortalError/Code/tooLong`` beyond ``PortalLimits/draft``; ``PortalError/Code/conflict`` where the revision that is named is not
    ///   the stored one: another device was faster.
    @discardableResult
    public func save(_ form: TicketForm, expecting revision: Revision? = nil) async throws -> SavedDraft<TicketForm> {
        try await portal.ticketDesk.save(form, as: .draft(.form, of: viewer.owner), expecting: revision)
    }

    /// The form that was kept, if there is one.
    public func savedForm() async throws -> SavedDraft<TicketForm>? {
        try await portal.ticketDesk.draft(.draft(.form, of: viewer.owner))
    }

    /// Forgets the form that was kept.
    public func discardForm() async throws { try await portal.ticketDesk.discard(.draft(.form, of: viewer.owner)) }

    /// Keeps a reply until it is sent, in place of the one that was kept before.
    /// - Throws: ``PortalError/Code/tooLong``; ``PortalError/Code/conflict``.
    @discardableResult
    public func save(
        _ reply: ReplyDraft, for ticket: Ticket.ID, expecting revision: Revision? = nil
    ) async throws -> SavedDraft<ReplyDraft> {
        try await portal.ticketDesk.save(reply, as: .reply, on: ticket, by: viewer, expecting: revision)
    }

    /// The reply that was kept, if there is one.
    public func savedReply(for ticket: Ticket.ID) async throws -> SavedDraft<ReplyDraft>? {
        try await portal.ticketDesk.draft(.reply, on: ticket, by: viewer)
    }

    /// Forgets the reply that was kept.
    public func discardReply(for ticket: Ticket.ID) async throws {
        try await portal.ticketDesk.discard(.draft(.reply, on: ticket, of: viewer.owner))
    }

    /// Where replies are kept, the latest first.
    public func drafts() async throws -> [DraftPlace] { try await portal.ticketDesk.drafts(of: viewer) }
}
