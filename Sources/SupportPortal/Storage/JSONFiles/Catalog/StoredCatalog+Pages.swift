import JSONLog

extension StoredCatalog {
    /// The page, if it is found without looking at much else; `nil` if more has to be looked at than the caller's thread should wait for.
    func quickPage(_ query: CatalogQuery<Item>) throws -> Page<Item>? {
        if let named = try named(query.filter) {
            let found = named.filter(query.matches)
            guard case .popular = query.order else { return query.page(of: found) }
            return query.page(of: found, tallies: try tallies(of: Set(found.map(\.id))))
        }
        let selection = try CatalogSelection(query.filter, in: query.scope, self)
        guard query.filter.ids == nil, var walk = try CatalogWalk(query, selection, self) else { return nil }
        let limit = Swift.max(0, query.page.limit)
        var found: [(item: Item, value: Int64)] = []
        var patience = 2_000
        while found.count <= limit {
            guard let next = try walk.next() else {
                // Items of which nothing was counted come behind, and are in no list of what was.
                if case .popular = query.order { return nil }
                break
            }
            // To read a record takes as long as to pass over some dozens.
            var cost = 1
            if !(walk.fact(next).map(selection.excludes) ?? false) {
                cost = 30
                if let item = try item(walk.id(next)), query.matches(item) {
                    found.append((item, walk.value(next)))
                    continue
                }
            }
            patience -= cost
            guard patience > 0 else { return nil }
        }
        return Page(first: limit, of: found) { query.cursor(value: .number($0.value), id: $0.item.id) }.map(\.item)
    }

    /// The page, whatever has to be looked at for it: lists alone where they say what the order goes by.
    func page(_ query: CatalogQuery<Item>) throws -> Page<Item> {
        let facts = try CatalogSelection(query.filter, in: query.scope, self).facts(query.filter.placement)
        // A few are read sooner than a list of all.
        guard let values = try values(query.order, facts, readingUpTo: 50) else {
            let found = try facts.compactMap { try item($0.id) }.filter(query.matches)
            guard case .popular = query.order else { return query.page(of: found) }
            return query.page(of: found, tallies: try tallies(of: Set(found.map(\.id))))
        }
        let page = query.page(of: zip(facts, values).map { OrderedEntry(value: .number($1), id: $0.id.rawValue) })
        // Where damaged bytes kept a list from being right, it must not show what is not to be seen.
        return Page(try page.items.compactMap { try item(Item.ID($0.id)) }.filter(query.matches), next: page.next)
    }

    /// What these items are ordered by; `nil` where they have to be read for it.
    private func values(_ order: CatalogOrder, _ facts: [CatalogFact<Item>], readingUpTo few: Int) throws -> [Int64]? {
        var values: [Item.ID: Int64] = [:]
        let list: IndexKey
        switch order {
        case .newest: return facts.map(\.newest)
        case .place: return facts.map(\.place)
        case .title: return nil
        case .updated: list = [names.updated]
        case .popular(let counter): list = names.popular(counter)
        }
        guard facts.count > few else { return nil }
        let range = KeyRange.list(list)
        var cursor = try reader.cursor(range)
        while let next = try cursor.next() {
            if case .number(let value) = next.parts(from: range.prefixLength).first { values[id(next, order)] = value }
        }
        return facts.map { values[$0.id] ?? 0 }
    }

    /// The item whose value a list of values has.
    fileprivate func id(_ found: FoundKey, _ order: CatalogOrder) -> Item.ID {
        if case .popular = order { names.id(ofTally: found.key) } else { names.id(ofItem: found.key) }
    }

    // MARK: Counts

    /// How many items match, for each of the placements, which take the place of the filter's own: lists alone are looked at, unless the filter names
    /// a few items.
    func counts(
        _ filter: CatalogFilter<Item>, in scope: AccessScope, of placements: [CatalogPlacement<Item>]
    ) throws -> [Int] {
        guard let named = try named(filter) else {
            return try CatalogSelection(filter, in: scope, self).counts(of: placements)
        }
        var filter = filter
        filter.placement = .anywhere
        let query = CatalogQuery(in: scope, filter)
        var groups = PlacementGroups(placements)
        for item in named where query.matches(item) { groups.count(item.entry.categories) }
        return groups.counts
    }

    /// The items that a filter names, if it names few: what else it says is not looked at.
    func named(_ filter: CatalogFilter<Item>) throws -> [Item]? {
        if let slug = filter.slug { return try item(slug).map { [$0] } ?? [] }
        guard let ids = filter.ids, ids.count <= 100 else { return nil }
        return try ids.compactMap { try item($0) }
    }
}

