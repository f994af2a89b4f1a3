/// How much of anything the portal accepts. Checked before memory is spent, while data streams in.
public struct PortalLimits: Hashable, Sendable {
    /// The most characters in a subject.
    public var subject = 200
    /// The most characters in a name.
    public var name = 100
    /// The most UTF-8 bytes in a message.
    public var message = 100_000
    /// The most UTF-8 bytes in what is searched for.
    public var query = 1_000
    /// How many results of a search can be paged through.
    public var searchResults = 1_000
    /// The most articles that are suggested for a message.
    public var suggestions = 5
    /// The most UTF-8 bytes in a saved draft.
    public var draft = 400_000
    /// The most tags on a ticket.
    public var tags = 20
    /// The most agents who watch a ticket.
    public var watchers = 100
    /// The most tickets in one bulk action, and messages in one split.
    public var bulk = 1_000
    /// The most messages of a ticket that can be merged into another one.
    public var mergedMessages = 10_000
    /// The most canned replies that are read at once.
    public var cannedReplies = 5_000
    /// The most edits that a message keeps.
    public var edits = 50
    /// The most CC recipients on a ticket.
    public var recipients = 20
    /// The most elements on a page.
    public var pageSize = 100
    /// The most services of a customer that a form lists.
    public var services = 500
    /// The most agents of a department who are told of something.
    public var agentsPerNotice = 500
    /// The most UTF-8 bytes in the text of an article or an announcement, in one language.
    public var article = 1_000_000
    /// The most UTF-8 bytes in a summary.
    public var summary = 2_000
    /// How many of the newest announcements are looked at to count unread ones.
    public var unreadAnnouncements = 200
    /// The most languages of an article, an announcement or a download.
    public var languages = 50
    /// The most categories of a section.
    public var categories = 2_000
    /// The most categories that one thing is listed in.
    public var categoriesOfItem = 20
    /// The most keys in an audience, such as named customers.
    public var audience = 1_000
    /// How often a change is decided anew because others changed the record meanwhile, before ``PortalError/Code/busy``.
    public var attempts = 128

    /// The limits that suit most hosts.
    public init() {}

    /// Cuts a request to the allowed page size.
    func cut(_ page: PageRequest) -> PageRequest {
        PageRequest(limit: Swift.min(Swift.max(0, page.limit), pageSize), after: page.after)
    }
}
