/// A part of the host's staff that tickets are sent to.
public struct Department: Identifiable, Hashable, Sendable {
    /// The host's id of a department.
    public typealias ID = Identifier<Department>

    /// The host's id.
    public let id: ID
    /// The name to show.
    public var name: SingleLine
    /// What to write to it about.
    public var summary: String
    /// Whether only signed-in customers may choose it.
    public var isForCustomersOnly = false
    /// Whether nobody may choose it: tickets get there by transfer or are opened there by agents.
    public var isHidden = false
    /// Whether customers may close its tickets.
    public var allowsClosingByCustomers = true
    /// When a reply reopens its closed tickets; `nil` for what ``TicketPolicy/reopening`` says.
    public var reopening: ReopeningPolicy?
    /// When its tickets are closed by themselves; `nil` for what ``TicketPolicy/autoClose`` says.
    public var autoClose: AutoClosePolicy?
    /// What it asks beside subject and message.
    public var fields: [CustomField] = []

    /// Makes a department that everybody may choose.
    public init(id: ID, name: SingleLine, summary: String = "") {
        self.id = id
        self.name = name
        self.summary = summary
    }

    /// Makes a department that everybody may choose, with properties set.
    public init(id: ID, name: SingleLine, summary: String = "", with change: (inout Department) -> Void) {
        self.init(id: id, name: name, summary: summary)
        change(&self)
    }
}
