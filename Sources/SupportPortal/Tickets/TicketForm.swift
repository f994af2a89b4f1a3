/// The form that opens a ticket, as a value: what a host renders, keeps as a draft, and hands back. It holds no reference to the
/// portal; what it says is checked when it is handed back, whatever happened to it meanwhile.
///
/// Made by `newForm()` of a session, which fills in who is asking and what can be chosen.
public struct TicketForm: Hashable, Sendable, Codable {
    /// What can be chosen, for the person whose form it is.
    public struct Choices: Hashable, Sendable, Codable {
        /// A department that can be chosen.
        public struct Department: Hashable, Sendable, Codable, Identifiable {
            /// The id.
            public let id: SupportPortal.Department.ID
            /// The name.
            public let name: SingleLine
            /// What to write to it about.
            public let summary: String
            /// What it asks beside subject and message.
            public let fields: [CustomField]
        }

        /// The departments, in the host's order.
        public var departments: [Department]
        /// The person's own services.
        public var services: [Service]
        /// The priorities, in the host's order.
        public var priorities: [TicketPriority]
        /// What may be attached; to be shown beside the form.
        public var uploads: UploadRules
    }

    /// The name. Filled in and not to be changed for customers: what the form says of them is not used.
    public var name: String
    /// The address. Filled in and not to be changed for customers.
    public var email: String
    /// Whether name and address are those of a signed-in customer, to be shown but not edited.
    public let isSignedIn: Bool
    /// The department; chosen already when there is only one.
    public var department: Department.ID?
    /// The service that it is about, if any.
    public var service: Service.ID?
    /// How urgent it is.
    public var priority: TicketPriority
    /// What it is about, in a line.
    public var subject = ""
    /// What to say.
    public var message = ""
    /// The answers to the chosen department's own fields, as they were typed.
    public var fields: [CustomField.ID: String] = [:]
    /// Who else gets the replies, as addresses.
    public var copies: [String] = []
    /// The uploaded files.
    public var attachments: [UploadedFile] = []
    /// Makes a second submit harmless for ``TicketPolicy/submitKeyLifetime``.
    public let submitKey: SubmitKey
    /// What can be chosen.
    public let choices: Choices

    init(name: SingleLine, email: EmailAddress?, isSignedIn: Bool, submitKey: SubmitKey, choices: Choices) {
        self.name = name.text
        self.email = email?.text ?? ""
        self.isSignedIn = isSignedIn
        self.submitKey = submitKey
        self.choices = choices
        department = choices.departments.count == 1 ? choices.departments.first?.id : nil
        priority = choices.priorities.middle
    }
}

extension [TicketPriority] {
    /// What a form begins with.
    var middle: TicketPriority { isEmpty ? .medium : self[count / 2] }
}

/// The form with which an agent opens a ticket for somebody else.
public struct AgentTicketForm: Hashable, Sendable, Codable {
    /// For whom.
    public enum Requester: Hashable, Sendable, Codable {
        /// A customer whom the ``PeopleDirectory`` knows.
        case customer(Customer.ID)
        /// Somebody without an account.
        case guest(name: String, email: String)
    }

    /// For whom.
    public var requester: Requester
    /// The department; hidden ones, too, but one of the agent's own.
    public var department: Department.ID?
    /// The customer's service that it is about, if any.
    public var service: Service.ID?
    /// How urgent it is; `nil` for the middle one of the configured priorities.
    public var priority: TicketPriority?
    /// How the ticket stands then; `nil` for Answered, as the last word is the agent's.
    public var status: TicketStatus?
    /// What it is about, in a line.
    public var subject: String
    /// What to say.
    public var message: String
    /// The answers to the department's own fields, as they were typed.
    public var fields: [CustomField.ID: String] = [:]
    /// Who else gets the replies, as addresses.
    public var copies: [String] = []
    /// The uploaded files.
    public var attachments: [UploadedFile] = []
    /// Makes a second submit harmless; `nil` where the host takes care of that.
    public var submitKey: SubmitKey?

    /// Makes a form.
    public init(for requester: Requester, department: Department.ID?, subject: String, message: String) {
        self.requester = requester
        self.department = department
        self.subject = subject
        self.message = message
    }
}

/// That a ticket was opened; the same again when the form is submitted again.
public struct TicketConfirmation: Hashable, Sendable, Codable {
    /// The ticket.
    public let ticket: Ticket.ID
    /// Its number, to be shown.
    public let number: TicketNumber
    /// How it stands.
    public let status: TicketStatus
    /// For guests: what opens the ticket again. To be shown or sent to the guest now, as only its hash is kept.
    public let accessToken: AccessToken?
}

/// A reply as it is written.
public struct ReplyDraft: Hashable, Sendable, Codable {
    /// What to say.
    public var text: String
    /// The uploaded files.
    public var attachments: [UploadedFile] = []
    /// Makes a second submit harmless for ``TicketPolicy/submitKeyLifetime``; `nil` where the host takes care of that.
    public var submitKey: SubmitKey?
    /// The revision of the page that was seen while writing: if somebody has written since, the reply is refused with
    /// ``PortalError/Code/conflict``. `nil` appends it in any case.
    public var seen: Revision?

    /// Makes a draft.
    public init(_ text: String, attachments: [UploadedFile] = []) {
        self.text = text
        self.attachments = attachments
    }
}

extension ReplyDraft: ExpressibleByStringLiteral {
    /// A reply written out in the host's source.
    public init(stringLiteral value: String) { self.init(value) }
}

/// What became of something that was done to a ticket.
public struct TicketReceipt: Hashable, Sendable, Codable {
    /// The ticket that it was done to: another one than was asked for when a reply opened a follow-up or landed in one.
    public let ticket: Ticket.ID
    /// Its number.
    public let number: TicketNumber
    /// How it stands now.
    public let status: TicketStatus
    /// Its revision now, to be named as seen.
    public let revision: Revision
    /// The rule that decided; ``TicketRule/unchanged`` when it was so already.
    public let rule: TicketRule
    /// The message that was added.
    public let message: Message.ID?

    init(_ ticket: Ticket, _ rule: TicketRule, for viewer: TicketViewer, message: Message.ID? = nil) {
        self.ticket = ticket.id
        number = ticket.number
        status = ticket.status
        revision = viewer.revision(of: ticket)
        self.rule = rule
        self.message = message
    }
}
