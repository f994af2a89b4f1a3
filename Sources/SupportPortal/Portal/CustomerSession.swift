/// What a signed-in customer can do. There is no way from here to what only agents may do, nor to what is somebody else's.
///
/// A session is a value; make one for each request. It holds who the customer was when it was made.
public struct CustomerSession: Sendable {
    let portal: Portal
    /// Who is asking.
    public let customer: Customer

    /// The ticket section.
    public var tickets: CustomerTickets { CustomerTickets(portal: portal, customer: customer) }

    /// The announcements.
    public var announcements: CustomerAnnouncements { CustomerAnnouncements(portal: portal, customer: customer) }

    /// The knowledgebase.
    public var knowledgebase: CustomerKnowledgebase { CustomerKnowledgebase(portal: portal, customer: customer) }

    /// The downloads.
    public var downloads: CustomerDownloads { CustomerDownloads(portal: portal, customer: customer) }

    /// The menu; tickets that wait for the customer count, and unread announcements.
    public func menu() async throws -> PortalMenu {
        var entries: [PortalMenu.Entry] = []
        if portal.sections.contains(.tickets) {
            let waiting = TicketFilter { $0.statuses = portal.configuration.statuses(of: [.answered]) }
            entries.append(PortalMenu.Entry(.tickets, badge: try await tickets.counts(waiting).total))
        }
        if portal.sections.contains(.announcements) {
            entries.append(PortalMenu.Entry(.announcements, badge: try await announcements.unreadCount()))
        }
        entries += portal.readingSections
        if portal.sections.contains(.tickets) { entries.append(PortalMenu.Entry(.openTicket)) }
        return PortalMenu(entries)
    }
}
