/// The downloads for somebody whom the host has not signed in: those that are for everyone, some of which are restricted.
///
/// Every function throws ``PortalError/Code/sectionNotComposed`` where the host composed no store of downloads or none of files, and
/// ``PortalError/Code/notFound`` for a file or category that is out of sight (for others, a draft, in a hidden category) as for one that does not
/// exist.
public struct GuestDownloads: Sendable {
    let portal: Portal

    private func shelf(_ language: String?) async throws -> DownloadShelf {
        try await portal.downloadShelf(.guest(language: language))
    }

    /// The categories, nested, with their counts.
    public func categories(language: String? = nil) async throws -> [CatalogNode<Download>] {
        try await shelf(language).categories()
    }

    /// A page of the files of a category, or of all of them, by their places or in another order.
    ///
    /// Parameter `withSubcategories`: whether those of the categories below are meant, too.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func list(
        in category: Download.Category.ID? = nil, withSubcategories: Bool = false, tag: TagName? = nil,
        order: CatalogOrder = .place, language: String? = nil, page: PageRequest = .first
    ) async throws -> Page<DownloadSummary> {
        try await shelf(language).list(in: category, withBranches: withSubcategories, tag: tag, order: order, page: page)
    }

    /// A page of the files that are in no category, by their places.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func uncategorized(language: String? = nil, page: PageRequest = .first) async throws -> Page<DownloadSummary> {
        try await shelf(language).uncategorized(page)
    }

    /// A page of all files, pinned ones first, then the newest.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func newest(language: String? = nil, page: PageRequest = .first) async throws -> Page<DownloadSummary> {
        try await list(order: .newest, language: language, page: page)
    }

    /// A page of all files, those that were downloaded most often first.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func mostPopular(language: String? = nil, page: PageRequest = .first) async throws -> Page<DownloadSummary> {
        try await list(order: .popular(.downloads), language: language, page: page)
    }

    /// A page of the files in whose title, description, tags, file name or version the words are, the best first, with a category's branches where one
    /// is named.
    /// - Throws: ``PortalError/Code/tooLong`` beyond ``PortalLimits/query``; ``PortalError/Code/invalidCursor``.
    public func search(
        _ text: String, in category: Download.Category.ID? = nil, tag: TagName? = nil, language: String? = nil,
        page: PageRequest = .first
    ) async throws -> DownloadSearchPage {
        // Before anything else: it may be very long.
        try CatalogFinder<Download>.check(text, portal.configuration.limits)
        return try await shelf(language).search(text, in: category, tag: tag, page: page, portal)
    }

    /// A file with its whole description.
    public func page(_ id: Download.ID, language: String? = nil) async throws -> DownloadPage {
        let shelf = try await shelf(language)
        let tree = try await shelf.viewer.tree()
        return try await shelf.page(shelf.viewer.item(id, tree), tree)
    }

    /// The file that links call so.
    public func page(_ slug: Slug, language: String? = nil) async throws -> DownloadPage {
        let shelf = try await shelf(language)
        let tree = try await shelf.viewer.tree()
        return try await shelf.page(shelf.viewer.item(slug, tree), tree)
    }

    /// The bytes of a file, or of a part of it. For a web host, ``FileDelivery/answer(to:)`` makes the answer to a request out of the whole.
    ///
    /// A transfer of the whole is counted once, when ``BlobBytes`` ends: after the last byte, and only if it was waited for. One that breaks or is
    /// cancelled is not counted, nor is one of a part, with which somebody could count what he never took.
    /// - Throws: ``PortalError/Code/downloadDenied`` with ``PortalError/denial``; ``PortalError/Code/fileMissing``;
    ///   ``PortalError/Code/invalidRange``.
    public func download(_ id: Download.ID, range: Range<Int>? = nil) async throws -> FileDelivery {
        try await shelf(nil).delivery(of: id, range: range)
    }
}

/// The downloads for a signed-in customer: those for everyone, for customers, for owners of the customer's services, and what was shared with the
/// customer by name. There is no way to change one from here.
///
/// Every function throws as those of ``GuestDownloads`` do. Texts come in the customer's language where there are such.
public struct CustomerDownloads: Sendable {
    let portal: Portal
    let customer: Customer

