import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

/// The storages that every acceptance test runs on, unchanged. A further one is a further case here.
enum StorageKind: String, CaseIterable, CustomTestStringConvertible {
    case inMemory = "in memory"
    case jsonFiles = "JSON files"

    var testDescription: String { rawValue }

    /// One in how many of the repetitions of a long test is made: files take longer in a debug build, and go another way only now and then.
    var thinning: Int { self == .inMemory ? 1 : 10 }

    func make() async throws -> any PortalStorage {
        switch self {
        case .inMemory: InMemoryStorage()
        case .jsonFiles: try await TemporaryFileStorage.make()
        }
    }
}

/// A portal with everything a test turns: storage that can fail, a clock, a channel that records, people.
struct PortalBench {
    let storage: FaultInjectingStorage
    let clock: ManualClock
    let channel = RecordingChannel(name: "mail")
    let people: InMemoryPeopleDirectory
    var configuration = PortalConfiguration()

    let alice = Customer(id: "c-alice", name: "Alice", email: try? EmailAddress("alice@example.com"))
    let bob = Customer(id: "c-bob", name: "Bob", email: try? EmailAddress("bob@example.com"))
    let tess = Agent(id: "a-tess", name: "Tess", email: try? EmailAddress("tess@host.example"), departments: ["technical"])
    let bill = Agent(id: "a-bill", name: "Bill", email: try? EmailAddress("bill@host.example"), departments: ["billing"])
    let vps = Service(id: "s-vps", name: "VPS M", product: "vps-line")

    init(
        _ kind: StorageKind = .inMemory, clock: ManualClock = ManualClock(),
        with change: (inout PortalConfiguration) throws -> Void = { _ in }
    ) async throws {
        try self.init(on: try await kind.make(), clock: clock, with: change)
    }

    init(
        on base: any PortalStorage, clock: ManualClock = ManualClock(),
        with change: (inout PortalConfiguration) throws -> Void = { _ in }
    ) throws {
        self.clock = clock
        storage = FaultInjectingStorage(ContractStorage(base))
        people = InMemoryPeopleDirectory(agents: [tess, bill], customers: [alice, bob])
        people.add(vps, to: alice.id)
        people.add(Service(id: "s-other", name: "Somebody else's"), to: bob.id)
        configuration.departments = [
            Department(id: "technical", name: "Technical", summary: "When something does not work"),
            Department(id: "billing", name: "Billing") { $0.allowsClosingByCustomers = false },
            Department(id: "sales", name: "Sales") { $0.isForCustomersOnly = true },
            Department(id: "abuse", name: "Abuse") { $0.isHidden = true },
        ]
        configuration.addresses = [try EmailAddress("support@host.example")]
        try change(&configuration)
    }

    var portal: Portal { portal(channels: [channel]) }

    func portal(channels: [any NotificationChannel]) -> Portal {
        var environment = PortalEnvironment.deterministic(clock: clock)
        // Ids have to differ between the portals of a bench, so they are random after all.
        environment.makeID = PortalEnvironment().makeID
        environment.random = PortalEnvironment().random
        environment.makeSecret = PortalEnvironment().makeSecret
        return Portal(
            storage: storage, channels: channels, people: people, configuration: configuration, environment: environment)
    }

    var aliceTickets: CustomerTickets { portal.customer(alice).tickets }
    var bobTickets: CustomerTickets { portal.customer(bob).tickets }
    var tessTickets: AgentTickets { portal.agent(tess).tickets }
    var billTickets: AgentTickets { portal.agent(bill).tickets }

    /// A ticket of a customer's, Alice's unless said otherwise.
    func open(
        _ subject: String = "VPS does not boot", as customer: Customer? = nil, with change: (inout TicketForm) -> Void = { _ in }
    ) async throws -> TicketConfirmation {
        let tickets = portal.customer(customer ?? alice).tickets
        var form = try await tickets.newForm()
        form.department = "technical"
        form.subject = subject
        form.message = "Since 09:40 the console stops."
        change(&form)
        return try await tickets.open(form)
    }

    /// A form that a guest has filled in.
    func guestForm() async throws -> TicketForm {
        var form = try await portal.guest().tickets.newForm()
        form.name = "Gus"
        form.email = "gus@example.com"
        form.department = "technical"
        form.subject = "Order"
        form.message = "Where is it?"
        return form
    }

    /// Tells everybody what is due, and who heard of what: "recipient kind".
    func heard() async throws -> Set<String> {
        try await portal.dispatcher.drain()
        return Set(channel.drain().map { "\($0.recipient.identity) \($0.event.kind.rawValue)" })
    }

    func status(_ ticket: Ticket.ID) async throws -> TicketStatus {
        try await allTickets.page(ticket).ticket.status
    }

    /// The tickets as an agent of every department sees them, who is not in the directory.
    var allTickets: AgentTickets { portal.agent(Agent(id: "a-all", name: "All", departments: .all)).tickets }

    /// A ticket that a guest has opened, and the token that opens it again.
    func openAsGuest(
        _ guest: Guest = Guest(), with change: (inout TicketForm) -> Void = { _ in }
    ) async throws -> (ticket: Ticket.ID, token: AccessToken) {
        var form = try await guestForm()
        change(&form)
        let confirmation = try await portal.guest(guest).tickets.open(form)
        return (confirmation.ticket, try #require(confirmation.accessToken))
    }

    /// A stored ticket, merged or not.
    func record(_ ticket: Ticket.ID) async throws -> Ticket? { try await storage.tickets?.ticket(ticket, in: .everything) }

    /// All the messages that are stored for a ticket, merged or not.
    func messages(of ticket: Ticket.ID) async throws -> [Message] {
        let query = MessageQuery(ticket: ticket, includesInternal: true, page: PageRequest(limit: 100_000))
        return try await storage.tickets?.messages(query).items ?? []
    }

    /// What is said in a ticket, oldest first, as all its agents see it.
    func texts(_ ticket: Ticket.ID) async throws -> [String] { try await messages(of: ticket).map(\.text) }
}

/// The error's code, or `nil` when nothing was thrown or something else.
func code(_ work: () async throws -> some Any) async -> PortalError.Code? {
    do {
        _ = try await work()
        return nil
    } catch {
        return (error as? PortalError)?.code
    }
}
