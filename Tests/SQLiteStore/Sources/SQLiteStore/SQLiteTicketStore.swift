public import Foundation
import GRDB
public import SupportPortal

/// Tickets in SQLite: what a host with a SQL database would write.
public final class SQLiteTicketStore: TicketStore {
    let pool: DatabasePool
    let keptEvents: Int

    init(pool: DatabasePool, keptEvents: Int) {
        self.pool = pool
        self.keptEvents = max(1, keptEvents)
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
        return try await page(found, query.page) { $0.cursor(query.order) }
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
        return try await page(found, query.page) { $0.cursor(query) }
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

    /// Reads one record more than a page holds, to learn whether there is another page.
    private func page<Record: Decodable & Sendable>(
        _ found: SQL, _ request: PageRequest, cursor: @Sendable @escaping (Record) -> PageCursor
    ) async throws -> Page<Record> {
        guard request.limit > 0 else { return Page() }
        let limit = min(request.limit, .max - 1)
        return try await pool.read { db in
            var records = try SQLRequest<String>(literal: "\(found) LIMIT \(limit + 1)").fetchAll(db)
            let hasMore = records.count > limit
            if hasMore { records.removeLast() }
            let items: [Record] = try records.map(JSONText.decode)
            return Page(items, next: hasMore ? items.last.map(cursor) : nil)
        }
    }
}
