import SecureDigest

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Who looks at tickets: what is within sight, and what the viewer is to a ticket.
enum TicketViewer: Sendable {
    case customer(Customer)
    case guest(AccessToken)
    case agent(Agent)
    case system

    /// What a store is asked for: nothing else exists for the viewer.
    func scope(under policy: TicketPolicy) -> AccessScope {
        switch self {
        case .customer(let customer):
            var keys: Set<AccessKey> = [.customer(customer.id)]
            if let email = customer.email, policy.copies.sight != .noticesOnly { keys.insert(.address(email)) }
            return .holding(keys)
        case .guest(let token): return .holding([.tokenHash(token.hash)])
        case .agent(let agent):
            switch agent.departments {
            case .all: return .everything
            case .only(let departments): return .holding(Set(departments.map(AccessKey.department)))
            }
        case .system: return .everything
        }
    }

    /// What the viewer is to a ticket that was found within the scope.
    /// - Throws: ``PortalError/Code/accessExpired`` for a guest who comes too late.
    func actor(on ticket: Ticket, at now: Date) throws -> TicketActor {
        switch self {
        case .customer(let customer):
            return TicketActor(Author(customer, as: ticket.isAsked(by: customer.id) ? .requester : .copy))
        case .guest(let token):
            for (access, requester) in ticket.guests where constantTimeEquals(access.tokenHash.utf8, token.hash.utf8) {
                guard now < access.expires else { throw PortalError(.accessExpired, "the access token has expired") }
                return TicketActor(requester.author)
            }
            throw PortalError.notFound("ticket")
        case .agent(let agent): return TicketActor(agent)
        case .system: return .system
        }
    }

    /// Whose uploads may be attached, whose drafts and marks these are.
    var owner: AccessKey {
        switch self {
        case .customer(let customer): .customer(customer.id)
        case .guest(let token): .tokenHash(token.hash)
        case .agent(let agent): .agent(agent.id)
        case .system: .system
        }
    }

    /// What the viewer names as seen.
    func revision(of ticket: Ticket) -> Revision { seesInternal ? ticket.revision : ticket.publicRevision }

    var seesInternal: Bool {
        switch self {
        case .agent, .system: true
        case .customer, .guest: false
        }
    }
}

extension Ticket {
    /// Whether a customer asked here, or in a ticket that was merged into this one for both to see.
    func isAsked(by customer: Customer.ID) -> Bool {
        requester.customer == customer || merged.contains { $0.isShared && $0.requester.customer == customer }
    }

    /// The guests who come back by a token.
    var guests: [(GuestAccess, Requester)] {
        let own = guestAccess.map { [($0, requester)] } ?? []
        return own + merged.compactMap { ticket in ticket.isShared ? ticket.guestAccess.map { ($0, ticket.requester) } : nil }
    }
}

extension Ticket {
    /// Who asked, here and in the tickets that were merged into this one for all to see.
    var requesters: [Requester] { [requester] + merged.filter(\.isShared).map(\.requester) }
}
