import Foundation
import SupportPortal
import Synchronization

// Searches that find too much or too little, in the wrong order, or what is no longer there.

private let finds = "A search finds the tickets"
private let none = "No words find nothing"
private let hidden = "Words for agents alone"
private let follows = "A search follows"
private let cursor = "A page of a search stays good"

extension PlantedBug {
    static let searchBugs: [PlantedBug] = matchBugs + searchPageBugs + rankBugs + staleBugs

    // MARK: Finding

    private static let matchBugs: [PlantedBug] = [
        .search("one of the words is enough", breaks: finds, hidden, follows) { search in
            search.rank = { found in
                let sum = found.reduce(0) { $0 + Int($1.max() ?? 0) }
                return sum == 0 ? nil : sum
            }
        },
        .search("all words must stand in one field", breaks: finds) { search in
            search.words = { [SearchText.words(in: $0).joined(separator: " ")].filter { !$0.isEmpty } }
            search.matches = { word, field in
                field.split(separator: " ").contains { word.isPrefix ? $0.hasPrefix(word.text) : $0 == word.text }
            }
            search.rank = { found in
                let common = found.dropFirst().reduce(Set(found.first ?? [])) { $0.intersection($1) }
                return common.isEmpty ? nil : found.reduce(0) { $0 + Int($1.max() ?? 0) }
            }
        },
        .search("the last word must be whole", breaks: finds, hidden) { search in search.matches = { $0.text == $1 } },
        .search("every word may be a beginning", breaks: finds) { search in search.matches = { $1.hasPrefix($0.text) } },
        .search("words are found anywhere in words", breaks: finds) { search in search.matches = { $1.contains($0.text) } },
        .search("words are compared with case", breaks: finds) { search in
            search.words = { $0.split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        },
        .search("words are compared with accents", breaks: finds) { search in
            search.words = { $0.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        },
        .search("numbers are not searched", breaks: finds) { search in
            search.fields = { Array($0.searchFields.dropFirst()) }
        },
        .search("subjects are not searched", breaks: finds, follows) { search in
            search.fields = { $0.searchFields.enumerated().filter { $0.offset != 1 }.map(\.element) }
        },
        .search("names are not searched", breaks: finds) { search in
            search.fields = { $0.searchFields.enumerated().filter { $0.offset != 2 }.map(\.element) }
        },
        .search("addresses are not searched", breaks: finds) { search in
            search.internalFields = { _ in [] }
        },
        .search("addresses are searched by all", breaks: finds) { search in
            search.fields = { $0.searchFields + $0.internalSearchFields }
        },
        .search("messages are not searched", breaks: finds, hidden, follows) { search in search.isSearched = { _, _ in false } },
        .search("only the first message is searched", breaks: finds, hidden) { search in
            search.isSearched = { message, search in message.index == 1 && (search.includesInternal || message.isPublic) }
        },
        .search("words for agents are found by all", breaks: hidden, finds) { search in search.isSearched = { _, _ in true } },
        .search("words for agents are never found", breaks: hidden, finds, follows) { search in
            search.isSearched = { message, _ in message.isPublic }
        },
        .search("words of unknown kinds are found by all", breaks: hidden) { search in
            search.isSearched = { message, search in search.includesInternal || message.kind != .note }
        },
        .search("words that the portal posted are found by agents alone", breaks: hidden) { search in
            search.isSearched = { message, search in search.includesInternal || message.kind == .reply }
        },
        .search("searches go beyond the scope", breaks: finds, follows) { search in
            search.isInScope = { $1.filter.matches($0) }
        },
        .search("searches forget the filter", breaks: finds) { search in
            search.isInScope = { $1.scope.contains($0.accessKeys) }
        },
        .search("no keys are no condition of a search", breaks: finds) { search in
            search.isInScope = { ticket, search in
                search.filter.matches(ticket) && (search.scope == .holding([]) || search.scope.contains(ticket.accessKeys))
            }
        },
        .search("no words find everything", breaks: none) { search in search.findsWithoutWords = true },
        .tickets("the scope is looked at after the page is cut", breaks: finds) { store in
            let base = store.base
            store.onSearch = { search in
                var wide = search
                (wide.scope, wide.filter) = (.everything, TicketFilter())
                var page = try await base.search(wide)
                page.items.removeAll { !search.scope.contains($0.accessKeys) || !search.filter.matches($0) }
                return page
            }
        },
        .tickets("what is found is told without its lists", breaks: finds) { store in
            let base = store.base
            store.onSearch = { search in
                var page = try await base.search(search)
                for index in page.items.indices { page.items[index].revision = .unsaved }
                return page
            }
        },
    ]

    private static let searchPageBugs: [PlantedBug] = NaivePages<RankedResult>.mistakes.map { name, change in
        let law = name.contains("negative") ? none : name.contains("counted off") ? cursor : finds
        return .search("of searches, \(name)", breaks: law) { change(&$0.pages) }
    }

    // MARK: The order

    private static let rankBugs: [PlantedBug] = [
        .search("what is found is ordered by activity alone", breaks: finds) { search in
            search.value = { _, ticket in .number(ticket.lastActivity.milliseconds) }
        },
        .search("what is found is ordered by rank alone", breaks: finds) { search in
            search.value = { rank, _ in .number(Int64(rank)) }
        },
        .search("all places count the same", breaks: finds) { search in
            search.rank = { $0.contains(where: \.isEmpty) ? nil : $0.count }
        },
        .search("all places where a word stands are added up", breaks: finds) { search in
            search.rank = { found in
                found.contains(where: \.isEmpty) ? nil : found.reduce(0) { $0 + $1.reduce(0) { $0 + Int($1) } }
            }
        },
        .search("the best word counts, not all of them", breaks: finds) { search in
            search.rank = { $0.contains(where: \.isEmpty) ? nil : $0.map { Int($0.max() ?? 0) }.max() }
        },
        .search("the worst comes first", breaks: finds, hidden) { search in
            search.precedes = { [precedes = search.precedes] in precedes($1, $0) }
        },
        .search("what is found equally well rises by id", breaks: finds) { search in
            search.precedes = { $0.value == $1.value ? $0.ticket.id < $1.ticket.id : $1.value < $0.value }
        },
        .search("what is found equally well falls by id without case", breaks: finds) { search in
            search.precedes = { a, b in
                a.value == b.value
                    ? b.ticket.id.rawValue.lowercased() < a.ticket.id.rawValue.lowercased() : b.value < a.value
            }
        },
    ]

    // MARK: What is no longer there

    private static let staleBugs: [PlantedBug] = [
        .remembering("words of a message are noted when it is new") { stored, first in stored.copy(text: first.text) },
        .remembering("words of a message are noted where it was written first") { stored, first in
            first.copy(text: stored.text)
        },
        .tickets("words of a ticket are noted when it is new", breaks: follows) { store in
            let first = Mutex<[Ticket.ID: Ticket]>([:])
            let base = store.base
            store.onCommit = { commit in
                let end = try await base.commit(commit)
                for ticket in commit.tickets { first.withLock { $0[ticket.id] = $0[ticket.id] ?? ticket } }
                return end
            }
            var search = NaiveSearch(base)
            search.fields = { ticket in (first.withLock { $0[ticket.id] } ?? ticket).searchFields }
            store.use(search)
        },
        .tickets("the activity that results are ordered by is noted when the ticket is new", breaks: follows) { store in
            let first = Mutex<[Ticket.ID: Ticket]>([:])
            let base = store.base
            store.onCommit = { commit in
                let end = try await base.commit(commit)
                for ticket in commit.tickets { first.withLock { $0[ticket.id] = $0[ticket.id] ?? ticket } }
                return end
            }
            var search = NaiveSearch(base)
            search.value = { rank, ticket in TicketSearch.sortValue(rank: rank, of: first.withLock { $0[ticket.id] } ?? ticket) }
            store.use(search)
        },
        .tickets("words that an edit took away are still found", breaks: follows) { store in
            let ever = Mutex<[Message]>([])
            let base = store.base
            store.onCommit = { commit in
                let end = try await base.commit(commit)
                ever.withLock { $0 += commit.messages }
                return end
            }
            var search = NaiveSearch(base)
            search.messages = { search in
                let stored = Dictionary(uniqueKeysWithValues: try await search.base.everyMessage().map { ($0.id, $0.ticket) })
                return ever.withLock { $0.filter { stored[$0.id] == $0.ticket } }
            }
            store.use(search)
        },
        .tickets("messages are found in the ticket that they moved from, too", breaks: follows) { store in
            let ever = Mutex<[Message]>([])
            let base = store.base
            store.onCommit = { commit in
                let end = try await base.commit(commit)
                ever.withLock { $0 += commit.messages }
                return end
            }
            var search = NaiveSearch(base)
            search.messages = { search in
                let stored = try await search.base.everyMessage()
                let left = ever.withLock { ever in
                    ever.filter { old in stored.contains { $0.id == old.id && $0.ticket != old.ticket } }
                }
                return stored + left
            }
            store.use(search)
        },
        .tickets("erased tickets are still found by their words", breaks: follows, "An erased ticket") { store in
            let base = store.base
            let shadow = Shadow { $0.with { $0.erasure = nil } }
            store.onCommit = { try await shadow.follow($0, base) }
            store.onSearch = { try await shadow.store.search($0) }
        },
        PlantedBug("reopened, the index of words is not built again", breaks: [finds, hidden, follows]) { storage in
            if storage.isReopened { storage.ticketStore.onSearch = { _ in Page() } }
        },
    ]

    /// Messages are searched otherwise than they are stored, given how they were written first.
    private static func remembering(
        _ name: String, seen: @escaping @Sendable (_ stored: Message, _ first: Message) -> Message
    ) -> PlantedBug {
        .tickets(name, breaks: follows) { store in
            let first = Mutex<[Message.ID: Message]>([:])
            let base = store.base
            store.onCommit = { commit in
                let end = try await base.commit(commit)
                for message in commit.messages { first.withLock { $0[message.id] = $0[message.id] ?? message } }
                return end
            }
            var search = NaiveSearch(base)
            search.messages = { search in
                try await search.base.everyMessage().map { stored in seen(stored, first.withLock { $0[stored.id] } ?? stored) }
            }
            store.use(search)
        }
    }

    private static func search(
        _ name: String, breaks laws: String..., change: @escaping @Sendable (inout NaiveSearch) -> Void
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws, in: .search) { storage in
            var search = NaiveSearch(storage.ticketStore.base)
            change(&search)
            storage.ticketStore.use(search)
        }
    }
}
