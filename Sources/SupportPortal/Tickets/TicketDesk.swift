#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The ticket section behind all sessions: finds within the viewer's scope, lets the rules decide, commits.
struct TicketDesk: Sendable {
    let store: any TicketStore
    let blobs: (any BlobStore)?
    let people: any PeopleDirectory
    let configuration: PortalConfiguration
    let environment: PortalEnvironment
    let channels: [any NotificationChannel]

    /// Whether events wait for a dispatcher; where nobody delivers, they are acknowledged with the commit.
    var announces: Bool { !channels.isEmpty || configuration.dispatch.place == .elsewhere }

    // MARK: Finding

    /// The ticket that an id leads to: a merged one leads to the ticket that it was merged into, for whoever may see that. Of a chain it is the
    /// last that may be seen, whether or not those between may be.
    func load(_ id: Ticket.ID, for viewer: TicketViewer) async throws -> (ticket: Ticket, actor: TicketActor) {
        let scope = viewer.scope(under: configuration.tickets)
        let (first, actor) = try await find(id, for: viewer)
        guard first.mergedInto != nil else { return (first, actor) }
        var (passed, seen) = (first, first)
        var visited: Set<Ticket.ID> = [id]
        while let next = passed.mergedInto, visited.insert(next).inserted,
            let ticket = try await store.ticket(next, in: .everything)
        {
            passed = ticket
            if scope.contains(ticket.accessKeys) { seen = ticket }
        }
        return (seen, try viewer.actor(on: seen, at: environment.date))
    }

    /// The ticket with an id, merged or not.
    func find(_ id: Ticket.ID, for viewer: TicketViewer) async throws -> (ticket: Ticket, actor: TicketActor) {
        guard id.isStorable, let ticket = try await store.ticket(id, in: viewer.scope(under: configuration.tickets)) else {
            throw PortalError.notFound("ticket")
        }
        return (ticket, try viewer.actor(on: ticket, at: environment.date))
    }

    /// The ticket that a guest's token opens: of a chain of follow-ups the last, unless one is asked for, which ``load(_:for:)`` looks up within
    /// the token's scope like any other.
    func ticket(openedBy token: AccessToken, _ asked: Ticket.ID? = nil) async throws -> Ticket.ID {
        if let asked { return asked }
        let query = TicketQuery(in: TicketViewer.guest(token).scope(under: configuration.tickets))
        let tickets = try await store.tickets(query).items
        guard let ticket = tickets.first(where: { $0.continuedIn == nil && $0.mergedInto == nil }) ?? tickets.first else {
            throw PortalError.notFound("ticket")
        }
        return ticket.id
    }

    func list(
        _ filter: TicketFilter, _ order: TicketOrder, _ page: PageRequest, for viewer: TicketViewer
    ) async throws -> Page<Ticket> {
        try refuseInternal(filter, for: viewer)
        guard page.after.map(order.admits) ?? true else {
            throw PortalError(.invalidCursor, "the cursor is of another order")
        }
        return try await store.tickets(
            TicketQuery(
                in: viewer.scope(under: configuration.tickets), filter: filter, order: order,
                page: configuration.limits.cut(page)))
    }

    func counts(_ filter: TicketFilter, for viewer: TicketViewer) async throws -> TicketCounts {
        try refuseInternal(filter, for: viewer)
        return TicketCounts(
            try await store.counts(filter, in: viewer.scope(under: configuration.tickets)), configuration)
    }

    /// What is for agents alone must not be found out by asking which tickets have it.
    /// - Throws: ``PortalError/Code/notPermitted``.
    func refuseInternal(_ filter: TicketFilter, for viewer: TicketViewer) throws {
        guard viewer.seesInternal || !filter.asksForInternal else {
            throw PortalError(.notPermitted, "only agents filter by assignee, watcher, tag, person and files")
        }
    }

    // MARK: Acting

    /// What a message says.
    struct Content: Sendable {
        var text: String
        var attachments: [FileAttachment] = []
    }

