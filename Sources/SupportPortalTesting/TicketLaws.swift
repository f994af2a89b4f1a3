import SupportPortal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

enum TicketLaws {
    static let all =
        records + numbers + limits + lists + messages + messageChanges + history + search + deskRecords + erasure + concurrency

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
            // In no order of theirs: as they were added.
            ticket.copies = [
                CopyRecipient(address: try EmailAddress("waiting@example.com"), proposedBy: .customer("c2")),
                CopyRecipient(
                    address: try EmailAddress("Copy@Example.com"), proposedBy: .customer("c1"), approved: LawBench.instant(7)),
            ]
            ticket.guestAccess = GuestAccess(tokenHash: "abc", expires: LawBench.instant(99))
            ticket.followUpOf = "earlier"
            ticket.continuedIn = "later"
            ticket.lastRole = .agent
            ticket.messageCount = 3
            (ticket.lastIndex, ticket.lastPublicIndex, ticket.fileCount, ticket.reminders) = (7, 5, 2, 4)
            (ticket.lastAuthor, ticket.lastPublicAuthor) = (.agent("a1"), .customer("c1"))
            ticket.participants = [.customer("c2"), .agent("a1")]
            (ticket.assignee, ticket.watchers) = ("a1", ["z", "a"])
            ticket.tags = ["z", "ä„b"].compactMap(TagName.init(rawValue:))
            ticket.fields = ["text": .text("„x”"), "number": .number(.min), "flag": .flag(false)]
            (ticket.mergedInto, ticket.mergeAccess) = ("other", .withhold)
            ticket.merged = ["y", "b"].map {
                MergedTicket(
                    ticket: Ticket.ID($0), requester: ticket.requester, guestAccess: ticket.guestAccess, isShared: $0 == "y")
            }
            (ticket.splitFrom, ticket.splitInto) = ("source", ["q", "p"])
            ticket.feedback = TicketFeedback(
                grade: 5, comment: "line\nline", date: LawBench.instant(321),
                author: .customer("c1"))
            (ticket.warned, ticket.source) = (LawBench.instant(77), AccessKey(rawValue: "source:192.0.2.1"))
            ticket.publicRevision = Revision(rawValue: 6)
            let stored = try await bench.put(ticket)
            try requireEqual(stored.revision, Revision(rawValue: 1), "the revision")
            for _ in 0..<2 {
                let found = try await bench.tickets.ticket(ticket.id, in: .everything)
                try requireEqual(found, stored, "the ticket")
                try requireSameBytes(found?.subject.text, stored.subject.text, "the subject")
                bench = try await bench.reopened()
            }
            // What is set to nothing must not keep its old value, and a commit may hold several tickets.
            guard var plain = try await bench.tickets.ticket(ticket.id, in: .everything) else {
                throw LawViolation(finding: "the ticket is gone", line: #line)
            }
            (plain.service, plain.closed, plain.copies, plain.guestAccess) = (nil, nil, [], nil)
            (plain.followUpOf, plain.continuedIn) = (nil, nil)
            (plain.participants, plain.assignee, plain.watchers, plain.tags, plain.fields) = ([], nil, [], [], [:])
            (plain.mergedInto, plain.mergeAccess, plain.merged, plain.splitFrom, plain.splitInto) = (nil, nil, [], nil, [])
            (plain.feedback, plain.warned, plain.source) = (nil, nil, nil)
            var guests = Ticket(
                id: "guest", number: TicketNumber(rawValue: "N-2"),
                requester: Requester(customer: nil, name: "Guest", address: nil, language: "de-AT"), opened: LawBench.instant(-1),
                subject: SingleLine(String(repeating: "👩‍👩‍👧", count: PortalLimits().subject)), department: "technical")
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, tickets: [plain, guests]))
            (plain.revision, guests.revision) = (plain.revision.next, guests.revision.next)
            for _ in 0..<2 {
                try requireEqual(try await bench.tickets.ticket(plain.id, in: .everything), plain, "the ticket, replaced")
                try requireEqual(try await bench.tickets.ticket(guests.id, in: .everything), guests, "the ticket of a guest")
                bench = try await bench.reopened()
            }
            try requireEqual(try await bench.tickets.ticket("none", in: .everything), nil, "a ticket that was never stored")
        },
        StorageLaw("A ticket outside the scope does not exist") { subject in
            let bench = try await LawBench(subject)
            let mine = try await bench.put(LawBench.ticket(1, customer: "c1"))
            let theirs = try await bench.put(LawBench.ticket(2, customer: "c2", department: "billing"))
            var shared = LawBench.ticket(3, customer: "c11", department: "tech")
            let (copy, proposed) = (try EmailAddress("copy@example.com"), try EmailAddress("proposed@example.com"))
            shared.copies = [
                CopyRecipient(address: copy, proposedBy: .customer("c11"), approved: LawBench.start),
                CopyRecipient(address: proposed, proposedBy: .customer("c11")),
            ]
            let guestAccess = GuestAccess(tokenHash: "abc", expires: LawBench.start)
            shared.guestAccess = guestAccess
            shared = try await bench.put(shared)
            var scopes: [(AccessScope, [Ticket])] = [
                (.holding([.customer("c1")]), [mine]), (.holding([.customer("c2")]), [theirs]),
                (.holding([.department("billing")]), [theirs]), (.holding([.customer("c3")]), []), (.holding([]), []),
                (.holding([.customer("c1"), .department("billing")]), [theirs, mine]), (.everything, [shared, theirs, mine]),
                (.holding([.customer("c1"), .department("technical")]), [mine]), (.holding([.address(copy)]), [shared]),
                (.holding([.address(proposed)]), []),
                (.holding([guestAccess.key]), [shared]),
            ]
            // Near misses for whoever compares keys without regard to case, as a prefix or as a pattern.
            scopes += ["C1", "c", "c1 ", "c_", "c%", "*"].map { (.holding([.customer(Customer.ID($0))]), []) }
            for (scope, visible) in scopes {
                for ticket in [mine, theirs, shared] {
                    let found = try await bench.tickets.ticket(ticket.id, in: scope)
                    try requireEqual(found?.id, visible.contains(ticket) ? ticket.id : nil, "ticket \(ticket.id) in \(scope)")
                }
                try requireEqual(try await bench.all(TicketQuery(in: scope)).map(\.id), visible.map(\.id), "the page of \(scope)")
                let counts = try await bench.tickets.counts(TicketFilter(), in: scope)
                try requireEqual(counts, visible.isEmpty ? [:] : [.open: visible.count], "the counts of \(scope)")
            }
            // Who may see it changes with the ticket.
            shared.copies = []
            shared.guestAccess = nil
            shared.department = "billing"
            try await bench.put(shared)
            for key in [.address(copy), guestAccess.key, .department("tech")] as [AccessKey] {
                let found = try await bench.tickets.ticket(shared.id, in: .holding([key]))
                try requireEqual(found, nil, "the ticket by \(key), which it bears no more")
            }
            let found = try await bench.tickets.ticket(shared.id, in: .holding([.department("billing")]))
            try requireEqual(found?.id, shared.id, "the ticket by the key that it bears now")
        },
        StorageLaw("Ids, numbers and keys are compared whole, byte by byte") { subject in
            let bench = try await LawBench(subject)
            let texts = [
                "a", "A", "aa", "a ", " a", "a%", "_", "*", "a/b", "a:b", "../a", "'", "\\", "ä", "0", "00", "0.0", "1e1", "10",
            ]
            for (index, text) in texts.enumerated() {
                var ticket = Ticket(
                    id: Ticket.ID(text), number: TicketNumber(rawValue: text),
                    requester: Requester(customer: Customer.ID(text), name: "C", address: nil), opened: LawBench.instant(index),
                    subject: "S", department: "d")
                ticket.service = Service.ID(text)
                _ = try await bench.tickets.commit(
                    TicketCommit(
                        date: LawBench.start, tickets: [ticket], messages: [LawBench.message(1, of: ticket.id, id: text)],
                        events: [LawBench.event(text, on: ticket)],
                        submission: Submission(
                            key: text, ticket: ticket.id, message: Message.ID(text), expires: LawBench.instant(1_000))))
            }
            for text in texts + ["", "b", "Ä", "a  "] {
                let expected = texts.contains(text) ? [text] : []
                let id = Ticket.ID(text)
                let found = try await bench.tickets.ticket(id, in: .everything)
                try requireEqual(found.map { [$0.id.rawValue] } ?? [], expected, "the ticket with id “\(text)”")
                let scope = AccessScope.holding([.customer(Customer.ID(text))])
                for (scope, filter) in [
                    (scope, TicketFilter()), (.everything, TicketFilter { $0.number = TicketNumber(rawValue: text) }),
                    (.everything, TicketFilter { $0.requester = Customer.ID(text) }),
                    (.everything, TicketFilter { $0.service = Service.ID(text) }),
                ] {
                    let page = try await bench.all(TicketQuery(in: scope, filter: filter))
                    try requireEqual(page.map(\.id.rawValue), expected, "tickets in \(scope) by \(filter)")
                }
                var one = MessageQuery(ticket: id)
                one.message = Message.ID(text)
                try requireEqual(try await bench.all(one).map(\.id.rawValue), expected, "the message with id “\(text)”")
                let submission = try await bench.tickets.submission(text, at: LawBench.start)
                try requireEqual(submission.map { [$0.key] } ?? [], expected, "the submission with key “\(text)”")
                try requireEqual(
                    try await bench.events(scope: scope).map(\.event.id.rawValue), expected, "events that bear \(scope)")
            }
            let asked = Set(["a", "b", "B", "A "].map(TicketNumber.init(rawValue:)))
            try requireEqual(
                try await bench.tickets.takenNumbers(among: asked), [TicketNumber(rawValue: "a")], "taken numbers")
            try requireEqual(Set(try await bench.claim().map(\.id.rawValue)), Set(texts), "items, each in a lane of its own")
            // é as one character and as two: they look alike and are two customers.
            try await bench.put(LawBench.ticket(3, customer: "\u{E9}", department: "other"))
            let alike = AccessScope.holding([.customer("e\u{301}")])
            try requireEqual(
                try await bench.tickets.ticket("ticket-3", in: alike), nil, "a ticket of a customer whose id looks alike")
            try requireEqual(try await bench.all(TicketQuery(in: alike)), [], "the page of a customer whose id looks alike")
        },
        StorageLaw("A stale revision is a conflict with the stored one, and nothing of the commit is stored") { subject in
            var bench = try await LawBench(subject)
            let first = try await bench.put(LawBench.ticket(1))
            let second = try await bench.put(first)
            let other = try await bench.put(LawBench.ticket(2))
            var changed = other
            changed.subject = "Changed"
            changed.status = .closed
            var stale = first
            stale.subject = "Stale"
            let commit = TicketCommit(
                date: LawBench.start, tickets: [changed, stale, LawBench.ticket(3)],
                messages: [LawBench.message(1, of: other.id), LawBench.message(1, of: first.id)],
                events: [LawBench.event("e1", on: other), LawBench.event("e2", on: first)], announces: true,
                submission: Submission(key: "key", ticket: first.id, message: "m", expires: LawBench.instant(1_000_000)))
            let error = try await bench.requireRefusal(.conflict, "a stale revision", of: commit)
            try requireEqual(error.current, second.revision, "the current revision in the error")
            _ = try await bench.put(LawBench.ticket(3))
        },
        StorageLaw("A new ticket must not exist, a replaced one must") { subject in
            var bench = try await LawBench(subject)
            let stored = try await bench.put(LawBench.ticket(1))
            var again = LawBench.ticket(1)
            again.subject = "Again"
            let error = try await bench.requireRefusal(
                .conflict, "an id that exists", of: TicketCommit(date: LawBench.start, tickets: [again]))
            try requireEqual(error.current, stored.revision, "the current revision in the error")
            var ahead = stored
            ahead.revision = stored.revision.next
            let early = try await bench.requireRefusal(
                .conflict, "a revision that is not reached yet", of: TicketCommit(date: LawBench.start, tickets: [ahead]))
            try requireEqual(early.current, stored.revision, "the current revision in the error")
            var unknown = LawBench.ticket(2)
            unknown.revision = Revision(rawValue: 1)
            let missing = try await bench.requireRefusal(
                .conflict, "an id that does not exist", of: TicketCommit(date: LawBench.start, tickets: [unknown]))
            try requireEqual(missing.current, nil, "the current revision of what does not exist")
        },
        StorageLaw("A cancelled commit stores everything or nothing") { subject in
            let bench = try await LawBench(subject)
            for round in 0..<20 {
                let ticket = LawBench.ticket(round)
                let commit = TicketCommit(
                    date: LawBench.start, tickets: [ticket],
                    messages: [LawBench.message(1, of: ticket.id), LawBench.message(2, of: ticket.id)],
                    events: [LawBench.event("e\(round)", on: ticket)],
                    submission: Submission(
                        key: "key-\(round)", ticket: ticket.id, message: "m", expires: LawBench.instant(1_000)),
                    records: [.put(LawBench.record("\(round)", of: "agent:a1"))])
                let before = try await bench.traces(of: commit)
                // Cancelled before it begins, and a little later each time.
                let task = Task {
                    if round == 0 { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
                    return try await bench.tickets.commit(commit)
                }
                for _ in 0..<round { await Task.yield() }
                if round > 0 { task.cancel() }
                let result = await task.result
                let after = try await bench.traces(of: commit)
                if case .failure = result, after.tickets.isEmpty {
                    try after.requireSame(as: before)
                } else {
                    try requireEqual(after.tickets.count, 1, "tickets")
                    try requireEqual(after.messages[ticket.id]?.count, 2, "messages")
                    try requireEqual(after.events.count, before.events.count + 1, "events")
                    try requireEqual(after.waiting, [commit.events[0].id], "waiting events")
                    try requireEqual(after.submission, commit.submission, "the submission")
                    try requireEqual(after.records.count, 1, "records")
                }
            }
        },
        StorageLaw("A submission is found until it expires, and refuses a second one") { subject in
            var bench = try await LawBench(subject)
            let stored = try await bench.put(LawBench.ticket(1))
            let submission = Submission(key: "key", ticket: stored.id, message: "m1", expires: LawBench.instant(1_500))
            let again = Submission(key: "key", ticket: "ticket-2", message: "m2", expires: LawBench.instant(5_000))
            func commit(_ submission: Submission, _ number: Int, at milliseconds: Int, message: Int = 1) -> TicketCommit {
                let ticket = LawBench.ticket(number)
                return TicketCommit(
                    date: LawBench.instant(milliseconds), tickets: [ticket], messages: [LawBench.message(message, of: ticket.id)],
                    events: [LawBench.event("e\(milliseconds)", on: ticket)], submission: submission)
            }
            _ = try await bench.tickets.commit(commit(submission, 5, at: 0))
            try requireEqual(
                try await bench.tickets.submission("key", at: LawBench.instant(1_499)), submission, "the submission")
            try requireEqual(try await bench.tickets.submission("other", at: LawBench.start), nil, "another key")
            // With a ticket, a number and a place that are taken, too: the repeated submission must be found first.
            for number in [5, 6] {
                let error = try await bench.requireRefusal(
                    .duplicateSubmission, "a repeated key", of: commit(again, number, at: 1_499, message: 2))
                try requireEqual(error.submission, submission, "the submission in the error")
            }
            try requireEqual(
                try await bench.tickets.submission("key", at: LawBench.instant(1_500)), nil, "the expired submission")
            _ = try await bench.tickets.commit(commit(again, 2, at: 1_500))
            try requireEqual(try await bench.tickets.submission("key", at: LawBench.instant(1_500)), again, "the new submission")
            _ = try await bench.requireRefusal(.duplicateSubmission, "the key repeated again", of: commit(again, 7, at: 1_501))
        },
    ]

    // MARK: Numbers

    static let numbers = [
        StorageLaw("A number belongs to one ticket, and a commit with a taken one stores nothing") { subject in
            var bench = try await LawBench(subject)
            let stored = try await bench.put(LawBench.ticket(1))
            func ticket(_ id: Ticket.ID, _ number: TicketNumber) -> Ticket {
                Ticket(
                    id: id, number: number, requester: stored.requester, opened: stored.opened, subject: "S",
                    department: "technical")
            }
            let twins = [ticket("twin-1", LawBench.ticket(8).number), ticket("twin-2", LawBench.ticket(8).number)]
            for (what, tickets) in [
                ("a taken number", [LawBench.ticket(2), ticket("other", stored.number)]), ("one number twice in a commit", twins),
            ] {
                let commit = TicketCommit(
                    date: LawBench.start, tickets: tickets, messages: tickets.map { LawBench.message(1, of: $0.id) },
                    events: tickets.map { LawBench.event("e-\($0.id)", on: $0) },
                    submission: Submission(key: "key", ticket: "other", message: "m", expires: LawBench.instant(1_000_000)))
                _ = try await bench.requireRefusal(.duplicateNumber, what, of: commit)
            }
            try await bench.put(ticket("lower case", TicketNumber(rawValue: "n-1")))
        },
        StorageLaw("Taken numbers are those in use") { subject in
            var bench = try await LawBench(subject)
            for number in 1...5 { _ = try await bench.put(LawBench.ticket(number)) }
            let asked = Set((3...9).map { TicketNumber(rawValue: "N-\($0)") } + [TicketNumber(rawValue: "n-3")])
            let expected = Set((3...5).map { TicketNumber(rawValue: "N-\($0)") })
            for _ in 0..<2 {
                try requireEqual(try await bench.tickets.takenNumbers(among: asked), expected, "the taken numbers")
                try requireEqual(try await bench.tickets.takenNumbers(among: []), [], "no numbers")
                bench = try await bench.reopened()
            }
        },
    ]

    // MARK: Concurrency

    static let concurrency = [
        StorageLaw("64 tasks that change one ticket lose no change") { subject in
            let bench = try await LawBench(subject)
            let ticket = try await bench.put(LawBench.ticket(1))
            _ = try await concurrently(64) { task in
                for _ in 0..<256 {
                    guard var current = try await bench.tickets.ticket(ticket.id, in: .everything) else {
                        throw LawViolation(finding: "the ticket is gone", line: #line)
                    }
                    // Half of them write no message, whose place would guard the change, too.
                    var messages: [Message] = []
                    if task % 2 == 0 {
                        current.messageCount += 1
                        messages = [LawBench.message(current.messageCount, of: current.id, id: "by-\(task)")]
                    } else {
                        current.copies.append(
                            CopyRecipient(address: try EmailAddress("\(task)@example.com"), proposedBy: .system))
                    }
                    do {
                        try await bench.put(
                            current, messages: messages, events: [LawBench.event("e-\(task)", on: current)], announces: true)
                        return
                    } catch let error as StorageError where error.code == .conflict {}
                }
                throw LawViolation(finding: "256 conflicts in a row", line: #line)
            }
            let after = try await bench.reopened()
            let found = try await after.tickets.ticket(ticket.id, in: .everything)
            try requireEqual(found?.messageCount, 32, "changes with a message")
            try requireEqual(found?.copies.count, 32, "changes without a message")
            try requireEqual(found?.revision, Revision(rawValue: 65), "the revision")
            let query = MessageQuery(ticket: ticket.id)
            try requireEqual(try await after.all(query, pageSize: 10).map(\.index), Array(1...32), "places of messages")
            try requireEqual(Set(try await after.events().map(\.event.id)).count, 64, "events")
        },
        StorageLaw("64 tasks that submit one form store it once") { subject in
            let bench = try await LawBench(subject)
            let outcomes = try await concurrently(64) { task -> (isStored: Bool, ticket: Ticket.ID?) in
                let ticket = LawBench.ticket(task)
                let submission = Submission(
                    key: "key", ticket: ticket.id, message: Message.ID("m-\(task)"), expires: LawBench.instant(1_000))
                do {
                    _ = try await bench.tickets.commit(
                        TicketCommit(date: LawBench.start, tickets: [ticket], submission: submission))
                    return (isStored: true, ticket: ticket.id)
                } catch let error as StorageError where error.code == .duplicateSubmission {
                    return (isStored: false, ticket: error.submission?.ticket)
                }
            }
            let stored = outcomes.filter(\.isStored).map(\.ticket)
            try requireEqual(stored.count, 1, "how many were stored")
            try requireEqual(Set(outcomes.map(\.ticket)), Set(stored), "what all are told was stored")
            try requireEqual(try await bench.all(TicketQuery(in: .everything)).map { Optional($0.id) }, stored, "the tickets")
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
