/// Somebody who answers tickets: a member of the host's staff.
public struct Agent: Identifiable, Hashable, Sendable, Codable {
    /// The host's id of an agent.
    public typealias ID = Identifier<Agent>

    /// Whose tickets an agent sees.
    public enum Departments: Hashable, Sendable, Codable, ExpressibleByArrayLiteral {
        /// Those of every department, also of ones that the configuration does not know any more.
        case all
        /// Those of some departments.
        case only(Set<Department.ID>)

        /// Some departments.
        public init(arrayLiteral elements: Department.ID...) { self = .only(Set(elements)) }

        /// Whether a department is among them.
        public func contains(_ id: Department.ID) -> Bool {
            switch self {
            case .all: true
            case .only(let ids): ids.contains(id)
            }
        }
    }

    /// Something that an agent may do on tickets of the own departments.
    public struct Permission: RawRepresentable, Hashable, Sendable, Codable {
        /// The permission as text.
        public let rawValue: String

        /// Makes a permission.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Answer the customer.
        public static let reply = Permission(rawValue: "reply")
        /// Leave internal notes.
        public static let note = Permission(rawValue: "note")
        /// Close, reopen, and set statuses.
        public static let changeStatus = Permission(rawValue: "changeStatus")
        /// Move a ticket to another department.
        public static let transfer = Permission(rawValue: "transfer")
        /// Change the priority.
        public static let changePriority = Permission(rawValue: "changePriority")
        /// Add, approve and remove CC recipients.
        public static let manageCopies = Permission(rawValue: "manageCopies")
        /// Open tickets for customers and guests.
        public static let openForOthers = Permission(rawValue: "openForOthers")
        /// Say who takes care of a ticket. Agents who may reply may always take one that nobody has.
        public static let assign = Permission(rawValue: "assign")
        /// Merge tickets, and split them.
        public static let merge = Permission(rawValue: "merge")
        /// Change the text of replies that are sent; the text before is kept.
        public static let editMessages = Permission(rawValue: "editMessages")
        /// Change tags and the fields of the department.
        public static let editFields = Permission(rawValue: "editFields")
        /// Write and remove canned replies.
        public static let manageCannedReplies = Permission(rawValue: "manageCannedReplies")
        /// Ban senders and lift bans.
        public static let manageBans = Permission(rawValue: "manageBans")
        /// Write and publish articles of the knowledgebase.
        public static let editArticles = Permission(rawValue: "editArticles")
        /// Write and publish announcements.
        public static let editAnnouncements = Permission(rawValue: "editAnnouncements")
        /// Offer files to customers.
        public static let editDownloads = Permission(rawValue: "editDownloads")
        /// Give a guest a new access token.
        public static let renewGuestAccess = Permission(rawValue: "renewGuestAccess")
    }

    /// The host's id.
    public let id: ID
    /// The name that customers see.
    public var name: SingleLine
    /// The address for notices. Customers never see it.
    public var email: EmailAddress?
    /// The language for notices, as a BCP 47 tag.
    public var language: String?
    /// Whose tickets the agent sees.
    public var departments: Departments
    /// What the agent may do on them.
    public var permissions: Set<Permission>

    /// Makes an agent with all the usual permissions.
    public init(
        id: ID, name: SingleLine, email: EmailAddress? = nil, departments: Departments,
        permissions: Set<Permission> = .standard
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.departments = departments
        self.permissions = permissions
    }
}

extension Agent {
    /// Makes an agent of any text as name; control characters and line breaks in it become spaces.
    public init(id: ID, name: String, email: EmailAddress? = nil, departments: Departments) {
        self.init(id: id, name: SingleLine(name), email: email, departments: departments)
    }
}

extension Set<Agent.Permission> {
    /// Everything an agent usually may do.
    public static let standard: Set<Agent.Permission> = [
        .reply, .note, .changeStatus, .transfer, .changePriority, .manageCopies, .openForOthers, .renewGuestAccess,
        .assign, .merge, .editMessages, .editFields, .manageCannedReplies, .manageBans,
        .editArticles, .editAnnouncements, .editDownloads,
    ]
}
