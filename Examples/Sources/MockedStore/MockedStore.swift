import Foundation
import Narration
import SupportPortal

/// How a host tests its own code: it replaces one store by a mock and leaves the rest as it is. Here the host wants to know what its
/// customers are told when the ticket database is full.
@main
struct MockedStore {
    static func main() async throws {
        var story = Narration()
        let working = InMemoryStorage()
        var storage = ComposedStorage(working)
        storage.tickets = FullTicketStore(base: working.ticketStore)  // files stay where they were
        let portal = Portal(storage: storage)
        let tickets = portal.customer(Customer(id: "c-42", name: "A. Customer")).tickets

        var form = try await tickets.newForm()
        form.subject = "Order"
        form.message = "Where is it?"
        form.attachments = [try await tickets.upload(FileSource(name: "order.txt", data: .init("Order 17".utf8)))]
        let draft = form
        let error = await story.expectRefusal("opening on a full store") { _ = try await tickets.open(draft) }
        story.say("The customer's page says: \(page(for: error))")
        story.expect(error is FullTicketStore.Full, true, "the store's own error comes through")
        story.expect(form, draft, "the draft")
        story.expect(try await tickets.list().items.count, 0, "tickets after the refusal")

        // The same form, its upload included, is good once the store works again, and opens one ticket.
        let repaired = Portal(storage: working).customer(Customer(id: "c-42", name: "A. Customer")).tickets
        let first = try await repaired.open(form)
        let second = try await repaired.open(form)
        story.expect(first, second, "the confirmation of the same form submitted twice")
        let files = try await repaired.page(first.ticket).conversation.items.flatMap(\.attachments)
        story.say("After the repair the same form opens one ticket with \(files.map(\.name.text))")
        story.expect(files.map(\.isMissing), [false], "the file")
        story.finish()
    }

    /// The host code under test.
    static func page(for error: (any Error)?) -> String {
        switch error {
        case let error as PortalError: "Please correct \(error.problems.map(\.field.rawValue).joined(separator: ", "))"
        case nil: "Thank you!"
        default: "We cannot take tickets right now. Your text is kept; please try again."
        }
    }
}

/// A mock: finds what another store holds, and refuses every commit.
struct FullTicketStore: TicketStore {
    struct Full: Error {}
    let base: InMemoryTicketStore

    func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? { try await base.ticket(id, in: scope) }
    func tickets(_ query: TicketQuery) async throws -> Page<Ticket> { try await base.tickets(query) }
    func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] {
        try await base.counts(filter, in: scope)
    }
    func messages(_ query: MessageQuery) async throws -> Page<Message> { try await base.messages(query) }
    func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> { try await base.attachedFiles(among: files) }
    func commit(_ commit: TicketCommit) async throws -> Position { throw Full() }
}
