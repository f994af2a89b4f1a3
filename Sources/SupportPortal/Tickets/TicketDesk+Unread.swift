extension TicketDesk {
    // MARK: Unread marks

    /// How far a viewer has read tickets: the places of the last messages that were marked as read.
    func marks(on tickets: [Ticket.ID], of viewer: TicketViewer) async throws -> [Ticket.ID: Int] {
        guard !tickets.isEmpty else { return [:] }
        let query = DeskRecordQuery(
            .seen, of: [viewer.owner], keys: Set(tickets.map(\.rawValue)), page: PageRequest(limit: tickets.count))
        var marks: [Ticket.ID: Int] = [:]
        for record in try await store.records(query).items { marks[Ticket.ID(record.id.key)] = Int(record.text) }
        return marks
    }

    /// Marks a ticket as read up to a message or up to now, or as unread altogether.
    func mark(_ id: Ticket.ID, asRead isRead: Bool, through last: Message.ID? = nil, by viewer: TicketViewer) async throws {
        let (ticket, actor) = try await load(id, for: viewer)
        var place = isRead ? (viewer.seesInternal ? ticket.lastIndex : ticket.lastPublicIndex) : -1
        if let last {
            guard let message = try await message(last, of: ticket, actor, for: viewer) else {
                throw PortalError.notFound("message")
            }
            place = message.index
        }
        let record = DeskRecord(
            DeskRecord.ID(.seen, of: viewer.owner, ticket.id.rawValue), date: environment.date, text: String(place))
        _ = try await store.commit(TicketCommit(date: environment.date, records: [.put(record)]))
    }
}

extension Ticket {
    /// Whether somebody else wrote after what was seen. What one wrote oneself is read, unless it was marked as unread.
    func isUnread(by identity: AccessKey, seen: Int?, includesInternal: Bool) -> Bool {
        guard mergedInto == nil else { return false }
        let (last, author) = includesInternal ? (lastIndex, lastAuthor) : (lastPublicIndex, lastPublicAuthor)
        guard let seen else { return last > 0 && author != identity }
        return seen < 0 || (last > seen && author != identity)
    }
}
