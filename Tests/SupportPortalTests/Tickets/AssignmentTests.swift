import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Who takes care of a ticket")
struct AssignmentTests {
    let two = Agent(id: "a-two", name: "Two", email: try? EmailAddress("two@host.example"), departments: ["technical"])
    let three = Agent(id: "a-three", name: "Three", departments: ["technical", "billing"])

    private func bench(_ kind: StorageKind) async throws -> PortalBench {
        let bench = try await PortalBench(kind)
        bench.people.set(two)
        bench.people.set(three)
        return bench
    }

    @Test(
        "The assignee and watchers hear instead of the department, and that is what previews say", arguments: StorageKind.allCases
    )
    func circles(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let ticket = try await bench.open().ticket
        let threeTickets = bench.portal.agent(three).tickets
        _ = try await bench.heard()
        func expectReplyHeard(by agents: [String]) async throws {
            let preview = try await threeTickets.preview(.note, on: ticket)
            try await threeTickets.note(on: ticket, "Note")
            let told = try await bench.heard()
            #expect(told == Set(agents.filter { $0 != "a-three" }.map { "agent:\($0) ticket.noted" }))
            #expect(Set(preview.recipients.map { "\($0.identity) ticket.noted" }) == told)
            try await bench.aliceTickets.reply(to: ticket, "Reply")
            #expect(try await bench.heard() == Set(agents.map { "agent:\($0) ticket.replied" }))
        }
        try await expectReplyHeard(by: ["a-tess", "a-two", "a-three"])
        let assigning = try await threeTickets.preview(.assign(to: "a-two"), on: ticket)
        #expect(assigning.recipients.map(\.identity) == [.agent("a-two")])
        #expect(try await threeTickets.assign(ticket, to: "a-two").rule == .assigned)
        #expect(try await bench.heard() == ["agent:a-two ticket.assigned"])
        try await expectReplyHeard(by: ["a-two"])
        #expect(try await bench.tessTickets.watch(ticket).rule == .watched)
        #expect(try await bench.tessTickets.watch(ticket).rule == .unchanged)
        try await expectReplyHeard(by: ["a-two", "a-tess"])
        // Whoever is gone takes care no more.
        bench.people.remove(two.id)
        bench.clock.advance(by: .seconds(10))
        try await expectReplyHeard(by: ["a-tess", "a-three"])
        bench.people.set(two)
        bench.clock.advance(by: .seconds(10))
        #expect(try await bench.tessTickets.unwatch(ticket).rule == .watched)
        try await expectReplyHeard(by: ["a-two"])
        #expect(try await bench.tessTickets.assign(ticket, to: nil).rule == .assigned)
        _ = try await bench.heard()
        try await expectReplyHeard(by: ["a-tess", "a-two", "a-three"])
    }

    @Test(
        "Only agents of the department are assigned, and a transfer keeps only who belongs there", arguments: StorageKind.allCases
    )
    func departments(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let ticket = try await bench.open().ticket
        for stranger in ["a-bill", "a-nobody", "", "a\u{0}b"] as [Agent.ID] {
            #expect(await code { try await bench.tessTickets.assign(ticket, to: stranger) } == .unknownChoice)
        }
        try await bench.tessTickets.assign(ticket, to: "a-three")
        try await bench.tessTickets.transfer(ticket, to: "billing")
        #expect(try await bench.record(ticket)?.assignee == "a-three")
        try await bench.billTickets.assign(ticket, to: "a-bill")
        try await bench.billTickets.transfer(ticket, to: "technical")
        #expect(try await bench.record(ticket)?.assignee == nil)
    }

    @Test("Without the permission one only takes what nobody has, and gives back the own", arguments: StorageKind.allCases)
    func permissions(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let ticket = try await bench.open().ticket
        var tess = bench.tess
        tess.permissions = [.reply]
        let tickets = bench.portal.agent(tess).tickets
        #expect(await code { try await tickets.assign(ticket, to: "a-two") } == .notPermitted)
        try await tickets.claim(ticket)
        #expect(await code { try await tickets.assign(ticket, to: "a-two") } == .notPermitted)
        try await tickets.assign(ticket, to: nil)
        try await bench.portal.agent(two).tickets.claim(ticket)
        #expect(await code { try await tickets.claim(ticket) } == .conflict)
        #expect(await code { try await tickets.assign(ticket, to: "a-tess") } == .notPermitted)
        #expect(await code { try await tickets.assign(ticket, to: nil) } == .notPermitted)
        tess.permissions = [.note]
        #expect(await code { try await bench.portal.agent(tess).tickets.claim(bench.open().ticket) } == .notPermitted)
    }

