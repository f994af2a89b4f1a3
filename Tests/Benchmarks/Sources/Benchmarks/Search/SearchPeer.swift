import Foundation
import GRDB

/// SQLite's FTS5 through GRDB, as fast as it gets: in memory, without the texts themselves, answering numbers only, with cached
/// statements.
final class SearchPeer: Sendable {
    private let queue: DatabaseQueue

    /// Parameter `findsPrefixes`: whether it has an index of beginnings too, which makes prefixes faster and the rest slower.
    init(findsPrefixes: Bool) throws {
        queue = try DatabaseQueue()
        let prefix = findsPrefixes ? ", prefix = '2 3 4 5'" : ""
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE VIRTUAL TABLE article USING fts5(
                        title, tags, body, tokenize = 'porter unicode61', content = ''\(prefix)
                    )
                    """)
        }
    }

    /// Adds documents in one transaction, and makes one segment of them.
    func build(_ documents: [SearchCorpus.Document]) throws {
        try queue.write { db in
            for (number, document) in documents.enumerated() { try Self.insert(document, number, db) }
            try db.execute(sql: "INSERT INTO article(article) VALUES ('optimize')")
        }
    }

    func add(_ document: SearchCorpus.Document, at number: Int) throws {
        try queue.write { try Self.insert(document, number, $0) }
    }

    func update(_ old: SearchCorpus.Document, to new: SearchCorpus.Document, at number: Int) throws {
        try queue.write { db in
            try Self.delete(old, number, db)
            try Self.insert(new, number, db)
        }
    }

    func remove(_ document: SearchCorpus.Document, at number: Int) throws {
        try queue.write { try Self.delete(document, number, $0) }
    }

    private static func insert(_ document: SearchCorpus.Document, _ number: Int, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO article(rowid, title, tags, body) VALUES (?, ?, ?, ?)").execute(arguments: [
            number, document.title, document.tags.joined(separator: " "), document.body,
        ])
    }

    private static func delete(_ document: SearchCorpus.Document, _ number: Int, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO article(article, rowid, title, tags, body) VALUES ('delete', ?, ?, ?, ?)")
            .execute(
                arguments: [number, document.title, document.tags.joined(separator: " "), document.body])
    }

    // MARK: Searching

    /// Weights of title, tags and body in bm25; `nil` for 1 each.
    enum Weights: String, Sendable {
        case equal = "bm25(article)"
        /// The best that were found for the questions.
        case tuned = "bm25(article, 20.0, 5.0, 1.0)"
    }

    /// The numbers of the ten best documents with all words of a query.
    func matches(_ query: SearchSamples.Query) throws -> [Int] {
        let words = query.words.map { "\"\($0)\"" }.joined(separator: " ")
        return try search(words + (query.isPrefix ? " *" : ""), "rank", 10)
    }

    /// The numbers of the best documents with any of the words of a text.
    func matches(any text: String, limit: Int, _ weights: Weights = .equal) throws -> [Int] {
        var known: Set<Substring> = []
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }.filter { known.insert($0).inserted }
        guard !words.isEmpty else { return [] }
        return try search(words.map { "\"\($0)\"" }.joined(separator: " OR "), weights.rawValue, limit)
    }

    private func search(_ match: String, _ order: String, _ limit: Int) throws -> [Int] {
        try queue.read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT rowid FROM article WHERE article MATCH ? ORDER BY \(order) LIMIT ?")
            return try Int.fetchAll(statement, arguments: [match, limit])
        }
    }

    /// Bytes of the database, which is in memory.
    func memory() throws -> Int {
        try queue.read { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            let size = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
            return pages * size
        }
    }
}
