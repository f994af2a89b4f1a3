/// Tickets in memory, found by id, by number, and by who may see them.
///
/// For each access key and status there is a list ordered by activity; it answers pages and counts without looking at other tickets.
struct TicketIndex: Sendable {
    /// A ticket's place on a shelf, and where the ticket is.
    private struct Entry: Comparable, Sendable {
        var place: OrderedEntry<Int64>
        var slot: Int

        static func == (a: Self, b: Self) -> Bool { a.place == b.place }
        static func < (a: Self, b: Self) -> Bool { a.place < b.place }
    }

    /// The tickets; `nil` where one was erased, until another takes its slot.
    private var tickets: [Ticket?] = []
    private var slots: [Ticket.ID: Int] = [:]
    private var freeSlots: [Int] = []
    private var numbers: [TicketNumber: Ticket.ID] = [:]
    /// By key and status, each ordered by activity; under `nil` those of all tickets. None is empty.
    private var shelves: [AccessKey?: [TicketStatus: OrderedIndex<Entry>]] = [:]

    subscript(id: Ticket.ID) -> Ticket? { slots[id].flatMap { tickets[$0] } }

    func id(of number: TicketNumber) -> Ticket.ID? { numbers[number] }

    mutating func remove(_ id: Ticket.ID) {
        guard let slot = slots.removeValue(forKey: id), let ticket = tickets[slot] else { return }
        tickets[slot] = nil
        freeSlots.append(slot)
        numbers[ticket.number] = nil
        for key in Self.keys(of: ticket) { take(ticket, slot, fromShelf: key) }
    }

    // MARK: Writing

    mutating func set(_ ticket: Ticket) {
        let slot = slots[ticket.id] ?? freeSlots.popLast() ?? tickets.count
        if slot == tickets.count { tickets.append(nil) }
        slots[ticket.id] = slot
        if let old = tickets[slot] {
            if old.number != ticket.number { numbers[old.number] = nil }
            let (before, after) = (Set(Self.keys(of: old)), Set(Self.keys(of: ticket)))
            numbers[ticket.number] = ticket.id
            if before == after, old.status == ticket.status, Self.entry(old, slot) == Self.entry(ticket, slot) {
                tickets[slot] = ticket
                return
            }
            for key in before { take(old, slot, fromShelf: key) }
        }
        tickets[slot] = ticket
        numbers[ticket.number] = ticket.id
        for key in Self.keys(of: ticket) { put(ticket, slot, onShelf: key) }
    }

    private mutating func put(_ ticket: Ticket, _ slot: Int, onShelf key: AccessKey?) {
        shelves[key, default: [:]][ticket.status, default: OrderedIndex()].insert(Self.entry(ticket, slot))
    }

    private mutating func take(_ ticket: Ticket, _ slot: Int, fromShelf key: AccessKey?) {
        shelves[key]?[ticket.status]?.remove(Self.entry(ticket, slot))
        guard shelves[key]?[ticket.status]?.count == 0 else { return }
        shelves[key]?[ticket.status] = nil
        if shelves[key]?.isEmpty == true { shelves[key] = nil }
    }

    /// The shelves of a ticket: one for each key that it bears, that of all tickets, and that of the agent who takes care of it.
    private static func keys(of ticket: Ticket) -> [AccessKey?] {
        var keys = ticket.accessKeys.map(Optional.some)
        keys.append(nil)
        if let assignee = ticket.assignee { keys.append(.agent(assignee)) }
        return keys
    }

    private static func entry(_ ticket: Ticket, _ slot: Int) -> Entry {
        Entry(place: OrderedEntry(value: ticket.lastActivity.milliseconds, id: ticket.id.rawValue), slot: slot)
    }

    // MARK: Pages

    func page(_ query: TicketQuery) -> Page<Ticket> {
        let limit = Swift.max(0, query.page.limit)
        var found = query.order.key == .activity ? byActivity(query, limit: limit) : sorted(query, limit: limit)
        guard found.count > limit else { return Page(found) }
        found.removeLast()
        return Page(found, next: found.last?.cursor(query.order))
    }