    @Test("Of 64 who claim at once, one gets it", arguments: StorageKind.allCases)
    func claims(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let ticket = try await bench.open().ticket
        let winners = await withTaskGroup(of: String?.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let agent = Agent(id: Agent.ID("a-\(number)"), name: "N", departments: ["technical"])
                    let tickets = bench.portal.agent(agent).tickets
                    if number % 8 == 0 { _ = try? await tickets.note(on: ticket, "Note") }
                    do {
                        try await tickets.claim(ticket)
                        return agent.id.rawValue
                    } catch let error where .conflict ~= error {
                        return nil
                    } catch {
                        return "\(error)"
                    }
                }
            }
            var winners: [String] = []
            for await winner in group { if let winner { winners.append(winner) } }
            return winners
        }
        #expect(winners.count == 1)
        #expect(try await bench.record(ticket)?.assignee?.rawValue == winners.first)
        #expect(try await bench.messages(of: ticket).count == 9)
    }

    @Test("Customers learn nothing of it, by no page, feed, preview or filter", arguments: StorageKind.allCases)
    func customersLearnNothing(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let ticket = try await bench.open().ticket
        let start = try await bench.aliceTickets.changes().start
        let before = try await bench.aliceTickets.page(ticket)
        try await bench.tessTickets.assign(ticket, to: "a-two")
        try await bench.tessTickets.watch(ticket)
        try await bench.tessTickets.tag(ticket, try #require(TagName("difficult")))
        #expect(try await bench.aliceTickets.page(ticket) == before)
        try await bench.aliceTickets.close(ticket)
        var feed = try await bench.aliceTickets.changes(since: start).makeAsyncIterator()
        #expect(try await feed.next()?.kind == .ticketClosed)
        // The refusal of who it is and of who it is not must not differ.
        let tickets = bench.aliceTickets
        for agent in ["a-two", "a-tess", nil] as [Agent.ID?] {
            #expect(await code { try await tickets.preview(.assign(to: agent), on: ticket) } == .notPermitted)
        }
        for action in [.watch, .unwatch, .tag([]), .untag([]), .answer([:]), .note] as [TicketAction] {
            #expect(await code { try await tickets.preview(action, on: ticket) } == .notPermitted)
        }
        let probes: [(String, TicketFilter)] = [
            ("assignee", TicketFilter { $0.assignee = .agent("a-two") }), ("nobody", TicketFilter { $0.assignee = .nobody }),
            ("watcher", TicketFilter { $0.watcher = "a-tess" }), ("tag", TicketFilter { $0.tag = TagName("difficult") }),
            ("person", TicketFilter { $0.person = .agent("a-two") }), ("files", TicketFilter { $0.hasFiles = false }),
        ]
        for (name, filter) in probes {
            #expect(await code { try await tickets.list(filter) } == .notPermitted, "\(name)")
            #expect(await code { try await tickets.counts(filter) } == .notPermitted, "\(name)")
            #expect(await code { try await tickets.search("VPS", filter) } == .notPermitted, "\(name)")
        }
    }

    @Test("Watchers are limited", arguments: StorageKind.allCases)
    func watchersAreLimited(_ kind: StorageKind) async throws {
        for (limit, fits) in [(1, 1), (0, 0), (-1, 0), (Int.max, 3)] {
            let bench = try await PortalBench(kind) { $0.limits.watchers = limit }
            let ticket = try await bench.open().ticket
            var refusals = 0
            for number in 0..<3 {
                let agent = Agent(id: Agent.ID("a-\(number)"), name: "N", departments: ["technical"])
                if await code({ try await bench.portal.agent(agent).tickets.watch(ticket) }) == .tooMany { refusals += 1 }
            }
            #expect(refusals == 3 - fits)
            #expect(try await bench.record(ticket)?.watchers.count == fits)
        }
    }
}
