public import Foundation
import GRDB
public import SupportPortal

extension SQLiteTicketStore {
    // MARK: Feed

    /// See ``EventStore/changes(_:)``. Both statements see one snapshot.
    public func changes(_ query: ChangeQuery) async throws -> ChangeBatch {
        try await pool.read { [keptEvents] db in
            let end = try Self.end(db)
            guard let since = query.since?.rawValue else {
                return ChangeBatch(events: [], position: Position(rawValue: end))
            }
            // All events stay, as histories need them; those further back are many, and read in another way.
            let floor = max(0, end - Int64(keptEvents))
            guard floor <= since, since <= end else {
                throw StorageError(.resyncRequired, "the feed holds the events after \(floor) up to \(end)")
            }
            guard query.limit > 0 else { return ChangeBatch(events: [], position: Position(rawValue: since)) }
            let found: SQLRequest<Row> = """
                SELECT position, record FROM events
                WHERE \(SQL(eventsIn: query.scope, after: since)) AND (\(query.includesInternal) OR NOT internal)
                ORDER BY position LIMIT \(query.limit)
                """
            let events = try found.fetchAll(db).map(Self.recorded)
            let looked = events.count == query.limit ? events.last?.position : nil
            return ChangeBatch(events: events, position: looked ?? Position(rawValue: end))
        }
    }

    /// The position of the last event ever, whether it was erased or not.
    static func end(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'events'") ?? 0
    }

    // MARK: Queue

    /// See ``EventStore/claim(_:)``. A write transaction has the database for itself, so no two claims get one item.
    public func claim(_ claim: QueueClaim) async throws -> [QueueItem] {
        guard claim.limit > 0 else { return [] }
        return try await pool.write { db in
            let found: SQLRequest<Row> = """
                SELECT position, record, delivery, failures, last_failure, id FROM queue AS item JOIN events USING (position)
                WHERE NOT parked AND due <= \(claim.now.millisecondsRoundedDown) AND NOT EXISTS (
                    SELECT * FROM queue AS earlier WHERE NOT earlier.parked AND earlier.lane = item.lane
                    AND (earlier.position, earlier.id) < (item.position, item.id))
                ORDER BY due, position, id LIMIT \(claim.limit)
                """
            let rows = try found.fetchAll(db)
            try db.execute(
                literal: """
                    UPDATE queue SET lease = \(claim.lease), due = \(claim.leaseEnd.milliseconds)
                    WHERE id IN \(rows.map { $0["id"] as String })
                    """)
            return try rows.map(Self.item)
        }
    }

    /// See ``EventStore/settle(_:)``.
    public func settle(_ settlement: Settlement) async throws {
        let held: SQL = "WHERE id = \(settlement.item.rawValue) AND lease = \(settlement.lease) RETURNING position"
        let change: SQL =
            switch settlement.outcome {
            case .done: "DELETE FROM queue \(held)"
            case .retry(let date, let failure):
                """
                UPDATE queue SET lease = NULL, due = \(date.milliseconds), failures = failures + 1, last_failure = \(failure)
                \(held)
                """
            case .parked(let failure):
                "UPDATE queue SET lease = NULL, parked = 1, failures = failures + 1, last_failure = \(failure) \(held)"
            }
        try await pool.write { db in
            guard let position = try SQLRequest<Int64>(literal: change).fetchOne(db) else {
                throw StorageError(.leaseLost, "item \(settlement.item) is not on this loan")
            }
            guard !settlement.adding.isEmpty,
                let row = try SQLRequest<Row>(literal: "SELECT position, record FROM events WHERE position = \(position)")
                    .fetchOne(db)
            else { return }
            let recorded = try Self.recorded(row)
            for delivery in settlement.adding {
                try Self.enqueue(QueueItem(position: recorded.position, event: recorded.event, delivery: delivery), db)
            }
        }
    }

    /// See ``EventStore/parked(_:)``.
    public func parked(_ page: PageRequest) async throws -> Page<QueueItem> {
        guard page.limit > 0 else { return Page() }
        let limit = min(page.limit, .max - 1)
        var condition: SQL = "parked"
        if let after = page.after { condition += " AND (position, id) > (\(after.value.databaseValue), \(after.id))" }
        let found: SQLRequest<Row> = """
            SELECT position, record, delivery, failures, last_failure FROM queue JOIN events USING (position) WHERE \(condition)
            ORDER BY position, id LIMIT \(limit + 1)
            """
        var items = try await pool.read { db in try found.fetchAll(db).map(Self.item) }
        guard items.count > limit else { return Page(items) }
        items.removeLast()
        return Page(
            items,
            next: items.last.map {
                PageCursor(order: "parked", value: .number($0.position.rawValue), id: $0.id.rawValue)
            })
    }

    /// See ``EventStore/unpark(_:at:)``.
    public func unpark(_ id: QueueItem.ID, at now: Date) async throws {
        try await pool.write { db in
            try db.execute(
                literal: """
                    UPDATE queue SET parked = 0, failures = 0, due = \(now.millisecondsRoundedDown)
                    WHERE id = \(id.rawValue) AND parked
                    """)
        }
    }

    /// Adds an item unless it is there. Nothing but the date of the event says since when it is due.
    static func enqueue(_ item: QueueItem, _ db: Database) throws {
        try db.execute(
            literal: """
                INSERT INTO queue(id, lane, position, recipient, delivery, due)
                VALUES (\(item.id.rawValue), \(item.lane), \(item.position.rawValue), \(item.delivery?.recipient.identity.rawValue),
                    \(item.delivery.map(JSONText.encode)), \(item.event.date.milliseconds))
                ON CONFLICT (id) DO NOTHING
                """)
    }

    private static func item(_ row: Row) throws -> QueueItem {
        let delivery = (row[2] as String?)
        return QueueItem(
            position: Position(rawValue: row[0]), event: try JSONText.decode(row[1]),
            delivery: try delivery.map { try JSONText.decode($0) }, failures: row[3], lastFailure: row[4])
    }
}