/// Goes over the items of a query in its order, and over some that do not match, without reading them: over several lists at once, each of which is
/// in that order. An item that is in several of them comes once.
private struct CatalogWalk<Item: CatalogItem> {
    private let catalog: StoredCatalog<Item>
    private let order: CatalogOrder
    /// The next entry of each list, with what follows it and where what tells the lists apart ends.
    private var lists: [(next: FoundKey, rest: KeyCursor, start: Int)] = []
    private var last: (found: FoundKey, start: Int)?

    /// `nil` if no lists are in the query's order, or too many.
    init?(_ query: CatalogQuery<Item>, _ selection: CatalogSelection<Item>, _ catalog: StoredCatalog<Item>) throws {
        self.catalog = catalog
        order = query.order
        var start: (value: Int64, id: Item.ID)?
        if let after = query.page.after {
            guard case .number(let value) = after.value else { return nil }
            start = (value, Item.ID(after.id))
        }
        let names = catalog.names
        switch (query.order, query.filter.placement) {
        case (.newest, .anywhere), (.place, .listed), (.place, .unlisted):
            let (keys, states) = (selection.keys, selection.states)
            let categories: [CatalogCategory<Item>.ID?] =
                if case .listed(let ids) = query.filter.placement { ids.map(Optional.some) } else { [nil] }
            guard keys.count * states.count * categories.count <= 500 else { return nil }
            for key in keys {
                for state in states {
                    if query.order == .newest {
                        try add(names.newest(key, state), after: start)
                    } else {
                        for category in categories { try add(names.shelf(category, key, state), after: start) }
                    }
                }
            }
        case (.updated, _):
            let list: IndexKey = [names.updated]
            var range = KeyRange.list(list)
            if let start { range = range.before(list + .number(start.value), names.item(start.id)) }
            try add(range, from: KeyRange.list(list).prefixLength)
        case (.popular(let counter), _):
            // Those below 0 come behind those of which nothing was counted.
            guard start?.value ?? 1 > 0 else { return nil }
            let list = names.popular(counter)
            var range = KeyRange.list(list).from(list + .number(1))
            if let start { range = range.before(list + .number(start.value), names.tally(start.id)) }
            try add(range, from: KeyRange.list(list).prefixLength)
        default: return nil
        }
    }

    private mutating func add(_ list: IndexKey, after start: (value: Int64, id: Item.ID)?) throws {
        let all = KeyRange.list(list)
        var range = all
        if let start {
            let place = list + .number(start.value) + .text(start.id.rawValue)
            range = order.ascending ? range.after(allOf: place) : range.before(place)
        }
        try add(range, from: all.prefixLength)
    }

    private mutating func add(_ range: KeyRange, from start: Int) throws {
        var rest = try catalog.reader.cursor(range, ascending: order.ascending)
        if let next = try rest.next() { lists.append((next, rest, start)) }
    }

    mutating func next() throws -> (found: FoundKey, start: Int)? {
        while var first = lists.indices.first {
            for index in lists.indices.dropFirst() where precedes(index, first) { first = index }
            let found = (found: lists[first].next, start: lists[first].start)
            if let next = try lists[first].rest.next() { lists[first].next = next } else { lists.remove(at: first) }
            if let last, last.found.isLevel(with: found.found, from: last.start, found.start) { continue }
            last = found
            return found
        }
        return nil
    }

    private func precedes(_ index: Int, _ other: Int) -> Bool {
        let (first, second) = order.ascending ? (index, other) : (other, index)
        return lists[first].next.precedes(lists[second].next, from: lists[first].start, lists[second].start)
    }

    /// What the list says about an item, if it says anything but what it is ordered by.
    func fact(_ entry: (found: FoundKey, start: Int)) -> CatalogFact<Item>? {
        switch order {
        case .newest: CatalogFact(entry.found.parts(from: entry.start), isByPlace: false)
        case .place: CatalogFact(entry.found.parts(from: entry.start), isByPlace: true)
        case .title, .updated, .popular: nil
        }
    }

    func id(_ entry: (found: FoundKey, start: Int)) -> Item.ID { fact(entry)?.id ?? catalog.id(entry.found, order) }

    /// What the order goes by.
    func value(_ entry: (found: FoundKey, start: Int)) -> Int64 {
        if case .number(let value) = entry.found.parts(from: entry.start).first { value } else { 0 }
    }
}
