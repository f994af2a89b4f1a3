extension TicketDesk {
    // MARK: Changing messages

    /// Changes the text of a message that an agent wrote; what it said before is kept.
    func edit(
        _ id: Message.ID, of ticket: Ticket.ID, _ text: String, by viewer: TicketViewer
    ) async throws -> TicketReceipt {
        _ = try await load(ticket, for: viewer)
        var checks = FormChecks(configuration)
        let text = checks.message(text)
        try checks.throwIfAny()
        return try await change(id, of: ticket, by: viewer) { try $0.edit($1, text) }
    }

    /// Says how helpful a reply was.
    func rate(_ id: Message.ID, of ticket: Ticket.ID, _ grade: Int, by viewer: TicketViewer) async throws -> TicketReceipt {
        try await change(id, of: ticket, by: viewer) { try $0.rate($1, grade) }
    }

    /// Says how a ticket went.
    func giveFeedback(_ grade: Int, _ comment: String, on ticket: Ticket.ID, by viewer: TicketViewer) async throws
        -> TicketReceipt
    {
        _ = try await load(ticket, for: viewer)
        guard comment.utf8.count <= configuration.limits.message else {
            throw PortalError(.tooLong, "the comment is too long", limit: configuration.limits.message)
        }
        return try await perform(.giveFeedback(grade, comment.asMessageText), on: ticket, by: viewer)
    }

    private func change(
        _ id: Message.ID, of ticket: Ticket.ID, by viewer: TicketViewer,
        _ rule: (Judgement, Message) throws -> (TicketDecision, Message)
    ) async throws -> TicketReceipt {
        try await retrying {
            let (ticket, actor) = try await load(ticket, for: viewer)
            guard let message = try await message(id, of: ticket, actor, for: viewer) else {
                throw PortalError.notFound("message")
            }
            let now = environment.date
            let rules = Judgement(ticket: ticket, actor: actor, configuration: configuration, now: now)
            let (decision, changed) = try rule(rules, message)
            if decision.changesNothing { return TicketReceipt(ticket, .unchanged, for: viewer) }
            let change = Change(decision, of: ticket, by: actor.author, saying: nil, at: now, environment)
            var commit = change.commit(announces: announces, nil)
            commit.messages = [changed]
            _ = try await store.commit(commit)
            return TicketReceipt(change.stored, decision.rule, for: viewer, message: id)
        }
    }

    /// All the messages of a ticket, for the portal's own work.
    func allMessages(of ticket: Ticket.ID, limit: Int) async throws -> [Message] {
        try await collectPages(limit: limit) {
            try await store.messages(MessageQuery(ticket: ticket, includesInternal: true, page: $0))
        }
    }
}
