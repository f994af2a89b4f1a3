public import Foundation
import GRDB
public import SupportPortal

/// Tickets in SQLite: what a host with a SQL database would write.
public final class SQLiteTicketStore: TicketStore {
    let pool: DatabasePool
    let events: EventTables

    init(pool: DatabasePool, keptEvents: Int) {
        self.pool = pool
        events = EventTables(pool: pool, kept: keptEvents)
    }

    // MARK: Finding

    /// See ``TicketStore/ticket(_:in:)``.
    public func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? {
        try await pool.read { db in
            let found: SQLRequest<String> =
                "SELECT record FROM tickets WHERE id = \(id.rawValue) AND \(SQL(ticketsIn: scope))"
            return try found.fetchOne(db).map(JSONText.decode)
        }
    }

    /// See ``TicketStore/tickets(_:)``.
    public func tickets(_ query: TicketQuery) async throws -> Page<Ticket> {
        let column: SQL = "\(identifier: query.order.key.column)"
        let (beyond, direction): (SQL, SQL) = query.order.ascending ? (">", "ASC") : ("<", "DESC")
        var condition: SQL = "\(SQL(query.filter)) AND \(SQL(ticketsIn: query.scope))"
        if let after = query.page.after {
            condition += " AND (\(column), id) \(beyond) (\(after.value.databaseValue), \(after.id))"
        }
        let found: SQL = "SELECT record FROM tickets WHERE \(condition) ORDER BY \(column) \(direction), id \(direction)"
        return try await pool.page(found, query.page) { $0.cursor(query.order) }
    }

