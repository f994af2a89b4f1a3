import SupportPortal
import Synchronization

// Lists of tickets in the wrong order, cut at the wrong place, filtered wrongly or out of date; counts that say something else.

private let order = "Pages follow the order asked for"
private let joined = "Pages of any size join without gap or repeat"
private let cursor = "A cursor stays good"
private let filter = "Filters decide what is on pages and in counts"
private let named = "Filters find tickets by assignee, watcher"
private let scan = "Counts and pages equal a full scan"

extension PlantedBug {
    static let listBugs: [PlantedBug] = orderBugs + pageBugs + filterBugs + newFilterBugs + countBugs

    // MARK: Order

    private static let orderBugs: [PlantedBug] = [
        .list("always descending", breaks: order) { list in
            let cut = list.cut
            list.cut = { list, tickets, query in
                cut(list, query.order.ascending ? tickets.reversed() : tickets, query)
            }
        },
        .list("equal values come in rising order of ids, whatever was asked for", breaks: order, joined) { list in
            list.idPrecedes = { a, b, _ in a.precedesByBytes(b) }
        },
        .list("equal values come by id without case", breaks: order, joined) { list in
            list.idPrecedes = { a, b, order in
                let (a, b) = order.ascending ? (a, b) : (b, a)
                return a.lowercased().precedesByBytes(b.lowercased())
            }
        },
        .list("text is ordered without case", breaks: order) { list in
            list.value = { ticket, key in
                guard case .text(let text) = ticket.sortValue(key) else { return ticket.sortValue(key) }
                return .text(text.lowercased())
            }
        },
        .list("subjects are ordered with case", breaks: order) { list in
            list.value = { ticket, key in key == .subject ? .text(ticket.subject.text) : ticket.sortValue(key) }
        },
        .list("digits in text are ordered as numbers", breaks: order) { list in
            list.value = { ticket, key in
                guard case .text(let text) = ticket.sortValue(key) else { return ticket.sortValue(key) }
                let digits = text.drop { !$0.isNumber }
                return .text(text.prefix { !$0.isNumber } + String(repeating: "0", count: max(0, 8 - digits.count)) + digits)
            }
        },
        .ordered("text is ordered by UTF-16") { $0.utf16.lexicographicallyPrecedes($1.utf16) },
        .ordered("text is ordered as Swift does") { $0 < $1 },
        .list("instants are ordered by whole seconds", breaks: order, joined) { list in
            list.value = { ticket, key in
                guard case .number(let number) = ticket.sortValue(key) else { return ticket.sortValue(key) }
                return .number(number / 1_000)
            }
        },
    ]

    private static func ordered(_ name: String, by precedes: @escaping @Sendable (String, String) -> Bool) -> PlantedBug {
        .list(name, breaks: order) { list in
            list.precedes = { a, b in
                guard case (.text(let x), .text(let y)) = (a, b) else { return a < b }
                return precedes(x, y)
            }
        }
    }

    // MARK: Pages

