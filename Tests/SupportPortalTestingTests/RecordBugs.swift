import Foundation
import SupportPortal
import Synchronization

// Tickets that are not stored as they were handed over, or are not found by what they are stored under.

private let roundTrip = "A ticket is found as it was written"
private let ids = "Ids, numbers and keys are compared whole"

extension PlantedBug {
    static let recordBugs: [PlantedBug] = [
        .tickets("instants of tickets are kept in whole seconds", breaks: roundTrip) { store in
            store.changeTickets { ticket in
                ticket.closed = ticket.closed?.inWholeSeconds
                ticket.guestAccess?.expires.roundToSeconds()
                for index in ticket.copies.indices {
                    ticket.copies[index].approved = ticket.copies[index].approved?.inWholeSeconds
                }
            }
        },
        .tickets("subjects are brought into another normal form", breaks: roundTrip) { store in
            store.changeTickets { $0.subject = SingleLine($0.subject.text.precomposedStringWithCanonicalMapping) }
        },
        .tickets("subjects are kept in three bytes a character", breaks: roundTrip) { store in
            store.changeTickets { ticket in
                ticket.subject = SingleLine(
                    String(String.UnicodeScalarView(ticket.subject.text.unicodeScalars.map { $0.value > 0xFFFF ? "?" : $0 })))
            }
        },
        .tickets("a subject is cut to 255 characters of a database", breaks: roundTrip) { store in
            store.changeTickets {
                $0.subject = SingleLine(String(String.UnicodeScalarView($0.subject.text.unicodeScalars.prefix(255))))
            }
        },
        .tickets("statuses and priorities are an enumeration", breaks: roundTrip, "Filters decide") { store in
            store.changeTickets { ticket in
                let known: [TicketStatus] = [.open, .answered, .customerReply, .closed]
                if !known.contains(ticket.status) { ticket.status = .open }
            }
        },
        .tickets("what is set to nothing keeps its old value", breaks: roundTrip) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for index in commit.tickets.indices {
                    guard let old = try await base.ticket(commit.tickets[index].id, in: .everything) else { continue }
                    commit.tickets[index].closed = commit.tickets[index].closed ?? old.closed
                    commit.tickets[index].service = commit.tickets[index].service ?? old.service
                }
                return try await base.commit(commit)
            }
        },
        .tickets("the lists within a ticket are added to", breaks: roundTrip) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for index in commit.tickets.indices {
                    let old = try await base.ticket(commit.tickets[index].id, in: .everything)?.copies ?? []
                    commit.tickets[index].copies = old + commit.tickets[index].copies.filter { !old.contains($0) }
                }
                return try await base.commit(commit)
            }
        },
        .tickets("the lists within a ticket are sorted", breaks: roundTrip) { store in
            store.changeTickets { $0.copies.sort { $0.address.normalized < $1.address.normalized } }
        },
        .tickets("only the first ticket of a commit is stored", breaks: roundTrip) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                commit.tickets = Array(commit.tickets.prefix(1))
                return try await base.commit(commit)
            }
        },
        .tickets("the revision is not counted up in what is read", breaks: roundTrip) { store in
            let base = store.base
            store.onTicket = { id, scope in
                var ticket = try await base.ticket(id, in: scope)
                ticket?.revision = .unsaved
                return ticket
            }
        },
        .tickets("a cache of tickets is not cleared by commits", breaks: roundTrip, "A ticket outside the scope") { store in
            let base = store.base
            let cache = Mutex<[Ticket.ID: Ticket]>([:])
            store.onTicket = { id, scope in
                var found = cache.withLock { $0[id] }
                if found == nil { found = try await base.ticket(id, in: .everything) }
                cache.withLock { [found] in $0[id] = found }
                return found.flatMap { scope.contains($0.accessKeys) ? $0 : nil }
            }
        },
        .tickets("a commit waits in a buffer for the next one", breaks: roundTrip, "Events come in the order") { store in
            let base = store.base
            let buffer = Mutex<TicketCommit?>(nil)
            store.onCommit = { commit in
                if let earlier = buffer.withLock({ $0 }) { _ = try await base.commit(earlier) }
                buffer.withLock { $0 = commit }
                let end = try await base.changes(ChangeQuery(since: nil)).position
                return Position(rawValue: end.rawValue + Int64(commit.events.count))
            }
        },
        .comparing("ids and keys are compared without case") { $0.lowercased() },
        .comparing("ids and keys are compared without spaces at the end") { String($0.reversed().drop { $0 == " " }.reversed()) },
        .comparing("ids and keys are compared without accents") { $0.folding(options: .diacriticInsensitive, locale: nil) },
        .comparing("ids and keys that look like numbers are numbers") { Double($0).map { String($0) } ?? $0 },
        .tickets("ids are patterns", breaks: ids) { store in
            let base = store.base
            store.onTicket = { id, scope in
                guard id.rawValue.hasSuffix("%") else { return try await base.ticket(id, in: scope) }
                return try await NaiveTicketList(base).everything()
                    .filter { $0.id.rawValue.hasPrefix(id.rawValue.dropLast()) && scope.contains($0.accessKeys) }
                    .min { $0.id < $1.id }
            }
        },
    ]

    /// Ids and keys are found by a folded form.
    private static func comparing(_ name: String, by fold: @escaping @Sendable (String) -> String) -> PlantedBug {
        .tickets(name, breaks: ids) { store in
            let base = store.base
            store.onTicket = { id, scope in
                try await NaiveTicketList(base).everything()
                    .filter { fold($0.id.rawValue) == fold(id.rawValue) && scope.contains($0.accessKeys) }.min { $0.id < $1.id }
            }
        }
    }
}

extension AlteredTicketStore {
    /// Stores something else than the tickets that are handed over.
    mutating func changeTickets(_ change: @escaping @Sendable (inout Ticket) -> Void) {
        onCommit = { [onCommit] commit in
            var commit = commit
            for index in commit.tickets.indices { change(&commit.tickets[index]) }
            return try await onCommit(commit)
        }
    }
}

extension Date {
    var inWholeSeconds: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }
    mutating func roundToSeconds() { self = inWholeSeconds }
}
