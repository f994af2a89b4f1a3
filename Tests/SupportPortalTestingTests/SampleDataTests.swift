import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Sample data")
struct SampleDataTests {
    @Test("fills a portal with tickets of all statuses, the same for the same seed")
    func fills() async throws {
        var numbers: [[TicketNumber]] = []
        for _ in 0..<2 {
            let sample = SampleData(seed: 7)
            let portal = Portal(
                storage: InMemoryStorage(), people: sample.people, configuration: sample.configuration,
                environment: .deterministic(clock: ManualClock()))
            try await sample.fill(portal, tickets: 100)
            let lead = try #require(sample.agents.last)
            let counts = try await portal.agent(lead).tickets.counts()
            #expect(counts.total == 100)
            #expect(Set(counts.byKind.keys) == Set(StatusKind.allCases))
            numbers.append(try await portal.agent(lead).tickets.list(page: PageRequest(limit: 100)).items.map(\.number))
        }
        #expect(numbers[0].count == 100)
        #expect(numbers[0] == numbers[1])
    }

    @Test("publishes in every section, for each customer what is meant for that one")
    func publishes() async throws {
        let sample = SampleData()
        let portal = Portal(
            storage: InMemoryStorage(), people: sample.people, configuration: sample.configuration,
            environment: .deterministic(clock: ManualClock()))
        try await sample.publish(on: portal)
        let (guest, owner) = (portal.guest(), portal.customer(sample.customers[0]))
        let forGuests = try await guest.announcements.list().items
        #expect(forGuests.map(\.shown.title) == ["Maintenance on Sunday", "New data centre"])
        #expect(try await owner.announcements.list().items.count == 4)
        #expect(try await guest.knowledgebase.articles().items.count == 5)
        #expect(try await owner.downloads.list().items.count == 4)
        #expect(try await portal.customer(sample.customers[1]).downloads.list().items.count == 3)
    }

    @Test("asks nothing of nobody")
    func empty() async throws {
        let sample = SampleData(customers: 0)
        try await sample.fill(Portal(storage: InMemoryStorage()), tickets: 5)
        try await sample.publish(on: Portal(storage: ComposedStorage()))
        #expect(sample.customers.isEmpty)
    }
}