    private static let pageBugs: [PlantedBug] = [
        .list("pages are counted off", breaks: cursor) { list in
            list.cut = { list, tickets, query in
                guard query.page.limit > 0 else { return Page() }
                let offset = query.page.after.flatMap { Int($0.id) } ?? 0
                let shown = Array(tickets.dropFirst(offset).prefix(query.page.limit))
                let end = offset + shown.count
                return Page(
                    shown,
                    next: end < tickets.count ? PageCursor(order: query.order.name, value: .number(0), id: "\(end)") : nil)
            }
        },
        .list("the cursor is looked up and compared as it is now", breaks: cursor) { list in
            list.cut = { [cut = list.cut] list, tickets, query in
                var query = query
                if let after = query.page.after, let ticket = tickets.first(where: { $0.id.rawValue == after.id }) {
                    query.page.after = list.cursor(ticket, query.order)
                }
                return cut(list, tickets, query)
            }
        },
        .list("the cursor's own ticket comes again", breaks: order, joined) { list in
            list.isPast = { [isPast = list.isPast] list, ticket, after, order in
                isPast(list, ticket, after, order) || ticket.id.rawValue == after.id
            }
        },
        .list("a page begins after all that equal the cursor's value", breaks: order, joined) { list in
            list.isPast = { list, ticket, after, order in
                let value = list.place(of: ticket, order).value
                return order.ascending ? after.value < value : value < after.value
            }
        },
        .list("a page goes on after a greater id, whatever the value", breaks: order, joined) { list in
            list.isPast = { list, ticket, after, order in
                let place = list.place(of: ticket, order)
                return list.comes(.init(value: after.value, id: after.id), before: place, order)
                    && list.idPrecedes(after.id, place.id, order)
            }
        },
        .list("the cursor of falling tickets is compared as if it rose", breaks: order, joined) { list in
            list.isPast = { [isPast = list.isPast] list, ticket, after, order in
                isPast(list, ticket, after, TicketOrder(order.key, ascending: true))
            }
        },
        .list("a full page of tickets is always followed by another", breaks: joined) { list in
            list.cut = { [cut = list.cut] list, tickets, query in
                var page = cut(list, tickets, query)
                if page.items.count == query.page.limit { page.next = page.items.last.map { list.cursor($0, query.order) } }
                return page
            }
        },
        .list("no page is followed by another", breaks: joined) { list in
            list.cut = { [cut = list.cut] list, tickets, query in Page(cut(list, tickets, query).items) }
        },
        .list("a page holds one more than it may", breaks: joined) { list in
            list.cut = { [cut = list.cut] list, tickets, query in
                var query = query
                query.page.limit += 1
                return cut(list, tickets, query)
            }
        },
        .list("a negative limit of tickets is none", breaks: joined) { list in
            list.cut = { [cut = list.cut] list, tickets, query in
                query.page.limit < 0 ? Page(tickets) : cut(list, tickets, query)
            }
        },
        .list("a limit of no tickets is none", breaks: joined) { list in
            list.cut = { [cut = list.cut] list, tickets, query in
                query.page.limit == 0 ? Page(tickets) : cut(list, tickets, query)
            }
        },
        .tickets("pages are filtered after they are cut", breaks: filter, order) { store in
            let base = store.base
            store.onTickets = { query in
                var all = query
                all.filter = TicketFilter()
                all.scope = .everything
                var page = try await base.tickets(all)
                page.items.removeAll { !query.filter.matches($0) || !query.scope.contains($0.accessKeys) }
                return page
            }
        },
    ]

    // MARK: Filters

    /// One condition is looked at in another way, the rest as it should be.
    private static func condition(
        _ name: String, without remove: @escaping @Sendable (inout TicketFilter) -> Void,
        matches: @escaping @Sendable (Ticket, TicketFilter) -> Bool
    ) -> PlantedBug {
        .list(name, breaks: named) { list in
            list.matches = { ticket, filter in
                var rest = filter
                remove(&rest)
                return rest.matches(ticket) && matches(ticket, filter)
            }
        }
    }

