#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension AgentTickets {
    // MARK: Editing

    /// Changes the text of a reply or note that an agent wrote. What it said before is kept for agents; customers see that it was changed.
    /// - Throws: ``PortalError/Code/notPermitted`` for what customers wrote; ``PortalError/Code/invalidForm``; ``PortalError/Code/tooMany`` beyond
    ///   ``PortalLimits/edits``.
    @discardableResult
    public func edit(_ message: Message.ID, of ticket: Ticket.ID, _ text: String) async throws -> TicketReceipt {
        try await portal.ticketDesk.edit(message, of: ticket, text, by: viewer)
    }

    // MARK: Canned replies

    /// The canned replies that this agent sees, by category and title.
    public func cannedReplies() async throws -> [CannedReply] { try await portal.ticketDesk.cannedReplies(for: agent) }

    /// A canned reply to be written and saved, with an id of its own.
    public func newCannedReply(category: SingleLine, title: SingleLine, text: String) -> CannedReply {
        CannedReply(id: CannedReply.ID(portal.environment.makeID()), category: category, title: title, text: text)
    }

    /// Saves a canned reply.
    /// - Returns: the reply as it is stored, at its new revision.
    /// - Throws: ``PortalError/Code/unknownMergeField``; ``PortalError/Code/invalidForm``; ``PortalError/Code/conflict`` when it is not at the revision
    ///   that is stored.
    @discardableResult
    public func save(_ reply: CannedReply) async throws -> CannedReply {
        try await portal.ticketDesk.save(reply, by: agent)
    }

    /// Removes a canned reply.
    public func remove(_ reply: CannedReply.ID) async throws {
        try await portal.ticketDesk.removeCannedReply(reply, by: agent)
    }

    /// An empty reply whose text is a canned one, filled in for a ticket: to be read, changed and sent.
    public func newReply(from reply: CannedReply.ID, for ticket: Ticket.ID) async throws -> ReplyDraft {
        var draft = newReply()
        draft.text = try await portal.ticketDesk.fill(reply, for: ticket, by: agent)
        return draft
    }

    // MARK: Drafts

    /// Keeps a reply until it is sent, in place of the one that was kept before.
    /// - Throws: ``PortalError/Code/tooLong`` beyond ``PortalLimits/draft``; ``PortalError/Code/conflict`` where the revision that is named is not
    ///   the stored one.
    @discardableResult
    public func save(
        _ reply: ReplyDraft, for ticket: Ticket.ID, asNote isNote: Bool = false, expecting revision: Revision? = nil
    ) async throws -> SavedDraft<ReplyDraft> {
        try await portal.ticketDesk.save(reply, as: isNote ? .note : .reply, on: ticket, by: viewer, expecting: revision)
    }

    /// The reply or note that was kept, if there is one.
    public func savedReply(for ticket: Ticket.ID, asNote isNote: Bool = false) async throws -> SavedDraft<ReplyDraft>? {
        try await portal.ticketDesk.draft(isNote ? .note : .reply, on: ticket, by: viewer)
    }

    /// Forgets the reply or note that was kept.
    public func discardReply(for ticket: Ticket.ID, asNote isNote: Bool = false) async throws {
        try await portal.ticketDesk.discard(.draft(isNote ? .note : .reply, on: ticket, of: viewer.owner))
    }

    /// Where replies and notes are kept, the latest first.
    public func drafts() async throws -> [DraftPlace] { try await portal.ticketDesk.drafts(of: viewer) }

    // MARK: Bans

    /// Keeps somebody from opening tickets and from replying, in place of an earlier ban of the same target.
    ///
    /// Parameter `expires`: until when; `nil` until it is lifted.
    /// - Throws: ``PortalError/Code/unknownChoice`` for a target that names nobody; ``PortalError/Code/tooLong``.
    @discardableResult
    public func ban(_ target: Ban.Target, because reason: String = "", until expires: Date? = nil) async throws -> Ban {
        try await portal.ticketDesk.ban(target, because: reason, until: expires, by: agent)
    }

    /// Lifts a ban; there need not be one.
    public func liftBan(of target: Ban.Target) async throws { try await portal.ticketDesk.liftBan(of: target, by: agent) }

    /// The bans, expired ones included.
    public func bans(_ page: PageRequest = .first) async throws -> Page<Ban> {
        try await portal.ticketDesk.bans(page, for: agent)
    }
}
