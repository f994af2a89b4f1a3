import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("The form that opens a ticket")
struct FormTests {
    @Test("A form with five mistakes reports all five and is untouched", arguments: StorageKind.allCases)
    func reportsAll(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.limits.message = 10 }
        let guest = bench.portal.guest().tickets
        var form = try await guest.newForm()
        form.name = " "
        form.email = "not an address"
        form.department = "sales"
        form.subject = "\u{202E}\r\n"
        form.message = "More than ten bytes"
        form.copies = ["ok@example.com", "bad", "OK@example.com", "support@host.example"]
        let before = form
        let expected: Set<FormProblem> = [
            FormProblem(.name, .missing), FormProblem(.email, .malformed), FormProblem(.department, .unknown),
            FormProblem(.subject, .missing), FormProblem(.message, .tooLong, limit: 10),
            FormProblem(.copies, .malformed, index: 1), FormProblem(.copies, .duplicate, index: 2),
            FormProblem(.copies, .portalAddress, index: 3),
        ]
        do {
            _ = try await guest.open(form)
            Issue.record("a bad form was accepted")
        } catch let error as PortalError {
            #expect(error.code == .invalidForm)
            #expect(Set(error.problems) == expected)
            #expect(error.problems.count == expected.count)
        }
        #expect(form == before)
        #expect(Set(try await guest.problems(of: form)) == expected)
        #expect(try await bench.portal.agent(bench.tess).tickets.list().items.isEmpty)
    }

    @Test("The same submit key twice is one ticket and one notice", arguments: StorageKind.allCases)
    func submitsOnce(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let tickets = bench.aliceTickets
        var form = try await tickets.newForm()
        form.department = "technical"
        form.subject = "Once"
        form.message = "Only once"
        let first = try await tickets.open(form)
        let ready = form
        let again = try await withThrowingTaskGroup(of: TicketConfirmation.self) { group in
            for _ in 0..<16 { group.addTask { try await tickets.open(ready) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(again == [first])
        #expect(try await tickets.list().items.count == 1)
        #expect(try await bench.heard() == ["agent:a-tess ticket.opened"])
        // The key is the sender's: from another customer it opens another ticket.
        #expect(try await bench.bobTickets.open(form).ticket != first.ticket)
        // Kept for the stated time, then forgotten.
        bench.clock.advance(by: bench.configuration.tickets.submitKeyLifetime)
        #expect(try await tickets.open(form).ticket != first.ticket)
    }

    @Test("16 submits of one form at once open one ticket", arguments: StorageKind.allCases)
    func submitsOnceAtOnce(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let guest = bench.portal.guest().tickets
        let ready = try await bench.guestForm()
        let confirmations = try await withThrowingTaskGroup(of: TicketConfirmation.self) { group in
            for _ in 0..<16 { group.addTask { try await guest.open(ready) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(confirmations.count == 1)
        #expect(try await bench.tessTickets.list().items.count == 1)
    }

    @Test("A submit whose answer was lost can be repeated", arguments: StorageKind.allCases)
    func answerLost(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let tickets = bench.aliceTickets
        var form = try await tickets.newForm()
        form.department = "technical"
        form.subject = "Once"
        form.message = "Only once"
        bench.storage.faults.fail(.commit, .afterwards)
        let ready = form
        await #expect(throws: InjectedFault.self) { try await tickets.open(ready) }
        let confirmation = try await tickets.open(form)
        #expect(try await tickets.list().items.map(\.id) == [confirmation.ticket])

        var draft = ReplyDraft("Once, too")
        draft.submitKey = try await tickets.newForm().submitKey
        bench.storage.faults.fail(.commit, .afterwards)
        let written = draft
        await #expect(throws: InjectedFault.self) { try await tickets.reply(to: confirmation.ticket, written) }
        let receipt = try await tickets.reply(to: confirmation.ticket, draft)
        #expect(receipt.message != nil)
        #expect(try await tickets.page(confirmation.ticket).conversation.items.map(\.text) == ["Only once", "Once, too"])
    }

    @Test("A submit key is good for one purpose, and tells nobody more than the ticket would", arguments: StorageKind.allCases)
    func keysAreBound(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let first = try await bench.open { $0.copies = ["bob@example.com"] }.ticket
        let second = try await bench.open("Bob's", as: bench.bob).ticket
        var draft = bench.bobTickets.newReply()
        draft.text = "Once"
        try await bench.bobTickets.reply(to: first, draft)
        // On another ticket the same key says it there.
        #expect(try await bench.bobTickets.reply(to: second, draft).ticket == second)
        #expect(try await bench.bobTickets.page(second).conversation.items.count == 2)
        #expect(try await bench.bobTickets.reply(to: first, draft).rule == .unchanged)
        try await bench.aliceTickets.removeCopy(try EmailAddress("bob@example.com"), from: first)
        let sent = draft
        #expect(await code { try await bench.bobTickets.reply(to: first, sent) } == .notFound)
        // A double click with the revision that was seen is a double click, not a conflict.
        var careful = bench.aliceTickets.newReply()
        careful.text = "Careful"
        careful.seen = try await bench.aliceTickets.page(first).ticket.revision
        let receipt = try await bench.aliceTickets.reply(to: first, careful)
        #expect(try await bench.aliceTickets.reply(to: first, careful).message == receipt.message)
    }

    @Test("Many double clicks at once are one message", arguments: StorageKind.allCases)
    func doubleClicks(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let tickets = bench.aliceTickets
        let ticket = try await bench.open().ticket
        var draft = tickets.newReply()
        draft.text = "Once"
        draft.seen = try await tickets.page(ticket).ticket.revision
        let sent = draft
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 { group.addTask { try await tickets.reply(to: ticket, sent) } }
            try await group.waitForAll()
        }
        #expect(try await tickets.page(ticket).conversation.items.map(\.text).filter { $0 == "Once" }.count == 1)
    }

    @Test(
        "What cannot be seen is no subject, and a subject cannot be longer than any list can carry",
        arguments: StorageKind.allCases)
    func invisible(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        for subject in ["\u{200B}", "\u{3164}", "\u{AD}\u{200D}"] {
            #expect(await code { try await bench.open(subject) } == .invalidForm)
        }
        let dense = "a" + String(repeating: "\u{301}", count: 6_000)
        #expect(await code { try await bench.open(dense) } == .invalidForm)
        let longest = String(repeating: "👍", count: 200)
        _ = try await bench.open(longest)
        _ = try await bench.open(longest)
        let order = TicketOrder(.subject, ascending: true)
        let cursor = try #require(try await bench.tessTickets.list(order: order, page: PageRequest(limit: 1)).next)
        #expect(PageCursor(cursor.description) == cursor)
    }

    @Test("A message keeps the indent of its first line, and loses what only machines read")
    func messageText() async throws {
        let bench = try await PortalBench()
        let ticket = try await bench.open { $0.message = "\r\n \n    code\r\n\u{0}\u{1B}text\u{202E} \u{200F}שלום\n \n" }.ticket
        let text = try await bench.aliceTickets.page(ticket).conversation.items.first?.text
        #expect(text == "    code\ntext \u{200F}שלום")
    }

    @Test("A form survives being written down and read back")
    func codable() async throws {
        let bench = try await PortalBench()
        var form = try await bench.aliceTickets.newForm()
        form.subject = "Draft"
        form.attachments = [try await bench.aliceTickets.upload(FileSource(name: "a.txt", data: Data("a".utf8)))]
        let copy = try JSONDecoder().decode(TicketForm.self, from: JSONEncoder().encode(form))
        #expect(copy == form)
    }

    @Test("What a form says of a signed-in customer does not count", arguments: StorageKind.allCases)
    func identityIsTheSession(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open {
            $0.name = "Mallory"
            $0.email = "mallory@example.com"
        }.ticket
        let stored = try await bench.tessTickets.page(ticket).ticket
        #expect(stored.requester.name == "Alice")
        #expect(stored.requester.address?.text == "alice@example.com")
    }

    @Test("A subject or a name cannot carry a header", arguments: StorageKind.allCases)
    func noHeaders(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open("x\r\nBcc: v@e.com\u{0}\u{2028}y\u{202E}z").ticket
        let mallory = Customer(id: "c-m", name: "M\r\nBcc: v@e.com", email: try EmailAddress("m@example.com"))
        let second = try await bench.open("plain", as: mallory).ticket
        try await bench.portal.dispatcher.drain()
        let lines = try bench.channel.notices.flatMap { notice in
            let ticket = try #require(notice.content.ticket)
            return [ticket.subject.text, ticket.requester.name.text, notice.recipient.name.text, notice.event.author.name.text]
        }
        #expect(lines.contains("x Bcc: v@e.com yz"))
        #expect(lines.contains("M Bcc: v@e.com"))
        for line in lines {
            #expect(
                !line.unicodeScalars.contains {
                    $0.properties.generalCategory == .control || $0 == "\u{2028}" || $0 == "\u{202E}"
                })
        }
        #expect(try await bench.aliceTickets.page(ticket).ticket.subject == "x Bcc: v@e.com yz")
        #expect(try await bench.tessTickets.page(second).ticket.requester.name == "M Bcc: v@e.com")
    }

    @Test("Huge input is refused quickly", arguments: StorageKind.allCases)
    func hugeInput(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let huge = String(repeating: "👩‍👩‍👧 ", count: 100_000)
        var form = try await bench.portal.guest().tickets.newForm()
        form.name = huge
        form.email = huge
        form.subject = huge
        form.message = huge
        form.copies = Array(repeating: huge, count: 10_000)
        form.department = Department.ID(huge)
        let file = try await bench.aliceTickets.upload(FileSource(name: "a.txt", data: Data("a".utf8)))
        form.attachments = Array(repeating: file, count: 100_000)
        let ready = form
        var problems: [FormProblem] = []
        let time = try await ContinuousClock().measure { problems = try await bench.portal.guest().tickets.problems(of: ready) }
        #expect(Set(problems.map(\.field)) == [.name, .email, .subject, .message, .copies, .department, .attachments])
        #expect(time < .seconds(1))
    }

    @Test("A single department is chosen already, hidden ones are not offered")
    func choices() async throws {
        let bench = try await PortalBench {
            $0.departments = [Department(id: "one", name: "One"), Department(id: "two", name: "Two") { $0.isHidden = true }]
        }
        let form = try await bench.aliceTickets.newForm()
        #expect(form.department == "one")
        var hidden = form
        hidden.department = "two"
        #expect(try await bench.aliceTickets.problems(of: hidden).contains(FormProblem(.department, .unknown)))
    }
}
