/// Who would see words after a change whom they are hidden from now, and from whom they would be hidden: shown before a ticket is merged,
/// moved, or opened to somebody.
public struct AccessDiff: Hashable, Sendable, Codable {
    /// Somebody, and which words it is about.
    public struct Entry: Hashable, Sendable, Codable {
        /// Who: a customer, a department, an address, or `guest:` and the ticket whose token a guest holds, as anybody can type an address.
        public let holder: AccessKey
        /// The name to show.
        public let name: SingleLine
        /// Whose conversation: the ticket that bears these words now.
        public let conversation: Ticket.ID
    }

    /// Who would see words and does not now.
    public private(set) var gains: [Entry]
    /// Who sees words now and would not then.
    public private(set) var losses: [Entry]

    /// Whether nobody's sight changes.
    public var isEmpty: Bool { gains.isEmpty && losses.isEmpty }

    /// Whether the sight of customers, guests or CC recipients changes, not only that of agents.
    public var concernsCustomers: Bool { (gains + losses).contains { $0.holder.kind != "department" } }

    init(from before: Ticket, to after: Ticket, _ configuration: PortalConfiguration) {
        self.init()
        add(words: before, seenIn: after, configuration)
    }

    init() {
        gains = []
        losses = []
    }

    /// Adds what it means that the words of a ticket are seen in another one from then on, and where they were no more unless they `stay`.
    mutating func add(words: Ticket, seenIn after: Ticket, stay: Bool = false, _ configuration: PortalConfiguration) {
        let (old, new) = (words.holders(configuration), after.holders(configuration))
        for holder in new.keys.sorted() where old[holder] == nil {
            gains.append(Entry(holder: holder, name: new[holder] ?? "", conversation: words.id))
        }
        for holder in old.keys.sorted() where new[holder] == nil && !stay {
            losses.append(Entry(holder: holder, name: old[holder] ?? "", conversation: words.id))
        }
    }
}

extension Ticket {
    /// Who sees it, with names. Two guests are two, even of the same address: it is not verified.
    fileprivate func holders(_ configuration: PortalConfiguration) -> [AccessKey: SingleLine] {
        var holders: [AccessKey: SingleLine] = [.department(department): configuration.name(of: department)]
        for copy in copies where copy.isApproved { holders[.address(copy.address)] = SingleLine(copy.address.text) }
        holders[requester.holder(of: id)] = requester.name
        for ticket in merged where ticket.isShared { holders[ticket.requester.holder(of: ticket.ticket)] = ticket.requester.name }
        return holders
    }
}

extension Requester {
    fileprivate func holder(of ticket: Ticket.ID) -> AccessKey {
        customer.map(AccessKey.customer) ?? AccessKey(rawValue: "guest:\(ticket)")
    }
}