    /// Merges the shelves of the scope, each of which is in order, until there is one ticket more than asked for; one that is on several shelves
    /// comes once.
    private func byActivity(_ query: TicketQuery, limit: Int) -> [Ticket] {
        var start: Entry?
        if let after = query.page.after, case .number(let value) = after.value {
            start = Entry(place: OrderedEntry(value: value, id: after.id), slot: 0)
        }
        let ascending = query.order.ascending
        let plan = Plan(query.scope, query.filter)
        let lists = plan.keys.flatMap { shelves(of: $0, query.filter.statuses).map(\.shelf) }
        var merge = lists.compactMap { shelf -> (next: Entry, rest: OrderedIndex<Entry>.Elements)? in
            var rest = shelf.elements(after: start, ascending: ascending)
            return rest.next().map { ($0, rest) }
        }
        var found: [Ticket] = []
        found.reserveCapacity(Swift.min(limit, 100) + 1)
        var last: Entry?
        while found.count <= limit,
            let first = merge.indices.min(by: {
                ascending ? merge[$0].next < merge[$1].next : merge[$1].next < merge[$0].next
            })
        {
            let entry = merge[first].next
            if let next = merge[first].rest.next() { merge[first].next = next } else { merge.remove(at: first) }
            guard entry != last else { continue }
            last = entry
            if let ticket = tickets[entry.slot], plan.admits(ticket) { found.append(ticket) }
        }
        return found
    }

    /// Looks at all the tickets of the scope and keeps the first ones.
    private func sorted(_ query: TicketQuery, limit: Int) -> [Ticket] {
        let ascending = query.order.ascending
        let place = { (ticket: Ticket) in OrderedEntry(value: ticket.sortValue(query.order.key), id: ticket.id.rawValue) }
        let start = query.page.after.map { OrderedEntry(value: $0.value, id: $0.id) }
        var found: [(place: OrderedEntry<SortValue>, ticket: Ticket)] = []
        for ticket in all(query.scope, query.filter) {
            let candidate = (place: place(ticket), ticket: ticket)
            if let start, ascending ? candidate.place <= start : candidate.place >= start { continue }
            found.append(candidate)
        }
        found.sort { ascending ? $0.place < $1.place : $1.place < $0.place }
        return found.prefix(limit == .max ? limit : limit + 1).map(\.ticket)
    }

    // MARK: Counts

    func counts(_ filter: TicketFilter, in scope: AccessScope) -> [TicketStatus: Int] {
        var counts: [TicketStatus: Int] = [:]
        let plan = Plan(scope, filter)
        guard plan.filter.isPlain, plan.scope == nil else {
            for ticket in all(scope, filter) { counts[ticket.status, default: 0] += 1 }
            return counts
        }
        // A ticket is of one department, so the shelves of departments share no ticket and their sizes can be added. Tickets on the other
        // shelves of the scope (few: a customer's, a recipient's) are looked at, as they may be on one that was counted.
        let keys = plan.keys
        let departments = keys.filter { $0?.kind == "department" }
        let added =
            departments.isEmpty
            ? keys.max { size(of: $0, filter.statuses) < size(of: $1, filter.statuses) }.map { [$0] } ?? [] : departments
        for key in added {
            for (status, shelf) in shelves(of: key, filter.statuses) { counts[status, default: 0] += shelf.count }
        }
        var counted = Set(added)
        for key in keys where counted.insert(key).inserted {
            let others = counted.subtracting([key])
            for (status, shelf) in shelves(of: key, filter.statuses) {
                for entry in shelf.elements(after: nil, ascending: true) {
                    guard let ticket = tickets[entry.slot], !ticket.accessKeys.contains(where: { others.contains($0) })
                    else { continue }
                    counts[status, default: 0] += 1
                }
            }
        }
        return counts
    }

    private func size(of key: AccessKey?, _ filter: StatusFilter) -> Int {
        shelves(of: key, filter).reduce(0) { $0 + $1.shelf.count }
    }

    // MARK: Search

