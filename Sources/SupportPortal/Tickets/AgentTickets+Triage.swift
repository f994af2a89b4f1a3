extension AgentTickets {
    // MARK: Triage

    /// Puts a ticket in an agent's care, or in nobody's. The agent hears of it, and from then on instead of the whole department.
    /// - Throws: ``PortalError/Code/unknownChoice`` for an agent whom the ``PeopleDirectory`` does not know in the ticket's department; without the
    ///   permission ``Agent/Permission/assign`` only oneself can be named.
    @discardableResult
    public func assign(_ ticket: Ticket.ID, to assignee: Agent.ID?) async throws -> TicketReceipt {
        try await perform(.assign(to: assignee), on: ticket)
    }

    /// Takes care of a ticket that nobody takes care of.
    /// - Throws: ``PortalError/Code/conflict`` when somebody else does by now.
    @discardableResult
    public func claim(_ ticket: Ticket.ID) async throws -> TicketReceipt {
        let desk = try portal.ticketDesk
        return try await desk.retrying {
            let (record, _) = try await desk.load(ticket, for: viewer)
            guard record.assignee == nil || record.assignee == agent.id else { throw desk.conflict(record.revision) }
            do {
                return try await desk.perform(.assign(to: agent.id), on: record.id, by: viewer, seen: record.revision)
            } catch let error where .conflict ~= error {
                // Whether somebody else took it, or merely wrote, shows when it is read again.
                throw StorageError(.conflict, "the ticket was changed meanwhile")
            }
        }
    }

    /// Lets this agent hear of a ticket that somebody else takes care of.
    @discardableResult
    public func watch(_ ticket: Ticket.ID) async throws -> TicketReceipt { try await perform(.watch, on: ticket) }

    /// Lets this agent hear of it no more.
    @discardableResult
    public func unwatch(_ ticket: Ticket.ID) async throws -> TicketReceipt { try await perform(.unwatch, on: ticket) }

    /// Adds tags.
    /// - Throws: ``PortalError/Code/tooMany`` beyond ``PortalLimits/tags``.
    @discardableResult
    public func tag(_ ticket: Ticket.ID, _ tags: TagName...) async throws -> TicketReceipt {
        try await perform(.tag(tags), on: ticket)
    }

    /// Removes tags.
    @discardableResult
    public func untag(_ ticket: Ticket.ID, _ tags: TagName...) async throws -> TicketReceipt {
        try await perform(.untag(tags), on: ticket)
    }

    /// Answers fields of the ticket's department anew; an empty text takes an answer away.
    /// - Throws: ``PortalError/Code/invalidForm`` with all mistakes.
    @discardableResult
    public func answer(_ fields: [CustomField.ID: String], of ticket: Ticket.ID) async throws -> TicketReceipt {
        try await perform(.answer(fields), on: ticket)
    }

    /// What became of one ticket in a bulk action.
    public struct BulkResult: Sendable {
        /// The ticket that was asked for.
        public let ticket: Ticket.ID
        /// The receipt, or why it was refused.
        public let result: Result<TicketReceipt, any Error>
    }

    /// Does the same to many tickets, each by itself: a refusal of one does not keep the others.
    /// - Returns: one result for each ticket, in the order given; a ticket that is named twice is done once and answered twice.
    /// - Throws: ``PortalError/Code/tooMany`` beyond ``PortalLimits/bulk``, with nothing done; ``PortalError/Code/notPermitted`` for actions that need
    ///   a text; `CancellationError`, with a part done.
    public func perform(_ action: TicketAction, on tickets: [Ticket.ID]) async throws -> [BulkResult] {
        let desk = try portal.ticketDesk
        guard tickets.count <= desk.configuration.limits.bulk else {
            throw PortalError(.tooMany, "too many tickets at once", limit: desk.configuration.limits.bulk)
        }
        guard !action.addsMessage else { throw PortalError(.notPermitted, "messages are written to one ticket at a time") }
        var results: [Ticket.ID: Result<TicketReceipt, any Error>] = [:]
        for ticket in tickets where results[ticket] == nil {
            try Task.checkCancellation()
            do {
                results[ticket] = .success(try await perform(action, on: ticket))
            } catch {
                try Task.checkCancellation()
                results[ticket] = .failure(error)
            }
        }
        return tickets.compactMap { ticket in results[ticket].map { BulkResult(ticket: ticket, result: $0) } }
    }
}
