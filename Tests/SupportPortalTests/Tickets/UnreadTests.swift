import SupportPortal
import SupportPortalTesting
import Testing

@Suite("What somebody has not read yet")
struct UnreadTests {
    @Test("Others' words make a ticket unread until it is marked as read, for each viewer alone", arguments: StorageKind.allCases)
    func marks(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open { $0.copies = ["bob@example.com"] }.ticket
        func unread() async throws -> String {
            let record = try #require(try await bench.record(ticket))
            var result = ""
            if try await bench.aliceTickets.page(ticket).ticket.isUnread { result += "alice " }
            if try await bench.bobTickets.list().items.first?.isUnread == true { result += "bob " }
            if try await bench.tessTickets.unread(among: [record]) == [ticket] { result += "tess " }
            if try await bench.allTickets.unread(among: [record]) == [ticket] { result += "all " }
            return result
        }
        #expect(try await unread() == "bob tess all ")
        try await bench.tessTickets.markRead(ticket)
        try await bench.bobTickets.markRead(ticket)
        #expect(try await unread() == "all ")
        // A note is new for agents alone, and not for who wrote it.
        try await bench.allTickets.note(on: ticket, "Note")
        #expect(try await unread() == "tess ")
        try await bench.tessTickets.markRead(ticket)
        try await bench.tessTickets.reply(to: ticket, "Answer")
        #expect(try await unread() == "alice bob all ")
        try await bench.aliceTickets.markRead(ticket)
        #expect(try await unread() == "bob all ")
        try await bench.tessTickets.post(to: ticket, "Automatic")
        #expect(try await unread() == "alice bob tess all ")
        for tickets in [bench.tessTickets, bench.allTickets] { try await tickets.markRead(ticket) }
        try await bench.aliceTickets.markRead(ticket)
        try await bench.bobTickets.markRead(ticket)
        #expect(try await unread() == "")
        try await bench.aliceTickets.markUnread(ticket)
        try await bench.tessTickets.markUnread(ticket)
        #expect(try await unread() == "alice tess ")
        try await bench.aliceTickets.markRead(ticket)
        #expect(try await unread() == "tess ")
    }

    @Test("What changes no words changes no mark", arguments: StorageKind.allCases)
    func quietChanges(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        let reply = try #require(try await bench.tessTickets.reply(to: ticket, "Answer").message)
        try await bench.aliceTickets.markRead(ticket)
        let revision = try await bench.record(ticket)?.revision
        try await bench.aliceTickets.markRead(ticket)
        #expect(try await bench.record(ticket)?.revision == revision, "a mark is no change of the ticket")
        try await bench.tessTickets.set(.high, on: ticket)
        try await bench.tessTickets.edit(reply, of: ticket, "Better")
        try await bench.tessTickets.close(ticket)
        try await bench.tessTickets.note(on: ticket, "Note")
        #expect(try await bench.aliceTickets.page(ticket).ticket.isUnread == false)
    }

    @Test("Nobody marks what is out of sight", arguments: StorageKind.allCases)
    func foreign(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        for id in [ticket, "no-such-ticket", "a\u{0}b"] as [Ticket.ID] {
            #expect(await code { try await bench.bobTickets.markRead(id) } == .notFound)
            #expect(await code { try await bench.bobTickets.markUnread(id) } == .notFound)
            #expect(await code { try await bench.billTickets.markRead(id) } == .notFound)
        }
        let stored = try await bench.storage.tickets?.records(DeskRecordQuery(.seen)).items
        #expect(stored?.isEmpty == true)
    }

    @Test("A merge shows what came, and the merged ticket is never unread", arguments: StorageKind.allCases)
    func merges(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let (a, b) = (try await bench.open("A").ticket, try await bench.open("B").ticket)
        for ticket in [a, b] { try await bench.tessTickets.reply(to: ticket, "Answer") }
        try await bench.aliceTickets.markRead(a)
        try await bench.tessTickets.merge(b, into: a)
        let list = try await bench.aliceTickets.list().items
        #expect(list.first { $0.id == a }?.isUnread == true)
        #expect(list.first { $0.id == b }?.isUnread == false)
        // To mark the one is to mark the other, where it leads.
        try await bench.aliceTickets.markRead(b)
        #expect(try await bench.aliceTickets.list().items.contains(where: \.isUnread) == false)
    }
}
