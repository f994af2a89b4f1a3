import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Who changed what")
struct HistoryTests {
    @Test("Every change is there, in order, with who did it and what it was before", arguments: StorageKind.allCases)
    func tells(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.departments[0].fields = [CustomField(id: "domain", label: "Domain")] }
        let ticket = try await bench.open().ticket
        let (tess, alice) = (bench.tessTickets, bench.aliceTickets)
        let reply = try #require(try await tess.reply(to: ticket, "Answer").message)
        try await tess.note(on: ticket, "Note")
        try await tess.set(.high, on: ticket)
        try await tess.claim(ticket)
        try await tess.watch(ticket)
        try await tess.tag(ticket, try #require(TagName("b")), try #require(TagName("a")))
        try await tess.answer(["domain": "x"], of: ticket)
        try await tess.edit(reply, of: ticket, "Better")
        try await alice.rate(reply, of: ticket, 4)
        try await alice.addCopy(try EmailAddress("bob@example.com"), to: ticket)
        try await alice.close(ticket)
        try await alice.giveFeedback(5, on: ticket)
        try await tess.transfer(ticket, to: "billing")
        // What changes nothing leaves no trace.
        try await bench.billTickets.close(ticket)
        try await bench.billTickets.markRead(ticket)
        let events = try await bench.billTickets.history(of: ticket).items
        #expect(
            events.map { "\($0.event.author.identity) \($0.event.kind.rawValue)" } == [
                "customer:c-alice ticket.opened", "agent:a-tess ticket.replied", "agent:a-tess ticket.noted",
                "agent:a-tess ticket.prioritySet", "agent:a-tess ticket.assigned", "agent:a-tess ticket.watched",
                "agent:a-tess ticket.tagged", "agent:a-tess ticket.fieldsSet", "agent:a-tess ticket.messageEdited",
                "customer:c-alice ticket.rated", "customer:c-alice ticket.copyAdded", "customer:c-alice ticket.closed",
                "customer:c-alice ticket.feedbackGiven", "agent:a-tess ticket.transferred",
            ])
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.position < $1.position })
        let details = Dictionary(uniqueKeysWithValues: events.map { ($0.event.kind, $0.event.details) })
        #expect(details[.ticketPrioritySet]?[.from] == "Medium")
        #expect(details[.ticketPrioritySet]?[.to] == "High")
        #expect(details[.ticketTagged]?[.tags] == "a, b")
        #expect(details[.ticketTransferred]?[.from] == "technical")
        #expect(details[.ticketClosed]?[.from] == "Answered")
        #expect(details[.ticketAssigned]?[.to] == "a-tess")
        #expect(await code { try await tess.history(of: ticket) } == .notFound)
        #expect(await code { try await tess.history(of: "a\u{0}b") } == .notFound)
    }

    @Test("In pages, in either order, longer than the feed is kept", arguments: StorageKind.allCases)
    func pages(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let (ticket, other) = (try await bench.open().ticket, try await bench.open().ticket)
        for number in 0..<30 { try await bench.tessTickets.note(on: number % 2 == 0 ? ticket : other, ReplyDraft("\(number)")) }
        for oldestFirst in [true, false] {
            var request = PageRequest(limit: 4)
            var positions: [Position] = []
            repeat {
                let page = try await bench.tessTickets.history(of: ticket, oldestFirst: oldestFirst, page: request)
                positions += page.items.map(\.position)
                #expect(page.items.allSatisfy { $0.event.subject == ticket.rawValue })
                request.after = page.next
            } while request.after != nil
            #expect(positions.count == 16)
            #expect(positions == (oldestFirst ? positions.sorted() : positions.sorted().reversed()))
        }
        let cursor = try await bench.tessTickets.history(of: ticket, page: PageRequest(limit: 1)).next
        let request = PageRequest(limit: 4, after: cursor)
        #expect(
            await code { try await bench.tessTickets.history(of: ticket, oldestFirst: false, page: request) } == .invalidCursor)
        for number in [Int64.min, -1, 0, 5, .max] {
            for ascending in [true, false] {
                let order = "history.\(ascending ? "ascending" : "descending")"
                let made = PageRequest(limit: 100, after: PageCursor(order: order, value: .number(number), id: ""))
                let refused = await code {
                    try await bench.tessTickets.history(of: ticket, oldestFirst: ascending, page: made)
                }
                #expect(refused == (number > 0 ? nil : .invalidCursor))
            }
        }
    }

    @Test("A merge and a split are told on both sides, and each ticket keeps its own past", arguments: StorageKind.allCases)
    func mergesAndSplits(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let (a, b) = (try await bench.open("A").ticket, try await bench.open("B").ticket)
        try await bench.tessTickets.merge(b, into: a)
        let moved = try #require(try await bench.messages(of: a).last?.id)
        let c = try await bench.tessTickets.split([moved], from: a, subject: "C").ticket
        func told(_ ticket: Ticket.ID) async throws -> [String] {
            try await bench.tessTickets.history(of: ticket).items.map {
                "\($0.event.kind.rawValue) \($0.event.details[.ticket] == a.rawValue ? "A" : $0.event.details[.ticket] == b.rawValue ? "B" : "")"
            }
        }
        #expect(try await told(a) == ["ticket.opened ", "ticket.absorbed B", "ticket.split "])
        #expect(try await told(b) == ["ticket.opened ", "ticket.merged A"])
        #expect(try await told(c) == ["ticket.splitOff A"])
    }
}
