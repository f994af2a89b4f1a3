import JSONLog

/// What the records of a section's items are called in the files, and in which lists they are. Documentation/FileFormat.md describes it for readers in
/// other languages.
///
/// The lists of items hold all that decides whether an item is shown and where, so that pages and counts need not read those that they leave out.
struct CatalogNames<Item: CatalogItem>: Sendable {
    /// The names of the section's events.
    let events: EventNames
    private let itemPrefix: String
    let categoryPrefix: String
    private let versionPrefix: String
    private let tallyPrefix: String
    private let votePrefix: String
    /// Items by access key (0 for all items), state and ``CatalogEntry/newestPlace``.
    private let newest: IndexKey.Part
    /// Items by category (0 for none), access key (0 for all), state and place.
    private let shelf: IndexKey.Part
    private let slug: IndexKey.Part
    private let tag: IndexKey.Part
    /// Items by when they were last changed.
    let updated: IndexKey.Part
    private let categorySlug: IndexKey.Part
    /// Tallies by what was counted, and how often, if that is not 0.
    private let popular: IndexKey.Part
    private let voter: IndexKey.Part
    /// Votes by item, ballot and voter.
    private let voted: IndexKey.Part
    /// Earlier versions by item and revision.
    private let versioned: IndexKey.Part

    /// The names of a kind of items.
    init() {
        let kind = Item.kindName
        events = EventNames(prefix: "\(kind).")
        itemPrefix = "\(kind)/"
        categoryPrefix = "\(kind).category/"
        versionPrefix = "\(kind).version/"
        tallyPrefix = "\(kind).tally/"
        votePrefix = "\(kind).vote/"
        newest = .text("\(kind).newest")
        shelf = .text("\(kind).shelf")
        slug = .text("\(kind).slug")
        tag = .text("\(kind).tag")
        updated = .text("\(kind).updated")
        categorySlug = .text("\(kind).categorySlug")
        popular = .text("\(kind).popular")
        voter = .text("\(kind).voter")
        voted = .text("\(kind).votes")
        versioned = .text("\(kind).versions")
    }

    // MARK: Records

    func item(_ id: Item.ID) -> String { itemPrefix + id.rawValue }

    func id(ofItem key: String) -> Item.ID { Item.ID(String(decoding: key.utf8.dropFirst(itemPrefix.utf8.count), as: UTF8.self)) }

    func id(ofTally key: String) -> Item.ID {
        Item.ID(String(decoding: key.utf8.dropFirst(tallyPrefix.utf8.count), as: UTF8.self))
    }

    func category(_ id: CatalogCategory<Item>.ID) -> String { categoryPrefix + id.rawValue }

    /// What the keys of all earlier versions of an item begin with.
    func versions(of id: Item.ID) -> String { "\(versionPrefix)\(id.rawValue.escapedForLink)/" }

    func version(_ id: Item.ID, _ revision: Int) -> String { "\(versions(of: id))\(revision)" }

    func tally(_ id: Item.ID) -> String { tallyPrefix + id.rawValue }

    /// What the keys of all votes on an item begin with.
    func votes(on id: Item.ID) -> String { "\(votePrefix)\(id.rawValue.escapedForLink)/" }

    func vote(_ id: Item.ID, _ ballot: CatalogTally.Ballot, _ voter: AccessKey) -> String {
        "\(votes(on: id))\(ballot.rawValue.escapedForLink)/\(voter.rawValue)"
    }

    // MARK: Lists

    /// The items that bear a key, `nil` for all items, and are in a state, by what newest first means.
    func newest(_ key: AccessKey?, _ state: PublicationState) -> IndexKey { newest(key) + .text(state.rawValue) }

    func newest(_ key: AccessKey?) -> IndexKey { [newest, Self.part(key)] }

    /// The items in a category, `nil` for those in none, that bear a key, `nil` for all items, and are in a state, by their places.
    func shelf(_ category: CatalogCategory<Item>.ID?, _ key: AccessKey?, _ state: PublicationState) -> IndexKey {
        [shelf, category.map { .text($0.rawValue) } ?? .number(0), Self.part(key), .text(state.rawValue)]
    }

    /// All items have a number in place of a key, which no key can be.
    private static func part(_ key: AccessKey?) -> IndexKey.Part { key.map { .text($0.rawValue) } ?? .number(0) }

    func slug(_ slug: Slug) -> IndexKey { [self.slug, .text(slug.rawValue)] }

