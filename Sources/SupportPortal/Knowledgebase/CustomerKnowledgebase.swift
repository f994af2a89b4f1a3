/// The knowledgebase for a signed-in customer: the published articles for everyone, for customers, for owners of the customer's services, and for the
/// customer by name. There is no way to change one from here.
///
/// Every function throws as those of ``GuestKnowledgebase`` do. Texts come in the customer's language where there are such.
public struct CustomerKnowledgebase: Sendable {
    let portal: Portal
    let customer: Customer

    private var shelf: KnowledgebaseShelf {
        get async throws { try await KnowledgebaseShelf(portal, for: .customer(customer), voter: .customer(customer.id)) }
    }

    // MARK: Browsing

    /// The categories, nested and with their counts. One for others is not there, and neither is what is below it.
    public func categories() async throws -> [CatalogNode<Article>] {
        try await shelf.categories()
    }

    /// A page of the articles: of a category, by default in the order that agents gave them, or of all.
    ///
    /// - Parameters:
    ///   - category: the category; `nil` for articles anywhere.
    ///   - withBranches: whether those in categories below it are meant, too.
    ///   - tag: those with this tag alone.
    ///   - order: the order, such as `.newest` or `.popular(.views)`.
    ///   - page: which page.
    /// - Throws: ``PortalError/Code/invalidCursor``; ``PortalError/Code/notFound`` for a category that is out of sight.
    public func articles(
        in category: Article.Category.ID? = nil, withBranches: Bool = false, tag: TagName? = nil, order: CatalogOrder = .place,
        page: PageRequest = .first
    ) async throws -> Page<ArticleSummary> {
        try await shelf.articles(in: category, withBranches: withBranches, tag: tag, order: order, page: page)
    }

    /// An article in full. Showing it is counted as a view; where that fails, the article is shown all the same.
    ///
    /// Parameter `countsView`: `false` for what is no reading, such as a preview or a crawler.
    public func article(_ id: Article.ID, countsView: Bool = true) async throws -> ArticlePage {
        try await shelf.page(countsView: countsView) { try await $0.item(id, $1) }
    }

    /// The article that links call so. Showing it is counted in the same way.
    public func article(_ slug: Slug, countsView: Bool = true) async throws -> ArticlePage {
        try await shelf.page(countsView: countsView) { try await $0.item(slug, $1) }
    }

    /// A file that belongs to an article.
    ///
    /// Parameter `range`: the bytes that are wanted; `nil` for all.
    /// - Throws: ``PortalError/Code/notFound``, ``PortalError/Code/fileMissing``, ``PortalError/Code/invalidRange``.
    public func attachment(_ file: Blob.ID, of article: Article.ID, range: Range<Int>? = nil) async throws -> FileDelivery {
        try await shelf.attachment(file, of: article, range: range)
    }

    // MARK: Searching

    /// A page of the articles in which words are found, the best first: case and accents do not matter, the last word may be the beginning of one
    /// unless a space follows, a word with one mistake finds what was meant, and what stands in `"` stands together. Text with nothing to look for
    /// finds nothing.
    ///
    /// - Parameters:
    ///   - text: what was typed, up to ``PortalLimits/query`` bytes.
    ///   - category: a category within which, and below which, is searched; `nil` for everywhere.
    ///   - tag: those with this tag alone.
    ///   - page: which page.
    /// - Throws: ``PortalError/Code/tooLong``; ``PortalError/Code/invalidCursor``; ``PortalError/Code/notFound`` for a category that is out of sight.
    public func search(
        _ text: String, in category: Article.Category.ID? = nil, tag: TagName? = nil, page: PageRequest = .first
    ) async throws -> SearchPage<Article> {
        // Before anything else: it may be very long.
        try CatalogFinder<Article>.check(text, portal.configuration.limits)
        return try await shelf.search(text, in: category, tag: tag, page: page)
    }

    /// The articles that are most like one.
    /// - Throws: ``PortalError/Code/notFound``.
    public func related(to article: Article.ID, limit: Int = 5) async throws -> [ArticleSummary] {
        try await shelf.related(to: article, limit: limit)
    }

    /// The articles that were shown most often.
    public func popular(limit: Int = 5) async throws -> [ArticleSummary] { try await shelf.popular(limit: limit) }

    // MARK: Suggestions

    /// The articles that may answer a message while it is written: at most ``PortalLimits/suggestions``, and only those for everyone, as a message may
    /// be shown to others; those that the host supplies come first. Never too long a text, and quick enough for every keystroke once the index is made.
    public func suggestions(
        subject: String, message: String, limit: Int = 5
    ) async throws -> [ArticleSummary] {
        try await portal.suggestions(forSubject: subject, message, limit: limit, language: customer.language)
    }

    /// The same as texts grow: see ``SuggestionFeed``.
    public func suggestionFeed(limit: Int = 5) -> SuggestionFeed {
        let language = customer.language
        return SuggestionFeed(report: portal.environment.report) { [portal] subject, message in
            try await portal.suggestions(forSubject: subject, message, limit: limit, language: language)
        }
    }

    // MARK: Votes

    /// Says whether an article was helpful. Each customer has one vote on an article: a later one takes its place, and `nil` takes it back.
    /// - Throws: ``PortalError/Code/notFound``.
    public func vote(_ isHelpful: Bool?, on article: Article.ID) async throws {
        try await shelf.vote(isHelpful, on: article)
    }
}
