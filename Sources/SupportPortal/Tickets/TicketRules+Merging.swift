#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What merging or splitting makes of two tickets.
struct MergeDecision {
    /// The ticket that others lead to, or that is split off.
    var target: TicketDecision
    /// The ticket that leads there, or from which messages are split off.
    var source: TicketDecision
    /// The messages that get another place.
    var messages: [Message]
}

extension Judgement {
    /// Merges the ticket into another one. Messages are all there are of both. Where access is withheld, the ticket keeps its messages and the
    /// other one gets copies under new ids.
    func merge(
        into target: Ticket, _ access: MergeAccess, _ messages: [Message], _ others: [Message], newIDs: () -> Message.ID
    ) throws -> MergeDecision {
        try require(.merge)
        guard ticket.id != target.id else { throw PortalError(.invalidMerge, "a ticket cannot be merged into itself") }
        guard ticket.mergedInto == nil else { throw PortalError(.invalidMerge, "the ticket was merged before") }
        guard target.mergedInto == nil else {
            throw PortalError(.invalidMerge, "a ticket cannot be merged into one that was merged itself")
        }
        let limit = configuration.limits.mergedMessages
        guard messages.count <= limit, others.count <= limit else {
            throw PortalError(.tooMany, "too many messages to merge", limit: limit)
        }
        var merged = target
        if merged.continuedIn == ticket.id { merged.continuedIn = nil }
        absorb(into: &merged, access)
        guard merged.copies.count <= Swift.max(target.copies.count, configuration.limits.recipients) else {
            throw PortalError(.tooManyRecipients, "too many recipients", limit: configuration.limits.recipients)
        }
        let placed = place(access == .share ? messages : messages.map { $0.copy(id: newIDs()) }, after: others, in: &merged)
        if waitsForAgent(ticket), !waitsForAgent(merged) {
            merged = Judgement(ticket: merged, actor: actor, configuration: configuration, now: now).withStatus(.customerReply)
        }
        merged.startClocks()
        var source = withStatus(.closed)
        source.mergedInto = target.id
        source.mergeAccess = access
        if access == .share {
            source.merged = []
            source.messageCount = 0
            source.fileCount = 0
            source.participants = []
        }
        var details = fromTo(ticket.status, source.status)
        details[.ticket] = target.id.rawValue
        var received = fromTo(target.status, merged.status)
        received[.ticket] = ticket.id.rawValue
        return MergeDecision(
            target: TicketDecision(merged, .merged, .init(.ticketAbsorbed, received)),
            source: TicketDecision(source, .merged, .init(.ticketMerged, details)), messages: placed)
    }

    private func waitsForAgent(_ ticket: Ticket) -> Bool {
        switch configuration.kind(of: ticket.status) {
        case .open, .customerReply: true
        case .answered, .closed: false
        }
    }

    private func absorb(into target: inout Ticket, _ access: MergeAccess) {
        if access == .share { target.merged += ticket.merged }
        target.merged.append(
            MergedTicket(
                ticket: ticket.id, requester: ticket.requester, guestAccess: ticket.guestAccess, isShared: access == .share))
        if access == .share {
            for copy in ticket.copies
            where copy.address != target.requester.address && !target.copies.contains(where: { $0.address == copy.address }) {
                target.copies.append(copy)
            }
        }
        target.tags = Set(target.tags).union(ticket.tags).sorted()
        for watcher in ticket.watchers where !target.watchers.contains(watcher) { target.watchers.append(watcher) }
        for identity in [ticket.requester.identity] + ticket.participants { target.addParticipant(identity) }
    }

    /// Puts messages among others by time. What comes before the first of them stays where it is; the rest gets new places.
    private func place(_ messages: [Message], after others: [Message], in target: inout Ticket) -> [Message] {
        guard let first = messages.map(\.date).min() else {
            target.recount(others)
            return []
        }
        let staying = others.prefix { $0.date <= first }
        // Both are in order; of equal dates those that are there already come first.
        let candidates = others.dropFirst(staying.count).map { ($0, 0) } + messages.map { ($0, 1) }
        let moving = candidates.sorted { a, b in
            (a.0.date, a.1, a.0.index) < (b.0.date, b.1, b.0.index)
        }.map(\.0)
        var placed: [Message] = []
        for (offset, message) in moving.enumerated() {
            var message = message
            if message.ticket != target.id { message.movedFrom = message.movedFrom ?? message.ticket }
            message.ticket = target.id
            message.index = target.lastIndex + 1 + offset
            placed.append(message)
        }
        target.recount(Array(staying) + placed)
        return placed
    }

    /// Makes some messages a ticket of their own, which is handed over with id, number, subject and department.
    func split(_ ids: Set<Message.ID>, of messages: [Message], into draft: Ticket) throws -> MergeDecision {
        try require(.merge)
        if draft.department != ticket.department { try require(.transfer) }
        guard configuration.department(draft.department) != nil else {
            throw PortalError(.unknownChoice, "no department \(draft.department) is configured")
        }
        let moving = messages.filter { ids.contains($0.id) }
        let staying = messages.filter { !ids.contains($0.id) }
        guard moving.count == ids.count, [moving, staying].allSatisfy({ $0.contains { $0.kind == .reply } }) else {
            throw PortalError(.invalidSplit, "both tickets need a reply, and the messages must be of this ticket")
        }
        var made = draft
        made.service = ticket.service
        made.priority = ticket.priority
        made.copies = ticket.copies
        made.guestAccess = ticket.guestAccess
        made.source = ticket.source
        made.merged = ticket.merged
        made.tags = ticket.tags
        made.fields = ticket.fields
        made.splitFrom = ticket.id
        var placed: [Message] = []
        for (offset, message) in moving.enumerated() {
            var message = message
            message.movedFrom = message.movedFrom ?? message.ticket
            message.ticket = made.id
            message.index = offset + 1
            if message.author.role != .system { made.addParticipant(message.author.identity) }
            placed.append(message)
        }
        made.recount(placed)
        made.status = made.lastRole == .agent ? .answered : .open
        var source = ticket
        source.splitInto.append(made.id)
        source.recount(staying)
        return MergeDecision(
            target: TicketDecision(made, .split, .init(.ticketSplitOff, [.ticket: ticket.id.rawValue])),
            source: TicketDecision(source, .split, .init(.ticketSplit, [.ticket: made.id.rawValue])), messages: placed)
    }
}

extension Message {
    /// A message that says the same, not stored yet.
    fileprivate func copy(id: Message.ID) -> Message {
        var copy = Message(
            id: id, ticket: ticket, index: index, kind: kind, author: author, date: date, text: text, attachments: attachments)
        copy.edits = edits
        copy.rating = rating
        copy.movedFrom = movedFrom
        return copy
    }
}

extension Ticket {
    /// Counts its messages anew: these are all of them, in order.
    mutating func recount(_ messages: [Message]) {
        messageCount = messages.count
        fileCount = messages.reduce(0) { $0 + $1.attachments.count { $0.removed == nil } }
        if let last = messages.last {
            lastIndex = Swift.max(lastIndex, last.index)
            lastAuthor = last.author.identity
        }
        if let last = messages.last(where: \.isPublic) {
            lastPublicIndex = last.index
            lastPublicAuthor = last.author.identity
        }
        if let last = messages.last(where: { $0.kind == .reply }) {
            // What was merged into it may be older than the ticket itself.
            lastActivity = Swift.max(opened, last.date)
            lastRole = last.author.role
        }
    }
}
