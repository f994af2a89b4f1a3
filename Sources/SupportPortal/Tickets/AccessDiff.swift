/// Who would see words after a change whom they are hidden from now, and from whom they would be hidden: shown before a ticket is merged,
/// moved, or opened to somebody.
public struct AccessDiff: Hashable, Sendable, Codable {
    /// Somebody, and which words it is about.
    public struct Entry: Hashable, Sendable, Codable {
        /// Who: a customer, a department, an address, or a guest.
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

    /// Adds what it means that the words of a ticket are seen in another one from then on.
    mutating func add(words: Ticket, seenIn after: Ticket, _ configuration: PortalConfiguration) {
        let (old, new) = (words.holders(configuration), after.holders(configuration))
        for holder in new.keys.sorted() where old[holder] == nil {
            gains.append(Entry(holder: holder, name: new[holder] ?? "", conversation: words.id))
        }
        for holder in old.keys.sorted() where new[holder] == nil {
            losses.append(Entry(holder: holder, name: old[holder] ?? "", conversation: words.id))
        }
    }
}

extension Ticket {
    /// Who sees it, with names. A guest counts as the address that was typed, never as a token.
    fileprivate func holders(_ configuration: PortalConfiguration) -> [AccessKey: SingleLine] {
        var holders: [AccessKey: SingleLine] = [.department(department): configuration.name(of: department)]
        for copy in copies where copy.isApproved { holders[.address(copy.address)] = SingleLine(copy.address.text) }
        for requester in [requester] + merged.filter(\.isShared).map(\.requester) { holders[requester.identity] = requester.name }
        return holders
    }
}
