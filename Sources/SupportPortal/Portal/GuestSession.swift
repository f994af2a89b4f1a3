/// What somebody can do whom the host has not signed in: open tickets, and come back to one with its access token.
public struct GuestSession: Sendable {
    let portal: Portal
    /// What the guest has said of himself, to fill in forms.
    public let guest: Guest

    /// The ticket section.
    public var tickets: GuestTickets { GuestTickets(portal: portal, guest: guest) }

    /// The announcements.
    public var announcements: GuestAnnouncements { GuestAnnouncements(portal: portal) }

    /// The knowledgebase.
    public var knowledgebase: GuestKnowledgebase { GuestKnowledgebase(portal: portal, language: guest.language) }

    /// The downloads.
    public var downloads: GuestDownloads { GuestDownloads(portal: portal) }

    /// The menu.
    public func menu() async throws -> PortalMenu {
        var entries: [PortalMenu.Entry] = []
        if portal.sections.contains(.announcements) { entries.append(PortalMenu.Entry(.announcements)) }
        entries += portal.readingSections
        if portal.sections.contains(.tickets) { entries.append(PortalMenu.Entry(.openTicket)) }
        return PortalMenu(entries)
    }
}
