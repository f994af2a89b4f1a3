import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Composing a portal")
struct CompositionTests {
    @Test("A section that is not composed is absent from the menu and says so")
    func absent() async throws {
        var storage = ComposedStorage()
        storage.blobs = InMemoryBlobStore()
        let portal = Portal(storage: storage)
        let customer = portal.customer(Customer(id: "c", name: "C"))
        #expect(portal.sections.isEmpty)
        #expect(try await customer.menu().entries.isEmpty)
        #expect(try await portal.guest().menu().entries.isEmpty)
        #expect(try await portal.agent(Agent(id: "a", name: "A", departments: .all)).menu().entries.isEmpty)
        #expect(await code { try await customer.tickets.list() } == .sectionNotComposed)
        #expect(await code { try await customer.tickets.newForm() } == .sectionNotComposed)
        #expect(try await portal.dispatcher.drain() == DispatchReport())
    }

    @Test("The menu counts what waits for the viewer", arguments: StorageKind.allCases)
    func menu(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let first = try await bench.open().ticket
        _ = try await bench.open()
        try await bench.tessTickets.reply(to: first, "Answer")
        let customer = try await bench.portal.customer(bench.alice).menu()
        let reading = [PortalMenu.Entry(.knowledgebase), PortalMenu.Entry(.downloads)]
        #expect(
            customer.entries == [PortalMenu.Entry(.tickets, badge: 1), PortalMenu.Entry(.announcements, badge: 0)] + reading
                + [PortalMenu.Entry(.openTicket)])
        #expect(try await bench.portal.agent(bench.tess).menu()[.tickets]?.badge == 1)
        #expect(try await bench.portal.agent(bench.bill).menu()[.tickets]?.badge == 0)
        #expect(
            try await bench.portal.guest().menu().entries == [PortalMenu.Entry(.announcements)] + reading
                + [PortalMenu.Entry(.openTicket)])
    }

    @Test("A read-only store shows tickets and refuses the rest")
    func readOnly() async throws {
        struct ReadOnly: TicketStore {
            let base: any TicketStore
            func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? { try await base.ticket(id, in: scope) }
            func tickets(_ query: TicketQuery) async throws -> Page<Ticket> { try await base.tickets(query) }
            func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] {
                try await base.counts(filter, in: scope)
            }
            func messages(_ query: MessageQuery) async throws -> Page<Message> { try await base.messages(query) }
            func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> {
                try await base.attachedFiles(among: files)
            }
        }
        let bench = try await PortalBench()
        let ticket = try await bench.open().ticket
        var storage = ComposedStorage(bench.storage)
        storage.tickets = ReadOnly(base: try #require(bench.storage.tickets))
        let portal = Portal(storage: storage, channels: [bench.channel], configuration: bench.configuration)
        let tickets = portal.customer(bench.alice).tickets
        #expect(try await tickets.page(ticket).conversation.items.count == 1)
        #expect(try await tickets.counts().total == 1)
        await #expect { try await tickets.close(ticket) } throws: { ($0 as? StorageError)?.code == .readOnly }
        #expect(try await portal.dispatcher.drain() == DispatchReport())
        #expect(try await tickets.changes().start == .start)
    }

    @Test("An empty configuration composes without a trap")
    func empty() async throws {
        let portal = Portal(
            storage: InMemoryStorage(keptEvents: .max),
            configuration: PortalConfiguration {
                $0.departments = []
                $0.priorities = []
                $0.statuses = []
                $0.limits.attempts = 1
                $0.limits.pageSize = 0
                $0.limits.subject = .max
                $0.limits.name = .max
                $0.dispatch.concurrency = 0
            })
        let tickets = portal.customer(Customer(id: "c", name: "C")).tickets
        let form = try await tickets.newForm()
        #expect(await code { try await tickets.open(form) } == .invalidForm)
        #expect(try await tickets.list().items.isEmpty)
    }

    @Test("Who hears of what is a table that a host can change")
    func notices() async throws {
        let bench = try await PortalBench { $0.notices.rows[NoticeTable.Row(.ticketOpened, by: .customer)] = [] }
        _ = try await bench.open()
        #expect(try await bench.heard().isEmpty)
        // Notes stay inside whatever the table says.
        let leaky = try await PortalBench {
            $0.notices.rows[NoticeTable.Row(.ticketNoted, by: .agent)] = [.requester, .copies, .department]
        }
        let ticket = try await leaky.open { $0.copies = ["friend@example.com"] }.ticket
        _ = try await leaky.heard()
        try await leaky.tessTickets.note(on: ticket, "inside")
        #expect(try await leaky.heard().isEmpty)
    }
}
