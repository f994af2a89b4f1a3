#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A ticket in a customer's list.
public struct TicketSummary: Identifiable, Hashable, Sendable, Codable {
    /// The id.
    public let id: Ticket.ID
    /// The number.
    public let number: TicketNumber
    /// What it is about.
    public let subject: SingleLine
    /// Who is to answer.
    public let department: Department.ID
    /// The department's name; its id where it is not configured any more.
    public let departmentName: SingleLine
    /// How it stands.
    public let status: TicketStatus
    /// What that status means.
    public let kind: StatusKind
    /// How urgent it is.
    public let priority: TicketPriority
    /// The service that it is about.
    public let service: Service.ID?
    /// When it was opened.
    public let opened: Date
    /// When a person last wrote.
    public let lastActivity: Date
    /// Who wrote that.
    public let lastRole: Role
    /// What the viewer is to it: requester, or copy for somebody on CC.
    public let viewerRole: Role
    /// How often something changed that the viewer can see; hand it back as ``ReplyDraft/seen``.
    public let revision: Revision
    /// Whether somebody else has written since the viewer last marked it as read.
    public let isUnread: Bool
    /// Whether it was merged into another ticket: whoever may see that gets its page for this one's.
    public let isMerged: Bool

    /// Parameter `seen`: the place of the last message that the viewer has marked as read.
    init(_ ticket: Ticket, for identity: AccessKey, as role: Role, seen: Int?, _ configuration: PortalConfiguration) {
        id = ticket.id
        number = ticket.number
        subject = ticket.subject
        department = ticket.department
        departmentName = configuration.name(of: ticket.department)
        status = ticket.status
        kind = configuration.kind(of: ticket.status)
        priority = ticket.priority
        service = ticket.service
        opened = ticket.opened
        lastActivity = ticket.lastActivity
        lastRole = ticket.lastRole
        viewerRole = role
        revision = ticket.publicRevision
        isUnread = ticket.isUnread(by: identity, seen: seen, includesInternal: false)
        isMerged = ticket.mergedInto != nil
    }
}

/// A ticket as its customer sees it: information, conversation, recipients, and what can be done.
public struct TicketPage: Hashable, Sendable, Codable {
    /// The information beside the conversation.
    public let ticket: TicketSummary
    /// Who asked.
    public let requesterName: SingleLine
    /// Who else gets the replies, and who waits for approval.
    public let copies: [ListedCopy]
    /// The closed ticket that this one goes on from.
    public let followUpOf: Ticket.ID?
    /// The ticket that goes on from this closed one.
    public let continuedIn: Ticket.ID?
    /// The ticket of which messages were made this one.
    public let splitFrom: Ticket.ID?
    /// The tickets that were made of messages of this one.
    public let splitInto: [Ticket.ID]
    /// The answers to the department's own fields, in its order.
    public let fields: [AnsweredField]
    /// What the requester said when it was over; for the requester alone.
    public let feedback: TicketFeedback?
    /// What was said; in the order asked for.
    public let conversation: Page<ConversationEntry>
    /// What the viewer can do now, and the rule that would decide: absent is what would be refused.
    public let abilities: [TicketAbility: TicketRule]
}

/// An answer to a field of the department.
public struct AnsweredField: Identifiable, Hashable, Sendable, Codable {
    /// The id of the field.
    public let id: CustomField.ID
    /// The question.
    public let label: SingleLine
    /// The answer.
    public let value: FieldValue
}

/// A CC recipient in a list.
public struct ListedCopy: Hashable, Sendable, Codable {
    /// Where replies go.
    public let address: EmailAddress
    /// Whether they do; otherwise the recipient waits for approval.
    public let isApproved: Bool
    /// Whether the viewer named it.
    public let isOwn: Bool

    init(_ copy: CopyRecipient, viewer: AccessKey) {
        address = copy.address
        isApproved = copy.isApproved
        isOwn = copy.proposedBy == viewer
    }
}

/// Something that a viewer may be able to do, for the buttons of a page.
public struct TicketAbility: RawRepresentable, Hashable, Sendable, Codable, CodingKeyRepresentable {
    /// The ability as text.
    public let rawValue: String

    /// Makes an ability.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The ability as the key of a coded dictionary.
    public var codingKey: any CodingKey { TextKey(stringValue: rawValue) }

