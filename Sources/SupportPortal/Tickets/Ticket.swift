#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A request for help: who asked, about what, and how it stands. Its messages are records of their own (``Message``), so that a
/// reply stays small however long the conversation is.
///
/// This is the stored record, for stores and agents. Customers and guests get ``TicketSummary`` and ``TicketPage``.
public struct Ticket: Identifiable, Hashable, Sendable, Codable {
    /// The id of a ticket.
    public typealias ID = Identifier<Ticket>

    /// The id.
    public let id: ID
    /// The number that people quote, such as `QTR-204917`. No permission: knowing it opens nothing.
    public let number: TicketNumber
    /// Who asked.
    public let requester: Requester
    /// When it was opened.
    public let opened: Date
    /// What it is about.
    public var subject: SingleLine
    /// Who is to answer.
    public var department: Department.ID
    /// The service of the requester that it is about.
    public var service: Service.ID?
    /// How urgent it is.
    public var priority: TicketPriority
    /// How it stands.
    public var status: TicketStatus
    /// When a person last wrote a public message. What the portal posts by itself and internal notes do not count.
    public var lastActivity: Date
    /// Who wrote the last of these.
    public var lastRole: Role
    /// When it was closed; `nil` unless it is.
    public var closed: Date?
    /// Who else gets the public replies.
    public var copies: [CopyRecipient]
    /// How a guest comes back.
    public var guestAccess: GuestAccess?
    /// The closed ticket that this one goes on from.
    public var followUpOf: Ticket.ID?
    /// The ticket that goes on from this closed one.
    public var continuedIn: Ticket.ID?
    /// How many messages it has, internal notes included.
    public var messageCount: Int
    /// The highest ``Message/index`` that was ever given out here.
    public var lastIndex: Int
    /// The place of the last public message.
    public var lastPublicIndex: Int
    /// Who wrote the last message, internal notes included.
    public var lastAuthor: AccessKey
    /// Who wrote the last public message.
    public var lastPublicAuthor: AccessKey
    /// How many attachments have their bytes, removed ones not counted.
    public var fileCount: Int
    /// Who has written to it, beside the requester: customers on CC and agents, in the order in which they came.
    public var participants: [AccessKey]
    /// The agent who takes care of it.
    public var assignee: Agent.ID?
    /// The agents who want to hear of it, in the order in which they came.
    public var watchers: [Agent.ID]
    /// The tags, in order; for agents alone.
    public var tags: [TagName]
    /// What the department asks beside subject and message.
    public var fields: [CustomField.ID: FieldValue]
    /// The ticket that this one was merged into: it leads there, and has no messages any more.
    public var mergedInto: Ticket.ID?
    /// Whether those who saw it see the ticket that it was merged into.
    public var mergeAccess: MergeAccess?
    /// The tickets that were merged into this one, and whether their people see it.
    public var merged: [MergedTicket]
    /// The ticket from which messages were split off to make this one.
    public var splitFrom: Ticket.ID?
    /// The tickets that were made of messages of this one.
    public var splitInto: [Ticket.ID]
    /// What the requester said when it was over.
    public var feedback: TicketFeedback?
    /// When the customer was warned that it will be closed; `nil` once somebody writes.
    public var warned: Date?
    /// How many reminders the agents got since somebody last wrote.
    public var reminders: Int
    /// Where a guest came from, as the host says: what floods are counted by. Nobody holds this key.
    public var source: AccessKey?
    /// How often something changed that customers can see: what they name as seen, so that an internal note neither shows nor disturbs.
    public var publicRevision: Revision
    /// How often the record was written.
    public var revision: Revision

    /// Makes a ticket that is not stored yet, open, of medium priority and without messages.
    public init(
        id: ID, number: TicketNumber, requester: Requester, opened: Date, subject: SingleLine, department: Department.ID
    ) {
        self.id = id
        self.number = number
        self.requester = requester
        self.opened = opened
        self.subject = subject
        self.department = department
        priority = .medium
        status = .open
        lastActivity = opened
        lastRole = .requester
        copies = []
        messageCount = 0
        lastIndex = 0
        lastPublicIndex = 0
        lastAuthor = requester.identity
        lastPublicAuthor = requester.identity
        fileCount = 0
        participants = []
        watchers = []
        tags = []
        fields = [:]
        merged = []
        splitInto = []
        reminders = 0
        publicRevision = .unsaved
        revision = .unsaved
    }

