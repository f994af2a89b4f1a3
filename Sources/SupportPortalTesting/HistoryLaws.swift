import SupportPortal

extension TicketLaws {
    static let history = [
        StorageLaw("The history of a ticket holds its own events, by position, page by page") { subject in
            var bench = try await LawBench(subject)
            // Near misses for whoever compares ids without regard to case, as a beginning or as a pattern.
            let ids = ["t", "T", "t ", "t1", "%", "_", "é", "e\u{301}"]
            let tickets = ids.enumerated().map { number, id in
                Ticket(
                    id: Ticket.ID(id), number: TicketNumber(rawValue: "\(number)"), requester: LawBench.ticket(1).requester,
                    opened: LawBench.start, subject: "S", department: "technical")
            }
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, tickets: tickets))
            for round in 0..<9 {
                // Internal ones belong to it, too. Dates need not rise with positions.
                let events = tickets.enumerated().flatMap { number, ticket in
                    (0..<(number == 0 ? 2 : 1)).map { part in
                        LawBench.event(
                            "\(ids[number].unicodeScalars.map(\.value))-\(round)-\(part)", on: ticket, isInternal: part == 1,
                            date: LawBench.instant(round * 5 % 9))
                    }
                }
                _ = try await bench.tickets.commit(
                    TicketCommit(date: LawBench.start, events: events, announces: round % 2 == 0))
            }
            let end = try await bench.tickets.changes(ChangeQuery(since: nil)).position
            for _ in 0..<2 {
                var positions: [Position] = []
                for (number, ticket) in tickets.enumerated() {
                    let found = try await bench.all(HistoryQuery(ticket: ticket.id), pageSize: 4)
                    let expected = (0..<9).flatMap { round in
                        (0..<(number == 0 ? 2 : 1)).map { "\(ids[number].unicodeScalars.map(\.value))-\(round)-\($0)" }
                    }
                    try requireEqual(found.map(\.event.id.rawValue), expected, "the history of “\(ids[number])”")
                    try require(zip(found, found.dropFirst()).allSatisfy { $0.position < $1.position }, "positions do not rise")
                    positions += found.map(\.position)
                    for size in [1, 3, 9, 18, 100] {
                        let rising = try await bench.all(HistoryQuery(ticket: ticket.id), pageSize: size)
                        try requireEqual(rising, found, "the history by \(size)")
                        let falling = try await bench.all(HistoryQuery(ticket: ticket.id, ascending: false), pageSize: size)
                        try requireEqual(falling, found.reversed(), "the history from the last by \(size)")
                    }
                    for limit in [0, -1] {
                        let none = HistoryQuery(ticket: ticket.id, page: PageRequest(limit: limit))
                        try requireEqual(try await bench.tickets.history(none).items, [], "a page of \(limit)")
                    }
                    try require(found.allSatisfy { $0.position <= end }, "an event lies beyond the end")
                }
                try requireEqual(Set(positions).count, 81, "different positions")
                try requireEqual(try await bench.all(HistoryQuery(ticket: "none")), [], "the history of what is not stored")
                bench = try await bench.reopened()
            }
        },
        StorageLaw("A history is kept as long as its ticket, however short the feed") { subject in
            var bench = try await LawBench(subject)
            let ticket = try await bench.put(LawBench.ticket(1))
            var expected: [RecordedEvent] = []
            for number in 0..<40 {
                let own = LawBench.event("own-\(number)", on: ticket)
                let others = (0..<2).map { LawBench.event("other-\(number)-\($0)", on: LawBench.ticket(2)) }
                let end = try await bench.tickets.commit(
                    TicketCommit(date: LawBench.start, events: others + [own], announces: false))
                expected.append(RecordedEvent(position: end, event: own))
            }
            for _ in 0..<2 {
                for size in [1, 7, 100] {
                    let query = HistoryQuery(ticket: ticket.id)
                    try requireEqual(try await bench.all(query, pageSize: size), expected, "the history")
                }
                let falling = HistoryQuery(ticket: ticket.id, ascending: false)
                try requireEqual(try await bench.all(falling, pageSize: 9), expected.reversed(), "the history from the last")
                // What the feed still holds is the same, at the same places.
                let end = try await bench.tickets.changes(ChangeQuery(since: nil)).position
                let tail = try await bench.events(since: Position(rawValue: end.rawValue - 1))
                try requireEqual(tail, [expected[39]], "the last event of the feed")
                bench = try await bench.reopened()
            }
            // An event that comes between two pages moves none of the others.
            var falling = HistoryQuery(ticket: ticket.id, ascending: false, page: PageRequest(limit: 5))
            falling.page.after = try await bench.tickets.history(falling).next
            try await bench.announce(LawBench.event("late", on: ticket))
            let rest = try await bench.tickets.history(falling).items
            try requireEqual(rest, Array(expected.reversed()[5..<10]), "a page after an event has come")
        },
    ]
}