    private static let newFilterBugs: [PlantedBug] = [
        .condition("the assignee is no condition", without: { $0.assignee = nil }) { _, _ in true },
        .condition("nobody as assignee is no condition", without: { $0.assignee = nil }) { ticket, filter in
            filter.assignee == .nobody || filter.assignee?.includes(ticket.assignee) ?? true
        },
        .condition("assignees are compared without case", without: { $0.assignee = nil }) { ticket, filter in
            guard case .agent(let agent) = filter.assignee else { return filter.assignee?.includes(ticket.assignee) ?? true }
            return ticket.assignee?.rawValue.lowercased() == agent.rawValue.lowercased()
        },
        .condition("watchers are no condition", without: { $0.watcher = nil }) { _, _ in true },
        .condition("only the first watcher is looked at", without: { $0.watcher = nil }) { ticket, filter in
            filter.watcher == nil || ticket.watchers.first == filter.watcher
        },
        .condition("watchers are found by how they begin", without: { $0.watcher = nil }) { ticket, filter in
            guard let watcher = filter.watcher else { return true }
            return ticket.watchers.contains { $0.rawValue.hasPrefix(watcher.rawValue) }
        },
        .condition("watchers are compared without spaces at the end", without: { $0.watcher = nil }) { ticket, filter in
            guard let watcher = filter.watcher else { return true }
            return ticket.watchers.contains { $0.rawValue.split(separator: " ") == watcher.rawValue.split(separator: " ") }
        },
        .condition("who watches takes care, too", without: { $0.assignee = nil }) { ticket, filter in
            guard case .agent(let agent) = filter.assignee else { return filter.assignee?.includes(ticket.assignee) ?? true }
            return ticket.assignee == agent || ticket.watchers.contains(agent)
        },
        .condition("tags are no condition", without: { $0.tag = nil }) { _, _ in true },
        .condition("only the first tag is looked at", without: { $0.tag = nil }) { ticket, filter in
            filter.tag == nil || ticket.tags.first == filter.tag
        },
        .condition("tags are found by how they begin", without: { $0.tag = nil }) { ticket, filter in
            guard let tag = filter.tag else { return true }
            return ticket.tags.contains { $0.rawValue.hasPrefix(tag.rawValue) }
        },
        .condition("people are no condition", without: { $0.person = nil }) { _, _ in true },
        .condition("only the requester is a person", without: { $0.person = nil }) { ticket, filter in
            filter.person == nil || ticket.requester.identity == filter.person
        },
        .condition("people are those who may see the ticket", without: { $0.person = nil }) { ticket, filter in
            filter.person.map(ticket.accessKeys.contains) ?? true
        },
        .condition("people are those who may see the ticket and those whom it names", without: { $0.person = nil }) {
            ticket, filter in filter.person.map(ticket.people.union(ticket.accessKeys).contains) ?? true
        },
        .condition("who was proposed for copies is no person", without: { $0.person = nil }) { ticket, filter in
            var ticket = ticket
            ticket.copies.removeAll { !$0.isApproved }
            return filter.person.map(ticket.people.contains) ?? true
        },
        .condition("who proposed copies is no person", without: { $0.person = nil }) { ticket, filter in
            var ticket = ticket
            for index in ticket.copies.indices { ticket.copies[index].proposedBy = .forgotten }
            return filter.person.map(ticket.people.contains) ?? true
        },
        .condition("participants are no people", without: { $0.person = nil }) { ticket, filter in
            var ticket = ticket
            ticket.participants = []
            return filter.person.map(ticket.people.contains) ?? true
        },
        .condition("who asked what was merged is no person", without: { $0.person = nil }) { ticket, filter in
            var ticket = ticket
            ticket.merged = []
            return filter.person.map(ticket.people.contains) ?? true
        },
        .condition("agents are no people", without: { $0.person = nil }) { ticket, filter in
            var ticket = ticket
            (ticket.assignee, ticket.watchers) = (nil, [])
            return filter.person.map(ticket.people.contains) ?? true
        },
        .condition("people are compared without case", without: { $0.person = nil }) { ticket, filter in
            guard let person = filter.person else { return true }
            return ticket.people.contains { $0.rawValue.lowercased() == person.rawValue.lowercased() }
        },
        .condition("files are no condition", without: { $0.hasFiles = nil }) { _, _ in true },
        .condition("without files is no condition", without: { $0.hasFiles = nil }) { ticket, filter in
            filter.hasFiles != true || ticket.fileCount > 0
        },
        .condition("with files is any that is asked about", without: { $0.hasFiles = nil }) { ticket, filter in
            filter.hasFiles == nil || ticket.fileCount > 0
        },
        .tickets("counts look at none of the conditions for agents", breaks: named) { store in
            let base = store.base
            store.onCounts = { filter, scope in
                var filter = filter
                (filter.assignee, filter.watcher, filter.tag, filter.person, filter.hasFiles) = (nil, nil, nil, nil, nil)
                return try await base.counts(filter, in: scope)
            }
        },
        PlantedBug("reopened, the index of people is not built again", breaks: [named]) { storage in
            guard storage.isReopened else { return }
            var list = NaiveTicketList(storage.ticketStore.base)
            list.matches = { $1.person == nil && $1.matches($0) }
            storage.ticketStore.use(list)
        },
    ]