    /// Reads the ability from the key of a coded dictionary.
    public init?<Key: CodingKey>(codingKey: Key) { rawValue = codingKey.stringValue }

    /// Write a reply; the rule says whether it reopens the ticket or opens a follow-up.
    public static let reply = TicketAbility(rawValue: "reply")
    /// Close the ticket.
    public static let close = TicketAbility(rawValue: "close")
    /// Open it again without a message.
    public static let reopen = TicketAbility(rawValue: "reopen")
    /// Say how it went, or say it anew.
    public static let giveFeedback = TicketAbility(rawValue: "giveFeedback")
}

/// A public message as customers see it.
public struct ConversationEntry: Identifiable, Hashable, Sendable, Codable {
    /// The id of the message.
    public let id: Message.ID
    /// Who wrote it: requester, copy, agent or system.
    public let authorRole: Role
    /// The author's name.
    public let authorName: SingleLine
    /// Whether the viewer wrote it.
    public let isOwn: Bool
    /// When.
    public let date: Date
    /// The text: a Markdown source, to be escaped or rendered safely, never HTML.
    public let text: String
    /// Its files.
    public let attachments: [ListedFile]
    /// When the text was last changed; `nil` where it is as it was sent.
    public let edited: Date?
    /// How helpful the requester found it, from 1 to 5.
    public let rating: Int?

    init(_ message: Message, viewer: AccessKey, missing: Set<Blob.ID>) {
        id = message.id
        authorRole = message.author.role
        authorName = message.author.name
        isOwn = message.author.identity == viewer
        date = message.date
        text = message.text
        attachments = message.attachments.map { ListedFile($0, isMissing: missing.contains($0.id)) }
        edited = message.edits.last?.date
        rating = message.rating
    }
}

/// An attachment in a list.
public struct ListedFile: Identifiable, Hashable, Sendable, Codable {
    /// The id of the attachment.
    public let id: Blob.ID
    /// The name to show.
    public let name: FileName
    /// The number of bytes.
    public let size: Int
    /// Whether the bytes are not there (any more): it can be listed, not fetched.
    public let isMissing: Bool
    /// When they were removed because they had been kept long enough.
    public let removed: Date?

    init(_ attachment: FileAttachment, isMissing: Bool) {
        id = attachment.id
        name = attachment.name
        size = attachment.size
        self.isMissing = isMissing
        removed = attachment.removed
    }
}

/// A ticket as agents see it.
public struct AgentTicketPage: Hashable, Sendable {
    /// The stored record.
    public let ticket: Ticket
    /// All messages, internal notes included; in the order asked for.
    public let conversation: Page<Message>
    /// Attachments of these messages whose bytes have gone missing.
    public let missingFiles: Set<Blob.ID>
}

/// How many tickets there are, by status.
public struct TicketCounts: Hashable, Sendable {
    /// By status; statuses without tickets are left out.
    public let byStatus: [TicketStatus: Int]
    /// By what the status means.
    public let byKind: [StatusKind: Int]

    init(_ byStatus: [TicketStatus: Int], _ configuration: PortalConfiguration) {
        self.byStatus = byStatus
        var byKind: [StatusKind: Int] = [:]
        for (status, count) in byStatus { byKind[configuration.kind(of: status), default: 0] += count }
        self.byKind = byKind
    }

    /// The number of tickets of a status.
    public subscript(status status: TicketStatus) -> Int { byStatus[status] ?? 0 }
    /// The number of tickets of a kind of status.
    public subscript(kind kind: StatusKind) -> Int { byKind[kind] ?? 0 }
    /// The number of tickets.
    public var total: Int { byStatus.values.reduce(0, +) }
}

/// What would become of an action: the same decision as the action itself, without the commit.
public struct TicketPreview: Hashable, Sendable {
    /// The rule that decided.
    public let rule: TicketRule
    /// How the ticket stands.
    public let status: TicketStatus
    /// How it would stand then; of the follow-up where one is opened.
    public let newStatus: TicketStatus
    /// Who would hear of it, if nothing else changes meanwhile. To customers, agents are shown as their department.
    public let recipients: [Recipient]
    /// Who would see it then and does not now, and the other way round.
    public let access: AccessDiff
}
