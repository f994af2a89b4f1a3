import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("What time does to tickets")
struct AgeingTests {
    static let hour = Duration.seconds(3_600)
    static let policy = AutoClosePolicy.after(hour * 72, warning: hour * 24)

    private func bench(_ kind: StorageKind, with change: (inout PortalConfiguration) throws -> Void = { _ in }) async throws
        -> PortalBench
    {
        try await PortalBench(kind) {
            $0.tickets.autoClose = Self.policy
            try change(&$0)
        }
    }

    @Test("Answered for 72 hours: a warning before, closed once, one notice, to the millisecond", arguments: StorageKind.allCases)
    func warnsThenCloses(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let ticket = try await bench.open { $0.copies = ["carl@example.com"] }.ticket
        bench.clock.advance(by: .seconds(5))
        try await bench.tessTickets.reply(to: ticket, "Answer")
        let answered = bench.clock.now
        _ = try await bench.heard()
        func run() async throws -> HousekeepingReport {
            let report = try await bench.portal.housekeeper.runOnce()
            let again = try await bench.portal.housekeeper.runOnce()
            #expect(again.warned.isEmpty && again.closed.isEmpty && again.failures.isEmpty)
            return report
        }
        bench.clock.advance(by: Self.hour * 48 - .milliseconds(1))
        #expect(try await run().warned.isEmpty)
        bench.clock.advance(by: .milliseconds(1))
        #expect(try await run().warned == [ticket])
        try await bench.portal.dispatcher.drain()
        let warnings = bench.channel.drain()
        #expect(Set(warnings.map(\.recipient.identity.rawValue)) == ["customer:c-alice", "address:carl@example.com"])
        let closing = Int64(((answered.timeIntervalSince1970 + 72 * 3_600) * 1_000).rounded())
        #expect(warnings.map { $0.event.details[.date] } == [String(closing), String(closing)])
        #expect(warnings.map(\.event.kind) == [.ticketCloseWarned, .ticketCloseWarned])
        bench.clock.advance(by: Self.hour * 24 - .milliseconds(1))
        #expect(try await run().closed.isEmpty)
        bench.clock.advance(by: .milliseconds(1))
        #expect(try await run().closed == [ticket])
        #expect(try await bench.heard() == ["customer:c-alice ticket.closed", "address:carl@example.com ticket.closed"])
        #expect(try await bench.status(ticket) == .closed)
        #expect(try await bench.messages(of: ticket).count == 2)
        bench.clock.advance(by: Self.hour * 1_000)
        #expect(try await run().closed.isEmpty)
        #expect(try await bench.heard().isEmpty)
    }

    @Test("What waits for an agent is never closed, what waits for the customer is, by its kind", arguments: StorageKind.allCases)
    func kinds(_ kind: StorageKind) async throws {
        let (onHold, escalated, gone) = (
            TicketStatus(rawValue: "On hold"), TicketStatus(rawValue: "Escalated"), TicketStatus(rawValue: "Gone")
        )
        var bench = try await bench(kind) {
            $0.statuses += [
                StatusDefinition(onHold, kind: .answered), StatusDefinition(escalated, kind: .customerReply),
                StatusDefinition(gone, kind: .answered),
            ]
        }
        var tickets: [TicketStatus: Ticket.ID] = [:]
        for status in [.open, .answered, .customerReply, onHold, escalated, gone] as [TicketStatus] {
            let ticket = try await bench.open().ticket
            if status != .open { try await bench.tessTickets.set(status, on: ticket) }
            tickets[status] = ticket
        }
        // A status that is not configured any more counts as open.
        bench.configuration.statuses.removeAll { $0.status == gone }
        for _ in 0..<10 {
            bench.clock.advance(by: Self.hour * 100)
            try await bench.portal.housekeeper.runOnce()
        }
        var statuses: [TicketStatus: TicketStatus] = [:]
        for (status, ticket) in tickets { statuses[status] = try await bench.status(ticket) }
        let expected: [TicketStatus: TicketStatus] = [
            .open: .open, .answered: .closed, .customerReply: .customerReply, onHold: .closed, escalated: escalated, gone: gone,
        ]
        #expect(statuses == expected)
    }