    /// The keys of who may see it: the requester, the approved CC recipients, the agents of the department, and the holder of a
    /// guest's token.
    public var accessKeys: Set<AccessKey> {
        var keys: Set<AccessKey> = [.department(department)]
        if let customer = requester.customer { keys.insert(.customer(customer)) }
        if let guestAccess { keys.insert(guestAccess.key) }
        for copy in copies where copy.isApproved { keys.insert(.address(copy.address)) }
        for ticket in merged where ticket.isShared {
            if let customer = ticket.requester.customer { keys.insert(.customer(customer)) }
            if let guestAccess = ticket.guestAccess { keys.insert(guestAccess.key) }
        }
        if let source { keys.insert(source) }
        return keys
    }

    /// The keys of all the people whom the record names, whether they see it or not: what ``TicketFilter/person`` looks for, to find everything
    /// that is kept of somebody.
    public var people: Set<AccessKey> {
        var keys = Set(participants)
        for requester in [requester] + merged.map(\.requester) {
            keys.insert(requester.identity)
            if let address = requester.address { keys.insert(.address(address)) }
        }
        for copy in copies { keys.formUnion([.address(copy.address), copy.proposedBy]) }
        if let assignee { keys.insert(.agent(assignee)) }
        keys.formUnion(watchers.map(AccessKey.agent))
        return keys
    }

    enum CodingKeys: CodingKey {
        case id, number, requester, opened, subject, department, service, priority, status, lastActivity, lastRole,
            closed, copies, guestAccess, followUpOf, continuedIn, messageCount, lastIndex, lastPublicIndex, lastAuthor,
            lastPublicAuthor, fileCount, participants, assignee, watchers, tags, fields, mergedInto, mergeAccess,
            merged, splitFrom, splitInto, feedback, warned, reminders, source, publicRevision, revision
    }

    /// Reads a ticket; fields that later versions added may be absent.
    public init(from decoder: any Decoder) throws {
        if let reader = decoder as? ValueReader {
            try self.init(KeyedReader(reader))
        } else {
            try self.init(decoder.container(keyedBy: CodingKeys.self))
        }
    }

    /// Generic, so that there is a fast version for ``RecordDecoder``.
    private init<Values: KeyedDecodingContainerProtocol>(_ values: Values) throws where Values.Key == CodingKeys {
        id = try values.decode(ID.self, forKey: .id)
        number = try values.decode(TicketNumber.self, forKey: .number)
        requester = try values.decode(Requester.self, forKey: .requester)
        opened = try values.decode(Date.self, forKey: .opened)
        subject = try values.decode(SingleLine.self, forKey: .subject)
        department = try values.decode(Department.ID.self, forKey: .department)
        service = try values.decodeIfPresent(Service.ID.self, forKey: .service)
        priority = try values.decodeIfPresent(TicketPriority.self, forKey: .priority) ?? .medium
        status = try values.decodeIfPresent(TicketStatus.self, forKey: .status) ?? .open
        lastActivity = try values.decodeIfPresent(Date.self, forKey: .lastActivity) ?? opened
        lastRole = try values.decodeIfPresent(Role.self, forKey: .lastRole) ?? .requester
        closed = try values.decodeIfPresent(Date.self, forKey: .closed)
        copies = try values.decodeIfPresent([CopyRecipient].self, forKey: .copies) ?? []
        guestAccess = try values.decodeIfPresent(GuestAccess.self, forKey: .guestAccess)
        followUpOf = try values.decodeIfPresent(Ticket.ID.self, forKey: .followUpOf)
        continuedIn = try values.decodeIfPresent(Ticket.ID.self, forKey: .continuedIn)
        messageCount = try values.decodeIfPresent(Int.self, forKey: .messageCount) ?? 0
        lastIndex = try values.decodeIfPresent(Int.self, forKey: .lastIndex) ?? messageCount
        lastPublicIndex = try values.decodeIfPresent(Int.self, forKey: .lastPublicIndex) ?? lastIndex
        lastAuthor = try values.decodeIfPresent(AccessKey.self, forKey: .lastAuthor) ?? requester.identity
        lastPublicAuthor = try values.decodeIfPresent(AccessKey.self, forKey: .lastPublicAuthor) ?? requester.identity
        fileCount = try values.decodeIfPresent(Int.self, forKey: .fileCount) ?? 0
        participants = try values.decodeIfPresent([AccessKey].self, forKey: .participants) ?? []
        assignee = try values.decodeIfPresent(Agent.ID.self, forKey: .assignee)
        watchers = try values.decodeIfPresent([Agent.ID].self, forKey: .watchers) ?? []
        tags = try values.decodeIfPresent([TagName].self, forKey: .tags) ?? []
        fields = try values.decodeIfPresent([CustomField.ID: FieldValue].self, forKey: .fields) ?? [:]
        mergedInto = try values.decodeIfPresent(Ticket.ID.self, forKey: .mergedInto)
        mergeAccess = try values.decodeIfPresent(MergeAccess.self, forKey: .mergeAccess)
        merged = try values.decodeIfPresent([MergedTicket].self, forKey: .merged) ?? []
        splitFrom = try values.decodeIfPresent(Ticket.ID.self, forKey: .splitFrom)
        splitInto = try values.decodeIfPresent([Ticket.ID].self, forKey: .splitInto) ?? []
        feedback = try values.decodeIfPresent(TicketFeedback.self, forKey: .feedback)
        warned = try values.decodeIfPresent(Date.self, forKey: .warned)
        reminders = try values.decodeIfPresent(Int.self, forKey: .reminders) ?? 0
        source = try values.decodeIfPresent(AccessKey.self, forKey: .source)
        publicRevision = try values.decodeIfPresent(Revision.self, forKey: .publicRevision) ?? .unsaved
        revision = try values.decodeIfPresent(Revision.self, forKey: .revision) ?? .unsaved
    }
}

