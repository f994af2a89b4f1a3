import SupportPortal

// Histories that lack events, show those of other tickets, or come in the wrong order.

private let own = "The history of a ticket holds its own events"
private let kept = "A history is kept as long as its ticket"

/// Lists the history of a ticket as a naive adapter does: reads the whole log, filters, sorts, cuts.
struct NaiveHistory: NaiveList {
    var isOf: @Sendable (PortalEvent, _ ticket: String) -> Bool = { $0.subject.hasSameBytes(as: $1) }
    var precedes: @Sendable (RecordedEvent, RecordedEvent) -> Bool = { $0.position < $1.position }
    var rises: @Sendable (HistoryQuery) -> Bool = { $0.ascending }
    var pages = NaivePages<RecordedEvent> {
        PageCursor(order: $1, value: .number($0.position.rawValue), id: $0.event.id.rawValue)
    }
}

extension PlantedBug {
    static let historyBugs = historyListBugs + historyPageBugs

    private static let historyListBugs: [PlantedBug] = [
        .history("histories are of all tickets", breaks: own, kept) { list in list.isOf = { _, _ in true } },
        .history("the ticket of an event is compared without case", breaks: own) { list in
            list.isOf = { $0.subject.lowercased() == $1.lowercased() }
        },
        .history("the ticket of an event is compared as Swift compares texts", breaks: own) { list in
            list.isOf = { $0.subject == $1 }
        },
        .history("the ticket of an event is compared without spaces at the end", breaks: own) { list in
            list.isOf = { $0.subject.split(separator: " ") == $1.split(separator: " ") }
        },
        .history("the ticket of an event is compared as a beginning", breaks: own) { list in
            list.isOf = { $0.subject.hasPrefix($1) }
        },
        .history("the ticket of an event is a pattern", breaks: own) { list in
            list.isOf = { $1 == "%" || $0.subject.hasSameBytes(as: $1) }
        },
        .history("histories lack what is for agents alone", breaks: own) { list in
            list.isOf = { !$0.isInternal && $0.subject.hasSameBytes(as: $1) }
        },
        .history("histories are ordered by date", breaks: own) { list in
            list.precedes = { ($0.event.date, $0.position) < ($1.event.date, $1.position) }
        },
        .history("histories always rise", breaks: own, kept) { list in list.rises = { _ in true } },
        .history("the cursor of a falling history is compared as if it rose", breaks: own, kept) { list in
            list.pages.isPast = { event, after, _ in after.value < .number(event.position.rawValue) }
        },
        .tickets("only announced events are in histories", breaks: own, kept) { store in
            let base = store.base
            let shadow = Shadow { commit in commit.announces ? commit : commit.with { $0.events = [] } }
            store.onCommit = { try await shadow.follow($0, base) }
            store.onHistory = { try await shadow.store.history($0) }
        },
        .tickets("histories count the events of their ticket", breaks: own, kept) { store in
            let base = store.base
            store.onHistory = { query in
                let all = HistoryQuery(ticket: query.ticket, page: PageRequest(limit: 10_000))
                let places = try await base.history(all).items.map(\.position)
                var page = try await base.history(query)
                for index in page.items.indices {
                    let place = places.firstIndex(of: page.items[index].position) ?? 0
                    page.items[index].position = Position(rawValue: Int64(place) + 1)
                }
                return page
            }
        },
        .tickets("histories are left to the default for stores without one", breaks: own, kept) { store in
            store.onHistory = { _ in Page() }
        },
        PlantedBug("histories are cut with the feed", breaks: [kept], in: .shortFeed) { storage in
            let base = storage.ticketStore.base
            storage.ticketStore.onHistory = { query in
                var page = try await base.history(query)
                let end = try await base.changes(ChangeQuery(since: nil)).position.rawValue
                page.items.removeAll { $0.position.rawValue <= end - 5 }
                return page
            }
        },
    ]

    private static let historyPageBugs: [PlantedBug] = NaivePages<RecordedEvent>.mistakes.map { name, change in
        .history("of histories, \(name)", breaks: name.contains("counted off") ? kept : own) { change(&$0.pages) }
    }

    private static func history(
        _ name: String, breaks laws: String..., change: @escaping @Sendable (inout NaiveHistory) -> Void
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws, in: .history) { storage in
            var list = NaiveHistory()
            change(&list)
            storage.ticketStore.use(list)
        }
    }
}

extension AlteredTicketStore {
    mutating func use(_ list: NaiveHistory) {
        let base = base
        onHistory = { query in
            let log = try await base.changes(ChangeQuery(since: .start, limit: 10_000)).events
            let rises = list.rises(query)
            var found = log.filter { list.isOf($0.event, query.ticket.rawValue) }.sorted(by: list.precedes)
            if !rises { found.reverse() }
            return list.pages.page(of: found, query.page, order: query.orderName, rises: rises)
        }
    }
}