    /// Decides and commits, again and again while others change the ticket meanwhile, unless the caller named the revision seen.
    func perform(
        _ action: TicketAction, on asked: Ticket.ID, by viewer: TicketViewer, saying content: Content? = nil,
        seen: Revision? = nil, submission: String? = nil
    ) async throws -> TicketReceipt {
        let draft = content.map { _ in
            DeskRecordChange.remove(.draft(action.isNote ? .note : .reply, on: asked, of: viewer.owner))
        }
        var (id, seen) = (asked, seen)
        var visited: Set<Ticket.ID> = [id]
        var attempts = Swift.max(1, configuration.limits.attempts)
        while attempts > 0 {
            let (ticket, actor) = try await load(id, for: viewer)
            let revision = viewer.revision(of: ticket)
            if let seen, seen != revision {
                if let earlier = try await receipt(of: submission, by: viewer) { return earlier }
                throw conflict(revision)
            }
            let now = environment.date
            let action = try await completed(action, on: ticket, by: actor)
            let decision = try TicketRules.decide(action, by: actor, on: ticket, under: configuration, at: now)
            if decision.changesNothing { return TicketReceipt(ticket, .unchanged, for: viewer) }
            if decision.opensFollowUp, let next = try await continuation(of: ticket, for: viewer), visited.insert(next).inserted {
                (id, seen) = (next, nil)
                continue
            }
            do {
                if decision.opensFollowUp {
                    return try await followUp(
                        ticket, by: actor, viewer, saying: content, submission: submission, draft, at: now)
                }
                let change = Change(decision, of: ticket, by: actor.author, saying: content, at: now, environment)
                var commit = change.commit(announces: announces, record(submission, change, at: now))
                commit.records = draft.map { [$0] } ?? []
                _ = try await store.commit(commit)
                return TicketReceipt(change.stored, decision.rule, for: viewer, message: change.message?.id)
            } catch let error as StorageError where error.code == .conflict {
                // Somebody was faster: read again and decide again.
                attempts -= 1
            } catch let error as StorageError where error.code == .duplicateSubmission {
                guard let earlier = error.submission else { throw error }
                return try await receipt(for: earlier, viewer)
            }
        }
        throw PortalError(.busy, "ticket \(id) is being changed by too many others")
    }

    /// The same decision without the commit.
    func preview(
        _ action: TicketAction, on id: Ticket.ID, by viewer: TicketViewer, after visited: Set<Ticket.ID> = []
    ) async throws -> TicketPreview {
        let (ticket, actor) = try await load(id, for: viewer)
        let now = environment.date
        let action = try await completed(action, on: ticket, by: actor)
        var decision = try TicketRules.decide(action, by: actor, on: ticket, under: configuration, at: now)
        let rule = decision.rule
        if decision.opensFollowUp {
            let visited = visited.union([id])
            if let next = try await continuation(of: ticket, for: viewer), !visited.contains(next) {
                return try await preview(action, on: next, by: viewer, after: visited)
            }
            let followUp = ticket.followUp(id: "preview", number: TicketNumber(rawValue: ""), at: now, configuration.tickets)
            decision = TicketRules.open(followUp, by: actor, under: configuration)
        }
        let change = Change(decision, of: ticket, by: actor.author, saying: nil, at: now, environment)
        var recipients: [Recipient] = []
        for event in change.events where announces {
            for recipient in try await notices.recipients(of: event, on: change.stored)
            where !recipients.contains(where: { $0.identity == recipient.identity }) && isReached(recipient, by: event) {
                recipients.append(recipient)
            }
        }
        return TicketPreview(
            rule: rule, status: ticket.status, newStatus: change.stored.status, recipients: recipients,
            access: AccessDiff(from: ticket, to: change.stored, configuration))
    }

    var notices: TicketNotices { TicketNotices(store: store, people: people, configuration: configuration, now: environment.now) }

    func isReached(_ recipient: Recipient, by event: PortalEvent) -> Bool {
        channels.isEmpty || channels.contains { $0.reaches(recipient, with: event) }
    }