    @Test("Only public words of people count as activity", arguments: StorageKind.allCases)
    func onlyPublicWords(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let ticket = try await bench.open().ticket
        let reply = try #require(try await bench.tessTickets.reply(to: ticket, "Answer").message)
        let quiet: [() async throws -> Any] = [
            { try await bench.tessTickets.note(on: ticket, "Note") },
            { try await bench.tessTickets.post(to: ticket, "Automatic") },
            { try await bench.tessTickets.set(.high, on: ticket) }, { try await bench.tessTickets.claim(ticket) },
            { try await bench.tessTickets.tag(ticket, try #require(TagName("x"))) },
            { try await bench.tessTickets.edit(reply, of: ticket, "Better answer") },
            { try await bench.aliceTickets.rate(reply, of: ticket, 5) }, { try await bench.aliceTickets.markRead(ticket) },
            { try await bench.aliceTickets.save("Begun", for: ticket) },
        ]
        for (number, act) in quiet.enumerated() {
            bench.clock.advance(by: Self.hour * 5)
            _ = try await act()
            #expect(try await bench.portal.housekeeper.runOnce().warned.isEmpty, "\(number)")
        }
        bench.clock.advance(by: Self.hour * 3)
        #expect(try await bench.portal.housekeeper.runOnce().warned == [ticket])
        // Nor do they take the warning back.
        for act in quiet.prefix(3) { _ = try await act() }
        bench.clock.advance(by: Self.hour * 24)
        #expect(try await bench.portal.housekeeper.runOnce().closed == [ticket])
    }

    @Test("Words start the clock anew, and a warning is given again", arguments: StorageKind.allCases)
    func wordsStartAnew(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let ticket = try await bench.open().ticket
        try await bench.tessTickets.reply(to: ticket, "Answer")
        bench.clock.advance(by: Self.hour * 50)
        #expect(try await bench.portal.housekeeper.runOnce().warned == [ticket])
        try await bench.aliceTickets.reply(to: ticket, "Wait")
        bench.clock.advance(by: Self.hour * 500)
        #expect(try await bench.portal.housekeeper.runOnce().closed.isEmpty)
        // Back to answered by hand: the last words are old, yet the customer is warned a full day before.
        try await bench.tessTickets.set(.answered, on: ticket)
        #expect(try await bench.portal.housekeeper.runOnce().warned == [ticket])
        bench.clock.advance(by: Self.hour * 24 - .milliseconds(1))
        #expect(try await bench.portal.housekeeper.runOnce().closed.isEmpty)
        // Open and back takes the warning back, too.
        try await bench.tessTickets.set(.open, on: ticket)
        try await bench.tessTickets.set(.answered, on: ticket)
        bench.clock.advance(by: .milliseconds(1))
        let report = try await bench.portal.housekeeper.runOnce()
        #expect(report.closed.isEmpty)
        #expect(report.warned == [ticket])
        bench.clock.advance(by: Self.hour * 24)
        #expect(try await bench.portal.housekeeper.runOnce().closed == [ticket])
        // And so it is with a ticket that is reopened.
        try await bench.aliceTickets.reopen(ticket)
        try await bench.tessTickets.set(.answered, on: ticket)
        let last = try await bench.portal.housekeeper.runOnce()
        #expect(last.warned == [ticket])
        #expect(last.closed.isEmpty)
    }

    @Test("After a pause of the runner the customer still has the whole warning", arguments: StorageKind.allCases)
    func pausedRunner(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let ticket = try await bench.open().ticket
        try await bench.tessTickets.reply(to: ticket, "Answer")
        _ = try await bench.heard()
        bench.clock.advance(by: Self.hour * 24 * 30)
        #expect(try await bench.portal.housekeeper.runOnce().warned == [ticket])
        try await bench.portal.dispatcher.drain()
        let closing = Int64((bench.clock.now.timeIntervalSince1970 * 1_000).rounded()) + 24 * 3_600_000
        #expect(bench.channel.drain().first?.event.details[.date] == String(closing))
        bench.clock.advance(by: Self.hour * 24 - .milliseconds(1))
        #expect(try await bench.portal.housekeeper.runOnce().closed.isEmpty)
        bench.clock.advance(by: .milliseconds(1))
        #expect(try await bench.portal.housekeeper.runOnce().closed == [ticket])
    }

    @Test("A department's own policy outranks the portal's", arguments: StorageKind.allCases)
    func departmentPolicy(_ kind: StorageKind) async throws {
        let bench = try await bench(kind) {
            $0.departments[1].autoClose = .never
            $0.departments[2].autoClose = .after(Self.hour * 2, warning: Self.hour)
        }
        var tickets: [Ticket.ID] = []
        for department in ["technical", "billing", "sales"] as [Department.ID] {
            let ticket = try await bench.open { $0.department = department }.ticket
            try await bench.allTickets.reply(to: ticket, "Answer")
            tickets.append(ticket)
        }
        bench.clock.advance(by: Self.hour)
        #expect(try await bench.portal.housekeeper.runOnce().warned == [tickets[2]])
        bench.clock.advance(by: Self.hour)
        #expect(try await bench.portal.housekeeper.runOnce().closed == [tickets[2]])
        for _ in 0..<4 {
            bench.clock.advance(by: Self.hour * 100)
            try await bench.portal.housekeeper.runOnce()
        }
        #expect(try await bench.status(tickets[0]) == .closed)
        #expect(try await bench.status(tickets[1]) == .answered)
    }

    @Test(
        "With a warning of no time a ticket is closed in one step, at the instant, and running twice does nothing more",
        arguments: StorageKind.allCases)
    func noWarning(_ kind: StorageKind) async throws {
        let bench = try await bench(kind) { $0.tickets.autoClose = .after(Self.hour, warning: .zero) }
        let ticket = try await bench.open().ticket
        try await bench.tessTickets.reply(to: ticket, "Answer")
        _ = try await bench.heard()
        bench.clock.advance(by: Self.hour - .milliseconds(1))
        #expect(try await bench.portal.housekeeper.runOnce().closed.isEmpty)
        bench.clock.advance(by: .milliseconds(1))
        #expect(try await bench.portal.housekeeper.runOnce().closed == [ticket])
        #expect(try await bench.portal.housekeeper.runOnce().closed.isEmpty)
        #expect(try await bench.heard() == ["customer:c-alice ticket.closed"])
    }

    @Test("Extreme spans and far dates do no harm", arguments: StorageKind.allCases)
    func extremes(_ kind: StorageKind) async throws {
        let spans: [Duration] = [.seconds(Int64.max), .seconds(Int64.min), .zero, .nanoseconds(1), .seconds(-5), .seconds(1e18)]
        let dates = [Date.distantPast, .distantFuture, Date(timeIntervalSince1970: 1e14), Date(timeIntervalSince1970: 0)]
        for date in dates {
            for span in spans {
                for warning in spans {
                    let bench = try await PortalBench(kind, clock: ManualClock(date)) {
                        $0.tickets.autoClose = .after(span, warning: warning)
                        $0.tickets.reminders = [span, warning]
                        $0.tickets.attachmentLifetime = span
                        $0.tickets.uploadLifetime = warning
                        $0.tickets.guestAccessLifetime = span
                    }
                    let waiting = try await bench.open().ticket
                    let answered = try await bench.open().ticket
                    try await bench.tessTickets.reply(to: answered, "Answer")
                    for _ in 0..<3 {
                        let report = try await bench.portal.housekeeper.runOnce()
                        #expect(report.failures.isEmpty)
                        bench.clock.advance(by: .seconds(1))
                    }
                    #expect(try await bench.status(waiting) == .open)
                }
            }
        }
    }

    @Test("A clock that is set back does no harm", arguments: StorageKind.allCases)
    func clockSetBack(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let ticket = try await bench.open().ticket
        bench.clock.advance(by: .seconds(-100_000))
        try await bench.aliceTickets.reply(to: ticket, "Earlier")
        try await bench.tessTickets.reply(to: ticket, "Earlier still")
        try await bench.portal.housekeeper.runOnce()
        #expect(try await bench.status(ticket) == .answered)
        #expect(try await bench.texts(ticket).last == "Earlier still")
        let other = try await bench.open().ticket
        try await bench.tessTickets.merge(other, into: ticket)
        #expect(try await bench.texts(ticket).count == 4)
    }

    @Test("A portal without tickets or files has nothing to keep", arguments: StorageKind.allCases)
    func composedWithout(_ kind: StorageKind) async throws {
        let report = try await Portal(storage: ComposedStorage()).housekeeper.runOnce()
        #expect(report.closed.isEmpty && report.failures.isEmpty)
        #expect(try await Portal(storage: ComposedStorage()).erase(Customer(id: "c", name: "C")) == ErasureReport())
        var storage = ComposedStorage(try await kind.make())
        storage.blobs = nil
        let portal = Portal(storage: storage)
        #expect(try await portal.housekeeper.runOnce().removedUploads == 0)
        #expect(try await portal.erase(Customer(id: "c", name: "C")) == ErasureReport())
    }

    @Test("64 runs at once do what one does", arguments: StorageKind.allCases)
    func manyRunners(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        var tickets: [Ticket.ID] = []
        for _ in 0..<8 {
            let ticket = try await bench.open().ticket
            try await bench.tessTickets.reply(to: ticket, "Answer")
            tickets.append(ticket)
        }
        _ = try await bench.heard()
        func runMany() async throws -> [HousekeepingReport] {
            try await withThrowingTaskGroup(of: HousekeepingReport.self) { group in
                for _ in 0..<64 { group.addTask { try await bench.portal.housekeeper.runOnce() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        bench.clock.advance(by: Self.hour * 48)
        let warned = try await runMany()
        #expect(warned.flatMap(\.warned).sorted() == tickets.sorted())
        #expect(warned.allSatisfy { $0.failures.isEmpty && $0.closed.isEmpty })
        bench.clock.advance(by: Self.hour * 24)
        #expect(try await runMany().flatMap(\.closed).sorted() == tickets.sorted())
        try await bench.portal.dispatcher.drain()
        #expect(bench.channel.drain().map(\.event.kind).count { $0 == .ticketClosed } == 8)
    }

    @Test(
        "A customer who writes while it is being closed reopens it or keeps it open: no word is lost",
        arguments: StorageKind.allCases)
    func closingRaces(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let ticket = try await bench.open().ticket
        try await bench.tessTickets.reply(to: ticket, "Answer")
        bench.clock.advance(by: Self.hour * 48)
        try await bench.portal.housekeeper.runOnce()
        bench.clock.advance(by: Self.hour * 24)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    if number % 2 == 0 {
                        try await bench.portal.housekeeper.runOnce()
                    } else {
                        try await bench.aliceTickets.reply(to: ticket, ReplyDraft("\(number)"))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await bench.status(ticket) == .customerReply)
        #expect(try await bench.messages(of: ticket).count == 34)
        #expect(try await bench.contradictions().isEmpty)
    }

    @Test("Agents are reminded once for each span, and once after a pause", arguments: StorageKind.allCases)
    func reminders(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.tickets.reminders = [Self.hour * 8, Self.hour, Self.hour * 4] }
        bench.people.set(Agent(id: "a-two", name: "Two", departments: ["technical"]))
        let ticket = try await bench.open().ticket
        _ = try await bench.heard()
        func reminded() async throws -> Set<String> {
            try await bench.portal.housekeeper.runOnce()
            try await bench.portal.housekeeper.runOnce()
            return try await bench.heard()
        }
        bench.clock.advance(by: Self.hour - .milliseconds(1))
        #expect(try await reminded().isEmpty)
        bench.clock.advance(by: .milliseconds(1))
        #expect(try await reminded() == ["agent:a-tess ticket.reminded", "agent:a-two ticket.reminded"])
        try await bench.tessTickets.claim(ticket)
        bench.clock.advance(by: Self.hour * 20)
        #expect(try await reminded() == ["agent:a-tess ticket.reminded"])
        bench.clock.advance(by: Self.hour * 200)
        #expect(try await reminded().isEmpty)
        // Words begin anew; answered and closed tickets wait for nobody here.
        try await bench.aliceTickets.reply(to: ticket, "Hello?")
        _ = try await bench.heard()
        bench.clock.advance(by: Self.hour)
        #expect(try await reminded() == ["agent:a-tess ticket.reminded"])
        try await bench.tessTickets.reply(to: ticket, "Answer")
        _ = try await bench.heard()
        bench.clock.advance(by: Self.hour * 200)
        #expect(try await reminded().isEmpty)
        // Customers see nothing of it.
        let feed = try await bench.storage.tickets?.changes(ChangeQuery(since: .start, limit: 1_000, includesInternal: false))
        #expect(feed?.events.contains { $0.event.kind == .ticketReminded } == false)
    }

    @Test(
        "The runner works under the injected clock, survives a store's failure, and ends when cancelled",
        arguments: StorageKind.allCases)
    func runner(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let ticket = try await bench.open().ticket
        try await bench.tessTickets.reply(to: ticket, "Answer")
        let errors = MutexBox(0)
        let task = Task {
            try await bench.portal.housekeeper.run(every: Self.hour) { _ in errors.change { $0 += 1 } }
        }
        await bench.clock.waitForSleepers()
        for hour in 0..<72 {
            if hour == 60 { bench.storage.faults.fail(.tickets) }
            bench.clock.advance(by: Self.hour)
            await bench.clock.waitForSleepers()
        }
        #expect(try await bench.status(ticket) == .closed)
        #expect(errors.value == 1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("A ticket that fails keeps no other from its turn", arguments: StorageKind.allCases)
    func failuresStayAlone(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        var tickets: [Ticket.ID] = []
        for _ in 0..<3 {
            let ticket = try await bench.open().ticket
            try await bench.tessTickets.reply(to: ticket, "Answer")
            tickets.append(ticket)
            bench.clock.advance(by: .seconds(1))
        }
        bench.clock.advance(by: Self.hour * 48)
        bench.storage.faults.fail(.commit)
        let report = try await bench.portal.housekeeper.runOnce()
        #expect(report.failures.map(\.ticket) == [tickets[0]])
        #expect(report.warned == Array(tickets.dropFirst()))
        #expect(try await bench.portal.housekeeper.runOnce().warned == [tickets[0]])
    }

    @Test("Whatever call of a store fails, the next run completes the work", arguments: StorageKind.allCases)
    func faults(_ kind: StorageKind) async throws {
        try await withEachFault(kind) {
            $0.tickets.autoClose = Self.policy
            $0.tickets.reminders = [Self.hour]
            $0.tickets.attachmentLifetime = Self.hour
        } prepare: { bench in
            let log = FileSource(name: "x.log", data: Data("bytes".utf8))
            let file = try await bench.aliceTickets.upload(log)
            _ = try await bench.aliceTickets.upload(log)
            let done = try await bench.open { $0.attachments = [file] }.ticket
            try await bench.tessTickets.close(done)
            let waiting = try await bench.open().ticket
            let answered = try await bench.open().ticket
            try await bench.tessTickets.reply(to: answered, "Answer")
            bench.clock.advance(by: Self.hour * 48)
            return [done, waiting, answered]
        } work: { bench, _ in
            try await bench.portal.housekeeper.runOnce()
        } verify: { (bench, tickets, fault) async throws in
            #expect(try await bench.record(tickets[1])?.reminders == 1, "\(fault)")
            #expect(try await bench.record(tickets[2])?.warned != nil, "\(fault)")
            #expect(try await bench.record(tickets[0])?.fileCount == 0, "\(fault)")
            #expect(try await bench.storage.blobs?.blobs(matching: BlobQuery()).items.isEmpty == true, "\(fault): bytes are left")
            let entry = try await bench.aliceTickets.page(tickets[0]).conversation.items.first
            #expect(entry?.attachments.first?.removed != nil, "\(fault)")
            #expect(try await bench.contradictions().isEmpty, "\(fault)")
        }
    }

    @Test("Merged tickets do not age, and the ticket they lead to does", arguments: StorageKind.allCases)
    func merged(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let (a, b) = (try await bench.open("A").ticket, try await bench.open("B").ticket)
        for ticket in [a, b] { try await bench.tessTickets.reply(to: ticket, "Answer") }
        bench.clock.advance(by: Self.hour * 48)
        #expect(Set(try await bench.portal.housekeeper.runOnce().warned) == [a, b])
        try await bench.tessTickets.merge(b, into: a)
        bench.clock.advance(by: Self.hour * 24)
        let report = try await bench.portal.housekeeper.runOnce()
        #expect(report.closed.isEmpty, "the merge took the warning back")
        #expect(report.warned == [a])
        bench.clock.advance(by: Self.hour * 24)
        #expect(try await bench.portal.housekeeper.runOnce().closed == [a])
    }

    @Test("Attachments expire after closing: listed as removed, the bytes gone, and only those", arguments: StorageKind.allCases)
    func attachmentsExpire(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.tickets.attachmentLifetime = Self.hour * 100 }
        let log = FileSource(name: "x.log", data: Data("bytes".utf8))
        func openWithFile() async throws -> Ticket.ID {
            let file = try await bench.aliceTickets.upload(log)
            return try await bench.open { $0.attachments = [file] }.ticket
        }
        let (done, open, again) = (try await openWithFile(), try await openWithFile(), try await openWithFile())
        for ticket in [done, again] { try await bench.tessTickets.close(ticket) }
        bench.clock.advance(by: Self.hour * 100 - .milliseconds(1))
        #expect(try await bench.portal.housekeeper.runOnce().removedFiles == 0)
        try await bench.aliceTickets.reply(to: again, "Not done")
        bench.clock.advance(by: .milliseconds(1))
        #expect(try await bench.portal.housekeeper.runOnce().removedFiles == 1)
        #expect(try await bench.portal.housekeeper.runOnce().removedFiles == 0)
        let entry = try #require(try await bench.aliceTickets.page(done).conversation.items.first)
        let listed = try #require(entry.attachments.first)
        #expect(listed.removed == bench.clock.now)
        #expect(listed.name == "x.log")
        #expect(listed.size == 5)
        #expect(await code { try await bench.aliceTickets.file(listed.id, in: entry.id, of: done) } == .fileMissing)
        for ticket in [open, again] {
            let entry = try #require(try await bench.aliceTickets.page(ticket).conversation.items.first)
            let file = try #require(entry.attachments.first)
            #expect(try await bench.aliceTickets.file(file.id, in: entry.id, of: ticket).bytes.collect() == Data("bytes".utf8))
        }
        #expect(try await bench.contradictions().isEmpty)
    }

    @Test("Uploads that were never sent go, those that were sent stay", arguments: StorageKind.allCases)
    func uploadsExpire(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let log = FileSource(name: "x.log", data: Data("bytes".utf8))
        let sent = try await bench.aliceTickets.upload(log)
        _ = try await bench.open { $0.attachments = [sent] }
        _ = try await bench.aliceTickets.upload(log)
        _ = try await bench.tessTickets.upload(log)
        let form = try await bench.guestForm()
        _ = try await bench.portal.guest().tickets.upload(log, for: form)
        bench.clock.advance(by: bench.configuration.tickets.uploadLifetime)
        #expect(try await bench.portal.housekeeper.runOnce().removedUploads == 0)
        bench.clock.advance(by: Self.hour * 2)
        // One that cannot be deleted keeps neither the others nor the report.
        bench.storage.faults.fail(.deleteBlob)
        let report = try await bench.portal.housekeeper.runOnce()
        #expect(report.removedUploads == 2)
        #expect(report.failures.count == 1)
        #expect(try await bench.portal.housekeeper.runOnce().removedUploads == 1)
        #expect(try await bench.storage.blobs?.blobs(matching: BlobQuery()).items.map(\.id) == [sent.id])
    }
}
