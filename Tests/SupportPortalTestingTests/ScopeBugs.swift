import SupportPortal
import Synchronization

// Tickets that are shown to whom they should not be, or hidden from whom they should be shown to.

private let scope = "A ticket outside the scope does not exist"

extension PlantedBug {
    static let scopeBugs: [PlantedBug] = [
        .tickets("a ticket is found by its id whatever the scope", breaks: scope) { store in
            let base = store.base
            store.onTicket = { id, _ in try await base.ticket(id, in: .everything) }
        },
        .tickets("counts are those of all tickets", breaks: scope, "Filters decide", "Counts and pages equal") { store in
            let base = store.base
            store.onCounts = { filter, _ in try await base.counts(filter, in: .everything) }
        },
        .list("no keys are no condition", breaks: scope, "Pages follow", "Filters decide") { list in
            list.isInScope = { $1 == .holding([]) || $1.contains($0.accessKeys) }
        },
        .list("all keys must match, not one", breaks: scope, "Pages follow") { list in
            list.isInScope = { ticket, scope in
                guard case .holding(let keys) = scope else { return true }
                return !keys.isEmpty && keys.isSubset(of: ticket.accessKeys)
            }
        },
        .keys("keys are found by how they begin") { borne, held in borne.hasPrefix(held) },
        .keys("keys are found anywhere in the text of all keys") { borne, held in borne.contains(held) },
        .keys("keys are compared without case") { borne, held in borne.lowercased() == held.lowercased() },
        .keys("keys are compared without spaces at the end") { borne, held in
            borne == String(held.reversed().drop { $0 == " " }.reversed())
        },
        .list("who was proposed for copies sees the ticket", breaks: scope) { list in
            list.isInScope = { ticket, scope in
                scope.contains(ticket.accessKeys.union(ticket.copies.map { .address($0.address) }))
            }
        },
        .list("who gets copies does not see the ticket", breaks: scope, "Pages follow") { list in
            list.isInScope = { ticket, scope in
                var ticket = ticket
                ticket.copies = []
                return scope.contains(ticket.accessKeys)
            }
        },
        .list("the holder of the token does not see the ticket", breaks: scope, "Pages follow") { list in
            list.isInScope = { ticket, scope in
                var ticket = ticket
                ticket.guestAccess = nil
                return scope.contains(ticket.accessKeys)
            }
        },
        .tickets("keys that a ticket bore stay", breaks: scope, "Counts and pages equal") { store in
            let base = store.base
            let keys = Mutex<[Ticket.ID: Set<AccessKey>]>([:])
            store.onCommit = { commit in
                let position = try await base.commit(commit)
                keys.withLock { keys in
                    for ticket in commit.tickets { keys[ticket.id, default: []].formUnion(ticket.accessKeys) }
                }
                return position
            }
            var list = NaiveTicketList(base)
            list.isInScope = { ticket, scope in scope.contains(keys.withLock { $0[ticket.id] ?? [] }) }
            store.use(list)
        },
    ]

    /// Keys are compared in another way than as whole texts.
    private static func keys(_ name: String, match: @escaping @Sendable (_ borne: String, _ held: String) -> Bool) -> PlantedBug {
        .list(name, breaks: scope) { list in
            list.isInScope = { ticket, scope in
                guard case .holding(let held) = scope else { return true }
                return held.contains { held in ticket.accessKeys.contains { match($0.rawValue, held.rawValue) } }
            }
        }
    }
}
