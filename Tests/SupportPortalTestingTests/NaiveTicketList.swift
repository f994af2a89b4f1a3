import SupportPortal

/// Finds, lists and counts tickets as a naive adapter does: reads all, filters, sorts, cuts. Each step can be replaced.
struct NaiveTicketList: Sendable {
    /// What tickets are ordered by.
    struct Place: Sendable {
        var value: SortValue
        var id: String
    }

    let base: JournalledTicketStore
    var isInScope: @Sendable (Ticket, AccessScope) -> Bool = { $1.contains($0.accessKeys) }
    var matches: @Sendable (Ticket, TicketFilter) -> Bool = { $1.matches($0) }
    /// How often a ticket comes that matches.
    var repeats: @Sendable (Ticket, AccessScope) -> Int = { _, _ in 1 }
    var value: @Sendable (Ticket, TicketOrder.Key) -> SortValue = { $0.sortValue($1) }
    /// Whether the first value comes first when values rise.
    var precedes: @Sendable (SortValue, SortValue) -> Bool = { $0 < $1 }
    /// Whether the first id comes first among equal values.
    var idPrecedes: @Sendable (String, String, TicketOrder) -> Bool = {
        $2.ascending ? $0.precedesByBytes($1) : $1.precedesByBytes($0)
    }
    /// Whether a ticket comes after a cursor, given how it compares.
    var isPast: @Sendable (NaiveTicketList, Ticket, PageCursor, TicketOrder) -> Bool = { list, ticket, cursor, order in
        list.comes(Place(value: cursor.value, id: cursor.id), before: list.place(of: ticket, order), order)
    }
    /// Cuts the page out of all that match.
    var cut: @Sendable (NaiveTicketList, [Ticket], TicketQuery) -> Page<Ticket> = { list, tickets, query in
        guard query.page.limit > 0 else { return Page() }
        let rest = query.page.after.map { after in tickets.filter { list.isPast(list, $0, after, query.order) } } ?? tickets
        let shown = Array(rest.prefix(query.page.limit))
        return Page(shown, next: shown.count < rest.count ? shown.last.map { list.cursor($0, query.order) } : nil)
    }

    init(_ base: JournalledTicketStore) { self.base = base }

    func place(of ticket: Ticket, _ order: TicketOrder) -> Place {
        Place(value: value(ticket, order.key), id: ticket.id.rawValue)
    }

    func cursor(_ ticket: Ticket, _ order: TicketOrder) -> PageCursor {
        let place = place(of: ticket, order)
        return PageCursor(order: order.name, value: place.value, id: place.id)
    }

    func comes(_ a: Place, before b: Place, _ order: TicketOrder) -> Bool {
        if precedes(a.value, b.value) { return order.ascending }
        if precedes(b.value, a.value) { return !order.ascending }
        return idPrecedes(a.id, b.id, order)
    }

    func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? {
        try await base.ticket(id, in: .everything).flatMap { isInScope($0, scope) ? $0 : nil }
    }

    func everything() async throws -> [Ticket] {
        try await base.tickets(TicketQuery(in: .everything, page: PageRequest(limit: 10_000))).items
    }

    func all(_ scope: AccessScope, _ filter: TicketFilter) async throws -> [Ticket] {
        try await everything().filter { isInScope($0, scope) && matches($0, filter) }
            .flatMap { Array(repeating: $0, count: repeats($0, scope)) }
    }

    func page(_ query: TicketQuery) async throws -> Page<Ticket> {
        let found = try await all(query.scope, query.filter).map { (place: place(of: $0, query.order), ticket: $0) }
        return cut(self, found.sorted { comes($0.place, before: $1.place, query.order) }.map(\.ticket), query)
    }

    func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] {
        Dictionary(grouping: try await all(scope, filter), by: \.status).mapValues(\.count)
    }
}

extension AlteredTicketStore {
    /// Lets a naive list answer.
    mutating func use(_ list: NaiveTicketList) {
        onTicket = { try await list.ticket($0, in: $1) }
        onTickets = { try await list.page($0) }
        onCounts = { try await list.counts($0, in: $1) }
    }
}

extension PlantedBug {
    /// A bug in how tickets are listed.
    static func list(
        _ name: String, breaks laws: String..., change: @escaping @Sendable (inout NaiveTicketList) -> Void
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws, in: .ticketList) { storage in
            var list = NaiveTicketList(storage.ticketStore.base)
            change(&list)
            storage.ticketStore.use(list)
        }
    }
}
