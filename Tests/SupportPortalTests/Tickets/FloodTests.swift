import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Floods and bans")
struct FloodTests {
    @Test(
        "So many open tickets of a customer and no more; a closed one makes room; agents may open any number",
        arguments: StorageKind.allCases)
    func openTickets(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.tickets.floods.openPerCustomer = 2 }
        let first = try await bench.open().ticket
        _ = try await bench.open()
        do {
            _ = try await bench.open()
            Issue.record("a third ticket was opened")
        } catch let error as PortalError {
            #expect(error.code == .tooManyTickets)
            #expect(error.limit == 2)
        }
        #expect(try await bench.allRecords().count == 2)
        _ = try await bench.open(as: bench.bob)
        try await bench.aliceTickets.close(first)
        _ = try await bench.open()
        #expect(await code { try await bench.open() } == .tooManyTickets)
        _ = try await bench.tessTickets.open(
            AgentTicketForm(for: .customer("c-alice"), department: "technical", subject: "x", message: "x"))
        // What is refused costs nothing that was written.
        var form = try await bench.aliceTickets.newForm()
        form.department = "technical"
        form.subject = "Kept"
        form.message = "Kept"
        form.attachments = [try await bench.aliceTickets.upload(FileSource(name: "x.log", data: Data("x".utf8)))]
        try await bench.aliceTickets.save(form)
        #expect(await code { try await bench.aliceTickets.open(form) } == .tooManyTickets)
        #expect(try await bench.aliceTickets.savedForm()?.content == form)
        for ticket in try await bench.aliceTickets.list().items { try await bench.aliceTickets.close(ticket.id) }
        _ = try await bench.aliceTickets.open(form)
        #expect(try await bench.aliceTickets.savedForm() == nil)
    }

    @Test("So many within an hour", arguments: StorageKind.allCases)
    func hourly(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.tickets.floods.hourlyPerCustomer = 2 }
        _ = try await bench.open()
        bench.clock.advance(by: .seconds(1_800))
        let second = try await bench.open().ticket
        try await bench.aliceTickets.close(second)
        #expect(await code { try await bench.open() } == .tooManyTickets)
        bench.clock.advance(by: .seconds(1_801))
        _ = try await bench.open()
        #expect(await code { try await bench.open() } == .tooManyTickets)
    }

    @Test("Follow-ups are tickets, too: closing and replying is no way around", arguments: StorageKind.allCases)
    func followUps(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) {
            $0.tickets.reopening = .never(.followUp)
            $0.tickets.floods.hourlyPerCustomer = 3
            $0.tickets.floods.hourlyPerSource = 3
        }
        let alice = bench.aliceTickets
        var ticket = try await bench.open().ticket
        var opened = 1
        for _ in 0..<10 {
            try await alice.close(ticket)
            do {
                ticket = try await alice.reply(to: ticket, "Again").ticket
                opened += 1
            } catch let error where .tooManyTickets ~= error {}
        }
        #expect(opened == 3)
        let guest = bench.portal.guest(Guest(source: "net-1")).tickets
        let (_, token) = try await bench.openAsGuest(Guest(source: "net-1"))
        var guests = 1
        for _ in 0..<10 {
            try await guest.close(token)
            do {
                try await guest.reply(token, "Again")
                guests += 1
            } catch let error where .tooManyTickets ~= error {}
        }
        #expect(guests == 3)
    }

    @Test(
        "Guests of one source are counted together, others apart, and without a source not at all",
        arguments: StorageKind.allCases)
    func sources(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.tickets.floods.hourlyPerSource = 2 }
        for number in 0..<2 { _ = try await bench.openAsGuest(Guest(source: "net-1")) { $0.email = "g\(number)@example.com" } }
        #expect(await code { try await bench.openAsGuest(Guest(source: "net-1")) } == .tooManyTickets)
        #expect(await code { try await bench.openAsGuest(Guest(source: " net-1\u{0}\n")) } == .tooManyTickets)
        _ = try await bench.openAsGuest(Guest(source: "net-2"))
        for _ in 0..<3 { _ = try await bench.openAsGuest() }
        for _ in 0..<3 { _ = try await bench.openAsGuest(Guest(source: " \u{0} ")) }
        let huge = String(repeating: "x", count: 1_000_000)
        for _ in 0..<2 { _ = try await bench.openAsGuest(Guest(source: huge)) }
        #expect(await code { try await bench.openAsGuest(Guest(source: huge)) } == .tooManyTickets)
        bench.clock.advance(by: .seconds(3_601))
        _ = try await bench.openAsGuest(Guest(source: "net-1"))
    }

    @Test("64 tasks at once do not get past the limit, whatever it is", arguments: StorageKind.allCases)
    func races(_ kind: StorageKind) async throws {
        for (limit, fits) in [(5, 5), (0, 0), (-1, 0), (Int.min, 0), (Int.max, 64)] {
            let bench = try await PortalBench(kind) { $0.tickets.floods.openPerCustomer = limit }
            let opened = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        do {
                            _ = try await bench.open()
                            return true
                        } catch let error where .tooManyTickets ~= error {
                            return false
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(opened == fits, "\(limit)")
            #expect(try await bench.allRecords().count == fits)
        }
    }

    @Test("The same form again is no second ticket and no refusal", arguments: StorageKind.allCases)
    func repeatedForm(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.tickets.floods.openPerCustomer = 1 }
        var form = try await bench.aliceTickets.newForm()
        form.department = "technical"
        form.subject = "x"
        form.message = "x"
        let first = try await bench.aliceTickets.open(form)
        #expect(try await bench.aliceTickets.open(form) == first)
    }

    @Test("Who is banned neither opens nor replies, reads on, and may write again when it ends", arguments: StorageKind.allCases)
    func bans(_ kind: StorageKind) async throws {
        let targets: [Ban.Target] = [
            .customer("c-alice"), .address(try EmailAddress("ALICE@example.com")), .domain("Example.com"),
            .domain(" EXAMPLE.COM "),
        ]
        for target in targets {
            let bench = try await PortalBench(kind)
            let ticket = try await bench.open().ticket
            let expires = bench.clock.now + 3_600
            try await bench.tessTickets.ban(target, because: "Spam", until: expires)
            let text = "Let me in"
            #expect(await code { try await bench.open() } == .banned)
            #expect(await code { try await bench.aliceTickets.reply(to: ticket, ReplyDraft(text)) } == .banned)
            #expect(try await bench.aliceTickets.page(ticket).conversation.items.count == 1)
            #expect(try await bench.tessTickets.reply(to: ticket, "Answer").status == .answered)
            #expect(try await bench.tessTickets.bans().items.map(\.reason) == ["Spam"])
            bench.clock.advance(by: .seconds(3_600))
            #expect(try await bench.aliceTickets.reply(to: ticket, ReplyDraft(text)).status == .customerReply)
            try await bench.tessTickets.ban(target)
            #expect(try await bench.tessTickets.bans().items.count == 1)
            #expect(await code { try await bench.open() } == .banned)
            try await bench.tessTickets.liftBan(of: target)
            try await bench.tessTickets.liftBan(of: target)
            _ = try await bench.open()
        }
    }

    @Test(
        "A banned source is one in follow-ups, too, and does not hit others on a merged ticket", arguments: StorageKind.allCases)
    func bannedSources(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.tickets.reopening = .never(.followUp) }
        let guest = bench.portal.guest().tickets
        let (ticket, token) = try await bench.openAsGuest(Guest(source: "net-1"))
        try await bench.tessTickets.close(ticket)
        try await guest.reply(token, "Follow-up")
        try await bench.tessTickets.ban(.source("net-1"))
        #expect(await code { try await guest.reply(token, "More") } == .banned)
        #expect(await code { try await bench.openAsGuest(Guest(source: "net-1")) } == .banned)
        let (a, tokenA) = try await bench.openAsGuest(Guest(source: "net-2"))
        let (b, tokenB) = try await bench.openAsGuest(Guest(source: "net-3")) { $0.email = "other@example.com" }
        try await bench.tessTickets.merge(b, into: a, access: .share)
        try await bench.tessTickets.ban(.source("net-2"))
        #expect(await code { try await guest.reply(tokenA, "x") } == .banned)
        #expect(try await guest.reply(tokenB, "x").ticket == a)
    }

    @Test("A ban that would hit nobody is refused, and only who may ban does", arguments: StorageKind.allCases)
    func oddBans(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let long = String(repeating: "x", count: 2_000)
        let odd: [Ban.Target] = [
            .customer(""), .domain(""), .domain(" "), .domain("@example.com"), .domain("a b.com"), .domain("a\u{0}b.com"),
            .source(""),
            .source("\u{0}"), .customer("a\u{0}b"), .customer(Customer.ID(long)), .domain(long),
        ]
        for target in odd {
            #expect(await code { try await bench.tessTickets.ban(target) } == .unknownChoice, "\(target)")
            _ = try await bench.tessTickets.liftBan(of: target)
        }
        #expect(try await bench.tessTickets.bans().items.isEmpty)
        let reason = String(repeating: "x", count: 200_000)
        #expect(await code { try await bench.tessTickets.ban(.customer("c"), because: reason) } == .tooLong)
        var agent = bench.tess
        agent.permissions.remove(.manageBans)
        let tickets = bench.portal.agent(agent).tickets
        #expect(await code { try await tickets.ban(.customer("c")) } == .notPermitted)
        #expect(await code { try await tickets.liftBan(of: .customer("c")) } == .notPermitted)
        #expect(await code { try await tickets.bans() } == .notPermitted)
        for date in [Date.distantPast, .distantFuture, Date(timeIntervalSince1970: .infinity)] {
            try await bench.tessTickets.ban(.customer("c-x"), until: date)
        }
        var found: [Ban] = []
        for number in 0..<7 { try await bench.tessTickets.ban(.customer(Customer.ID("c-\(number)"))) }
        var request = PageRequest(limit: 3)
        repeat {
            let page = try await bench.tessTickets.bans(request)
            found += page.items
            request.after = page.next
        } while request.after != nil
        #expect(found.count == 8)
    }
}

extension Guest {
    init(source: String) {
        self.init()
        self.source = source
    }
}
