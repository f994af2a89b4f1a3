#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension TicketDesk {
    // MARK: Forgetting

    /// Forgets people: their tickets, their words on others' tickets, their names.
    func erase(_ people: Set<AccessKey>, _ report: inout ErasureReport) async throws {
        // Agents may merge and split meanwhile: done is done once nothing more is found.
        var before: ErasureReport
        repeat {
            before = report
            for key in people.sorted() { try await erase(people, fromTicketsNaming: key, &report) }
        } while report != before
        for key in people.sorted() { report.files += try await deleteFiles(of: key) }
        // Last, so that a run that is cut short finds everything again.
        var commit = TicketCommit(date: environment.date)
        commit.records = try await records(of: people).map(DeskRecordChange.remove)
        commit.erasure = Erasure(people: people)
        _ = try await store.commit(commit)
    }

    private func erase(
        _ people: Set<AccessKey>, fromTicketsNaming key: AccessKey, _ report: inout ErasureReport
    ) async throws {
        var query = TicketQuery(in: .everything, filter: TicketFilter { $0.person = key }, page: PageRequest(limit: 50))
        query.order = TicketOrder(.opened, ascending: true)
        repeat {
            let page = try await store.tickets(query)
            for ticket in page.items { try await erase(people, from: ticket.id, &report) }
            query.page.after = page.next
        } while query.page.after != nil
    }

    private func erase(_ people: Set<AccessKey>, from id: Ticket.ID, _ report: inout ErasureReport) async throws {
        guard let ticket = try await store.ticket(id, in: .everything) else { return }
        let isGoing = ticket.requester.isAny(of: people)
        report.files += try await removeFiles(of: id) { isGoing || $0.author.isAny(of: people) }
        try await retrying {
            try Task.checkCancellation()
            guard let ticket = try await store.ticket(id, in: .everything) else { return }
            let messages = try await allMessages(of: id, limit: .max)
            if ticket.requester.isAny(of: people) {
                try await remove(ticket, people, &report)
            } else {
                try await redact(ticket, messages, people, &report)
            }
        }
    }

    private func remove(_ ticket: Ticket, _ people: Set<AccessKey>, _ report: inout ErasureReport) async throws {
        let tokens = ticket.tokens(of: people)
        for token in tokens { report.files += try await deleteFiles(of: token) }
        var commit = TicketCommit(date: environment.date)
        commit.erasure = Erasure(tickets: [ticket.id], people: tokens)
        commit.records = try await recordsAbout(ticket.id).map(DeskRecordChange.remove)
        // Whoever follows learns that it is gone, and nothing else.
        commit.events = [
            PortalEvent(
                id: PortalEvent.ID(environment.makeID()), kind: .ticketErased, subject: ticket.id.rawValue,
                date: environment.date, author: .system,
                keys: ticket.accessKeys.subtracting(people).subtracting(tokens).filter { $0.kind != "source" })
        ]
        commit.announces = false
        _ = try await store.commit(commit)
        report.tickets += 1
    }

    private func redact(
        _ ticket: Ticket, _ messages: [Message], _ people: Set<AccessKey>, _ report: inout ErasureReport
    ) async throws {
        let remaining = messages.map { $0.forgetting(people) }
        let changed = zip(messages, remaining).filter { $0 != $1 }.map(\.1)
        let after = ticket.forgetting(people, remaining: remaining)
        guard after != ticket || !changed.isEmpty else { return }
        let decision = TicketDecision(after, TicketRule(rawValue: "erase"), .init(.ticketRedacted))
        let change = Change(decision, of: after, by: .system, saying: nil, at: environment.date, environment)
        var commit = change.commit(announces: false, nil)
        commit.messages = changed
        commit.erasure = Erasure(people: people.union(ticket.tokens(of: people)))
        _ = try await store.commit(commit)
        report.redacted += 1
    }

    /// Deletes the files of some messages. They are listed as removed before: should this be cut short, the next run finds them again.
    private func removeFiles(of ticket: Ticket.ID, from isMeant: (Message) -> Bool) async throws -> Int {
        let now = environment.date
        let files = try await retrying {
            let meant = try await allMessages(of: ticket, limit: .max).filter(isMeant)
            var changed = meant.filter { $0.attachments.contains { $0.removed == nil } }
            for message in changed.indices {
                for file in changed[message].attachments.indices {
                    changed[message].attachments[file].removed = changed[message].attachments[file].removed ?? now
                }
            }
            if !changed.isEmpty { _ = try await store.commit(TicketCommit(date: now, messages: changed)) }
            return meant.flatMap(\.attachments)
        }
        return try await delete(files)
    }

    /// Deletes what somebody uploaded and never sent.
    private func deleteFiles(of owner: AccessKey) async throws -> Int {
        guard let blobs else { return 0 }
        let found = try await collectPages(limit: .max) { try await blobs.blobs(matching: BlobQuery(owner: owner, page: $0)) }
        for blob in found { try await blobs.delete(blob.id) }
        return found.count
    }

    /// Drafts and marks of people.
    private func records(of people: Set<AccessKey>) async throws -> [DeskRecord.ID] {
        let drafts = try await allRecords(.draft, of: people, limit: .max)
        let marks = try await allRecords(.seen, of: people, limit: .max)
        return (drafts + marks).map(\.id)
    }

    /// Everybody's drafts and marks about a ticket.
    private func recordsAbout(_ ticket: Ticket.ID) async throws -> [DeskRecord.ID] {
        let places = [DeskRecord.ID.DraftKind.reply, .note].map { DeskRecord.ID.draft($0, on: ticket, of: .system) }
        let keys = Set(places.map(\.key))
        let drafts = try await allRecords(.draft, keys: keys, limit: .max)
        let marks = try await allRecords(.seen, keys: [ticket.rawValue], limit: .max)
        return (drafts + marks).map(\.id)
    }
}

