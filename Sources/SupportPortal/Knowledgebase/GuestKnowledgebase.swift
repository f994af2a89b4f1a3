/// The knowledgebase for somebody whom the host has not signed in: the published articles for everyone.
///
/// Every function throws ``PortalError/Code/sectionNotComposed`` where the host composed no store of articles, and ``PortalError/Code/notFound`` for an
/// article that is out of sight (a draft, one for others, one for tomorrow, one in a hidden category) as for one that does not exist. Texts come in the
/// language that is asked for, or else in that of the guest, where there are such. Guests have no vote.
public struct GuestKnowledgebase: Sendable {
    let portal: Portal
    let language: String?

    private func shelf(_ language: String?) async throws -> KnowledgebaseShelf {
        try await KnowledgebaseShelf(portal, for: .guest(language: language ?? self.language))
    }

    // MARK: Browsing

    /// The categories, nested and with their counts. One for others is not there, and neither is what is below it.
    public func categories(language: String? = nil) async throws -> [CatalogNode<Article>] {
        try await shelf(language).categories()
    }

    /// A page of the articles: of a category, by default in the order that agents gave them, or of all.
    ///
    /// - Parameters:
    ///   - category: the category; `nil` for articles anywhere.
    ///   - withBranches: whether those in categories below it are meant, too.
    ///   - tag: those with this tag alone.
    ///   - order: the order, such as `.newest` or `.popular(.views)`.
    ///   - language: the reader's language; `nil` for the guest's.
    ///   - page: which page.
    /// - Throws: ``PortalError/Code/invalidCursor``; ``PortalError/Code/notFound`` for a category that is out of sight.
    public func articles(
        in category: Article.Category.ID? = nil, withBranches: Bool = false, tag: TagName? = nil, order: CatalogOrder = .place,
        language: String? = nil, page: PageRequest = .first
    ) async throws -> Page<ArticleSummary> {
        try await shelf(language).articles(in: category, withBranches: withBranches, tag: tag, order: order, page: page)
    }

    /// An article in full. Showing it is counted as a view; where that fails, the article is shown all the same.
    ///
    /// Parameter `countsView`: `false` for what is no reading, such as a preview or a crawler.
    public func article(_ id: Article.ID, language: String? = nil, countsView: Bool = true) async throws -> ArticlePage {
        try await shelf(language).page(countsView: countsView) { try await $0.item(id, $1) }
    }

    /// The article that links call so. Showing it is counted in the same way.
    public func article(_ slug: Slug, language: String? = nil, countsView: Bool = true) async throws -> ArticlePage {
        try await shelf(language).page(countsView: countsView) { try await $0.item(slug, $1) }
    }

    /// A file that belongs to an article.
    ///
    /// Parameter `range`: the bytes that are wanted; `nil` for all.
    /// - Throws: ``PortalError/Code/notFound``, ``PortalError/Code/fileMissing``, ``PortalError/Code/invalidRange``.
    public func attachment(_ file: Blob.ID, of article: Article.ID, range: Range<Int>? = nil) async throws -> FileDelivery {
        try await shelf(nil).attachment(file, of: article, range: range)
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
    ///   - language: the reader's language; `nil` for the guest's.
    ///   - page: which page.
    /// - Throws: ``PortalError/Code/tooLong``; ``PortalError/Code/invalidCursor``; ``PortalError/Code/notFound`` for a category that is out of sight.
    public func search(
        _ text: String, in category: Article.Category.ID? = nil, tag: TagName? = nil, language: String? = nil,
        page: PageRequest = .first
    ) async throws -> SearchPage<Article> {
        // Before anything else: it may be very long.
        try CatalogFinder<Article>.check(text, portal.configuration.limits)
        return try await shelf(language).search(text, in: category, tag: tag, page: page)
    }

    /// The articles that are most like one.
    /// - Throws: ``PortalError/Code/notFound``.
    public func related(to article: Article.ID, limit: Int = 5, language: String? = nil) async throws -> [ArticleSummary] {
        try await shelf(language).related(to: article, limit: limit)
    }

    /// The articles that were shown most often.
    public func popular(limit: Int = 5, language: String? = nil) async throws -> [ArticleSummary] {
        try await shelf(language).popular(limit: limit)
    }

    // MARK: Suggestions

    /// The articles that may answer a message while it is written: at most ``PortalLimits/suggestions``, and only those for everyone, as a message may
    /// be shown to others; those that the host supplies come first. Never too long a text, and quick enough for every keystroke once the index is made.
    public func suggestions(
        subject: String, message: String, limit: Int = 5, language: String? = nil
    ) async throws -> [ArticleSummary] {
        try await portal.suggestions(forSubject: subject, message, limit: limit, language: language ?? self.language)
    }

    /// The same as texts grow: see ``SuggestionFeed``.
    public func suggestionFeed(limit: Int = 5, language: String? = nil) -> SuggestionFeed {
        let language = language ?? self.language
        return SuggestionFeed(report: portal.environment.report) { [portal] subject, message in
            try await portal.suggestions(forSubject: subject, message, limit: limit, language: language)
        }
    }
}
