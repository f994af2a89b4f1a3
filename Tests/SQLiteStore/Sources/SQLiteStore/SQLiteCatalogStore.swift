public import Foundation
import GRDB
public import SupportPortal

/// Announcements, articles or downloads in SQLite, in tables of their own: what a host with a SQL database would write.
public final class SQLiteCatalogStore<Item: CatalogItem>: CatalogStore {
    let pool: DatabasePool
    let events: EventTables

    init(pool: DatabasePool, keptEvents: Int) {
        self.pool = pool
        events = EventTables(pool: pool, kept: keptEvents, prefix: "\(Item.kindName)_")
    }

    static func table(_ name: String) -> String { "\(Item.kindName)_\(name)" }
    static var items: SQL { "\(identifier: table("items"))" }
    static var marks: SQL { "\(identifier: table("marks"))" }
    static var versions: SQL { "\(identifier: table("versions"))" }
    static var counters: SQL { "\(identifier: table("counters"))" }
    static var votes: SQL { "\(identifier: table("votes"))" }
    static var categories: SQL { "\(identifier: table("categories"))" }

    // MARK: Finding

    /// See ``CatalogStore/items(_:)``.
    public func items(_ query: CatalogQuery<Item>) async throws -> Page<Item> {
        guard query.page.limit > 0 else { return Page() }
        let limit = min(query.page.limit, .max - 1)
        let (beyond, direction): (SQL, SQL) = query.order.ascending ? (">", "ASC") : ("<", "DESC")
        var condition: SQL =
            "\(Self.condition(query.filter)) AND \(Self.placed(query.filter.placement)) AND \(Self.seen(query.scope))"
        if let after = query.page.after {
            condition += " AND (value, id) \(beyond) (\(after.value.databaseValue), \(after.id))"
        }
        let found: SQLRequest<Row> = """
            SELECT record, \(Self.value(query.order)) AS value FROM \(Self.items) WHERE \(condition)
            ORDER BY value \(direction), id \(direction) LIMIT \(limit + 1)
            """
        return try await pool.read { db in
            let rows = try found.fetchAll(db)
            let items: [Item] = try rows.prefix(limit).map { try JSONText.decode($0[0]) }
            guard rows.count > limit, let last = items.last else { return Page(items) }
            let row = rows[limit - 1]
            let value: SortValue = query.order == .title ? .text(row[1]) : .number(row[1])
            return Page(items, next: PageCursor(order: query.order.name, value: value, id: last.id.rawValue))
        }
    }

    /// See ``CatalogStore/counts(_:in:of:)``. All see one snapshot.
    public func counts(
        _ filter: CatalogFilter<Item>, in scope: AccessScope, of placements: [CatalogPlacement<Item>]
    ) async throws -> [Int] {
        let condition: SQL = "\(Self.condition(filter)) AND \(Self.seen(scope))"
        return try await pool.read { db in
            try placements.map { placement in
                let count: SQLRequest<Int> = "SELECT count(*) FROM \(Self.items) WHERE \(condition) AND \(Self.placed(placement))"
                return try count.fetchOne(db) ?? 0
            }
        }
    }

    /// See ``CatalogStore/categories()``.
    public func categories() async throws -> [CatalogCategory<Item>] {
        try await pool.read { db in
            let found: SQLRequest<String> = "SELECT record FROM \(Self.categories) ORDER BY id"
            return try found.fetchAll(db).map(JSONText.decode)
        }
    }

    /// See ``CatalogStore/versions(of:page:)``.
    public func versions(of item: Item.ID, page: PageRequest) async throws -> Page<Item> {
        var condition: SQL = "item = \(item.rawValue)"
        if let after = page.after { condition += " AND revision < \(after.value.databaseValue)" }
        let found: SQL = "SELECT record FROM \(Self.versions) WHERE \(condition) ORDER BY revision DESC"
        return try await pool.page(found, page) { (version: Item) in version.versionCursor }
    }

    /// See ``CatalogStore/tallies(of:)``.
    public func tallies(of items: Set<Item.ID>) async throws -> [Item.ID: CatalogTally] {
        let ids = items.map(\.rawValue)
        let counted: SQLRequest<Row> = """
            SELECT item, counter, amount FROM \(Self.counters) WHERE item IN \(ids) AND amount <> 0
            """
        let voted: SQLRequest<Row> = """
            SELECT item, ballot, value, count(*) FROM \(Self.votes) WHERE item IN \(ids) GROUP BY item, ballot, value
            """
        return try await pool.read { db in
            var tallies: [Item.ID: CatalogTally] = [:]
            for row in try counted.fetchAll(db) {
                let counter = CatalogTally.Counter(rawValue: row[1])
                tallies[Item.ID(row[0]), default: CatalogTally()].counters[counter] = row[2]
            }
            for row in try voted.fetchAll(db) {
                let (ballot, value): (String, Int) = (row[1], row[2])
                tallies[Item.ID(row[0]), default: CatalogTally()]
                    .votes[CatalogTally.Ballot(rawValue: ballot), default: [:]][value] = row[3]
            }
            return tallies
        }
    }

