import GRDB
import SupportPortal

extension SQL {
    /// What holds for tickets within the scope. A subquery, not a join: who holds two keys of a ticket must not get it twice.
    init(ticketsIn scope: AccessScope) {
        guard case .holding(let keys) = scope else {
            self = "TRUE"
            return
        }
        let held: SQL = "key IN \(keys.map(\.rawValue))"
        // A department has many tickets: go through the list in order and look at the keys of each. Others have few: begin with these.
        self =
            keys.contains { $0.kind == "department" }
            ? "EXISTS (SELECT * FROM ticket_keys WHERE \(held) AND ticket = tickets.id)"
            : "id IN (SELECT ticket FROM ticket_keys WHERE \(held))"
    }

    /// The same as ``TicketFilter/matches(_:)``.
    init(_ filter: TicketFilter) {
        var conditions: [SQL] = ["TRUE"]
        switch filter.statuses {
        case .any: break
        case .only(let statuses): conditions.append("status IN \(statuses.map(\.rawValue))")
        case .except(let statuses): conditions.append("status NOT IN \(statuses.map(\.rawValue))")
        }
        if let departments = filter.departments { conditions.append("department IN \(departments.map(\.rawValue))") }
        if let priorities = filter.priorities { conditions.append("priority IN \(priorities.map(\.rawValue))") }
        if let service = filter.service { conditions.append("service = \(service.rawValue)") }
        if let customer = filter.requester { conditions.append("customer = \(customer.rawValue)") }
        if let number = filter.number { conditions.append("number = \(number.rawValue)") }
        if let opened = filter.opened {
            conditions.append("opened >= \(opened.lowerBound.millisecondsRoundedUp)")
            conditions.append("opened < \(opened.upperBound.millisecondsRoundedUp)")
        }
        switch filter.assignee {
        case nil: break
        case .nobody: conditions.append("assignee IS NULL")
        case .agent(let agent): conditions.append("assignee = \(agent.rawValue)")
        }
        if let agent = filter.watcher {
            conditions.append("id IN (SELECT ticket FROM ticket_watchers WHERE agent = \(agent.rawValue))")
        }
        if let tag = filter.tag { conditions.append("id IN (SELECT ticket FROM ticket_tags WHERE tag = \(tag.rawValue))") }
        if let key = filter.person {
            conditions.append("id IN (SELECT ticket FROM ticket_people WHERE key = \(key.rawValue))")
        }
        if let hasFiles = filter.hasFiles { conditions.append("(files > 0) = \(hasFiles)") }
        self = conditions.joined(separator: " AND ")
    }
}

extension SQL {
    /// What holds for the column `word` where it is what is looked for.
    init(_ word: SearchText.Word) {
        self = word.isPrefix ? "word >= \(word.text) AND word < \(word.text + "\u{10FFFF}")" : "word = \(word.text)"
    }
}

extension TicketOrder.Key {
    /// The column that holds ``Ticket/sortValue(_:)``.
    var column: String { rawValue }
}

extension SortValue {
    /// The value to compare a column with.
    var databaseValue: DatabaseValue {
        switch self {
        case .number(let number): number.databaseValue
        case .text(let text): text.databaseValue
        }
    }
}
