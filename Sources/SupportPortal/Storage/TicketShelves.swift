/// Tickets on shelves: one for each access key and status, ordered by activity, then by the bytes of the ids. Answers pages and counts without
/// looking at tickets that are not asked for. What stores with such an order share; how a shelf is kept is theirs.
protocol TicketShelves {
    /// A ticket's place, the same on all its shelves.
    associatedtype Place: Comparable
    /// The places on a shelf, one after the other.
    associatedtype Places

    /// The statuses that tickets on the shelves of a key may have; under `nil` are all tickets.
    func statuses(on key: AccessKey?) -> [TicketStatus]
    /// The places on a shelf after one, or before it if they are falling.
    func places(on key: AccessKey?, _ status: TicketStatus, after start: OrderedEntry<Int64>?, ascending: Bool) throws -> Places
    /// The next place, `nil` at the end.
    func next(_ places: inout Places) throws -> Place?
    /// How many there are on a shelf.
    func size(of key: AccessKey?, _ status: TicketStatus) throws -> Int
    /// When the ticket at a place was last active, in milliseconds.
    func activity(_ place: Place) -> Int64
    /// The ticket at a place.
    func ticket(at place: Place) throws -> Ticket?
    /// The ticket that bears a number.
    func ticket(numbered number: TicketNumber) throws -> Ticket?
}

extension Ticket {
    /// The keys of the shelves that it stands on: one for each key that it bears, that of all tickets, and that of the agent who takes care of it.
    var shelfKeys: [AccessKey?] {
        var keys = accessKeys.map(Optional.some)
        keys.append(nil)
        if let assignee { keys.append(.agent(assignee)) }
        return keys
    }

    /// Its place on them.
    var shelfPlace: OrderedEntry<Int64> { OrderedEntry(value: lastActivity.milliseconds, id: id.rawValue) }
}

/// Which shelves to look at, and what to ask of the tickets that are there.
struct ShelfPlan {
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

    /// Whether all tickets on the shelves, those of the statuses asked for, are meant.
    var isPlain: Bool { filter.isPlain && scope == nil }

    func admits(_ ticket: Ticket) -> Bool {
        filter.matches(ticket) && scope?.contains(ticket.accessKeys) ?? true
    }
}

extension TicketShelves {
    // MARK: Pages

    func page(_ query: TicketQuery) throws -> Page<Ticket> {
        let limit = Swift.max(0, query.page.limit)
        var found = query.order.key == .activity ? try byActivity(query, limit: limit) : try sorted(query, limit: limit)
        guard found.count > limit else { return Page(found) }
        found.removeLast()
        return Page(found, next: found.last?.cursor(query.order))
    }

    /// Merges the shelves of the scope, each of which is in order, until there is one ticket more than asked for; one that is on several shelves
    /// comes once.
    private func byActivity(_ query: TicketQuery, limit: Int) throws -> [Ticket] {
        var start: OrderedEntry<Int64>?
        if let after = query.page.after, case .number(let value) = after.value {
            start = OrderedEntry(value: value, id: after.id)
        }
        let ascending = query.order.ascending
        let plan = ShelfPlan(query.scope, query.filter)
        var merge: [(next: Place, rest: Places)] = []
        for key in plan.keys {
            for status in statuses(on: key) where query.filter.statuses.includes(status) {
                var rest = try places(on: key, status, after: start, ascending: ascending)
                if let next = try next(&rest) { merge.append((next, rest)) }
            }
        }
        var found: [Ticket] = []
        found.reserveCapacity(Swift.min(limit, 100) + 1)
        var last: Place?
        while found.count <= limit,
            let first = merge.indices.min(by: {
                ascending ? merge[$0].next < merge[$1].next : merge[$1].next < merge[$0].next
            })
        {
            let place = merge[first].next
            if let next = try next(&merge[first].rest) { merge[first].next = next } else { merge.remove(at: first) }
            guard place != last else { continue }
            last = place
            if let ticket = try ticket(at: place), plan.admits(ticket) { found.append(ticket) }
        }
        return found
    }

