import SupportPortal

extension TicketLaws {
    static let messageChanges = [
        StorageLaw("A message is replaced whole, under the next revision, and keeps its place") { subject in
            var bench = try await LawBench(subject)
            let ticket = try await bench.put(LawBench.ticket(1), messages: (1...4).map { LawBench.message($0, of: "ticket-1") })
            var expected = (1...4).map { LawBench.message($0, of: ticket.id).stored }
            let agent = Author(role: .agent, identity: .agent("a1"), name: "Ünï", address: try EmailAddress("a1@example.com"))
            var changed = expected[1]
            changed.text = "Said otherwise: e\u{301}"
            changed.edits = ["first", "„second”"].enumerated().map {
                MessageEdit(date: LawBench.instant(7 + $0), author: $0 == 0 ? agent : .system, text: $1)
            }
            changed.rating = 4
            changed.movedFrom = "ticket-9"
            changed.attachments = ["z", "a"].map { FileAttachment(id: Blob.ID($0), name: "a b.png", size: 3) }
            changed.attachments[1].removed = LawBench.instant(123)
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: [changed]))
            expected[1] = changed.stored
            for _ in 0..<2 {
                for size in [1, 2, 10] {
                    let found = try await bench.all(MessageQuery(ticket: ticket.id), pageSize: size)
                    try requireEqual(found, expected, "messages by \(size) after one was replaced")
                    try requireSameBytes(found[1].text, changed.text, "the new text")
                }
                bench = try await bench.reopened()
            }
            // What is set to nothing must not keep its old value, and what was for all may be for agents alone afterwards.
            var note = Message(
                id: changed.id, ticket: ticket.id, index: 2, kind: .note, author: agent, date: LawBench.instant(99), text: "")
            note.revision = Revision(rawValue: 2)
            var last = expected[3]
            last.text = "Last"
            let fifth = LawBench.message(5, of: ticket.id)
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: [last, fifth, note]))
            (expected[1], expected[3]) = (note.stored, last.stored)
            expected.append(fifth.stored)
            for _ in 0..<2 {
                let all = MessageQuery(ticket: ticket.id, includesInternal: true, ascending: false)
                try requireEqual(try await bench.all(all), expected.reversed(), "messages after all was set to nothing")
                let shown = try await bench.all(MessageQuery(ticket: ticket.id))
                try requireEqual(shown, expected.filter(\.isPublic), "messages for all")
                var early = MessageQuery(ticket: ticket.id, includesInternal: true)
                early.since = LawBench.instant(100)
                try requireEqual(try await bench.all(early).map(\.index), [1, 3, 4, 5], "messages since an instant")
                bench = try await bench.reopened()
            }
        },
        StorageLaw("A stale revision of a message is a conflict with the stored one, and nothing of the commit is stored") {
            subject in
            var bench = try await LawBench(subject)
            let ticket = try await bench.put(LawBench.ticket(1), messages: [LawBench.message(1, of: "ticket-1")])
            var second = LawBench.message(1, of: ticket.id).stored
            second.text = "Second"
            second.attachments = [FileAttachment(id: "kept", name: "a.png", size: 1)]
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: [second]))
            func revised(_ revision: Int, id: String? = nil, of ticket: Ticket.ID = "ticket-1") -> Message {
                var message = LawBench.message(id == nil ? 1 : 2, of: ticket, id: id ?? "ticket-1-message-1", text: "Refused")
                message.revision = Revision(rawValue: revision)
                message.attachments = [FileAttachment(id: "refused", name: "b.png", size: 1)]
                return message
            }
            let current = Revision(rawValue: 2)
            let other = try await bench.put(LawBench.ticket(2))
            for (what, message, stored) in [
                ("a stale revision", revised(1), current), ("a revision that is not reached yet", revised(3), current),
                ("a new message whose id exists", revised(0), current),
                ("a new message whose id exists elsewhere", revised(0, of: other.id), current),
                ("a stale move", revised(1, of: other.id), current),
                ("a message that does not exist", revised(1, id: "none"), nil),
            ] as [(String, Message, Revision?)] {
                var changed = ticket
                changed.status = .answered
                let commit = TicketCommit(
                    date: LawBench.start, tickets: [changed, LawBench.ticket(3)],
                    messages: [LawBench.message(1, of: "ticket-3"), message], events: [LawBench.event("e", on: ticket)],
                    submission: Submission(key: "key", ticket: ticket.id, message: "m", expires: LawBench.instant(1_000_000)))
                let error = try await bench.requireRefusal(.conflict, what, of: commit)
                try requireEqual(error.current, stored, "the current revision in the error of \(what)")
            }
        },
        StorageLaw("A message moves to another ticket, and its old place stays empty") { subject in
            var bench = try await LawBench(subject)
            let (from, to) = (Ticket.ID("ticket-1"), Ticket.ID("ticket-2"))
            try await bench.put(LawBench.ticket(1), messages: (1...7).map { LawBench.message($0, of: from) })
            try await bench.put(LawBench.ticket(2), messages: (1...2).map { LawBench.message($0, of: to) })
            var left = (1...7).map { LawBench.message($0, of: from).stored }
            var arrived = (1...2).map { LawBench.message($0, of: to).stored }
            /// Moves the messages at some places of the first ticket.
            func move(_ places: [Int], to first: Int) async throws {
                var moved: [Message] = []
                for (offset, place) in places.enumerated() {
                    guard let index = left.firstIndex(where: { $0.index == place }) else { continue }
                    var message = left.remove(at: index)
                    (message.ticket, message.index, message.movedFrom) = (to, first + offset, from)
                    moved.append(message)
                }
                _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: moved))
                arrived += moved.map(\.stored)
            }
            func check(_ what: String) async throws {
                for _ in 0..<2 {
                    for (ticket, expected) in [(from, left), (to, arrived)] {
                        for size in [1, 2, 20] {
                            let rising = MessageQuery(ticket: ticket)
                            try requireEqual(
                                try await bench.all(rising, pageSize: size), expected, "\(ticket) by \(size) \(what)")
                            let falling = MessageQuery(ticket: ticket, ascending: false)
                            try requireEqual(
                                try await bench.all(falling, pageSize: size), expected.reversed(), "\(ticket) falling \(what)")
                        }
                        for message in expected {
                            var one = MessageQuery(ticket: ticket)
                            one.message = message.id
                            try requireEqual(try await bench.all(one), [message], "one message of \(ticket) \(what)")
                            one.ticket = ticket == from ? to : from
                            try requireEqual(try await bench.all(one), [], "it in the other ticket \(what)")
                        }
                    }
                    bench = try await bench.reopened()
                }
            }
            // Places may leave gaps where they arrive, too.
            try await move([2, 3, 6], to: 5)
            try await check("after some moved")
            // What is moved to a taken place stays where it is.
            var late = left[0]
            (late.ticket, late.index) = (to, 6)
            _ = try await bench.requireRefusal(
                .conflict, "a taken place",
                of: TicketCommit(date: LawBench.start, messages: [LawBench.message(8, of: from), late]))
            // A cursor stays good though the message that it was of has gone.
            var query = MessageQuery(ticket: from, page: PageRequest(limit: 2))
            query.page.after = try await bench.tickets.messages(query).next
            try await move([4], to: 8)
            try requireEqual(try await bench.tickets.messages(query).items.map(\.index), [5, 7], "the page after one that moved")
            try await move([1, 5, 7], to: 9)
            try await check("after all moved")
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: [LawBench.message(8, of: from)]))
            left = [LawBench.message(8, of: from).stored]
            try await check("after a new one came")
        },
        StorageLaw("64 tasks that edit one message lose no edit") { subject in
            let bench = try await LawBench(subject)
            try await bench.put(LawBench.ticket(1), messages: [LawBench.message(1, of: "ticket-1")])
            _ = try await concurrently(64) { task in
                for _ in 0..<256 {
                    guard var message = try await bench.all(MessageQuery(ticket: "ticket-1")).first else {
                        throw LawViolation(finding: "the message is gone", line: #line)
                    }
                    message.edits.append(MessageEdit(date: LawBench.instant(task), author: .system, text: "\(task)"))
                    do {
                        _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: [message]))
                        return
                    } catch let error as StorageError where error.code == .conflict {}
                }
                throw LawViolation(finding: "256 conflicts in a row", line: #line)
            }
            let found = try await bench.reopened().all(MessageQuery(ticket: "ticket-1")).first
            try requireEqual(Set(found?.edits.map(\.text) ?? []).count, 64, "edits")
            try requireEqual(found?.revision, Revision(rawValue: 65), "the revision")
        },
        StorageLaw("Attached files are those of the messages that are stored, removed ones aside") { subject in
            var bench = try await LawBench(subject)
            let asked: Set<Blob.ID> = ["none", "a", "b", "c", "d", "A", "a "]
            // A store that cannot tell says all of them, always.
            let cannotTell = try await bench.tickets.attachedFiles(among: asked) == asked
            func require(_ expected: Set<Blob.ID>, _ what: String) async throws {
                for _ in 0..<2 {
                    try requireEqual(
                        try await bench.tickets.attachedFiles(among: asked), cannotTell ? asked : expected,
                        "attached files \(what)")
                    let few = try await bench.tickets.attachedFiles(among: ["b"])
                    try requireEqual(few, cannotTell ? ["b"] : expected.intersection(["b"]), "whether it is attached \(what)")
                    bench = try await bench.reopened()
                }
                try requireEqual(try await bench.tickets.attachedFiles(among: []), [], "no files")
            }
            func message(_ index: Int, of ticket: Ticket.ID, kind: Message.Kind = .reply, files: Blob.ID...) -> Message {
                var message = LawBench.message(index, of: ticket, kind: kind)
                message.attachments = files.map { FileAttachment(id: $0, name: "a.png", size: 1) }
                return message
            }
            try await bench.put(
                LawBench.ticket(1),
                messages: [
                    message(1, of: "ticket-1", files: "a", "b"), message(2, of: "ticket-1", kind: .note, files: "c"),
                    message(3, of: "ticket-1", files: "other", "b"),
                ])
            try await bench.put(LawBench.ticket(2))
            try await require(["a", "b", "c"], "of three messages")
            var first = message(1, of: "ticket-1", files: "d").stored
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: [first]))
            try await require(["b", "c", "d"], "after one was replaced, of which the other message has the second")
            var third = message(3, of: "ticket-1").stored
            first.revision = first.revision.next
            (first.ticket, first.index) = ("ticket-2", 1)
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: [third, first]))
            try await require(["c", "d"], "after one moved")
            third.revision = third.revision.next
            third.attachments = first.attachments
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: [third]))
            for (ticket, expected) in [("ticket-2", ["c", "d"]), ("ticket-1", [])] as [(Ticket.ID, Set<Blob.ID>)] {
                var commit = TicketCommit(date: LawBench.start)
                commit.erasure = Erasure(tickets: [ticket])
                _ = try await bench.tickets.commit(commit)
                try await require(expected, "after \(ticket) was erased")
            }
            var last = message(1, of: "ticket-3", files: "a", "b")
            try await bench.put(LawBench.ticket(3), messages: [last])
            last = last.stored
            last.attachments[0].removed = LawBench.instant(1)
            _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, messages: [last]))
            try await require(["b"], "after the bytes of one were removed")
        },
    ]
}
