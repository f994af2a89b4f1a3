/// What a host says of its feed of announcements.
public struct AnnouncementFeedSettings: Sendable {
    /// What the feed is called.
    public var title: String
    /// Who publishes it.
    public var author: String
    /// The page of the announcements, as an absolute URL.
    public var home: String
    /// Where the feed itself is, as an absolute URL. It names the entries, too, so it must stay.
    public var address: String
    /// The page of an announcement, as an absolute URL; `nil` where there is none.
    public var link: @Sendable (AnnouncementSummary) -> String?
    /// How many of the newest are in it.
    public var limit = 20
    /// How texts become HTML. Feed readers know no relative links.
    public var style = MarkdownStyle {
        $0.isTrusted = true
        $0.allowsRelativeLinks = false
    }

    /// Makes settings.
    public init(
        title: String, author: String, home: String, address: String, link: @escaping @Sendable (AnnouncementSummary) -> String?
    ) {
        self.title = title
        self.author = author
        self.home = home
        self.address = address
        self.link = link
    }
}

extension GuestAnnouncements {
    /// The newest announcements for everyone, for feed readers: to be written with ``SyndicationFeed/atom()`` or
    /// ``SyndicationFeed/jsonFeed()``.
    public func feed(_ settings: AnnouncementFeedSettings, language: String? = nil) async throws -> SyndicationFeed {
        let board = try await board(language)
        let tree = try await board.viewer.tree()
        // By date alone: feed readers know no pins.
        let limit = Swift.max(0, settings.limit)
        var found = try await collectPages(limit: limit) { try await board.viewer.items(order: .newest, page: $0, tree) }
        found.sort { ($1.entry.published, $0.id) < ($0.entry.published, $1.id) }
        let entries = found.map { announcement in
            let summary = AnnouncementSummary(shown: board.viewer.summary(announcement, tree), isUnread: false)
            let shown = summary.shown
            let body = announcement.entry.text(in: board.viewer.language).body
            return SyndicationFeed.Entry(
                id: "\(settings.address)#\(announcement.id.rawValue.escapedForLink)", title: shown.title.text,
                summary: shown.summary, html: Markdown(body).html(settings.style), link: settings.link(summary),
                published: shown.published,
                updated: Swift.max(shown.published, shown.updated), tags: shown.tags.map(\.rawValue), language: shown.language)
        }
        return SyndicationFeed(
            title: settings.title, author: settings.author, home: settings.home, address: settings.address,
            updated: entries.map(\.updated).max() ?? board.viewer.now, entries: entries)
    }
}
