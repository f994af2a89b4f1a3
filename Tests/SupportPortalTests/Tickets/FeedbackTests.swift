import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Ratings, feedback, and replies that are edited")
struct FeedbackTests {
    @Test("Replies of agents are rated by who asked, once or anew", arguments: StorageKind.allCases)
    func ratings(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let (ticket, other) = (try await bench.open { $0.copies = ["bob@example.com"] }.ticket, try await bench.open().ticket)
        let own = try #require(try await bench.messages(of: ticket).first?.id)
        let reply = try #require(try await bench.tessTickets.reply(to: ticket, "Answer").message)
        let note = try #require(try await bench.tessTickets.note(on: ticket, "Note").message)
        let automatic = try #require(try await bench.tessTickets.post(to: ticket, "Automatic").message)
        let alice = bench.aliceTickets
        #expect(try await alice.rate(reply, of: ticket, 2).rule == .rated)
        #expect(try await alice.rate(reply, of: ticket, 2).rule == .unchanged)
        #expect(try await alice.rate(reply, of: ticket, 5).rule == .rated)
        #expect(try await alice.page(ticket).conversation.items.map(\.rating) == [nil, 5, nil])
        for grade in [0, 6, -1, Int.min, Int.max] {
            #expect(await code { try await alice.rate(reply, of: ticket, grade) } == .invalidGrade)
            #expect(await code { try await alice.giveFeedback(grade, on: ticket) } == .invalidGrade)
        }
        #expect(await code { try await alice.rate(own, of: ticket, 5) } == .notRateable)
        #expect(await code { try await alice.rate(automatic, of: ticket, 5) } == .notRateable)
        #expect(await code { try await alice.rate(note, of: ticket, 5) } == .notFound)
        #expect(await code { try await alice.rate(reply, of: other, 5) } == .notFound)
        #expect(await code { try await alice.rate("a\u{0}b", of: ticket, 5) } == .notFound)
        #expect(await code { try await bench.bobTickets.rate(reply, of: ticket, 1) } == .notPermitted)
        #expect(try await bench.status(ticket) == .answered)
    }

    @Test("Feedback is given after closing, by who asked, and stays between them and the agents", arguments: StorageKind.allCases)
    func feedback(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open { $0.copies = ["bob@example.com"] }.ticket
        let alice = bench.aliceTickets
        #expect(try await alice.page(ticket).abilities[.giveFeedback] == nil)
        #expect(await code { try await alice.giveFeedback(5, on: ticket) } == .notRateable)
        try await bench.tessTickets.close(ticket)
        #expect(try await alice.page(ticket).abilities[.giveFeedback] == .feedbackGiven)
        #expect(try await bench.bobTickets.page(ticket).abilities[.giveFeedback] == nil)
        _ = try await bench.heard()
        #expect(try await alice.giveFeedback(4, "Quick\u{0}\r\n ", on: ticket).rule == .feedbackGiven)
        #expect(try await alice.giveFeedback(4, "Quick", on: ticket).rule == .unchanged)
        #expect(try await bench.heard() == ["agent:a-tess ticket.feedbackGiven"])
        #expect(try await alice.giveFeedback(1, "Not so quick", on: ticket).rule == .feedbackGiven)
        #expect(try await alice.page(ticket).feedback?.comment == "Not so quick")
        #expect(try await bench.bobTickets.page(ticket).feedback == nil)
        #expect(try await bench.tessTickets.page(ticket).ticket.feedback?.grade == 1)
        #expect(await code { try await bench.bobTickets.giveFeedback(5, on: ticket) } == .notPermitted)
        let long = String(repeating: "x", count: 100_001)
        #expect(await code { try await alice.giveFeedback(5, long, on: ticket) } == .tooLong)
        // It reopens nothing and starts no clock.
        #expect(try await bench.status(ticket) == .closed)
        // What CC recipients follow does not tell of it.
        let feed = try await bench.storage.tickets?.changes(
            ChangeQuery(since: .start, limit: 100, scope: .holding([.customer("c-alice")]), includesInternal: false))
        #expect(feed?.events.contains { $0.event.kind == .ticketFeedbackGiven || $0.event.kind == .ticketRated } == false)
    }

