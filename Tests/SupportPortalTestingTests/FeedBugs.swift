import Foundation
import SupportPortal
import Synchronization

// Feeds that lose events, show them twice, out of order or to whom they should not; followers who are not woken.

private let log = "Events come in the order of their commits"
private let end = "Asked since nil"
private let scope = "Events outside the scope, and internal ones unless asked for"
private let kept = "A feed holds all events after a position"
private let beyond = "A position beyond the end asks to read anew"
private let visible = "No position becomes visible before all lower ones"
private let woken = "A waiting follower is woken"

extension PlantedBug {
    static let feedBugs: [PlantedBug] = logBugs + positionBugs + audienceBugs + signalBugs

    // MARK: What the log holds

    private static let logBugs: [PlantedBug] = [
        .tickets("the events of a commit come in any order", breaks: log) { store in
            store.changeEvents { $0.reversed() }
        },
        .tickets("only the first event of a commit is stored", breaks: log) { store in
            store.changeEvents { Array($0.prefix(1)) }
        },
        .tickets("instants of events are kept in whole seconds", breaks: log) { store in
            store.changeEvents { $0.map { $0.copy(date: $0.date.inWholeSeconds) } }
        },
        .tickets("details of events are forgotten", breaks: log) { store in
            store.changeEvents { $0.map { $0.copy(details: [:]) } }
        },
        .tickets("only announced events are in the feed", breaks: log, "Events that are not announced") { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                if !commit.announces { commit.events = [] }
                return try await base.commit(commit)
            }
        },
        .tickets("reading takes events out", breaks: log) { store in
            let base = store.base
            let seen = Mutex(Position.start)
            store.onChanges = { query in
                var query = query
                if let since = query.since { query.since = max(since, seen.withLock(\.self)) }
                let batch = try await base.changes(query)
                if query.since != nil { seen.withLock { $0 = max($0, batch.position) } }
                return batch
            }
        },
    ]

    // MARK: Positions

    private static let positionBugs: [PlantedBug] = [
        .feed("the event at the position comes again", breaks: log) { base, query in
            var query = query
            if let since = query.since, since > .start { query.since = Position(rawValue: since.rawValue - 1) }
            return try await base.changes(query)
        },
        .feed("a batch that was cut says that it looked to the end", breaks: log) { base, query in
            var batch = try await base.changes(query)
            batch.position = try await base.changes(ChangeQuery(since: nil)).position
            return batch
        },
        .feed("a batch goes no further than its last event", breaks: scope) { base, query in
            var batch = try await base.changes(query)
            if let since = query.since { batch.position = batch.events.last?.position ?? since }
            return batch
        },
        .feed("since nil means from the start", breaks: end) { base, query in
            var query = query
            query.since = query.since ?? .start
            return try await base.changes(query)
        },
        .feed("since nil tells the start", breaks: end) { base, query in
            query.since == nil ? ChangeBatch(events: [], position: .start) : try await base.changes(query)
        },
        .feed("since nil tells the next position", breaks: end) { base, query in
            var batch = try await base.changes(query)
            if query.since == nil { batch.position = Position(rawValue: batch.position.rawValue + 1) }
            return batch
        },
        .feed("a batch of 0 or less has no limit", breaks: scope) { base, query in
            var query = query
            if query.limit <= 0 { query.limit = 1_000 }
            return try await base.changes(query)
        },
        .feed("a batch of none passes over events", breaks: scope) { base, query in
            guard query.limit <= 0 else { return try await base.changes(query) }
            return try await base.changes(ChangeQuery(since: nil))
        },
        .feed("beyond the end there is nothing", breaks: beyond) { base, query in
            do {
                return try await base.changes(query)
            } catch is StorageError {
                return ChangeBatch(events: [], position: query.since ?? .start)
            }
        },
        .feed("who asks at the end is told to read anew", breaks: kept, log) { base, query in
            let end = try await base.changes(ChangeQuery(since: nil)).position
            guard query.since != end || end == .start else { throw StorageError(.resyncRequired, "\(end) is not in the log") }
            return try await base.changes(query)
        },
        PlantedBug("a log that was cut is read from where it begins", breaks: [kept], in: .shortFeed) { storage in
            let base = storage.ticketStore.base
            storage.ticketStore.onChanges = { query in
                var query = query
                let end = try await base.changes(ChangeQuery(since: nil)).position
                while let since = query.since, since <= end {
                    do {
                        return try await base.changes(query)
                    } catch let error as StorageError where error.code == .resyncRequired {
                        query.since = Position(rawValue: since.rawValue + 1)
                    }
                }
                return try await base.changes(query)
            }
        },
        .tickets("a commit returns how many events it had", breaks: log) { store in
            let base = store.base
            store.onCommit = { commit in
                _ = try await base.commit(commit)
                return Position(rawValue: Int64(commit.events.count))
            }
        },
        .tickets("a commit without events returns the start", breaks: log) { store in
            let base = store.base
            store.onCommit = { commit in
                let position = try await base.commit(commit)
                return commit.events.isEmpty ? .start : position
            }
        },
        .tickets("a commit returns the position of its first event", breaks: log) { store in
            let base = store.base
            store.onCommit = { commit in
                let position = try await base.commit(commit)
                return commit.events.isEmpty ? position : Position(rawValue: position.rawValue - Int64(commit.events.count) + 1)
            }
        },
        .tickets("positions are given before commits, which end in any order", breaks: visible) { store in
            let base = store.base
            let gap = Gap(crowd: 200)
            let pending = Mutex<Set<PortalEvent.ID>>([])
            store.onCommit = { commit in
                pending.withLock { $0.formUnion(commit.events.map(\.id)) }
                let position = try await base.commit(commit)
                await gap.cross()
                pending.withLock { $0.subtract(commit.events.map(\.id)) }
                return position
            }
            store.onChanges = { query in
                var batch = try await base.changes(query)
                let hidden = pending.withLock(\.self)
                batch.events.removeAll { hidden.contains($0.event.id) }
                return batch
            }
        },
    ]

    private static func feed(
        _ name: String, breaks laws: String...,
        changes: @escaping @Sendable (_ base: JournalledTicketStore, ChangeQuery) async throws -> ChangeBatch
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws) { storage in
            let base = storage.ticketStore.base
            storage.ticketStore.onChanges = { try await changes(base, $0) }
        }
    }

    // MARK: Who learns of what

    private static let audienceBugs: [PlantedBug] = [
        .feed("internal events are shown to all", breaks: scope) { base, query in
            var query = query
            query.includesInternal = true
            return try await base.changes(query)
        },
        .feed("internal events are shown to nobody", breaks: scope, log) { base, query in
            var query = query
            query.includesInternal = false
            return try await base.changes(query)
        },
        .feed("events are shown whatever the scope", breaks: scope) { base, query in
            var query = query
            query.scope = .everything
            return try await base.changes(query)
        },
        .feed("no keys are no condition on events", breaks: scope) { base, query in
            var query = query
            if query.scope == .holding([]) { query.scope = .everything }
            return try await base.changes(query)
        },
        .feed("an event comes once for each key that it shares", breaks: scope) { base, query in
            guard case .holding(let keys) = query.scope else { return try await base.changes(query) }
            var batch = try await base.changes(query)
            batch.events = batch.events.flatMap { Array(repeating: $0, count: keys.intersection($0.event.keys).count) }
            return batch
        },
        .feed("events are shown to who sees the ticket now", breaks: scope) { base, query in
            var all = query
            all.scope = .everything
            var batch = try await base.changes(all)
            guard query.scope != .everything else { return batch }
            var shown: [RecordedEvent] = []
            for event in batch.events {
                let ticket = try await base.ticket(Ticket.ID(event.event.subject), in: query.scope)
                if ticket != nil { shown.append(event) }
            }
            batch.events = shown
            return batch
        },
        .feed("keys of events are compared without case", breaks: "Ids, numbers and keys are compared whole") { base, query in
            guard case .holding(let keys) = query.scope else { return try await base.changes(query) }
            var all = query
            all.scope = .everything
            var batch = try await base.changes(all)
            let wanted = Set(keys.map { $0.rawValue.lowercased() })
            batch.events.removeAll { event in wanted.isDisjoint(with: event.event.keys.map { $0.rawValue.lowercased() }) }
            return batch
        },
    ]

    // MARK: Signals

    private static let signalBugs: [PlantedBug] = [
        .tickets("followers are never woken", breaks: woken) { store in
            store.onWait = { _ in try await waitForEver() }
        },
        .tickets("only one follower is woken", breaks: woken) { store in
            let base = store.base
            let waiting = Mutex<Set<Position>>([])
            store.onWait = { position in
                let end = try await base.changes(ChangeQuery(since: nil)).position
                guard end <= position else { return }
                let isFirst = waiting.withLock { $0.insert(position).inserted }
                if isFirst { try await base.waitForChange(after: position) } else { try await waitForEver() }
            }
        },
        .tickets("followers wait for the next event, also when there is one", breaks: woken) { store in
            let base = store.base
            store.onWait = { position in
                let end = try await base.changes(ChangeQuery(since: nil)).position
                try await base.waitForChange(after: max(position, end))
            }
        },
        .tickets("an event that comes before the follower is listed wakes nobody", breaks: woken) { store in
            let base = store.base
            store.onWait = { position in
                guard try await base.changes(ChangeQuery(since: nil)).position <= position else { return }
                // Listing takes as long as an event does to come.
                try await base.waitForChange(after: position)
                let end = try await base.changes(ChangeQuery(since: nil)).position
                try await base.waitForChange(after: end)
            }
        },
        .tickets("a follower does not hear that it is cancelled", breaks: woken) { store in
            let base = store.base
            store.onWait = { position in try await Task { try await base.waitForChange(after: position) }.value }
        },
        .tickets("a cancelled follower fails with an error of its own", breaks: woken) { store in
            let base = store.base
            store.onWait = { position in
                do {
                    try await base.waitForChange(after: position)
                } catch {
                    throw StorageError(.resyncRequired, "cancelled")
                }
            }
        },
    ]
}

/// Ends only when the task is cancelled.
private func waitForEver() async throws {
    let (nothing, continuation) = AsyncStream.makeStream(of: Never.self, bufferingPolicy: .bufferingOldest(0))
    for await _ in nothing {}
    withExtendedLifetime(continuation) {}
    try Task.checkCancellation()
}

extension AlteredTicketStore {
    fileprivate mutating func changeEvents(_ change: @escaping @Sendable ([PortalEvent]) -> [PortalEvent]) {
        onCommit = { [onCommit] commit in
            var commit = commit
            commit.events = change(commit.events)
            return try await onCommit(commit)
        }
    }
}

extension PortalEvent {
    func copy(
        date: Date? = nil, author: Author? = nil, keys: Set<AccessKey>? = nil, details: [Detail: String]? = nil
    ) -> PortalEvent {
        PortalEvent(
            id: id, kind: kind, subject: subject, date: date ?? self.date, author: author ?? self.author, isInternal: isInternal,
            keys: keys ?? self.keys, details: details ?? self.details)
    }
}
