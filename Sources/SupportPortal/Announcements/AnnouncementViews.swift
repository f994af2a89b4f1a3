/// An announcement as lists show it.
public struct AnnouncementSummary: Identifiable, Hashable, Sendable, Codable {
    /// What all lists show.
    public let shown: CatalogSummary<Announcement>
    /// Whether the customer has not read it; `false` for guests, of whom nothing is known.
    public let isUnread: Bool

    /// The id.
    public var id: Announcement.ID { shown.id }
}

/// An announcement in full.
public struct AnnouncementPage: Identifiable, Hashable, Sendable, Codable {
    /// What lists show of it.
    public let summary: AnnouncementSummary
    /// The whole text, in Markdown.
    public let body: String

    /// The id.
    public var id: Announcement.ID { summary.id }
}