    /// See ``TicketStore/counts(_:in:)``.
    public func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] {
        try await pool.read { db in
            let found: SQLRequest<Row> = """
                SELECT status, count(*) FROM tickets WHERE \(SQL(filter)) AND \(SQL(ticketsIn: scope)) GROUP BY status
                """
            // Texts that differ in bytes may be equal as Swift strings, so that one status comes twice.
            return Dictionary(
                try found.fetchAll(db).map { (TicketStatus(rawValue: $0[0]), $0[1]) }, uniquingKeysWith: +)
        }
    }

    /// See ``TicketStore/messages(_:)``.
    public func messages(_ query: MessageQuery) async throws -> Page<Message> {
        let (beyond, direction): (SQL, SQL) = query.ascending ? (">", "ASC") : ("<", "DESC")
        var condition: SQL = "ticket = \(query.ticket.rawValue)"
        if let id = query.message { condition += " AND id = \(id.rawValue)" }
        if !query.includesInternal { condition += " AND public" }
        if let since = query.since { condition += " AND date >= \(since.millisecondsRoundedUp)" }
        if let after = query.page.after { condition += " AND place \(beyond) \(after.value.databaseValue)" }
        let found: SQL = "SELECT record FROM messages WHERE \(condition) ORDER BY place \(direction)"
        return try await pool.page(found, query.page) { $0.cursor(query) }
    }

    /// See ``TicketStore/takenNumbers(among:)``.
    public func takenNumbers(among numbers: Set<TicketNumber>) async throws -> Set<TicketNumber> {
        try await pool.read { db in
            let found: SQLRequest<String> = "SELECT number FROM tickets WHERE number IN \(numbers.map(\.rawValue))"
            return Set(try found.fetchAll(db).map(TicketNumber.init(rawValue:)))
        }
    }

    /// See ``TicketStore/submission(_:at:)``.
    public func submission(_ key: String, at now: Date) async throws -> Submission? {
        try await pool.read { db in
            let found: SQLRequest<String> = """
                SELECT record FROM submissions WHERE key = \(key) AND expires > \(now.millisecondsRoundedDown)
                """
            return try found.fetchOne(db).map(JSONText.decode)
        }
    }

    /// See ``TicketStore/history(_:)``.
    public func history(_ query: HistoryQuery) async throws -> Page<RecordedEvent> {
        guard query.page.limit > 0 else { return Page() }
        let limit = min(query.page.limit, .max - 1)
        let (beyond, direction): (SQL, SQL) = query.ascending ? (">", "ASC") : ("<", "DESC")
        var condition: SQL = "subject = \(query.ticket.rawValue)"
        if let after = query.page.after { condition += " AND position \(beyond) \(after.value.databaseValue)" }
        let found: SQLRequest<Row> = """
            SELECT position, record FROM events WHERE \(condition) ORDER BY position \(direction) LIMIT \(limit + 1)
            """
        let events = try await pool.read { db in try found.fetchAll(db).map(EventTables.recorded) }
        let items = Array(events.prefix(limit))
        return Page(items, next: events.count > limit ? items.last.map { $0.cursor(query) } : nil)
    }

    /// See ``TicketStore/records(_:)``.
    public func records(_ query: DeskRecordQuery) async throws -> Page<DeskRecord> {
        var condition: SQL = "kind = \(query.kind.rawValue)"
        if let owners = query.owners { condition += " AND owner IN \(owners.map(\.rawValue))" }
        if let keys = query.keys { condition += " AND key IN \(Array(keys))" }
        if let after = query.page.after { condition += " AND (owner, key) > (\(after.value.databaseValue), \(after.id))" }
        let found: SQL = "SELECT record FROM desk_records WHERE \(condition) ORDER BY owner, key"
        return try await pool.page(found, query.page) { (record: DeskRecord) in record.cursor }
    }

    /// See ``TicketStore/attachedFiles(among:)``.
    public func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> {
        try await pool.read { db in
            let found: SQLRequest<String> = "SELECT DISTINCT file FROM attachments WHERE file IN \(files.map(\.rawValue))"
            return Set(try found.fetchAll(db).map { Blob.ID($0) })
        }
    }

    /// See ``TicketStore/search(_:)``. For each word the tickets that have it, with the greatest weight of a place; then those that all have.
    public func search(_ search: TicketSearch) async throws -> Page<Ticket> {
        guard search.page.limit > 0, !search.text.isEmpty else { return Page() }
        let limit = min(search.page.limit, .max - 1)
        let words: [SQL] = search.text.words.enumerated().map { number, word in
            """
            JOIN (
                SELECT ticket, max(weight) AS \(identifier: "weight\(number)") FROM (
                    SELECT ticket, weight FROM ticket_words
                    WHERE \(SQL(word)) AND (\(search.includesInternal) OR public)
                    UNION ALL
                    SELECT messages.ticket, \(Int(TicketSearch.Weight.message)) FROM message_words
                    JOIN messages ON messages.id = message_words.message
                    WHERE \(SQL(word)) AND (\(search.includesInternal) OR messages.public)
                ) GROUP BY ticket
            ) AS \(identifier: "word\(number)") ON \(identifier: "word\(number)").ticket = tickets.id
            """
        }
        let weights: [SQL] = words.indices.map { "\(identifier: "weight\($0)")" }
        // As TicketSearch.sortValue(rank:of:) says.
        let value: SQL = """
            min(\(weights.joined(separator: " + ")), 1 << 14) << 48 | min(max(0, activity), (1 << 48) - 1)
            """
        var condition: SQL = "\(SQL(search.filter)) AND \(SQL(ticketsIn: search.scope))"
        if let after = search.page.after { condition += " AND (value, id) < (\(after.value.databaseValue), \(after.id))" }
        let found: SQLRequest<Row> = """
            SELECT record, \(value) AS value FROM tickets \(words.joined(separator: " ")) WHERE \(condition)
            ORDER BY value DESC, id DESC LIMIT \(limit + 1)
            """
        let tickets = try await pool.read { db in
            try found.fetchAll(db).map { row -> (ticket: Ticket, value: Int64) in (try JSONText.decode(row[0]), row[1]) }
        }
        let items = tickets.prefix(limit)
        guard tickets.count > limit, let last = items.last else { return Page(items.map(\.ticket)) }
        let next = PageCursor(order: TicketSearch.orderName, value: .number(last.value), id: last.ticket.id.rawValue)
        return Page(items.map(\.ticket), next: next)
    }

    // MARK: Events

    /// See ``EventStore/changes(_:)``.
    public func changes(_ query: ChangeQuery) async throws -> ChangeBatch { try await events.changes(query) }

    /// See ``EventStore/claim(_:)``.
    public func claim(_ claim: QueueClaim) async throws -> [QueueItem] { try await events.claim(claim) }

    /// See ``EventStore/settle(_:)``.
    public func settle(_ settlement: Settlement) async throws { try await events.settle(settlement) }

    /// See ``EventStore/parked(_:)``.
    public func parked(_ page: PageRequest) async throws -> Page<QueueItem> { try await events.parked(page) }

    /// See ``EventStore/unpark(_:at:)``.
    public func unpark(_ id: QueueItem.ID, at now: Date) async throws { try await events.unpark(id, at: now) }
}

extension DatabasePool {
    /// Reads one record more than a page holds, to learn whether there is another page.
    func page<Record: Decodable & Sendable>(
        _ found: SQL, _ request: PageRequest, cursor: @Sendable @escaping (Record) -> PageCursor
    ) async throws -> Page<Record> {
        guard request.limit > 0 else { return Page() }
        let limit = min(request.limit, .max - 1)
        return try await read { db in
            var records = try SQLRequest<String>(literal: "\(found) LIMIT \(limit + 1)").fetchAll(db)
            let hasMore = records.count > limit
            if hasMore { records.removeLast() }
            let items: [Record] = try records.map(JSONText.decode)
            return Page(items, next: hasMore ? items.last.map(cursor) : nil)
        }
    }
}
