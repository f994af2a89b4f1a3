import SupportPortal

/// Searches as a naive adapter does: reads all, compares all words, sorts, cuts. Each step can be replaced.
struct NaiveSearch: NaiveList {
    typealias Element = RankedResult

    let base: JournalledTicketStore
    var tickets: @Sendable (NaiveSearch) async throws -> [Ticket] = { try await NaiveTicketList($0.base).everything() }
    var messages: @Sendable (NaiveSearch) async throws -> [Message] = { try await $0.base.everyMessage() }
    var isInScope: @Sendable (Ticket, TicketSearch) -> Bool = { $1.scope.contains($0.accessKeys) && $1.filter.matches($0) }
    var isSearched: @Sendable (Message, TicketSearch) -> Bool = { $1.includesInternal || $0.isPublic }
    var fields: @Sendable (Ticket) -> [(text: String, weight: UInt8)] = { $0.searchFields }
    var internalFields: @Sendable (Ticket) -> [(text: String, weight: UInt8)] = { $0.internalSearchFields }
    var words: @Sendable (String) -> [String] = { SearchText.words(in: $0) }
    var matches: @Sendable (SearchText.Word, _ word: String) -> Bool = {
        $0.isPrefix ? $1.hasPrefix($0.text) : $0.text == $1
    }
    /// What the words of a search come to, given the weights of the fields where each is found.
    var rank: @Sendable ([[UInt8]]) -> Int? = { found in
        found.contains(where: \.isEmpty) ? nil : found.reduce(0) { $0 + Int($1.max() ?? 0) }
    }
    var value: @Sendable (_ rank: Int, Ticket) -> SortValue = { TicketSearch.sortValue(rank: $0, of: $1) }
    var precedes: @Sendable (RankedResult, RankedResult) -> Bool = {
        $0.value == $1.value ? $1.ticket.id < $0.ticket.id : $1.value < $0.value
    }
    var findsWithoutWords = false
    var pages = NaivePages<RankedResult> { PageCursor(order: $1, value: $0.value, id: $0.ticket.id.rawValue) }

    init(_ base: JournalledTicketStore) { self.base = base }

    func page(_ search: TicketSearch) async throws -> Page<Ticket> {
        guard findsWithoutWords || !search.text.isEmpty else { return Page() }
        let all = Dictionary(grouping: try await messages(self).filter { isSearched($0, search) }, by: \.ticket)
        var found: [RankedResult] = []
        for ticket in try await tickets(self) where isInScope(ticket, search) {
            let fields =
                fields(ticket) + (search.includesInternal ? internalFields(ticket) : [])
                + (all[ticket.id] ?? []).map { ($0.text, TicketSearch.Weight.message) }
            let places = fields.map { (words: words($0.text), weight: $0.weight) }
            let weights = search.text.words.map { word in
                places.filter { $0.words.contains { matches(word, $0) } }.map(\.weight)
            }
            if let rank = rank(weights) { found.append(RankedResult(ticket: ticket, value: value(rank, ticket))) }
        }
        found.sort(by: precedes)
        return pages.page(of: found, search.page, order: TicketSearch.orderName, rises: false).map(\.ticket)
    }
}

/// A ticket that was found, and what it is ordered by.
struct RankedResult: Sendable {
    var ticket: Ticket
    var value: SortValue
}

extension AlteredTicketStore {
    mutating func use(_ search: NaiveSearch) { onSearch = { try await search.page($0) } }
}
