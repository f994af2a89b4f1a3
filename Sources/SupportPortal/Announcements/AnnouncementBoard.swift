#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The announcements as one reader sees them.
struct AnnouncementBoard: Sendable {
    let viewer: CatalogViewer<Announcement>
    /// Whose marks are kept; nobody's for guests.
    let marker: AccessKey?

    func list(tag: TagName?, page: PageRequest) async throws -> Page<AnnouncementSummary> {
        let tree = try await viewer.tree()
        let page = try await viewer.items(tag: tag, order: .newest, page: page, tree)
        let read = try await read(among: page.items.map(\.id))
        return page.map { summary($0, tree, read) }
    }

    func page(_ announcement: Announcement, _ tree: CatalogTree<Announcement>) async throws -> AnnouncementPage {
        let read = try await read(among: [announcement.id])
        return AnnouncementPage(
            summary: summary(announcement, tree, read), body: announcement.entry.text(in: viewer.language).body)
    }

    private func summary(
        _ announcement: Announcement, _ tree: CatalogTree<Announcement>, _ read: Set<Announcement.ID>
    ) -> AnnouncementSummary {
        AnnouncementSummary(
            shown: viewer.summary(announcement, tree), isUnread: marker != nil && !read.contains(announcement.id))
    }

    // MARK: Marks

    private func read(among ids: [Announcement.ID]) async throws -> Set<Announcement.ID> {
        guard let marker else { return [] }
        return Set(try await viewer.store.votes(in: .read, by: marker, on: Set(ids)).keys)
    }

    /// The unread ones among the newest, as many as badges count.
    func unread() async throws -> [Announcement.ID] {
        let tree = try await viewer.tree()
        let ids = try await collectPages(limit: viewer.limits.unreadAnnouncements) {
            try await viewer.items(order: .newest, page: $0, tree)
        }.map(\.id)
        let read = try await read(among: ids)
        return ids.filter { !read.contains($0) }
    }

    func mark(_ ids: [Announcement.ID], asRead isRead: Bool) async throws {
        guard let marker, !ids.isEmpty else { return }
        let votes = ids.map { CatalogVote<Announcement>($0, .read, by: marker, isRead ? 1 : nil) }
        _ = try await viewer.store.commit(CatalogCommit { $0.votes = votes })
    }

    /// Marks one that can be seen.
    func mark(_ id: Announcement.ID, asRead isRead: Bool) async throws {
        let tree = try await viewer.tree()
        try await mark([viewer.item(id, tree).id], asRead: isRead)
    }
}
