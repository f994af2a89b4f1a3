import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("CC recipients")
struct CopyTests {
    private let friend = try? EmailAddress("friend@example.com")

    @Test("The requester adds a CC, and later public replies go there", arguments: StorageKind.allCases)
    func adds(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let friend = try #require(friend)
        let ticket = try await bench.open().ticket
        try await bench.aliceTickets.addCopy(friend, to: ticket)
        _ = try await bench.heard()
        try await bench.tessTickets.reply(to: ticket, "Answer")
        #expect(try await bench.heard() == ["customer:c-alice ticket.replied", "address:friend@example.com ticket.replied"])
        try await bench.aliceTickets.removeCopy(friend, from: ticket)
        try await bench.tessTickets.reply(to: ticket, "Answer")
        #expect(try await bench.heard() == ["customer:c-alice ticket.replied"])
    }

    @Test("Duplicates, the own address and the portal's addresses are refused", arguments: StorageKind.allCases)
    func refuses(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.limits.recipients = 2 }
        let ticket = try await bench.open().ticket
        func add(_ text: String) async -> PortalError.Code? {
            await code { try await bench.aliceTickets.addCopy(try EmailAddress(text), to: ticket) }
        }
        #expect(await add("friend@example.com") == nil)
        #expect(await add("FRIEND@example.com") == .duplicateRecipient)
        #expect(await add("Alice@Example.com") == .ownAddress)
        #expect(await add("support@host.example") == .portalAddress)
        #expect(await add("second@example.com") == nil)
        #expect(await add("third@example.com") == .tooManyRecipients)
        #expect(await add("not an address") == .invalidAddress)
        // Proposals of others take no place from the requester.
        let crowded = try await bench.open { $0.copies = ["bob@example.com"] }.ticket
        for name in ["a", "b"] { try await bench.bobTickets.addCopy(try EmailAddress("\(name)@example.com"), to: crowded) }
        #expect(
            await code { try await bench.bobTickets.addCopy(try EmailAddress("c@example.com"), to: crowded) }
                == .tooManyRecipients)
        try await bench.aliceTickets.addCopy(try EmailAddress("mine@example.com"), to: crowded)
    }

    @Test("A CC proposed by somebody else waits for the owner or an agent", arguments: StorageKind.allCases)
    func proposes(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let friend = try #require(friend)
        let ticket = try await bench.open { $0.copies = ["bob@example.com"] }.ticket
        _ = try await bench.heard()
        #expect(try await bench.bobTickets.addCopy(friend, to: ticket).rule == .copyProposed)
        #expect(try await bench.heard() == ["customer:c-alice ticket.copyProposed", "agent:a-tess ticket.copyProposed"])
        #expect(await code { try await bench.bobTickets.approveCopy(friend, on: ticket) } == .notPermitted)
        #expect(await code { try await bench.bobTickets.addCopy(friend, to: ticket) } == .duplicateRecipient)
        try await bench.tessTickets.reply(to: ticket, "Answer")
        #expect(try await bench.heard() == ["customer:c-alice ticket.replied", "address:bob@example.com ticket.replied"])
        let proposed = Customer(id: "c-friend", name: "Friend", email: friend)
        #expect(await code { try await bench.portal.customer(proposed).tickets.page(ticket) } == .notFound)
        #expect(try await bench.aliceTickets.page(ticket).copies.map(\.isApproved) == [true, false])
        #expect(try await bench.aliceTickets.approveCopy(friend, on: ticket).rule == .copyApproved)
        #expect(try await bench.aliceTickets.approveCopy(friend, on: ticket).rule == .unchanged)
        try await bench.tessTickets.reply(to: ticket, "More")
        #expect(try await bench.heard().contains("address:friend@example.com ticket.replied"))
        #expect(await code { try await bench.bobTickets.removeCopy(friend, from: ticket) } == .notPermitted)
        // Who proposed somebody can take it back, until it is approved.
        let other = try EmailAddress("other@example.com")
        try await bench.bobTickets.addCopy(other, to: ticket)
        #expect(try await bench.bobTickets.page(ticket).copies.map(\.isOwn) == [false, true, true])
        #expect(try await bench.bobTickets.removeCopy(other, from: ticket).rule == .copyRemoved)
        #expect(try await bench.bobTickets.removeCopy(try EmailAddress("bob@example.com"), from: ticket).rule == .copyRemoved)
        #expect(await code { try await bench.bobTickets.page(ticket) } == .notFound)
    }

    @Test("The preview of a reply lists exactly the recipients of the deliveries", arguments: StorageKind.allCases)
    func previews(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        bench.people.set(Agent(id: "a-two", name: "Two", email: try EmailAddress("two@host.example"), departments: ["technical"]))
        let ticket = try await bench.open { $0.copies = ["friend@example.com", "bob@example.com"] }.ticket
        // An agent on CC hears once.
        try await bench.tessTickets.addCopy(try EmailAddress("two@host.example"), to: ticket)
        let portal = bench.portal
        _ = try await bench.heard()
        let cases: [(TicketAction, () async throws -> Any)] = [
            (.reply("x"), { try await bench.tessTickets.reply(to: ticket, "x") }),
            (.note, { try await bench.tessTickets.note(on: ticket, "x") }),
            (.close, { try await bench.tessTickets.close(ticket) }),
            (.reopen, { try await bench.tessTickets.reopen(ticket) }),
            (.set(.high), { try await bench.tessTickets.set(.high, on: ticket) }),
        ]
        for (action, perform) in cases {
            let preview = try await bench.tessTickets.preview(action, on: ticket)
            let before = try await bench.tessTickets.page(ticket).ticket
            _ = try await perform()
            try await portal.dispatcher.drain()
            let told = bench.channel.drain().map(\.recipient)
            #expect(Set(preview.recipients) == Set(told))
            #expect(preview.recipients.count == told.count)
            #expect(preview.status == before.status)
            #expect(try await bench.status(ticket) == preview.newStatus)
        }
        // Customers learn which department hears, not which agents.
        let preview = try await bench.bobTickets.preview(.reply("x"), on: ticket)
        let shown = Set(preview.recipients.map(\.identity.rawValue))
        #expect(shown == ["customer:c-alice", "address:friend@example.com", "department:technical"])
        #expect(preview.recipients.allSatisfy { $0.role != .agent || $0.address == nil })
        // A preview stores nothing.
        #expect(try await bench.heard().isEmpty)
    }

    @Test("What CC recipients see is policy", arguments: StorageKind.allCases)
    func sight(_ kind: StorageKind) async throws {
        for sight in [CopyPolicy.Sight.everything, .sinceApproval, .noticesOnly] {
            for mayReply in [true, false] {
                let bench = try await PortalBench(kind) { $0.tickets.copies = CopyPolicy(sight: sight, mayReply: mayReply) }
                let ticket = try await bench.open().ticket
                bench.clock.advance(by: .seconds(60))
                try await bench.aliceTickets.addCopy(try EmailAddress("bob@example.com"), to: ticket)
                bench.clock.advance(by: .seconds(60))
                try await bench.tessTickets.reply(to: ticket, "Answer")
                guard sight != .noticesOnly else {
                    #expect(await code { try await bench.bobTickets.page(ticket) } == .notFound)
                    #expect(try await bench.bobTickets.list().items.isEmpty)
                    #expect(try await bench.heard().contains("address:bob@example.com ticket.replied"))
                    continue
                }
                let page = try await bench.bobTickets.page(ticket)
                #expect(page.ticket.viewerRole == .copy)
                #expect(try await bench.bobTickets.list().items.map(\.viewerRole) == [.copy])
                #expect(page.conversation.items.count == (sight == .everything ? 2 : 1))
                #expect(page.abilities[.reply] == (mayReply ? .customerReplied : nil))
                #expect(page.abilities[.close] == nil)
                #expect(await code { try await bench.bobTickets.close(ticket) } == .notPermitted)
                if mayReply {
                    _ = try await bench.heard()
                    #expect(try await bench.bobTickets.reply(to: ticket, "Me too").status == .customerReply)
                    // Bob is on CC by his address, yet does not hear of his own words.
                    #expect(try await bench.heard() == ["customer:c-alice ticket.replied", "agent:a-tess ticket.replied"])
                } else {
                    #expect(await code { try await bench.bobTickets.reply(to: ticket, "Me too") } == .notPermitted)
                }
            }
        }
    }
}
