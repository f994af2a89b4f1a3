import SupportPortal

extension TicketLaws {
    static let messages = [
        StorageLaw("Messages come in the order of their places, page by page, whole") { subject in
            var bench = try await LawBench(subject)
            let ticket = try await bench.put(LawBench.ticket(1))
            _ = try await bench.put(LawBench.ticket(2), messages: [LawBench.message(1, of: "ticket-2")])
            let odd = "Line\nline\ttab – \"quoted\" \\ / \u{2028} e\u{301}é 👩‍👩‍👧 \u{FFFD} ' % _ \u{202E}"
            var expected: [Message] = []
            for index in 1...12 {
                // Clocks differ, so dates need not rise with places.
                var message = LawBench.message(index, of: ticket.id, date: index * 5 % 12 * 250 + 3, text: "\(odd) \(index)")
                message.attachments = ["z", "a"].map {
                    FileAttachment(id: Blob.ID("\($0)\(index)"), name: "a b.png", size: index)
                }
                expected.append(message)
            }
            let agent = Author(role: .agent, identity: .agent("a1"), name: "Ünï", address: try EmailAddress("a1@example.com"))
            expected[10] = Message(
                id: expected[10].id, ticket: ticket.id, index: 11, kind: .reply, author: agent, date: expected[10].date,
                text: "")
            // As long as a message may be.
            expected[11].text = String(repeating: "ä", count: PortalLimits().message / 2)
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: Array(expected[..<10])))
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: Array(expected[10...])))
            expected = expected.map(\.stored)
            for _ in 0..<2 {
                for size in [1, 3, 4, 12, 100] {
                    let rising = MessageQuery(ticket: ticket.id)
                    let found = try await bench.all(rising, pageSize: size)
                    try requireEqual(found, expected, "messages by \(size)")
                    try requireSameBytes(found.first?.text, expected[0].text, "the text")
                    let falling = MessageQuery(ticket: ticket.id, ascending: false)
                    try requireEqual(
                        try await bench.all(falling, pageSize: size), expected.reversed(), "messages from the last by \(size)")
                }
                for limit in [0, -1] {
                    let none = MessageQuery(ticket: ticket.id, page: PageRequest(limit: limit))
                    try requireEqual(try await bench.tickets.messages(none).items, [], "a page of \(limit)")
                }
                var one = MessageQuery(ticket: ticket.id)
                one.message = expected[6].id
                try requireEqual(try await bench.all(one), [expected[6]], "one message")
                one.ticket = "ticket-2"
                try requireEqual(try await bench.all(one), [], "a message asked of another ticket")
                bench = try await bench.reopened()
            }
            // A message that comes between two pages moves none of the others.
            var falling = MessageQuery(ticket: ticket.id, ascending: false, page: PageRequest(limit: 5))
            falling.page.after = try await bench.tickets.messages(falling).next
            let added = TicketCommit(date: LawBench.start, messages: [LawBench.message(13, of: ticket.id)])
            _ = try await bench.tickets.commit(added)
            let rest = try await bench.tickets.messages(falling).items
            try requireEqual(rest.map(\.index), [7, 6, 5, 4, 3], "a page after a message has come")
        },
        StorageLaw("Messages for agents alone are absent unless asked for") { subject in
            let bench = try await LawBench(subject)
            let ticket = try await bench.put(LawBench.ticket(1))
            let kinds: [Message.Kind] = [.reply, .note, .system, .note, .reply, Message.Kind(rawValue: "unheard-of")]
            let messages = kinds.enumerated().map { LawBench.message($0 + 1, of: ticket.id, kind: $1, date: $0 * 5 % 6) }
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: messages))
            for size in [1, 2, 10] {
                for includesInternal in [true, false] {
                    for ascending in [true, false] {
                        for since in [nil, messages[2].date] {
                            var query = MessageQuery(ticket: ticket.id, includesInternal: includesInternal, ascending: ascending)
                            query.since = since
                            let matching = messages.map(\.stored).filter(query.matches)
                            try requireEqual(
                                try await bench.all(query, pageSize: size), ascending ? matching : matching.reversed(),
                                "messages\(includesInternal ? "" : " for all") since \(String(describing: since))")
                        }
                    }
                }
            }
            var note = MessageQuery(ticket: ticket.id)
            note.message = messages[1].id
            try requireEqual(try await bench.all(note), [], "a note asked for by id")
        },
        StorageLaw("The id and the place of a message are taken once, and a commit with a taken one stores nothing") { subject in
            var bench = try await LawBench(subject)
            let ticket = try await bench.put(LawBench.ticket(1), messages: [LawBench.message(1, of: "ticket-1")])
            let other = try await bench.put(LawBench.ticket(2))
            let taken: [(String, [Message])] = [
                ("a taken place", [LawBench.message(1, of: ticket.id, id: "new")]),
                ("a taken id", [LawBench.message(2, of: ticket.id, id: "ticket-1-message-1")]),
                ("an id taken by another ticket", [LawBench.message(1, of: other.id, id: "ticket-1-message-1")]),
                ("one place twice", [LawBench.message(2, of: ticket.id), LawBench.message(2, of: ticket.id, id: "new")]),
                (
                    "a taken place after a free one",
                    [LawBench.message(1, of: other.id), LawBench.message(1, of: ticket.id, id: "new")]
                ),
            ]
            for (what, messages) in taken {
                var changed = ticket
                changed.status = .answered
                let commit = TicketCommit(
                    date: LawBench.start, tickets: [changed, LawBench.ticket(3)], messages: messages,
                    events: [LawBench.event("e", on: ticket)],
                    submission: Submission(key: "key", ticket: ticket.id, message: "m", expires: LawBench.instant(1_000_000)))
                _ = try await bench.requireRefusal(.conflict, what, of: commit)
            }
        },
    ]
}
