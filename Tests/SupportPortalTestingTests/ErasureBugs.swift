import SupportPortal
import Synchronization

// What stays of tickets and people that are to be forgotten, and what goes that should stay.

private let nowhere = "An erased ticket is found nowhere"
private let people = "Erased people vanish from the events"
private let deliveries = "Deliveries to erased people go"
private let own = "What an erasing commit stores itself stays"

extension PlantedBug {
    static let erasureBugs: [PlantedBug] = ticketBugs + positionBugs + peopleBugs + deliveryBugs + ownBugs

    // MARK: Tickets

    private static let ticketBugs: [PlantedBug] = [
        .changing("nothing is erased", breaks: nowhere, people, deliveries, own) { $0 = Erasure() },
        .changing("one ticket is erased, whatever is asked for", breaks: nowhere, own) {
            $0.tickets = Set($0.tickets.sorted().prefix(1))
        },
        .changing("people are not erased with tickets", breaks: people, deliveries) { $0.people = [] },
        .staying("erased tickets are found by their ids", breaks: nowhere, own) { store, base, shadow in
            store.onTicket = { try await shadow.ticket($0, in: $1) }
        },
        .staying("erased tickets are listed", breaks: nowhere) { store, base, shadow in
            store.onTickets = { try await shadow.tickets($0) }
        },
        .staying("erased tickets are counted", breaks: nowhere) { store, base, shadow in
            store.onCounts = { try await shadow.counts($0, in: $1) }
        },
        .staying("messages of erased tickets stay", breaks: nowhere) { store, base, shadow in
            store.onMessages = { try await shadow.messages($0) }
        },
        .staying("numbers of erased tickets stay taken", breaks: nowhere) { store, base, shadow in
            store.onTakenNumbers = { try await shadow.takenNumbers(among: $0) }
        },
        .staying("submissions of erased tickets stay", breaks: nowhere) { store, base, shadow in
            store.onSubmission = { try await shadow.submission($0, at: $1) }
        },
        .staying("histories of erased tickets stay", breaks: nowhere, own) { store, base, shadow in
            store.onHistory = { try await shadow.history($0) }
        },
        .staying("events of erased tickets stay in the feed", breaks: nowhere) { store, base, shadow in
            store.onChanges = { try await shadow.changes($0) }
        },
        .staying("files of erased tickets stay attached", breaks: nowhere, "Attached files are those") { store, base, shadow in
            store.onAttachedFiles = { try await shadow.attachedFiles(among: $0) }
        },
        .staying("what is parked of erased tickets stays", breaks: nowhere) { store, base, shadow in
            store.onParked = { try await shadow.parked($0) }
        },
        .staying("what waits of erased tickets stays", breaks: nowhere) { store, base, shadow in
            store.onClaim = { claim in
                let ghosts = try await shadow.claim(claim)
                let items = try await base.claim(claim)
                return items + ghosts.filter { ghost in !items.contains { $0.id == ghost.id } }
            }
            store.onSettle = { settlement in
                try? await base.settle(settlement)
                try await shadow.settle(settlement)
            }
        },
        .staying("what is on loan of erased tickets may be settled", breaks: nowhere) { store, base, shadow in
            store.onClaim = { claim in
                _ = try await shadow.claim(claim)
                return try await base.claim(claim)
            }
            store.onSettle = { settlement in
                try await shadow.settle(settlement)
                try? await base.settle(settlement)
            }
        },
        .tickets("erasing what is not stored is refused", breaks: nowhere) { store in
            let base = store.base
            store.onCommit = { commit in
                for id in commit.erasure?.tickets ?? [] where try await base.ticket(id, in: .everything) == nil {
                    throw StorageError(.conflict, "there is no ticket \(id)")
                }
                return try await base.commit(commit)
            }
        },
        .tickets("erasing a ticket erases its customer's others", breaks: nowhere) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for id in commit.erasure?.tickets ?? [] {
                    guard let ticket = try await base.ticket(id, in: .everything) else { continue }
                    let filter = TicketFilter { $0.requester = ticket.requester.customer }
                    let others = TicketQuery(in: .everything, filter: filter, page: PageRequest(limit: 10_000))
                    for other in try await base.tickets(others).items { commit.erasure?.tickets.insert(other.id) }
                }
                return try await base.commit(commit)
            }
        },
    ]

    // MARK: Positions

    private static let positionBugs: [PlantedBug] = [
        .tickets("events move up where others were erased", breaks: nowhere) { store in
            let base = store.base
            store.onChanges = { query in
                var batch = try await base.changes(query)
                guard query.since != nil, query.limit > 0 else { return batch }
                let all = try await base.changes(ChangeQuery(since: .start, limit: 10_000)).events
                for index in batch.events.indices {
                    let place = all.firstIndex { $0.position == batch.events[index].position } ?? 0
                    batch.events[index].position = Position(rawValue: Int64(place) + 1)
                }
                return batch
            }
        },
        .tickets("the end moves back where the last events are erased", breaks: nowhere) { store in
            let base = store.base
            store.onCommit = { commit in
                _ = try await base.commit(commit)
                return try await base.changes(ChangeQuery(since: .start, limit: 10_000)).events.last?.position ?? .start
            }
        },
        .tickets("positions of erased events are refused", breaks: nowhere) { store in
            let base = store.base
            store.onChanges = { query in
                let all = try await base.changes(ChangeQuery(since: .start, limit: 10_000)).events
                if let since = query.since, since > .start, !all.contains(where: { $0.position == since }) {
                    throw StorageError(.resyncRequired, "there is no event at \(since)")
                }
                return try await base.changes(query)
            }
        },
        .tickets("the feed begins after the last event that was erased", breaks: nowhere) { store in
            let base = store.base
            store.onChanges = { query in
                let places = try await base.changes(ChangeQuery(since: .start, limit: 10_000)).events.map(\.position.rawValue)
                let end = try await base.changes(ChangeQuery(since: nil)).position.rawValue
                let erased = (0..<end).last { !places.contains($0 + 1) } ?? -1
                if let since = query.since, since.rawValue <= erased {
                    throw StorageError(.resyncRequired, "events after \(since) were erased")
                }
                return try await base.changes(query)
            }
        },
    ]

    // MARK: People

    private static let peopleBugs: [PlantedBug] = [
        .staying("people stay in the feed", breaks: people) { store, base, shadow in
            store.onChanges = { try await shadow.changes($0) }
        },
        .staying("people stay in histories", breaks: people, own) { store, base, shadow in
            store.onHistory = { try await shadow.history($0) }
        },
        .staying("people stay in what waits", breaks: people) { store, base, shadow in
            store.onClaim = { claim in
                _ = try await base.claim(claim)
                return try await shadow.claim(claim)
            }
            store.onSettle = { settlement in
                try await base.settle(settlement)
                try await shadow.settle(settlement)
            }
        },
        .tickets("people stay in what is parked", breaks: people) { store in
            let base = store.base
            let seen = Mutex<[PortalEvent.ID: PortalEvent]>([:])
            store.onCommit = { commit in
                for event in commit.events { seen.withLock { $0[event.id] = event } }
                return try await base.commit(commit)
            }
            store.onParked = { request in
                var page = try await base.parked(request)
                page.items = page.items.map { item in
                    QueueItem(
                        position: item.position, event: seen.withLock { $0[item.event.id] } ?? item.event,
                        delivery: item.delivery,
                        failures: item.failures, lastFailure: item.lastFailure)
                }
                return page
            }
        },
        .forgetting("events that name erased people go") { event, people in event.people.isDisjoint(with: people) ? event : nil },
        .forgetting("names of erased people stay") { event, people in
            event.forgetting(people).copy(author: event.author)
        },
        .forgetting("keys of erased people stay") { event, people in event.forgetting(people).copy(keys: event.keys) },
        .forgetting("addresses of erased people stay in details") { event, people in
            event.forgetting(people).copy(details: event.details)
        },
        .forgetting("who is known by an address alone stays") { event, people in
            people.contains(event.author.identity)
                ? event.forgetting(people) : event.forgetting(people).copy(author: event.author)
        },
        .forgetting("people are forgotten only where they are the author") { event, people in
            people.contains(event.author.identity) ? event.forgetting(people) : event
        },
        .forgetting("all details go") { event, people in
            event.people.isDisjoint(with: people) ? event : event.forgetting(people).copy(details: [:])
        },
        .forgetting("all keys of people go") { event, people in
            event.people.isDisjoint(with: people)
                ? event : event.forgetting(people).copy(keys: event.keys.subtracting(event.people))
        },
        .forgetting("who is called alike is forgotten, too") { event, people in
            let alike = event.people.filter { key in people.contains { $0.rawValue.lowercased() == key.rawValue.lowercased() } }
            return event.forgetting(people.union(alike))
        },
    ]

    // MARK: Deliveries

    private static let deliveryBugs: [PlantedBug] = [
        .staying("what is parked for erased people stays", breaks: deliveries) { store, base, shadow in
            store.onClaim = { claim in
                _ = try await shadow.claim(claim)
                return try await base.claim(claim)
            }
            store.onSettle = { settlement in
                try await base.settle(settlement)
                try await shadow.settle(settlement)
            }
            store.onParked = { try await shadow.parked($0) }
        },
        .staying("what waits for erased people stays", breaks: deliveries) { store, base, shadow in
            store.onClaim = { claim in
                _ = try await base.claim(claim)
                return try await shadow.claim(claim)
            }
            store.onSettle = { settlement in
                try await base.settle(settlement)
                try await shadow.settle(settlement)
            }
        },
        .staying("what is on loan for erased people may be settled", breaks: deliveries) { store, base, shadow in
            store.onClaim = { claim in
                _ = try await shadow.claim(claim)
                return try await base.claim(claim)
            }
            store.onSettle = { settlement in
                try await shadow.settle(settlement)
                try? await base.settle(settlement)
            }
        },
        .tickets("what is for somebody called alike goes, too", breaks: deliveries) { store in
            let base = store.base
            let gone = Mutex<Set<AccessKey>>([])
            store.onCommit = { commit in
                gone.withLock { $0.formUnion(commit.erasure?.people ?? []) }
                return try await base.commit(commit)
            }
            store.onParked = { request in
                let people = gone.withLock { Set($0.map { $0.rawValue.lowercased() }) }
                var page = try await base.parked(request)
                page.items.removeAll { people.contains($0.delivery?.recipient.identity.rawValue.lowercased() ?? "") }
                return page
            }
        },
        .tickets("all that waits about an event goes with one of its people", breaks: deliveries) { store in
            let base = store.base
            let isErased = Mutex(false)
            store.onCommit = { commit in
                if commit.erasure?.people.isEmpty == false { isErased.withLock { $0 = true } }
                return try await base.commit(commit)
            }
            store.onParked = { request in isErased.withLock(\.self) ? Page() : try await base.parked(request) }
        },
    ]

    // MARK: What the commit itself stores

    private static let ownBugs: [PlantedBug] = [
        .tickets("the erasure comes last", breaks: own) { store in
            let base = store.base
            store.onCommit = { commit in
                let end = try await base.commit(commit.with { $0.erasure = nil })
                guard commit.erasure != nil else { return end }
                _ = try await base.commit(TicketCommit(date: commit.date).with { $0.erasure = commit.erasure })
                return end
            }
        },
        .tickets(
            "the erasure is a step of its own that comes first", breaks: own, "A stale revision is a conflict", "A limit refuses"
        ) {
            store in
            let base = store.base
            store.onCommit = { commit in
                if commit.erasure != nil {
                    _ = try await base.commit(TicketCommit(date: commit.date).with { $0.erasure = commit.erasure })
                }
                return try await base.commit(commit.with { $0.erasure = nil })
            }
        },
        .tickets("events of the commit about an erased ticket are left out", breaks: own) { store in
            let base = store.base
            store.onCommit = { commit in
                let erased = Set((commit.erasure?.tickets ?? []).map(\.rawValue))
                return try await base.commit(commit.with { $0.events.removeAll { erased.contains($0.subject) } })
            }
        },
        .tickets("events of the commit forget the people that it erases", breaks: own) { store in
            let base = store.base
            store.onCommit = { commit in
                let people = commit.erasure?.people ?? []
                return try await base.commit(commit.with { $0.events = $0.events.map { $0.forgetting(people) } })
            }
        },
        .tickets("a message that leaves an erased ticket goes with it", breaks: own) { store in
            let base = store.base
            store.onCommit = { commit in
                guard let erasure = commit.erasure else { return try await base.commit(commit) }
                var commit = commit
                var kept: [Message] = []
                for message in commit.messages {
                    if let stored = try await base.message(message.id), erasure.tickets.contains(stored.ticket) { continue }
                    kept.append(message)
                }
                commit.messages = kept
                return try await base.commit(commit)
            }
        },
        .tickets("the submission of the commit goes with the ticket that it names", breaks: own) { store in
            let base = store.base
            store.onCommit = { commit in
                let isGone = commit.submission.map { commit.erasure?.tickets.contains($0.ticket) ?? false } ?? false
                return try await base.commit(isGone ? commit.with { $0.submission = nil } : commit)
            }
        },
    ]

    private static func changing(
        _ name: String, breaks laws: String..., change: @escaping @Sendable (inout Erasure) -> Void
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws) { storage in
            let base = storage.ticketStore.base
            storage.ticketStore.onCommit = { commit in
                guard var erasure = commit.erasure else { return try await base.commit(commit) }
                change(&erasure)
                return try await base.commit(commit.with { [erasure] in $0.erasure = erasure })
            }
        }
    }

    /// Something is answered by a store in which nothing was erased.
    private static func staying(
        _ name: String, breaks laws: String...,
        answer: @escaping @Sendable (inout AlteredTicketStore, JournalledTicketStore, InMemoryTicketStore) -> Void
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws) { storage in
            let base = storage.ticketStore.base
            let shadow = Shadow { $0.with { $0.erasure = nil } }
            storage.ticketStore.onCommit = { try await shadow.follow($0, base) }
            answer(&storage.ticketStore, base, shadow.store)
        }
    }

    /// The feed shows something else than it should of events that were stored before people were erased; `nil` for nothing.
    private static func forgetting(
        _ name: String, as forget: @escaping @Sendable (PortalEvent, Set<AccessKey>) -> PortalEvent?
    ) -> PlantedBug {
        .tickets(name, breaks: people) { store in
            let base = store.base
            let shadow = Shadow { $0.with { $0.erasure = nil } }
            let gone = Mutex<Set<AccessKey>>([])
            store.onCommit = { commit in
                gone.withLock { $0.formUnion(commit.erasure?.people ?? []) }
                return try await shadow.follow(commit, base)
            }
            store.onChanges = { query in
                let people = gone.withLock(\.self)
                var batch = try await shadow.store.changes(query)
                batch.events = batch.events.compactMap { recorded in
                    forget(recorded.event, people).map { RecordedEvent(position: recorded.position, event: $0) }
                }
                return batch
            }
        }
    }
}
