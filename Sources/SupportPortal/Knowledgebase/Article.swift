/// An article of the knowledgebase.
public struct Article: CatalogItem {
    /// The id of an article.
    public typealias ID = Identifier<Article>
    /// A category of articles.
    public typealias Category = CatalogCategory<Article>

    /// `article`.
    public static let kindName = "article"
    /// Earlier versions keep their files.
    public static let keepsEarlierFiles = true

    /// Texts, tags, categories, audience and dates.
    public var entry: CatalogEntry<Article>
    /// The files that belong to it.
    public var attachments: [FileAttachment]

    /// The attachments.
    public var files: [FileAttachment] { attachments }

    /// Makes an article that is not stored yet.
    public init(entry: CatalogEntry<Article>, attachments: [FileAttachment] = []) {
        self.entry = entry
        self.attachments = attachments
    }
}
