import SupportPortal

extension TicketLaws {
    static let limits = [
        StorageLaw("A limit refuses a commit when as many tickets match as it allows, counted before it, and is named") {
            subject in
            var bench = try await LawBench(subject)
            let source = AccessKey(rawValue: "source:192.0.2.1")
            for number in 1...6 {
                var ticket = LawBench.ticket(
                    number, customer: number % 2 == 0 ? "c1" : "c2", department: number < 5 ? "technical" : "billing",
                    status: number == 2 ? .closed : .open)
                ticket.source = number < 4 ? source : nil
                try await bench.put(ticket)
            }
            let open = TicketFilter { $0.statuses = .except([.closed]) }
            let late = TicketFilter { $0.opened = LawBench.instant(3_000)..<LawBench.instant(60_000) }
            let cases: [(AccessScope, TicketFilter, Int)] = [
                (.holding([.customer("c1")]), TicketFilter(), 3), (.holding([.customer("c1")]), open, 2),
                (.holding([source]), TicketFilter(), 3), (.holding([source]), late, 1),
                (.holding([.customer("c1"), .department("technical")]), open, 4), (.holding([.customer("c3")]), open, 0),
                (.holding([]), open, 0), (.everything, late, 4),
                (.everything, TicketFilter { $0.requester = "c2" }, 3), (.everything, TicketFilter { $0.departments = [] }, 0),
            ]
            var added = 10
            /// A commit with three tickets that nothing above matches.
            func commit(_ limits: [TicketLimit]) -> TicketCommit {
                let tickets = (0..<3).map { LawBench.ticket(added * 100 + $0, customer: "new", department: "new") }
                added += 1
                var commit = TicketCommit(
                    date: LawBench.start, tickets: tickets, messages: tickets.map { LawBench.message(1, of: $0.id) },
                    events: [LawBench.event("e\(added)", on: tickets[0])],
                    submission: Submission(
                        key: "key-\(added)", ticket: tickets[0].id, message: "m", expires: LawBench.instant(1_000_000)))
                commit.limits = limits
                return commit
            }
            for (scope, filter, count) in cases where scope != .everything {
                for maximum in [count, 0, -1] {
                    let limit = TicketLimit(maximum, in: scope, filter: filter)
                    let error = try await bench.requireRefusal(
                        .limitReached, "a limit of \(maximum) in \(scope) with \(filter), which \(count) match",
                        of: commit([limit]))
                    try requireEqual(error.limit, limit, "the limit in the error")
                }
            }
            for (scope, filter, count) in cases {
                let limit = TicketLimit(count + 1, in: scope, filter: filter)
                _ = try await bench.tickets.commit(commit([limit]))
                let reached = TicketLimit(count, in: scope, filter: filter)
                try await requireRefusal(.limitReached, "a limit of \(count) in \(scope) with \(filter)") {
                    _ = try await bench.tickets.commit(commit([reached]))
                }
            }
            // The first one that is reached is named, whatever stands before or after it.
            let fine = TicketLimit(4, in: .holding([.customer("c1")]))
            let (first, second) = (TicketLimit(3, in: .holding([.customer("c1")])), TicketLimit(0, in: .everything))
            for limits in [[fine, first, second], [first, second], [first, fine]] {
                let error = try await bench.requireRefusal(.limitReached, "several limits", of: commit(limits))
                try requireEqual(error.limit, first, "the limit in the error")
            }
            // Neither what a commit adds counts, nor what it takes away.
            var several = TicketCommit(
                date: LawBench.start, tickets: (0..<3).map { LawBench.ticket(100_000 + $0, customer: "c1", department: "new") })
            several.limits = [fine]
            _ = try await bench.tickets.commit(several)
            guard var closing = try await bench.tickets.ticket("ticket-4", in: .everything) else {
                throw LawViolation(finding: "the ticket is gone", line: #line)
            }
            closing.status = .closed
            var room = TicketCommit(date: LawBench.start, tickets: [closing])
            room.erasure = Erasure(tickets: ["ticket-6"])
            room.limits = [TicketLimit(5, in: .holding([.customer("c1")]), filter: open)]
            _ = try await bench.requireRefusal(.limitReached, "a limit that the commit itself makes room under", of: room)
            room.limits[0].maximum = 6
            _ = try await bench.tickets.commit(room)
            let left = try await bench.tickets.counts(open, in: .holding([.customer("c1")]))
            try requireEqual(left, [.open: 3], "what is open after all that")
        },
        StorageLaw("Of 64 tasks that open tickets under a limit, as many do as it allows") { subject in
            let bench = try await LawBench(subject)
            let scope = AccessScope.holding([.customer("c1")])
            let filter = TicketFilter { $0.statuses = .except([.closed]) }
            try await bench.put(LawBench.ticket(1_000, status: .closed))
            let opened = try await concurrently(64) { task in
                var commit = TicketCommit(date: LawBench.start, tickets: [LawBench.ticket(task)])
                commit.limits = [TicketLimit(10, in: scope, filter: filter)]
                do {
                    _ = try await bench.tickets.commit(commit)
                    return true
                } catch let error as StorageError where error.code == .limitReached {
                    return false
                }
            }
            try requireEqual(opened.count(where: \.self), 10, "how many were opened")
            try requireEqual(try await bench.tickets.counts(filter, in: scope), [.open: 10], "how many there are")
        },
        StorageLaw("Of several reasons to refuse a commit, the first in order is told") { subject in
            var bench = try await LawBench(subject)
            // Each is stored at a revision of its own, by which an error says what it is about.
            var ticket = try await bench.put(LawBench.ticket(1))
            ticket = try await bench.put(ticket)
            let holder = try await bench.put(LawBench.ticket(2))
            var message = LawBench.message(1, of: ticket.id)
            let record = LawBench.record("one", of: "agent:a1")
            for _ in 0..<3 {
                _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: [message]))
                message = message.stored
            }
            for _ in 0..<4 { _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, records: [.put(record)])) }
            let submission = Submission(key: "key", ticket: ticket.id, message: "m", expires: LawBench.instant(1_000_000))
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, submission: submission))
            func twin(_ id: Ticket.ID, revision: Revision = .unsaved) -> Ticket {
                var twin = Ticket(
                    id: id, number: holder.number, requester: holder.requester, opened: holder.opened, subject: "S",
                    department: "technical")
                twin.revision = revision
                return twin
            }
            let limit = TicketLimit(1, in: .holding([.department("technical")]))
            let reasons: [(code: StorageError.Code, current: Int?, add: (inout TicketCommit) -> Void)] = [
                (.duplicateSubmission, nil, { $0.submission = submission }), (.limitReached, nil, { $0.limits = [limit] }),
                (.conflict, 2, { $0.tickets.append(LawBench.ticket(1)) }),
                (.duplicateNumber, nil, { $0.tickets.append(twin("twin")) }),
                (.conflict, 3, { $0.messages.append(LawBench.message(1, of: "ticket-1")) }),
                (.conflict, 4, { $0.records.append(.put(record, expecting: .unsaved)) }),
            ]
            for (index, first) in reasons.enumerated() {
                for second in reasons[index...] {
                    // What comes first in the order of reasons is added last, where that can be.
                    var commit = TicketCommit(date: LawBench.start)
                    let areTickets = [first, second].allSatisfy { $0.code == .duplicateNumber || $0.current == 2 }
                    if areTickets { first.add(&commit) }
                    if second.code != first.code || second.current != first.current { second.add(&commit) }
                    if !areTickets { first.add(&commit) }
                    let error = try await bench.requireRefusal(
                        first.code, "\(first.code.rawValue) beside \(second.code.rawValue)", of: commit)
                    try requireEqual(error.current?.rawValue, first.current, "the current revision in the error")
                }
            }
            // Tickets are looked at in their order, of each the revision before the number.
            for (what, tickets, code, current) in [
                ("a taken number before a stale revision", [twin("twin"), LawBench.ticket(1)], .duplicateNumber, nil),
                ("a stale revision and a taken number", [twin(ticket.id, revision: Revision(rawValue: 1))], .conflict, 2),
                ("an id and a number that are taken", [twin(ticket.id)], .conflict, 2),
                ("a ticket that is not there, with a taken number", [twin("twin", revision: ticket.revision)], .conflict, nil),
            ] as [(String, [Ticket], StorageError.Code, Int?)] {
                let error = try await bench.requireRefusal(code, what, of: TicketCommit(date: LawBench.start, tickets: tickets))
                try requireEqual(error.current?.rawValue, current, "the current revision in the error of \(what)")
            }
        },
    ]
}
