import JSONLog

/// A section's items as they were at one moment.
struct StoredCatalog<Item: CatalogItem> {
    let reader: LogReader
    let names: CatalogNames<Item>

    // MARK: Records

    func item(_ id: Item.ID) throws -> Item? { try reader.record(names.item(id)).map(Self.item) }

    func item(_ slug: Slug) throws -> Item? {
        try reader.first(.list(names.slug(slug))).flatMap { try reader.record($0) }.map(Self.item)
    }

    private static func item(_ record: LogRecord) throws -> Item {
        var item = try record.decoded(Item.self)
        item.entry.revision = Revision(rawValue: Int(record.revision))
        return item
    }

    /// All categories, by the bytes of their ids.
    func categories() throws -> [CatalogCategory<Item>] {
        var categories: [CatalogCategory<Item>] = []
        var cursor = try reader.cursor(.records(names.categoryPrefix))
        while let next = try cursor.next() {
            guard let record = try reader.record(next) else { continue }
            var category = try record.decoded(CatalogCategory<Item>.self)
            category.revision = Revision(rawValue: Int(record.revision))
            categories.append(category)
        }
        return categories
    }

    /// Earlier versions of an item, the latest first.
    func versions(of id: Item.ID, _ page: PageRequest) throws -> Page<Item> {
        let list = names.versionList(id)
        var range = KeyRange.list(list)
        if let after = page.after, case .number(let revision) = after.value { range = range.before(list + .number(revision)) }
        let limit = Swift.max(0, page.limit)
        var found: [Item] = []
        var cursor = try reader.cursor(range, ascending: false)
        while found.count <= limit, let next = try cursor.next() {
            if let record = try reader.record(next) { found.append(try record.decoded(Item.self)) }
        }
        return Page(first: limit, of: found) { $0.versionCursor }
    }

    func tally(_ id: Item.ID) throws -> CatalogTally? { try reader.decoded(names.tally(id), CatalogTally.self) }

    func tallies(of ids: Set<Item.ID>) throws -> [Item.ID: CatalogTally] {
        var tallies: [Item.ID: CatalogTally] = [:]
        for id in ids { tallies[id] = try tally(id) }
        return tallies
    }

    func votes(in ballot: CatalogTally.Ballot, by voter: AccessKey, on ids: Set<Item.ID>) throws -> [Item.ID: Int] {
        var votes: [Item.ID: Int] = [:]
        for id in ids { votes[id] = try reader.decoded(names.vote(id, ballot, voter), StoredVote<Item>.self)?.value }
        return votes
    }

    /// The votes on an item, by ballot and voter.
    func votes(on id: Item.ID, _ page: PageRequest) throws -> Page<CatalogVote<Item>> {
        let list = names.voteList(id)
        var range = KeyRange.list(list)
        if let after = page.after, case .text(let ballot) = after.value {
            range = range.after(allOf: list + .text(ballot) + .text(after.id))
        }
        let limit = Swift.max(0, page.limit)
        var found: [CatalogVote<Item>] = []
        var cursor = try reader.cursor(range)
        while found.count <= limit, let next = try cursor.next() {
            guard let vote = try reader.record(next)?.decoded(StoredVote<Item>.self) else { continue }
            found.append(CatalogVote(vote.item, vote.ballot, by: vote.voter, vote.value))
        }
        return Page(first: limit, of: found) { $0.cursor }
    }
}
