extension AgentTickets {
    // MARK: Merging and splitting

    /// What merging would do, above all who would see what: nothing is stored.
    ///
    /// The messages of both tickets are put in order by time, in the target. The source is closed and leads there: to whoever may see the
    /// target.
    /// - Parameters:
    ///   - source: the ticket that is to lead to the other one.
    ///   - target: the ticket that is to get its messages.
    ///   - access: whether those who see the source are to see the target.
    /// - Throws: what ``merge(_:into:access:)`` would throw.
    public func previewMerge(
        _ source: Ticket.ID, into target: Ticket.ID, access: MergeAccess
    ) async throws -> MergePreview {
        try await portal.ticketDesk.previewMerge(of: source, into: target, access, by: agent)
    }

    /// Merges exactly what the preview shows.
    /// - Throws: ``PortalError/Code/conflict`` when one of the tickets was changed since; what ``merge(_:into:access:)`` throws.
    @discardableResult
    public func merge(_ preview: MergePreview) async throws -> TicketReceipt {
        try await portal.ticketDesk.merge(
            preview.source, into: preview.target, preview.access, seen: preview.revisions, by: agent)
    }

    /// Merges a ticket into another one.
    ///
    /// Parameter `access`: whether those who see the source are to see the target; may be left out where that changes no customer's sight.
    /// - Throws: ``PortalError/Code/invalidMerge`` for a ticket into itself, into a merged one, or merged before;
    ///   ``PortalError/Code/accessUndecided`` where `access` is needed; ``PortalError/Code/tooMany`` beyond ``PortalLimits/mergedMessages``;
    ///   ``PortalError/Code/tooManyRecipients``.
    @discardableResult
    public func merge(
        _ source: Ticket.ID, into target: Ticket.ID, access: MergeAccess? = nil
    ) async throws -> TicketReceipt {
        try await portal.ticketDesk.merge(source, into: target, access, by: agent)
    }

    /// Makes some messages of a ticket a ticket of their own, for the same people.
    /// - Parameters:
    ///   - messages: some of the ticket's messages, at least one reply among them, and at least one left.
    ///   - ticket: whose messages they are.
    ///   - subject: what the new ticket is about.
    ///   - department: who is to answer it; `nil` for the same department.
    /// - Throws: ``PortalError/Code/invalidSplit``; ``PortalError/Code/invalidForm`` for the subject; ``PortalError/Code/unknownChoice``.
    @discardableResult
    public func split(
        _ messages: Set<Message.ID>, from ticket: Ticket.ID, subject: String, department: Department.ID? = nil
    ) async throws -> TicketReceipt {
        try await portal.ticketDesk.split(messages, of: ticket, subject: subject, department: department, by: agent)
    }
}
