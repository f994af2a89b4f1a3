import SupportPortal
import Synchronization

enum ChangeFeedLaws {
    /// Those of a section's feed.
    static func all(of section: EventSection) -> [StorageLaw] {
        [
            section.law("Events come in the order of their commits, at rising positions, as they were written") { bench in
                var bench = bench
                var expected: [PortalEvent] = []
                var ends: [Position] = []
                var lasts: [Int] = []
                for number in 1...5 {
                    let ticket = LawBench.ticket(number)
                    var events: [PortalEvent] = []
                    for part in 0..<number {
                        events.append(
                            PortalEvent(
                                id: PortalEvent.ID("e\(number).\(part)"), kind: .ticketReplied, subject: ticket.id.rawValue,
                                date: LawBench.instant(number),
                                author: Author(
                                    role: .agent, identity: .agent("a1"), name: "Ünï", address: try EmailAddress("a@example.com")),
                                isInternal: part == 1, keys: ticket.accessKeys, details: [.from: "x", .to: "„y\""]))
                    }
                    expected += events
                    lasts.append(expected.count - 1)
                    ends.append(
                        try await bench.commit(events, record: number, announces: false))
                }
                for limit in [1, 2, 5, 100] {
                    let found = try await bench.events(limit: limit)
                    try requireEqual(found.map(\.event), expected, "events in batches of \(limit)")
                    try require(zip(found, found.dropFirst()).allSatisfy { $0.position < $1.position }, "positions do not rise")
                    try require(found.first.map { $0.position > .start } ?? false, "the first position is not after the start")
                    for (event, rest) in zip(found, found.indices.map { Array(found[($0 + 1)...]) }) {
                        try requireEqual(try await bench.events(since: event.position), rest, "events after \(event.position)")
                    }
                    bench = try await bench.reopened()
                }
                let found = try await bench.events(limit: 100)
                try requireEqual(found.map(\.event), expected, "events after all that")
                try requireEqual(ends, lasts.map { found[$0].position }, "what commits returned")
                try requireEqual(try await bench.commit([], record: 6), ends.last, "what a commit without events returns")
                try await bench.announce(LawBench.event("late", on: LawBench.ticket(6)))
                let late = try await bench.events(since: ends.last ?? .start)
                try requireEqual(late.map(\.event.id), ["late"], "what comes after all that")
            },
            section.law("A feed holds all events after a position, or asks to read anew") { bench in
                var bench = bench
                let ids = (0..<40).map { PortalEvent.ID("e\($0)") }
                var positions = [Position.start]
                for id in ids {
                    positions.append(try await bench.commit([LawBench.event(id.rawValue, on: LawBench.ticket(1))]))
                }
                for _ in 0..<2 {
                    var isKept = false
                    for (number, position) in positions.enumerated() {
                        do {
                            let found = try await bench.events(since: position, limit: 15)
                            try requireEqual(found.map(\.event.id), Array(ids[number...]), "events after \(position)")
                            isKept = true
                        } catch let error as StorageError where error.code == .resyncRequired {
                            try require(!isKept, "\(position) is refused though an earlier position is not")
                        }
                    }
                    try require(isKept, "the end of the log is refused")
                    bench = try await bench.reopened()
                }
            },
            section.law("Asked since nil, a feed tells its end and no events") { bench in
                try requireEqual(
                    try await bench.eventStore.changes(ChangeQuery(since: nil)).position, .start, "the end of an empty log")
                try await bench.announce(
                    LawBench.event("e1", on: LawBench.ticket(1)), LawBench.event("e2", on: LawBench.ticket(1)))
                let end = try await bench.eventStore.changes(ChangeQuery(since: nil))
                try requireEqual(end.events, [], "events since nil")
                try requireEqual(end.position, try await bench.events().last?.position, "the end")
                try await bench.announce(LawBench.event("e3", on: LawBench.ticket(1)))
                try requireEqual(try await bench.events(since: end.position).map(\.event.id), ["e3"], "events after the end")
            },
            section.law("Events outside the scope, and internal ones unless asked for, are left out but passed over") { bench in
                let (mine, theirs) = (LawBench.ticket(1), LawBench.ticket(2, customer: "c2", department: "billing"))
                try await bench.announce(LawBench.event("mine", on: mine), LawBench.event("theirs", on: theirs))
                try await bench.announce(LawBench.event("note", on: mine, isInternal: true))
                try await bench.announce(LawBench.event("theirs2", on: theirs))
                // Two keys that one event bears must not show it twice.
                let scope = AccessScope.holding([
                    .customer("c1"), .department("technical"), .address(try EmailAddress("x@example.com")),
                ])
                for limit in [1, 2, 10] {
                    let all = try await bench.events(scope: scope, limit: limit)
                    try requireEqual(all.map(\.event.id), ["mine", "note"], "events in scope")
                    let shown = try await bench.events(scope: scope, includesInternal: false, limit: limit)
                    try requireEqual(shown.map(\.event.id), ["mine"], "events that are not internal")
                    try requireEqual(try await bench.events(scope: .holding([]), limit: limit), [], "events in an empty scope")
                }
                let end = try await bench.eventStore.changes(ChangeQuery(since: nil)).position
                for includesInternal in [true, false] {
                    var query = ChangeQuery(since: .start, scope: scope, includesInternal: includesInternal)
                    for _ in 0..<10 { query.since = try await bench.eventStore.changes(query).position }
                    try requireEqual(query.since, end, "how far the log is read past events that are left out")
                }
                for limit in [0, -1] {
                    let none = try await bench.eventStore.changes(ChangeQuery(since: .start, limit: limit))
                    try requireEqual(none, ChangeBatch(events: [], position: .start), "a batch of \(limit)")
                }
            },
            section.law("A position beyond the end asks to read anew") { bench in
                try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)))
                let end = try await bench.eventStore.changes(ChangeQuery(since: nil)).position
                try await requireRefusal(.resyncRequired, "a position beyond the end") {
                    _ = try await bench.eventStore.changes(ChangeQuery(since: Position(rawValue: end.rawValue + 1)))
                }
            },
            section.law("No position becomes visible before all lower ones, with 32 tasks writing") { bench in
                let isDone = Mutex(false)
                async let followed = follow(bench) { isDone.withLock(\.self) }
                let logs = try await concurrently(32) { task in
                    var log: [RecordedEvent] = []
                    for step in 0..<8 {
                        let event = LawBench.event("e\(task).\(step)", on: LawBench.ticket(task))
                        let end = try await bench.commit([event], record: task * 100 + step)
                        // What its own commit made visible must not come before anything that becomes visible later.
                        if step % 4 == 3 { log = try await bench.events(limit: 1_000).filter { $0.position <= end } }
                    }
                    return log
                }
                isDone.withLock { $0 = true }
                let seen = try await followed
                let all = try await bench.events(limit: 1_000)
                try requireEqual(seen, all.map(\.event.id), "what a follower saw")
                try requireEqual(Set(seen).count, 256, "events")
                for log in logs { try requireEqual(log, Array(all.prefix(log.count)), "the log as one task saw it") }
            },
            section.law("A waiting follower is woken by an event") { bench in
                guard let store = bench.eventStore as? any ChangeSignalling else { return }
                var position = Position.start
                for round in 0..<20 {
                    let event = LawBench.event("e\(round)", on: LawBench.ticket(1))
                    try await requireEnd(within: bench.subject.patience, "a follower is never woken") { [position] in
                        let begun = Mutex(0)
                        async let woken: [Void] = concurrently(4) { _ in
                            begun.withLock { $0 += 1 }
                            try await store.waitForChange(after: position)
                        }
                        // The event comes before they wait, while they begin to, and when all do.
                        while begun.withLock(\.self) < round % 5 { await Task.yield() }
                        for _ in 0..<round { await Task.yield() }
                        try await bench.announce(event)
                        _ = try await woken
                    }
                    try await requireEnd(within: bench.subject.patience, "what is there already does not wake at once") {
                        [position] in
                        try await store.waitForChange(after: position)
                    }
                    position = try await bench.eventStore.changes(ChangeQuery(since: nil)).position
                    try await requireEnd(within: bench.subject.patience, "a cancelled wait goes on") { [position] in
                        let waiting = Task { try await store.waitForChange(after: position) }
                        for _ in 0..<round % 6 { await Task.yield() }
                        waiting.cancel()
                        switch await waiting.result {
                        case .success: break  // waking early is allowed
                        case .failure(let error): try require(error is CancellationError, "a cancelled wait threw \(error)")
                        }
                    }
                }
            },
        ]
    }

    private static func follow(_ bench: SectionBench, until isDone: @Sendable () -> Bool) async throws -> [PortalEvent.ID] {
        var seen: [PortalEvent.ID] = []
        var query = ChangeQuery(since: .start, limit: 100)
        while true {
            // A check that ends early cancels it.
            try Task.checkCancellation()
            let wasDone = isDone()
            let batch = try await bench.eventStore.changes(query)
            seen += batch.events.map(\.event.id)
            try require(batch.position >= query.since ?? .start, "a batch goes back")
            try require(seen.count < 1_000, "events go on for ever")
            if wasDone, batch.position == query.since { return seen }
            query.since = batch.position
            await Task.yield()
        }
    }
}
