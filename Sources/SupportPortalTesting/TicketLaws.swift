import SupportPortal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

enum TicketLaws {
    static let all = records + numbers + lists + messages + concurrency

    // MARK: Records

    static let records = [
        StorageLaw("A ticket is found as it was written, under the next revision") { subject in
            var bench = try await LawBench(subject)
            var ticket = LawBench.ticket(1)
            ticket.subject = "„Ünïcode” – 👩‍👩‍👧 e\u{301} ﷽ \\ \" ' % _ \u{1F1E9}\u{1F1EA}"
            ticket.service = "service-1"
            ticket.priority = TicketPriority(rawValue: "Urgent")
            ticket.status = TicketStatus(rawValue: "On hold")
            ticket.closed = LawBench.instant(123)
            ticket.copies = [
                CopyRecipient(
                    address: try EmailAddress("Copy@Example.com"), proposedBy: .customer("c1"), approved: LawBench.instant(7)),
                CopyRecipient(address: try EmailAddress("waiting@example.com"), proposedBy: .customer("c2")),
            ]
            ticket.guestAccess = GuestAccess(tokenHash: "abc", expires: LawBench.instant(99))
            ticket.followUpOf = "earlier"
            ticket.continuedIn = "later"
            let stored = try await bench.put(ticket)
            for _ in 0..<2 {
                try requireEqual(try await bench.tickets.ticket(ticket.id, in: .everything), stored, "the ticket")
                try requireEqual(stored.revision, Revision(rawValue: 1), "the revision")
                bench = try await bench.reopened()
            }
            let again = try await bench.put(stored)
            try requireEqual(
                try await bench.tickets.ticket(ticket.id, in: .everything)?.revision, again.revision,
                "the revision after a second write")
            try requireEqual(try await bench.tickets.ticket("none", in: .everything), nil, "a ticket that was never stored")
        },
        StorageLaw("A ticket outside the scope does not exist") { subject in
            let bench = try await LawBench(subject)
            let mine = try await bench.put(LawBench.ticket(1, customer: "c1"))
            let theirs = try await bench.put(LawBench.ticket(2, customer: "c2", department: "billing"))
            let scopes: [(AccessScope, [Ticket])] = [
                (.holding([.customer("c1")]), [mine]), (.holding([.customer("c2")]), [theirs]),
                (.holding([.department("billing")]), [theirs]), (.holding([.customer("c3")]), []), (.holding([]), []),
                (.holding([.customer("c1"), .department("billing")]), [theirs, mine]), (.everything, [theirs, mine]),
            ]
            for (scope, visible) in scopes {
                for ticket in [mine, theirs] {
                    let found = try await bench.tickets.ticket(ticket.id, in: scope)
                    try requireEqual(found?.id, visible.contains(ticket) ? ticket.id : nil, "ticket \(ticket.id) in \(scope)")
                }
                try requireEqual(try await bench.all(TicketQuery(in: scope)).map(\.id), visible.map(\.id), "the page of \(scope)")
                let counts = try await bench.tickets.counts(TicketFilter(), in: scope)
                try requireEqual(counts, visible.isEmpty ? [:] : [.open: visible.count], "the counts of \(scope)")
            }
        },
        StorageLaw("A stale revision is a conflict with the stored one, and nothing of the commit is stored") { subject in
            var bench = try await LawBench(subject)
            let first = try await bench.put(LawBench.ticket(1))
            let second = try await bench.put(first)
            let other = try await bench.put(LawBench.ticket(2))
            var changed = other
            changed.subject = "Changed"
            var stale = first
            stale.subject = "Stale"
            let commit = TicketCommit(
                date: LawBench.start, tickets: [changed, stale, LawBench.ticket(3)],
                messages: [LawBench.message(1, of: other.id), LawBench.message(1, of: first.id)],
                events: [LawBench.event("e1", on: other), LawBench.event("e2", on: first)], announces: true,
                submission: Submission(key: "key", ticket: first.id, message: "m", expires: LawBench.instant(1_000_000)))
            let error = try await requireRefusal(.conflict, "a stale revision") { _ = try await bench.tickets.commit(commit) }
            try requireEqual(error.current, second.revision, "the current revision in the error")
            for _ in 0..<2 {
                try requireEqual(try await bench.tickets.ticket(first.id, in: .everything), second, "the ticket in conflict")
                try requireEqual(
                    try await bench.tickets.ticket(other.id, in: .everything), other, "the other ticket of the commit")
                try requireEqual(try await bench.tickets.ticket("ticket-3", in: .everything), nil, "the new ticket of the commit")
                let numbers = try await bench.tickets.takenNumbers(among: [TicketNumber(rawValue: "N-3")])
                try requireEqual(numbers, [], "the number of the new ticket")
                for ticket in [first, other] {
                    let query = MessageQuery(ticket: ticket.id, includesInternal: true)
                    try requireEqual(try await bench.all(query).count, 0, "messages of \(ticket.id)")
                }
                try requireEqual(try await bench.events().count, 0, "events")
                try requireEqual(try await bench.claim().count, 0, "waiting items")
                try requireEqual(try await bench.tickets.submission("key", at: LawBench.start), nil, "the submission")
                bench = try await bench.reopened()
            }
            _ = try await bench.put(LawBench.ticket(3))
        },
        StorageLaw("A new ticket must not exist, a replaced one must") { subject in
            let bench = try await LawBench(subject)
            let stored = try await bench.put(LawBench.ticket(1))
            let error = try await requireRefusal(.conflict, "an id that exists") { try await bench.put(LawBench.ticket(1)) }
            try requireEqual(error.current, stored.revision, "the current revision in the error")
            var unknown = LawBench.ticket(2)
            unknown.revision = Revision(rawValue: 1)
            let missing = try await requireRefusal(.conflict, "an id that does not exist") { [unknown] in
                try await bench.put(unknown)
            }
            try requireEqual(missing.current, nil, "the current revision of what does not exist")
            try requireEqual(try await bench.tickets.ticket(unknown.id, in: .everything), nil, "the ticket that did not exist")
        },
        StorageLaw("A submission is found until it expires, and refuses a second one") { subject in
            var bench = try await LawBench(subject)
            let stored = try await bench.put(LawBench.ticket(1))
            let submission = Submission(key: "key", ticket: stored.id, message: "m1", expires: LawBench.instant(1_000))
            let again = Submission(key: "key", ticket: "ticket-2", message: "m2", expires: LawBench.instant(5_000))
            func commit(_ submission: Submission, _ number: Int, at milliseconds: Int) -> TicketCommit {
                TicketCommit(
                    date: LawBench.instant(milliseconds), tickets: [LawBench.ticket(number)],
                    events: [LawBench.event("e\(number)", on: LawBench.ticket(number))], submission: submission)
            }
            _ = try await bench.tickets.commit(commit(submission, 5, at: 0))
            for _ in 0..<2 {
                try requireEqual(
                    try await bench.tickets.submission("key", at: LawBench.instant(999)), submission, "the submission")
                try requireEqual(try await bench.tickets.submission("other", at: LawBench.start), nil, "another key")
                // The same number, too: the repeated submission must be found first.
                let error = try await requireRefusal(.duplicateSubmission, "a repeated key") { [bench] in
                    _ = try await bench.tickets.commit(commit(again, 5, at: 999))
                }
                try requireEqual(error.submission, submission, "the submission in the error")
                try requireEqual(try await bench.events().count, 1, "events after a refused submission")
                bench = try await bench.reopened()
            }
            try requireEqual(
                try await bench.tickets.submission("key", at: LawBench.instant(1_000)), nil, "the expired submission")
            _ = try await bench.tickets.commit(commit(again, 2, at: 1_000))
            try requireEqual(try await bench.tickets.submission("key", at: LawBench.instant(1_000)), again, "the new submission")
        },
    ]