    /// See ``CatalogStore/votes(in:by:on:)``.
    public func votes(
        in ballot: CatalogTally.Ballot, by voter: AccessKey, on items: Set<Item.ID>
    ) async throws -> [Item.ID: Int] {
        let found: SQLRequest<Row> = """
            SELECT item, value FROM \(Self.votes)
            WHERE voter = \(voter.rawValue) AND ballot = \(ballot.rawValue) AND item IN \(items.map(\.rawValue))
            """
        return try await pool.read { db in
            Dictionary(uniqueKeysWithValues: try found.fetchAll(db).map { (Item.ID($0[0]), $0[1]) })
        }
    }

    /// See ``CatalogStore/votes(on:page:)``.
    public func votes(on item: Item.ID, page: PageRequest) async throws -> Page<CatalogVote<Item>> {
        let limit = Swift.min(Swift.max(0, page.limit), 1 << 40)
        var condition: SQL = "item = \(item.rawValue)"
        if let after = page.after { condition += " AND (ballot, voter) > (\(after.value.databaseValue), \(after.id))" }
        let found: SQLRequest<Row> = """
            SELECT ballot, voter, value FROM \(Self.votes) WHERE \(condition) ORDER BY ballot, voter LIMIT \(limit + 1)
            """
        return try await pool.read { db in
            let votes = try found.fetchAll(db).map { row in
                CatalogVote<Item>(item, CatalogTally.Ballot(rawValue: row[0]), by: AccessKey(rawValue: row[1]), row[2] as Int)
            }
            guard votes.count > limit else { return Page(votes) }
            return Page(Array(votes.prefix(limit)), next: limit > 0 ? votes[limit - 1].cursor : nil)
        }
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

    // MARK: Conditions

    /// What items are ordered by.
    private static func value(_ order: CatalogOrder) -> SQL {
        switch order {
        case .newest: "newest"
        case .place: "place"
        case .title: "title"
        case .updated: "updated"
        case .popular(let counter):
            "coalesce((SELECT amount FROM \(counters) WHERE item = id AND counter = \(counter.rawValue)), 0)"
        }
    }

    /// What holds for items within the scope. A subquery, not a join: who holds two keys of an item must not get it twice.
    private static func seen(_ scope: AccessScope) -> SQL {
        guard case .holding(let keys) = scope else { return "TRUE" }
        return "id IN (\(marked("key", keys.map(\.rawValue))))"
    }

    private static func placed(_ placement: CatalogPlacement<Item>) -> SQL {
        switch placement {
        case .anywhere: "TRUE"
        case .listed(let ids): "id IN (\(marked("category", ids.map(\.rawValue))))"
        case .unlisted: "NOT EXISTS (SELECT * FROM \(marks) WHERE item = id AND kind = 'category')"
        }
    }

    private static func marked(_ kind: String, _ values: [String]) -> SQL {
        "SELECT item FROM \(marks) WHERE kind = \(kind) AND mark IN \(values)"
    }

    /// The same as ``CatalogFilter/matches(_:)``, the placement aside.
    private static func condition(_ filter: CatalogFilter<Item>) -> SQL {
        var conditions: [SQL] = ["TRUE"]
        if let ids = filter.ids { conditions.append("id IN \(ids.map(\.rawValue))") }
        if let slug = filter.slug { conditions.append("slug = \(slug.rawValue)") }
        if let states = filter.states { conditions.append("state IN \(states.map(\.rawValue))") }
        if let now = filter.shownAt?.millisecondsRoundedDown {
            conditions.append(
                "state = \(PublicationState.published.rawValue) AND published <= \(now) AND (expires IS NULL OR expires > \(now))"
            )
        }
        if !filter.hidden.isEmpty { conditions.append("id NOT IN (\(marked("category", filter.hidden.map(\.rawValue))))") }
        if let tag = filter.tag { conditions.append("id IN (\(marked("tag", [tag.rawValue])))") }
        return conditions.joined(separator: " AND ")
    }
}
