import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("The dispatcher")
struct DispatcherTests {
    @Test(
        "A failing channel costs no ticket: retried with backoff under one key, then never again", arguments: StorageKind.allCases
    )
    func retries(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        bench.channel.fail { _ in DeliveryFailure("mail server is away") }
        let ticket = try await bench.open().ticket
        #expect(try await bench.aliceTickets.page(ticket).ticket.status == .open)
        var waits: [Double] = []
        var report = try await bench.portal.dispatcher.drain()
        #expect(report.expanded == 1)
        #expect(report.retried == 1)
        for attempt in 2...4 {
            let expected = 30 * Double(1 << (attempt - 2))
            bench.clock.advance(by: .seconds(expected * 0.79))
            #expect(try await bench.portal.dispatcher.drain() == DispatchReport())
            bench.clock.advance(by: .seconds(expected * 0.42))
            report = try await bench.portal.dispatcher.drain()
            #expect(report.retried == 1, "try \(attempt)")
            waits.append(expected)
        }
        #expect(bench.channel.attempts == 4)
        bench.channel.fail(nil)
        bench.clock.advance(by: .seconds(1_000))
        #expect(try await bench.portal.dispatcher.drain().delivered == 1)
        let notice = try #require(bench.channel.notices.first)
        #expect(notice.failures == 4)
        #expect(notice.id == QueueItem.ID("\(notice.event.id)/mail/agent:a-tess"))
        bench.clock.advance(by: .seconds(100_000))
        #expect(try await bench.portal.dispatcher.drain() == DispatchReport())
        #expect(bench.channel.attempts == 5)
    }

    @Test("What keeps failing is parked, listed, and can be tried again; others are not held up", arguments: StorageKind.allCases)
    func parks(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.dispatch.attempts = 3 }
        bench.channel.fail { $0.recipient.identity == .agent("a-tess") ? DeliveryFailure("never") : nil }
        let ticket = try await bench.open().ticket
        try await bench.tessTickets.reply(to: ticket, "Answer")
        var heard: Set<String> = []
        for _ in 0..<5 {
            heard.formUnion(try await bench.heard())
            bench.clock.advance(by: .seconds(3_600))
        }
        #expect(heard == ["customer:c-alice ticket.replied"])
        let parked = try await bench.portal.dispatcher.parked()
        #expect(parked.map(\.delivery?.recipient.identity) == [.agent("a-tess")])
        #expect(parked.first?.failures == 3)
        #expect(parked.first?.lastFailure == "never")
        bench.channel.fail(nil)
        #expect(try await bench.heard().isEmpty)
        try await bench.portal.dispatcher.retry(try #require(parked.first?.id))
        #expect(try await bench.heard() == ["agent:a-tess ticket.opened"])
        #expect(try await bench.portal.dispatcher.parked().isEmpty)
    }

    @Test("A permanent failure is parked at once", arguments: StorageKind.allCases)
    func permanent(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        bench.channel.fail { _ in DeliveryFailure("no such mailbox", isPermanent: true) }
        _ = try await bench.open()
        #expect(try await bench.portal.dispatcher.drain().parked == 1)
        #expect(bench.channel.attempts == 1)
    }

    @Test("Recipients are fixed at the first claim, and whoever lost access since is dropped", arguments: StorageKind.allCases)
    func lostAccess(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let friend = try EmailAddress("friend@example.com")
        bench.people.set(Agent(id: "a-two", name: "Two", departments: ["technical"]))
        let ticket = try await bench.open { $0.copies = ["friend@example.com", "bob@example.com"] }.ticket
        bench.channel.fail { _ in DeliveryFailure("away") }
        try await bench.portal.dispatcher.drain()
        // Meanwhile one CC goes, one agent goes, and a new one comes.
        try await bench.aliceTickets.removeCopy(friend, from: ticket)
        bench.people.remove("a-two")
        bench.people.set(Agent(id: "a-new", name: "New", departments: ["technical"]))
        bench.channel.fail(nil)
        bench.clock.advance(by: .seconds(3_600))
        let report = try await bench.portal.dispatcher.drain()
        #expect(report.dropped == 2)
        let told = Set(bench.channel.notices.filter { $0.event.kind == .ticketOpened }.map(\.recipient.identity.rawValue))
        #expect(told == ["address:bob@example.com", "agent:a-tess"])
    }

