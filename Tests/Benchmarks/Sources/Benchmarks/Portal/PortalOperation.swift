import Measuring
import SupportPortal
import SupportPortalTesting

/// A kind of call to a portal that is measured at both sizes.
struct PortalOperation: Sendable {
    let name: String
    /// The most microseconds that it should take; `nil` for no goal.
    var limit: Double?
    /// Whether a hundred times as many tickets should cost no more than twice the time.
    var shouldStayLevel = false
    /// Measures about so many calls.
    let measure: @Sendable (_ filled: FilledPortal, _ calls: Int, _ chance: inout SeededGenerator) async throws -> Samples

    /// Opening comes last, as it makes tickets.
    static let all = [
        customerList, agentList, departmentsList, earlierPages, deepPage, counts, customerCounts, customerPage, agentPage,
        customerSearch, commonSearch, rareSearch, prefixSearch,
        customerReply, agentReply, newForm, open, openAnnouncing,
    ]

    // MARK: Lists

    private static let first = PageRequest(limit: 20)

    static let customerList = PortalOperation(name: "First 20 of a customer's tickets", limit: 15, shouldStayLevel: true) {
        filled, calls, chance in
        let sessions = (0..<calls + calls / 10).map { _ in filled.portal.customer(filled.customer(of: filled.anyTicket(&chance)))
        }
        return try await .measure(calls: calls, warmUp: calls / 10) { index in
            try expect(await sessions[index].tickets.list(page: first).items.count, 20...)
        }
    }

    static let agentList = PortalOperation(name: "First 20 of the whole desk", limit: 15, shouldStayLevel: true) {
        filled, calls, _ in
        let tickets = filled.portal.agent(filled.agent()).tickets
        return try await .measure(calls: calls, warmUp: calls / 10) { _ in
            try expect(await tickets.list(page: first).items.count, 20...)
        }
    }

    static let departmentsList = PortalOperation(name: "First 20 of five departments", limit: 15, shouldStayLevel: true) {
        filled, calls, _ in
        let tickets = filled.portal.agent(filled.agent(.only(Set(FilledPortal.departments)))).tickets
        return try await .measure(calls: calls, warmUp: calls / 10) { _ in
            try expect(await tickets.list(page: first).items.count, 20...)
        }
    }

    // MARK: Paging

    /// How many pages of 20 come before the deep one: a thousand, or as many as there are.
    static func depth(_ tickets: Int) -> Int { min(1_000, tickets / 20 - 1) }

    static let earlierPages = PortalOperation(name: "The next 20 of the desk, from page 1 on", limit: 15, shouldStayLevel: true) {
        filled, _, _ in
        let tickets = filled.portal.agent(filled.agent()).tickets
        var after: PageCursor?
        return try await .measure(calls: depth(filled.tickets), warmUp: 0) { _ in
            let page = try await tickets.list(page: PageRequest(limit: 20, after: after))
            after = page.next
            return try expect(page.items.count, 20...)
        }
    }

    static let deepPage = PortalOperation(name: "Page 1,001 of the desk", limit: 15, shouldStayLevel: true) { filled, calls, _ in
        let tickets = filled.portal.agent(filled.agent()).tickets
        var after: PageCursor?
        for _ in 0..<depth(filled.tickets) { after = try await tickets.list(page: PageRequest(limit: 20, after: after)).next }
        let request = PageRequest(limit: 20, after: after)
        return try await .measure(calls: calls, warmUp: calls / 10) { _ in
            try expect(await tickets.list(page: request).items.count, 1...)
        }
    }

    // MARK: Counts and pages of tickets

    static let counts = PortalOperation(name: "Counts by status, whole desk", shouldStayLevel: true) { filled, calls, _ in
        let tickets = filled.portal.agent(filled.agent()).tickets
        return try await .measure(calls: calls, warmUp: calls / 10) { _ in
            try expect(await tickets.counts().total, filled.tickets...)
        }
    }

    static let customerCounts = PortalOperation(name: "Counts by status, a customer", shouldStayLevel: true) {
        filled, calls, chance in
        let sessions = (0..<calls + calls / 10).map { _ in filled.portal.customer(filled.customer(of: filled.anyTicket(&chance)))
        }
        return try await .measure(calls: calls, warmUp: calls / 10) { index in
            try expect(await sessions[index].tickets.counts().total, FilledPortal.ticketsOfCustomer...)
        }
    }

    static let customerPage = PortalOperation(name: "Ticket with conversation, customer") { filled, calls, chance in
        let visits = (0..<calls + calls / 10).map { _ in
            let number = filled.anyTicket(&chance)
            return (filled.portal.customer(filled.customer(of: number)).tickets, filled.ticket(number))
        }
        return try await .measure(calls: calls, warmUp: calls / 10) { index in
            try expect(await visits[index].0.page(visits[index].1).conversation.items.count, 3...)
        }
    }

