package import TextSearch

/// Words to look for in tickets.
///
/// Every word must be found, without regard to case and diacritics; the last one may be the beginning of a word unless a space follows it.
public struct SearchText: Hashable, Sendable {
    package let query: WordQuery

    /// The most words that are looked for; further ones are dropped.
    public static let mostWords = 16

    /// Reads what was typed.
    public init(_ text: String) { query = WordQuery(text, maximumWords: Self.mostWords) }

    /// A word to look for.
    public struct Word: Hashable, Sendable {
        /// The word, as ``SearchText/words(in:)`` makes it.
        public let text: String
        /// Whether all words that begin with it will do.
        public let isPrefix: Bool
    }

    /// The words, each once.
    public var words: [Word] { query.words.map { Word(text: $0.text, isPrefix: $0.isPrefix) } }
    /// Whether there is nothing to look for.
    public var isEmpty: Bool { query.isEmpty }

    /// The words of a text as they are compared: for stores with a search of their own.
    public static func words(in text: String) -> [String] { SearchWords.words(in: text) }
}

/// A page of the tickets in which words are found, the best first.
public struct TicketSearch: Hashable, Sendable {
    /// How much it counts where a word is found.
    public enum Weight: Sendable {
        /// In the number.
        public static let number: UInt8 = 8
        /// In the subject.
        public static let subject: UInt8 = 4
        /// In the requester's name, or for agents in the address.
        public static let requester: UInt8 = 3
        /// In a message.
        public static let message: UInt8 = 1
    }

    /// The name of the order in cursors.
    public static let orderName = "rank.descending"

    /// Whose tickets: those that bear one of these keys.
    public var scope: AccessScope
    /// Which of them.
    public var filter: TicketFilter
    /// What to look for.
    public var text: SearchText
    /// Whether messages for agents alone are looked at; see ``Message/isPublic``.
    public var includesInternal: Bool
    /// Which page.
    public var page: PageRequest

    /// Makes a search.
    public init(
        _ text: SearchText, in scope: AccessScope, filter: TicketFilter = TicketFilter(), includesInternal: Bool = false,
        page: PageRequest = .first
    ) {
        self.text = text
        self.scope = scope
        self.filter = filter
        self.includesInternal = includesInternal
        self.page = page
    }

    /// How well a ticket matches: for each word the greatest ``Weight`` of a place where it is found, added up; `nil` unless every word is found.
    /// The definition for all stores.
    public func rank(of ticket: Ticket, _ messages: [Message]) -> Int? {
        text.query.rank(
            of: ticket.searchFields + (includesInternal ? ticket.internalSearchFields : [])
                + messages.filter { includesInternal || $0.isPublic }.map { ($0.text, Weight.message) })
    }

    /// What results are ordered by, the highest first, equal ones by the bytes of their ids from the highest: rank, then activity.
    public static func sortValue(rank: Int, of ticket: Ticket) -> SortValue {
        .number(place(rank: rank, activity: ticket.lastActivity.milliseconds))
    }

    static func place(rank: Int, activity: Int64) -> Int64 {
        Int64(Swift.min(rank, 1 << 14)) << 48 | Swift.min(Swift.max(0, activity), (1 << 48) - 1)
    }

    /// Where the page after a ticket begins.
    public static func cursor(rank: Int, of ticket: Ticket) -> PageCursor {
        PageCursor(order: orderName, value: sortValue(rank: rank, of: ticket), id: ticket.id.rawValue)
    }
}

extension Ticket {
    /// What the record itself says that can be searched, messages aside.
    public var searchFields: [(text: String, weight: UInt8)] {
        [
            (number.rawValue, TicketSearch.Weight.number), (subject.text, TicketSearch.Weight.subject),
            (requester.name.text, TicketSearch.Weight.requester),
        ]
    }

    /// What the record itself says that only agents can search.
    public var internalSearchFields: [(text: String, weight: UInt8)] {
        requester.address.map { [($0.text, TicketSearch.Weight.requester)] } ?? []
    }

    /// Whether the same can be found, messages aside.
    func hasSameWords(as other: Ticket) -> Bool {
        subject == other.subject && number == other.number && requester.name == other.requester.name
            && requester.address == other.requester.address
    }
}

extension TicketStore {
    /// Reads all the tickets of the scope and their messages: right for any store, quick for none. Stores with an index of words do better.
    public func search(_ search: TicketSearch) async throws -> Page<Ticket> {
        guard !search.text.isEmpty else { return Page() }
        var found: [RankedTicket] = []
        var query = TicketQuery(in: search.scope, filter: search.filter, page: PageRequest(limit: 200))
        repeat {
            let page = try await tickets(query)
            for ticket in page.items {
                try Task.checkCancellation()
                if let rank = search.rank(of: ticket, try await allMessages(of: ticket.id, search.includesInternal)) {
                    found.append(RankedTicket(ticket: ticket, rank: rank))
                }
            }
            query.page.after = page.next
        } while query.page.after != nil
        return RankedTicket.page(of: found, search.page)
    }

    private func allMessages(of ticket: Ticket.ID, _ includesInternal: Bool) async throws -> [Message] {
        var query = MessageQuery(ticket: ticket, includesInternal: includesInternal, page: PageRequest(limit: 200))
        var messages: [Message] = []
        repeat {
            let page = try await self.messages(query)
            messages += page.items
            query.page.after = page.next
        } while query.page.after != nil
        return messages
    }
}

/// A ticket in which words were found.
struct RankedTicket: Comparable, Sendable {
    var ticket: Ticket
    var rank: Int

    private var place: OrderedEntry<SortValue> {
        OrderedEntry(value: TicketSearch.sortValue(rank: rank, of: ticket), id: ticket.id.rawValue)
    }

    static func == (a: Self, b: Self) -> Bool { a.place == b.place }
    static func < (a: Self, b: Self) -> Bool { a.place < b.place }

    /// The page of the best ones.
    static func page(of found: [RankedTicket], _ page: PageRequest) -> Page<Ticket> {
        var rest = found
        if let after = page.after {
            let start = OrderedEntry(value: after.value, id: after.id)
            rest.removeAll { $0.place >= start }
        }
        rest.sort(by: >)
        return Page<RankedTicket>(first: page.limit, of: rest) { TicketSearch.cursor(rank: $0.rank, of: $0.ticket) }.map(\.ticket)
    }
}
