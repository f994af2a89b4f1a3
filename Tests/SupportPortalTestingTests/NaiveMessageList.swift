import SupportPortal

/// Lists messages as a naive adapter does, each step to be replaced.
struct NaiveMessageList: Sendable {
    var matches: @Sendable (Message, MessageQuery) -> Bool = { $1.matches($0) }
    var precedes: @Sendable (Message, Message) -> Bool = { $0.index < $1.index }
    /// Whether a place comes after that of a cursor in a list that rises or does not.
    var isPast: @Sendable (_ place: Int64, _ after: Int64, _ rises: Bool) -> Bool = { $2 ? $0 > $1 : $0 < $1 }
    /// Cuts the page out of all that match.
    var page: @Sendable ([Message], MessageQuery) -> Page<Message> = { messages, query in
        let shown = Array(messages.prefix(max(0, query.page.limit)))
        return Page(shown, next: shown.count < messages.count ? shown.last.map { $0.cursor(query) } : nil)
    }
}

extension AlteredTicketStore {
    mutating func use(_ list: NaiveMessageList) {
        let base = base
        onMessages = { query in
            var found: [Message] = []
            for ticket in try await NaiveTicketList(base).everything() {
                let all = MessageQuery(ticket: ticket.id, includesInternal: true, page: PageRequest(limit: 10_000))
                found += try await base.messages(all).items.filter { list.matches($0, query) }
            }
            found.sort(by: list.precedes)
            if !query.ascending { found.reverse() }
            if let after = query.page.after, case .number(let place) = after.value {
                found.removeAll { !list.isPast(Int64($0.index), place, query.ascending) }
            }
            return list.page(found, query)
        }
    }
}

extension PlantedBug {
    /// A bug in how messages are listed.
    static func messages(
        _ name: String, breaks laws: String..., change: @escaping @Sendable (inout NaiveMessageList) -> Void
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws, in: .messageList) { storage in
            var list = NaiveMessageList()
            change(&list)
            storage.ticketStore.use(list)
        }
    }
}