extension Requester {
    /// By identity: another customer may have the same address.
    fileprivate func isAny(of people: Set<AccessKey>) -> Bool { people.contains(identity) }
}

extension Author {
    fileprivate func isAny(of people: Set<AccessKey>) -> Bool { people.contains(identity) }
}

extension Message {
    /// The message without what these people wrote or changed.
    fileprivate func forgetting(_ people: Set<AccessKey>) -> Message {
        guard author.isAny(of: people) else { return self }
        let forgotten = Author(role: author.role, identity: .forgotten, name: "")
        var message = Message(
            id: id, ticket: ticket, index: index, kind: kind, author: forgotten, date: date, text: "", attachments: [])
        message.rating = rating
        message.movedFrom = movedFrom
        message.revision = revision
        return message
    }
}

extension Ticket {
    /// The keys of the tokens that these people hold for it, as guests.
    fileprivate func tokens(of people: Set<AccessKey>) -> Set<AccessKey> {
        let own = requester.isAny(of: people) ? guestAccess : nil
        let ofMerged = merged.filter { $0.requester.isAny(of: people) }.compactMap(\.guestAccess)
        return Set((ofMerged + [own].compactMap(\.self)).map(\.key))
    }

    /// The ticket without these people, who did not ask it.
    fileprivate func forgetting(_ people: Set<AccessKey>, remaining messages: [Message]) -> Ticket {
        var ticket = self
        ticket.copies.removeAll { people.contains(.address($0.address)) }
        for index in ticket.copies.indices where people.contains(ticket.copies[index].proposedBy) {
            ticket.copies[index].proposedBy = .forgotten
        }
        ticket.participants = ticket.participants.map { people.contains($0) ? .forgotten : $0 }
        if people.contains(ticket.lastAuthor) { ticket.lastAuthor = .forgotten }
        if people.contains(ticket.lastPublicAuthor) { ticket.lastPublicAuthor = .forgotten }
        if let feedback, people.contains(feedback.author) { ticket.feedback = nil }
        ticket.merged.removeAll { $0.requester.isAny(of: people) }
        ticket.fileCount = messages.reduce(0) { $0 + $1.attachments.count { $0.removed == nil } }
        return ticket
    }
}