    // MARK: Numbers

    static let numbers = [
        StorageLaw("A number belongs to one ticket, and a commit with a taken one stores nothing") { subject in
            let bench = try await LawBench(subject)
            _ = try await bench.put(LawBench.ticket(1))
            var same = LawBench.ticket(1)
            same = Ticket(
                id: "other", number: same.number, requester: same.requester, opened: same.opened, subject: "S",
                department: "technical")
            try await requireRefusal(.duplicateNumber, "a taken number") { [same] in
                try await bench.put(
                    same, messages: [LawBench.message(1, of: same.id)], events: [LawBench.event("e", on: same)], announces: true)
            }
            try requireEqual(try await bench.tickets.ticket("other", in: .everything), nil, "the ticket with the taken number")
            try requireEqual(try await bench.events().count, 0, "events")
            let query = MessageQuery(ticket: "other", includesInternal: true)
            try requireEqual(try await bench.all(query).count, 0, "messages")
            let two = TicketCommit(
                date: LawBench.start,
                tickets: [
                    LawBench.ticket(8),
                    Ticket(
                        id: "twin", number: LawBench.ticket(8).number, requester: same.requester, opened: same.opened,
                        subject: "S",
                        department: "technical"),
                ])
            try await requireRefusal(.duplicateNumber, "one number twice in a commit") { _ = try await bench.tickets.commit(two) }
            try requireEqual(try await bench.all(TicketQuery(in: .everything)).map(\.id), ["ticket-1"], "the tickets")
        },
        StorageLaw("Taken numbers are those in use") { subject in
            let bench = try await LawBench(subject)
            for number in 1...5 { _ = try await bench.put(LawBench.ticket(number)) }
            let asked = Set((3...9).map { TicketNumber(rawValue: "N-\($0)") } + [TicketNumber(rawValue: "n-3")])
            let expected = Set((3...5).map { TicketNumber(rawValue: "N-\($0)") })
            try requireEqual(try await bench.tickets.takenNumbers(among: asked), expected, "the taken numbers")
            try requireEqual(try await bench.tickets.takenNumbers(among: []), [], "no numbers")
        },
    ]

