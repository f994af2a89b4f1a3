import Foundation
import GRDB
import SupportPortal

/// The events of one section in tables of its own: its feed and its queue.
struct EventTables: Sendable {
    let pool: DatabasePool
    /// How many events the feed keeps at least.
    let kept: Int
    /// Begins the names of the tables.
    let prefix: String

    init(pool: DatabasePool, kept: Int, prefix: String = "") {
        self.pool = pool
        self.kept = max(1, kept)
        self.prefix = prefix
    }

    var events: SQL { "\(identifier: prefix + "events")" }
    private var keys: SQL { "\(identifier: prefix + "event_keys")" }
    private var people: SQL { "\(identifier: prefix + "event_people")" }
    private var queue: SQL { "\(identifier: prefix + "queue")" }

    // MARK: Feed

    /// See ``EventStore/changes(_:)``. Both statements see one snapshot.
    func changes(_ query: ChangeQuery) async throws -> ChangeBatch {
        try await pool.read { db in
            let end = try end(db)
            guard let since = query.since?.rawValue else {
                return ChangeBatch(events: [], position: Position(rawValue: end))
            }
            // All events stay, as histories need them; those further back are many, and read in another way.
            let floor = max(0, end - Int64(kept))
            guard floor <= since, since <= end else {
                throw StorageError(.resyncRequired, "the feed holds the events after \(floor) up to \(end)")
            }
            guard query.limit > 0 else { return ChangeBatch(events: [], position: Position(rawValue: since)) }
            let found: SQLRequest<Row> = """
                SELECT position, record FROM \(events)
                WHERE \(condition(in: query.scope, after: since)) AND (\(query.includesInternal) OR NOT internal)
                ORDER BY position LIMIT \(query.limit)
                """
            let batch = try found.fetchAll(db).map(Self.recorded)
            let looked = batch.count == query.limit ? batch.last?.position : nil
            return ChangeBatch(events: batch, position: looked ?? Position(rawValue: end))
        }
    }

    /// What holds for events within the scope after a position. That is said twice, as the subquery would list all the earlier ones.
    private func condition(in scope: AccessScope, after position: Int64) -> SQL {
        let later: SQL = "position > \(position)"
        guard case .holding(let held) = scope else { return later }
        return "\(later) AND position IN (SELECT position FROM \(keys) WHERE key IN \(held.map(\.rawValue)) AND \(later))"
    }

    /// The position of the last event ever, whether it was erased or not.
    func end(_ db: Database) throws -> Int64 {
        let last: SQLRequest<Int64> = "SELECT seq FROM sqlite_sequence WHERE name = \(prefix + "events")"
        return try last.fetchOne(db) ?? 0
    }

    // MARK: Writing

    func append(_ event: PortalEvent, announces: Bool, _ db: Database) throws {
        try db.execute(
            literal: """
                INSERT INTO \(events)(subject, internal, record)
                VALUES (\(event.subject), \(event.isInternal), \(JSONText.encode(event)))
                """)
        let position = db.lastInsertedRowID
        try setKeys(of: event, at: position, db)
        if announces { try enqueue(QueueItem(position: Position(rawValue: position), event: event), db) }
    }

    private func setKeys(of event: PortalEvent, at position: Int64, _ db: Database) throws {
        try db.execute(literal: "DELETE FROM \(keys) WHERE position = \(position)")
        for key in event.keys {
            try db.execute(literal: "INSERT INTO \(keys)(key, position) VALUES (\(key.rawValue), \(position))")
        }
        try db.execute(literal: "DELETE FROM \(people) WHERE position = \(position)")
        for key in event.people {
            try db.execute(literal: "INSERT INTO \(people)(key, position) VALUES (\(key.rawValue), \(position))")
        }
    }

    /// Takes people out of what is kept of events, and deliveries to them out of the queue.
    func forget(_ people: Set<AccessKey>, _ db: Database) throws {
        guard !people.isEmpty else { return }
        let forgotten = people.map(\.rawValue)
        let named: SQLRequest<Row> = """
            SELECT position, record FROM \(events)
            WHERE position IN (SELECT position FROM \(self.people) WHERE key IN \(forgotten))
            """
        for recorded in try named.fetchAll(db).map(Self.recorded) {
            let event = recorded.event.forgetting(people)
            let position = recorded.position.rawValue
            try db.execute(literal: "UPDATE \(events) SET record = \(JSONText.encode(event)) WHERE position = \(position)")
            try setKeys(of: event, at: position, db)
        }
        try db.execute(literal: "DELETE FROM \(queue) WHERE recipient IN \(forgotten)")
    }

