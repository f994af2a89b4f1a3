#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension TicketDesk {
    // MARK: Canned replies

    /// All that the agent sees, by category and title.
    func cannedReplies(for agent: Agent) async throws -> [CannedReply] {
        let records = try await allRecords(.cannedReply, of: [.agents], limit: configuration.limits.cannedReplies)
        return try records.map(cannedReply).filter { $0.isVisible(to: agent) }.sorted { a, b in
            (a.category.text.lowercased(), a.title.text.lowercased(), a.id)
                < (b.category.text.lowercased(), b.title.text.lowercased(), b.id)
        }
    }

    func cannedReply(_ id: CannedReply.ID, for agent: Agent) async throws -> CannedReply {
        guard id.isStorable, let record = try await record(.cannedReply(id)) else { throw PortalError.notFound("canned reply") }
        let reply = try cannedReply(record)
        guard reply.isVisible(to: agent) else { throw PortalError.notFound("canned reply") }
        return reply
    }

    func save(_ reply: CannedReply, by agent: Agent) async throws -> CannedReply {
        try require(.manageCannedReplies, of: agent)
        var checks = FormChecks(configuration)
        var reply = reply
        reply.title = checks.title(reply.title.text)
        reply.text = checks.message(reply.text)
        if reply.category.text.count > configuration.limits.subject {
            checks.add(FormProblem(.title, .tooLong, limit: configuration.limits.subject))
        }
        try checks.throwIfAny()
        let unknown = MergeText(reply.text).fields.subtracting(mergeFields.map(\.rawValue))
        guard unknown.isEmpty else {
            throw PortalError(.unknownMergeField, unknown.sorted().joined(separator: ", "))
        }
        guard reply.id.isStorable else { throw PortalError.notFound("canned reply") }
        let expected = reply.revision
        // What hides a reply from an agent must not be overwritten by that agent.
        if expected != .unsaved { _ = try await cannedReply(reply.id, for: agent) }
        reply.revision = expected.next
        let record = DeskRecord(
            .cannedReply(reply.id), date: environment.date,
            text: String(decoding: try JSONEncoder().encode(reply), as: UTF8.self))
        do {
            _ = try await store.commit(TicketCommit(date: record.date, records: [.put(record, expecting: expected)]))
        } catch let error as StorageError where error.code == .conflict {
            throw conflict(error.current ?? .unsaved)
        }
        return reply
    }

    func removeCannedReply(_ id: CannedReply.ID, by agent: Agent) async throws {
        try require(.manageCannedReplies, of: agent)
        _ = try await cannedReply(id, for: agent)
        _ = try await store.commit(TicketCommit(date: environment.date, records: [.remove(DeskRecord.ID.cannedReply(id))]))
    }

    /// A canned reply with everything filled in that the ticket has.
    func fill(_ id: CannedReply.ID, for ticket: Ticket.ID, by agent: Agent) async throws -> String {
        let (ticket, _) = try await load(ticket, for: .agent(agent))
        let reply = try await cannedReply(id, for: agent)
        var values: [CannedReply.MergeField: String] = [
            .requesterName: ticket.requester.name.text, .number: ticket.number.description, .subject: ticket.subject.text,
            .department: configuration.name(of: ticket.department).text, .agentName: agent.name.text,
        ]
        for field in configuration.departments.flatMap(\.fields) {
            values[.custom(field.id)] = ticket.fields[field.id]?.description ?? ""
        }
        return MergeText(reply.text).filled { values[CannedReply.MergeField(rawValue: $0)] }
    }

    private var mergeFields: [CannedReply.MergeField] {
        CannedReply.MergeField.standard + configuration.departments.flatMap(\.fields).map { .custom($0.id) }
    }

    private func cannedReply(_ record: DeskRecord) throws -> CannedReply {
        var reply = try JSONDecoder().decode(CannedReply.self, from: Data(record.text.utf8))
        reply.revision = record.revision
        return reply
    }
}

extension CannedReply {
    fileprivate func isVisible(to agent: Agent) -> Bool { departments?.contains(where: agent.departments.contains) ?? true }
}

extension DeskRecord.ID {
    /// All canned replies belong to the agents together.
    fileprivate static func cannedReply(_ id: CannedReply.ID) -> DeskRecord.ID {
        DeskRecord.ID(.cannedReply, of: .agents, id.rawValue)
    }
}