/// Who asked for help, as it was when the ticket was opened.
public struct Requester: Hashable, Sendable, Codable {
    /// The customer; `nil` for a guest.
    public var customer: Customer.ID?
    /// The name.
    public var name: SingleLine
    /// The address for notices. A guest's is not verified: it receives, it opens nothing.
    public var address: EmailAddress?
    /// The language for notices, as a BCP 47 tag.
    public var language: String?

    enum CodingKeys: CodingKey {
        case customer, name, address, language
    }

    /// Reads a requester.
    public init(from decoder: any Decoder) throws {
        if let reader = decoder as? ValueReader {
            try self.init(KeyedReader(reader))
        } else {
            try self.init(decoder.container(keyedBy: CodingKeys.self))
        }
    }

    /// Generic, so that there is a fast version for ``RecordDecoder``.
    private init<Values: KeyedDecodingContainerProtocol>(_ values: Values) throws where Values.Key == CodingKeys {
        customer = try values.decodeIfPresent(Customer.ID.self, forKey: .customer)
        name = try values.decode(SingleLine.self, forKey: .name)
        address = try values.decodeIfPresent(EmailAddress.self, forKey: .address)
        language = try values.decodeIfPresent(String.self, forKey: .language)
    }

    /// Makes a requester.
    public init(customer: Customer.ID?, name: SingleLine, address: EmailAddress?, language: String? = nil) {
        self.customer = customer
        self.name = name
        self.address = address
        self.language = language
    }

    /// A customer.
    public init(_ customer: Customer) {
        self.init(customer: customer.id, name: customer.name, address: customer.email, language: customer.language)
    }

    /// Who it is: `customer:…`, or `address:…` for a guest.
    public var identity: AccessKey {
        if let customer { return .customer(customer) }
        if let address { return .address(address) }
        return AccessKey(rawValue: "nobody")
    }

    /// The requester as author of something.
    var author: Author { Author(role: .requester, identity: identity, name: name, address: address) }
}

/// Somebody who gets copies of a ticket's public replies.
public struct CopyRecipient: Hashable, Sendable, Codable {
    /// Where they go.
    public var address: EmailAddress
    /// Who added or proposed it.
    public var proposedBy: AccessKey
    /// When the requester or an agent approved it; nothing is sent before.
    public var approved: Date?

    /// Makes a recipient.
    public init(address: EmailAddress, proposedBy: AccessKey, approved: Date? = nil) {
        self.address = address
        self.proposedBy = proposedBy
        self.approved = approved
    }

    /// Whether replies go there.
    public var isApproved: Bool { approved != nil }
}

/// How a guest comes back to a ticket: by a token of which only the hash is kept, until it expires.
public struct GuestAccess: Hashable, Sendable, Codable {
    /// SHA-256 of the token, as hexadecimal digits.
    public var tokenHash: String
    /// From this instant on the token is refused. Each public message moves it.
    public var expires: Date

    /// Makes an access.
    public init(tokenHash: String, expires: Date) {
        self.tokenHash = tokenHash
        self.expires = expires
    }

    /// The key that the ticket bears for whoever knows the token.
    public var key: AccessKey { .tokenHash(tokenHash) }
}

/// The number of a ticket that people quote.
public struct TicketNumber: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The number as text, without a leading `#`.
    public let rawValue: String

    /// Makes a number of text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Compares bytes, as databases do.
    public static func == (a: Self, b: Self) -> Bool { a.rawValue.hasSameBytes(as: b.rawValue) }

    /// The number after a `#`, as it is shown.
    public var description: String { "#" + rawValue }
}
