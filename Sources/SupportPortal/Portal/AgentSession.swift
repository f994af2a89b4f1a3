/// What a member of the host's staff can do, within the own departments and permissions.
///
/// A session is a value; make one for each request. It holds the departments and permissions that the agent had when it was made.
public struct AgentSession: Sendable {
    let portal: Portal
    /// Who is asking.
    public let agent: Agent

    /// The ticket section.
    public var tickets: AgentTickets { AgentTickets(portal: portal, agent: agent) }

    /// The announcements.
    public var announcements: AgentAnnouncements { AgentAnnouncements(portal: portal, agent: agent) }

    /// The knowledgebase.
    public var knowledgebase: AgentKnowledgebase { AgentKnowledgebase(portal: portal, agent: agent) }

    /// The downloads.
    public var downloads: AgentDownloads { AgentDownloads(portal: portal, agent: agent) }

    /// The menu; tickets that wait for an agent count.
    public func menu() async throws -> PortalMenu {
        var entries: [PortalMenu.Entry] = []
        if portal.sections.contains(.tickets) {
            let waiting = TicketFilter { $0.statuses = portal.configuration.statuses(of: [.open, .customerReply]) }
            entries.append(PortalMenu.Entry(.tickets, badge: try await tickets.counts(waiting).total))
        }
        if portal.sections.contains(.announcements) { entries.append(PortalMenu.Entry(.announcements)) }
        return PortalMenu(entries + portal.readingSections)
    }
}
