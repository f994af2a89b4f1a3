/// Tickets in memory, found by id, by number, and by who may see them.
///
/// For each access key and status there is a list ordered by activity; it answers pages and counts without looking at other tickets.
struct TicketIndex: Sendable {
    /// A ticket's place on a shelf, and where the ticket is.
    struct Entry: Comparable, Sendable {
        fileprivate var place: OrderedEntry<Int64>
        fileprivate var slot: Int

        static func == (a: Self, b: Self) -> Bool { a.place == b.place }
        static func < (a: Self, b: Self) -> Bool { a.place < b.place }
    }

    /// The tickets; `nil` where one was erased, until another takes its slot.
    private var tickets: [Ticket?] = []
    private var slots: [Ticket.ID: Int] = [:]
    private var freeSlots: [Int] = []
    private var numbers: [TicketNumber: Ticket.ID] = [:]
    /// By key and status, each ordered by activity; under `nil` those of all tickets. None is empty.
    private var shelves: [AccessKey?: [TicketStatus: OrderedIndex<Entry>]] = [:]

    subscript(id: Ticket.ID) -> Ticket? { slots[id].flatMap { tickets[$0] } }

    func id(of number: TicketNumber) -> Ticket.ID? { numbers[number] }

    mutating func remove(_ id: Ticket.ID) {
        guard let slot = slots.removeValue(forKey: id), let ticket = tickets[slot] else { return }
        tickets[slot] = nil
        freeSlots.append(slot)
        numbers[ticket.number] = nil
        for key in ticket.shelfKeys { take(ticket, slot, fromShelf: key) }
    }

    // MARK: Writing

    mutating func set(_ ticket: Ticket) {
        let slot = slots[ticket.id] ?? freeSlots.popLast() ?? tickets.count
        if slot == tickets.count { tickets.append(nil) }
        slots[ticket.id] = slot
        if let old = tickets[slot] {
            if old.number != ticket.number { numbers[old.number] = nil }
            let (before, after) = (Set(old.shelfKeys), Set(ticket.shelfKeys))
            numbers[ticket.number] = ticket.id
            if before == after, old.status == ticket.status, Self.entry(old, slot) == Self.entry(ticket, slot) {
                tickets[slot] = ticket
                return
            }
            for key in before { take(old, slot, fromShelf: key) }
        }
        tickets[slot] = ticket
        numbers[ticket.number] = ticket.id
        for key in ticket.shelfKeys { put(ticket, slot, onShelf: key) }
    }

    private mutating func put(_ ticket: Ticket, _ slot: Int, onShelf key: AccessKey?) {
        shelves[key, default: [:]][ticket.status, default: OrderedIndex()].insert(Self.entry(ticket, slot))
    }

    private mutating func take(_ ticket: Ticket, _ slot: Int, fromShelf key: AccessKey?) {
        shelves[key]?[ticket.status]?.remove(Self.entry(ticket, slot))
        guard shelves[key]?[ticket.status]?.count == 0 else { return }
        shelves[key]?[ticket.status] = nil
        if shelves[key]?.isEmpty == true { shelves[key] = nil }
    }

    private static func entry(_ ticket: Ticket, _ slot: Int) -> Entry {
        Entry(place: ticket.shelfPlace, slot: slot)
    }

    // MARK: Search

    /// Looks through a scope of few tickets; goes by the words where there are many.
    func search(_ search: TicketSearch, _ words: TicketWords, _ messages: MessageShelf) throws -> Page<Ticket> {
        guard !search.text.isEmpty else { return Page() }
        let count = try ShelfPlan(search.scope, search.filter).keys.reduce(0) { $0 + (try size(of: $1, search.filter.statuses)) }
        // To read a ticket's messages takes as long as to read some thousand postings. Of few tickets, going by the words would look at many others
        // first, unless the words are rare.
        let costOfReading = Swift.max(count.multipliedReportingOverflow(by: 2_000).partialValue, 0)
        let cost = words.cost(of: search, limit: costOfReading)
        if words.isIncomplete || cost >= costOfReading || (count <= 100 && cost > 100) {
            var found: [RankedTicket] = []
            try forEach(in: search.scope, search.filter) { ticket in
                if let rank = search.rank(of: ticket, messages.all(of: ticket.id)) {
                    found.append(RankedTicket(ticket: ticket, rank: rank))
                }
            }
            return RankedTicket.page(of: found, search.page)
        }
        let limit = Swift.max(0, search.page.limit)
        var found: [RankedTicket] = []
        words.forEachMatch(search, atLeast: limit) { id, rank in
            if let ticket = self[id], search.scope.contains(ticket.accessKeys), search.filter.matches(ticket) {
                found.append(RankedTicket(ticket: ticket, rank: rank))
            }
            return found.count <= limit
        }
        return Page<RankedTicket>(first: limit, of: found) { TicketSearch.cursor(rank: $0.rank, of: $0.ticket) }.map(\.ticket)
    }
}

extension TicketIndex: TicketShelves {
    struct Places {
        fileprivate var entries: OrderedIndex<Entry>.Elements?
    }

    func statuses(on key: AccessKey?) -> [TicketStatus] { shelves[key].map { Array($0.keys) } ?? [] }

    func places(on key: AccessKey?, _ status: TicketStatus, after start: OrderedEntry<Int64>?, ascending: Bool) -> Places {
        let start = start.map { Entry(place: $0, slot: 0) }
        return Places(entries: shelves[key]?[status]?.elements(after: start, ascending: ascending))
    }

    func next(_ places: inout Places) -> Entry? { places.entries?.next() }

    func size(of key: AccessKey?, _ status: TicketStatus) -> Int { shelves[key]?[status]?.count ?? 0 }

    func activity(_ place: Entry) -> Int64 { place.place.value }

    func ticket(at place: Entry) -> Ticket? { tickets[place.slot] }

    func ticket(numbered number: TicketNumber) -> Ticket? { numbers[number].flatMap { self[$0] } }
}