    func conflict(_ current: Revision) -> PortalError {
        var error = PortalError(.conflict, "the ticket was changed since it was seen")
        error.current = current
        return error
    }

    /// What became of a draft that was submitted before.
    func receipt(of submission: String?, by viewer: TicketViewer) async throws -> TicketReceipt? {
        guard let submission, let earlier = try await store.submission(submission, at: environment.date) else { return nil }
        return try await receipt(for: earlier, viewer)
    }

    private func receipt(for submission: Submission, _ viewer: TicketViewer) async throws -> TicketReceipt {
        let (ticket, _) = try await load(submission.ticket, for: viewer)
        return TicketReceipt(ticket, .unchanged, for: viewer, message: submission.message)
    }

    /// What is kept so that a second submit finds the first.
    func record(_ key: String?, _ change: Change, at now: Date) -> Submission? {
        guard let key, let message = change.message else { return nil }
        return Submission(
            key: key, ticket: change.stored.id, message: message.id,
            expires: now.adding(configuration.tickets.submitKeyLifetime))
    }

    /// Decides and commits a change of several records, again while others change them meanwhile.
    func retrying<Result>(_ body: () async throws -> Result) async throws -> Result {
        for _ in 0..<Swift.max(1, configuration.limits.attempts) {
            do {
                return try await body()
            } catch let error as StorageError where error.code == .conflict {}
        }
        throw PortalError(.busy, "the tickets are being changed by too many others")
    }

    /// The action with what only the directory knows: whether an agent belongs to a department.
    /// - Throws: ``PortalError/Code/banned``.
    private func completed(_ action: TicketAction, on ticket: Ticket, by actor: TicketActor) async throws -> TicketAction {
        switch action.kind {
        case .reply, .reopen, .addCopy: try await refuseBanned(actor, on: ticket)
        default: break
        }
        guard actor.author.role == .agent else { return action }
        switch action.kind {
        case .transfer(let department, _):
            guard let assignee = ticket.assignee else { return action }
            let keeps = try await isAgent(assignee, of: department)
            return TicketAction(kind: .transfer(department, keepsAssignee: keeps))
        case .assign(let agent?) where .agent(agent) != actor.author.identity && agent != ticket.assignee:
            guard try await isAgent(agent, of: ticket.department) else {
                throw PortalError(.unknownChoice, "agent \(agent) is none of department \(ticket.department)")
            }
            return action
        default: return action
        }
    }

    private func isAgent(_ agent: Agent.ID, of department: Department.ID) async throws -> Bool {
        try await people.allAgents(of: department, limit: configuration.limits.agentsPerNotice)
            .contains { $0.id == agent && $0.departments.contains(department) }
    }

    // MARK: New tickets

    /// Where the customer's words go when this closed ticket goes on in another one.
    private func continuation(of ticket: Ticket, for viewer: TicketViewer) async throws -> Ticket.ID? {
        guard let next = ticket.continuedIn else { return nil }
        return try await store.ticket(next, in: viewer.scope(under: configuration.tickets))?.id
    }

    private func followUp(
        _ ticket: Ticket, by actor: TicketActor, _ viewer: TicketViewer, saying content: Content?, submission: String?,
        _ draft: DeskRecordChange?, at now: Date
    ) async throws -> TicketReceipt {
        let id = Ticket.ID(environment.makeID())
        let change = try await openNumbered(at: now) { number in
            let followUp = ticket.followUp(id: id, number: number, at: now, configuration.tickets)
            let opening = TicketRules.open(followUp, by: actor, under: configuration)
            let change = Change(opening, of: followUp, by: actor.author, saying: content, at: now, environment)
            var earlier = ticket
            earlier.continuedIn = id
            let link = TicketDecision(earlier, .followedUp, .init(.ticketContinued, [.ticket: id.rawValue]))
            let linking = Change(link, of: ticket, by: actor.author, saying: nil, at: now, environment)
            var commit = change.commit(announces: announces, record(submission, change, at: now))
            if actor.author.role == .requester { commit.limits = limits(for: ticket.requester.customer, ticket.source, at: now) }
            commit.tickets += linking.commit(announces: announces, nil).tickets
            commit.events += linking.events
            commit.records = draft.map { [$0] } ?? []
            return (commit, change)
        }
        return TicketReceipt(change.stored, .followedUp, for: viewer, message: change.message?.id)
    }

