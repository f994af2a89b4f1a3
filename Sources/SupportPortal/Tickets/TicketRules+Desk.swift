#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Ticket {
    /// Counts a message that is to be added: the last place is its own.
    mutating func countMessage(by author: Author, isPublic: Bool) {
        messageCount += 1
        lastIndex += 1
        lastAuthor = author.identity
        if isPublic {
            lastPublicIndex = lastIndex
            lastPublicAuthor = author.identity
        }
        if author.role != .system { addParticipant(author.identity) }
    }

    mutating func addParticipant(_ identity: AccessKey) {
        guard identity != requester.identity, !participants.contains(identity) else { return }
        participants.append(identity)
    }

    /// What closes and reminds after some time begins anew.
    mutating func startClocks() {
        warned = nil
        reminders = 0
    }
}

/// What only agents do.
extension Judgement {
    func assign(to agent: Agent.ID?) throws -> TicketDecision {
        guard role == .agent else { throw PortalError(.notPermitted, "only agents assign tickets") }
        guard agent != ticket.assignee else { return unchanged }
        let own = actor.author.identity
        let takesOrReturns =
            ticket.assignee.map { .agent($0) == own && agent == nil } ?? (agent.map { .agent($0) == own } ?? false)
        try require(takesOrReturns ? .reply : .assign)
        var ticket = ticket
        ticket.assignee = agent
        var details: [PortalEvent.Detail: String] = [:]
        details[.from] = self.ticket.assignee?.rawValue
        details[.to] = agent?.rawValue
        return TicketDecision(ticket, .assigned, .init(.ticketAssigned, isInternal: true, details))
    }

    func watch(_ begins: Bool) throws -> TicketDecision {
        guard role == .agent, actor.author.identity.kind == "agent" else {
            throw PortalError(.notPermitted, "only agents watch tickets")
        }
        let agent = Agent.ID(String(actor.author.identity.rawValue.dropFirst("agent:".count)))
        guard ticket.watchers.contains(agent) != begins else { return unchanged }
        var ticket = ticket
        if begins {
            guard ticket.watchers.count < configuration.limits.watchers else {
                throw PortalError(.tooMany, "too many agents watch the ticket", limit: configuration.limits.watchers)
            }
            ticket.watchers.append(agent)
        } else {
            ticket.watchers.removeAll { $0 == agent }
        }
        return TicketDecision(
            ticket, .watched, .init(.ticketWatched, isInternal: true, [begins ? .to : .from: agent.rawValue]))
    }

    func tag(_ tags: [TagName], adds: Bool) throws -> TicketDecision {
        try require(.editFields)
        var ticket = ticket
        let known = Set(ticket.tags)
        let result = adds ? known.union(tags) : known.subtracting(tags)
        guard result != known else { return unchanged }
        guard result.count <= Swift.max(configuration.limits.tags, known.count) else {
            throw PortalError(.tooMany, "too many tags", limit: configuration.limits.tags)
        }
        ticket.tags = result.sorted()
        let changed = known.symmetricDifference(result).sorted().map(\.rawValue).joined(separator: ", ")
        return TicketDecision(
            ticket, .tagged, .init(.ticketTagged, isInternal: true, [.tags: changed, adds ? .to : .from: changed]))
    }

    func answer(_ answers: [CustomField.ID: String]) throws -> TicketDecision {
        try require(.editFields)
        var checks = FormChecks(configuration)
        let asked = configuration.department(ticket.department)?.fields ?? []
        for id in answers.keys.sorted() where !asked.contains(where: { $0.id == id }) {
            checks.add(FormProblem(.custom(id), .unknown))
        }
        let values = checks.fields(answers, asked.filter { answers.keys.contains($0.id) })
        try checks.throwIfAny()
        var ticket = ticket
        for id in answers.keys { ticket.fields[id] = values[id] }
        guard ticket.fields != self.ticket.fields else { return unchanged }
        let changed = answers.keys.filter { ticket.fields[$0] != self.ticket.fields[$0] }
        let names = changed.sorted().map(\.rawValue).joined(separator: ", ")
        return TicketDecision(ticket, .fieldsSet, .init(.ticketFieldsSet, [.fields: names]))
    }