    @Test("Guests rate, too, with their token", arguments: StorageKind.allCases)
    func guests(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let guest = bench.portal.guest().tickets
        let (ticket, token) = try await bench.openAsGuest()
        let reply = try #require(try await bench.tessTickets.reply(to: ticket, "Answer").message)
        #expect(try await guest.rate(reply, 5, with: token).rule == .rated)
        #expect(await code { try await guest.giveFeedback(5, with: token) } == .notRateable)
        try await guest.close(token)
        #expect(try await guest.page(token).abilities[.giveFeedback] == .feedbackGiven)
        #expect(try await guest.giveFeedback(5, "Good", with: token).rule == .feedbackGiven)
        #expect(try await guest.page(token).feedback?.grade == 5)
        let wrong = try #require(AccessToken(String(repeating: "0", count: 32)))
        #expect(await code { try await guest.rate(reply, 5, with: wrong) } == .notFound)
    }

    @Test("Agents see what an edited reply said before, customers only that it was edited", arguments: StorageKind.allCases)
    func edits(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.limits.edits = 3 }
        let ticket = try await bench.open().ticket
        let own = try #require(try await bench.messages(of: ticket).first?.id)
        let file = try await bench.tessTickets.upload(FileSource(name: "x.log", data: Data("x".utf8)))
        let reply = try #require(try await bench.tessTickets.reply(to: ticket, ReplyDraft("First", attachments: [file])).message)
        let note = try #require(try await bench.tessTickets.note(on: ticket, "Note").message)
        bench.clock.advance(by: .seconds(5))
        let tess = bench.tessTickets
        _ = try await bench.heard()
        #expect(try await tess.edit(reply, of: ticket, "Second\r\n").rule == .edited)
        #expect(try await tess.edit(reply, of: ticket, "Second").rule == .unchanged)
        let agent = Agent(id: "a-two", name: "Two", departments: ["technical"])
        try await bench.portal.agent(agent).tickets.edit(reply, of: ticket, "Third")
        #expect(try await bench.heard().isEmpty)
        let message = try #require(try await bench.messages(of: ticket).first { $0.id == reply })
        #expect(message.edits.map(\.text) == ["First", "Second"])
        #expect(message.edits.map(\.author.identity) == [.agent("a-tess"), .agent("a-two")])
        #expect(message.author.identity == .agent("a-tess"))
        let entry = try #require(try await bench.aliceTickets.page(ticket).conversation.items.last)
        #expect(entry.text == "Third")
        #expect(entry.edited == bench.clock.now)
        #expect(entry.attachments.count == 1)
        let page = try await bench.aliceTickets.page(ticket)
        let shown = String(decoding: try JSONEncoder().encode(page), as: UTF8.self)
        #expect(!shown.contains("First") && !shown.contains("Second"))
        try await tess.edit(note, of: ticket, "Other note")
        #expect(await code { try await tess.edit(own, of: ticket, "Put in her mouth") } == .notPermitted)
        #expect(await code { try await tess.edit(reply, of: ticket, " ") } == .invalidForm)
        #expect(await code { try await tess.edit("a\u{0}b", of: ticket, "x") } == .notFound)
        #expect(await code { try await bench.billTickets.edit(reply, of: ticket, "x") } == .notFound)
        try await tess.edit(reply, of: ticket, "Fourth")
        #expect(await code { try await tess.edit(reply, of: ticket, "Fifth") } == .tooMany)
        #expect(try await bench.status(ticket) == .answered)
        #expect(try await bench.contradictions().isEmpty)
    }

    @Test("64 edits, ratings and replies at once: every text is kept once", arguments: StorageKind.allCases)
    func races(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        let reply = try #require(try await bench.tessTickets.reply(to: ticket, "start").message)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    switch number % 4 {
                    case 0: try await bench.aliceTickets.rate(reply, of: ticket, number % 5 + 1)
                    case 1: try await bench.aliceTickets.reply(to: ticket, ReplyDraft("reply \(number)"))
                    default: try await bench.tessTickets.edit(reply, of: ticket, "edit \(number)")
                    }
                }
            }
            try await group.waitForAll()
        }
        let message = try #require(try await bench.messages(of: ticket).first { $0.id == reply })
        let texts = Set(message.edits.map(\.text) + [message.text])
        #expect(texts.count == 33)
        #expect(message.edits.count == 32)
        #expect(message.rating != nil)
        #expect(try await bench.messages(of: ticket).count == 18)
    }
}
