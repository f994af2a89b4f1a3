/// Who hears of what happens to tickets, and what there is to tell.
struct TicketNotices: NoticeSource {
    let store: any TicketStore
    let people: any PeopleDirectory
    let configuration: PortalConfiguration

    var events: any EventStore { store }

    func recipients(of event: PortalEvent) async throws -> [Recipient] {
        guard let ticket = try await store.ticket(Ticket.ID(event.subject), in: .everything) else { return [] }
        return try await recipients(of: event, on: ticket)
    }

    /// The same for a ticket as it would be: for previews.
    func recipients(of event: PortalEvent, on ticket: Ticket) async throws -> [Recipient] {
        let circles = configuration.notices.circles(for: event)
        var candidates: [Recipient] = []
        if circles.contains(.requester) { candidates.append(try await requester(of: ticket)) }
        if circles.contains(.copies) { candidates += approvedCopies(of: ticket) }
        if circles.contains(.department) { candidates += try await agents(of: ticket) }
        return Self.unique(candidates, except: event.author)
    }

    func content(of event: PortalEvent, for recipient: Recipient) async throws -> NoticeContent? {
        guard let ticket = try await store.ticket(Ticket.ID(event.subject), in: .everything),
            try await mayHear(recipient, of: event, on: ticket)
        else { return nil }
        var message: Message?
        if let id = event.details[.message] {
            var query = MessageQuery(ticket: ticket.id, includesInternal: event.isInternal, page: PageRequest(limit: 1))
            query.message = Message.ID(id)
            message = try await store.messages(query).items.first
        }
        return NoticeContent(ticket: ticket, message: message, departmentName: configuration.name(of: ticket.department))
    }

    private func mayHear(_ recipient: Recipient, of event: PortalEvent, on ticket: Ticket) async throws -> Bool {
        switch recipient.role {
        case .requester: !event.isInternal && recipient.identity == ticket.requester.identity
        case .copy: !event.isInternal && approvedCopies(of: ticket).contains { $0.identity == recipient.identity }
        default: try await agents(of: ticket).contains { $0.identity == recipient.identity }
        }
    }

    private func requester(of ticket: Ticket) async throws -> Recipient {
        let requester = ticket.requester
        var recipient = Recipient(
            role: .requester, identity: requester.identity, name: requester.name, address: requester.address,
            language: requester.language)
        if let id = requester.customer, let customer = try await people.customer(id) {
            recipient.name = customer.name
            recipient.address = customer.email ?? requester.address
            recipient.language = customer.language
        }
        return recipient
    }

    private func approvedCopies(of ticket: Ticket) -> [Recipient] {
        ticket.copies.filter(\.isApproved).map { copy in
            Recipient(role: .copy, identity: .address(copy.address), name: SingleLine(copy.address.text), address: copy.address)
        }
    }

    private func agents(of ticket: Ticket) async throws -> [Recipient] {
        try await people.allAgents(of: ticket.department, limit: configuration.limits.agentsPerNotice)
            .filter { $0.departments.contains(ticket.department) }
            .map {
                Recipient(role: .agent, identity: .agent($0.id), name: $0.name, address: $0.email, language: $0.language)
            }
    }

    /// Each person and each address once, the author not at all.
    private static func unique(_ candidates: [Recipient], except author: Author) -> [Recipient] {
        var identities: Set<AccessKey> = [author.identity]
        var addresses: Set<EmailAddress> = []
        if let address = author.address { addresses.insert(address) }
        return candidates.filter { candidate in
            guard identities.insert(candidate.identity).inserted else { return false }
            guard let address = candidate.address else { return true }
            return addresses.insert(address).inserted
        }
    }
}

extension PortalConfiguration {
    /// The name of a department; its id where it is not configured any more.
    func name(of department: Department.ID) -> SingleLine {
        self.department(department)?.name ?? SingleLine(department.rawValue)
    }
}
