/// What sessions throw when they refuse. Errors that a host's own store, directory or channel throws pass through as they are.
///
/// The same ``Code/notFound`` is thrown for a record of somebody else and for one that does not exist.
public struct PortalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why it was refused; later versions add codes.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        /// The code as text.
        public let rawValue: String

        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Not there, or not for this session: the two cannot be told apart.
        public static let notFound = Code(rawValue: "notFound")
        /// The host did not compose this section.
        public static let sectionNotComposed = Code(rawValue: "sectionNotComposed")
        /// Somebody changed the record since the revision that the caller named: ``PortalError/current`` is the one stored now.
        public static let conflict = Code(rawValue: "conflict")
        /// So many others changed the record at the same time that the change was given up; nothing was stored, try again.
        public static let busy = Code(rawValue: "busy")
        /// The form or draft has mistakes: all of them are in ``PortalError/problems``. The draft itself is untouched.
        public static let invalidForm = Code(rawValue: "invalidForm")
        /// Not a mail address.
        public static let invalidAddress = Code(rawValue: "invalidAddress")
        /// The agent lacks the permission, or the role never may.
        public static let notPermitted = Code(rawValue: "notPermitted")
        /// The department forbids customers to close its tickets.
        public static let closingForbidden = Code(rawValue: "closingForbidden")
        /// The ticket is closed and policy does not reopen it.
        public static let ticketClosed = Code(rawValue: "ticketClosed")
        /// Two channels of the portal have one name.
        public static let duplicateChannelName = Code(rawValue: "duplicateChannelName")
        /// No such department, status or priority is configured.
        public static let unknownChoice = Code(rawValue: "unknownChoice")
        /// All the numbers that the mask can make are in use.
        public static let ticketNumbersExhausted = Code(rawValue: "ticketNumbersExhausted")
        /// The number mask has an unknown token, no variable part, or is too long.
        public static let invalidNumberMask = Code(rawValue: "invalidNumberMask")
        /// The access token has expired. One that was replaced by a newer one is simply unknown.
        public static let accessExpired = Code(rawValue: "accessExpired")
        /// There are as many tickets as a ``FloodPolicy`` allows; ``PortalError/limit`` says how many.
        public static let tooManyTickets = Code(rawValue: "tooManyTickets")
        /// A ban keeps the sender from writing.
        public static let banned = Code(rawValue: "banned")
        /// The ticket was merged into one that the session does not see.
        public static let ticketMerged = Code(rawValue: "ticketMerged")
        /// A ticket cannot be merged into itself or into a merged one, or was merged before.
        public static let invalidMerge = Code(rawValue: "invalidMerge")
        /// Merging would change who sees what, and it was not said whether it should.
        public static let accessUndecided = Code(rawValue: "accessUndecided")
        /// The messages to split off are not some, and not all, of the ticket's.
        public static let invalidSplit = Code(rawValue: "invalidSplit")
        /// More than a limit allows; ``PortalError/limit`` says how many.
        public static let tooMany = Code(rawValue: "tooMany")
        /// There is still something in it.
        public static let notEmpty = Code(rawValue: "notEmpty")
        /// A grade outside of ``TicketFeedback/grades``.
        public static let invalidGrade = Code(rawValue: "invalidGrade")
        /// Feedback is for closed tickets, and ratings for replies of agents.
        public static let notRateable = Code(rawValue: "notRateable")
        /// What is searched for, or a draft, is longer than the limits allow.
        public static let tooLong = Code(rawValue: "tooLong")
        /// A text has merge fields that nothing is known of; ``PortalError/message`` names them.
        public static let unknownMergeField = Code(rawValue: "unknownMergeField")
        /// The recipient is on the ticket already.
        public static let duplicateRecipient = Code(rawValue: "duplicateRecipient")
        /// The recipient is the requester.
        public static let ownAddress = Code(rawValue: "ownAddress")
        /// The recipient is an address of the portal itself, which would write to itself.
        public static let portalAddress = Code(rawValue: "portalAddress")
        /// The ticket has as many recipients as ``PortalLimits/recipients`` allows.
        public static let tooManyRecipients = Code(rawValue: "tooManyRecipients")
        /// The file is larger than the rules allow; ``PortalError/limit`` says how large it may be. What was written is gone.
        public static let fileTooLarge = Code(rawValue: "fileTooLarge")
        /// Files of this kind, or any, may not be uploaded.
        public static let fileTypeNotAllowed = Code(rawValue: "fileTypeNotAllowed")
        /// The file to upload cannot be read.
        public static let unreadableFile = Code(rawValue: "unreadableFile")
        /// The attachment is listed but its bytes are missing.
        public static let fileMissing = Code(rawValue: "fileMissing")
        /// The file is there, and not for whoever asks: ``PortalError/denial`` says why.
        public static let downloadDenied = Code(rawValue: "downloadDenied")
        /// The range does not lie within the file.
        public static let invalidRange = Code(rawValue: "invalidRange")
        /// The cursor is of another list or order.
        public static let invalidCursor = Code(rawValue: "invalidCursor")
        /// What the position points at is not kept any more: read the list anew and follow from its end.
        public static let resyncRequired = Code(rawValue: "resyncRequired")
    }

    /// Why it was refused.
    public var code: Code
    /// For developers: names ids, no personal data. What users read is the host's, by ``code``.
    public var message: String
    /// With ``Code/invalidForm``: every mistake, by field and code.
    public var problems: [FormProblem] = []
    /// With ``Code/conflict``: the revision that is stored now.
    public var current: Revision?
    /// The limit that was exceeded, in the units of its setting.
    public var limit: Int?

    /// With ``Code/downloadDenied``: the reason.
    public var denial: DownloadDenial?

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ code: Code, _ message: String, limit: Int) {
        self.init(code, message)
        self.limit = limit
    }

    init(problems: [FormProblem]) {
        self.init(.invalidForm, problems.map { "\($0.field.rawValue): \($0.code.rawValue)" }.joined(separator: ", "))
        self.problems = problems
    }

    static func notFound(_ what: String) -> PortalError { PortalError(.notFound, "no such \(what)") }

    /// Code and message.
    public var description: String { "\(code.rawValue): \(message)" }
}

extension PortalError.Code {
    /// Lets `catch` and `switch` match an error by its code: `catch let error where .notFound ~= error`.
    public static func ~= (code: PortalError.Code, error: any Error) -> Bool {
        (error as? PortalError)?.code == code
    }
}