    /// Changes the text of a message that an agent wrote.
    func edit(_ message: Message, _ text: String) throws -> (TicketDecision, Message) {
        try require(.editMessages)
        guard message.author.role == .agent, message.kind == .reply || message.kind == .note else {
            throw PortalError(.notPermitted, "only what agents wrote can be edited")
        }
        guard message.text != text else { return (unchanged, message) }
        guard message.edits.count < configuration.limits.edits else {
            throw PortalError(.tooMany, "the message was edited too often", limit: configuration.limits.edits)
        }
        var message = message
        message.edits.append(MessageEdit(date: now, author: actor.author, text: message.text))
        message.text = text
        let event = TicketDecision.Event(
            .ticketMessageEdited, isInternal: !message.isPublic, [.message: message.id.rawValue])
        return (TicketDecision(ticket, .edited, event), message)
    }
}

/// What only requesters do.
extension Judgement {
    func giveFeedback(_ grade: Int, _ comment: String) throws -> TicketDecision {
        try requireRequester(giving: grade)
        guard isClosed else { throw PortalError(.notRateable, "feedback is given once a ticket is closed") }
        guard ticket.feedback?.grade != grade || ticket.feedback?.comment != comment else { return unchanged }
        var ticket = ticket
        ticket.feedback = TicketFeedback(grade: grade, comment: comment, date: now, author: actor.author.identity)
        return TicketDecision(
            ticket, .feedbackGiven, .init(.ticketFeedbackGiven, isInternal: true, [.grade: String(grade)]))
    }

    func rate(_ message: Message, _ grade: Int) throws -> (TicketDecision, Message) {
        try requireRequester(giving: grade)
        guard message.kind == .reply, message.author.role == .agent else {
            throw PortalError(.notRateable, "only replies of agents are rated")
        }
        guard message.rating != grade else { return (unchanged, message) }
        var message = message
        message.rating = grade
        let event = TicketDecision.Event(
            .ticketRated, isInternal: true, [.message: message.id.rawValue, .grade: String(grade)])
        return (TicketDecision(ticket, .rated, event), message)
    }

    private func requireRequester(giving grade: Int) throws {
        guard role == .requester else { throw PortalError(.notPermitted, "\(role.rawValue) does not rate") }
        guard TicketFeedback.grades.contains(grade) else {
            throw PortalError(
                .invalidGrade, "grades are \(TicketFeedback.grades.lowerBound) to \(TicketFeedback.grades.upperBound)")
        }
    }
}

/// What time does.
extension Judgement {
    /// Closes what nobody has written to for long, after a warning, and reminds agents of what waits for them. Doing it twice does nothing more.
    func age() throws -> TicketDecision {
        guard role == .system else { throw PortalError(.notPermitted, "only the portal lets tickets age") }
        switch configuration.kind(of: ticket.status) {
        case .answered: return closeByAge()
        case .open, .customerReply: return remind()
        case .closed: return unchanged
        }
    }

    private func closeByAge() -> TicketDecision {
        guard case .after(let span, let warning) = configuration.autoClose(of: ticket.department) else { return unchanged }
        let idle = ticket.lastActivity.adding(span)
        guard warning > .zero else { return now >= idle ? closedByAge : unchanged }
        guard let warned = ticket.warned else {
            guard now >= idle.adding(.zero - warning) else { return unchanged }
            var ticket = ticket
            ticket.warned = now
            let closing = Swift.max(idle, now.adding(warning))
            return TicketDecision(ticket, .closeWarned, .init(.ticketCloseWarned, [.date: String(closing.milliseconds)]))
        }
        return now >= Swift.max(idle, warned.adding(warning)) ? closedByAge : unchanged
    }

    private var closedByAge: TicketDecision {
        TicketDecision(withStatus(.closed), .closedByAge, .init(.ticketClosed, fromTo(ticket.status, .closed)))
    }

    private func remind() -> TicketDecision {
        let since = ticket.lastActivity
        let due = configuration.tickets.reminders.count { now >= since.adding($0) }
        guard due > ticket.reminders else { return unchanged }
        var ticket = ticket
        // After a pause several may be due: one reminder is enough.
        ticket.reminders = due
        return TicketDecision(ticket, .reminded, .init(.ticketReminded, isInternal: true))
    }
}

extension PortalConfiguration {
    /// When a department's tickets are closed by themselves.
    func autoClose(of department: Department.ID) -> AutoClosePolicy {
        self.department(department)?.autoClose ?? tickets.autoClose
    }
}
