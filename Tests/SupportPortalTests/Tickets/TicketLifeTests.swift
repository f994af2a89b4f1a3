import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("A ticket from form to closed")
struct TicketLifeTests {
    @Test("A customer opens a ticket with everything on it, and it reads back", arguments: StorageKind.allCases)
    func opensWithEverything(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.numbering = .mask(try TicketNumberMask("%A%A-%n%n%n%n")) }
        let tickets = bench.aliceTickets
        let files = [Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }), Data("log line\n".utf8)]
        var form = try await tickets.newForm()
        #expect(form.name == "Alice")
        #expect(form.email == "alice@example.com")
        #expect(form.isSignedIn)
        #expect(form.choices.services.map(\.id) == ["s-vps"])
        #expect(form.choices.departments.map(\.id) == ["technical", "billing", "sales"])
        #expect(form.choices.priorities == [.low, .medium, .high])
        #expect(form.priority == .medium)
        form.department = "technical"
        form.service = "s-vps"
        form.priority = .high
        form.subject = "VPS does not boot"
        form.message = "Since 09:40 …"
        form.attachments = [
            try await tickets.upload(FileSource(name: "screen.png", data: files[0])),
            try await tickets.upload(FileSource(name: "boot.log", data: files[1])),
        ]
        let confirmation = try await tickets.open(form)
        #expect(confirmation.number.rawValue.wholeMatch(of: /[A-Z]{2}-[0-9]{4}/) != nil)
        #expect(confirmation.status == .open)
        #expect(confirmation.accessToken == nil)

        let page = try await tickets.page(confirmation.ticket)
        #expect(page.ticket.number == confirmation.number)
        #expect(page.ticket.status == .open)
        #expect(page.ticket.priority == .high)
        #expect(page.ticket.service == "s-vps")
        #expect(page.ticket.departmentName == "Technical")
        #expect(page.ticket.viewerRole == .requester)
        #expect(page.requesterName == "Alice")
        #expect(page.abilities[.reply] == .customerReplied)
        #expect(page.abilities[.close] == .closed)
        #expect(page.abilities[.reopen] == nil)
        let entry = try #require(page.conversation.items.first)
        #expect(entry.text == "Since 09:40 …")
        #expect(entry.isOwn)
        #expect(entry.attachments.map(\.name) == ["screen.png", "boot.log"])
        for (listed, bytes) in zip(entry.attachments, files) {
            #expect(!listed.isMissing)
            let delivery = try await tickets.file(listed.id, in: entry.id, of: confirmation.ticket)
            #expect(try await delivery.bytes.collect() == bytes)
        }
    }

    @Test("Statuses follow who wrote last", arguments: StorageKind.allCases)
    func statusesFollow(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        #expect(try await bench.tessTickets.reply(to: ticket, "Please boot the previous kernel.").status == .answered)
        #expect(try await bench.aliceTickets.reply(to: ticket, "It works, but …").status == .customerReply)
        #expect(try await bench.tessTickets.reply(to: ticket, "Then …").status == .answered)
        let page = try await bench.aliceTickets.page(ticket, oldestFirst: false)
        #expect(
            page.conversation.items.map(\.text) == [
                "Then …", "It works, but …", "Please boot the previous kernel.", "Since 09:40 the console stops.",
            ])
        #expect(page.conversation.items.map(\.authorRole) == [.agent, .requester, .agent, .requester])
        #expect(page.conversation.items.map(\.isOwn) == [false, true, false, true])
    }

    @Test("A conversation of many messages comes in pages, in either order", arguments: StorageKind.allCases)
    func conversationInPages(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        for number in 1...9 {
            if number % 3 == 0 {
                try await bench.tessTickets.note(on: ticket, ReplyDraft("note \(number)"))
            } else {
                try await bench.tessTickets.reply(to: ticket, ReplyDraft("reply \(number)"))
            }
        }
        for oldestFirst in [true, false] {
            var request = PageRequest(limit: 2)
            var texts: [String] = []
            repeat {
                let page = try await bench.aliceTickets.page(ticket, oldestFirst: oldestFirst, messages: request)
                texts += page.conversation.items.map(\.text)
                request.after = page.conversation.next
            } while request.after != nil
            let expected = ["Since 09:40 the console stops."] + [1, 2, 4, 5, 7, 8].map { "reply \($0)" }
            #expect(texts == (oldestFirst ? expected : expected.reversed()))
        }
        let cursor = try await bench.aliceTickets.page(ticket, messages: PageRequest(limit: 2)).conversation.next
        let request = PageRequest(limit: 2, after: cursor)
        #expect(await code { try await bench.aliceTickets.page(ticket, oldestFirst: false, messages: request) } == .invalidCursor)
        // A cursor that somebody made up is at worst another place of the same conversation.
        let after: [Int64: (rising: Int, falling: Int)] = [
            -5: (10, 0), 0: (10, 0), 1: (9, 0), 7: (3, 6), 100: (0, 10), .max: (0, 10),
        ]
        for (place, expected) in after {
            for oldestFirst in [true, false] {
                let order = "message.\(oldestFirst ? "ascending" : "descending")"
                let made = PageRequest(limit: 100, after: PageCursor(order: order, value: .number(place), id: ""))
                let page = try await bench.tessTickets.page(ticket, oldestFirst: oldestFirst, messages: made)
                #expect(page.conversation.items.count == (oldestFirst ? expected.rising : expected.falling))
            }
        }
    }

    @Test("An internal note changes nothing that a customer can see, by any way", arguments: StorageKind.allCases)
    func notesStayInside(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        bench.people.set(Agent(id: "a-two", name: "Two", departments: ["technical"]))
        let ticket = try await bench.open().ticket
        try await bench.aliceTickets.addCopy(try EmailAddress("bob@example.com"), to: ticket)
        _ = try await bench.heard()
        let start = try await bench.aliceTickets.changes().start
        let before = try await (
            bench.aliceTickets.page(ticket), bench.bobTickets.page(ticket), bench.aliceTickets.list(), bench.status(ticket)
        )
        bench.clock.advance(by: .seconds(60))
        let file = try await bench.tessTickets.upload(FileSource(name: "x.log", data: Data("secret".utf8)))
        let receipt = try await bench.tessTickets.note(on: ticket, ReplyDraft("He is rude", attachments: [file]))
        let note = try #require(receipt.message)
        #expect(try await bench.heard() == ["agent:a-two ticket.noted"])
        #expect(try await bench.aliceTickets.list() == before.2)
        #expect(try await bench.status(ticket) == before.3)
        for (tickets, page) in [(bench.aliceTickets, before.0), (bench.bobTickets, before.1)] {
            #expect(try await tickets.page(ticket) == page)
            #expect(await code { try await tickets.file(file.id, in: note, of: ticket) } == .notFound)
        }

        // Neither a revision that was seen nor a cursor tells of the note or is disturbed by it.
        var draft = ReplyDraft("More")
        draft.seen = before.0.ticket.revision
        #expect(try await bench.aliceTickets.reply(to: ticket, draft).status == .customerReply)
        let newest = try await bench.aliceTickets.page(ticket, oldestFirst: false, messages: PageRequest(limit: 1))
        #expect(newest.conversation.next?.value == .number(0))
        let older = PageRequest(limit: 1, after: newest.conversation.next)
        let rest = try await bench.aliceTickets.page(ticket, oldestFirst: false, messages: older)
        #expect(rest.conversation.items.map(\.text) == ["Since 09:40 the console stops."])
        let forged = PageRequest(limit: 1, after: PageCursor(order: "message.descending", value: .number(2), id: note.rawValue))
        #expect(await code { try await bench.aliceTickets.page(ticket, oldestFirst: false, messages: forged) } == .invalidCursor)
        var feed = try await bench.aliceTickets.changes(since: start).makeAsyncIterator()
        #expect(try await feed.next()?.kind == .ticketReplied)

        let seen = try await bench.tessTickets.page(ticket).conversation.items
        #expect(seen.map(\.kind) == [.reply, .note, .reply])
        #expect(seen.map(\.text).contains("He is rude"))
    }

    @Test("Closing twice is one event and one notice", arguments: StorageKind.allCases)
    func closesOnce(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        _ = try await bench.heard()
        let start = try await bench.aliceTickets.changes().start
        #expect(try await bench.tessTickets.close(ticket).rule == .closed)
        #expect(try await bench.tessTickets.close(ticket).rule == .unchanged)
        #expect(try await bench.aliceTickets.close(ticket).rule == .unchanged)
        let events = try await #require(bench.storage.tickets).changes(ChangeQuery(since: start)).events
        #expect(events.map(\.event.kind) == [.ticketClosed])
        #expect(try await bench.heard() == ["customer:c-alice ticket.closed"])
        #expect(try await bench.aliceTickets.page(ticket).ticket.status == .closed)
    }

    @Test("A department that forbids closing by customers refuses, agents close", arguments: StorageKind.allCases)
    func closingForbidden(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open { $0.department = "billing" }.ticket
        #expect(await code { try await bench.aliceTickets.close(ticket) } == .closingForbidden)
        #expect(try await bench.aliceTickets.page(ticket).abilities[.close] == nil)
        #expect(try await bench.billTickets.close(ticket).status == .closed)
    }

    @Test("A reply to a closed ticket reopens it, and the agents hear", arguments: StorageKind.allCases)
    func reopensAlways(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        try await bench.tessTickets.close(ticket)
        _ = try await bench.heard()
        let receipt = try await bench.aliceTickets.reply(to: ticket, "It came back.")
        #expect(receipt.status == .customerReply)
        #expect(receipt.rule == .customerReopened)
        #expect(try await bench.heard() == ["agent:a-tess ticket.replied"])
    }

    @Test("Within a window a reply reopens, from its end on it opens a linked follow-up", arguments: StorageKind.allCases)
    func reopensWithin(_ kind: StorageKind) async throws {
        let week = Duration.seconds(7 * 24 * 3600)
        let bench = try await PortalBench(kind) { $0.tickets.reopening = .within(week, otherwise: .followUp) }
        let ticket = try await bench.open { $0.service = "s-vps" }.ticket
        try await bench.tessTickets.close(ticket)
        bench.clock.advance(by: week - .seconds(60))
        #expect(try await bench.aliceTickets.page(ticket).abilities[.reply] == .customerReopened)
        #expect(try await bench.aliceTickets.reply(to: ticket, "Again").rule == .customerReopened)
        try await bench.tessTickets.close(ticket)
        bench.clock.advance(by: week)
        _ = try await bench.heard()
        #expect(await code { try await bench.aliceTickets.reopen(ticket) } == .ticketClosed)
        let preview = try await bench.aliceTickets.preview(.reply("Once more"), on: ticket)
        #expect(preview.rule == .followedUp)
        #expect(preview.newStatus == .open)
        let receipt = try await bench.aliceTickets.reply(to: ticket, "Once more")
        #expect(receipt.rule == .followedUp)
        #expect(receipt.ticket != ticket)
        let page = try await bench.aliceTickets.page(receipt.ticket)
        #expect(page.followUpOf == ticket)
        #expect(page.ticket.subject == "VPS does not boot")
        #expect(page.ticket.service == "s-vps")
        #expect(page.conversation.items.map(\.text) == ["Once more"])
        let closed = try await bench.aliceTickets.page(ticket)
        #expect(closed.ticket.status == .closed)
        #expect(closed.continuedIn == receipt.ticket)
        #expect(try await bench.heard() == ["agent:a-tess ticket.opened"])
        // What is said on the closed one from now on lands in the follow-up, instead of opening more.
        let next = try await bench.aliceTickets.reply(to: ticket, "And another thing")
        #expect(next.ticket == receipt.ticket)
        #expect(try await bench.aliceTickets.list().items.count == 2)
    }

    @Test("A chain of follow-ups is followed to its end, however long", arguments: StorageKind.allCases)
    func longChain(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) {
            $0.tickets.reopening = .never(.followUp)
            $0.limits.attempts = -1
        }
        let first = try await bench.open().ticket
        var last = first
        for number in 1...6 {
            try await bench.tessTickets.close(last)
            last = try await bench.aliceTickets.reply(to: first, ReplyDraft("again \(number)")).ticket
        }
        #expect(try await bench.aliceTickets.list().items.count == 7)
        #expect(try await bench.aliceTickets.reply(to: first, "more").ticket == last)
    }

    @Test("Never reopening refuses and keeps the draft", arguments: StorageKind.allCases)
    func neverReopens(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.tickets.reopening = .never(.refuse) }
        let ticket = try await bench.open().ticket
        try await bench.tessTickets.close(ticket)
        let file = try await bench.aliceTickets.upload(FileSource(name: "x.log", data: Data("x".utf8)))
        let draft = ReplyDraft("But …", attachments: [file])
        #expect(await code { try await bench.aliceTickets.reply(to: ticket, draft) } == .ticketClosed)
        #expect(try await bench.aliceTickets.page(ticket).abilities == [.giveFeedback: .feedbackGiven])
        #expect(try await bench.tessTickets.reopen(ticket).status == .open)
        // The same draft, its upload included, is good afterwards.
        #expect(try await bench.aliceTickets.reply(to: ticket, draft).status == .customerReply)
    }

    @Test("Thanks are appended without reopening, by policy", arguments: StorageKind.allCases)
    func thanks(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.tickets.thanks = TicketPolicy.englishThanks.union(["👍"]) }
        let ticket = try await bench.open().ticket
        try await bench.tessTickets.close(ticket)
        let receipt = try await bench.aliceTickets.reply(to: ticket, "Thank you!\n")
        #expect(receipt.status == .closed)
        #expect(receipt.rule == .thanksAppended)
        #expect(try await bench.aliceTickets.page(ticket).conversation.items.count == 2)
        #expect(try await bench.aliceTickets.reply(to: ticket, "Thank you, but it is down again").rule == .customerReopened)
        // Neither signs without a word nor a file is thanks.
        for draft in [
            ReplyDraft("???"),
            ReplyDraft("Thanks", attachments: [try await bench.aliceTickets.upload(FileSource(name: "x.log", data: Data()))]),
        ] {
            try await bench.tessTickets.close(ticket)
            #expect(try await bench.aliceTickets.reply(to: ticket, draft).rule == .customerReopened)
        }
    }

    @Test("What the portal posts changes no status and starts no clock", arguments: StorageKind.allCases)
    func posts(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        try await bench.tessTickets.reply(to: ticket, "Answer")
        let before = try await bench.tessTickets.page(ticket).ticket
        bench.clock.advance(by: .seconds(3_600))
        try await bench.tessTickets.post(to: ticket, "We got your message.")
        let after = try await bench.tessTickets.page(ticket)
        #expect(after.ticket.status == before.status)
        #expect(after.ticket.lastActivity == before.lastActivity)
        #expect(after.ticket.lastRole == before.lastRole)
        #expect(try await bench.aliceTickets.page(ticket).conversation.items.last?.authorRole == .system)
    }

    @Test("Two agents at once: both replies are appended, unless each named the revision seen", arguments: StorageKind.allCases)
    func atOnce(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        let agents = (0..<32).map { Agent(id: Agent.ID("a-\($0)"), name: "A", departments: ["technical"]) }
        let portal = bench.portal
        try await withThrowingTaskGroup(of: Void.self) { group in
            for agent in agents {
                group.addTask { try await portal.agent(agent).tickets.reply(to: ticket, ReplyDraft("from \(agent.id)")) }
            }
            try await group.waitForAll()
        }
        let page = try await bench.tessTickets.page(ticket, messages: PageRequest(limit: 100))
        #expect(Set(page.conversation.items.map(\.text)).count == 33)

        let seen = page.ticket.revision
        var draft = ReplyDraft("careful")
        draft.seen = seen
        let first = try await bench.tessTickets.reply(to: ticket, draft)
        do {
            try await bench.tessTickets.reply(to: ticket, draft)
            Issue.record("a stale revision was accepted")
        } catch let error as PortalError {
            #expect(error.code == .conflict)
            #expect(error.current == first.revision)
        }
    }

    @Test("A change that always comes too late is given up, with nothing stored")
    func busy() async throws {
        /// A store in which somebody else is always faster.
        struct Contended: TicketStore {
            let base: any TicketStore
            let commits = MutexBox(0)
            func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? { try await base.ticket(id, in: scope) }
            func tickets(_ query: TicketQuery) async throws -> Page<Ticket> { try await base.tickets(query) }
            func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] { [:] }
            func messages(_ query: MessageQuery) async throws -> Page<Message> { try await base.messages(query) }
            func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> {
                try await base.attachedFiles(among: files)
            }
            func commit(_ commit: TicketCommit) async throws -> Position {
                commits.change { $0 += 1 }
                throw StorageError(.conflict, "somebody was faster")
            }
        }
        let bench = try await PortalBench { $0.limits.attempts = 5 }
        let ticket = try await bench.open().ticket
        let store = Contended(base: try #require(bench.storage.tickets))
        var storage = ComposedStorage(bench.storage)
        storage.tickets = store
        let tickets = Portal(storage: storage, configuration: bench.configuration).customer(bench.alice).tickets
        #expect(await code { try await tickets.close(ticket) } == .busy)
        #expect(store.commits.value == 5)
        #expect(try await bench.status(ticket) == .open)
    }

    @Test("A transfer takes the ticket out of the old department's sight at once", arguments: StorageKind.allCases)
    func transfers(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open().ticket
        try await bench.tessTickets.close(ticket)
        _ = try await bench.heard()
        var feed = try await bench.tessTickets.changes().makeAsyncIterator()
        #expect(try await bench.tessTickets.transfer(ticket, to: "billing").status == .closed)
        let change = try await feed.next()
        #expect(change?.kind == .ticketTransferred)
        #expect(change?.record == nil)
        #expect(await code { try await bench.tessTickets.page(ticket) } == .notFound)
        #expect(await code { try await bench.tessTickets.reply(to: ticket, "x") } == .notFound)
        #expect(try await bench.tessTickets.list().items.isEmpty)
        #expect(try await bench.billTickets.page(ticket).ticket.status == .closed)
        #expect(try await bench.aliceTickets.page(ticket).ticket.departmentName == "Billing")
        #expect(try await bench.heard() == ["agent:a-bill ticket.transferred"])
        #expect(await code { try await bench.billTickets.transfer(ticket, to: "nowhere") } == .unknownChoice)
    }

    @Test("Agents open tickets for customers and for guests", arguments: StorageKind.allCases)
    func opensForOthers(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        var form = AgentTicketForm(
            for: .customer("c-alice"), department: "technical", subject: "Maintenance", message: "We will …")
        form.service = "s-vps"
        let confirmation = try await bench.tessTickets.open(form)
        #expect(confirmation.status == .answered)
        let page = try await bench.aliceTickets.page(confirmation.ticket)
        #expect(page.ticket.viewerRole == .requester)
        #expect(page.conversation.items.map(\.authorRole) == [.agent])
        #expect(try await bench.heard() == ["customer:c-alice ticket.opened"])

        form.requester = .guest(name: "Gus", email: "gus@example.com")
        form.service = nil
        form.status = .open
        let guest = try await bench.tessTickets.open(form)
        let token = try #require(guest.accessToken)
        #expect(try await bench.portal.guest().tickets.page(token).ticket.status == .open)

        let weak = Agent(id: "a-w", name: "W", departments: ["technical"], permissions: [.openForOthers])
        let closed = form
        #expect(await code { try await bench.portal.agent(weak).tickets.open(closed) } == .notPermitted)

        form.requester = .customer("nobody")
        form.department = "billing"
        form.priority = TicketPriority(rawValue: "Extreme")
        do {
            _ = try await bench.tessTickets.open(form)
            Issue.record("a bad form was accepted")
        } catch let error as PortalError {
            let expected: Set<FormProblem> = [
                FormProblem(.customer, .unknown), FormProblem(.department, .unknown), FormProblem(.priority, .unknown),
            ]
            #expect(Set(error.problems) == expected)
        }
    }

    @Test("Statuses of the host's own are set, counted and mapped", arguments: StorageKind.allCases)
    func ownStatuses(_ kind: StorageKind) async throws {
        let onHold = TicketStatus(rawValue: "On hold")
        let bench = try await PortalBench(kind) { $0.statuses.append(StatusDefinition(onHold, kind: .answered)) }
        let ticket = try await bench.open().ticket
        _ = try await bench.open("Another")
        #expect(try await bench.tessTickets.set(onHold, on: ticket).status == onHold)
        let counts = try await bench.aliceTickets.counts()
        #expect(counts.byStatus == [onHold: 1, .open: 1])
        #expect(counts[kind: .answered] == 1)
        #expect(counts.total == 2)
        #expect(try await bench.tessTickets.reply(to: ticket, "Done", setting: .closed).status == .closed)
        #expect(try await bench.tessTickets.page(ticket).ticket.closed == bench.clock.now)
        #expect(await code { try await bench.tessTickets.set(TicketStatus(rawValue: "Odd"), on: ticket) } == .unknownChoice)
        #expect(try await bench.tessTickets.set(TicketPriority.high, on: ticket).rule == .prioritySet)
        #expect(try await bench.tessTickets.set(TicketPriority.high, on: ticket).rule == .unchanged)
    }
}
