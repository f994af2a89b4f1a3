import SupportPortal

extension TicketLaws {
    /// Tickets and their messages, as they are stored: what a search is compared with.
    private struct Library {
        var tickets: [Ticket] = []
        var messages: [Message] = []

        /// The definition.
        func expected(_ search: TicketSearch) -> [Ticket.ID] {
            var found: [(value: SortValue, id: Ticket.ID)] = []
            for ticket in tickets where search.scope.contains(ticket.accessKeys) && search.filter.matches(ticket) {
                guard let rank = search.rank(of: ticket, messages.filter { $0.ticket == ticket.id }) else { continue }
                found.append((TicketSearch.sortValue(rank: rank, of: ticket), ticket.id))
            }
            found.sort { $0.value == $1.value ? $1.id < $0.id : $1.value < $0.value }
            return found.map(\.id)
        }
    }

    /// Words in all the places where words are found, in several spellings.
    private static func filled(_ bench: LawBench) async throws -> Library {
        let words = [
            "Printer", "paper", "jam", "Résumé", "re\u{301}sume\u{301}", "STRASSE", "Straße", "日本語", "toner", "print", "x1",
        ]
        let kinds: [Message.Kind] = [.reply, .note, .reply, .system, Message.Kind(rawValue: "unheard-of")]
        var library = Library()
        for number in 0..<30 {
            func word(_ place: Int) -> String { words[(number * (place + 3) + place * 5) % words.count] }
            let customer = number % 6 == 0 ? nil : Customer.ID("c\(number % 3)")
            var ticket = Ticket(
                id: Ticket.ID("\(number % 5 < 2 ? "T" : "t")\(number)"), number: TicketNumber(rawValue: "N-\(100 + number)"),
                requester: Requester(
                    customer: customer, name: SingleLine("\(word(0)) Müller"),
                    address: number % 4 == 0 ? nil : EmailAddress(checking: "toner.\(number)@example.com")),
                opened: LawBench.instant(number), subject: SingleLine("\(word(1)), \(word(2))"),
                department: Department.ID(["technical", "billing"][number % 2]))
            ticket.status = number % 4 == 0 ? .closed : .open
            // Many are equal, so that ids decide.
            ticket.lastActivity = LawBench.instant(100 + number % 3)
            let messages = (0..<number % 4).map {
                LawBench.message(
                    $0 + 1, of: ticket.id, kind: kinds[(number + $0) % kinds.count], text: "\(word($0 + 3))\n\(word($0 + 7))!")
            }
            library.tickets.append(try await bench.put(ticket, messages: messages))
            library.messages += messages.map(\.stored)
        }
        return library
    }

    private static let texts = [
        "toner.7@example.com", "n-105", "printer", "Print", "print ", "PRINTER jam", "resume", "Résumé ", "strasse",
        "straße paper",
        "日本", "語", "muller", "105", "10", "x", "x1 ", "jam toner paper", "print paper", "paper print", "none", "printer none",
        "'; --", "\" OR 1 *", "%", "pap_r", "example com müll",
    ]

