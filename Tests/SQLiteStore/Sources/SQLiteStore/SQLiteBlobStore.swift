public import Foundation
import GRDB
public import SupportPortal

/// Files in SQLite, in pieces, so that none has to fit in memory and no transaction is open while bytes arrive.
///
/// Pieces belong to an upload; the row in `blobs` that names the upload is written last and makes the file exist. A process that dies
/// during an upload leaves pieces that no row names.
public final class SQLiteBlobStore: BlobStore {
    let pool: DatabasePool

    init(pool: DatabasePool) { self.pool = pool }

    /// See ``BlobStore/write(_:from:)``.
    public func write(_ blob: Blob, from bytes: any AsyncSequence<Data, any Error> & Sendable) async throws {
        let upload = UUID().uuidString
        do {
            guard try await blobs([blob.id]).isEmpty else { throw Self.exists(blob.id) }
            var stored = blob
            stored.size = try await store(bytes, as: upload)
            try await pool.write { [stored] db in
                try db.execute(
                    literal: """
                        INSERT INTO blobs(id, upload, owner, created, size, record)
                        VALUES (\(stored.id.rawValue), \(upload), \(stored.owner.rawValue), \(stored.created.milliseconds),
                            \(stored.size), \(JSONText.encode(stored)))
                        ON CONFLICT (id) DO NOTHING
                        """)
                guard db.changesCount > 0 else { throw Self.exists(stored.id) }
            }
        } catch {
            // In a task of its own, as this one may be cancelled, and then the database refuses to work for it.
            try await Task { [pool] in
                try await pool.write { try $0.execute(literal: "DELETE FROM chunks WHERE upload = \(upload)") }
            }.value
            throw error
        }
    }

    /// Generic, as `for await` does not go over an existential.
    private func store(_ bytes: some AsyncSequence<Data, any Error>, as upload: String) async throws -> Int {
        var size = 0
        for try await chunk in bytes where !chunk.isEmpty {
            try await pool.write { [size] db in
                try db.execute(literal: "INSERT INTO chunks(upload, start, bytes) VALUES (\(upload), \(size), \(chunk))")
            }
            size += chunk.count
        }
        try Task.checkCancellation()
        return size
    }

    /// See ``BlobStore/blobs(_:)``.
    public func blobs(_ ids: Set<Blob.ID>) async throws -> [Blob] {
        try await pool.read { db in
            let found: SQLRequest<String> = "SELECT record FROM blobs WHERE id IN \(ids.map(\.rawValue))"
            return try found.fetchAll(db).map(JSONText.decode)
        }
    }

    /// See ``BlobStore/blobs(matching:)``.
    public func blobs(matching query: BlobQuery) async throws -> Page<Blob> {
        var condition: SQL = "TRUE"
        if let owner = query.owner { condition += " AND owner = \(owner.rawValue)" }
        if let instant = query.createdBefore { condition += " AND created < \(instant.millisecondsRoundedUp)" }
        if let after = query.page.after { condition += " AND (created, id) > (\(after.value.databaseValue), \(after.id))" }
        let found: SQL = "SELECT record FROM blobs WHERE \(condition) ORDER BY created, id"
        return try await pool.page(found, query.page) { (blob: Blob) in blob.cursor }
    }

    /// See ``BlobStore/read(_:in:)``.
    public func read(_ id: Blob.ID, in range: Range<Int>) async throws -> Data? {
        try await pool.read { db in
            let known: SQLRequest<Row> = "SELECT upload, size FROM blobs WHERE id = \(id.rawValue)"
            guard let row = try known.fetchOne(db) else { return nil }
            let (upload, size): (String, Int) = (row[0], row[1])
            guard range.lowerBound >= 0, range.upperBound <= size else {
                throw StorageError(.invalidRange, "blob \(id) has \(size) bytes")
            }
            guard !range.isEmpty else { return Data() }
            // From the piece in which the range begins.
            let pieces: SQLRequest<Row> = """
                SELECT start, bytes FROM chunks WHERE upload = \(upload) AND start < \(range.upperBound) AND start >= (
                    SELECT max(start) FROM chunks WHERE upload = \(upload) AND start <= \(range.lowerBound))
                ORDER BY start
                """
            var bytes = Data()
            for piece in try pieces.fetchAll(db) {
                let (start, data): (Int, Data) = (piece[0], piece[1])
                let wanted = range.clamped(to: start..<start + data.count)
                bytes.append(data.dropFirst(wanted.lowerBound - start).prefix(wanted.count))
            }
            return bytes
        }
    }

    /// See ``BlobStore/delete(_:)``.
    public func delete(_ id: Blob.ID) async throws {
        try await pool.write { db in
            try db.execute(
                literal: "DELETE FROM chunks WHERE upload = (SELECT upload FROM blobs WHERE id = \(id.rawValue))")
            try db.execute(literal: "DELETE FROM blobs WHERE id = \(id.rawValue)")
        }
    }

    private static func exists(_ id: Blob.ID) -> StorageError { StorageError(.exists, "blob \(id) is stored already") }
}