    func tag(_ tag: TagName) -> IndexKey { [self.tag, .text(tag.rawValue)] }

    func categorySlug(_ slug: Slug) -> IndexKey { [categorySlug, .text(slug.rawValue)] }

    func popular(_ counter: CatalogTally.Counter) -> IndexKey { [popular, .text(counter.rawValue)] }

    func voter(_ key: AccessKey) -> IndexKey { [voter, .text(key.rawValue)] }

    func versionList(_ id: Item.ID) -> IndexKey { [versioned, .text(id.rawValue)] }

    func voteList(_ id: Item.ID) -> IndexKey { [voted, .text(id.rawValue)] }

    func lists(ofVersion version: Item) -> [IndexKey] {
        [versionList(version.id) + .number(Int64(version.entry.revision.rawValue))]
    }

    func lists(of vote: StoredVote<Item>) -> [IndexKey] {
        [voter(vote.voter), voteList(vote.item) + .text(vote.ballot.rawValue) + .text(vote.voter.rawValue)]
    }

    func lists(of item: Item) -> [IndexKey] {
        let entry = item.entry
        // In an order of their own, so that the same item always has the same bytes.
        let keys = [nil] + entry.audience.keys.sorted().map(Optional.some)
        var placed: Set<CatalogCategory<Item>.ID> = []
        let categories =
            entry.categories.isEmpty ? [nil] : entry.categories.filter { placed.insert($0).inserted }.map(Optional.some)
        let fact = CatalogFact(entry)
        var lists = keys.map { fact.newestEntry(of: newest($0, entry.state)) }
        for category in categories { lists += keys.map { fact.shelfEntry(of: shelf(category, $0, entry.state)) } }
        lists.append(slug(entry.slug))
        lists.append([updated, .number(entry.updated.milliseconds)])
        return lists + entry.tags.sorted().map(tag)
    }

    func lists(of tally: CatalogTally) -> [IndexKey] {
        let counters = tally.counters.sorted { $0.key.rawValue.precedesByBytes($1.key.rawValue) }
        return counters.filter { $0.value != 0 }.map { popular($0.key) + .number(Int64($0.value)) }
    }
}

/// What the lists say about an item: enough to know whether it is shown and where, without reading it.
struct CatalogFact<Item: CatalogItem> {
    let id: Item.ID
    /// See ``CatalogEntry/newestPlace``.
    let newest: Int64
    let place: Int64
    /// In milliseconds since 1970; `nil` for never.
    let expires: Int64?

    init(_ entry: CatalogEntry<Item>) {
        id = entry.id
        newest = entry.newestPlace
        place = Int64(entry.place)
        expires = entry.expires?.milliseconds
    }

    /// Reads what follows the list in one of its entries; `nil` for anything else.
    ///
    /// - Parameters:
    ///   - parts: The parts.
    ///   - isByPlace: Whether it is a list by place.
    init?(_ parts: [IndexKey.Part], isByPlace: Bool) {
        guard parts.count >= 3, case .number(let first) = parts[0], case .text(let id) = parts[1],
            case .number(let other) = parts[2]
        else { return nil }
        self.id = Item.ID(id)
        newest = isByPlace ? other : first
        place = isByPlace ? first : other
        if parts.count > 3, case .number(let date) = parts[3] { expires = date } else { expires = nil }
    }

    // The id stands before the rest, as it decides between items at the same place.

    func newestEntry(of list: IndexKey) -> IndexKey { entry(of: list, newest, place) }

    func shelfEntry(of list: IndexKey) -> IndexKey { entry(of: list, place, newest) }

    private func entry(of list: IndexKey, _ first: Int64, _ other: Int64) -> IndexKey {
        var key = list
        key.append(.number(first))
        key.append(.text(id.rawValue))
        key.append(.number(other))
        if let expires { key.append(.number(expires)) }
        return key
    }

    /// Whether it is shown at an instant in milliseconds, if it is published at all.
    func isShown(at now: Int64) -> Bool {
        // Pinned ones stand above all others.
        let published = newest > 1 << 51 ? newest - 1 << 52 : newest
        return published <= now && (expires.map { now < $0 } ?? true)
    }
}

/// A vote as it is stored.
struct StoredVote<Item: CatalogItem>: Hashable, Codable {
    var item: Item.ID
    var ballot: CatalogTally.Ballot
    var voter: AccessKey
    var value: Int
}
