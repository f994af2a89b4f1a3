import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("What is not theirs does not exist")
struct AccessTests {
    @Test("A foreign id and a random one are refused alike, whatever is asked", arguments: StorageKind.allCases)
    func foreignIsUnknown(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let file = try await bench.aliceTickets.upload(FileSource(name: "x.log", data: Data("x".utf8)))
        let foreign = try await bench.open { $0.attachments = [file] }.ticket
        let message = try #require(try await bench.aliceTickets.page(foreign).conversation.items.first?.id)
        let own = try await bench.open("Bob's", as: bench.bob).ticket
        let (bob, bill) = (bench.bobTickets, bench.billTickets)
        let address = try EmailAddress("x@example.com")
        for ticket in [foreign, "no-such-ticket", "", "a\u{0}b"] as [Ticket.ID] {
            let asCustomer: [() async throws -> Any] = [
                { try await bob.page(ticket) }, { try await bob.reply(to: ticket, "x") }, { try await bob.reply(to: ticket, "") },
                { try await bob.close(ticket) }, { try await bob.reopen(ticket) }, { try await bob.addCopy(address, to: ticket) },
                { try await bob.approveCopy(address, on: ticket) }, { try await bob.removeCopy(address, from: ticket) },
                { try await bob.preview(.close, on: ticket) }, { try await bob.file(file.id, in: message, of: ticket) },
            ]
            let asAgent: [() async throws -> Any] = [
                { try await bill.page(ticket) }, { try await bill.reply(to: ticket, "x") },
                { try await bill.note(on: ticket, "x") },
                { try await bill.post(to: ticket, "x") }, { try await bill.close(ticket) },
                { try await bill.set(.closed, on: ticket) },
                { try await bill.set(.high, on: ticket) }, { try await bill.transfer(ticket, to: "billing") },
                { try await bill.addCopy(address, to: ticket) }, { try await bill.preview(.note, on: ticket) },
                { try await bill.renewGuestAccess(to: ticket) }, { try await bill.file(file.id, in: message, of: ticket) },
            ]
            for (index, call) in (asCustomer + asAgent).enumerated() {
                do {
                    _ = try await call()
                    Issue.record("call \(index) on \(ticket) was not refused")
                } catch let error as PortalError {
                    #expect(error == PortalError(.notFound, "no such ticket"), "call \(index) on \(ticket)")
                }
            }
        }
        // A message or file of another ticket, asked for through an own one.
        #expect(await code { try await bob.file(file.id, in: message, of: own) } == .notFound)
        let ownMessage = try #require(try await bob.page(own).conversation.items.first?.id)
        #expect(await code { try await bob.file(file.id, in: ownMessage, of: own) } == .notFound)
        #expect(try await bob.list().items.map(\.id) == [own])
        #expect(try await bob.list(TicketFilter { $0.requester = "c-alice" }).items.isEmpty)
        #expect(try await bob.counts().total == 1)
    }

    @Test("The stream of a customer has nothing of others", arguments: StorageKind.allCases)
    func streamIsScoped(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        var feed = try await bench.bobTickets.changes().makeAsyncIterator()
        _ = try await bench.open("Alice's")
        let own = try await bench.open("Bob's", as: bench.bob).ticket
        #expect(try await feed.next()?.ticket == own)
    }

    @Test("An upload of another session cannot be attached", arguments: StorageKind.allCases)
    func uploadsAreBound(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let file = try await bench.aliceTickets.upload(FileSource(name: "x.log", data: Data("secret".utf8)))
        let guest = bench.portal.guest().tickets
        var guestForm = try await guest.newForm()
        let ofGuest = try await guest.upload(FileSource(name: "y.log", data: Data("y".utf8)), for: guestForm)
        do {
            _ = try await bench.open("x", as: bench.bob) { $0.attachments = [file, ofGuest] }
            Issue.record("foreign uploads were attached")
        } catch let error as PortalError {
            let expected = [FormProblem(.attachments, .unknown, index: 0), FormProblem(.attachments, .unknown, index: 1)]
            #expect(error.problems == expected)
        }
        guestForm.attachments = [file]
        #expect(try await guest.problems(of: guestForm).contains(FormProblem(.attachments, .unknown, index: 0)))
        let otherForm = try await guest.newForm()
        guestForm = otherForm
        guestForm.attachments = [ofGuest]
        #expect(try await guest.problems(of: guestForm).contains(FormProblem(.attachments, .unknown, index: 0)))
        // An upload that waited too long is gone for its owner, too.
        bench.clock.advance(by: bench.configuration.tickets.uploadLifetime + .seconds(1))
        #expect(await code { try await bench.open { $0.attachments = [file] } } == .invalidForm)
    }

