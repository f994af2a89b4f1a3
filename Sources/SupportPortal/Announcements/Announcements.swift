#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The announcements for somebody whom the host has not signed in: those for everyone.
///
/// Every function throws ``PortalError/Code/sectionNotComposed`` where the host composed no store of announcements, and ``PortalError/Code/notFound``
/// for one that is out of sight (a draft, one for others, one for tomorrow, one that has expired) as for one that does not exist.
public struct GuestAnnouncements: Sendable {
    let portal: Portal

    func board(_ language: String?) async throws -> AnnouncementBoard {
        AnnouncementBoard(
            viewer: try await portal.viewer(of: portal.storage.announcements, for: .guest(language: language)), marker: nil)
    }

    /// A page of the announcements, pinned ones first, then the newest.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func list(
        tag: TagName? = nil, language: String? = nil, page: PageRequest = .first
    ) async throws -> Page<AnnouncementSummary> {
        try await board(language).list(tag: tag, page: page)
    }

    /// An announcement in full.
    public func announcement(_ id: Announcement.ID, language: String? = nil) async throws -> AnnouncementPage {
        let board = try await board(language)
        let tree = try await board.viewer.tree()
        return try await board.page(board.viewer.item(id, tree), tree)
    }

    /// The announcement that links call so.
    public func announcement(_ slug: Slug, language: String? = nil) async throws -> AnnouncementPage {
        let board = try await board(language)
        let tree = try await board.viewer.tree()
        return try await board.page(board.viewer.item(slug, tree), tree)
    }
}

/// The announcements for a signed-in customer: those for everyone, for customers, for owners of the customer's services, and for the customer
/// by name. There is no way to change one from here.
///
/// Every function throws as those of ``GuestAnnouncements`` do. Texts come in the customer's language where there are such.
public struct CustomerAnnouncements: Sendable {
    let portal: Portal
    let customer: Customer

    private var board: AnnouncementBoard {
        get async throws {
            AnnouncementBoard(
                viewer: try await portal.viewer(of: portal.storage.announcements, for: .customer(customer)),
                marker: .customer(customer.id))
        }
    }

    /// A page of the announcements, pinned ones first, then the newest.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func list(tag: TagName? = nil, page: PageRequest = .first) async throws -> Page<AnnouncementSummary> {
        try await board.list(tag: tag, page: page)
    }

    /// An announcement in full. It stays unread until ``markRead(_:)``.
    public func announcement(_ id: Announcement.ID) async throws -> AnnouncementPage {
        let board = try await board
        let tree = try await board.viewer.tree()
        return try await board.page(board.viewer.item(id, tree), tree)
    }

    /// The announcement that links call so.
    public func announcement(_ slug: Slug) async throws -> AnnouncementPage {
        let board = try await board
        let tree = try await board.viewer.tree()
        return try await board.page(board.viewer.item(slug, tree), tree)
    }

    /// How many the customer has not read, of the newest ``PortalLimits/unreadAnnouncements``.
    public func unreadCount() async throws -> Int { try await board.unread().count }

    /// Marks an announcement as read by this customer.
    public func markRead(_ id: Announcement.ID) async throws { try await board.mark(id, asRead: true) }

    /// Marks an announcement as not read by this customer.
    public func markUnread(_ id: Announcement.ID) async throws { try await board.mark(id, asRead: false) }

    /// Marks all of the newest ``PortalLimits/unreadAnnouncements`` as read by this customer.
    public func markAllRead() async throws {
        let board = try await board
        try await board.mark(board.unread(), asRead: true)
    }
}

/// The announcements for agents: those who may edit them write, publish, pin, archive and remove them.
///
/// Every function throws ``PortalError/Code/sectionNotComposed`` where the host composed no store of announcements, and
/// ``PortalError/Code/notPermitted`` without ``Agent/Permission/editAnnouncements``.
public struct AgentAnnouncements: Sendable {
    let portal: Portal
    let agent: Agent

    private var desk: CatalogDesk<Announcement> {
        get throws { try portal.desk(of: portal.storage.announcements, for: agent, .editAnnouncements) }
    }

    /// A page of all announcements, drafts and archived ones included.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func list(
        _ filter: CatalogFilter<Announcement> = CatalogFilter(), order: CatalogOrder = .newest, page: PageRequest = .first
    ) async throws -> Page<Announcement> {
        try await desk.items(filter, order: order, page: page)
    }

    /// An announcement.
    public func announcement(_ id: Announcement.ID) async throws -> Announcement { try await desk.item(id) }

    /// A draft that is not stored yet.
    public func draft(title: SingleLine, body: String) throws -> Announcement {
        Announcement(entry: try desk.newEntry([CatalogText(title: title, body: body)]))
    }

    /// Stores an announcement, new or in place of the revision that it has. What it said before is kept as a version.
    /// - Throws: ``PortalError/Code/invalidForm`` with all mistakes; ``PortalError/Code/conflict`` when somebody changed it since.
    @discardableResult
    public func save(_ announcement: Announcement) async throws -> Announcement { try await desk.save(announcement) }

    /// Shows an announcement: now, or from an instant on, and until another.
    ///
    /// - Parameters:
    ///   - id: Which announcement.
    ///   - start: From when on; `nil` for now, or since when it was shown where it is.
    ///   - end: When it ends to be shown; `nil` for never.
    /// - Throws: ``PortalError/Code/notFound``; ``PortalError/Code/invalidForm`` where it would end before it begins.
    @discardableResult
    public func publish(
        _ id: Announcement.ID, from start: Date? = nil, until end: Date? = nil
    ) async throws -> Announcement {
        try await desk.publish(id, from: start, until: end)
    }

    /// Puts an announcement before newer ones, or no longer.
    @discardableResult
    public func pin(_ id: Announcement.ID, _ isPinned: Bool = true) async throws -> Announcement {
        try await desk.change(id) { $0.isPinned = isPinned }
    }

    /// Takes an announcement out of sight for others than agents.
    @discardableResult
    public func archive(_ id: Announcement.ID) async throws -> Announcement { try await desk.change(id) { $0.state = .archived } }

    /// Removes an announcement for good, with its history and its marks.
    public func remove(_ id: Announcement.ID) async throws { _ = try await desk.remove(id, at: nil) }

    /// What an announcement said before, the latest first.
    /// - Throws: ``PortalError/Code/invalidCursor``.
    public func versions(of id: Announcement.ID, page: PageRequest = .first) async throws -> Page<Announcement> {
        try await desk.versions(of: id, page: page)
    }

    /// How many customers have read an announcement, by id; those that nobody has read are left out.
    public func readers(of announcements: Set<Announcement.ID>) async throws -> [Announcement.ID: Int] {
        let desk = try desk
        try desk.requirePermission()
        return try await desk.store.tallies(of: announcements).compactMapValues { tally in
            tally[.read, 1] > 0 ? tally[.read, 1] : nil
        }
    }
}
