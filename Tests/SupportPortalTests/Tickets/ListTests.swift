import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Lists, counts and live changes")
struct ListTests {
    @Test(
        "Tickets that did not change are seen exactly once while others are opened and replied to",
        arguments: StorageKind.allCases)
    func pagesWhileWriting(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        var tickets: [Ticket.ID] = []
        for number in 0..<(10_000 / kind.thinning) {
            bench.clock.advance(by: .milliseconds(number % 3))
            tickets.append(try await bench.open("Ticket \(number)").ticket)
        }
        var generator = SeededGenerator(seed: 3)
        var changed: Set<Ticket.ID> = []
        var seen: [Ticket.ID] = []
        var page = PageRequest(limit: 50)
        repeat {
            let answer = try await bench.aliceTickets.list(page: page)
            seen += answer.items.map(\.id)
            page.after = answer.next
            bench.clock.advance(by: .seconds(1))
            for _ in 0..<3 {
                let ticket = tickets[Int.random(in: 0..<tickets.count, using: &generator)]
                try await bench.tessTickets.reply(to: ticket, "Answer")
                changed.insert(ticket)
            }
            _ = try await bench.open("New")
        } while page.after != nil
        let counts = Dictionary(seen.map { ($0, 1) }, uniquingKeysWith: +)
        #expect(tickets.filter { !changed.contains($0) && counts[$0] != 1 } == [])
        #expect(changed.count < 1_000 / kind.thinning)
    }

