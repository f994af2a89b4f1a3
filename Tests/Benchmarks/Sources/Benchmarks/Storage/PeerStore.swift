import Foundation
import GRDB
import SupportPortal

/// What a Swift developer would write with GRDB for the measured operations, and no more: a pool in WAL mode, Codable records, cached statements.
///
/// A full adapter, which keeps all laws, is in Tests/SQLiteStore; it writes more.
final class PeerStore: StorageContestant {
    private let pool: DatabasePool
    /// Whether the calling thread is blocked, instead of suspending the task: no change of threads, and nothing for a server.
    private let isBlocking: Bool

    init(_ directory: URL, create: Bool, _ safety: Safety, isBlocking: Bool = false) throws {
        self.isBlocking = isBlocking
        if create { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }
        pool = try DatabasePool(path: directory.appending(path: "tickets.sqlite").path)
        // A pool opens its writer with NORMAL.
        if safety == .durable { try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") } }
        if create { try pool.write { try $0.execute(sql: Self.schema) } }
    }

    private func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        isBlocking ? try readBlocking(body) : try await pool.read(body)
    }

    private func readBlocking<Value>(_ body: (Database) throws -> Value) throws -> Value { try pool.read(body) }

    private func writeBlocking(_ body: (Database) throws -> Void) throws { try pool.write(body) }

    // MARK: Storing

    func commit(_ commit: TicketCommit) async throws {
        if isBlocking {
            try writeBlocking { try Self.store(commit, $0) }
        } else {
            try await pool.write { try Self.store(commit, $0) }
        }
    }

    private static func store(_ commit: TicketCommit, _ db: Database) throws {
        for ticket in commit.tickets {
            var stored = ticket
            stored.revision = Revision(rawValue: ticket.revision.rawValue + 1)
            // A new one that is there already meets the primary key.
            guard ticket.revision != .unsaved else {
                try TicketRow(stored).insert(db)
                continue
            }
            let revision = SQLRequest<Int>(
                sql: "SELECT revision FROM ticket WHERE id = ?", arguments: [ticket.id.rawValue], cached: true)
            guard try revision.fetchOne(db) == ticket.revision.rawValue else {
                throw StorageError(.conflict, "ticket \(ticket.id) has changed")
            }
            try TicketRow(stored).update(db)
        }
        for message in commit.messages {
            var stored = message
            stored.revision = Revision(rawValue: message.revision.rawValue + 1)
            try MessageRow(stored).insert(db)
        }
        for event in commit.events { try EventRow(event).insert(db) }
    }

    // MARK: Finding

    func ticket(_ id: Ticket.ID) async throws -> Ticket? {
        try await read { db in
            try SQLRequest<TicketRow>(sql: "SELECT * FROM ticket WHERE id = ?", arguments: [id.rawValue], cached: true)
                .fetchOne(db)?.ticket
        }
    }

    func newest(of customer: Customer.ID) async throws -> (tickets: [Ticket], hasMore: Bool) {
        try await read { db in
            let found = try SQLRequest<TicketRow>(
                sql: "SELECT * FROM ticket WHERE customer = ? ORDER BY lastActivity DESC LIMIT 21",
                arguments: [customer.rawValue], cached: true
            ).fetchAll(db)
            return (found.prefix(20).map(\.ticket), found.count > 20)
        }
    }

    func counts(of customer: Customer.ID) async throws -> [TicketStatus: Int] {
        try await read { db in
            let found = try SQLRequest<Row>(
                sql: "SELECT status, count(*) FROM ticket WHERE customer = ? GROUP BY status",
                arguments: [customer.rawValue], cached: true
            ).fetchAll(db)
            return Dictionary(uniqueKeysWithValues: found.map { (TicketStatus(rawValue: $0[0]), $0[1]) })
        }
    }

    func messages(of ticket: Ticket.ID) async throws -> [Message] {
        try await read { db in
            try SQLRequest<MessageRow>(
                sql: "SELECT * FROM message WHERE ticket = ? ORDER BY \"index\" LIMIT 20", arguments: [ticket.rawValue],
                cached: true
            ).fetchAll(db).map(\.message)
        }
    }

    // MARK: Upkeep

    /// Writes fast and without any safety from now on, to be filled.
    func hurry() async throws {
        try await pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000") }
    }

    func compact() async throws { try await pool.vacuum() }

    func close() async throws { try pool.close() }
}