    /// Commits a new ticket under the first number that is free.
    func openNumbered(at now: Date, _ make: (TicketNumber) throws -> (TicketCommit, Change)) async throws -> Change {
        let numbers = configuration.numbering.candidates(now, environment.random).makeIterator()
        // Nearly always the first number is free. If not, ask for ever more at once which ones are.
        var size = 1
        while true {
            try Task.checkCancellation()
            let batch = (0..<size).compactMap { _ in numbers.next() }
            // Candidates that repeat will not get better.
            guard !batch.isEmpty, Set(batch).count > batch.count / 2 else {
                throw PortalError(.ticketNumbersExhausted, "all the numbers that the numbering can make are in use")
            }
            let taken = size == 1 ? [] : try await store.takenNumbers(among: Set(batch))
            for number in batch where !taken.contains(number) {
                let (commit, change) = try make(number)
                do {
                    _ = try await store.commit(commit)
                    return change
                } catch let error as StorageError where error.code == .duplicateNumber {
                } catch let error as StorageError where error.code == .limitReached {
                    throw PortalError(.tooManyTickets, "there are too many tickets already", limit: error.limit?.maximum ?? 0)
                }
            }
            size = Swift.min(1_024, size * 8)
        }
    }
}

extension TicketDesk {
    /// A decision turned into records, with ids and dates.
    struct Change {
        let stored: Ticket
        let message: Message?
        let events: [PortalEvent]
        private let ticket: Ticket
        private let date: Date

        init(
            _ decision: TicketDecision, of before: Ticket, by author: Author, saying content: Content?, at now: Date,
            _ environment: PortalEnvironment
        ) {
            var after = decision.ticket
            let message = decision.message.map { kind in
                Message(
                    id: Message.ID(environment.makeID()), ticket: after.id, index: after.lastIndex, kind: kind, author: author,
                    date: now, text: content?.text ?? "", attachments: content?.attachments ?? [])
            }
            after.fileCount += message?.attachments.count ?? 0
            ticket = after
            date = now
            var stored = after
            stored.revision = after.revision.next
            self.stored = stored
            self.message = message
            let keys = before.accessKeys.union(after.accessKeys)
            events = decision.events.map { event in
                var details = event.details
                if let message { details[.message] = message.id.rawValue }
                return PortalEvent(
                    id: PortalEvent.ID(environment.makeID()), kind: event.kind, subject: after.id.rawValue, date: now,
                    author: author, isInternal: event.isInternal, keys: keys, details: details)
            }
        }

        func commit(announces: Bool, _ submission: Submission?) -> TicketCommit {
            TicketCommit(
                date: date, tickets: [ticket], messages: message.map { [$0] } ?? [], events: events, announces: announces,
                submission: submission)
        }
    }
}

extension Ticket {
    /// A ticket that goes on from this one. A guest's token opens it, too.
    func followUp(id: Ticket.ID, number: TicketNumber, at now: Date, _ policy: TicketPolicy) -> Ticket {
        var ticket = Ticket(id: id, number: number, requester: requester, opened: now, subject: subject, department: department)
        ticket.service = service
        ticket.priority = priority
        ticket.fields = fields
        ticket.copies = copies
        ticket.followUpOf = self.id
        ticket.guestAccess = guestAccess
        ticket.merged = merged
        ticket.source = source
        let expires = now.adding(policy.guestAccessLifetime)
        ticket.guestAccess?.expires = expires
        for index in ticket.merged.indices { ticket.merged[index].guestAccess?.expires = expires }
        return ticket
    }
}

extension GuestAccess {
    init(token: AccessToken, _ policy: TicketPolicy, from now: Date) {
        self.init(tokenHash: token.hash, expires: now.adding(policy.guestAccessLifetime))
    }
}
