import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Who hears of what happens to tickets, and what there is to tell.
struct TicketNotices: NoticeSource {
    let store: any TicketStore
    let people: any PeopleDirectory
    let configuration: PortalConfiguration
    let now: @Sendable () -> Date
    private let memory = AgentMemory()

    init(
        store: any TicketStore, people: any PeopleDirectory, configuration: PortalConfiguration,
        now: @escaping @Sendable () -> Date
    ) {
        self.store = store
        self.people = people
        self.configuration = configuration
        self.now = now
    }

    var events: any EventStore { store }

    func recipients(of event: PortalEvent) async throws -> [Recipient] {
        guard let ticket = try await store.ticket(Ticket.ID(event.subject), in: .everything) else { return [] }
        return try await recipients(of: event, on: ticket)
    }

    /// The same for a ticket as it would be: for previews.
    func recipients(of event: PortalEvent, on ticket: Ticket) async throws -> [Recipient] {
        let circles = configuration.notices.circles(for: event)
        var candidates: [Recipient] = []
        // Agents first: who is an agent hears as one, whatever address a guest has typed.
        candidates += try await agents(of: ticket, in: circles)
        if circles.contains(.requester) { for requester in ticket.requesters { candidates.append(try await current(requester)) } }
        if circles.contains(.copies) { candidates += approvedCopies(of: ticket) }
        return unique(candidates, except: event.author)
    }

    func content(of event: PortalEvent, for recipient: Recipient) async throws -> NoticeContent? {
        guard var ticket = try await store.ticket(Ticket.ID(event.subject), in: .everything) else { return nil }
        var message: Message?
        if let id = event.details[.message], let found = try await find(Message.ID(id), event.isInternal, from: ticket) {
            (ticket, message) = found
        }
        guard try await mayHear(recipient, of: event, on: ticket) else { return nil }
        var content = NoticeContent()
        content.ticket = ticket
        content.message = message
        content.departmentName = configuration.name(of: ticket.department)
        return content
    }

    /// A message, and the ticket that it is in by now: merging and splitting move messages.
    private func find(_ id: Message.ID, _ includesInternal: Bool, from ticket: Ticket) async throws -> (Ticket, Message)? {
        var waiting = [ticket]
        var visited: Set<Ticket.ID> = []
        while let ticket = waiting.popLast() {
            guard visited.insert(ticket.id).inserted else { continue }
            var query = MessageQuery(ticket: ticket.id, includesInternal: includesInternal, page: PageRequest(limit: 1))
            query.message = id
            if let message = try await store.messages(query).items.first { return (ticket, message) }
            for next in [ticket.mergedInto].compactMap(\.self) + ticket.splitInto {
                if let ticket = try await store.ticket(next, in: .everything) { waiting.append(ticket) }
            }
        }
        return nil
    }

    private func mayHear(_ recipient: Recipient, of event: PortalEvent, on ticket: Ticket) async throws -> Bool {
        switch recipient.role {
        case .requester: !event.isInternal && ticket.requesters.contains { $0.identity == recipient.identity }
        case .copy: !event.isInternal && approvedCopies(of: ticket).contains { $0.identity == recipient.identity }
        default: try await knownAgents(of: ticket.department).contains { $0.identity == recipient.identity }
        }
    }

    private func current(_ requester: Requester) async throws -> Recipient {
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

    private func agents(of ticket: Ticket, in circles: Set<NoticeTable.Circle>) async throws -> [Recipient] {
        guard !circles.isDisjoint(with: [.department, .responsible, .assignee, .watchers]) else { return [] }
        let agents = try await agents(of: ticket.department)
        if circles.contains(.department) { return agents }
        let assignee = ticket.assignee.map(AccessKey.agent)
        let hasAssignee = agents.contains { $0.identity == assignee }
        // Whoever takes care and is gone takes care no more.
        if circles.contains(.responsible), !hasAssignee { return agents }
        let watchers = circles.isDisjoint(with: [.responsible, .watchers]) ? [] : ticket.watchers.map(AccessKey.agent)
        let hearsAssignee = !circles.isDisjoint(with: [.responsible, .assignee])
        return agents.filter { (hearsAssignee && $0.identity == assignee) || watchers.contains($0.identity) }
    }

    private func agents(of department: Department.ID) async throws -> [Recipient] {
        try await people.allAgents(of: department, limit: configuration.limits.agentsPerNotice)
            .filter { $0.departments.contains(department) }
            .map {
                Recipient(role: .agent, identity: .agent($0.id), name: $0.name, address: $0.email, language: $0.language)
            }
    }

    /// The agents of a department as they were some seconds ago at most, so that a notice to each of many does not ask for all of them.
    private func knownAgents(of department: Department.ID) async throws -> [Recipient] {
        if let known = memory.agents(of: department, at: now()) { return known }
        let agents = try await agents(of: department)
        memory.remember(agents, of: department, at: now())
        return agents
    }

    /// Each person and each address once, the author and the portal itself not at all.
    private func unique(_ candidates: [Recipient], except author: Author) -> [Recipient] {
        var identities: Set<AccessKey> = [author.identity]
        var addresses = configuration.addresses
        // A guest's address is not verified: it must not silence whoever it belongs to.
        if let address = author.address, author.identity != .address(address) { addresses.insert(address) }
        return candidates.filter { candidate in
            guard identities.insert(candidate.identity).inserted else { return false }
            guard let address = candidate.address else { return true }
            return addresses.insert(address).inserted
        }
    }
}

/// The agents of departments, remembered for some seconds.
final class AgentMemory: Sendable {
    private static let span: TimeInterval = 5
    private let state = Mutex<[Department.ID: (date: Date, agents: [Recipient])]>([:])

    func agents(of department: Department.ID, at now: Date) -> [Recipient]? {
        state.withLock { $0[department] }.flatMap { abs(now.timeIntervalSince($0.date)) < Self.span ? $0.agents : nil }
    }

    func remember(_ agents: [Recipient], of department: Department.ID, at now: Date) {
        state.withLock { $0[department] = (now, agents) }
    }
}

extension PortalConfiguration {
    /// The name of a department; its id where it is not configured any more.
    func name(of department: Department.ID) -> SingleLine {
        self.department(department)?.name ?? SingleLine(department.rawValue)
    }
}
