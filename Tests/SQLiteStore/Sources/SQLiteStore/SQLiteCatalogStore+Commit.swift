import GRDB
public import SupportPortal

extension SQLiteCatalogStore {
    /// See ``CatalogStore/commit(_:)``. One transaction that nobody else writes in; whatever is thrown within rolls it back.
    public func commit(_ commit: CatalogCommit<Item>) async throws -> Position {
        try await pool.write { db in
            try Self.check(commit, db)
            try self.forget(commit.forgotten, db)
            // The rows that refer to these go with them: marks, versions, counters, votes.
            try db.execute(literal: "DELETE FROM \(Self.items) WHERE id IN \(commit.removedItems.keys.map(\.rawValue))")
            try db.execute(literal: "DELETE FROM \(Self.categories) WHERE id IN \(commit.removedCategories.keys.map(\.rawValue))")
            for item in commit.items { try Self.put(item, db) }
            for version in commit.versions { try Self.keep(version, db) }
            for category in commit.categories { try Self.put(category, db) }
            for increment in commit.increments { try Self.count(increment, db) }
            for vote in commit.votes { try Self.cast(vote, db) }
            for event in commit.events { try self.events.append(event, announces: commit.announces, db) }
            return Position(rawValue: try self.events.end(db))
        }
    }

    private func forget(_ people: Set<AccessKey>, _ db: Database) throws {
        guard !people.isEmpty else { return }
        try db.execute(literal: "DELETE FROM \(Self.votes) WHERE voter IN \(people.map(\.rawValue))")
        try events.forget(people, db)
    }

    // MARK: Refusing

    /// Refuses a commit, in the order of reasons, by what is stored before it.
    private static func check(_ commit: CatalogCommit<Item>, _ db: Database) throws {
        try check(commit.items.map { ($0.id.rawValue, $0.entry.revision, $0.entry.slug) }, in: items, db)
        for (id, revision) in commit.removedItems { try check(id.rawValue, at: revision, in: items, db) }
        try check(commit.categories.map { ($0.id.rawValue, $0.revision, $0.slug) }, in: categories, db)
        for (id, revision) in commit.removedCategories { try check(id.rawValue, at: revision, in: categories, db) }
    }

    private static func check(_ records: [(id: String, revision: Revision, slug: Slug)], in table: SQL, _ db: Database) throws {
        var slugs: Set<Slug> = []
        for (id, revision, slug) in records {
            try check(id, at: revision, in: table, db)
            let holder: SQLRequest<String> = "SELECT id FROM \(table) WHERE slug = \(slug.rawValue) AND id <> \(id)"
            guard slugs.insert(slug).inserted, try holder.fetchOne(db) == nil else {
                throw StorageError(.duplicateSlug, "the slug of \(id) is taken")
            }
        }
    }

    private static func check(_ id: String, at expected: Revision, in table: SQL, _ db: Database) throws {
        let stored: SQLRequest<Int> = "SELECT revision FROM \(table) WHERE id = \(id)"
        let current = try stored.fetchOne(db).map(Revision.init(rawValue:))
        guard current ?? .unsaved == expected else {
            throw StorageError(.conflict, "\(id) is not at revision \(expected.rawValue)", current: current)
        }
    }

    // MARK: Writing

    private static func put(_ item: Item, _ db: Database) throws {
        var stored = item
        stored.entry.revision = item.entry.revision.next
        let (id, entry) = (item.id.rawValue, stored.entry)
        func value(_ order: CatalogOrder) -> DatabaseValue { order.sortValue(of: stored, tally: nil).databaseValue }
        try db.upsert(
            into: table("items"),
            [
                ("id", id.databaseValue), ("revision", entry.revision.rawValue.databaseValue),
                ("slug", entry.slug.rawValue.databaseValue), ("state", entry.state.rawValue.databaseValue),
                ("published", entry.published.milliseconds.databaseValue),
                ("expires", entry.expires?.milliseconds.databaseValue), ("newest", value(.newest)), ("place", value(.place)),
                ("title", value(.title)), ("updated", value(.updated)), ("record", try JSONText.encode(stored).databaseValue),
            ])
        try db.execute(literal: "DELETE FROM \(marks) WHERE item = \(id)")
        for (kind, values) in [
            ("key", entry.audience.keys.map(\.rawValue)), ("category", entry.categories.map(\.rawValue)),
            ("tag", entry.tags.map(\.rawValue)),
        ] {
            for mark in values {
                try db.execute(literal: "INSERT INTO \(marks)(kind, mark, item) VALUES (\(kind), \(mark), \(id))")
            }
        }
    }

    private static func keep(_ version: Item, _ db: Database) throws {
        try db.execute(
            literal: """
                INSERT OR REPLACE INTO \(versions)(item, revision, record)
                VALUES (\(version.id.rawValue), \(version.entry.revision.rawValue), \(JSONText.encode(version)))
                """)
    }

    private static func put(_ category: CatalogCategory<Item>, _ db: Database) throws {
        var stored = category
        stored.revision = category.revision.next
        try db.upsert(
            into: table("categories"),
            [
                ("id", category.id.rawValue.databaseValue), ("revision", stored.revision.rawValue.databaseValue),
                ("slug", category.slug.rawValue.databaseValue), ("record", try JSONText.encode(stored).databaseValue),
            ])
    }

    // MARK: Counting

    private static func count(_ increment: CatalogIncrement<Item>, _ db: Database) throws {
        try db.execute(
            literal: """
                INSERT INTO \(counters)(item, counter, amount)
                SELECT id, \(increment.counter.rawValue), \(increment.amount) FROM \(items) WHERE id = \(increment.item.rawValue)
                ON CONFLICT (item, counter) DO UPDATE SET amount = amount + excluded.amount
                """)
    }

    private static func cast(_ vote: CatalogVote<Item>, _ db: Database) throws {
        let (item, ballot, voter) = (vote.item.rawValue, vote.ballot.rawValue, vote.voter.rawValue)
        guard let value = vote.value else {
            return try db.execute(
                literal: "DELETE FROM \(votes) WHERE item = \(item) AND ballot = \(ballot) AND voter = \(voter)")
        }
        try db.execute(
            literal: """
                INSERT INTO \(votes)(item, ballot, voter, value)
                SELECT id, \(ballot), \(voter), \(value) FROM \(items) WHERE id = \(item)
                ON CONFLICT (item, ballot, voter) DO UPDATE SET value = excluded.value
                """)
    }
}