    // MARK: Messages

    static let messages = [
        StorageLaw("Messages come in the order of their places, page by page, whole") { subject in
            var bench = try await LawBench(subject)
            let ticket = try await bench.put(LawBench.ticket(1))
            _ = try await bench.put(LawBench.ticket(2), messages: [LawBench.message(1, of: "ticket-2")])
            let odd = "Line\nline\ttab – \"quoted\" \\ / \u{2028} e\u{301}é 👩‍👩‍👧 \u{FFFD} ' % _ \u{202E}"
            var expected: [Message] = []
            for index in 1...12 {
                var message = LawBench.message(index, of: ticket.id, text: "\(odd) \(index)")
                message.attachments = [FileAttachment(id: Blob.ID("blob-\(index)"), name: "a b.png", size: index)]
                expected.append(message)
            }
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: Array(expected[..<10])))
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: Array(expected[10...])))
            for _ in 0..<2 {
                for size in [1, 3, 4, 12, 100] {
                    let rising = MessageQuery(ticket: ticket.id)
                    try requireEqual(try await bench.all(rising, pageSize: size), expected, "messages by \(size)")
                    let falling = MessageQuery(ticket: ticket.id, ascending: false)
                    try requireEqual(
                        try await bench.all(falling, pageSize: size), expected.reversed(), "messages from the last by \(size)")
                }
                var late = MessageQuery(ticket: ticket.id)
                late.since = expected[4].date
                try requireEqual(try await bench.all(late), Array(expected[4...]), "messages since an instant")
                var one = MessageQuery(ticket: ticket.id)
                one.message = expected[6].id
                try requireEqual(try await bench.all(one), [expected[6]], "one message")
                one.ticket = "ticket-2"
                try requireEqual(try await bench.all(one), [], "a message asked of another ticket")
                bench = try await bench.reopened()
            }
        },
        StorageLaw("Messages for agents alone are absent unless asked for") { subject in
            let bench = try await LawBench(subject)
            let ticket = try await bench.put(LawBench.ticket(1))
            let kinds: [Message.Kind] = [.reply, .note, .system, .note, .reply, Message.Kind(rawValue: "unheard-of")]
            let messages = kinds.enumerated().map { LawBench.message($0 + 1, of: ticket.id, kind: $1) }
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: messages))
            for size in [1, 2, 10] {
                let all = MessageQuery(ticket: ticket.id, includesInternal: true)
                try requireEqual(try await bench.all(all, pageSize: size).map(\.index), [1, 2, 3, 4, 5, 6], "all messages")
                let shown = MessageQuery(ticket: ticket.id)
                try requireEqual(try await bench.all(shown, pageSize: size).map(\.index), [1, 3, 5], "public messages")
            }
            var note = MessageQuery(ticket: ticket.id)
            note.message = messages[1].id
            try requireEqual(try await bench.all(note), [], "a note asked for by id")
        },
        StorageLaw("The id and the place of a message are taken once, and a commit with a taken one stores nothing") { subject in
            let bench = try await LawBench(subject)
            let ticket = try await bench.put(LawBench.ticket(1), messages: [LawBench.message(1, of: "ticket-1")])
            let other = try await bench.put(LawBench.ticket(2))
            for message in [
                LawBench.message(1, of: ticket.id, id: "new"), LawBench.message(2, of: ticket.id, id: "ticket-1-message-1"),
                LawBench.message(1, of: other.id, id: "ticket-1-message-1"),
            ] {
                try await requireRefusal(.conflict, "message \(message.id) at \(message.index) of \(message.ticket)") {
                    try await bench.put(ticket, messages: [message], events: [LawBench.event("e", on: ticket)])
                }
            }
            try requireEqual(try await bench.tickets.ticket(ticket.id, in: .everything), ticket, "the ticket")
            try requireEqual(try await bench.events().count, 0, "events")
        },
    ]

    // MARK: Concurrency

    static let concurrency = [
        StorageLaw("64 tasks that change one ticket lose no change") { subject in
            let bench = try await LawBench(subject)
            let ticket = try await bench.put(LawBench.ticket(1))
            _ = try await concurrently(64) { task in
                for _ in 0..<2_000 {
                    guard var current = try await bench.tickets.ticket(ticket.id, in: .everything) else {
                        throw LawViolation(finding: "the ticket is gone", line: #line)
                    }
                    current.messageCount += 1
                    do {
                        let message = LawBench.message(current.messageCount, of: current.id, id: "by-\(task)")
                        try await bench.put(
                            current, messages: [message], events: [LawBench.event("e-\(task)", on: current)], announces: true)
                        return
                    } catch let error as StorageError where error.code == .conflict {}
                }
                throw LawViolation(finding: "2,000 conflicts in a row", line: #line)
            }
            let after = try await bench.reopened()
            let found = try await after.tickets.ticket(ticket.id, in: .everything)
            try requireEqual(found?.messageCount, 64, "changes")
            try requireEqual(found?.revision, Revision(rawValue: 65), "the revision")
            let query = MessageQuery(ticket: ticket.id)
            try requireEqual(try await after.all(query, pageSize: 10).map(\.index), Array(1...64), "places of messages")
            try requireEqual(Set(try await after.events().map(\.event.id)).count, 64, "events")
        },
        StorageLaw("64 tasks that open tickets under few numbers get each number once") { subject in
            let bench = try await LawBench(subject)
            let opened = try await concurrently(64) { task in
                for number in 0..<100 {
                    let ticket = Ticket(
                        id: Ticket.ID("t-\(task)"), number: TicketNumber(rawValue: "N-\(number)"),
                        requester: LawBench.ticket(1).requester,
                        opened: LawBench.start, subject: "S", department: "technical")
                    do {
                        try await bench.put(ticket)
                        return number
                    } catch let error as StorageError where error.code == .duplicateNumber {}
                }
                throw LawViolation(finding: "no number was free", line: #line)
            }
            try requireEqual(opened.sorted(), Array(0..<64), "the numbers")
            let found = try await bench.all(TicketQuery(in: .everything))
            try requireEqual(Set(found.map(\.number)).count, 64, "different numbers")
        },
    ]
}
