import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Tickets are found by their words")
struct SearchTests {
    @Test(
        "In subject, number, requester and messages, the better place first, whatever the case and accents",
        arguments: StorageKind.allCases)
    func finds(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let inSubject = try await bench.open("Zurücksetzen geht nicht").ticket
        bench.clock.advance(by: .seconds(1))
        let inMessage = try await bench.open("Andere Sache") { $0.message = "Ich will es ZURÜCKSETZEN." }.ticket
        bench.clock.advance(by: .seconds(1))
        let other = try await bench.open("Rechnung")
        let alice = bench.aliceTickets
        func found(_ text: String) async throws -> [Ticket.ID] { try await alice.search(text).items.map(\.id) }
        #expect(try await found("zurucksetzen") == [inSubject, inMessage])
        #expect(try await found("zurück") == [inSubject, inMessage])
        #expect(try await found("zurück ") == [])
        #expect(try await found("zurücksetzen nicht") == [inSubject])
        #expect(try await found("zurücksetzen rechnung") == [])
        #expect(try await found(other.number.rawValue) == [other.ticket])
        #expect(Set(try await found("alice")) == [inSubject, inMessage, other.ticket])
        // What the requester's address is, those on CC must not find out by guessing.
        #expect(try await found("alice@example.com") == [])
        #expect(try await bench.tessTickets.search("alice@example.com").items.count == 3)
        for nothing in ["", " ", "\u{0}", "…", "%", "_", "*", "' OR 1=1 --"] {
            #expect(try await found(nothing) == [], "\(nothing)")
        }
        let filtered = try await alice.search("alice", TicketFilter { $0.departments = ["billing"] }).items
        #expect(filtered.isEmpty)
    }

