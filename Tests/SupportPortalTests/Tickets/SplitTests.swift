import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("One ticket becomes two")
struct SplitTests {
    @Test("Messages become a ticket of their own for the same people", arguments: StorageKind.allCases)
    func splits(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let a = try await bench.open("Two things") { $0.copies = ["bob@example.com"] }.ticket
        bench.clock.advance(by: .seconds(60))
        let other = try #require(try await bench.aliceTickets.reply(to: a, "Also, the invoice").message)
        let opened = bench.clock.now
        bench.clock.advance(by: .seconds(60))
        let note = try #require(try await bench.tessTickets.note(on: a, "For billing").message)
        bench.clock.advance(by: .seconds(60))
        try await bench.tessTickets.reply(to: a, "Boots again.")
        _ = try await bench.heard()
        let receipt = try await bench.tessTickets.split([other, note], from: a, subject: "Invoice", department: "billing")
        let b = receipt.ticket
        #expect(receipt.rule == .split)
        #expect(receipt.status == .open)
        #expect(try await bench.heard() == ["customer:c-alice ticket.splitOff", "agent:a-bill ticket.splitOff"])
        #expect(try await bench.texts(a) == ["Since 09:40 the console stops.", "Boots again."])
        #expect(try await bench.texts(b) == ["Also, the invoice", "For billing"])
        let page = try await bench.aliceTickets.page(b)
        #expect(page.ticket.subject == "Invoice")
        #expect(page.ticket.department == "billing")
        #expect(page.ticket.opened == opened)
        #expect(page.ticket.viewerRole == .requester)
        #expect(page.splitFrom == a)
        #expect(page.conversation.items.map(\.text) == ["Also, the invoice"])
        #expect(try await bench.aliceTickets.page(a).splitInto == [b])
        #expect(try await bench.bobTickets.page(b).ticket.viewerRole == .copy)
        #expect(try await bench.status(a) == .answered)
        #expect(await code { try await bench.tessTickets.page(b) } == .notFound)
        #expect(try await bench.billTickets.reply(to: b, "Here it is.").status == .answered)
        #expect(try await bench.messages(of: b).map(\.movedFrom) == [a, a, nil])
        #expect(try await bench.contradictions().isEmpty)
    }

    @Test("Both tickets need a reply, and messages are of this ticket", arguments: StorageKind.allCases)
    func refuses(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let a = try await bench.open().ticket
        let foreign = try #require(try await bench.messages(of: bench.open().ticket).first?.id)
        let first = try #require(try await bench.messages(of: a).first?.id)
        let note = try #require(try await bench.tessTickets.note(on: a, "Note").message)
        let reply = try #require(try await bench.tessTickets.reply(to: a, "Reply").message)
        let tess = bench.tessTickets
        let cases: [Set<Message.ID>] = [
            [], [note], [first, reply], [first, note, reply], [reply, foreign], [foreign], ["no-such-message"],
            ["a\u{0}b", reply],
        ]
        for ids in cases {
            #expect(await code { try await tess.split(ids, from: a, subject: "Half") } == .invalidSplit, "\(ids)")
        }
        #expect(await code { try await tess.split([reply], from: a, subject: " \u{0} ") } == .invalidForm)
        #expect(await code { try await tess.split([reply], from: a, subject: "x", department: "nowhere") } == .unknownChoice)
        #expect(await code { try await bench.billTickets.split([reply], from: a, subject: "x") } == .notFound)
        let many = Set((0..<2_000).map { Message.ID("m\($0)") })
        #expect(await code { try await tess.split(many, from: a, subject: "x") } == .tooMany)
        for lacking in [Agent.Permission.merge, .transfer] {
            var agent = bench.tess
            agent.permissions.remove(lacking)
            let department: Department.ID = "billing"
            let refused = await code {
                try await bench.portal.agent(agent).tickets.split([reply], from: a, subject: "x", department: department)
            }
            #expect(refused == .notPermitted)
        }
        #expect(try await bench.texts(a).count == 3)
        #expect(try await bench.allRecords().count == 2)
    }

