import SupportPortal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension TicketLaws {
    /// Tickets that differ in everything that lists look at, with many equal values.
    private static func sample(_ count: Int = 60) -> [Ticket] {
        let statuses: [TicketStatus] = [.open, .answered, .customerReply, .closed, TicketStatus(rawValue: "On hold")]
        let subjects = ["apple", "Banana", "éclair", "Zebra", "äpfel", "apple", "10", "9", "", "Ω", "𝒵", "\u{FFFD}", "e\u{301}x"]
        return (0..<count).map { number in
            var ticket = Ticket(
                id: Ticket.ID("\(number % 7 < 3 ? "T" : "t")\(number * 7 % count)"),
                number: TicketNumber(rawValue: "\(number % 2 == 0 ? "a" : "B")\(number * 11 % 97)"),
                requester: Requester(customer: number % 7 == 0 ? nil : Customer.ID("c\(number % 4)"), name: "C", address: nil),
                opened: LawBench.instant(number * 31 % 10 * 100), subject: SingleLine(subjects[number % subjects.count]),
                department: Department.ID(["technical", "billing", "Sales"][number % 3]))
            ticket.status = statuses[number % statuses.count]
            ticket.lastActivity = LawBench.instant(900 + number * 17 % 12 * 100)
            ticket.priority = [.low, .medium, .high][number % 3]
            ticket.service = number % 5 == 0 ? "s1" : nil
            if number % 6 == 0 { ticket.copies = copies }
            if number % 6 == 1, let address = EmailAddress(checking: "c7@example.com") {
                ticket.copies = [CopyRecipient(address: address, proposedBy: .customer("c6"))]
            }
            if number % 8 == 0 { ticket.guestAccess = guestAccess }
            ticket.assignee = [nil, "a1", "a2", "A1"][number % 4]
            ticket.watchers = number % 3 == 0 ? ["a2", "a1"] : number % 5 == 1 ? ["a1 "] : []
            ticket.tags = (number % 4 == 1 ? ["late", "vip"] : number % 9 == 2 ? ["vi"] : []).compactMap(
                TagName.init(rawValue:))
            ticket.fileCount = number % 3 == 1 ? 2 : 0
            ticket.participants = number % 5 == 2 ? [.customer("c9"), .agent("a7")] : []
            if number % 10 == 3 {
                let requester = Requester(customer: "c8", name: "C", address: EmailAddress(checking: "e8@example.com"))
                ticket.merged = [MergedTicket(ticket: "m", requester: requester, isShared: number % 20 == 3)]
            }
            if number % 7 == 4 { ticket.source = source }
            return ticket
        }
    }

    private static func filled(_ subject: StorageSubject) async throws -> (LawBench, [Ticket]) {
        let bench = try await LawBench(subject)
        var stored: [Ticket] = []
        for ticket in sample() { stored.append(try await bench.put(ticket)) }
        return (bench, stored)
    }

    /// The definition: filtered, then ordered by sort value and the bytes of the id.
    private static func expected(_ tickets: [Ticket], _ query: TicketQuery) -> [Ticket.ID] {
        let order = query.order
        var found: [(value: SortValue, id: Ticket.ID)] = []
        for ticket in tickets where query.filter.matches(ticket) && query.scope.contains(ticket.accessKeys) {
            found.append((ticket.sortValue(order.key), ticket.id))
        }
        found.sort { $0.value == $1.value ? $0.id < $1.id : $0.value < $1.value }
        return order.ascending ? found.map(\.id) : found.reversed().map(\.id)
    }

    private static let scopes: [AccessScope] = [
        .everything, .holding([.customer("c1")]), .holding([.department("technical"), .department("billing")]),
        .holding([.customer("c0"), copyKey]), .holding([.department("technical"), .customer("c2"), copyKey]), .holding([]),
        .holding([guestAccess.key, .customer("c3")]), .holding([.customer("c8"), source]),
    ]

    private static let guestAccess = GuestAccess(tokenHash: "abc", expires: LawBench.instant(1_000_000))
    private static let source = AccessKey(rawValue: "source:192.0.2.1")
    private static let copyKey = AccessKey(rawValue: "address:c0@example.com")
    private static let copies = [EmailAddress(checking: "c0@example.com")].compactMap { address in
        address.map { CopyRecipient(address: $0, proposedBy: .system, approved: LawBench.start) }
    }

    static let lists = [
        StorageLaw("Pages follow the order asked for, equal values by id") { subject in
            let (bench, stored) = try await filled(subject)
            let reopened = try await bench.reopened()
            for key in TicketOrder.Key.allCases {
                for ascending in [true, false] {
                    for scope in scopes {
                        let query = TicketQuery(in: scope, order: TicketOrder(key, ascending: ascending))
                        let found = try await reopened.all(query, pageSize: 9)
                        try requireEqual(found.map(\.id), expected(stored, query), "\(query.order.name) in \(scope)")
                    }
                }
            }
        },
        StorageLaw("Pages of any size join without gap or repeat, and the last one says so") { subject in
            let (bench, stored) = try await filled(subject)
            for size in [1, 2, 7, 20, 59, 60, 61] {
                let query = TicketQuery(in: .everything)
                try requireEqual(
                    try await bench.all(query, pageSize: size).map(\.id), expected(stored, query), "pages of \(size)")
            }
            for limit in [0, -1] {
                let none = TicketQuery(in: .everything, page: PageRequest(limit: limit))
                try requireEqual(try await bench.tickets.tickets(none).items, [], "a page of \(limit)")
            }
        },
        StorageLaw("A cursor stays good while other tickets change") { subject in
            let (bench, stored) = try await filled(subject)
            for key in [TicketOrder.Key.activity, .status] {
                var query = TicketQuery(in: .everything, order: TicketOrder(key, ascending: false), page: PageRequest(limit: 10))
                var tickets = Dictionary(uniqueKeysWithValues: stored.map { ($0.id, $0) })
                for id in tickets.keys {
                    tickets[id] = try await bench.tickets.ticket(id, in: .everything)
                }
                let before = expected(Array(tickets.values), query)
                var touched: Set<Ticket.ID> = []
                var seen: [Ticket.ID] = []
                var step = 0
                while true {
                    let page = try await bench.tickets.tickets(query)
                    seen += page.items.map(\.id)
                    guard let next = page.next else { break }
                    try require(step < 100, "pages go on for ever")
                    query.page.after = next
                    // The last one seen moves to the front, so does one that is far behind, and a new one comes.
                    for id in [page.items.last?.id, before.last { !touched.contains($0) && !seen.contains($0) }] {
                        guard let id, var ticket = tickets[id] else { continue }
                        touched.insert(id)
                        ticket.lastActivity = LawBench.instant(1_000_000 + step)
                        ticket.status = .customerReply
                        tickets[id] = try await bench.put(ticket)
                    }
                    step += 1
                    try await bench.put(LawBench.ticket(1_000 + step + (key == .activity ? 0 : 500), activity: 2_000_000))
                }
                let untouched = before.filter { !touched.contains($0) }
                try requireEqual(seen.filter { untouched.contains($0) }, untouched, "tickets that did not change, by \(key)")
            }
        },
        StorageLaw("Filters decide what is on pages and in counts") { subject in
            let (bench, stored) = try await filled(subject)
            let reopened = try await bench.reopened()
            let filters: [TicketFilter] = [
                TicketFilter { $0.statuses = .except([]) },
                TicketFilter { $0.statuses = .only([TicketStatus(rawValue: "open")]) },
                TicketFilter { $0.departments = ["sales"] }, TicketFilter { $0.priorities = [] },
                TicketFilter { $0.statuses = .only([.open, .closed]) }, TicketFilter { $0.statuses = .only([]) },
                TicketFilter { $0.statuses = .except([.open]) }, TicketFilter { $0.departments = ["billing"] },
                TicketFilter { $0.departments = ["billing", "Sales"] }, TicketFilter { $0.departments = [] },
                TicketFilter { $0.priorities = [.high, .low] }, TicketFilter { $0.service = "s1" },
                TicketFilter { $0.requester = "c1" }, TicketFilter { $0.number = stored[7].number },
                TicketFilter { $0.number = TicketNumber(rawValue: "none") },
                TicketFilter { $0.opened = LawBench.instant(200)..<LawBench.instant(500) },
                TicketFilter {
                    $0.statuses = .except([.closed])
                    $0.departments = ["technical", "Sales"]
                    $0.priorities = [.low]
                },
            ]
            for filter in filters {
                for (number, scope) in scopes.enumerated() {
                    let order = number % 2 == 0 ? TicketOrder.latestActivity : TicketOrder(.subject, ascending: true)
                    let query = TicketQuery(in: scope, filter: filter, order: order)
                    let found = try await reopened.all(query, pageSize: 30).map(\.id)
                    try requireEqual(found, expected(stored, query), "\(filter) in \(scope)")
                    let matching = stored.filter { filter.matches($0) && scope.contains($0.accessKeys) }
                    let counts = Dictionary(grouping: matching, by: \.status).mapValues(\.count)
                    let counted = try await reopened.tickets.counts(filter, in: scope)
                    try requireEqual(counted, counts, "counts of \(filter) in \(scope)")
                }
            }
        },
        StorageLaw("Filters find tickets by assignee, watcher, tag, people and files") { subject in
            var (bench, stored) = try await filled(subject)
            let tags = ["late", "vip", "vi", "VIP", "none"].compactMap(TagName.init(rawValue:))
            var filters: [TicketFilter] = [
                TicketFilter { $0.person = .agent("a7") }, TicketFilter { $0.watcher = "a2" },
                TicketFilter { $0.assignee = .nobody }, TicketFilter { $0.hasFiles = true }, TicketFilter { $0.hasFiles = false },
            ]
            for agent in ["a1", "A1", "a1 ", "a"].map({ Agent.ID($0) }) {
                filters += [
                    TicketFilter { $0.assignee = .agent(agent) }, TicketFilter { $0.watcher = agent },
                    TicketFilter { $0.person = .agent(agent) },
                ]
            }
            filters += tags.map { tag in TicketFilter { $0.tag = tag } }
            let people = [
                "customer:c1", "customer:c6", "address:c7@example.com", "address:c0@example.com", "customer:c8",
                "address:e8@example.com", "customer:c9", "system", "customer:C1", "customer:c", "department:technical", "nobody",
                guestAccess.key.rawValue, source.rawValue,
            ]
            filters += people.map { person in TicketFilter { $0.person = AccessKey(rawValue: person) } }
            filters += [
                TicketFilter {
                    $0.assignee = .agent("a2")
                    $0.hasFiles = true
                    $0.statuses = .except([.closed])
                },
                TicketFilter {
                    $0.watcher = "a1"
                    $0.tag = tags[1]
                    $0.departments = ["billing", "technical"]
                },
                TicketFilter {
                    $0.person = .agent("a2")
                    $0.assignee = .nobody
                    $0.opened = LawBench.instant(100)..<LawBench.instant(700)
                },
            ]
            for filter in filters {
                for scope in filter.departments == nil && filter.person == nil ? [scopes[0]] : [scopes[0], scopes[4]] {
                    let order = scope == .everything ? TicketOrder.latestActivity : TicketOrder(.opened, ascending: true)
                    let query = TicketQuery(in: scope, filter: filter, order: order)
                    let found = try await bench.all(query, pageSize: 25).map(\.id)
                    try requireEqual(found, expected(stored, query), "\(filter) in \(scope)")
                    let matching = stored.filter { filter.matches($0) && scope.contains($0.accessKeys) }
                    let counts = Dictionary(grouping: matching, by: \.status).mapValues(\.count)
                    let counted = try await bench.tickets.counts(filter, in: scope)
                    try requireEqual(counted, counts, "counts of \(filter) in \(scope)")
                }
            }
            // Who is named changes with the ticket.
            guard var ticket = stored.first(where: { $0.assignee == "a1" && $0.watchers.contains("a1") && !$0.tags.isEmpty })
            else {
                throw LawViolation(finding: "no sample has all of these", line: #line)
            }
            (ticket.assignee, ticket.watchers, ticket.tags, ticket.fileCount) = (nil, [], [], ticket.fileCount > 0 ? 0 : 1)
            (ticket.participants, ticket.copies, ticket.merged) = ([.agent("a7")], [], [])
            let changed = try await bench.put(ticket)
            let after = stored.map { $0.id == changed.id ? changed : $0 }
            for _ in 0..<2 {
                for filter in filters {
                    let query = TicketQuery(in: .everything, filter: filter)
                    let found = try await bench.all(query, pageSize: 100).map(\.id)
                    try requireEqual(found, expected(after, query), "\(filter) after a change")
                }
                bench = try await bench.reopened()
            }
        },
        StorageLaw("Counts and pages equal a full scan after any changes") { subject in
            let (bench, stored) = try await filled(subject)
            var tickets = Dictionary(uniqueKeysWithValues: stored.map { ($0.id, $0) })
            var chance = SeededGenerator(seed: 20_260_115)
            let statuses: [TicketStatus] = [.open, .answered, .customerReply, .closed]
            for step in 0..<300 {
                let id = stored[Int.random(in: 0..<stored.count, using: &chance)].id
                guard var ticket = tickets[id] else { continue }
                switch Int.random(in: 0..<4, using: &chance) {
                case 0: ticket.department = ["technical", "billing", "Sales"][Int.random(in: 0..<3, using: &chance)]
                case 1: ticket.lastActivity = LawBench.instant(900 + Int.random(in: 0..<50, using: &chance) * 100)
                case 2:
                    ticket.copies = ticket.copies.isEmpty ? copies : []
                default: ticket.status = statuses[Int.random(in: 0..<4, using: &chance)]
                }
                tickets[id] = try await bench.put(ticket)
                guard step % 50 == 49 else { continue }
                for scope in scopes {
                    let visible = tickets.values.filter { scope.contains($0.accessKeys) }
                    let counts = Dictionary(grouping: visible, by: \.status).mapValues(\.count)
                    try requireEqual(try await bench.tickets.counts(TicketFilter(), in: scope), counts, "counts in \(scope)")
                    for filter in [TicketFilter(), TicketFilter { $0.statuses = .only([.open, .answered]) }] {
                        for order in [TicketOrder.latestActivity, TicketOrder(.status, ascending: true)] {
                            let query = TicketQuery(in: scope, filter: filter, order: order)
                            try requireEqual(
                                try await bench.all(query).map(\.id), expected(Array(tickets.values), query),
                                "\(order.name) in \(scope)")
                        }
                    }
                }
            }
        },
    ]
}