    // MARK: Queue

    /// See ``EventStore/claim(_:)``. A write transaction has the database for itself, so no two claims get one item.
    func claim(_ claim: QueueClaim) async throws -> [QueueItem] {
        guard claim.limit > 0 else { return [] }
        return try await pool.write { db in
            let found: SQLRequest<Row> = """
                SELECT position, record, delivery, failures, last_failure, id FROM \(queue) AS item JOIN \(events) USING (position)
                WHERE NOT parked AND due <= \(claim.now.millisecondsRoundedDown) AND NOT EXISTS (
                    SELECT * FROM \(queue) AS earlier WHERE NOT earlier.parked AND earlier.lane = item.lane
                    AND (earlier.position, earlier.id) < (item.position, item.id))
                ORDER BY due, position, id LIMIT \(claim.limit)
                """
            let rows = try found.fetchAll(db)
            try db.execute(
                literal: """
                    UPDATE \(queue) SET lease = \(claim.lease), due = \(claim.leaseEnd.milliseconds)
                    WHERE id IN \(rows.map { $0["id"] as String })
                    """)
            return try rows.map(Self.item)
        }
    }

    /// See ``EventStore/settle(_:)``.
    func settle(_ settlement: Settlement) async throws {
        let held: SQL = "WHERE id = \(settlement.item.rawValue) AND lease = \(settlement.lease) RETURNING position"
        let change: SQL =
            switch settlement.outcome {
            case .done: "DELETE FROM \(queue) \(held)"
            case .retry(let date, let failure):
                """
                UPDATE \(queue) SET lease = NULL, due = \(date.milliseconds), failures = failures + 1, last_failure = \(failure)
                \(held)
                """
            case .parked(let failure):
                "UPDATE \(queue) SET lease = NULL, parked = 1, failures = failures + 1, last_failure = \(failure) \(held)"
            }
        try await pool.write { db in
            guard let position = try SQLRequest<Int64>(literal: change).fetchOne(db) else {
                throw StorageError(.leaseLost, "item \(settlement.item) is not on this loan")
            }
            guard !settlement.adding.isEmpty,
                let row = try SQLRequest<Row>(literal: "SELECT position, record FROM \(events) WHERE position = \(position)")
                    .fetchOne(db)
            else { return }
            let recorded = try Self.recorded(row)
            for delivery in settlement.adding {
                try enqueue(QueueItem(position: recorded.position, event: recorded.event, delivery: delivery), db)
            }
        }
    }

    /// See ``EventStore/parked(_:)``.
    func parked(_ page: PageRequest) async throws -> Page<QueueItem> {
        guard page.limit > 0 else { return Page() }
        let limit = min(page.limit, .max - 1)
        var condition: SQL = "parked"
        if let after = page.after { condition += " AND (position, id) > (\(after.value.databaseValue), \(after.id))" }
        let found: SQLRequest<Row> = """
            SELECT position, record, delivery, failures, last_failure FROM \(queue) JOIN \(events) USING (position) WHERE \(condition)
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
    func unpark(_ id: QueueItem.ID, at now: Date) async throws {
        try await pool.write { db in
            try db.execute(
                literal: """
                    UPDATE \(queue) SET parked = 0, failures = 0, due = \(now.millisecondsRoundedDown)
                    WHERE id = \(id.rawValue) AND parked
                    """)
        }
    }

    /// Adds an item unless it is there. Nothing but the date of the event says since when it is due.
    private func enqueue(_ item: QueueItem, _ db: Database) throws {
        try db.execute(
            literal: """
                INSERT INTO \(queue)(id, lane, position, recipient, delivery, due)
                VALUES (\(item.id.rawValue), \(item.lane), \(item.position.rawValue), \(item.delivery?.recipient.identity.rawValue),
                    \(item.delivery.map(JSONText.encode)), \(item.event.date.milliseconds))
                ON CONFLICT (id) DO NOTHING
                """)
    }

    /// A row of a position and an event.
    static func recorded(_ row: Row) throws -> RecordedEvent {
        RecordedEvent(position: Position(rawValue: row[0]), event: try JSONText.decode(row[1]))
    }

    private static func item(_ row: Row) throws -> QueueItem {
        let delivery = (row[2] as String?)
        return QueueItem(
            position: Position(rawValue: row[0]), event: try JSONText.decode(row[1]),
            delivery: try delivery.map { try JSONText.decode($0) }, failures: row[3], lastFailure: row[4])
    }
}
