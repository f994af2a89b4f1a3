#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The knowledgebase for agents: those who may edit it write, publish, sort, move, archive and remove articles.
///
/// Every function throws ``PortalError/Code/sectionNotComposed`` where the host composed no store of articles, and
/// ``PortalError/Code/notPermitted`` without ``Agent/Permission/editArticles``.
public struct AgentKnowledgebase: Sendable {
    let portal: Portal
    let agent: Agent

    private var desk: CatalogDesk<Article> {
        get throws { try portal.desk(of: portal.storage.articles, for: agent, .editArticles) }
    }

    private var files: ArticleFiles {
        get throws {
            let desk = try desk
            try desk.requirePermission()
            return ArticleFiles(
                store: desk.store, blobs: portal.storage.blobs, rules: portal.configuration.uploads,
                environment: portal.environment)
        }
    }

    // MARK: Finding

    /// A page of all articles, drafts and archived ones included.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func list(
        _ filter: CatalogFilter<Article> = CatalogFilter(), order: CatalogOrder = .updated, page: PageRequest = .first
    ) async throws -> Page<Article> {
        try await desk.items(filter, order: order, page: page)
    }

    /// An article as it is stored. Looking at it counts as no view.
    /// - Throws: ``PortalError/Code/notFound``.
    public func article(_ id: Article.ID) async throws -> Article { try await desk.item(id) }

    /// A page of all articles in which words are found, drafts and archived ones included; see ``CustomerKnowledgebase/search(_:in:tag:page:)``.
    /// - Throws: ``PortalError/Code/tooLong``, ``PortalError/Code/invalidCursor``.
    public func search(
        _ text: String, _ filter: CatalogFilter<Article> = CatalogFilter(), page: PageRequest = .first
    ) async throws -> SearchPage<Article> {
        try CatalogFinder<Article>.check(text, portal.configuration.limits)
        let categories = try await desk.categories()
        let finder = try portal.finder(
            of: desk.store, portal.indexes.articles, in: .everything, filter, CatalogTree(categories, for: .everything),
            agent.language)
        return try await finder.page(text, page)
    }

    /// How often articles were shown, and how many customers found them helpful or not; those of which nothing was counted are left out.
    public func feedback(on articles: Set<Article.ID>) async throws -> [Article.ID: ArticleFeedback] {
        let desk = try desk
        try desk.requirePermission()
        return try await desk.store.tallies(of: articles).mapValues(ArticleFeedback.init)
    }

    // MARK: Writing

    /// A draft for everyone that is not stored yet.
    public func draft(title: SingleLine, body: String, language: String = "") throws -> Article {
        Article(entry: try desk.newEntry([CatalogText(language: language, title: title, body: body)]))
    }

    /// Stores an article, new or in place of the revision that it has. What it said before is kept as a version.
    ///
    /// Attachments are those of the stored article and files of ``upload(_:for:)``, by their ids; name and size are those that are stored.
    /// - Throws: ``PortalError/Code/invalidForm`` with all mistakes; ``PortalError/Code/conflict`` when somebody changed it since.
    @discardableResult
    public func save(_ article: Article) async throws -> Article {
        let (attachments, problems) = try await files.checked(article)
        var article = article
        article.attachments = attachments
        return try await desk.save(article, problems: problems) { $0.attachments == $1.attachments }
    }

    /// Shows an article: now, or from an instant on, and until another.
    ///
    /// - Parameters:
    ///   - id: Which article.
    ///   - start: From when on; `nil` for now, or since when it was shown where it is.
    ///   - end: When it ends to be shown; `nil` for never.
    /// - Throws: ``PortalError/Code/notFound``; ``PortalError/Code/invalidForm`` where it would end before it begins.
    @discardableResult
    public func publish(_ id: Article.ID, from start: Date? = nil, until end: Date? = nil) async throws -> Article {
        try await desk.publish(id, from: start, until: end)
    }

    /// Takes an article out of sight for others than agents.
    @discardableResult
    public func archive(_ id: Article.ID) async throws -> Article { try await desk.change(id) { $0.state = .archived } }

    /// Makes a published or archived article a draft again.
    @discardableResult
    public func withdraw(_ id: Article.ID) async throws -> Article { try await desk.change(id) { $0.state = .draft } }

    /// Removes an article for good, with its history, its votes and its files.
    /// - Throws: ``PortalError/Code/notFound``.
    public func remove(_ id: Article.ID) async throws {
        let article = try await desk.remove(id, at: nil)
        _ = try await portal.files(of: desk.store).delete(of: article)
    }

    /// Adds a file to what an article can have attached: name it in the article and save that. A file that no save names goes with the article.
    ///
    /// Parameter `article`: the article, stored or not yet.
    /// - Throws: ``PortalError/Code/fileTooLarge``, ``PortalError/Code/fileTypeNotAllowed``; what the source throws.
    public func upload(_ file: FileSource, for article: Article) async throws -> FileAttachment {
        try await files.upload(file, for: article.id)
    }

    /// A file that belongs to an article, or did in an earlier version.
    /// - Throws: ``PortalError/Code/notFound``, ``PortalError/Code/fileMissing``, ``PortalError/Code/invalidRange``.
    public func attachment(_ file: Blob.ID, of article: Article.ID, range: Range<Int>? = nil) async throws -> FileDelivery {
        let stored = try await desk.item(article)
        guard let listed = try await files.named(by: stored).first(where: { $0.id == file }) else {
            throw PortalError.notFound("attachment")
        }
        return try await portal.delivery(of: listed, range: range)
    }

    // MARK: History

    /// What an article said before, the latest first.
    /// - Throws: ``PortalError/Code/notFound``, ``PortalError/Code/invalidCursor``.
    public func versions(of id: Article.ID, page: PageRequest = .first) async throws -> Page<Article> {
        try await desk.versions(of: id, page: page)
    }

    /// Lets an article say again what it said in an earlier revision: texts, tags and attachments. Where it stands and who sees it stays. What it
    /// says now is kept as a version.
    /// - Throws: ``PortalError/Code/notFound`` where no such version is kept; ``PortalError/Code/conflict`` when somebody changed it meanwhile.
    @discardableResult
    public func restore(_ revision: Revision, of id: Article.ID) async throws -> Article {
        let desk = try desk
        var article = try await desk.item(id)
        guard let version = try await desk.version(revision, of: id) else { throw PortalError.notFound("version") }
        article.entry.texts = version.entry.texts
        article.entry.tags = version.entry.tags
        article.attachments = version.attachments
        return try await desk.save(article) { $0.attachments == $1.attachments }
    }

    // MARK: Order

    /// Lists an article in these categories and no others.
    /// - Throws: ``PortalError/Code/notFound``; ``PortalError/Code/invalidForm`` for a category that is not there.
    @discardableResult
    public func move(_ id: Article.ID, to categories: [Article.Category.ID]) async throws -> Article {
        try await desk.change(id) { $0.categories = categories }
    }

    /// Puts some articles of a category first, in this order; the others come after them in the order that they had.
    /// - Throws: ``PortalError/Code/notFound`` for an article that is not in it; ``PortalError/Code/tooMany`` beyond ``PortalLimits/bulk``.
    public func reorder(_ articles: [Article.ID], in category: Article.Category.ID) async throws {
        try await desk.reorder(articles, in: category)
    }

    /// All categories, by their ids.
    public func categories() async throws -> [Article.Category] { try await desk.categories() }

    /// A category for everyone that is not stored yet.
    public func newCategory(title: SingleLine, in parent: Article.Category.ID? = nil) throws -> Article.Category {
        try desk.newCategory([CatalogText(title: title)], in: parent)
    }

    /// Stores a category, new or in place of the revision that it has: its name, its place, its audience, and what it is in.
    /// - Throws: ``PortalError/Code/invalidForm`` with all mistakes; ``PortalError/Code/conflict``; ``PortalError/Code/tooMany``.
    @discardableResult
    public func save(_ category: Article.Category) async throws -> Article.Category { try await desk.save(category) }

    /// Removes a category in which nothing is any more.
    /// - Throws: ``PortalError/Code/notEmpty``, ``PortalError/Code/notFound``, ``PortalError/Code/conflict``.
    public func removeCategory(_ id: Article.Category.ID) async throws { try await desk.removeCategory(id) }
}

extension CatalogDesk {
    /// An earlier version of an item; `nil` where it is not kept.
    func version(_ revision: Revision, of id: Item.ID) async throws -> Item? {
        try requirePermission()
        guard revision.rawValue > 0, revision.rawValue < Int32.max else { return nil }
        let after = PageCursor(
            order: "version.descending", value: .number(Int64(revision.rawValue) + 1), id: id.rawValue)
        let found = try await store.versions(of: id, page: PageRequest(limit: 1, after: after)).items.first
        return found?.entry.revision == revision ? found : nil
    }
}