    @Test(
        "A search sees no more than its session: others' tickets and internal notes stay hidden", arguments: StorageKind.allCases)
    func scope(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open("Public aardvark").ticket
        try await bench.tessTickets.note(on: ticket, "Secret badger")
        let reply = try #require(try await bench.tessTickets.reply(to: ticket, "Earlier cheetah").message)
        try await bench.tessTickets.edit(reply, of: ticket, "Later dingo")
        try await bench.tessTickets.tag(ticket, try #require(TagName("elephant")))
        for (word, alice, tess) in [
            ("aardvark", 1, 1), ("badger", 0, 1), ("badg", 0, 1), ("cheetah", 0, 0), ("dingo", 1, 1), ("elephant", 0, 0),
            ("tess", 0, 0),
        ] {
            #expect(try await bench.aliceTickets.search(word).items.count == alice, "\(word)")
            #expect(try await bench.tessTickets.search(word).items.count == tess, "\(word)")
            #expect(try await bench.bobTickets.search(word).items.isEmpty, "\(word)")
            #expect(try await bench.billTickets.search(word).items.isEmpty, "\(word)")
        }
        #expect(try await bench.aliceTickets.search("aardvark badger").items.isEmpty)
    }

    @Test("CC recipients find what they may read, and nothing of what came before", arguments: StorageKind.allCases)
    func copies(_ kind: StorageKind) async throws {
        for (sight, found) in [(CopyPolicy.Sight.everything, 1), (.sinceApproval, 0), (.noticesOnly, 0)] {
            let bench = try await PortalBench(kind) { $0.tickets.copies.sight = sight }
            let ticket = try await bench.open("Aardvark") { $0.message = "badger" }.ticket
            bench.clock.advance(by: .seconds(1))
            try await bench.aliceTickets.addCopy(try EmailAddress("bob@example.com"), to: ticket)
            #expect(try await bench.bobTickets.search("badger").items.count == found)
            try await bench.aliceTickets.removeCopy(try EmailAddress("bob@example.com"), from: ticket)
            #expect(try await bench.bobTickets.search("badger").items.isEmpty)
        }
    }

    @Test(
        "What was merged, split, moved or forgotten is found where it is now, by whoever sees it now",
        arguments: StorageKind.allCases)
    func follows(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let a = try await bench.open("A") { $0.message = "aardvark" }.ticket
        let b = try await bench.open("B", as: bench.bob) { $0.message = "badger" }.ticket
        try await bench.tessTickets.merge(b, into: a, access: .withhold)
        #expect(try await bench.aliceTickets.search("badger").items.map(\.id) == [a])
        #expect(try await bench.bobTickets.search("badger").items.map(\.id) == [b])
        let moved = try #require(try await bench.messages(of: a).last?.id)
        let half = try await bench.tessTickets.split([moved], from: a, subject: "Half").ticket
        #expect(try await bench.aliceTickets.search("badger").items.map(\.id) == [half])
        #expect(try await bench.aliceTickets.search("half").items.map(\.id) == [half])
        try await bench.tessTickets.transfer(half, to: "billing")
        #expect(try await bench.tessTickets.search("badger").items.map(\.id) == [b])
        #expect(try await bench.billTickets.search("badger").items.map(\.id) == [half])
        try await bench.portal.erase(bench.bob)
        #expect(try await bench.billTickets.search("badger").items.isEmpty)
        #expect(try await bench.tessTickets.search("badger").items.isEmpty)
    }

    @Test("Pages hold every result once, and cursors of other lists are refused", arguments: StorageKind.allCases)
    func pages(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        for number in 0..<23 {
            _ = try await bench.open(number % 3 == 0 ? "aardvark" : "Other") { $0.message = "aardvark \(number)" }
            if number % 4 == 0 { bench.clock.advance(by: .seconds(1)) }
        }
        var found: [TicketSummary] = []
        var request = PageRequest(limit: 5)
        repeat {
            let page = try await bench.aliceTickets.search("aardvark", page: request)
            found += page.items
            request.after = page.next
        } while request.after != nil
        #expect(found.count == 23)
        #expect(Set(found.map(\.id)).count == 23)
        #expect(found.prefix(8).allSatisfy { $0.subject == "aardvark" })
        let alice = bench.aliceTickets
        let list = try #require(try await alice.list(page: PageRequest(limit: 1)).next)
        for cursor in [list, PageCursor(order: TicketSearch.orderName, value: .text("x"), id: "x")] {
            #expect(
                await code { try await alice.search("aardvark", page: PageRequest(limit: 5, after: cursor)) } == .invalidCursor)
        }
        for number in [Int64.min, -1, 0, .max] {
            let made = PageRequest(limit: 100, after: PageCursor(order: TicketSearch.orderName, value: .number(number), id: ""))
            #expect(try await alice.search("aardvark", page: made).items.count == (number == .max ? 23 : 0))
        }
        for limit in [0, -1, Int.min] {
            #expect(try await alice.search("aardvark", page: PageRequest(limit: limit)).items.isEmpty)
        }
        #expect(try await alice.search("aardvark", page: PageRequest(limit: .max)).items.count == 23)
    }

    @Test("A query of 1 MB is refused at once, odd ones find nothing, and many words are cut", arguments: StorageKind.allCases)
    func oddQueries(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.limits.query = 1_000_000 }
        _ = try await bench.open("aardvark")
        let alice = bench.aliceTickets
        let megabyte = String(repeating: "aardvark ", count: 120_000)
        #expect(await code { try await alice.search(megabyte) } == .tooLong)
        #expect(await code { try await bench.tessTickets.search(megabyte) } == .tooLong)
        let odd = [
            String(repeating: "x", count: 900_000), String(repeating: "e\u{301}\u{302}", count: 100_000),
            String(repeating: "\u{0}", count: 900_000), String(repeating: "\u{202E}", count: 100_000), "\u{FFFF}\u{10FFFF}",
            String(repeating: "a b ", count: 100_000),
        ]
        for text in odd { #expect(try await alice.search(text).items.isEmpty) }
        #expect(try await alice.search(String(repeating: "aardvark ", count: 100_000)).items.count == 1)
    }
}
