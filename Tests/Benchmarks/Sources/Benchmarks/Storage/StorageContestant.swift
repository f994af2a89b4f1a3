import Foundation
import SupportPortal

/// A store that is compared with others: what the measured operations need of it.
protocol StorageContestant: Sendable {
    /// Stores a commit, all of it or nothing.
    func commit(_ commit: TicketCommit) async throws
    /// The ticket with an id.
    func ticket(_ id: Ticket.ID) async throws -> Ticket?
    /// The twenty tickets of a customer in which somebody wrote last, and whether there are more.
    func newest(of customer: Customer.ID) async throws -> (tickets: [Ticket], hasMore: Bool)
    /// How many tickets a customer has, by status.
    func counts(of customer: Customer.ID) async throws -> [TicketStatus: Int]
    /// The first twenty messages of a ticket.
    func messages(of ticket: Ticket.ID) async throws -> [Message]
    /// Gives back the room of what is not needed any more.
    func compact() async throws
    func close() async throws
}

/// How safe a commit is when it returns.
enum Safety: String, Sendable {
    /// A power cut takes nothing.
    case durable
    /// A power cut takes the last commits.
    case relaxed
}

/// Our store, through the protocol that portals use.
struct OurStore: StorageContestant {
    private let storage: JSONFileStorage
    private let store: any TicketStore

    init(_ directory: URL, create: Bool, _ safety: Safety) async throws {
        storage = try await JSONFileStorage(
            directory: directory, create: create, mode: safety == .durable ? .durable : .relaxed(upTo: .seconds(1)))
        store = storage.ticketStore
    }

    func commit(_ commit: TicketCommit) async throws { _ = try await store.commit(commit) }

    func ticket(_ id: Ticket.ID) async throws -> Ticket? { try await store.ticket(id, in: .everything) }

    func newest(of customer: Customer.ID) async throws -> (tickets: [Ticket], hasMore: Bool) {
        let page = try await store.tickets(TicketQuery(in: .holding([.customer(customer)])))
        return (page.items, page.next != nil)
    }

    func counts(of customer: Customer.ID) async throws -> [TicketStatus: Int] {
        try await store.counts(TicketFilter(), in: .holding([.customer(customer)]))
    }

    func messages(of ticket: Ticket.ID) async throws -> [Message] {
        try await store.messages(MessageQuery(ticket: ticket, includesInternal: true)).items
    }

    func compact() async throws { try await storage.compact() }

    func close() async throws { try await storage.close() }
}
