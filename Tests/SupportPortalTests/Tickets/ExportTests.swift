import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("All that is kept of a customer")
struct ExportTests {
    private func items(_ session: CustomerSession) async throws -> [ExportedItem] {
        var items: [ExportedItem] = []
        for try await item in session.export() { items.append(item) }
        return items
    }

    @Test("Tickets, words, feedback and drafts come, each once, and nothing of others", arguments: StorageKind.allCases)
    func exports(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let own = try await bench.open("Own") { $0.message = "own 1" }.ticket
        for number in 2...120 { try await bench.aliceTickets.reply(to: own, ReplyDraft("own \(number)")) }
        try await bench.tessTickets.note(on: own, "SECRET")
        let reply = try #require(try await bench.tessTickets.reply(to: own, "SECRET before").message)
        try await bench.tessTickets.edit(reply, of: own, "Answer")
        try await bench.tessTickets.tag(own, try #require(TagName("secret-tag")))
        try await bench.tessTickets.claim(own)
        try await bench.aliceTickets.close(own)
        try await bench.aliceTickets.giveFeedback(3, "feedback", on: own)
        let bobs = try await bench.open("Bob's", as: bench.bob) {
            $0.message = "SECRET of Bob"
            $0.copies = ["alice@example.com"]
        }.ticket
        try await bench.aliceTickets.reply(to: bobs, "on CC")
        let merged = try await bench.open("Merged") { $0.message = "merged" }.ticket
        try await bench.tessTickets.merge(merged, into: own)
        let alsoBobs = try await bench.open("Also Bob's", as: bench.bob) {
            $0.message = "SECRET of Bob"
            $0.copies = ["alice@example.com"]
        }.ticket
        try await bench.aliceTickets.reply(to: alsoBobs, "on CC, then merged")
        try await bench.tessTickets.merge(alsoBobs, into: bobs)
        var form = try await bench.aliceTickets.newForm()
        form.message = "begun form"
        try await bench.aliceTickets.save(form)
        try await bench.aliceTickets.save("begun reply", for: bobs)
        let items = try await items(bench.portal.customer(bench.alice))
        var texts: [String] = []
        var tickets: [Ticket.ID] = []
        for item in items {
            switch item {
            case .message(let entry, _): texts.append(entry.text)
            case .ticket(let page): tickets.append(page.ticket.id)
            default: break
            }
        }
        let expected = (1...120).map { "own \($0)" } + ["Answer", "merged", "on CC", "on CC, then merged"]
        #expect(texts.sorted() == expected.sorted())
        #expect(tickets == [own])
        let text = try items.map { String(decoding: try $0.jsonLine(), as: UTF8.self) }.joined()
        for kept in ["feedback", "begun form", "begun reply", "c-alice", "alice@example.com"] {
            #expect(text.contains(kept), "\(kept)")
        }
        for secret in ["SECRET", "secret-tag", "a-tess", "tess@host"] { #expect(!text.contains(secret), "\(secret)") }
        #expect(text.split(separator: "\n").count == items.count)
        #expect(
            try items.map { try JSONDecoder.forExport.decode(ExportedItem.self, from: try $0.jsonLine()) }.count == items.count)
        // Bob's has none of hers but what she wrote where he sees it.
        let bob = try await self.items(bench.portal.customer(bench.bob)).map { "\($0)" }.joined()
        #expect(!bob.contains("begun") && !bob.contains("own 1"))
    }

    @Test("What goes out of sight meanwhile is left out, and the rest still comes", arguments: StorageKind.allCases)
    func meanwhile(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let bobs = try await bench.open("Bob's", as: bench.bob) { $0.copies = ["alice@example.com"] }.ticket
        bench.clock.advance(by: .seconds(1))
        let own = try await bench.open("Own").ticket
        var iterator = bench.portal.customer(bench.alice).export().makeAsyncIterator()
        _ = try await iterator.next()
        try await bench.portal.erase(bench.bob)
        var rest: [ExportedItem] = []
        while let item = try await iterator.next() { rest.append(item) }
        #expect(try await bench.record(bobs) == nil)
        #expect(rest.count == 2)
        #expect(rest.contains { if case .ticket(let page) = $0 { page.ticket.id == own } else { false } })
    }

    @Test("Nothing but who it is where there is nothing", arguments: StorageKind.allCases)
    func empty(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        _ = try await bench.open("Alice's")
        #expect(try await items(bench.portal.customer(bench.bob)) == [.customer(bench.bob)])
        let portal = Portal(storage: ComposedStorage())
        #expect(try await items(portal.customer(bench.bob)) == [.customer(bench.bob)])
    }
}

extension JSONDecoder {
    fileprivate static var forExport: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}
