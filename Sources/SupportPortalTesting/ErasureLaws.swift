import SupportPortal

extension TicketLaws {
    private static func erase(_ erasure: Erasure, in bench: LawBench) async throws -> Position {
        var commit = TicketCommit(date: LawBench.start)
        commit.erasure = erasure
        return try await bench.tickets.commit(commit)
    }

    private static func wide(_ ticket: Ticket.ID) -> MessageQuery { MessageQuery(ticket: ticket, includesInternal: true) }

    static let erasure = [
        StorageLaw("An erased ticket is found nowhere, and all others are where they were") { subject in
            var bench = try await LawBench(subject)
            let numbers = Array(1...4)
            for number in numbers {
                let ticket = LawBench.ticket(number)
                var message = LawBench.message(1, of: ticket.id, text: "word \(number)")
                message.attachments = [FileAttachment(id: Blob.ID("file-\(number)"), name: "a.png", size: 1)]
                _ = try await bench.tickets.commit(
                    TicketCommit(
                        date: LawBench.start, tickets: [ticket],
                        messages: [message, LawBench.message(2, of: ticket.id, kind: .note, text: "note")],
                        events: ["a", "b"].map { LawBench.event("\(number)\($0)", on: ticket) },
                        submission: Submission(
                            key: "key-\(number)", ticket: ticket.id, message: message.id, expires: LawBench.instant(1_000_000))))
            }
            for number in [1, 2, 4, 3] { try await bench.announce(LawBench.event("\(number)c", on: LawBench.ticket(number))) }
            // Of each ticket something is parked, on loan, and waits behind that.
            for item in try await bench.claim() {
                let isParked = ["3a", "4a"].contains(item.id)
                try await bench.settle(item, isParked ? .parked(failure: "x") : .done, adding: [LawBench.delivery("a")])
            }
            let held = try await bench.claim(lease: "held", for: 1_000)
            try requireEqual(held.count, 8, "items on loan")
            let end = try await bench.tickets.changes(ChangeQuery(since: nil)).position
            let before = try await bench.feed(to: end)
            let files = Set(numbers.map { Blob.ID("file-\($0)") })
            let cannotTell = try await bench.tickets.attachedFiles(among: ["none"]) == ["none"]
            let gone = Set([1, 3].map { LawBench.ticket($0).id })
            func isGone(_ event: PortalEvent) -> Bool { gone.contains(Ticket.ID(event.subject)) }
            // What is not there changes nothing, whether it is alone or beside others.
            for tickets in [["none"], gone.union(["none"]), gone] as [Set<Ticket.ID>] {
                try requireEqual(try await erase(Erasure(tickets: tickets), in: bench), end, "the end after an erasure")
            }
            for item in held where isGone(item.event) {
                try await requireRefusal(.leaseLost, "settling \(item.id), which is erased") { [bench] in
                    try await bench.settle(item, lease: "held", adding: [LawBench.delivery("b")])
                }
            }
            for _ in 0..<2 {
                for number in numbers {
                    let (ticket, isGone) = (LawBench.ticket(number), gone.contains(LawBench.ticket(number).id))
                    let found = try await bench.tickets.ticket(ticket.id, in: .everything)
                    try requireEqual(found?.id, isGone ? nil : ticket.id, "ticket \(number)")
                    let messages = try await bench.all(wide(ticket.id))
                    try requireEqual(messages.map(\.index), isGone ? [] : [1, 2], "messages of ticket \(number)")
                    let history = try await bench.all(HistoryQuery(ticket: ticket.id))
                    try requireEqual(
                        history.map(\.event.id.rawValue), isGone ? [] : ["a", "b", "c"].map { "\(number)\($0)" },
                        "the history of ticket \(number)")
                    let submission = try await bench.tickets.submission("key-\(number)", at: LawBench.start)
                    try requireEqual(submission?.ticket, isGone ? nil : ticket.id, "the submission of ticket \(number)")
                }
                let rest = numbers.map { LawBench.ticket($0) }.filter { !gone.contains($0.id) }
                for (what, scope, filter) in [
                    ("all", .everything, TicketFilter()), ("a customer's", .holding([.customer("c1")]), TicketFilter()),
                    ("a person's", .everything, TicketFilter { $0.person = .customer("c1") }),
                    ("a department's", .holding([.department("technical")]), TicketFilter { $0.assignee = .nobody }),
                ] as [(String, AccessScope, TicketFilter)] {
                    let listed = try await bench.all(TicketQuery(in: scope, filter: filter))
                    try requireEqual(listed.map(\.id), rest.map(\.id).reversed(), "\(what) tickets")
                    let counted = try await bench.tickets.counts(filter, in: scope)
                    try requireEqual(counted, [.open: 2], "the counts of \(what) tickets")
                }
                let taken = try await bench.tickets.takenNumbers(among: Set(numbers.map { LawBench.ticket($0).number }))
                try requireEqual(taken, Set(rest.map(\.number)), "taken numbers")
                for text in ["word", "note", "N-"] {
                    let search = TicketSearch(SearchText(text), in: .everything, includesInternal: true)
                    try requireEqual(try await bench.all(search).map(\.id), rest.map(\.id).reversed(), "what “\(text)” finds")
                }
                let attached = try await bench.tickets.attachedFiles(among: files)
                try requireEqual(attached, cannotTell ? files : ["file-2", "file-4"], "attached files")
                let parked = try await bench.allParked()
                try requireEqual(parked.map(\.id), ["4a"], "parked items")
                try requireEqual(
                    try await bench.feed(to: end), before.map { $0?.filter { !isGone($0.event) } }, "the feed, from everywhere")
                bench = try await bench.reopened()
            }
            for item in held where !isGone(item.event) { try await bench.settle(item, lease: "held") }
            var waiting: [QueueItem.ID] = []
            for round in 0..<5 {
                for item in try await bench.claim(at: 2_000 + round, lease: "last") {
                    waiting.append(item.id)
                    try await bench.settle(item, lease: "last")
                }
            }
            try requireEqual(Set(waiting), ["2c", "4c"], "what still waits")
            // All that they had is free for others, and no position comes twice.
            for number in [1, 3] {
                let ticket = LawBench.ticket(number)
                let position = try await bench.tickets.commit(
                    TicketCommit(
                        date: LawBench.start, tickets: [ticket], messages: [LawBench.message(1, of: ticket.id)],
                        events: [LawBench.event("\(number)z", on: ticket)],
                        submission: Submission(
                            key: "key-\(number)", ticket: ticket.id, message: "m", expires: LawBench.instant(1_000_000))))
                try require(position > end, "a position comes again")
                let history = try await bench.all(HistoryQuery(ticket: ticket.id))
                try requireEqual(history.map(\.position), [position], "the history of what was stored anew")
                try requireEqual(try await bench.all(wide(ticket.id)).count, 1, "the messages of what was stored anew")
            }
        },
        StorageLaw("What an erasing commit stores itself stays") { subject in
            var bench = try await LawBench(subject)
            for number in 1...3 {
                let ticket = LawBench.ticket(number)
                try await bench.put(
                    ticket, messages: (1...2).map { LawBench.message($0, of: ticket.id) },
                    events: [LawBench.event("before-\(number)", on: ticket)])
            }
            guard let again = try await bench.tickets.ticket("ticket-3", in: .everything) else {
                throw LawViolation(finding: "the ticket is gone", line: #line)
            }
            var moved = LawBench.message(2, of: "ticket-1").stored
            (moved.ticket, moved.index) = ("ticket-2", 3)
            let address = try EmailAddress("c1@example.com")
            let gone = Author(role: .requester, identity: .customer("c1"), name: "Gone", address: address)
            let events = [1, 3].map { number in
                PortalEvent(
                    id: PortalEvent.ID("after-\(number)"), kind: .ticketErased, subject: "ticket-\(number)", date: LawBench.start,
                    author: gone, keys: [.customer("c1"), .department("technical")])
            }
            let submission = Submission(key: "key", ticket: "ticket-1", message: "m", expires: LawBench.instant(1_000_000))
            var commit = TicketCommit(
                date: LawBench.start, tickets: [again], messages: [moved, LawBench.message(3, of: "ticket-3")], events: events,
                submission: submission)
            commit.erasure = Erasure(tickets: ["ticket-1", "ticket-3"], people: [.customer("c1"), .address(address)])
            let end = try await bench.tickets.commit(commit)
            for _ in 0..<2 {
                try requireEqual(try await bench.tickets.ticket("ticket-1", in: .everything), nil, "the erased ticket")
                let kept = try await bench.tickets.ticket("ticket-3", in: .everything)
                try requireEqual(kept?.revision, Revision(rawValue: 2), "the revision of the ticket that the commit stores")
                try requireEqual(try await bench.all(wide("ticket-2")).last, moved.stored, "the message that was moved away")
                try requireEqual(
                    try await bench.all(wide("ticket-3")), [LawBench.message(3, of: "ticket-3").stored],
                    "messages of the ticket that was erased and stored")
                for (number, event) in zip([1, 3], events) {
                    let history = try await bench.all(HistoryQuery(ticket: Ticket.ID("ticket-\(number)")))
                    try requireEqual(history.map(\.event), [event], "the history of ticket \(number)")
                }
                let tail = try await bench.events(since: Position(rawValue: end.rawValue - 2))
                try requireEqual(tail.map(\.event), events, "the end of the feed")
                let found = try await bench.tickets.submission("key", at: LawBench.start)
                try requireEqual(found, submission, "the submission of the commit")
                bench = try await bench.reopened()
            }
            try requireEqual(Set(try await bench.claim().map(\.event)), Set(events), "what waits")
        },
    ]
}