    /// Looks through a scope of few tickets; goes by the words where there are many.
    func search(_ search: TicketSearch, _ words: TicketWords, _ messages: MessageShelf) -> Page<Ticket> {
        guard !search.text.isEmpty else { return Page() }
        let plan = Plan(search.scope, search.filter)
        let count = plan.keys.reduce(0) { $0 + size(of: $1, search.filter.statuses) }
        // To read a ticket's messages takes as long as to read some thousand postings. Of few tickets, going by the words would look at many others
        // first, unless the words are rare.
        let costOfReading = Swift.max(count.multipliedReportingOverflow(by: 2_000).partialValue, 0)
        let cost = words.cost(of: search, limit: costOfReading)
        if words.isIncomplete || cost >= costOfReading || (count <= 100 && cost > 100) {
            let found = all(search.scope, search.filter).compactMap { ticket in
                search.rank(of: ticket, messages.all(of: ticket.id)).map { RankedTicket(ticket: ticket, rank: $0) }
            }
            return RankedTicket.page(of: found, search.page)
        }
        let limit = Swift.max(0, search.page.limit)
        var found: [RankedTicket] = []
        words.forEachMatch(search, atLeast: limit) { id, rank in
            if let ticket = self[id], search.scope.contains(ticket.accessKeys), search.filter.matches(ticket) {
                found.append(RankedTicket(ticket: ticket, rank: rank))
            }
            return found.count <= limit
        }
        return Page<RankedTicket>(first: limit, of: found) { TicketSearch.cursor(rank: $0.rank, of: $0.ticket) }.map(\.ticket)
    }

    // MARK: Shelves

    /// Which shelves to look at, and what to ask of the tickets that are there.
    private struct Plan {
        /// The shelves: fewer than those of the scope where the filter says more.
        let keys: [AccessKey?]
        /// What is left to be asked.
        let filter: TicketFilter
        /// The scope, where the shelves go beyond it.
        let scope: AccessScope?

        init(_ scope: AccessScope, _ filter: TicketFilter) {
            var rest = filter
            if case .agent(let id) = filter.assignee {
                keys = [.agent(id)]
                rest.assignee = nil
            } else if let requester = filter.requester {
                // Others may share the customer's tickets by merging, so the filter still counts.
                keys = [.customer(requester)]
            } else if let departments = filter.departments {
                let asked = Set(departments.map(AccessKey.department))
                keys = asked.sorted()
                rest.departments = nil
            } else {
                switch scope {
                case .everything: keys = [nil]
                case .holding(let held): keys = held.sorted()
                }
                self.scope = nil
                self.filter = rest
                return
            }
            self.filter = rest
            self.scope = scope == .everything ? nil : scope
        }

        func admits(_ ticket: Ticket) -> Bool {
            filter.matches(ticket) && scope?.contains(ticket.accessKeys) ?? true
        }
    }

    private func shelves(of key: AccessKey?, _ filter: StatusFilter) -> [(status: TicketStatus, shelf: OrderedIndex<Entry>)] {
        guard let shelves = shelves[key] else { return [] }
        return shelves.compactMap { status, shelf in filter.includes(status) ? (status, shelf) : nil }
    }

    /// All the tickets of a scope that match, each once, in no order.
    private func all(_ scope: AccessScope, _ filter: TicketFilter) -> [Ticket] {
        if let number = filter.number {
            return [numbers[number].flatMap { self[$0] }].compactMap(\.self)
                .filter { scope.contains($0.accessKeys) && filter.matches($0) }
        }
        let plan = Plan(scope, filter)
        // Nobody writes to a ticket before it is opened, so the active ones are enough.
        let earliest = filter.opened?.lowerBound.milliseconds ?? .min
        var seen: Set<Ticket.ID> = []
        var found: [Ticket] = []
        for key in plan.keys {
            for (_, shelf) in shelves(of: key, filter.statuses) {
                for entry in shelf.elements(after: nil, ascending: false) {
                    guard entry.place.value >= earliest else { break }
                    guard let ticket = tickets[entry.slot], plan.admits(ticket) else { continue }
                    if plan.keys.count > 1, !seen.insert(ticket.id).inserted { continue }
                    found.append(ticket)
                }
            }
        }
        return found
    }
}
