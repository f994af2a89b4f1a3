extension TicketDesk {
    // MARK: Searching

    /// The tickets within sight in which all words are found, the best first.
    func search(
        _ text: String, _ filter: TicketFilter, _ page: PageRequest, for viewer: TicketViewer
    ) async throws -> Page<Ticket> {
        try refuseInternal(filter, for: viewer)
        guard text.utf8.count <= configuration.limits.query else {
            throw PortalError(.tooLong, "what is searched for is too long", limit: configuration.limits.query)
        }
        if let cursor = page.after {
            guard cursor.order == TicketSearch.orderName, case .number = cursor.value else {
                throw PortalError(.invalidCursor, "the cursor is of another list")
            }
        }
        return try await store.search(
            TicketSearch(
                SearchText(text), in: searchScope(of: viewer), filter: filter,
                includesInternal: viewer.seesInternal,
                page: configuration.limits.cut(page)))
    }

    /// Where CC recipients see only a part of the messages, a search would tell of the rest: there it covers the own tickets alone.
    private func searchScope(of viewer: TicketViewer) -> AccessScope {
        if case .customer(let customer) = viewer, configuration.tickets.copies.sight == .sinceApproval {
            return .holding([.customer(customer.id)])
        }
        return viewer.scope(under: configuration.tickets)
    }
}
