/// The files of articles: each belongs to one article, whose id owns it in the store of files, and stays as long as the article, so that earlier
/// versions have theirs.
struct ArticleFiles: Sendable {
    let store: any CatalogStore<Article>
    let blobs: (any BlobStore)?
    let rules: UploadRules
    let environment: PortalEnvironment

    /// - Throws: ``PortalError/Code/sectionNotComposed`` without a store for files; ``PortalError/Code/fileTooLarge``,
    ///   ``PortalError/Code/fileTypeNotAllowed``.
    func upload(_ source: FileSource, for id: Article.ID) async throws -> FileAttachment {
        guard id.isStorable else { throw PortalError.notFound(Article.kindName) }
        let blob = try await FileIntake(blobs, rules, environment).take(source, for: .item(id))
        return FileAttachment(id: blob.id, name: blob.name, size: blob.size)
    }

    /// The attachments of an article as they are to be stored, and what is wrong with them.
    func checked(_ article: Article) async throws -> (attachments: [FileAttachment], problems: [FormProblem]) {
        let named = article.attachments
        guard !named.isEmpty else { return ([], []) }
        guard named.count <= rules.maximumFiles else {
            return (named, [FormProblem(.attachments, .tooMany, limit: rules.maximumFiles)])
        }
        let found = try await blobs?.blobs(Set(named.map(\.id))) ?? []
        let own = Dictionary(found.filter { $0.owner == .item(article.id) }.map { ($0.id, $0) }) { first, _ in first }
        // One whose bytes have gone missing stays listed.
        let filter = CatalogFilter<Article> { $0.ids = [article.id] }
        let stored = try await store.items(CatalogQuery(in: .everything, filter, page: PageRequest(limit: 1))).items.first
        let listed = Dictionary((stored?.attachments ?? []).map { ($0.id, $0) }) { first, _ in first }
        var problems: [FormProblem] = []
        var known: Set<Blob.ID> = []
        let attachments = named.enumerated().compactMap { index, file -> FileAttachment? in
            guard known.insert(file.id).inserted else {
                problems.append(FormProblem(.attachments, .duplicate, index: index))
                return nil
            }
            if let attachment = listed[file.id] { return attachment }
            guard let blob = own[file.id] else {
                problems.append(FormProblem(.attachments, .unknown, index: index))
                return nil
            }
            return FileAttachment(id: blob.id, name: blob.name, size: blob.size)
        }
        if attachments.reduce(0, { $0 + $1.size }) > rules.maximumTotalSize {
            problems.append(FormProblem(.attachments, .tooLong, limit: rules.maximumTotalSize))
        }
        return (attachments, problems)
    }

    /// The files that an article or an earlier version of it names, each once.
    func named(by article: Article) async throws -> [FileAttachment] {
        let versions = try await collectPages(limit: 10_000) { try await store.versions(of: article.id, page: $0) }
        var known: Set<Blob.ID> = []
        return ([article] + versions).flatMap(\.attachments).filter { known.insert($0.id).inserted }
    }
}