    static let search = [
        StorageLaw("A search finds the tickets in which every word is found, the best first, page by page") { subject in
            let bench = try await LawBench(subject)
            let library = try await filled(bench)
            let reopened = try await bench.reopened()
            let open = TicketFilter { $0.statuses = .except([.closed]) }
            var found = 0
            let some = AccessScope.holding([.customer("c1"), .department("billing")])
            for (number, text) in texts.enumerated() {
                for (scope, filter) in [(AccessScope.everything, TicketFilter()), (some, open)] {
                    let includesInternal = (number % 2 == 0) == (scope == .everything)
                    let search = TicketSearch(SearchText(text), in: scope, filter: filter, includesInternal: includesInternal)
                    let expected = library.expected(search)
                    found += expected.count
                    for size in scope == some ? [9] : [12] {
                        try requireEqual(
                            try await reopened.all(search, pageSize: size).map(\.id), expected,
                            "“\(text)” in \(scope), internal \(includesInternal), by \(size)")
                    }
                }
            }
            try require(found > 200, "the samples are too few: \(found) tickets found")
            for (scope, filter) in [(AccessScope.everything, open), (some, TicketFilter()), (.holding([]), TicketFilter())] {
                let search = TicketSearch(SearchText("print"), in: scope, filter: filter)
                for size in [1, 2, 100] {
                    let page = try await reopened.all(search, pageSize: size).map(\.id)
                    try requireEqual(page, library.expected(search), "“print” in \(scope) with \(filter) by \(size)")
                }
            }
            let all = try await reopened.all(TicketSearch(SearchText("toner"), in: .everything), pageSize: 100)
            for ticket in all { try require(library.tickets.contains(ticket), "ticket \(ticket.id) is found, but not whole") }
        },
        StorageLaw("No words find nothing, and a page of none is empty") { subject in
            let bench = try await LawBench(subject)
            _ = try await filled(bench)
            for text in ["", " ", "…", "- _ %", "*"] {
                let search = TicketSearch(SearchText(text), in: .everything, includesInternal: true)
                try requireEqual(try await bench.tickets.search(search), Page(), "what “\(text)” finds")
            }
            for limit in [0, -1] {
                let search = TicketSearch(SearchText("printer"), in: .everything, page: PageRequest(limit: limit))
                try requireEqual(try await bench.tickets.search(search).items, [], "a page of \(limit)")
            }
        },
        StorageLaw("Words for agents alone are found only when they are asked for") { subject in
            let bench = try await LawBench(subject)
            let kinds: [Message.Kind] = [.reply, .note, .system, Message.Kind(rawValue: "unheard-of")]
            for (number, kind) in kinds.enumerated() {
                let ticket = LawBench.ticket(number)
                try await bench.put(
                    ticket,
                    messages: [
                        LawBench.message(1, of: ticket.id, text: "alpha"),
                        LawBench.message(2, of: ticket.id, kind: kind, text: "beta"),
                    ])
            }
            let reopened = try await bench.reopened()
            for text in ["beta", "alpha beta", "alpha bet", "beta alpha "] {
                for (includesInternal, expected) in [(true, [3, 2, 1, 0]), (false, [2, 0])] {
                    let search = TicketSearch(SearchText(text), in: .everything, includesInternal: includesInternal)
                    try requireEqual(
                        try await reopened.all(search).map(\.id), expected.map { Ticket.ID("ticket-\($0)") },
                        "“\(text)”, internal \(includesInternal)")
                }
            }
        },
        StorageLaw("A search follows what is written, edited, moved and erased") { subject in
            var bench = try await LawBench(subject)
            var library = try await filled(bench)
            func check(_ what: String, times: Int = 1) async throws {
                for round in 0..<times {
                    if round > 0 { bench = try await bench.reopened() }
                    for text in ["new", "paper ", "jam toner", "日本", "old words", "print"] {
                        for includesInternal in [true, false] {
                            let search = TicketSearch(SearchText(text), in: .everything, includesInternal: includesInternal)
                            try requireEqual(
                                try await bench.all(search, pageSize: 50).map(\.id), library.expected(search), "“\(text)” \(what)"
                            )
                        }
                    }
                    for scope in [AccessScope.holding([.customer("c1")]), .holding([.department("billing")])] {
                        let search = TicketSearch(SearchText("print"), in: scope)
                        try requireEqual(
                            try await bench.all(search).map(\.id), library.expected(search), "“print” in \(scope) \(what)")
                    }
                }
            }
            func commit(tickets: [Int: (inout Ticket) -> Void] = [:], messages: [Int: (inout Message) -> Void] = [:]) async throws
            {
                for (index, change) in tickets { change(&library.tickets[index]) }
                for (index, change) in messages { change(&library.messages[index]) }
                _ = try await bench.tickets.commit(
                    TicketCommit(
                        date: LawBench.start, tickets: tickets.keys.sorted().map { library.tickets[$0] },
                        messages: messages.keys.sorted().map { library.messages[$0] }))
                for index in tickets.keys { library.tickets[index].revision = library.tickets[index].revision.next }
                for index in messages.keys { library.messages[index] = library.messages[index].stored }
            }
            try await check("as it was written")
            // A word that stands in two places, one of which goes, is still found.
            try await commit(
                tickets: [0: { $0.subject = "new words" }, 9: { $0.subject = "" }],
                messages: [0: { $0.text = "old words" }, 3: { $0.text = "" }])
            try await check("after an edit")
            try await commit(
                tickets: [
                    2: { $0.lastActivity = LawBench.instant(9_000) }, 11: { $0.department = "technical" },
                    12: { $0.status = .answered },
                ])
            try await check("after activity")
            let added = LawBench.message(90, of: library.tickets[4].id, kind: .note, text: "new printer")
            library.messages.append(added)
            try await commit(messages: [library.messages.count - 1: { _ in }])
            try await check("after a note")
            let target = library.tickets[20].id
            try await commit(
                messages: Dictionary(
                    uniqueKeysWithValues: (5..<12).map { index in
                        (index, { message in (message.ticket, message.index) = (target, 100 + index) })
                    }))
            try await check("after messages moved", times: 2)
            var erasing = TicketCommit(date: LawBench.start)
            erasing.erasure = Erasure(tickets: Set([1, 20, 25].map { library.tickets[$0].id }))
            _ = try await bench.tickets.commit(erasing)
            let gone = erasing.erasure?.tickets ?? []
            library.tickets.removeAll { gone.contains($0.id) }
            library.messages.removeAll { gone.contains($0.ticket) }
            try await check("after an erasure", times: 2)
        },
        StorageLaw("A page of a search stays good while other tickets change") { subject in
            let bench = try await LawBench(subject)
            let library = try await filled(bench)
            var search = TicketSearch(SearchText("print"), in: .everything, includesInternal: true, page: PageRequest(limit: 3))
            let before = library.expected(search)
            var seen: [Ticket.ID] = []
            while true {
                let page = try await bench.tickets.search(search)
                seen += page.items.map(\.id)
                guard let next = page.next else { break }
                try require(seen.count < 100, "pages go on for ever")
                // The last one seen is gone, and two better ones than all have come.
                if let last = page.items.last {
                    var erasing = TicketCommit(date: LawBench.start)
                    erasing.erasure = Erasure(tickets: [last.id])
                    _ = try await bench.tickets.commit(erasing)
                }
                for number in 0..<2 {
                    var better = LawBench.ticket(1_000 + seen.count * 2 + number)
                    better.subject = "print printer"
                    try await bench.put(better)
                }
                search.page.after = next
            }
            try requireEqual(seen, before, "tickets that did not change")
        },
    ]
}
