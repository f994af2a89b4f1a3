import SupportPortal

/// That people are forgotten in what a section tells of them.
enum ForgettingLaws {
    /// Those of a section's feed and queue.
    static func all(of section: EventSection) -> [StorageLaw] {
        [
            section.law("Erased people vanish from the events that stay, wherever these are read") { bench in
                var bench = bench
                let (address, other) = (try EmailAddress("gone@example.com"), try EmailAddress("stays@example.com"))
                let people: Set<AccessKey> = [
                    .customer("gone"), .address(address), .agent("old"), AccessKey(rawValue: "token:abc"),
                ]
                let ticket = LawBench.ticket(1)
                _ = try await bench.commit([], record: 1)
                func event(
                    _ id: PortalEvent.ID, by author: Author = .system, keys: Set<AccessKey> = [],
                    _ details: [PortalEvent.Detail: String] = [:]
                ) -> PortalEvent {
                    PortalEvent(
                        id: id, kind: .ticketReplied, subject: ticket.id.rawValue, date: LawBench.start, author: author,
                        keys: keys.union([.department("technical")]), details: details)
                }
                let events = [
                    event("author", by: Author(role: .requester, identity: .customer("gone"), name: "Gone", address: address)),
                    event("address", by: Author(role: .copy, identity: .customer("x"), name: "Gone", address: address)),
                    event("agent", by: Author(role: .agent, identity: .agent("old"), name: "Old")),
                    event("keys", keys: people.union([.customer("stays")])),
                    event("detail", [.address: "Gone@Example.com", .from: "x"]),
                    event("token", keys: [AccessKey(rawValue: "token:abc")]),
                    event(
                        "other", by: Author(role: .copy, identity: .customer("GONE"), name: "S", address: other),
                        keys: [.address(other)]),
                    event("other detail", keys: [.customer("gone ")], [.address: "stays@example.com"]),
                ]
                for event in events { try await bench.announce(event) }
                let stays = LawBench.delivery("stays")
                // One is parked, one is settled so that a delivery waits, and the others wait.
                for id in ["author", "address"] as [QueueItem.ID] {
                    guard let item = try await bench.claim(1).first else {
                        throw LawViolation(finding: "nothing was lent", line: #line)
                    }
                    try requireEqual(item.id, id, "what is lent")
                    try await bench.settle(
                        item, id == "author" ? .parked(failure: "x") : .done, adding: id == "author" ? [] : [stays])
                }
                let end = try await bench.eventStore.changes(ChangeQuery(since: nil)).position
                let before = try await bench.feed(to: end)
                let history = try await bench.history(of: ticket.id.rawValue)
                try requireEqual(history?.map(\.event), history.map { _ in events }, "the history")
                func forgotten(_ recorded: RecordedEvent) -> RecordedEvent {
                    RecordedEvent(position: recorded.position, event: recorded.event.forgetting(people))
                }
                try requireEqual(try await bench.forget(people), end, "the end after an erasure")
                for _ in 0..<2 {
                    try requireEqual(
                        try await bench.feed(to: end), before.map { $0?.map(forgotten) }, "the feed, from everywhere")
                    for key in people {
                        let query = ChangeQuery(since: Position(rawValue: end.rawValue - 1), scope: .holding([key]))
                        try requireEqual(try await bench.eventStore.changes(query).events, [], "events in the scope of \(key)")
                    }
                    for ascending in [true, false] {
                        let found = try await bench.history(of: ticket.id.rawValue, ascending: ascending)
                        let expected = history?.map(forgotten)
                        try requireEqual(found, ascending ? expected : expected?.reversed(), "the history")
                    }
                    let parked = try await bench.allParked()
                    try requireEqual(parked.map(\.event), [events[0].forgetting(people)], "the event of what is parked")
                    try requireEqual(parked.first?.lastFailure, "x", "why it is parked")
                    bench = try await bench.reopened()
                }
                // A follower that is further back finds the same.
                if let all = before[0] {
                    let mine = try await bench.events(scope: .holding([.customer("stays")]))
                    try requireEqual(
                        mine, all.filter { $0.event.id == "keys" }.map(forgotten), "events in the scope of who stays")
                }
                var told: [QueueItem] = []
                for round in 0..<10 {
                    for item in try await bench.claim(at: round) {
                        told.append(item)
                        try await bench.settle(item)
                    }
                }
                try requireEqual(
                    Set(told.map(\.id.rawValue)), Set(["address/mail/customer:stays"] + events[2...].map(\.id.rawValue)),
                    "what waited: all of it still does")
                for item in told {
                    let event = events.first { $0.id == item.event.id }
                    try requireEqual(item.event, event?.forgetting(people), "the event of \(item.id)")
                    try requireEqual(item.delivery, item.delivery.map { _ in stays }, "whom \(item.id) is for")
                }
                try await bench.eventStore.unpark("author", at: LawBench.start)
                try requireEqual(try await bench.claim(at: 20).map(\.event), [events[0].forgetting(people)], "what was let go")
            },
            section.law("Deliveries to erased people go, whether they wait, are on loan or parked") { bench in
                var bench = bench
                for number in 1...3 { try await bench.announce(LawBench.event("e\(number)", on: LawBench.ticket(number))) }
                let names = ["gone", "stays", "Gone", "gone2"]
                for item in try await bench.claim() {
                    try await bench.settle(
                        item, adding: names.map { LawBench.delivery($0) } + [LawBench.delivery("gone", channel: "chat")])
                }
                // The first event's are parked, the second's on loan, the third's wait.
                func take(_ lease: String) async throws -> [QueueItem] {
                    let items = try await bench.claim(5, lease: lease)
                    try requireEqual(Set(items.map(\.position)).count, 1, "the events of the longest due")
                    return items
                }
                for item in try await take("first") { try await bench.settle(item, lease: "first", .parked(failure: "x")) }
                let held = try await take("held")
                func isGone(_ item: QueueItem) -> Bool { item.delivery?.recipient.identity == .customer("gone") }
                _ = try await bench.forget([.customer("gone"), .customer("nobody")])
                let left = ["customer:Gone", "customer:gone2", "customer:stays"]
                for _ in 0..<2 {
                    let parked = try await bench.allParked()
                    try requireEqual(Set(parked.map(\.id)), Set(left.map { QueueItem.ID("e1/mail/\($0)") }), "parked deliveries")
                    try requireEqual(
                        Set(parked.map(\.delivery?.recipient.name.text)), ["Gone", "gone2", "stays"], "whom they are for")
                    bench = try await bench.reopened()
                }
                for item in held {
                    if isGone(item) {
                        try await requireRefusal(.leaseLost, "settling \(item.id), which is erased") { [bench] in
                            try await bench.settle(item, lease: "held", .parked(failure: "x"))
                        }
                    } else {
                        try await bench.settle(item, lease: "held")
                    }
                }
                for name in ["e1/mail/customer:gone", "e2/chat/customer:gone"] as [QueueItem.ID] {
                    try await bench.eventStore.unpark(name, at: LawBench.start)
                }
                let waiting = try await bench.claim(at: 1_000_000, lease: "last")
                try requireEqual(Set(waiting.map(\.id)), Set(left.map { QueueItem.ID("e3/mail/\($0)") }), "what waits")
            },
        ]
    }
}
