/// Who would see words after a change whom they are hidden from now, and from whom they would be hidden: shown before a ticket is merged,
/// moved, or opened to somebody.
public struct AccessDiff: Hashable, Sendable, Codable {
    /// Somebody, and which words it is about.
    public struct Entry: Hashable, Sendable, Codable {
        /// Who: a customer, a department, or an address; a guest is shown as the address that was typed, which others may have typed, too.
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
        gains += Self.entries(new, without: old, words.id)
        if !stay { losses += Self.entries(old, without: new, words.id) }
    }

    private static func entries(_ some: [AccessKey: Holder], without others: [AccessKey: Holder], _ words: Ticket.ID) -> [Entry] {
        some.filter { others[$0.key] == nil }.sorted { ($0.value.shown, $0.key) < ($1.value.shown, $1.key) }
            .map { Entry(holder: $0.value.shown, name: $0.value.name, conversation: words) }
    }
}

/// Somebody as shown to others.
private struct Holder {
    var shown: AccessKey
    var name: SingleLine
}

extension Ticket {
    /// Who sees it, by what lets them in. A guest is let in by a token and shown as the address that was typed: others may have typed the same.
    fileprivate func holders(_ configuration: PortalConfiguration) -> [AccessKey: Holder] {
        var holders: [AccessKey: Holder] = [:]
        func add(_ shown: AccessKey, _ name: SingleLine, by key: AccessKey? = nil) {
            holders[key ?? shown] = Holder(shown: shown, name: name)
        }
        add(.department(department), configuration.name(of: department))
        for copy in copies where copy.isApproved { add(.address(copy.address), SingleLine(copy.address.text)) }
        add(requester.identity, requester.name, by: guestAccess?.key)
        for ticket in merged where ticket.isShared {
            add(ticket.requester.identity, ticket.requester.name, by: ticket.guestAccess?.key)
        }
        return holders
    }
}
