import SupportPortal

enum QueueLaws {
    static let all = lending + settling

    // MARK: Lending

    static let lending = [
        StorageLaw("A claim is exclusive until its lease ends") { subject in
            let bench = try await LawBench(subject)
            try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)), LawBench.event("e2", on: LawBench.ticket(2)))
            let first = try await bench.claim(at: 0, lease: "first", for: 1_000)
            try requireEqual(first.map(\.event.id), ["e1", "e2"], "the first claim")
            try requireEqual(first.map(\.failures), [0, 0], "failures of new items")
            try requireEqual(first.map { $0.delivery == nil }, [true, true], "new items are events")
            try requireEqual(try await bench.claim(at: 999, lease: "second").count, 0, "a claim before the lease ends")
            let again = try await bench.claim(at: 1_000, lease: "third", for: 1_000)
            try requireEqual(again.map(\.id), first.map(\.id), "a claim when the lease has ended")
            try requireEqual(try await bench.claim(at: 1_001).count, 0, "a claim right after that")
        },
        StorageLaw("A claim lends the longest due first, at most its limit, nothing before it is due") { subject in
            let bench = try await LawBench(subject)
            for (number, date) in [(1, 300), (2, 100), (3, 200), (4, 900)] {
                try await bench.announce(LawBench.event("e\(number)", on: LawBench.ticket(number), date: LawBench.instant(date)))
            }
            try requireEqual(try await bench.claim(at: 50).count, 0, "a claim before anything is due")
            try requireEqual(try await bench.claim(0, at: 800).count, 0, "a claim of none")
            try requireEqual(try await bench.claim(2, at: 800).map(\.event.id), ["e2", "e3"], "the first two")
            try requireEqual(try await bench.claim(9, at: 800).map(\.event.id), ["e1"], "the rest that is due")
            try requireEqual(try await bench.claim(9, at: 900).map(\.event.id), ["e4"], "what is due later")
        },
        StorageLaw("A lane is worked off in the order of the log") { subject in
            let bench = try await LawBench(subject)
            let ticket = LawBench.ticket(1)
            try await bench.announce(LawBench.event("e1", on: ticket), LawBench.event("e2", on: ticket))
            try await bench.announce(LawBench.event("other", on: LawBench.ticket(2)))
            let first = try await bench.claim(at: 0)
            try requireEqual(first.map(\.event.id), ["e1", "other"], "the first of each lane")
            try await bench.settle(first[0], adding: [LawBench.delivery("a"), LawBench.delivery("b")])
            let second = try await bench.claim(at: 1, lease: "second")
            try requireEqual(Set(second.map(\.id)), ["e1/mail/customer:a", "e1/mail/customer:b", "e2"], "what became free")
            guard let event = second.first(where: { $0.delivery == nil }) else { return }
            try await bench.settle(event, lease: "second", adding: [LawBench.delivery("a"), LawBench.delivery("b")])
            try requireEqual(try await bench.claim(at: 2).count, 0, "the second deliveries while the first are on loan")
            for item in second where item.delivery?.recipient.name == "a" {
                try await bench.settle(item, lease: "second", .retry(at: LawBench.instant(5_000), failure: "later"))
            }
            for item in second where item.delivery?.recipient.name == "b" {
                try await bench.settle(item, lease: "second", .parked(failure: "never"))
            }
            let third = try await bench.claim(at: 3, lease: "third")
            try requireEqual(third.map(\.id), ["e2/mail/customer:b"], "a parked item holds nobody up, one that waits does")
            let fourth = try await bench.claim(at: 5_000, lease: "fourth")
            try requireEqual(fourth.map(\.id), ["e1/mail/customer:a"], "the one that waited, when it is due")
            for item in fourth { try await bench.settle(item, lease: "fourth") }
            try requireEqual(try await bench.claim(at: 5_001).map(\.id), ["e2/mail/customer:a"], "and then the next in its lane")
        },
        StorageLaw("Events that are not announced do not wait") { subject in
            let bench = try await LawBench(subject)
            try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)), announces: false)
            try await bench.announce(LawBench.event("e2", on: LawBench.ticket(1)))
            try requireEqual(try await bench.claim().map(\.event.id), ["e2"], "waiting events")
            try requireEqual(try await bench.events().map(\.event.id), ["e1", "e2"], "events in the feed")
        },
        StorageLaw("64 claims at once lend each item once") { subject in
            let bench = try await LawBench(subject)
            for number in 0..<100 { try await bench.announce(LawBench.event("e\(number)", on: LawBench.ticket(number))) }
            let claimed = try await concurrently(64) { task in
                try await bench.claim(3, at: 10, lease: "lease-\(task)").map(\.id)
            }
            let ids = claimed.flatMap(\.self)
            try requireEqual(ids.count, 100, "lent items")
            try requireEqual(Set(ids).count, 100, "different items")
        },
    ]

    // MARK: Settling

    static let settling = [
        StorageLaw("What is done never comes back") { subject in
            var bench = try await LawBench(subject)
            try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)))
            guard let item = try await bench.claim(at: 0, for: 10).first else {
                throw LawViolation(finding: "nothing was lent", line: #line)
            }
            try await bench.settle(item)
            for time in [1, 10, 1_000_000] {
                try requireEqual(try await bench.claim(at: time).count, 0, "a claim after it was done")
                bench = try await bench.reopened()
            }
            try requireEqual(try await bench.tickets.parked(.first).items, [], "parked items")
        },
        StorageLaw("A lost lease settles nothing") { subject in
            let bench = try await LawBench(subject)
            try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)))
            guard let item = try await bench.claim(at: 0, lease: "old", for: 10).first else {
                throw LawViolation(finding: "nothing was lent", line: #line)
            }
            try requireEqual(try await bench.claim(at: 10, lease: "new", for: 10).count, 1, "the second claim")
            let added = [LawBench.delivery("a")]
            try await requireRefusal(.leaseLost, "the old lease") { try await bench.settle(item, lease: "old", adding: added) }
            try await requireRefusal(.leaseLost, "no lease") {
                try await bench.settle(item, lease: "none", .parked(failure: "x"))
            }
            try requireEqual(try await bench.claim(at: 19).count, 0, "a claim while the new lease holds")
            try requireEqual(try await bench.tickets.parked(.first).items, [], "parked items")
            try await bench.settle(item, lease: "new")
            try await requireRefusal(.leaseLost, "settling again") { try await bench.settle(item, lease: "new", adding: added) }
            try requireEqual(try await bench.claim(at: 1_000).count, 0, "items after all that")
        },
        StorageLaw("What failed waits until it is due again, and says how often and why") { subject in
            var bench = try await LawBench(subject)
            try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)))
            for attempt in 1...3 {
                guard let item = try await bench.claim(at: attempt * 1_000, for: 10_000).first else {
                    throw LawViolation(finding: "nothing was lent at try \(attempt)", line: #line)
                }
                try requireEqual(item.failures, attempt - 1, "failures")
                try requireEqual(item.lastFailure, attempt == 1 ? nil : "reason \(attempt - 1)", "the last failure")
                try await bench.settle(item, .retry(at: LawBench.instant(attempt * 1_000 + 1_000), failure: "reason \(attempt)"))
                try requireEqual(try await bench.claim(at: attempt * 1_000 + 999).count, 0, "a claim too early")
                bench = try await bench.reopened()
            }
        },
        StorageLaw("What is parked is listed, and lent again only when it is let go") { subject in
            var bench = try await LawBench(subject)
            for number in 1...7 { try await bench.announce(LawBench.event("e\(number)", on: LawBench.ticket(number))) }
            let items = try await bench.claim(at: 0, for: 10)
            try requireEqual(items.count, 7, "lent items")
            for item in items.reversed() { try await bench.settle(item, .parked(failure: "no")) }
            for _ in 0..<2 {
                try requireEqual(try await bench.claim(at: 1_000_000).count, 0, "a claim of parked items")
                var page = PageRequest(limit: 3)
                var listed: [QueueItem] = []
                repeat {
                    let answer = try await bench.tickets.parked(page)
                    try require(answer.items.count <= 3, "a page of 3 holds \(answer.items.count)")
                    listed += answer.items
                    page.after = answer.next
                } while page.after != nil && listed.count < 100
                try requireEqual(listed.map(\.event.id), (1...7).map { PortalEvent.ID("e\($0)") }, "parked items")
                try requireEqual(Set(listed.map(\.failures)), [1], "failures")
                try requireEqual(Set(listed.map(\.lastFailure)), ["no"], "the reason")
                bench = try await bench.reopened()
            }
            try await bench.tickets.unpark("unknown", at: LawBench.instant(50))
            try await bench.tickets.unpark("e3", at: LawBench.instant(50))
            try requireEqual(try await bench.claim(at: 49).count, 0, "a claim before that instant")
            let again = try await bench.claim(at: 50)
            try requireEqual(again.map(\.id), ["e3"], "what waits again")
            try requireEqual(again.map(\.failures), [0], "failures of what begins anew")
            try requireEqual(try await bench.tickets.parked(PageRequest(limit: 100)).items.count, 6, "what is still parked")
        },
        StorageLaw("Deliveries are added with the settlement of their event, each once") { subject in
            var bench = try await LawBench(subject)
            try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)))
            guard let event = try await bench.claim(at: 0).first else {
                throw LawViolation(finding: "nothing was lent", line: #line)
            }
            let deliveries = [LawBench.delivery("a"), LawBench.delivery("b"), LawBench.delivery("a", channel: "chat")]
            try await bench.settle(event, adding: deliveries + [LawBench.delivery("a")])
            bench = try await bench.reopened()
            let items = try await bench.claim(at: 0, lease: "second")
            try requireEqual(
                Set(items.map(\.id)), ["e1/mail/customer:a", "e1/mail/customer:b", "e1/chat/customer:a"], "the deliveries")
            try requireEqual(items.count, 3, "the number of deliveries")
            try requireEqual(Set(items.compactMap(\.delivery)), Set(deliveries), "what they hold")
            try requireEqual(Set(items.map(\.event)), [event.event], "their event")
            try requireEqual(Set(items.map(\.position)), [event.position], "their position")
            for item in items { try await bench.settle(item, lease: "second") }
            try requireEqual(try await bench.claim(at: 1_000_000).count, 0, "items at the end")
        },
    ]
}
