#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Which statuses to include.
public enum StatusFilter: Hashable, Sendable, Codable {
    /// All of them.
    case any
    /// Only these.
    case only(Set<TicketStatus>)
    /// All but these.
    case except(Set<TicketStatus>)

    /// Whether a status is included.
    public func includes(_ status: TicketStatus) -> Bool {
        switch self {
        case .any: true
        case .only(let statuses): statuses.contains(status)
        case .except(let statuses): !statuses.contains(status)
        }
    }
}

/// Which tickets: all conditions hold at once, `nil` conditions do not count. Assignee, watcher, tag, person and files are for agents: to
/// customers they are refused.
public struct TicketFilter: Hashable, Sendable {
    /// Tickets of these statuses.
    public var statuses = StatusFilter.any
    /// Tickets of one of these departments.
    public var departments: Set<Department.ID>?
    /// Tickets of one of these priorities.
    public var priorities: Set<TicketPriority>?
    /// Tickets about this service.
    public var service: Service.ID?
    /// Tickets of this customer.
    public var requester: Customer.ID?
    /// The ticket with this number.
    public var number: TicketNumber?
    /// Tickets opened in this time, its end excluded.
    public var opened: Range<Date>?
    /// Tickets in somebody's care, or in nobody's.
    public var assignee: AssigneeFilter?
    /// Tickets that this agent watches.
    public var watcher: Agent.ID?
    /// Tickets with this tag.
    public var tag: TagName?
    /// Tickets whose record names the holder of this key: see ``Ticket/people``.
    public var person: AccessKey?
    /// Tickets with attachments that have their bytes, or without.
    public var hasFiles: Bool?

    /// All tickets.
    public init() {}

    /// All tickets with conditions set.
    public init(with change: (inout TicketFilter) -> Void) {
        self.init()
        change(&self)
    }

    /// Whether a ticket matches. The definition for all stores; a database says the same in its own language.
    public func matches(_ ticket: Ticket) -> Bool {
        statuses.includes(ticket.status)
            && departments?.contains(ticket.department) ?? true
            && priorities?.contains(ticket.priority) ?? true
            && (service == nil || service == ticket.service)
            && (requester == nil || requester == ticket.requester.customer)
            && (number == nil || number == ticket.number)
            && opened?.contains(ticket.opened) ?? true
            && assignee?.includes(ticket.assignee) ?? true
            && (watcher.map { ticket.watchers.contains($0) } ?? true)
            && (tag.map { ticket.tags.contains($0) } ?? true)
            && (person.map { ticket.people.contains($0) } ?? true)
            && (hasFiles.map { $0 == (ticket.fileCount > 0) } ?? true)
    }

    /// Whether it asks for what only agents see. Files count, too: notes have some.
    var asksForInternal: Bool { assignee != nil || watcher != nil || tag != nil || person != nil || hasFiles != nil }

    /// Whether nothing but statuses is asked for.
    var isPlain: Bool {
        departments == nil && priorities == nil && service == nil && requester == nil && number == nil && opened == nil
            && assignee == nil && watcher == nil && tag == nil && person == nil && hasFiles == nil
    }
}

/// In whose care a ticket is.
public enum AssigneeFilter: Hashable, Sendable, Codable {
    /// In nobody's.
    case nobody
    /// In this agent's.
    case agent(Agent.ID)

    /// Whether an assignee is meant.
    public func includes(_ assignee: Agent.ID?) -> Bool {
        switch self {
        case .nobody: assignee == nil
        case .agent(let id): assignee == id
        }
    }
}

/// What a list of tickets is ordered by.
public struct TicketOrder: Hashable, Sendable, Codable {
    /// A property to order by.
    public enum Key: String, Hashable, Sendable, Codable, CaseIterable {
        /// When a person last wrote a public message.
        case activity
        /// When it was opened.
        case opened
        /// The subject, without regard to case.
        case subject
        /// The id of the department.
        case department
        /// The status as it is stored.
        case status
        /// The number.
        case number
    }

    /// The property.
    public var key: Key
    /// Whether small ones come first.
    public var ascending: Bool

    /// Makes an order.
    public init(_ key: Key, ascending: Bool) {
        self.key = key
        self.ascending = ascending
    }

    /// The latest activity first: what a list has when nothing else is said.
    public static let latestActivity = TicketOrder(.activity, ascending: false)

