import SupportPortal
import SupportPortalTesting
import Testing

/// A store whose author wrote no search.
private struct PlainStore: TicketStore, PortalStorage {
    let base = InMemoryTicketStore()

    var tickets: (any TicketStore)? { self }
    var blobs: (any BlobStore)? { nil }

    func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? { try await base.ticket(id, in: scope) }
    func tickets(_ query: TicketQuery) async throws -> Page<Ticket> { try await base.tickets(query) }
    func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] {
        try await base.counts(filter, in: scope)
    }
    func messages(_ query: MessageQuery) async throws -> Page<Message> { try await base.messages(query) }
    func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> { try await base.attachedFiles(among: files) }
    func commit(_ commit: TicketCommit) async throws -> Position { try await base.commit(commit) }
}

@Suite("The default of searches")
struct DefaultSearchTests {
    private static let laws = StorageLaws.tickets.filter { law in
        law.name.contains("search") || ["No words find nothing", "Words for agents alone"].contains { law.name.hasPrefix($0) }
    }

    @Test("keeps the laws of searches", arguments: laws)
    func keeps(_ law: StorageLaw) async throws {
        try await law.check(StorageSubject { PlainStore() })
    }

    @Test("is checked by all of them")
    func complete() { #expect(Self.laws.count == 5) }
}
