import SupportPortal
import Synchronization

enum ChangeFeedLaws {
    static let all = [
        StorageLaw("Events come in the order of their commits, at rising positions, as they were written") { subject in
            var bench = try await LawBench(subject)
            var expected: [PortalEvent] = []
            var ends: [Position] = []
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
                ends.append(
                    try await bench.tickets.commit(
                        TicketCommit(date: LawBench.start, tickets: [ticket], events: events, announces: false)))
            }
            for limit in [1, 2, 5, 100] {
                let found = try await bench.events(limit: limit)
                try requireEqual(found.map(\.event), expected, "events in batches of \(limit)")
                try require(zip(found, found.dropFirst()).allSatisfy { $0.position < $1.position }, "positions do not rise")
                try require(found.first.map { $0.position > .start } ?? false, "the first position is not after the start")
                for (event, rest) in zip(found, found.indices.map { Array(found[($0 + 1)...]) }) {
                    try requireEqual(try await bench.events(since: event.position), rest, "events after \(event.position)")
                }
                try requireEqual(found.last?.position, ends.last, "what the last commit returned")
                bench = try await bench.reopened()
            }
            try require(zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 }, "what commits return does not rise")
        },
        StorageLaw("Asked since nil, a feed tells its end and no events") { subject in
            let bench = try await LawBench(subject)
            try requireEqual(try await bench.tickets.changes(ChangeQuery(since: nil)).position, .start, "the end of an empty log")
            try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)), LawBench.event("e2", on: LawBench.ticket(1)))
            let end = try await bench.tickets.changes(ChangeQuery(since: nil))
            try requireEqual(end.events, [], "events since nil")
            try requireEqual(end.position, try await bench.events().last?.position, "the end")
            try await bench.announce(LawBench.event("e3", on: LawBench.ticket(1)))
            try requireEqual(try await bench.events(since: end.position).map(\.event.id), ["e3"], "events after the end")
        },
        StorageLaw("Events outside the scope, and internal ones unless asked for, are left out but passed over") { subject in
            let bench = try await LawBench(subject)
            let (mine, theirs) = (LawBench.ticket(1), LawBench.ticket(2, customer: "c2", department: "billing"))
            try await bench.announce(LawBench.event("mine", on: mine), LawBench.event("theirs", on: theirs))
            try await bench.announce(LawBench.event("note", on: mine, isInternal: true))
            try await bench.announce(LawBench.event("theirs2", on: theirs))
            let scope = AccessScope.holding([.customer("c1"), .address(try EmailAddress("x@example.com"))])
            for limit in [1, 2, 10] {
                let all = try await bench.events(scope: scope, limit: limit)
                try requireEqual(all.map(\.event.id), ["mine", "note"], "events in scope")
                let shown = try await bench.events(scope: scope, includesInternal: false, limit: limit)
                try requireEqual(shown.map(\.event.id), ["mine"], "events that are not internal")
                try requireEqual(try await bench.events(scope: .holding([]), limit: limit), [], "events in an empty scope")
            }
            let end = try await bench.tickets.changes(ChangeQuery(since: nil)).position
            var query = ChangeQuery(since: .start, scope: scope)
            var position = Position.start
            for _ in 0..<10 where position < end {
                position = try await bench.tickets.changes(query).position
                query.since = position
            }
            try requireEqual(position, end, "how far the log is read past events that are left out")
        },
        StorageLaw("A position beyond the end asks to read anew") { subject in
            let bench = try await LawBench(subject)
            try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)))
            let end = try await bench.tickets.changes(ChangeQuery(since: nil)).position
            try await requireRefusal(.resyncRequired, "a position beyond the end") {
                _ = try await bench.tickets.changes(ChangeQuery(since: Position(rawValue: end.rawValue + 1)))
            }
        },
        StorageLaw("No position becomes visible before all lower ones, with 32 tasks writing") { subject in
            let bench = try await LawBench(subject)
            let isDone = Mutex(false)
            async let followed = follow(bench) { isDone.withLock(\.self) }
            _ = try await concurrently(32) { task in
                for step in 0..<8 {
                    try await bench.put(
                        LawBench.ticket(task * 100 + step),
                        events: [LawBench.event("e\(task).\(step)", on: LawBench.ticket(task))])
                }
            }
            isDone.withLock { $0 = true }
            let seen = try await followed
            try requireEqual(seen, try await bench.events(limit: 1_000).map(\.event.id), "what a follower saw")
            try requireEqual(Set(seen).count, 256, "events")
        },
        StorageLaw("A waiting follower is woken by an event") { subject in
            let bench = try await LawBench(subject)
            guard let store = bench.tickets as? any ChangeSignalling else { return }
            async let woken: Void = store.waitForChange(after: .start)
            try await bench.announce(LawBench.event("e1", on: LawBench.ticket(1)))
            try await woken
            // What is there already wakes at once.
            try await store.waitForChange(after: .start)
            let waiting = Task { try await store.waitForChange(after: Position(rawValue: .max)) }
            waiting.cancel()
            switch await waiting.result {
            case .success: break  // waking early is allowed
            case .failure(let error): try require(error is CancellationError, "a cancelled wait threw \(error)")
            }
        },
    ]

    private static func follow(_ bench: LawBench, until isDone: @Sendable () -> Bool) async throws -> [PortalEvent.ID] {
        var seen: [PortalEvent.ID] = []
        var query = ChangeQuery(since: .start, limit: 5)
        while true {
            let wasDone = isDone()
            let batch = try await bench.tickets.changes(query)
            seen += batch.events.map(\.event.id)
            if wasDone, batch.position == query.since { return seen }
            query.since = batch.position
            await Task.yield()
        }
    }
}
