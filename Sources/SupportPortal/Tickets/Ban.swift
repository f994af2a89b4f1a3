#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// That somebody may not write: neither open tickets nor reopen them, neither reply nor name recipients. What is there stays, can be read, and
/// can be closed.
public struct Ban: Hashable, Sendable, Codable {
    /// Who is kept from writing.
    public enum Target: Hashable, Sendable, Codable {
        /// A customer.
        case customer(Customer.ID)
        /// Whoever has, or says to have, this address.
        case address(EmailAddress)
        /// Whoever has, or says to have, an address of this domain.
        case domain(String)
        /// Guests from a ``Guest/source``.
        case source(String)

        /// Whether there can be somebody whom it means.
        var canHit: Bool {
            switch self {
            case .customer(let id): !id.rawValue.isEmpty && id.isStorable
            case .address: true
            case .domain(let domain): EmailAddress(checking: "a@" + domain.trimmingSpaces) != nil
            case .source(let source): Guest.sourceKey(source) != nil
            }
        }

        /// What finds the ban.
        var key: AccessKey {
            switch self {
            case .customer(let id): .customer(id)
            case .address(let address): .address(address)
            case .domain(let domain): .domain(String(domain.trimmingSpaces.lowercased().drop { $0 == "@" }))
            case .source(let source): Guest.sourceKey(source) ?? .source("")
            }
        }
    }

    /// Who.
    public var target: Target
    /// Why; for agents alone.
    public var reason: String
    /// Who banned.
    public var author: Author
    /// Since when.
    public var date: Date
    /// Until when; `nil` until it is lifted.
    public var expires: Date?
}

extension Guest {
    /// The key of the source, cut to what a key needs; `nil` where the host names none.
    var sourceKey: AccessKey? { source.flatMap(Self.sourceKey) }

    static func sourceKey(_ text: String) -> AccessKey? {
        // By bytes, as a character can be of thousands.
        let line = SingleLine(String(decoding: text.utf8.prefix(200), as: UTF8.self))
        return line.isEmpty ? nil : .source(line.text)
    }
}

extension TicketDesk {
    /// - Throws: ``PortalError/Code/banned``.
    func refuseBanned(_ actor: TicketActor, on ticket: Ticket) async throws {
        guard actor.author.role == .requester || actor.author.role == .copy else { return }
        let identity = actor.author.identity
        let customer = identity.kind == "customer" ? Customer.ID(String(identity.rawValue.dropFirst("customer:".count))) : nil
        // Whoever came by a merge came from elsewhere.
        let source = identity == ticket.requester.identity ? ticket.source : nil
        try await refuseBanned(customer: customer, address: actor.author.address, source: source)
    }

    /// - Throws: ``PortalError/Code/banned``.
    func refuseBanned(customer: Customer.ID?, address: EmailAddress?, source: AccessKey?) async throws {
        var keys: Set<AccessKey> = []
        if let customer { keys.insert(.customer(customer)) }
        if let address { keys.formUnion([.address(address), .domain(address.domain)]) }
        if let source { keys.insert(source) }
        try await refuseBanned(keys)
    }

    /// - Throws: ``PortalError/Code/banned``.
    func refuseBanned(_ keys: Set<AccessKey>) async throws {
        guard !keys.isEmpty else { return }
        let found = try await store.records(
            DeskRecordQuery(.ban, of: keys, keys: [""], page: PageRequest(limit: keys.count)))
        let now = environment.date
        for record in found.items {
            guard try ban(record).expires.map({ now < $0 }) ?? true else { continue }
            throw PortalError(.banned, "the sender may not write")
        }
    }

    func ban(_ target: Ban.Target, because reason: String, until expires: Date?, by agent: Agent) async throws -> Ban {
        try require(.manageBans, of: agent)
        guard target.canHit, target.key.rawValue.utf8.count <= 1_000 else {
            throw PortalError(.unknownChoice, "the target of the ban names nobody")
        }
        let text = reason.asMessageText
        guard text.utf8.count <= configuration.limits.message else {
            throw PortalError(.tooLong, "the reason is too long", limit: configuration.limits.message)
        }
        let ban = Ban(
            target: target, reason: text, author: Author(agent), date: environment.date,
            expires: expires?.roundedToMilliseconds)
        let record = DeskRecord(
            DeskRecord.ID(.ban, of: target.key), date: ban.date,
            text: String(decoding: try JSONEncoder().encode(ban), as: UTF8.self))
        _ = try await store.commit(TicketCommit(date: ban.date, records: [.put(record)]))
        return ban
    }

    func liftBan(of target: Ban.Target, by agent: Agent) async throws {
        try require(.manageBans, of: agent)
        guard target.canHit else { return }
        _ = try await store.commit(
            TicketCommit(date: environment.date, records: [.remove(DeskRecord.ID(.ban, of: target.key))]))
    }

    func bans(_ page: PageRequest, for agent: Agent) async throws -> Page<Ban> {
        try require(.manageBans, of: agent)
        guard page.after.map({ $0.order == DeskRecordQuery.orderName }) ?? true else {
            throw PortalError(.invalidCursor, "the cursor is of another list")
        }
        return try await store.records(DeskRecordQuery(.ban, page: configuration.limits.cut(page))).map(ban)
    }

    private func ban(_ record: DeskRecord) throws -> Ban {
        try JSONDecoder().decode(Ban.self, from: Data(record.text.utf8))
    }

    /// - Throws: ``PortalError/Code/notPermitted``.
    func require(_ permission: Agent.Permission, of agent: Agent) throws {
        guard agent.permissions.contains(permission) else {
            throw PortalError(.notPermitted, "needs the permission \(permission.rawValue) of an agent")
        }
    }
}
