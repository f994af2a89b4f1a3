#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The downloads for agents: those who may edit them upload, describe, publish, share, archive and remove files.
///
/// Every function throws ``PortalError/Code/sectionNotComposed`` where the host composed no store of downloads, or none of files where one is needed,
/// and ``PortalError/Code/notPermitted`` without ``Agent/Permission/editDownloads``.
public struct AgentDownloads: Sendable {
    let portal: Portal
    let agent: Agent

    private var work: DownloadDesk { get throws { try portal.downloadDesk(agent) } }
    private var desk: CatalogDesk<Download> { get throws { try work.desk } }

    // MARK: Finding

    /// A page of all downloads, drafts and archived ones included.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func list(
        _ filter: CatalogFilter<Download> = CatalogFilter(), order: CatalogOrder = .newest, page: PageRequest = .first
    ) async throws -> Page<Download> {
        try await desk.items(filter, order: order, page: page)
    }

    /// A page of what is shared with a customer by name, the newest first, drafts and archived ones included.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func shared(with customer: Customer.ID, page: PageRequest = .first) async throws -> Page<Download> {
        try await desk.items(CatalogFilter(), in: .holding([.customer(customer)]), order: .newest, page: page)
    }

    /// A page of what is found among all downloads that match a filter, drafts and archived ones included.
    /// - Throws: ``PortalError/Code/tooLong`` beyond ``PortalLimits/query``; ``PortalError/Code/invalidCursor``.
    public func search(
        _ text: String, _ filter: CatalogFilter<Download> = CatalogFilter(), page: PageRequest = .first
    ) async throws -> SearchPage<Download> {
        try CatalogFinder<Download>.check(text, portal.configuration.limits)
        let desk = try desk
        let categories = try await desk.categories()
        let finder = try portal.finder(
            of: desk.store, portal.indexes.downloads, in: .everything, filter, CatalogTree(categories, for: .everything),
            agent.language)
        return try await finder.page(text, page)
    }

    /// A download.
    public func download(_ id: Download.ID) async throws -> Download { try await desk.item(id) }

    /// The bytes of a download's file, or of a part of it. Agents' transfers are not counted.
    /// - Throws: ``PortalError/Code/fileMissing``, ``PortalError/Code/invalidRange``.
    public func file(of id: Download.ID, range: Range<Int>? = nil) async throws -> FileDelivery {
        let download = try await desk.item(id)
        guard let blobs = portal.storage.blobs else { throw PortalError(.sectionNotComposed, "no blob store is composed") }
        return try await blobs.delivery(of: download, range: range)
    }

    /// How often files were downloaded to the end, by id; those that nobody has downloaded are left out.
    public func totals(of downloads: Set<Download.ID>) async throws -> [Download.ID: Int] {
        let desk = try desk
        try desk.requirePermission()
        return try await desk.store.tallies(of: downloads).compactMapValues { $0[.downloads] > 0 ? $0[.downloads] : nil }
    }

    /// What a download was before, the latest first. The bytes of files that were replaced are gone after a while; see
    /// ``DownloadPolicy/replacedFileLifetime``.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func versions(of id: Download.ID, page: PageRequest = .first) async throws -> Page<Download> {
        try await desk.versions(of: id, page: page)
    }

    // MARK: Files

    /// Stores a file, and a draft that offers it to everyone, or what `change` makes of that before it is stored.
    ///
    /// Mistakes in the record are found before the bytes are read, which are hashed while they stream in. When it throws, nothing is offered; bytes of
    /// which a store did not say whether they are needed are left to the ``Housekeeper``.
    /// - Throws: ``PortalError/Code/fileTooLarge`` and ``PortalError/Code/fileTypeNotAllowed``, as ``PortalConfiguration/downloads`` says;
    ///   ``PortalError/Code/invalidForm`` with all mistakes; what the source or the store throws.
    @discardableResult
    public func upload(
        _ file: FileSource, title: SingleLine, body: String = "", with change: (inout Download) throws -> Void = { _ in }
    ) async throws -> Download {
        try await work.add(file, title: title, body: body, with: change)
    }

    /// Puts a newer file in the place of a download's; what it was before is kept as a version, without the bytes after a while.
    ///
    /// Parameter `version`: which version it is; `nil` where that stays.
    /// - Throws: as ``upload(_:title:body:with:)``; ``PortalError/Code/notFound``.
    @discardableResult
    public func replaceFile(
        of id: Download.ID, with file: FileSource, version: SingleLine? = nil
    ) async throws -> Download {
        try await work.replace(id, with: file, version: version)
    }

    // MARK: Records

    /// Stores a download in place of the revision that it has: its texts, categories, audience, requirement, version and the name of its file. What it
    /// said before is kept as a version. The file itself is changed by ``replaceFile(of:with:version:)`` alone.
    /// - Throws: ``PortalError/Code/invalidForm`` with all mistakes; ``PortalError/Code/conflict`` when somebody changed it since;
    ///   ``PortalError/Code/notFound``.
    @discardableResult
    public func save(_ download: Download) async throws -> Download { try await work.save(download) }

    /// Shows a download: now, or from an instant on, and until another.
    ///
    /// - Parameters:
    ///   - id: Which download.
    ///   - start: From when on; `nil` for now, or since when it was shown where it is.
    ///   - end: When it ends to be shown; `nil` for never.
    /// - Throws: ``PortalError/Code/notFound``; ``PortalError/Code/invalidForm`` where it would end before it begins.
    @discardableResult
    public func publish(_ id: Download.ID, from start: Date? = nil, until end: Date? = nil) async throws -> Download {
        try await desk.publish(id, from: start, until: end)
    }

    /// Takes a download out of sight for others than agents. Its file stays.
    @discardableResult
    public func archive(_ id: Download.ID) async throws -> Download { try await desk.change(id) { $0.state = .archived } }

    /// Removes a download for good, with its history, its counter and its files.
    /// - Throws: ``PortalError/Code/notFound``; ``PortalError/Code/conflict``; what the store of files throws once the record is gone: the
    ///   ``Housekeeper`` deletes what is left then.
    public func remove(_ id: Download.ID) async throws { try await work.remove(id) }

    /// Lists a download in these categories, and no others.
    /// - Throws: ``PortalError/Code/invalidForm`` for a category that is not there; ``PortalError/Code/notFound``.
    @discardableResult
    public func move(_ id: Download.ID, to categories: [Download.Category.ID]) async throws -> Download {
        try await desk.change(id) { $0.categories = categories }
    }

    /// Gives the downloads of a category their order: the named ones first, the others after them as before.
    /// - Throws: ``PortalError/Code/notFound`` for one that is not in the category; ``PortalError/Code/tooMany`` beyond ``PortalLimits/bulk``.
    public func reorder(_ first: [Download.ID], in category: Download.Category.ID) async throws {
        try await desk.reorder(first, in: category)
    }

    // MARK: Sharing

    /// Uploads a file and shows it to some customers alone, from now on: they find it in ``CustomerDownloads/shared(page:)``.
    /// - Throws: as ``upload(_:title:body:with:)``; ``PortalError/Code/invalidForm`` without any customer.
    @discardableResult
    public func share(
        _ file: FileSource, with customers: [Customer.ID], title: SingleLine, body: String = ""
    ) async throws -> Download {
        guard !customers.isEmpty else { throw PortalError(problems: [FormProblem(.audience, .missing)]) }
        return try await upload(file, title: title, body: body) { download in
            download.entry.audience = .customers(customers)
            download.entry.state = .published
        }
    }

    /// Names more customers in the audience of a download. It is shown to them when it is published.
    /// - Throws: ``PortalError/Code/notFound``; ``PortalError/Code/invalidForm`` beyond ``PortalLimits/audience``.
    @discardableResult
    public func share(_ id: Download.ID, with customers: [Customer.ID]) async throws -> Download {
        try await work.name(customers, in: id, true)
    }

    /// Names customers no longer. Whoever belongs to the audience otherwise still sees it; without an audience, agents alone do.
    /// - Throws: ``PortalError/Code/notFound``.
    @discardableResult
    public func unshare(_ id: Download.ID, from customers: [Customer.ID]) async throws -> Download {
        try await work.name(customers, in: id, false)
    }

    // MARK: Categories

    /// All categories, hidden ones included, by id.
    public func categories() async throws -> [Download.Category] { try await desk.categories() }

    /// A category that is not stored yet.
    public func newCategory(_ title: SingleLine, in parent: Download.Category.ID? = nil) throws -> Download.Category {
        try desk.newCategory([CatalogText(title: title)], in: parent)
    }

    /// Stores a category, new or in place of the revision that it has: to rename it, move it, give it a place among its neighbours, or hide it.
    /// - Throws: ``PortalError/Code/invalidForm`` with all mistakes; ``PortalError/Code/conflict`` when somebody changed it since;
    ///   ``PortalError/Code/tooMany`` beyond ``PortalLimits/categories``.
    @discardableResult
    public func save(_ category: Download.Category) async throws -> Download.Category { try await desk.save(category) }

    /// Removes a category in which nothing is any more.
    /// - Throws: ``PortalError/Code/notEmpty``; ``PortalError/Code/notFound``.
    public func removeCategory(_ id: Download.Category.ID) async throws { try await desk.removeCategory(id) }
}