    static let agentPage = PortalOperation(name: "Ticket with conversation, agent") { filled, calls, chance in
        let desk = filled.portal.agent(filled.agent()).tickets
        let tickets = (0..<calls + calls / 10).map { _ in filled.ticket(filled.anyTicket(&chance)) }
        return try await .measure(calls: calls, warmUp: calls / 10) { index in
            try expect(await desk.page(tickets[index]).conversation.items.count, 3...)
        }
    }

    // MARK: Text filter

    static let customerSearch = PortalOperation(name: "Text filter, a customer's own, two words") { filled, calls, chance in
        let sessions = (0..<calls + calls / 10).map { _ in
            filled.portal.customer(filled.customer(of: filled.anyTicket(&chance))).tickets
        }
        return try await .measure(calls: calls, warmUp: calls / 10) { index in
            try expect(await sessions[index].search(SampleText.commonWords, page: first).items.count, 0...)
        }
    }

    static let commonSearch = search("Text filter, whole desk, two common words", SampleText.commonWords, calls: 10)
    static let rareSearch = search("Text filter, whole desk, a rare and a common word", SampleText.rareWords, calls: 200)
    static let prefixSearch = search("Text filter, whole desk, two letters of a word", "se", calls: 10)

    private static func search(_ name: String, _ words: String, calls: Int) -> PortalOperation {
        PortalOperation(name: name) { filled, _, _ in
            let tickets = filled.portal.agent(filled.agent()).tickets
            return try await .measure(calls: calls, warmUp: 2) { _ in
                try expect(await tickets.search(words, page: first).items.count, 1...)
            }
        }
    }

    // MARK: Writing

    static let customerReply = PortalOperation(name: "Reply, customer", shouldStayLevel: true) { filled, calls, chance in
        let replies = (0..<calls + calls / 10).map { _ in
            let number = filled.anyWaitingTicket(&chance)
            let tickets = filled.portal.customer(filled.customer(of: number)).tickets
            var draft = tickets.newReply()
            draft.text = filled.reply(&chance)
            return (tickets, filled.ticket(number), draft)
        }
        return try await .measure(calls: calls, warmUp: calls / 10) { index in
            let (tickets, ticket, draft) = replies[index]
            return try expect(await tickets.reply(to: ticket, draft).revision.rawValue, 1...)
        }
    }

    static let agentReply = PortalOperation(name: "Reply, agent", shouldStayLevel: true) { filled, calls, chance in
        let tickets = filled.portal.agent(filled.agent()).tickets
        let replies = (0..<calls + calls / 10).map { _ in
            var draft = tickets.newReply()
            draft.text = filled.reply(&chance)
            return (filled.ticket(filled.anyWaitingTicket(&chance)), draft)
        }
        return try await .measure(calls: calls, warmUp: calls / 10) { index in
            try expect(await tickets.reply(to: replies[index].0, replies[index].1).revision.rawValue, 1...)
        }
    }

    static let newForm = PortalOperation(name: "A form to open a ticket with") { filled, calls, chance in
        let sessions = (0..<calls + calls / 10).map { _ in filled.portal.customer(filled.customer(of: filled.anyTicket(&chance)))
        }
        return try await .measure(calls: calls, warmUp: calls / 10) { index in
            try expect(await sessions[index].tickets.newForm().choices.departments.count, 5...)
        }
    }

    static let open = PortalOperation(name: "Open a ticket", limit: 25) { filled, calls, chance in
        // Few, so that the small portal stays small.
        try await open(filled.portal, filled, calls / 4, &chance)
    }

    static let openAnnouncing = PortalOperation(name: "Open a ticket that people are told of") { filled, calls, chance in
        try await open(filled.announcing, filled, calls / 4, &chance)
    }

    private static func open(
        _ portal: Portal, _ filled: FilledPortal, _ calls: Int, _ chance: inout SeededGenerator
    ) async throws -> Samples {
        var forms: [(CustomerTickets, TicketForm)] = []
        for _ in 0..<calls + calls / 10 {
            let tickets = portal.customer(filled.customer(of: filled.anyTicket(&chance))).tickets
            var form = try await tickets.newForm()
            (form.subject, form.message) = filled.opening(&chance)
            form.department = FilledPortal.departments.randomElement(using: &chance)
            forms.append((tickets, form))
        }
        return try await .measure(calls: calls, warmUp: calls / 10) { index in
            try expect(await forms[index].0.open(forms[index].1).number.rawValue.utf8.count, 10...)
        }
    }
}

/// Hands a result on, or throws where it is not what the call should give: a fast wrong answer is no figure.
private func expect(_ result: some BinaryInteger, _ range: PartialRangeFrom<Int>) throws -> Int {
    let result = Int(result)
    guard range.contains(result) else { throw UnexpectedResult(result: result, least: range.lowerBound) }
    return result
}

private struct UnexpectedResult: Error {
    let result: Int
    let least: Int
}