    @Test("Agents of the old department hear nothing after a transfer", arguments: StorageKind.allCases)
    func transferred(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        bench.channel.fail { _ in DeliveryFailure("away") }
        try await bench.portal.dispatcher.drain()
        try await bench.tessTickets.transfer(ticket, to: "billing")
        bench.channel.fail(nil)
        bench.clock.advance(by: .seconds(3_600))
        #expect(try await bench.heard() == ["agent:a-bill ticket.transferred"])
    }

    @Test("Two dispatchers tell each person once", arguments: StorageKind.allCases)
    func twoDispatchers(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let (first, second) = (RecordingChannel(name: "mail"), RecordingChannel(name: "mail"))
        for _ in 0..<50 { _ = try await bench.open() }
        let dispatchers = [bench.portal(channels: [first]).dispatcher, bench.portal(channels: [second]).dispatcher]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for dispatcher in dispatchers { group.addTask { try await dispatcher.drain() } }
            try await group.waitForAll()
        }
        #expect(first.attempts + second.attempts == 50)
        #expect(Set((first.notices + second.notices).map(\.id)).count == 50)
    }

    @Test("A dispatcher that dies in the middle is followed by another under the same keys", arguments: StorageKind.allCases)
    func dies(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        _ = try await bench.open()
        try await bench.portal.dispatcher.drain()
        bench.channel.drain()
        let ticket = try await bench.open().ticket
        _ = ticket
        // The first settlement is the event's, the second the delivery's: told, but nobody heard that it was.
        bench.storage.faults.fail(.settle, skipping: 1)
        await #expect(throws: InjectedFault.self) { try await bench.portal.dispatcher.drain() }
        let told = bench.channel.drain()
        #expect(told.count == 1)
        #expect(try await bench.heard().isEmpty)
        bench.clock.advance(by: bench.configuration.dispatch.lease)
        #expect(try await bench.portal.dispatcher.drain().delivered == 1)
        #expect(bench.channel.attempts == 3)
        // The recording channel knows the key and drops the repeat.
        #expect(bench.channel.notices.isEmpty)
    }

    @Test("A directory that fails delays the notice, not the ticket", arguments: StorageKind.allCases)
    func directoryFails(_ kind: StorageKind) async throws {
        struct Away: PeopleDirectory {
            struct Failure: Error {}
            let isAway: MutexBox<Bool>
            let base: InMemoryPeopleDirectory

            func agents(of department: Department.ID, page: PageRequest) async throws -> Page<Agent> {
                if isAway.value { throw Failure() }
                return try await base.agents(of: department, page: page)
            }
        }
        let bench = try await PortalBench(kind)
        let isAway = MutexBox(true)
        let portal = Portal(
            storage: bench.storage, channels: [bench.channel], people: Away(isAway: isAway, base: bench.people),
            configuration: bench.configuration, environment: bench.portal.environment)
        _ = try await bench.open()
        #expect(try await portal.dispatcher.drain().retried == 1)
        isAway.change { $0 = false }
        bench.clock.advance(by: .seconds(60))
        #expect(try await portal.dispatcher.drain().delivered == 1)
    }

    @Test("Without channels events are acknowledged at once, unless another process delivers", arguments: StorageKind.allCases)
    func noChannels(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let mute = bench.portal(channels: [])
        var form = try await mute.customer(bench.alice).tickets.newForm()
        form.department = "technical"
        form.subject = "s"
        form.message = "m"
        _ = try await mute.customer(bench.alice).tickets.open(form)
        #expect(try await bench.heard().isEmpty)

        var elsewhere = bench
        elsewhere.configuration.dispatch.place = .elsewhere
        let web = elsewhere.portal(channels: [])
        form = try await web.customer(bench.alice).tickets.newForm()
        form.department = "technical"
        form.subject = "s"
        form.message = "m"
        _ = try await web.customer(bench.alice).tickets.open(form)
        // The web process has a dispatcher, too; it takes nothing from the worker.
        #expect(try await web.dispatcher.drain() == DispatchReport())
        #expect(try await bench.heard() == ["agent:a-tess ticket.opened"])
    }

    @Test("A host can hand its own channel a notice in a test")
    func noticesCanBeMade() async throws {
        let bench = try await PortalBench()
        _ = try await bench.open()
        try await bench.portal.dispatcher.drain()
        let told = try #require(bench.channel.drain().first)
        var content = NoticeContent()
        content.ticket = told.content.ticket
        content.message = told.content.message
        content.departmentName = "Technical"
        let made = Notice(id: told.id, event: told.event, recipient: told.recipient, content: content)
        #expect(made == told)
    }

    @Test("Channels choose whom they reach, and each tells once")
    func channels() async throws {
        struct Agents: NotificationChannel {
            let name = "agents"
            let base: RecordingChannel

            func reaches(_ recipient: Recipient, with event: PortalEvent) -> Bool { recipient.role == .agent }
            func deliver(_ notice: Notice) async throws { try await base.deliver(notice) }
        }
        let bench = try await PortalBench()
        let chat = RecordingChannel(name: "chat")
        let portal = bench.portal(channels: [bench.channel, Agents(base: chat), NoOpChannel()])
        let tickets = portal.customer(bench.alice).tickets
        var form = try await tickets.newForm()
        form.department = "technical"
        form.subject = "s"
        form.message = "m"
        form.copies = ["friend@example.com"]
        let ticket = try await tickets.open(form).ticket
        #expect(try await portal.dispatcher.drain().delivered == 5)
        #expect(Set(bench.channel.notices.map(\.recipient.identity.rawValue)) == ["agent:a-tess", "address:friend@example.com"])
        #expect(chat.notices.map(\.recipient.identity.rawValue) == ["agent:a-tess"])
        #expect(chat.notices.first?.content.ticket?.id == ticket)
        #expect(chat.notices.first?.content.message?.text == "m")
    }

    @Test("A running dispatcher is woken by events, rests under the clock, and ends with its task")
    func runs() async throws {
        let clock = ManualClock()
        let channel = RecordingChannel()
        let alice = Customer(id: "c", name: "C")
        let people = InMemoryPeopleDirectory(agents: [Agent(id: "a", name: "A", departments: .all)], customers: [alice])
        let portal = Portal(
            storage: InMemoryStorage(), channels: [channel], people: people, environment: .deterministic(clock: clock))
        let running = Task { try await portal.dispatcher.run { Issue.record($0) } }
        await clock.waitForSleepers()
        var form = try await portal.customer(alice).tickets.newForm()
        form.subject = "s"
        form.message = "m"
        channel.fail { _ in DeliveryFailure("away") }
        _ = try await portal.customer(alice).tickets.open(form)
        // Woken by the event, it tries, fails, and rests again.
        while channel.attempts == 0 { await Task.yield() }
        channel.fail(nil)
        while channel.notices.isEmpty {
            await clock.waitForSleepers()
            clock.advance(by: .seconds(60))
            await Task.yield()
        }
        #expect(channel.notices.count == 1)
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
    }

    @Test("Two channels of one name are refused, as their deliveries could not be told apart")
    func channelNames() async throws {
        let bench = try await PortalBench()
        _ = try await bench.open()
        let portal = bench.portal(channels: [RecordingChannel(), RecordingChannel()])
        #expect(await code { try await portal.dispatcher.drain() } == .duplicateChannelName)
        #expect(try await bench.heard() == ["agent:a-tess ticket.opened"])
    }

    @Test("A slow channel keeps no more on loan than it works on", arguments: StorageKind.allCases)
    func leasesCoverItems(_ kind: StorageKind) async throws {
        /// Takes most of a lease for every notice.
        struct Slow: NotificationChannel {
            let name = "mail"
            let clock: ManualClock
            let seen = MutexBox<[QueueItem.ID]>([])
            func deliver(_ notice: Notice) async throws {
                clock.advance(by: .seconds(100))
                seen.change { $0.append(notice.id) }
            }
        }
        let bench = try await PortalBench(kind) { $0.dispatch.concurrency = 1 }
        for _ in 0..<5 { _ = try await bench.open() }
        let slow = Slow(clock: bench.clock)
        #expect(try await bench.portal(channels: [slow]).dispatcher.drain().delivered == 5)
        #expect(Set(slow.seen.value).count == 5)
        #expect(slow.seen.value.count == 5)
    }

    @Test("A notice to each of many agents does not ask for all of them each time")
    func directoryCalls() async throws {
        struct Counting: PeopleDirectory {
            let calls = MutexBox(0)
            func agents(of department: Department.ID, page: PageRequest) async throws -> Page<Agent> {
                calls.change { $0 += 1 }
                return Page((0..<100).map { Agent(id: Agent.ID("a-\($0)"), name: "A", departments: ["technical"]) })
            }
        }
        let bench = try await PortalBench()
        let people = Counting()
        let portal = Portal(
            storage: bench.storage, channels: [bench.channel], people: people, configuration: bench.configuration,
            environment: bench.portal.environment)
        _ = try await bench.open()
        #expect(try await portal.dispatcher.drain().delivered == 100)
        #expect(people.calls.value < 10)
    }

    @Test("A store that fails while the dispatcher rests is reported, and does not end it")
    func failsAtRest() async throws {
        struct Gone: Error {}
        struct Flaky: PortalStorage {
            let store: Store
            var tickets: (any TicketStore)? { store }
            struct Store: TicketStore, ChangeSignalling {
                let base: any TicketStore
                func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? {
                    try await base.ticket(id, in: scope)
                }
                func tickets(_ query: TicketQuery) async throws -> Page<Ticket> { try await base.tickets(query) }
                func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] { [:] }
                func messages(_ query: MessageQuery) async throws -> Page<Message> { try await base.messages(query) }
                func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> {
                    try await base.attachedFiles(among: files)
                }
                func claim(_ claim: QueueClaim) async throws -> [QueueItem] { try await base.claim(claim) }
                func settle(_ settlement: Settlement) async throws { try await base.settle(settlement) }
                func waitForChange(after position: Position) async throws { throw Gone() }
            }
        }
        let bench = try await PortalBench()
        let flaky = Flaky(store: Flaky.Store(base: try #require(bench.storage.tickets)))
        let errors = MutexBox(0)
        let portal = Portal(
            storage: flaky, channels: [bench.channel], people: bench.people, configuration: bench.configuration,
            environment: bench.portal.environment)
        let running = Task { try await portal.dispatcher.run { _ in errors.change { $0 += 1 } } }
        while errors.value == 0 { await Task.yield() }
        _ = try await bench.open()
        while bench.channel.notices.isEmpty {
            bench.clock.advance(by: .seconds(10))
            await Task.yield()
        }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
    }

    @Test("A running dispatcher reports what a store throws, and goes on")
    func survives() async throws {
        let bench = try await PortalBench()
        let portal = bench.portal
        let errors = MutexBox(0)
        bench.storage.faults.fail(.claim)
        _ = try await bench.open()
        let running = Task { try await portal.dispatcher.run { _ in errors.change { $0 += 1 } } }
        await bench.clock.waitForSleepers()
        #expect(errors.value == 1)
        while bench.channel.notices.isEmpty {
            bench.clock.advance(by: .seconds(10))
            await Task.yield()
        }
        running.cancel()
        _ = await running.result
    }
}
