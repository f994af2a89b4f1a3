#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What merging would do, shown before it is done.
public struct MergePreview: Hashable, Sendable {
    /// The ticket that would lead to the other one.
    public let source: Ticket.ID
    /// The ticket that would get its messages.
    public let target: Ticket.ID
    /// What becomes of the sight of those who see the source now.
    public let access: MergeAccess
    /// Who would see words that are hidden from them now, and the other way round.
    public let diff: AccessDiff
    /// How the target would stand then.
    public let status: TicketStatus
    /// Who would hear of it.
    public let recipients: [Recipient]
    /// The tickets as they were looked at: merging what has changed since is refused.
    let revisions: [Revision]
}

extension TicketDesk {
    // MARK: Merging

    /// What merging would do.
    func previewMerge(
        of source: Ticket.ID, into target: Ticket.ID, _ access: MergeAccess, by agent: Agent
    ) async throws -> MergePreview {
        let plan = try await planMerge(of: source, into: target, access, by: agent, at: environment.date)
        var recipients: [Recipient] = []
        for change in [plan.source, plan.target] where announces {
            for event in change.events {
                for recipient in try await notices.recipients(of: event, on: change.stored)
                where !recipients.contains(where: { $0.identity == recipient.identity }) && isReached(recipient, by: event) {
                    recipients.append(recipient)
                }
            }
        }
        return MergePreview(
            source: source, target: target, access: access, diff: plan.diff, status: plan.target.stored.status,
            recipients: recipients, revisions: plan.revisions)
    }

    /// Merges.
    ///
    /// Parameter `access`: `nil` where no customer's sight must change.
    ///
    /// Parameter `revisions`: how source and target stood when a preview was made.
    func merge(
        _ source: Ticket.ID, into target: Ticket.ID, _ access: MergeAccess?, seen revisions: [Revision]? = nil, by agent: Agent
    ) async throws -> TicketReceipt {
        try await retrying {
            let plan = try await planMerge(of: source, into: target, access ?? .share, by: agent, at: environment.date)
            if let revisions, revisions != plan.revisions { throw conflict(plan.revisions[1]) }
            guard access != nil || !plan.diff.concernsCustomers else {
                throw PortalError(.accessUndecided, "merging would change which customers see what")
            }
            var commit = plan.target.commit(announces: announces, nil)
            let other = plan.source.commit(announces: announces, nil)
            commit.tickets += other.tickets
            commit.events += other.events
            commit.messages = plan.messages
            _ = try await store.commit(commit)
            return TicketReceipt(plan.target.stored, .merged, for: .agent(agent))
        }
    }

    private struct MergePlan {
        var target: Change
        var source: Change
        var messages: [Message]
        var diff: AccessDiff
        var revisions: [Revision]
    }

    private func planMerge(
        of sourceID: Ticket.ID, into targetID: Ticket.ID, _ access: MergeAccess, by agent: Agent, at now: Date
    ) async throws -> MergePlan {
        let (source, actor) = try await find(sourceID, for: .agent(agent))
        let (target, _) = try await find(targetID, for: .agent(agent))
        // One more than allowed, so that the rules see when there are too many.
        let limit = Swift.min(configuration.limits.mergedMessages, Int.max - 1) + 1
        let (messages, others) = (
            try await allMessages(of: sourceID, limit: limit), try await allMessages(of: targetID, limit: limit)
        )
        let rules = Judgement(ticket: source, actor: actor, configuration: configuration, now: now)
        let decision = try rules.merge(into: target, access, messages, others) {
            Message.ID(environment.makeID())
        }
        var diff = AccessDiff()
        diff.add(words: source, seenIn: decision.target.ticket, stay: access == .withhold, configuration)
        diff.add(words: target, seenIn: decision.target.ticket, configuration)
        return MergePlan(
            target: Change(decision.target, of: target, by: actor.author, saying: nil, at: now, environment),
            source: Change(decision.source, of: source, by: actor.author, saying: nil, at: now, environment),
            messages: decision.messages, diff: diff, revisions: [source.revision, target.revision])
    }

    // MARK: Splitting

    /// Makes messages of a ticket a ticket of their own.
    func split(
        _ ids: Set<Message.ID>, of ticket: Ticket.ID, subject: String, department: Department.ID?, by agent: Agent
    ) async throws -> TicketReceipt {
        guard ids.count <= configuration.limits.bulk else {
            throw PortalError(.tooMany, "too many messages to split off", limit: configuration.limits.bulk)
        }
        let (_, _) = try await load(ticket, for: .agent(agent))
        var checks = FormChecks(configuration)
        let subject = checks.subject(subject)
        try checks.throwIfAny()
        return try await retrying {
            let (ticket, actor) = try await load(ticket, for: .agent(agent))
            let messages = try await allMessages(of: ticket.id, limit: Int.max)
            let now = environment.date
            let rules = Judgement(ticket: ticket, actor: actor, configuration: configuration, now: now)
            // As old as its first message.
            let opened = messages.filter { ids.contains($0.id) }.map(\.date).min() ?? now
            let id = Ticket.ID(environment.makeID())
            func plan(_ number: TicketNumber) throws -> (MergeDecision, Change) {
                let draft = Ticket(
                    id: id, number: number, requester: ticket.requester, opened: opened, subject: subject,
                    department: department ?? ticket.department)
                let decision = try rules.split(ids, of: messages, into: draft)
                return (decision, Change(decision.target, of: draft, by: actor.author, saying: nil, at: now, environment))
            }
            // Refusals come before a number is taken.
            let (decision, _) = try plan(TicketNumber(rawValue: ""))
            let source = Change(decision.source, of: ticket, by: actor.author, saying: nil, at: now, environment)
            let made = try await openNumbered(at: now) { number in
                let (decision, target) = try plan(number)
                var commit = target.commit(announces: announces, nil)
                let other = source.commit(announces: announces, nil)
                commit.tickets += other.tickets
                commit.events += other.events
                commit.messages = decision.messages
                return (commit, target)
            }
            return TicketReceipt(made.stored, .split, for: .agent(agent))
        }
    }
}
