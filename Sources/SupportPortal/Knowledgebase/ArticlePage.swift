/// An article as lists show it.
public typealias ArticleSummary = CatalogSummary<Article>

/// An article in full.
public struct ArticlePage: Identifiable, Hashable, Sendable, Codable {
    /// What lists show of it.
    public let summary: ArticleSummary
    /// The whole text, in Markdown.
    public let body: String
    /// The files that belong to it; see ``CustomerKnowledgebase/attachment(_:of:range:)``.
    public let attachments: [FileAttachment]
    /// The way to it: from the top to the first of its categories that the viewer sees; empty where it is in none.
    public let path: [CatalogStep<Article>]
    /// The languages in which it is there, as BCP 47 tags; an empty one for a text of which nobody said.
    public let languages: [String]
    /// Whether the customer has found it helpful; `nil` where he has not said, and for guests.
    public let wasHelpful: Bool?

    /// The id.
    public var id: Article.ID { summary.id }
}

/// An article to be printed or sent: everything as plain text and Markdown, with nothing to follow or to click.
public struct PrintedArticle: Hashable, Sendable, Codable {
    /// The title.
    public let title: String
    /// The categories on the way to it, from the top.
    public let path: [String]
    /// The day on which it was published, in UTC, such as `2026-11-24`.
    public let published: String
    /// The day on which it was last changed, in UTC.
    public let updated: String
    /// The language as a BCP 47 tag; empty where nobody said.
    public let language: String
    /// The whole text, in Markdown.
    public let body: String
    /// The names of the files that belong to it.
    public let attachments: [String]
}

extension ArticlePage {
    /// The article to be printed.
    public var printed: PrintedArticle {
        PrintedArticle(
            title: summary.title.text, path: path.map(\.title.text), published: CivilDay(summary.published).text,
            updated: CivilDay(summary.updated).text, language: summary.language, body: body,
            attachments: attachments.map(\.name.text))
    }
}

extension CivilDay {
    /// Such as `2026-11-24` (RFC 3339, full-date).
    fileprivate var text: String { "\(year.padded(to: 4))-\(month.padded(to: 2))-\(day.padded(to: 2))" }
}

/// What readers made of an article.
public struct ArticleFeedback: Hashable, Sendable, Codable {
    /// How often it was shown.
    public let views: Int
    /// How many customers have found it helpful.
    public let helpful: Int
    /// How many customers have not.
    public let notHelpful: Int

    init(_ tally: CatalogTally) {
        views = tally[.views]
        helpful = tally[.helpful, 1]
        notHelpful = tally[.helpful, -1]
    }
}
