/// What becomes of a closed ticket when its customer writes again.
public enum ReopeningPolicy: Hashable, Sendable {
    /// It is reopened.
    case always
    /// It is reopened until so long after closing, and no more from that instant on.
    case within(Duration, otherwise: Otherwise)
    /// It stays closed.
    case never(Otherwise)

    /// What happens instead of reopening.
    public enum Otherwise: Hashable, Sendable {
        /// The reply is refused; the draft is untouched.
        case refuse
        /// The reply opens a new ticket, linked to the closed one.
        case followUp
    }
}

/// What CC recipients who are customers may do in the portal. All of them get notices of public replies.
public struct CopyPolicy: Hashable, Sendable {
    /// What they see of a ticket.
    public enum Sight: Hashable, Sendable {
        /// Nothing: they only get notices.
        case noticesOnly
        /// The public messages since they were approved.
        case sinceApproval
        /// All public messages.
        case everything
    }

    /// What they see of a ticket.
    public var sight: Sight
    /// Whether they may reply to what they see.
    public var mayReply: Bool

    /// Makes a policy.
    public init(sight: Sight, mayReply: Bool) {
        self.sight = sight
        self.mayReply = mayReply
    }
}

/// When a ticket that waits for its customer is closed by itself.
///
/// Only public messages of people count, never what the portal posts, nor notes, nor changes of the record. What waits for an agent is never
/// closed.
public enum AutoClosePolicy: Hashable, Sendable {
    /// Never.
    case never
    /// So long after the last public message, but not before the customer was warned for at least so long. When a warning is due, it is
    /// given that much before the closing. A warning of no time is none.
    case after(Duration, warning: Duration)
}

/// How many tickets are accepted; `nil` for any number. What is beyond is refused with ``PortalError/Code/tooManyTickets``, in the same atomic
/// step that would store the ticket, be it opened by a form or by a reply to a closed one. Agents may open any number for anybody.
public struct FloodPolicy: Hashable, Sendable {
    /// The most tickets of a customer that are not closed.
    public var openPerCustomer: Int?
    /// The most tickets that a customer opens within an hour.
    public var hourlyPerCustomer: Int?
    /// The most tickets that guests open within an hour from one source, where the host names a ``Guest/source``.
    public var hourlyPerSource: Int? = 20

    /// Any number for customers, 20 an hour for the guests of a source.
    public init() {}
}

/// How tickets behave.
public struct TicketPolicy: Hashable, Sendable {
    /// When a reply reopens a closed ticket.
    public var reopening = ReopeningPolicy.always
    /// Replies of customers to a closed ticket that are appended without reopening it: whole messages such as "Thank you!",
    /// compared without regard to case, punctuation and repeated spaces. Empty for none; ``englishThanks`` has a few.
    public var thanks: Set<String> = []
    /// What CC recipients may do.
    public var copies = CopyPolicy(sight: .everything, mayReply: true)
    /// Whether CC recipients whom a guest names get replies without an agent's approval. Anybody can be a guest, so this would let
    /// anybody have the portal write to anybody.
    public var guestsApproveCopies = false
    /// How long a submit key makes a second submit harmless, from the first one on.
    public var submitKeyLifetime = Duration.seconds(24 * 3600)
    /// How long after the last public message a guest's access token is good.
    public var guestAccessLifetime = Duration.seconds(90 * 24 * 3600)
    /// When tickets that wait for their customers are closed; a department may say otherwise.
    public var autoClose = AutoClosePolicy.never
    /// How long after the last public message the agents are reminded of a ticket that waits for them, once for each.
    public var reminders: [Duration] = []
    /// How long after closing the bytes of a ticket's attachments are removed; they stay listed. `nil` keeps them.
    public var attachmentLifetime: Duration?
    /// How many tickets are accepted.
    public var floods = FloodPolicy()
    /// How long an uploaded file may wait to be sent.
    public var uploadLifetime = Duration.seconds(24 * 3600)

    /// What suits most hosts: replies always reopen, CC recipients see and reply, keys last a day and tokens 90 days.
    public init() {}

    /// Short English messages of thanks, for ``thanks``.
    public static let englishThanks: Set<String> = [
        "thanks", "thank you", "thanks a lot", "thank you very much", "many thanks", "thanks so much", "thx", "ok thanks",
        "ok thank you", "great thanks", "perfect thanks", "thank you so much", "thanks it works", "thanks it works now", "cheers",
    ]

    /// Whether a message is nothing but thanks.
    func isThanks(_ message: String) -> Bool {
        guard !thanks.isEmpty, message.utf8.count <= 200 else { return false }
        let words = Self.words(message)
        return !words.isEmpty && thanks.contains { Self.words($0) == words }
    }

    private static func words(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
}
