import SupportPortal

enum QueueLaws {
    /// Those of a section's queue.
    static func all(of section: EventSection) -> [StorageLaw] { lending(section) + settling(section) }

    // MARK: Lending

    private static func lending(_ section: EventSection) -> [StorageLaw] {
        [
            section.law("A claim is exclusive until its lease ends") { bench in
                try await bench.announce(
                    LawBench.event("e1", on: LawBench.ticket(1)), LawBench.event("e2", on: LawBench.ticket(2), isInternal: true))
                let first = try await bench.claim(at: 0, lease: "first", for: 1_500)
                let items = try await bench.events().map { QueueItem(position: $0.position, event: $0.event) }
                try requireEqual(Set(first), Set(items), "the first claim: the events as they are in the log, never tried")
                try requireEqual(first.count, 2, "the number of items")
                try requireEqual(try await bench.claim(at: 1_499, lease: "second").count, 0, "a claim before the lease ends")
                let again = try await bench.claim(at: 1_500, lease: "third", for: 1_000)
                try requireEqual(Set(again), Set(items), "a claim when the lease has ended")
                try requireEqual(try await bench.claim(at: 1_501).count, 0, "a claim right after that")
            },
            section.law("A claim lends the longest due first, at most its limit, nothing before it is due") { bench in
                for (number, date) in [(1, 300), (2, 100), (3, 200), (4, 900)] {
                    try await bench.announce(
                        LawBench.event("e\(number)", on: LawBench.ticket(number), date: LawBench.instant(date)))
                }
                try requireEqual(try await bench.claim(at: 50).count, 0, "a claim before anything is due")
                for limit in [0, -1] {
                    try requireEqual(try await bench.claim(limit, at: 800).count, 0, "a claim of \(limit)")
                }
                try requireEqual(try await bench.claim(2, at: 800).map(\.event.id), ["e2", "e3"], "the first two")
                try requireEqual(try await bench.claim(9, at: 800).map(\.event.id), ["e1"], "the rest that is due")
                let last = try await bench.claim(9, at: 900)
                try requireEqual(last.map(\.event.id), ["e4"], "what is due later")
                // What waits for another try is due by that, not by its event.
                try await bench.announce(LawBench.event("e5", on: LawBench.ticket(5), date: LawBench.instant(1_500)))
                for item in last { try await bench.settle(item, .retry(at: LawBench.instant(2_000), failure: "later")) }
                try requireEqual(try await bench.claim(9, at: 2_000).map(\.event.id), ["e5", "e4"], "what is due since then")
            },
            section.law("A lane is worked off in the order of the log") { bench in
                let ticket = LawBench.ticket(1)
                try await bench.announce(LawBench.event("e1", on: ticket), LawBench.event("e2", on: ticket))
                try await bench.announce(LawBench.event("other", on: LawBench.ticket(2), date: LawBench.instant(1)))
                let first = try await bench.claim(1, at: 1)
                try requireEqual(first.map(\.id), ["e1"], "the first of the first lane")
                let other = try await bench.claim(1, at: 1)
                try requireEqual(other.map(\.id), ["other"], "the first of another lane, behind an item that is held up")
                try await bench.settle(first[0], adding: [LawBench.delivery("a"), LawBench.delivery("b")])
                let second = try await bench.claim(at: 1, lease: "second")
                try requireEqual(Set(second.map(\.id)), ["e1/mail/customer:a", "e1/mail/customer:b", "e2"], "what became free")
                guard let event = second.first(where: { $0.delivery == nil }) else { return }
                try await bench.settle(event, lease: "second", adding: [LawBench.delivery("a"), LawBench.delivery("b")])
                try requireEqual(try await bench.claim(at: 2).count, 0, "the second deliveries while the first are on loan")
                try await bench.settle(other[0], adding: [LawBench.delivery("a")])
                try requireEqual(
                    try await bench.claim(at: 2).map(\.id), ["other/mail/customer:a"],
                    "a delivery to the same person about another")
                for item in second where item.delivery?.recipient.name == "a" {
                    try await bench.settle(item, lease: "second", .retry(at: LawBench.instant(5_000), failure: "later"))
                }
                for item in second where item.delivery?.recipient.name == "b" {
                    try await bench.settle(item, lease: "second", .parked(failure: "never"))
                }
                let third = try await bench.claim(at: 3, lease: "third", for: 1_000)
                try requireEqual(third.map(\.id), ["e2/mail/customer:b"], "a parked item holds nobody up, one that waits does")
                // Let go, the parked item is the first of its lane again.
                try await bench.eventStore.unpark("e1/mail/customer:b", at: LawBench.instant(10))
                let fourth = try await bench.claim(at: 4_000, lease: "fourth")
                try requireEqual(fourth.map(\.id), ["e1/mail/customer:b"], "an item let go, and not the later one of its lane")
                let fifth = try await bench.claim(at: 5_000, lease: "fifth")
                try requireEqual(fifth.map(\.id), ["e1/mail/customer:a"], "the one that waited, when it is due")
                for item in fifth { try await bench.settle(item, lease: "fifth") }
                try requireEqual(
                    try await bench.claim(at: 5_001).map(\.id), ["e2/mail/customer:a"], "and then the next in its lane")
            },
            section.law("Events that are not announced do not wait") { bench in
                try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)), announces: false)
                try await bench.announce(LawBench.event("e2", on: LawBench.ticket(1)))
                try requireEqual(try await bench.claim().map(\.event.id), ["e2"], "waiting events")
                try requireEqual(try await bench.events().map(\.event.id), ["e1", "e2"], "events in the feed")
            },
            section.law("64 claims at once lend each item once") { bench in
                for number in 0..<100 { try await bench.announce(LawBench.event("e\(number)", on: LawBench.ticket(number))) }
                let claimed = try await concurrently(64) { task in
                    try await bench.claim(3, at: 10, lease: "lease-\(task)").map(\.id)
                }
                let ids = claimed.flatMap(\.self)
                try requireEqual(ids.count, 100, "lent items")
                try requireEqual(Set(ids).count, 100, "different items")
            },
            section.law("Of 16 settlements at once of one loan, one counts") { bench in
                try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)))
                guard let item = try await bench.claim(at: 0).first else {
                    throw LawViolation(finding: "nothing was lent", line: #line)
                }
                let settled = try await concurrently(16) { task in
                    do {
                        try await bench.settle(item, .retry(at: LawBench.start, failure: "\(task)"))
                        return true
                    } catch let error as StorageError where error.code == .leaseLost {
                        return false
                    }
                }
                try requireEqual(settled.count(where: \.self), 1, "settlements that went through")
                try requireEqual(try await bench.claim(at: 0).map(\.failures), [1], "failures")
            },
        ]
    }

    // MARK: Settling

    private static func settling(_ section: EventSection) -> [StorageLaw] {
        [
            section.law("What is done never comes back") { bench in
                var bench = bench
                try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)))
                guard let item = try await bench.claim(at: 0, for: 10).first else {
                    throw LawViolation(finding: "nothing was lent", line: #line)
                }
                try await bench.settle(item)
                for time in [1, 10, 1_000_000] {
                    try requireEqual(try await bench.claim(at: time).count, 0, "a claim after it was done")
                    bench = try await bench.reopened()
                }
                try requireEqual(try await bench.eventStore.parked(.first).items, [], "parked items")
            },
            section.law("A lost lease settles nothing") { bench in
                try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)))
                guard let item = try await bench.claim(at: 0, lease: "old", for: 10).first else {
                    throw LawViolation(finding: "nothing was lent", line: #line)
                }
                try requireEqual(try await bench.claim(at: 10, lease: "new", for: 10).count, 1, "the second claim")
                let added = [LawBench.delivery("a")]
                try await requireRefusal(.leaseLost, "the old lease") {
                    try await bench.settle(item, lease: "old", adding: added)
                }
                try await requireRefusal(.leaseLost, "no lease") {
                    try await bench.settle(item, lease: "none", .parked(failure: "x"))
                }
                try requireEqual(try await bench.claim(at: 19).count, 0, "a claim while the new lease holds")
                try requireEqual(try await bench.eventStore.parked(.first).items, [], "parked items")
                try await bench.settle(item, lease: "new")
                try await requireRefusal(.leaseLost, "settling again") {
                    try await bench.settle(item, lease: "new", adding: added)
                }
                try requireEqual(try await bench.claim(at: 1_000).count, 0, "items after all that")
                // Late is not lost while nobody else has the item.
                try await bench.announce(
                    LawBench.event("e2", on: LawBench.ticket(2)), LawBench.event("e3", on: LawBench.ticket(3)))
                var lent = try await bench.claim(at: 2_000, lease: "late", for: 10)
                let taken = try await bench.claim(1, at: 2_010, lease: "next")
                lent.removeAll { $0.id == taken.first?.id }
                try requireEqual(lent.count, 1, "items whose lease ended and that nobody took")
                for item in lent { try await bench.settle(item, lease: "late") }
            },
            section.law("What failed waits until it is due again, and says how often and why") { bench in
                var bench = bench
                try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)))
                for attempt in 1...3 {
                    guard let item = try await bench.claim(at: attempt * 1_000, for: 10_000).first else {
                        throw LawViolation(finding: "nothing was lent at try \(attempt)", line: #line)
                    }
                    try requireEqual(item.failures, attempt - 1, "failures")
                    try requireEqual(item.lastFailure, attempt == 1 ? nil : "reason \(attempt - 1)", "the last failure")
                    try await bench.settle(
                        item, .retry(at: LawBench.instant(attempt * 1_000 + 1_000), failure: "reason \(attempt)"))
                    try await requireRefusal(.leaseLost, "settling what waits again") { [bench] in try await bench.settle(item) }
                    try requireEqual(try await bench.claim(at: attempt * 1_000 + 999).count, 0, "a claim too early")
                    bench = try await bench.reopened()
                }
            },
            section.law("What is parked is listed, and lent again only when it is let go") { bench in
                var bench = bench
                for number in 1...7 { try await bench.announce(LawBench.event("e\(number)", on: LawBench.ticket(number))) }
                var items = try await bench.claim(at: 0, for: 10)
                try requireEqual(items.count, 7, "lent items")
                // The deliveries of one event all have its position.
                for item in items where item.id == "e7" {
                    try await bench.settle(item, adding: (1...4).map { LawBench.delivery("\($0)") })
                }
                items.removeAll { $0.id == "e7" }
                items += try await bench.claim(at: 0, for: 10)
                for item in items.reversed() {
                    try await bench.settle(item, .parked(failure: "no"))
                    try await requireRefusal(.leaseLost, "settling what is parked") { [bench] in try await bench.settle(item) }
                }
                let expected = (1...6).map { QueueItem.ID("e\($0)") } + (1...4).map { QueueItem.ID("e7/mail/customer:\($0)") }
                for _ in 0..<2 {
                    try requireEqual(try await bench.claim(at: 1_000_000).count, 0, "a claim of parked items")
                    for size in [1, 3, 10, 100] {
                        let listed = try await bench.allParked(pageSize: size)
                        try requireEqual(Set(listed.map(\.id)), Set(expected), "parked items, \(size) a page")
                        try requireEqual(listed.map(\.position), listed.map(\.position).sorted(), "positions of parked items")
                        try requireEqual(listed.count, 10, "the number of parked items")
                        try requireEqual(Set(listed.map(\.failures)), [1], "failures")
                        try requireEqual(Set(listed.map(\.lastFailure)), ["no"], "the reason")
                    }
                    for limit in [0, -1] {
                        let none = try await bench.eventStore.parked(PageRequest(limit: limit))
                        try requireEqual(none.items, [], "a page of \(limit) parked items")
                    }
                    bench = try await bench.reopened()
                }
                try await bench.eventStore.unpark("unknown", at: LawBench.instant(50))
                try await bench.eventStore.unpark("e3", at: LawBench.instant(50))
                bench = try await bench.reopened()
                try requireEqual(try await bench.claim(at: 49).count, 0, "a claim before that instant")
                let again = try await bench.claim(at: 50)
                try requireEqual(again.map(\.id), ["e3"], "what waits again")
                try requireEqual(again.map(\.failures), [0], "failures of what begins anew")
                try await bench.eventStore.unpark("e3", at: LawBench.instant(51))
                try requireEqual(try await bench.claim(at: 51).count, 0, "an item on loan after it was let go again")
                let parked = try await bench.allParked()
                try requireEqual(Set(parked.map(\.id)), Set(expected.filter { $0 != "e3" }), "what is still parked")
                // Whoever lets go what a page lists must not skip what the next one would have listed.
                let page = try await bench.eventStore.parked(PageRequest(limit: 2))
                for item in page.items { try await bench.eventStore.unpark(item.id, at: LawBench.instant(60)) }
                let rest = try await bench.eventStore.parked(PageRequest(limit: 2, after: page.next)).items
                try requireEqual(rest, Array(parked.dropFirst(2).prefix(2)), "the page after one that was let go")
            },
            section.law("Deliveries are added with the settlement of their event, each once") { bench in
                var bench = bench
                try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)))
                guard let event = try await bench.claim(at: 0).first else {
                    throw LawViolation(finding: "nothing was lent", line: #line)
                }
                let deliveries = [LawBench.delivery("a"), LawBench.delivery("b"), LawBench.delivery("a", channel: "chat")]
                // Whatever becomes of the event, what follows from it is added.
                try await bench.settle(
                    event, .retry(at: LawBench.instant(10), failure: "half"), adding: [deliveries[0], deliveries[0]])
                bench = try await bench.reopened()
                let early = try await bench.claim(at: 0, lease: "early")
                try requireEqual(early.map(\.id), ["e1/mail/customer:a"], "what was added, due at once")
                guard let again = try await bench.claim(at: 10).first else {
                    throw LawViolation(finding: "the event was not lent again", line: #line)
                }
                try await bench.settle(again, adding: deliveries)
                var items = try await bench.claim(at: 10, lease: "second")
                try requireEqual(
                    Set(items.map(\.id)), ["e1/mail/customer:b", "e1/chat/customer:a"], "what is new, without what is on loan")
                try await bench.settle(early[0], lease: "early", .retry(at: LawBench.instant(20), failure: "later"))
                items += try await bench.claim(at: 20, lease: "second")
                try requireEqual(
                    Set(items.map(\.id)), ["e1/mail/customer:a", "e1/mail/customer:b", "e1/chat/customer:a"], "the deliveries")
                try requireEqual(items.count, 3, "the number of deliveries")
                try requireEqual(Set(items.compactMap(\.delivery)), Set(deliveries), "what they hold")
                try requireEqual(Set(items.map(\.event)), [event.event], "their event")
                try requireEqual(Set(items.map(\.position)), [event.position], "their position")
                for item in items { try await bench.settle(item, lease: "second") }
                bench = try await bench.reopened()
                try requireEqual(try await bench.claim(at: 1_000_000).count, 0, "items at the end")
            },
        ]
    }
}