    /// The name of the order in cursors.
    public var name: String { "\(key.rawValue).\(ascending ? "ascending" : "descending")" }

    /// Whether a cursor can be of a list in this order, whoever made it up. Stores are never handed another one.
    func admits(_ cursor: PageCursor) -> Bool {
        guard cursor.order == name else { return false }
        switch (key, cursor.value) {
        case (.activity, .number), (.opened, .number): return true
        case (.subject, .text), (.department, .text), (.status, .text), (.number, .text): return true
        default: return false
        }
    }
}

extension Ticket {
    /// What the ticket is ordered by: the definition for all stores, for a column of a database as well. Instants are milliseconds
    /// since 1970; subjects are in lower case.
    public func sortValue(_ key: TicketOrder.Key) -> SortValue {
        switch key {
        case .activity: .number(lastActivity.milliseconds)
        case .opened: .number(opened.milliseconds)
        case .subject: .text(subject.text.lowercased())
        case .department: .text(department.rawValue)
        case .status: .text(status.rawValue)
        case .number: .text(number.rawValue)
        }
    }

    /// Where the page after this ticket begins.
    public func cursor(_ order: TicketOrder) -> PageCursor {
        PageCursor(order: order.name, value: sortValue(order.key), id: id.rawValue)
    }
}

/// A page of tickets.
public struct TicketQuery: Hashable, Sendable {
    /// Whose tickets: those that bear one of these keys.
    public var scope: AccessScope
    /// Which of them.
    public var filter: TicketFilter
    /// In which order.
    public var order: TicketOrder
    /// Which page.
    public var page: PageRequest

    /// Makes a query.
    public init(
        in scope: AccessScope, filter: TicketFilter = TicketFilter(), order: TicketOrder = .latestActivity,
        page: PageRequest = .first
    ) {
        self.scope = scope
        self.filter = filter
        self.order = order
        self.page = page
    }
}

/// A page of what happened to a ticket.
public struct HistoryQuery: Hashable, Sendable {
    /// The ticket.
    public var ticket: Ticket.ID
    /// Whether old events come first.
    public var ascending: Bool
    /// Which page. Cursors hold the position of the last event as number.
    public var page: PageRequest

    /// Makes a query.
    public init(ticket: Ticket.ID, ascending: Bool = true, page: PageRequest = .first) {
        self.ticket = ticket
        self.ascending = ascending
        self.page = page
    }

    /// The name of the order in cursors.
    public var orderName: String { "history.\(ascending ? "ascending" : "descending")" }
}

extension RecordedEvent {
    /// Where the page after this event begins.
    public func cursor(_ query: HistoryQuery) -> PageCursor {
        PageCursor(order: query.orderName, value: .number(position.rawValue), id: event.id.rawValue)
    }
}

/// A page of the messages of a ticket.
public struct MessageQuery: Hashable, Sendable {
    /// The ticket. Whether the asker may see it was decided before.
    public var ticket: Ticket.ID
    /// The one with this id alone.
    public var message: Message.ID?
    /// Whether messages for agents alone are wanted; see ``Message/isPublic``.
    public var includesInternal: Bool
    /// Messages of this instant and later ones.
    public var since: Date?
    /// Whether old ones come first.
    public var ascending: Bool
    /// Which page. Cursors hold the index of the last message as number.
    public var page: PageRequest

    /// Makes a query.
    public init(ticket: Ticket.ID, includesInternal: Bool = false, ascending: Bool = true, page: PageRequest = .first) {
        self.ticket = ticket
        self.includesInternal = includesInternal
        self.ascending = ascending
        self.page = page
    }

    /// The name of the order in cursors.
    public var orderName: String { "message.\(ascending ? "ascending" : "descending")" }

    /// Whether a message matches, pages aside.
    public func matches(_ candidate: Message) -> Bool {
        candidate.ticket == ticket && (message == nil || message == candidate.id)
            && (includesInternal || candidate.isPublic) && (since.map { candidate.date >= $0 } ?? true)
    }
}

extension Message {
    /// Where the page after this message begins.
    public func cursor(_ query: MessageQuery) -> PageCursor {
        PageCursor(order: query.orderName, value: .number(Int64(index)), id: id.rawValue)
    }
}