    private var shelf: DownloadShelf {
        get async throws { try await portal.downloadShelf(.customer(customer)) }
    }

    /// The categories, nested, with their counts.
    public func categories() async throws -> [CatalogNode<Download>] { try await shelf.categories() }

    /// A page of the files of a category, or of all of them, by their places or in another order.
    ///
    /// Parameter `withSubcategories`: whether those of the categories below are meant, too.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func list(
        in category: Download.Category.ID? = nil, withSubcategories: Bool = false, tag: TagName? = nil,
        order: CatalogOrder = .place, page: PageRequest = .first
    ) async throws -> Page<DownloadSummary> {
        try await shelf.list(in: category, withBranches: withSubcategories, tag: tag, order: order, page: page)
    }

    /// A page of the files that are in no category, by their places.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func uncategorized(page: PageRequest = .first) async throws -> Page<DownloadSummary> {
        try await shelf.uncategorized(page)
    }

    /// A page of all files, pinned ones first, then the newest.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func newest(page: PageRequest = .first) async throws -> Page<DownloadSummary> {
        try await list(order: .newest, page: page)
    }

    /// A page of all files, those that were downloaded most often first.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func mostPopular(page: PageRequest = .first) async throws -> Page<DownloadSummary> {
        try await list(order: .popular(.downloads), page: page)
    }

    /// A page of what was shared with this customer by name, the newest first.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func shared(page: PageRequest = .first) async throws -> Page<DownloadSummary> { try await shelf.shared(page) }

    /// A page of the files in whose title, description, tags, file name or version the words are, the best first, with a category's branches where one
    /// is named.
    /// - Throws: ``PortalError/Code/tooLong`` beyond ``PortalLimits/query``; ``PortalError/Code/invalidCursor``.
    public func search(
        _ text: String, in category: Download.Category.ID? = nil, tag: TagName? = nil, page: PageRequest = .first
    ) async throws -> DownloadSearchPage {
        // Before anything else: it may be very long.
        try CatalogFinder<Download>.check(text, portal.configuration.limits)
        return try await shelf.search(text, in: category, tag: tag, page: page, portal)
    }

    /// A file with its whole description.
    public func page(_ id: Download.ID) async throws -> DownloadPage {
        let shelf = try await shelf
        let tree = try await shelf.viewer.tree()
        return try await shelf.page(shelf.viewer.item(id, tree), tree)
    }

    /// The file that links call so.
    public func page(_ slug: Slug) async throws -> DownloadPage {
        let shelf = try await shelf
        let tree = try await shelf.viewer.tree()
        return try await shelf.page(shelf.viewer.item(slug, tree), tree)
    }

    /// The bytes of a file, or of a part of it, as ``GuestDownloads/download(_:range:)`` hands them out.
    /// - Throws: ``PortalError/Code/downloadDenied`` with ``PortalError/denial``; ``PortalError/Code/fileMissing``;
    ///   ``PortalError/Code/invalidRange``.
    public func download(_ id: Download.ID, range: Range<Int>? = nil) async throws -> FileDelivery {
        try await shelf.delivery(of: id, range: range)
    }
}

extension Portal {
    /// The downloads as somebody sees them.
    /// - Throws: ``PortalError/Code/sectionNotComposed``; what the directory throws.
    func downloadShelf(_ reader: CatalogReader) async throws -> DownloadShelf {
        let viewer = try await viewer(of: storage.downloads, for: reader)
        guard let blobs = storage.blobs else { throw PortalError(.sectionNotComposed, "no blob store is composed") }
        var author = Author(role: .requester, identity: .guest, name: "")
        var names: Set<AccessKey> = []
        if case .customer(let customer) = reader {
            author = Author(customer, as: .requester)
            names = [.customer(customer.id)]
            if let email = customer.email { names.insert(.address(email)) }
        }
        return DownloadShelf(viewer: viewer, blobs: blobs, environment: environment, reader: author, names: names)
    }
}
