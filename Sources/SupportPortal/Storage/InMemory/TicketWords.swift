import TextSearch

/// The words of an in-memory store's tickets and messages. A value, to be kept under the store's lock.
///
/// To read a text takes as long as all the rest of storing it, or longer. So texts wait, and are read some at a time or when somebody searches.
struct TicketWords: Sendable {
    /// How many texts may wait: to read so many takes some milliseconds.
    private static let mostWaiting = 512

    private var waiting: [Text] = []
    private var index = WordIndex()
    private var documents: [Ticket.ID: WordIndex.Document] = [:]
    /// By the ordinals of their documents.
    private var tickets: [Ticket.ID?] = []
    /// When each was last active, by the same ordinals.
    private var activities: [Int64] = []
    /// Whether there were more tickets than the index has room for.
    private(set) var isIncomplete = false

    private struct Text: Sendable {
        var document: WordIndex.Document
        var text: String
        var weight: UInt8
        var isRestricted: Bool
    }

    // MARK: Writing

    /// Reads what waits. To be called before anything is looked for.
    mutating func catchUp() {
        for text in waiting {
            index.add(text.text, weight: text.weight, isRestricted: text.isRestricted, to: text.document)
        }
        waiting.removeAll(keepingCapacity: true)
    }

    private mutating func add(_ text: String, _ weight: UInt8, isRestricted: Bool = false, to document: WordIndex.Document) {
        waiting.append(Text(document: document, text: text, weight: weight, isRestricted: isRestricted))
        if waiting.count == Self.mostWaiting { catchUp() }
    }

    /// Adds a ticket, or notes its latest activity.
    mutating func set(_ ticket: Ticket) {
        let activity = ticket.lastActivity.milliseconds
        if let document = documents[ticket.id] {
            activities[Int(document.ordinal)] = activity
            return
        }
        guard let document = index.makeDocument() else {
            isIncomplete = true
            return
        }
        documents[ticket.id] = document
        if document.ordinal == tickets.count {
            tickets.append(nil)
            activities.append(0)
        }
        tickets[Int(document.ordinal)] = ticket.id
        activities[Int(document.ordinal)] = activity
        for (text, weight) in ticket.searchFields { add(text, weight, to: document) }
        for (text, weight) in ticket.internalSearchFields { add(text, weight, isRestricted: true, to: document) }
    }

    /// Adds a message of a ticket that is there.
    mutating func add(_ message: Message) {
        guard let document = documents[message.ticket] else { return }
        add(message.text, TicketSearch.Weight.message, isRestricted: !message.isPublic, to: document)
    }

    mutating func remove(_ ticket: Ticket.ID) {
        guard let document = documents.removeValue(forKey: ticket) else { return }
        // The document's place may be given to another ticket.
        waiting.removeAll { $0.document == document }
        tickets[Int(document.ordinal)] = nil
        index.remove(document)
    }

    // MARK: Finding

    /// About how much work it is to look for all the words.
    func cost(of search: TicketSearch, limit: Int) -> Int { index.cost(of: search.text.query, limit: limit) }

    /// The tickets in which all the words are found, the best first, beginning after the cursor, as long as the body wants more.
    func forEachMatch(_ search: TicketSearch, atLeast count: Int, _ body: (Ticket.ID, _ rank: Int) -> Bool) {
        let matches = matches(search)
        func admit(_ match: Match) -> Bool { tickets[match.ordinal].map { body($0, match.rank) } ?? true }
        // Nearly always the first ones are enough; only then are all put in order.
        let first = Self.best(Swift.max(64, count.multipliedReportingOverflow(by: 4).partialValue), of: matches, by: precedes)
        for match in first { guard admit(match) else { return } }
        guard first.count < matches.count else { return }
        for match in matches.sorted(by: precedes).dropFirst(first.count) {
            guard admit(match) else { return }
        }
    }

    /// A ticket that was found, by the ordinal of its document: there may be very many, and few are looked at closer.
    private struct Match {
        var place: Int64
        var ordinal: Int
        var rank: Int
    }

    private func matches(_ search: TicketSearch) -> [Match] {
        var start = (place: Int64.max, id: "")
        if let after = search.page.after, case .number(let place) = after.value { start = (place, after.id) }
        return index.matches(search.text.query, includingRestricted: search.includesInternal).compactMap { match in
            let ordinal = Int(match.document.ordinal)
            let place = TicketSearch.place(rank: match.rank, activity: activities[ordinal])
            guard place < start.place || (place == start.place && id(ordinal).precedesByBytes(start.id)) else { return nil }
            return Match(place: place, ordinal: ordinal, rank: match.rank)
        }
    }

    private func id(_ ordinal: Int) -> String { tickets[ordinal]?.rawValue ?? "" }

    private func precedes(_ a: Match, _ b: Match) -> Bool {
        a.place == b.place ? id(b.ordinal).precedesByBytes(id(a.ordinal)) : a.place > b.place
    }

    /// The first elements of what sorting would give, in order, without sorting all.
    private static func best<Element>(
        _ count: Int, of elements: [Element], by precedes: (Element, Element) -> Bool
    ) -> [Element] {
        guard elements.count > count else { return elements.sorted(by: precedes) }
        var best = elements.prefix(count).sorted(by: precedes)
        for element in elements.dropFirst(count) {
            guard let last = best.last, precedes(element, last) else { continue }
            best.removeLast()
            best.insert(element, at: best.firstIndex { precedes(element, $0) } ?? best.endIndex)
        }
        return best
    }
}
