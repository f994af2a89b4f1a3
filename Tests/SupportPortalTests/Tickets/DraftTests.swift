import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("What is begun is kept")
struct DraftTests {
    @Test(
        "Forms and replies are there on every device until they are sent, with their files and keys",
        arguments: StorageKind.allCases)
    func keeps(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let alice = bench.aliceTickets
        #expect(try await alice.savedForm() == nil)
        var form = try await alice.newForm()
        form.department = "technical"
        form.subject = "Begun\u{0}"
        form.message = "M"
        form.attachments = [try await alice.upload(FileSource(name: "x.log", data: Data("x".utf8)))]
        let first = try await alice.save(form)
        #expect(first.revision == Revision(rawValue: 1))
        let read = try #require(try await bench.portal.customer(bench.alice).tickets.savedForm())
        #expect(read == first)
        #expect(read.content == form)
        let confirmation = try await alice.open(read.content)
        #expect(try await alice.savedForm() == nil)
        // Sent from the other device, too: the key is the draft's.
        #expect(try await alice.open(form) == confirmation)
        let ticket = confirmation.ticket
        var reply = alice.newReply()
        reply.text = "Begun"
        reply.attachments = [try await alice.upload(FileSource(name: "y.log", data: Data("y".utf8)))]
        try await alice.save(reply, for: ticket)
        #expect(try await alice.savedReply(for: ticket)?.content == reply)
        #expect(try await alice.drafts().map(\.ticket) == [ticket])
        try await alice.reply(to: ticket, reply)
        #expect(try await alice.savedReply(for: ticket) == nil)
        #expect(try await alice.drafts().isEmpty)
        try await alice.save("x", for: ticket)
        try await alice.discardReply(for: ticket)
        try await alice.discardReply(for: ticket)
        #expect(try await alice.savedReply(for: ticket) == nil)
        try await alice.save(form)
        try await alice.discardForm()
        #expect(try await alice.savedForm() == nil)
    }

    @Test("Replies and notes of an agent are two, and nobody sees another's", arguments: StorageKind.allCases)
    func apart(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open { $0.copies = ["bob@example.com"] }.ticket
        let two = bench.portal.agent(Agent(id: "a-two", name: "Two", departments: ["technical"])).tickets
        try await bench.tessTickets.save("Reply", for: ticket)
        bench.clock.advance(by: .seconds(1))
        try await bench.tessTickets.save("Note", for: ticket, asNote: true)
        try await bench.aliceTickets.save("Alice's", for: ticket)
        #expect(try await bench.tessTickets.drafts().map(\.isNote) == [true, false])
        #expect(try await two.savedReply(for: ticket) == nil)
        #expect(try await two.drafts().isEmpty)
        #expect(try await bench.bobTickets.savedReply(for: ticket) == nil)
        #expect(try await bench.bobTickets.drafts().isEmpty)
        try await two.discardReply(for: ticket)
        try await bench.bobTickets.discardReply(for: ticket)
        #expect(try await bench.aliceTickets.savedReply(for: ticket)?.content.text == "Alice's")
        try await bench.tessTickets.note(on: ticket, "Note")
        #expect(try await bench.tessTickets.savedReply(for: ticket, asNote: true) == nil)
        #expect(try await bench.tessTickets.savedReply(for: ticket)?.content.text == "Reply")
        // A reply that is refused keeps what was begun.
        #expect(await code { try await bench.tessTickets.reply(to: ticket, "") } == .invalidForm)
        #expect(try await bench.tessTickets.savedReply(for: ticket) != nil)
        // Another's file in a draft is no way to send it.
        let file = try await bench.aliceTickets.upload(FileSource(name: "x.log", data: Data("x".utf8)))
        try await bench.bobTickets.save(ReplyDraft("Stolen", attachments: [file]), for: ticket)
        let stolen = try #require(try await bench.bobTickets.savedReply(for: ticket)?.content)
        #expect(await code { try await bench.bobTickets.reply(to: ticket, stolen) } == .invalidForm)
    }

