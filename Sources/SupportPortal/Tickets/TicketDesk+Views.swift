extension TicketDesk {
    // MARK: Pages

    func page(
        _ id: Ticket.ID, ascending: Bool, _ page: PageRequest, for viewer: TicketViewer
    ) async throws -> TicketPage {
        let (ticket, actor) = try await load(id, for: viewer)
        let (messages, missing) = try await conversation(of: ticket, actor, ascending, page, for: viewer)
        return TicketPage(
            ticket: try await summary(of: ticket, actor, for: viewer), requesterName: ticket.requester.name,
            copies: ticket.copies.map { ListedCopy($0, viewer: actor.author.identity) }, followUpOf: ticket.followUpOf,
            continuedIn: ticket.continuedIn, splitFrom: ticket.splitFrom, splitInto: ticket.splitInto,
            fields: answeredFields(of: ticket), feedback: actor.author.role == .requester ? ticket.feedback : nil,
            conversation: messages.map { ConversationEntry($0, viewer: actor.author.identity, missing: missing) },
            abilities: abilities(of: actor, on: ticket))
    }

    private func answeredFields(of ticket: Ticket) -> [AnsweredField] {
        let asked = configuration.department(ticket.department)?.fields ?? []
        return asked.compactMap { field in
            ticket.fields[field.id].map { AnsweredField(id: field.id, label: field.label, value: $0) }
        }
    }

    func summary(of ticket: Ticket, _ actor: TicketActor, for viewer: TicketViewer) async throws -> TicketSummary {
        let marks = try await marks(on: [ticket.id], of: viewer)
        return TicketSummary(
            ticket, for: actor.author.identity, as: actor.author.role, seen: marks[ticket.id], configuration)
    }

    /// A page of a customer's list.
    func summaries(of page: Page<Ticket>, for customer: Customer) async throws -> Page<TicketSummary> {
        let marks = try await marks(on: page.items.map(\.id), of: .customer(customer))
        let identity = AccessKey.customer(customer.id)
        return page.map { ticket in
            TicketSummary(
                ticket, for: identity, as: ticket.isAsked(by: customer.id) ? .requester : .copy, seen: marks[ticket.id],
                configuration)
        }
    }

    func agentPage(
        _ id: Ticket.ID, ascending: Bool, _ page: PageRequest, for viewer: TicketViewer
    ) async throws -> AgentTicketPage {
        let (ticket, actor) = try await load(id, for: viewer)
        let (messages, missing) = try await conversation(of: ticket, actor, ascending, page, for: viewer)
        return AgentTicketPage(ticket: ticket, conversation: messages, missingFiles: missing)
    }

    private func conversation(
        of ticket: Ticket, _ actor: TicketActor, _ ascending: Bool, _ page: PageRequest, for viewer: TicketViewer
    ) async throws -> (Page<Message>, missing: Set<Blob.ID>) {
        var query = messages(of: ticket, actor, for: viewer)
        query.ascending = ascending
        query.page = configuration.limits.cut(page)
        if let cursor = page.after { query.page.after = try await resolve(cursor, query, for: viewer) }
        var messages = try await store.messages(query)
        if !viewer.seesInternal { messages.next?.value = .number(0) }
        var missing = Set(messages.items.flatMap(\.attachments).map(\.id))
        if !missing.isEmpty { missing.subtract(try await blobs?.blobs(missing).map(\.id) ?? []) }
        return (messages, missing)
    }

    /// The cursors of customers name the message alone: places would tell how many internal notes lie between.
    private func resolve(_ cursor: PageCursor, _ query: MessageQuery, for viewer: TicketViewer) async throws -> PageCursor {
        guard cursor.order == query.orderName else { throw PortalError(.invalidCursor, "the cursor is of another order") }
        guard !viewer.seesInternal else {
            guard case .number = cursor.value else { throw PortalError(.invalidCursor, "the cursor holds no place") }
            return cursor
        }
        var search = query
        search.message = Message.ID(cursor.id)
        search.page = PageRequest(limit: 1)
        guard let message = try await store.messages(search).items.first else {
            throw PortalError(.invalidCursor, "the cursor names no message of this conversation")
        }
        return message.cursor(query)
    }

    /// The messages of a ticket that are within the viewer's sight.
    private func messages(of ticket: Ticket, _ actor: TicketActor, for viewer: TicketViewer) -> MessageQuery {
        var query = MessageQuery(ticket: ticket.id, includesInternal: viewer.seesInternal)
        if actor.author.role == .copy, configuration.tickets.copies.sight == .sinceApproval {
            query.since = ticket.copies.first { $0.address == actor.author.address }?.approved
        }
        return query
    }

    /// A message that is within the viewer's sight.
    func message(
        _ id: Message.ID, of ticket: Ticket, _ actor: TicketActor, for viewer: TicketViewer
    ) async throws -> Message? {
        guard id.isStorable else { return nil }
        var query = messages(of: ticket, actor, for: viewer)
        query.message = id
        query.page = PageRequest(limit: 1)
        return try await store.messages(query).items.first
    }

    /// A comment that is none, as no stored text holds NUL: so that asking for the ability is never “so already”.
    private static let neverGiven = "\0"

    private func abilities(of actor: TicketActor, on ticket: Ticket) -> [TicketAbility: TicketRule] {
        let actions: [(TicketAbility, TicketAction)] = [
            (.reply, .reply("")), (.close, .close), (.reopen, .reopen), (.giveFeedback, .giveFeedback(5, Self.neverGiven)),
        ]
        var abilities: [TicketAbility: TicketRule] = [:]
        for (ability, action) in actions {
            // The rules throw refusals and nothing else: what they refuse is no ability.
            let decision = try? TicketRules.decide(action, by: actor, on: ticket, under: configuration, at: environment.date)
            if let decision, !decision.changesNothing { abilities[ability] = decision.rule }
        }
        return abilities
    }

    // MARK: History

    func history(
        of id: Ticket.ID, ascending: Bool, _ page: PageRequest, for viewer: TicketViewer
    ) async throws -> Page<RecordedEvent> {
        // Of the very ticket, merged or not: each has its own.
        let (ticket, _) = try await find(id, for: viewer)
        let query = HistoryQuery(ticket: ticket.id, ascending: ascending, page: configuration.limits.cut(page))
        if let cursor = page.after {
            guard cursor.order == query.orderName, case .number(let number) = cursor.value, number > 0 else {
                throw PortalError(.invalidCursor, "the cursor is of another list")
            }
        }
        return try await store.history(query)
    }

    // MARK: Files

    func file(
        _ attachment: Blob.ID, in message: Message.ID, of id: Ticket.ID, range: Range<Int>?, for viewer: TicketViewer
    ) async throws -> FileDelivery {
        let (ticket, actor) = try await load(id, for: viewer)
        let message = try await self.message(message, of: ticket, actor, for: viewer)
        guard let listed = message?.attachments.first(where: { $0.id == attachment }) else {
            throw PortalError.notFound("attachment")
        }
        guard listed.removed == nil, let blobs, let blob = try await blobs.blobs([listed.id]).first else {
            throw PortalError(.fileMissing, "the bytes of blob \(listed.id) are missing")
        }
        return try await FileDelivery(blob, range: range, blobs: blobs)
    }

    // MARK: Live

    func changes<Record>(
        since position: Position?, for viewer: TicketViewer,
        as view: @escaping @Sendable (Ticket, TicketActor) async throws -> Record
    ) async throws -> TicketFeed<Record> {
        let scope = viewer.scope(under: configuration.tickets)
        let query = ChangeQuery(since: position, scope: scope, includesInternal: viewer.seesInternal)
        let start: Position
        do {
            // Refuses a position that is gone right here, rather than at the first change.
            var probe = query
            probe.limit = 0
            start = try await store.changes(probe).position
        } catch let error as StorageError where error.code == .resyncRequired {
            throw PortalError(.resyncRequired, error.message)
        }
        return TicketFeed(store: store, query: query, start: start, environment: environment, idle: configuration.dispatch.idle) {
            id in
            do {
                let (ticket, actor) = try await find(id, for: viewer)
                return try await view(ticket, actor)
            } catch let error as PortalError where error.code == .notFound {
                return nil
            }
        }
    }
}
