/// The knowledgebase as one reader sees it: what guests and customers share.
struct KnowledgebaseShelf: Sendable {
    let portal: Portal
    let viewer: CatalogViewer<Article>
    /// Whose votes are shown; nobody's for guests.
    let voter: AccessKey?

    init(_ portal: Portal, for reader: CatalogReader, language: String? = nil, voter: AccessKey? = nil) async throws {
        self.portal = portal
        self.voter = voter
        viewer = try await portal.viewer(of: portal.storage.articles, for: reader, language: language)
    }

    // MARK: Browsing

    func categories() async throws -> [CatalogNode<Article>] { try await viewer.nodes(viewer.tree()) }

    func articles(
        in category: Article.Category.ID?, withBranches: Bool, tag: TagName?, order: CatalogOrder, page: PageRequest
    ) async throws -> Page<ArticleSummary> {
        let tree = try await viewer.tree()
        let page = try await viewer.items(
            in: category, withBranches: withBranches, tag: tag, order: order, page: page, tree)
        return page.map { viewer.summary($0, tree) }
    }

    /// Shows an article.
    func page(
        countsView: Bool, _ find: (CatalogViewer<Article>, CatalogTree<Article>) async throws -> Article
    ) async throws -> ArticlePage {
        let tree = try await viewer.tree()
        let article = try await find(viewer, tree)
        if countsView { await count(article.id) }
        let entry = article.entry
        return ArticlePage(
            summary: viewer.summary(article, tree), body: entry.text(in: viewer.language).body, attachments: article.attachments,
            path: entry.categories.lazy.filter { tree.visible[$0] != nil }.first.map(tree.path)?
                .map { CatalogStep($0, viewer.language) } ?? [],
            languages: entry.texts.map(\.language), wasHelpful: try await vote(on: article.id))
    }

    /// A store that cannot count does not keep an article from being shown.
    private func count(_ id: Article.ID) async {
        do { _ = try await viewer.store.commit(CatalogCommit { $0.increments = [CatalogIncrement(id, .views)] }) } catch {
            portal.environment.report(error)
        }
    }

    func attachment(_ file: Blob.ID, of id: Article.ID, range: Range<Int>?) async throws -> FileDelivery {
        let article = try await viewer.item(id, viewer.tree())
        guard let listed = article.attachments.first(where: { $0.id == file }) else { throw PortalError.notFound("attachment") }
        return try await portal.delivery(of: listed, range: range)
    }

    // MARK: Searching

    func search(
        _ text: String, in category: Article.Category.ID?, tag: TagName?, page: PageRequest
    ) async throws -> SearchPage<Article> {
        try await finder().narrowed(to: category, tag: tag).page(text, page)
    }

    private func finder() async throws -> CatalogFinder<Article> { try await portal.finder(for: viewer, portal.indexes.articles) }

    func related(to id: Article.ID, limit: Int) async throws -> [ArticleSummary] {
        let finder = try await finder()
        let article = try await viewer.item(id, finder.tree)
        let limit = Swift.min(limit, viewer.limits.pageSize)
        return try await finder.best(.like(article.entry.text(in: viewer.language)), limit: limit, without: [id])
            .map { viewer.summary($0, finder.tree) }
    }

    func popular(limit: Int) async throws -> [ArticleSummary] {
        try await articles(
            in: nil, withBranches: false, tag: nil, order: .popular(.views), page: PageRequest(limit: limit)
        ).items
    }

    // MARK: Votes

    private func vote(on id: Article.ID) async throws -> Bool? {
        guard let voter else { return nil }
        return try await viewer.store.votes(in: .helpful, by: voter, on: [id])[id].map { $0 > 0 }
    }

    func vote(_ isHelpful: Bool?, on id: Article.ID) async throws {
        guard let voter else { return }
        let article = try await viewer.item(id, viewer.tree())
        let vote = CatalogVote<Article>(article.id, .helpful, by: voter, isHelpful.map { $0 ? 1 : -1 })
        _ = try await viewer.store.commit(CatalogCommit { $0.votes = [vote] })
    }
}

extension Portal {
    /// The bytes of a file that belongs to something that may be seen.
    /// - Throws: ``PortalError/Code/fileMissing``, ``PortalError/Code/invalidRange``.
    func delivery(of file: FileAttachment, range: Range<Int>?) async throws -> FileDelivery {
        guard file.removed == nil, let blobs = storage.blobs, let blob = try await blobs.blobs([file.id]).first else {
            throw PortalError(.fileMissing, "the bytes of blob \(file.id) are missing")
        }
        return try await FileDelivery(blob, range: range, blobs: blobs)
    }
}
