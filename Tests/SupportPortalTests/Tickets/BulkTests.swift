import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Many tickets at once, and their tags")
struct BulkTests {
    @Test("One result for each ticket, in order; a refusal of one keeps no other", arguments: StorageKind.allCases)
    func results(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let open = try await bench.open().ticket
        let closed = try await bench.open().ticket
        try await bench.tessTickets.close(closed)
        let hidden = try await bench.open { $0.department = "billing" }.ticket
        let failing = try await bench.open().ticket
        let asked: [Ticket.ID] = [closed, "no-such-ticket", open, hidden, "a\u{0}b", failing, open]
        bench.storage.faults.fail(.commit, skipping: 1)
        let results = try await bench.tessTickets.perform(.close, on: asked)
        #expect(results.map(\.ticket) == asked)
        let told = results.map { result -> String in
            switch result.result {
            case .success(let receipt): receipt.rule.rawValue
            case .failure(let error): (error as? PortalError)?.code.rawValue ?? "\(type(of: error))"
            }
        }
        #expect(told == ["unchanged", "notFound", "close", "notFound", "notFound", "InjectedFault", "close"])
        #expect(try await bench.status(hidden) == .open)
        #expect(try await bench.tessTickets.perform(.close, on: []).isEmpty)
    }

    @Test("Too many are refused before anything is done, and so are messages", arguments: StorageKind.allCases)
    func limits(_ kind: StorageKind) async throws {
        for (limit, isRefused) in [(1, true), (0, true), (-1, true), (Int.min, true), (2, false), (Int.max, false)] {
            let bench = try await PortalBench(kind) { $0.limits.bulk = limit }
            let tickets = [try await bench.open().ticket, try await bench.open().ticket]
            let refused = await code { try await bench.tessTickets.perform(.close, on: tickets) }
            #expect(refused == (isRefused ? .tooMany : nil), "\(limit)")
            #expect(try await bench.status(tickets[0]) == (isRefused ? .open : .closed))
        }
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        for action in [.note, .reply("x"), .post, .reply("x", setting: .closed)] as [TicketAction] {
            #expect(await code { try await bench.tessTickets.perform(action, on: [ticket]) } == .notPermitted)
        }
        #expect(try await bench.messages(of: ticket).count == 1)
    }

    @Test("All kinds of actions work in bulk", arguments: StorageKind.allCases)
    func actions(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let tickets = [try await bench.open().ticket, try await bench.open().ticket]
        let tag = try #require(TagName("Refund "))
        let actions: [(TicketAction, TicketRule)] = [
            (.assign(to: "a-tess"), .assigned), (.watch, .watched), (.tag([tag]), .tagged), (.set(.high), .prioritySet),
            (.addCopy(try EmailAddress("x@example.com")), .copyAdded),
            (.removeCopy(try EmailAddress("x@example.com")), .copyRemoved),
            (.set(.answered), .statusSet), (.close, .closed), (.reopen, .reopened), (.untag([tag]), .tagged),
            (.unwatch, .watched),
            (.assign(to: nil), .assigned), (.transfer(to: "billing"), .transferred),
        ]
        for (action, rule) in actions {
            let results = try await bench.tessTickets.perform(action, on: tickets)
            #expect(try results.map { try $0.result.get().rule } == [rule, rule])
        }
        #expect(try await bench.contradictions().isEmpty)
    }

    @Test("A task that is cancelled stops with an error", arguments: StorageKind.allCases)
    func cancelled(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        let task = Task {
            try? await bench.clock.sleep(.seconds(1))
            return try await bench.tessTickets.perform(.close, on: [ticket])
        }
        await bench.clock.waitForSleepers()
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(try await bench.status(ticket) == .open)
    }

    @Test("Tags are words in lower case, each once, in order, and limited", arguments: StorageKind.allCases)
    func tags(_ kind: StorageKind) async throws {
        #expect(TagName(" VIP \n customer ")?.rawValue == "vip customer")
        for text in ["", " ", "\u{0}", "\u{200B}", String(repeating: "x", count: 51), String(repeating: "x", count: 1_000_000)] {
            #expect(TagName(text) == nil)
        }
        // A tag reads back from what it was written as, whatever lower case makes of it.
        let odd = [
            "İ", "ẞ", "ΑΣ", "Å", String(repeating: "Ⱥ\u{301}\u{302}\u{303}", count: 50),
            String(repeating: "İ\u{301}\u{302}\u{303}", count: 50),
        ]
        for tag in odd.compactMap({ TagName($0) }) {
            let read = try JSONDecoder().decode([TagName].self, from: try JSONEncoder().encode([tag]))
            #expect(read == [tag])
        }
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        func make(_ range: Range<Int>) -> [TagName] { range.compactMap { TagName("tag \($0)") } }
        let tooMany = try await bench.tessTickets.perform(.tag(make(0..<5_000)), on: [ticket])
        #expect(throws: PortalError.self) { try tooMany[0].result.get() }
        #expect(try await bench.record(ticket)?.tags.isEmpty == true)
        _ = try await bench.tessTickets.perform(.tag(make(0..<20)), on: [ticket])
        #expect(try await bench.record(ticket)?.tags.count == 20)
        #expect(await code { try await bench.tessTickets.tag(ticket, make(20..<21)[0]) } == .tooMany)
        #expect(try await bench.tessTickets.perform(.tag(make(0..<20)), on: [ticket])[0].result.get().rule == .unchanged)
        _ = try await bench.tessTickets.perform(.untag(make(5..<5_000)), on: [ticket])
        #expect(try await bench.record(ticket)?.tags.map(\.rawValue) == ["tag 0", "tag 1", "tag 2", "tag 3", "tag 4"])
        let filter = TicketFilter { $0.tag = TagName("TAG 1") }
        #expect(try await bench.tessTickets.list(filter).items.map(\.id) == [ticket])
        var agent = bench.tess
        agent.permissions.remove(.editFields)
        #expect(await code { try await bench.portal.agent(agent).tickets.tag(ticket, make(6..<7)[0]) } == .notPermitted)
    }
}