    @Test("A ticket never was active before it was opened, whatever is merged and split", arguments: StorageKind.allCases)
    func datesHold(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let old = try await bench.open("Old").ticket
        bench.clock.advance(by: .seconds(86_400))
        let new = try await bench.open("New").ticket
        let own = try #require(try await bench.messages(of: new).first?.id)
        try await bench.tessTickets.merge(old, into: new)
        let half = try await bench.tessTickets.split([own], from: new, subject: "Own again").ticket
        for ticket in try await bench.allRecords() { #expect(ticket.lastActivity >= ticket.opened) }
        #expect(try await bench.texts(new).count == 1)
        #expect(try await bench.texts(half).count == 1)
    }

    @Test("A guest's token opens both tickets, each by its id", arguments: StorageKind.allCases)
    func guests(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let guest = bench.portal.guest().tickets
        let (a, token) = try await bench.openAsGuest { $0.message = "One" }
        let reply = try #require(try await guest.reply(token, "Two").message)
        let b = try await bench.tessTickets.split([reply], from: a, subject: "Half").ticket
        #expect(try await guest.page(token, of: a).conversation.items.map(\.text) == ["One"])
        #expect(try await guest.page(token, of: b).conversation.items.map(\.text) == ["Two"])
        #expect(try await guest.page(token, of: a).splitInto == [b])
    }

    @Test("Where the numbers run out nothing is split", arguments: StorageKind.allCases)
    func numbersRunOut(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.numbering = .mask(try TicketNumberMask("%n")) }
        var last: Ticket.ID = ""
        for _ in 0..<10 { last = try await bench.open().ticket }
        let ticket = last
        let reply = try #require(try await bench.tessTickets.reply(to: ticket, "Reply").message)
        let refused = await code { try await bench.tessTickets.split([reply], from: ticket, subject: "Half") }
        #expect(refused == .ticketNumbersExhausted)
        #expect(try await bench.texts(ticket).count == 2)
        #expect(try await bench.record(ticket)?.splitInto == [])
    }

    @Test("Splitting the same messages from many tasks at once makes one ticket", arguments: StorageKind.allCases)
    func races(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let a = try await bench.open().ticket
        let reply = try #require(try await bench.tessTickets.reply(to: a, "Reply").message)
        let made = await withTaskGroup(of: Ticket.ID?.self) { group in
            for number in 0..<64 {
                group.addTask {
                    if number % 4 == 0 {
                        _ = try? await bench.aliceTickets.reply(to: a, ReplyDraft("\(number)"))
                        return nil
                    }
                    return try? await bench.tessTickets.split([reply], from: a, subject: "Half").ticket
                }
            }
            var made: [Ticket.ID] = []
            for await ticket in group { if let ticket { made.append(ticket) } }
            return made
        }
        #expect(made.count == 1)
        #expect(try await bench.texts(a).count == 17)
        #expect(try await bench.allRecords().count == 2)
        #expect(try await bench.contradictions().isEmpty)
    }

    @Test("A split that a fault cuts short is done or not done, never half", arguments: StorageKind.allCases)
    func faults(_ kind: StorageKind) async throws {
        try await withEachFault(kind) { bench in
            let ticket = try await bench.open().ticket
            return (ticket: ticket, reply: try #require(try await bench.tessTickets.reply(to: ticket, "Reply").message))
        } work: { bench, prepared in
            try await bench.tessTickets.split([prepared.reply], from: prepared.ticket, subject: "Half")
        } verify: { (bench, prepared, fault) async throws in
            #expect(try await bench.allRecords().count == 2, "\(fault)")
            #expect(try await bench.texts(prepared.ticket).count == 1, "\(fault)")
            #expect(try await bench.contradictions().isEmpty, "\(fault)")
        }
    }
}