    @Test("A related service must be the customer's own", arguments: StorageKind.allCases)
    func servicesAreOwn(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let form = try await bench.aliceTickets.newForm()
        var changed = form
        changed.service = "s-other"
        #expect(try await bench.aliceTickets.problems(of: changed).contains(FormProblem(.service, .unknown)))
    }

    @Test("A guest comes back with the token, until it expires; another token opens nothing", arguments: StorageKind.allCases)
    func guestTokens(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let guest = bench.portal.guest(Guest(name: "Gus", email: try EmailAddress("gus@example.com"))).tickets
        var form = try await guest.newForm()
        #expect("\(form)".contains(form.submitKey.text) == false)
        #expect(form.name == "Gus")
        #expect(!form.isSignedIn)
        #expect(form.choices.departments.map(\.id) == ["technical", "billing"])
        #expect(form.choices.services.isEmpty)
        form.department = "technical"
        form.subject = "Order"
        form.message = "Where is it?"
        let confirmation = try await guest.open(form)
        let token = try #require(confirmation.accessToken)
        #expect(token.text.count == 32)
        #expect("\(token)".contains(token.text) == false)
        #expect(try await guest.open(form) == confirmation)

        #expect(try await guest.page(token).ticket.id == confirmation.ticket)
        #expect(try await guest.reply(token, "Hello?").status == .customerReply)
        let file = try await guest.upload(FileSource(name: "a.txt", data: Data("abc".utf8)), for: token)
        let receipt = try await guest.reply(token, ReplyDraft("See file", attachments: [file]))
        let message = try #require(receipt.message)
        #expect(try await guest.file(file.id, in: message, with: token, range: 1..<2).bytes.collect() == Data("b".utf8))
        #expect(try await guest.close(token).status == .closed)
        #expect(try await guest.reopen(token).status == .open)

        let wrong = try #require(AccessToken(String(repeating: "0", count: 32)))
        #expect(await code { try await guest.page(wrong) } == .notFound)
        #expect(AccessToken("0123") == nil)
        #expect(AccessToken(token.text.uppercased()) == token)
        // Nothing that is stored holds the token itself.
        let stored = try await #require(bench.storage.tickets?.ticket(confirmation.ticket, in: .everything))
        let json = String(decoding: try JSONEncoder().encode(stored), as: UTF8.self)
        #expect(!json.contains(token.text))
        #expect(json.contains(form.submitKey.text) == false)
        // Somebody signed in with the guest's address has not opened that ticket.
        let other = Customer(id: "c-gus", name: "Gus", email: try EmailAddress("gus@example.com"))
        #expect(await code { try await bench.portal.customer(other).tickets.page(confirmation.ticket) } == .notFound)

        // Each public message moves the expiry.
        let lifetime = bench.configuration.tickets.guestAccessLifetime
        bench.clock.advance(by: lifetime - .seconds(1))
        try await bench.tessTickets.reply(to: confirmation.ticket, "Shipped.")
        bench.clock.advance(by: lifetime - .seconds(1))
        #expect(try await guest.page(token).ticket.status == .answered)
        bench.clock.advance(by: .seconds(1))
        #expect(await code { try await guest.page(token) } == .accessExpired)
        #expect(await code { try await guest.reply(token, "x") } == .accessExpired)
        let renewed = try await bench.tessTickets.renewGuestAccess(to: confirmation.ticket)
        #expect(try await guest.page(renewed).ticket.id == confirmation.ticket)
        #expect(await code { try await bench.tessTickets.renewGuestAccess(to: confirmation.ticket) } == nil)
        #expect(await code { try await guest.page(token) } == .notFound)
    }