    @Test("Counts by status equal a full scan, before and after 1,000 random actions", arguments: StorageKind.allCases)
    func counts(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        var generator = SeededGenerator(seed: 4)
        var tickets: [Ticket.ID] = []
        let everyone = Agent(id: "a-all", name: "All", departments: .all)
        let all = bench.portal.agent(everyone).tickets
        for step in 0..<(1_000 / kind.thinning) {
            bench.clock.advance(by: .seconds(1))
            if step < 40 || step % 20 == 0 {
                tickets.append(try await bench.open { $0.department = step % 3 == 0 ? "billing" : "technical" }.ticket)
            }
            let ticket = tickets[Int.random(in: 0..<tickets.count, using: &generator)]
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: try await all.reply(to: ticket, "Answer")
            case 1: _ = try await bench.aliceTickets.reply(to: ticket, "But")
            case 2: try await all.close(ticket)
            case 3: try await all.transfer(ticket, to: Bool.random(using: &generator) ? "technical" : "billing")
            case 4: try await all.note(on: ticket, "note")
            default: try await all.set(.high, on: ticket)
            }
            guard step % 200 == 199 else { continue }
            for (name, counts, list) in [
                ("Alice", try await bench.aliceTickets.counts(), try await scan { try await bench.aliceTickets.list(page: $0) }),
                ("Tess", try await bench.tessTickets.counts(), try await scanTickets(bench.tessTickets)),
                ("all", try await all.counts(), try await scanTickets(all)),
            ] {
                #expect(counts.byStatus == Dictionary(list.map { ($0, 1) }, uniquingKeysWith: +), "\(name) after \(step) actions")
            }
        }
    }

    private func scan(_ list: (PageRequest) async throws -> Page<TicketSummary>) async throws -> [TicketStatus] {
        var statuses: [TicketStatus] = []
        var page = PageRequest(limit: 30)
        repeat {
            let answer = try await list(page)
            statuses += answer.items.map(\.status)
            page.after = answer.next
        } while page.after != nil
        return statuses
    }

    private func scanTickets(_ tickets: AgentTickets) async throws -> [TicketStatus] {
        var statuses: [TicketStatus] = []
        var page = PageRequest(limit: 30)
        repeat {
            let answer = try await tickets.list(page: page)
            statuses += answer.items.map(\.status)
            page.after = answer.next
        } while page.after != nil
        return statuses
    }

    @Test("Lists sort and filter; a cursor survives as text; one of another order is refused", arguments: StorageKind.allCases)
    func sortsAndFilters(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        for subject in ["beta", "Alpha", "gamma", "delta"] {
            bench.clock.advance(by: .seconds(1))
            _ = try await bench.open(subject) { $0.priority = subject == "gamma" ? .high : .low }
        }
        let bySubject = TicketOrder(.subject, ascending: true)
        let first = try await bench.aliceTickets.list(order: bySubject, page: PageRequest(limit: 2))
        #expect(first.items.map(\.subject) == ["Alpha", "beta"])
        let text = try #require(first.next).description
        let cursor = try #require(PageCursor(text))
        let rest = try await bench.aliceTickets.list(order: bySubject, page: PageRequest(limit: 2, after: cursor))
        #expect(rest.items.map(\.subject) == ["delta", "gamma"])
        #expect(rest.next == nil)
        #expect(await code { try await bench.aliceTickets.list(page: PageRequest(limit: 2, after: cursor)) } == .invalidCursor)
        for forged in [
            PageCursor(order: "activity.descending", value: .text("x"), id: "x"),
            PageCursor(order: "", value: .number(1), id: ""),
        ] {
            #expect(await code { try await bench.aliceTickets.list(page: PageRequest(after: forged)) } == .invalidCursor)
        }
        let high = TicketFilter { $0.priorities = [.high] }
        #expect(try await bench.aliceTickets.list(high).items.map(\.subject) == ["gamma"])
        #expect(try await bench.aliceTickets.counts(high).total == 1)
        for limit in [0, -1, .min, .max] {
            let count = try await bench.aliceTickets.list(page: PageRequest(limit: limit)).items.count
            #expect(count == (limit == .max ? 4 : 0))
            // Stores do not trap on what a session would cut.
            let all = TicketQuery(in: .everything, order: bySubject, page: PageRequest(limit: limit))
            #expect(try await bench.storage.tickets?.tickets(all).items.count == count)
        }
    }

    @Test("A feed resumed from position N gives N+1 …, or asks to read anew", arguments: StorageKind.allCases)
    func resumes(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let feed = try await bench.aliceTickets.changes()
        var kinds: [PortalEvent.Kind] = []
        var positions: [Position] = []
        let ticket = try await bench.open().ticket
        try await bench.tessTickets.reply(to: ticket, "1")
        try await bench.tessTickets.note(on: ticket, "inside")
        try await bench.tessTickets.set(.high, on: ticket)
        try await bench.tessTickets.close(ticket)
        var iterator = feed.makeAsyncIterator()
        for _ in 0..<4 {
            let change = try #require(try await iterator.next())
            kinds.append(change.kind)
            positions.append(change.position)
            #expect(change.ticket == ticket)
            #expect(change.record?.status == .closed)
        }
        #expect(kinds == [.ticketOpened, .ticketReplied, .ticketPrioritySet, .ticketClosed])
        #expect(positions == positions.sorted())
        for (index, position) in positions.dropLast().enumerated() {
            var resumed = try await bench.aliceTickets.changes(since: position).makeAsyncIterator()
            #expect(try await resumed.next()?.position == positions[index + 1])
        }
        let beyond = Position(rawValue: 1_000_000)
        #expect(await code { try await bench.aliceTickets.changes(since: beyond) } == .resyncRequired)
    }

    @Test("A reader so slow that the past is gone is told so, and no writer waited")
    func slowReader() async throws {
        let storage = InMemoryStorage(keptEvents: 10)
        let portal = Portal(storage: storage)
        let tickets = portal.customer(Customer(id: "c", name: "C")).tickets
        var iterator = try await tickets.changes().makeAsyncIterator()
        for _ in 0..<100 {
            var form = try await tickets.newForm()
            form.subject = "s"
            form.message = "m"
            _ = try await tickets.open(form)
        }
        await #expect { try await iterator.next() } throws: { PortalError.Code.resyncRequired ~= $0 }
        await #expect { try await tickets.changes(since: .start) } throws: { PortalError.Code.resyncRequired ~= $0 }
    }

    @Test("A quiet session can resume from how far its feed has read", arguments: StorageKind.allCases)
    func bookmarks(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        var iterator = try await bench.bobTickets.changes().makeAsyncIterator()
        for _ in 0..<5 { _ = try await bench.open() }
        let own = try await bench.open("Bob's", as: bench.bob).ticket
        let change = try await iterator.next()
        #expect(change?.ticket == own)
        #expect(change?.position == iterator.position)
        var resumed = try await bench.bobTickets.changes(since: iterator.position).makeAsyncIterator()
        _ = try await bench.bobTickets.reply(to: own, "more")
        #expect(try await resumed.next()?.kind == .ticketReplied)
    }

    @Test("A feed waits for what comes, and ends with its task")
    func waits() async throws {
        let bench = try await PortalBench()
        let tickets = bench.aliceTickets
        let feed = try await tickets.changes()
        let reader = Task {
            var kinds: [PortalEvent.Kind] = []
            for try await change in feed {
                kinds.append(change.kind)
                if kinds.count == 3 { break }
            }
            return kinds
        }
        let ticket = try await bench.open().ticket
        _ = try await tickets.reply(to: ticket, "more")
        try await tickets.close(ticket)
        #expect(try await reader.value == [.ticketOpened, .ticketReplied, .ticketClosed])
        let waiting = Task {
            var iterator = try await tickets.changes().makeAsyncIterator()
            return try await iterator.next()
        }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test("A store that cannot wake its followers is looked at under the portal's clock")
    func polls() async throws {
        // The fault-injecting wrapper passes no wake-ups on.
        let bench = try await PortalBench()
        let tickets = bench.aliceTickets
        let feed = try await tickets.changes()
        let reader = Task {
            var iterator = feed.makeAsyncIterator()
            return try await iterator.next()?.kind
        }
        await bench.clock.waitForSleepers()
        _ = try await bench.open()
        bench.clock.advance(by: bench.configuration.dispatch.idle)
        #expect(try await reader.value == .ticketOpened)
    }
}