    private static let filterBugs: [PlantedBug] = [
        .filtering("the end of the time is included") { ticket, filter in
            filter.matches(ticket) || filter.opened?.upperBound == ticket.opened
        },
        .filtering("the start of the time is excluded") { ticket, filter in
            filter.matches(ticket) && filter.opened?.lowerBound != ticket.opened
        },
        .filtering("the time is that of the last activity") { ticket, filter in
            var rest = filter
            rest.opened = nil
            return rest.matches(ticket) && filter.opened?.contains(ticket.lastActivity) ?? true
        },
        .filtering("no departments are no condition") { ticket, filter in
            var filter = filter
            if filter.departments == [] { filter.departments = nil }
            return filter.matches(ticket)
        },
        .filtering("no priorities are no condition") { ticket, filter in
            var filter = filter
            if filter.priorities == [] { filter.priorities = nil }
            return filter.matches(ticket)
        },
        .filtering("no statuses are no condition") { ticket, filter in
            var filter = filter
            if filter.statuses == .only([]) { filter.statuses = .any }
            return filter.matches(ticket)
        },
        .filtering("all but no statuses are none") { ticket, filter in
            filter.statuses != .except([]) && filter.matches(ticket)
        },
        .filtering("all but some statuses are the other built-in ones") { ticket, filter in
            guard case .except(let statuses) = filter.statuses else { return filter.matches(ticket) }
            var filter = filter
            filter.statuses = .only(Set([.open, .answered, .customerReply, .closed]).subtracting(statuses))
            return filter.matches(ticket)
        },
        .filtering("the priority is forgotten") { ticket, filter in
            var filter = filter
            filter.priorities = nil
            return filter.matches(ticket)
        },
        .filtering("the service is forgotten") { ticket, filter in
            var filter = filter
            filter.service = nil
            return filter.matches(ticket)
        },
        .filtering("the requester is forgotten") { ticket, filter in
            var filter = filter
            filter.requester = nil
            return filter.matches(ticket)
        },
        .filtering("one condition is enough") { ticket, filter in
            guard let departments = filter.departments, let priorities = filter.priorities else { return filter.matches(ticket) }
            return departments.contains(ticket.department) || priorities.contains(ticket.priority)
        },
        .filtering("departments are compared without case") { ticket, filter in
            var rest = filter
            rest.departments = nil
            let wanted = filter.departments.map { Set($0.map { $0.rawValue.lowercased() }) }
            return rest.matches(ticket) && wanted?.contains(ticket.department.rawValue.lowercased()) ?? true
        },
        .tickets("a number is found whatever the scope", breaks: filter) { store in
            let base = store.base
            store.onTickets = { query in
                var query = query
                if query.filter.number != nil { query.scope = .everything }
                return try await base.tickets(query)
            }
        },
        .list("a ticket comes once for each key that it shares", breaks: order, filter, "A ticket outside the scope") { list in
            list.repeats = { ticket, scope in
                guard case .holding(let keys) = scope else { return 1 }
                return keys.intersection(ticket.accessKeys).count
            }
        },
    ]

    private static func filtering(_ name: String, by matches: @escaping @Sendable (Ticket, TicketFilter) -> Bool) -> PlantedBug {
        .list(name, breaks: filter) { $0.matches = matches }
    }

    // MARK: Counts and what they are counted from