    @Test("A guest's token opens the follow-up, whoever caused it, and nobody else learns of it", arguments: StorageKind.allCases)
    func guestFollowUp(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.tickets.reopening = .never(.followUp) }
        let guest = bench.portal.guest().tickets
        let opened = try await guest.open(try await bench.guestForm())
        let token = try #require(opened.accessToken)
        try await bench.tessTickets.addCopy(try EmailAddress("bob@example.com"), to: opened.ticket)
        try await bench.tessTickets.close(opened.ticket)
        // The CC recipient's reply opens it; his submit key gives him nothing.
        let draft = bench.bobTickets.newReply()
        var said = draft
        said.text = "Still waiting"
        let receipt = try await bench.bobTickets.reply(to: opened.ticket, said)
        #expect(receipt.rule == .followedUp)
        #expect(try await guest.page(token).ticket.id == receipt.ticket)
        #expect(try await guest.page(token).followUpOf == opened.ticket)
        #expect(try await guest.page(token, of: opened.ticket).continuedIn == receipt.ticket)
        #expect(await code { try await guest.page(token, of: "another") } == .notFound)
        // Replies land in the follow-up; they do not open more.
        #expect(try await guest.reply(token, "Me too").ticket == receipt.ticket)
        #expect(try await bench.tessTickets.list().items.count == 2)
        let stored = try await bench.tessTickets.page(receipt.ticket).ticket
        #expect(stored.guestAccess?.tokenHash == (try await bench.tessTickets.page(opened.ticket).ticket.guestAccess?.tokenHash))
    }

    @Test("What a guest types gives nothing and takes nothing from others", arguments: StorageKind.allCases)
    func guestsAreNotTrusted(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let guest = bench.portal.guest().tickets
        var form = try await bench.guestForm()
        // An agent's address silences no agent; the portal does not write to itself.
        form.email = "tess@host.example"
        form.copies = ["bob@example.com", "stranger@example.com"]
        let opened = try await guest.open(form)
        #expect(try await bench.heard() == ["agent:a-tess ticket.opened"])
        form.email = "support@host.example"
        #expect(try await guest.problems(of: form).contains(FormProblem(.email, .portalAddress)))
        // Whom a guest names waits for an agent: nothing is sent there, nothing is seen.
        let token = try #require(opened.accessToken)
        #expect(try await guest.page(token).copies.map(\.isApproved) == [false, false])
        #expect(try await bench.bobTickets.list().items.isEmpty)
        #expect(try await guest.addCopy(try EmailAddress("third@example.com"), with: token).rule == .copyProposed)
        #expect(await code { try await guest.approveCopy(try EmailAddress("third@example.com"), with: token) } == .notPermitted)
        try await bench.tessTickets.approveCopy(try EmailAddress("bob@example.com"), on: opened.ticket)
        #expect(try await bench.bobTickets.list().items.map(\.id) == [opened.ticket])
        #expect(try await guest.removeCopy(try EmailAddress("bob@example.com"), with: token).rule == .copyRemoved)
    }

    @Test("A guest follows the ticket live, and previews without learning who the agents are", arguments: StorageKind.allCases)
    func guestFollows(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let guest = bench.portal.guest().tickets
        let opened = try await guest.open(try await bench.guestForm())
        let token = try #require(opened.accessToken)
        var feed = try await guest.changes(with: token).makeAsyncIterator()
        try await bench.tessTickets.note(on: opened.ticket, "inside")
        try await bench.tessTickets.reply(to: opened.ticket, "Answer")
        let change = try await feed.next()
        #expect(change?.kind == .ticketReplied)
        #expect(change?.record?.status == .answered)
        let preview = try await guest.preview(.close, with: token)
        #expect(preview.newStatus == .closed)
        #expect(preview.recipients.map(\.identity) == [.department("technical")])
    }

    @Test("Agents need the permission for what they do", arguments: StorageKind.allCases)
    func permissions(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        let reader = Agent(id: "a-r", name: "Reader", departments: ["technical"], permissions: [])
        let tickets = bench.portal.agent(reader).tickets
        let address = try EmailAddress("x@example.com")
        let calls: [() async throws -> Any] = [
            { try await tickets.reply(to: ticket, "x") }, { try await tickets.note(on: ticket, "x") },
            { try await tickets.post(to: ticket, "x") }, { try await tickets.close(ticket) },
            { try await tickets.reopen(ticket) },
            { try await tickets.set(.closed, on: ticket) }, { try await tickets.set(.high, on: ticket) },
            { try await tickets.transfer(ticket, to: "billing") }, { try await tickets.addCopy(address, to: ticket) },
            { try await tickets.renewGuestAccess(to: ticket) },
            {
                try await tickets.open(
                    AgentTicketForm(for: .customer("c-alice"), department: "technical", subject: "x", message: "x"))
            },
        ]
        for (index, call) in calls.enumerated() {
            #expect(await code(call) == .notPermitted, "call \(index)")
        }
        #expect(try await tickets.page(ticket).ticket.id == ticket)
    }
}
