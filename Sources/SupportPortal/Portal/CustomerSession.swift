/// What a signed-in customer can do. There is no way from here to what only agents may do, nor to what is somebody else's.
///
/// A session is a value; make one for each request. It holds who the customer was when it was made.
public struct CustomerSession: Sendable {
    let portal: Portal
    /// Who is asking.
    public let customer: Customer

    /// The ticket section.
    public var tickets: CustomerTickets { CustomerTickets(portal: portal, customer: customer) }

    /// The menu; tickets that wait for the customer count.
    public func menu() async throws -> PortalMenu {
        var entries: [PortalMenu.Entry] = []
        if portal.sections.contains(.tickets) {
            let waiting = TicketFilter { $0.statuses = portal.configuration.statuses(of: [.answered]) }
            entries.append(PortalMenu.Entry(.tickets, badge: try await tickets.counts(waiting).total))
            entries.append(PortalMenu.Entry(.openTicket))
        }
        return PortalMenu(entries)
    }
}