    private static let countBugs: [PlantedBug] = [
        .tickets("counts know statuses only, no other filter", breaks: filter) { store in
            let base = store.base
            store.onCounts = { filter, scope in
                try await base.counts(TicketFilter { $0.statuses = filter.statuses }, in: scope)
            }
        },
        .tickets("statuses without tickets are counted as 0", breaks: scan, filter) { store in
            let base = store.base
            store.onCounts = { filter, scope in
                let zeros: [TicketStatus: Int] = [.open: 0, .answered: 0, .customerReply: 0, .closed: 0]
                return try await base.counts(filter, in: scope).merging(zeros) { count, _ in count }
            }
        },
        .tickets("no more than a page is counted", breaks: filter, scan) { store in
            let base = store.base
            store.onCounts = { filter, scope in
                let page = try await base.tickets(TicketQuery(in: scope, filter: filter))
                return Dictionary(grouping: page.items, by: \.status).mapValues(\.count)
            }
        },
        .tickets("counts of several keys are added up", breaks: filter, scan) { store in
            let base = store.base
            store.onCounts = { filter, scope in
                guard case .holding(let keys) = scope else { return try await base.counts(filter, in: scope) }
                var counts: [TicketStatus: Int] = [:]
                for key in keys { try await counts.merge(base.counts(filter, in: .holding([key])), uniquingKeysWith: +) }
                return counts
            }
        },
        .tickets("counts are kept until a ticket is opened", breaks: scan) { store in
            let base = store.base
            let kept = Mutex<[AccessScope: [TicketStatus: Int]]>([:])
            store.onCommit = { commit in
                if commit.tickets.contains(where: { $0.revision == .unsaved }) { kept.withLock { $0 = [:] } }
                return try await base.commit(commit)
            }
            store.onCounts = { filter, scope in
                if let counts = kept.withLock({ $0[scope] }), filter == TicketFilter() { return counts }
                let counts = try await base.counts(filter, in: scope)
                if filter == TicketFilter() { kept.withLock { $0[scope] = counts } }
                return counts
            }
        },
        .tickets("the assignee that lists look at is written with new tickets only", breaks: named) { store in
            store.useIndex { $0.assignee = $1.assignee }
        },
        .tickets("the watchers that lists look at are written with new tickets only", breaks: named) { store in
            store.useIndex { $0.watchers = $1.watchers }
        },
        .tickets("the tags that lists look at are written with new tickets only", breaks: named) { store in
            store.useIndex { $0.tags = $1.tags }
        },
        .tickets("how many files a ticket has is written with new tickets only", breaks: named) { store in
            store.useIndex { $0.fileCount = $1.fileCount }
        },
        .tickets("the people that lists look at are written with new tickets only", breaks: named) { store in
            store.useIndex { $0.participants = $1.participants }
        },
        .tickets("what lists are ordered by is written with new tickets only", breaks: scan) { store in
            store.useIndex { $0.lastActivity = $1.lastActivity }
        },
        .tickets("the department that lists look at is written with new tickets only", breaks: scan) { store in
            store.useIndex { $0.department = $1.department }
        },
        .tickets("the status that lists look at is written with new tickets only", breaks: scan) { store in
            store.useIndex { $0.status = $1.status }
        },
    ]
}

extension AlteredTicketStore {
    /// Lists from an index that keeps something of each ticket as it was when it was new.
    fileprivate mutating func useIndex(keeping keep: @escaping @Sendable (_ seen: inout Ticket, _ first: Ticket) -> Void) {
        let base = base
        let index = Mutex<[Ticket.ID: Ticket]>([:])
        onCommit = { commit in
            let position = try await base.commit(commit)
            index.withLock { index in
                for ticket in commit.tickets where index[ticket.id] == nil { index[ticket.id] = ticket }
            }
            return position
        }
        let seen = { @Sendable (ticket: Ticket) -> Ticket in
            var seen = ticket
            if let first = index.withLock({ $0[ticket.id] }) { keep(&seen, first) }
            return seen
        }
        var list = NaiveTicketList(base)
        list.isInScope = { $1.contains(seen($0).accessKeys) }
        list.matches = { $1.matches(seen($0)) }
        list.value = { seen($0).sortValue($1) }
        use(list)
    }
}
