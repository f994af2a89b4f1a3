/// Who hears of what: for each kind of event, and for who caused it, the circles of people who are told. Never its author.
///
/// Whatever the table says, only agents hear of internal events, and only approved CC recipients hear of anything.
public struct NoticeTable: Hashable, Sendable {
    /// Which side caused an event.
    public enum Side: Hashable, Sendable, CaseIterable {
        /// The requester or a CC recipient.
        case customer
        /// An agent.
        case agent
        /// The portal itself.
        case system

        init(_ role: Role) {
            switch role {
            case .agent: self = .agent
            case .system: self = .system
            default: self = .customer
            }
        }
    }

    /// People who stand in the same relation to a record.
    public struct Circle: RawRepresentable, Hashable, Sendable {
        /// The circle as text.
        public let rawValue: String

        /// Makes a circle.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Who asked.
        public static let requester = Circle(rawValue: "requester")
        /// The approved CC recipients.
        public static let copies = Circle(rawValue: "copies")
        /// The agents of the department.
        public static let department = Circle(rawValue: "department")
        /// The agent who takes care of it and those who watch it, as far as they are of its department; all of that while nobody takes care.
        public static let responsible = Circle(rawValue: "responsible")
        /// The agent who takes care of it.
        public static let assignee = Circle(rawValue: "assignee")
        /// The agents who watch it, as far as they are of its department.
        public static let watchers = Circle(rawValue: "watchers")
    }

    /// A row of the table.
    public struct Row: Hashable, Sendable {
        /// What happened.
        public var event: PortalEvent.Kind
        /// Who caused it.
        public var side: Side

        /// Makes a row.
        public init(_ event: PortalEvent.Kind, by side: Side) {
            self.event = event
            self.side = side
        }
    }

    /// The circles by row; nobody hears of what has no row.
    public var rows: [Row: Set<Circle>]

    /// Makes a table.
    public init(_ rows: [Row: Set<Circle>]) { self.rows = rows }

    /// Who hears of an event.
    public func circles(for event: PortalEvent) -> Set<Circle> {
        let circles = rows[Row(event.kind, by: Side(event.author.role))] ?? []
        return event.isInternal ? circles.intersection([.department, .responsible, .assignee, .watchers]) : circles
    }

    /// What suits most hosts.
    public static let standard = NoticeTable([
        // The requester hears of a follow-up that a CC recipient's reply opened.
        Row(.ticketOpened, by: .customer): [.requester, .copies, .department],
        Row(.ticketOpened, by: .agent): [.requester, .copies, .department],
        Row(.ticketReplied, by: .customer): [.requester, .copies, .responsible],
        Row(.ticketReplied, by: .agent): [.requester, .copies, .assignee, .watchers],
        Row(.ticketPosted, by: .system): [.requester, .copies],
        Row(.ticketNoted, by: .agent): [.responsible],
        Row(.ticketAssigned, by: .agent): [.assignee],
        Row(.ticketMerged, by: .agent): [.requester],
        Row(.ticketSplitOff, by: .agent): [.requester, .department],
        Row(.ticketFeedbackGiven, by: .customer): [.responsible],
        Row(.ticketCloseWarned, by: .system): [.requester, .copies],
        Row(.ticketReminded, by: .system): [.responsible],
        Row(.ticketClosed, by: .customer): [.requester, .copies, .responsible],
        Row(.ticketClosed, by: .agent): [.requester, .copies],
        Row(.ticketClosed, by: .system): [.requester, .copies],
        Row(.ticketReopened, by: .customer): [.requester, .copies, .responsible],
        Row(.ticketReopened, by: .agent): [.requester, .copies],
        Row(.ticketTransferred, by: .agent): [.department],
        Row(.ticketCopyProposed, by: .customer): [.requester, .responsible],
    ])
}