    /// Looks at all the tickets of the scope and keeps the first ones.
    private func sorted(_ query: TicketQuery, limit: Int) throws -> [Ticket] {
        typealias Found = (place: OrderedEntry<SortValue>, ticket: Ticket)
        let ascending = query.order.ascending
        let start = query.page.after.map { OrderedEntry(value: $0.value, id: $0.id) }
        let kept = Swift.min(limit, 1 << 40) + 1
        var found: [Found] = []
        let sort = { (found: inout [Found]) in
            found.sort { ascending ? $0.place < $1.place : $1.place < $0.place }
            found.removeLast(Swift.max(0, found.count - kept))
        }
        try forEach(in: query.scope, query.filter) { ticket in
            let place = OrderedEntry(value: ticket.sortValue(query.order.key), id: ticket.id.rawValue)
            if let start, ascending ? place <= start : place >= start { return }
            found.append((place, ticket))
            // So that no more are held than twice what is wanted, and few anyway.
            if found.count >= 2 * kept + 1_000 { sort(&found) }
        }
        sort(&found)
        return found.map(\.ticket)
    }

    // MARK: Counts

    func counts(_ filter: TicketFilter, in scope: AccessScope) throws -> [TicketStatus: Int] {
        var counts: [TicketStatus: Int] = [:]
        let plan = ShelfPlan(scope, filter)
        guard plan.isPlain else {
            try forEach(in: scope, filter) { counts[$0.status, default: 0] += 1 }
            return counts
        }
        // A ticket is of one department, so the shelves of departments share no ticket and their sizes can be added. Tickets on the other
        // shelves of the scope (few: a customer's, a recipient's) are looked at, as they may be on one that was counted.
        let keys = plan.keys
        let departments = keys.filter { $0?.kind == "department" }
        let added = departments.isEmpty ? try largest(of: keys, filter.statuses).map { [$0] } ?? [] : departments
        for key in added {
            for status in statuses(on: key) where filter.statuses.includes(status) {
                let size = try size(of: key, status)
                if size > 0 { counts[status, default: 0] += size }
            }
        }
        var counted = Set(added)
        for key in keys where counted.insert(key).inserted {
            let others = counted.subtracting([key])
            for status in statuses(on: key) where filter.statuses.includes(status) {
                var places = try places(on: key, status, after: nil, ascending: true)
                while let place = try next(&places) {
                    guard let ticket = try ticket(at: place), !ticket.accessKeys.contains(where: { others.contains($0) })
                    else { continue }
                    counts[status, default: 0] += 1
                }
            }
        }
        return counts
    }

    private func largest(of keys: [AccessKey?], _ filter: StatusFilter) throws -> AccessKey?? {
        guard keys.count > 1 else { return keys.first }
        return try keys.map { ($0, try size(of: $0, filter)) }.max { $0.1 < $1.1 }?.0
    }

    func size(of key: AccessKey?, _ filter: StatusFilter) throws -> Int {
        var sum = 0
        for status in statuses(on: key) where filter.includes(status) { sum += try size(of: key, status) }
        return sum
    }

    // MARK: All

    /// Hands out all the tickets of a scope that match, each once, in no order.
    func forEach(in scope: AccessScope, _ filter: TicketFilter, _ body: (Ticket) throws -> Void) throws {
        if let number = filter.number {
            guard let ticket = try ticket(numbered: number), scope.contains(ticket.accessKeys), filter.matches(ticket) else {
                return
            }
            return try body(ticket)
        }
        let plan = ShelfPlan(scope, filter)
        // Nobody writes to a ticket before it is opened, so the active ones are enough.
        let earliest = filter.opened?.lowerBound.milliseconds ?? .min
        var seen: Set<Ticket.ID> = []
        for key in plan.keys {
            for status in statuses(on: key) where filter.statuses.includes(status) {
                var places = try places(on: key, status, after: nil, ascending: false)
                while let place = try next(&places), activity(place) >= earliest {
                    guard let ticket = try ticket(at: place), plan.admits(ticket) else { continue }
                    if plan.keys.count > 1, !seen.insert(ticket.id).inserted { continue }
                    try body(ticket)
                }
            }
        }
    }
}
