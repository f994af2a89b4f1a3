#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension TicketDesk {
    // MARK: Drafts

    /// Saves a draft.
    /// - Throws: ``PortalError/Code/tooLong``; ``PortalError/Code/conflict`` where it is not at the revision that is expected.
    func save<Content>(_ content: Content, as id: DeskRecord.ID, expecting revision: Revision?) async throws -> SavedDraft<
        Content
    > {
        let text = String(decoding: try JSONEncoder().encode(content), as: UTF8.self)
        guard text.utf8.count <= configuration.limits.draft else {
            throw PortalError(.tooLong, "the draft is too long", limit: configuration.limits.draft)
        }
        return try await retrying {
            // A revision is always named, so that it is known under which one these words are stored.
            let stored = revision == nil ? try await record(id)?.revision : nil
            let expected = revision ?? stored ?? .unsaved
            let record = DeskRecord(id, date: environment.date, text: text)
            do {
                _ = try await store.commit(TicketCommit(date: record.date, records: [.put(record, expecting: expected)]))
            } catch let error as StorageError where error.code == .conflict && revision != nil {
                throw conflict(error.current ?? .unsaved)
            }
            return SavedDraft(content: content, date: record.date, revision: expected.next)
        }
    }

    /// The draft that was saved, if there is one.
    func draft<Content>(_ id: DeskRecord.ID) async throws -> SavedDraft<Content>? {
        guard let record = try await record(id) else { return nil }
        let content = try JSONDecoder().decode(Content.self, from: Data(record.text.utf8))
        return SavedDraft(content: content, date: record.date, revision: record.revision)
    }

    func discard(_ id: DeskRecord.ID) async throws {
        guard !id.key.utf8.contains(0) else { return }
        _ = try await store.commit(TicketCommit(date: environment.date, records: [.remove(id)]))
    }

    /// The replies and notes that a viewer has begun, of tickets that are within sight.
    func drafts(of viewer: TicketViewer) async throws -> [DraftPlace] {
        var places: [DraftPlace] = []
        for record in try await allRecords(.draft, of: [viewer.owner], limit: configuration.limits.bulk) {
            guard let (kind, ticket) = record.id.draftPlace,
                try await store.ticket(ticket, in: viewer.scope(under: configuration.tickets)) != nil
            else { continue }
            places.append(DraftPlace(ticket: ticket, isNote: kind == .note, date: record.date))
        }
        return places.sorted { $0.date > $1.date }
    }

    /// Saves a draft of a message on a ticket that is within sight.
    func save(
        _ draft: ReplyDraft, as kind: DeskRecord.ID.DraftKind, on ticket: Ticket.ID, by viewer: TicketViewer,
        expecting revision: Revision?
    ) async throws -> SavedDraft<ReplyDraft> {
        _ = try await load(ticket, for: viewer)
        return try await save(draft, as: .draft(kind, on: ticket, of: viewer.owner), expecting: revision)
    }

    /// The draft of a message on a ticket that is within sight.
    func draft(_ kind: DeskRecord.ID.DraftKind, on ticket: Ticket.ID, by viewer: TicketViewer) async throws -> SavedDraft<
        ReplyDraft
    >? {
        _ = try await load(ticket, for: viewer)
        return try await draft(.draft(kind, on: ticket, of: viewer.owner))
    }

    // MARK: Records

    func record(_ id: DeskRecord.ID) async throws -> DeskRecord? {
        let query = DeskRecordQuery(id.kind, of: [id.owner], keys: [id.key], page: PageRequest(limit: 1))
        return try await store.records(query).items.first
    }

    func allRecords(
        _ kind: DeskRecord.Kind, of owners: Set<AccessKey>? = nil, keys: Set<String>? = nil, limit: Int
    ) async throws -> [DeskRecord] {
        try await collectPages(limit: limit) { try await store.records(DeskRecordQuery(kind, of: owners, keys: keys, page: $0)) }
    }
}