    @Test("Only where the ticket is within sight", arguments: StorageKind.allCases)
    func scope(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open { $0.copies = ["bob@example.com"] }.ticket
        try await bench.bobTickets.save("Bob's", for: ticket)
        try await bench.aliceTickets.removeCopy(try EmailAddress("bob@example.com"), from: ticket)
        for id in [ticket, "no-such-ticket", "a\u{0}b"] as [Ticket.ID] {
            for tickets in [bench.bobTickets] {
                #expect(await code { try await tickets.save("x", for: id) } == .notFound)
                #expect(await code { try await tickets.savedReply(for: id) } == .notFound)
            }
            #expect(await code { try await bench.billTickets.save("x", for: id) } == .notFound)
            #expect(await code { try await bench.billTickets.savedReply(for: id) } == .notFound)
            // To throw away the own is always possible.
            try await bench.bobTickets.discardReply(for: id)
            try await bench.billTickets.discardReply(for: id)
        }
        #expect(try await bench.bobTickets.drafts().isEmpty)
        let left = try await bench.storage.tickets?.records(DeskRecordQuery(.draft)).items
        #expect(left?.isEmpty == true)
    }

    @Test("Who names the revision learns that another device was faster; sizes are limited", arguments: StorageKind.allCases)
    func revisions(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.limits.draft = 10_000 }
        let alice = bench.aliceTickets
        let ticket = try await bench.open().ticket
        let first = try await alice.save("1", for: ticket, expecting: .unsaved)
        #expect(await code { try await alice.save("2", for: ticket, expecting: .unsaved) } == .conflict)
        let second = try await alice.save("2", for: ticket, expecting: first.revision)
        #expect(second.revision == Revision(rawValue: 2))
        do {
            try await alice.save("3", for: ticket, expecting: first.revision)
            Issue.record("a stale draft was saved")
        } catch let error as PortalError {
            #expect(error.current == second.revision)
        }
        for odd in [Int.min, -1, Int.max] {
            let revision = Revision(rawValue: odd)
            #expect(await code { try await alice.save("3", for: ticket, expecting: revision) } == .conflict)
        }
        let long = ReplyDraft(String(repeating: "x", count: 10_000))
        #expect(await code { try await alice.save(long, for: ticket) } == .tooLong)
        #expect(try await alice.savedReply(for: ticket)?.content.text == "2")
        try await alice.discardReply(for: ticket)
        #expect(await code { try await alice.save("3", for: ticket, expecting: second.revision) } == .conflict)
    }

    @Test("A reply whose answer got lost is sent once, and what was begun is gone", arguments: StorageKind.allCases)
    func lostAnswers(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        for moment in [FaultPlan.Moment.before, .afterwards] {
            var reply = bench.aliceTickets.newReply()
            reply.text = "\(moment)"
            try await bench.aliceTickets.save(reply, for: ticket)
            bench.storage.faults.fail(.commit, moment)
            await #expect(throws: InjectedFault.self) { try await bench.aliceTickets.reply(to: ticket, reply) }
            try await bench.aliceTickets.reply(to: ticket, reply)
            #expect(try await bench.aliceTickets.savedReply(for: ticket) == nil)
        }
        #expect(try await bench.texts(ticket).count == 3)
    }

    @Test("Of 64 saves at once each is told the revision of its own words", arguments: StorageKind.allCases)
    func races(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let alice = bench.aliceTickets
        let ticket = try await bench.open().ticket
        let saved = try await withThrowingTaskGroup(of: SavedDraft<ReplyDraft>.self) { group in
            for number in 0..<64 { group.addTask { try await alice.save(ReplyDraft("\(number)"), for: ticket) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(saved.map(\.revision)).count == 64)
        let last = try #require(saved.max { $0.revision < $1.revision })
        #expect(try await alice.savedReply(for: ticket)?.content == last.content)
    }
}
