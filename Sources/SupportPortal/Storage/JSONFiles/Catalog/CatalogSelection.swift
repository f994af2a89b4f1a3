import JSONLog

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Which items a filter and a scope mean, placements and slugs aside: found in lists alone.
struct CatalogSelection<Item: CatalogItem> {
    typealias Category = CatalogCategory<Item>.ID
    typealias Fact = CatalogFact<Item>

    private let catalog: StoredCatalog<Item>
    /// The keys under which the items of the scope are listed; `nil` is that of all items.
    let keys: [AccessKey?]
    /// The states that are asked for, of those that items are in.
    let states: [PublicationState]
    private let now: Int64?
    private let ids: Set<Item.ID>?
    private let tag: TagName?
    private let hiding: Set<Category>

    init(_ filter: CatalogFilter<Item>, in scope: AccessScope, _ catalog: StoredCatalog<Item>) throws {
        self.catalog = catalog
        states = try catalog.states(filter)
        now = filter.shownAt.map(Self.instant)
        ids = filter.ids
        tag = filter.tag
        hiding = filter.hidden
        switch scope {
        case .everything: keys = [nil]
        case .holding(let held): keys = held.sorted()
        }
    }

    /// The last whole millisecond of an instant, with which whole ones compare as with the instant itself.
    private static func instant(_ date: Date) -> Int64 {
        let nearest = date.milliseconds
        return Date(milliseconds: nearest) > date ? nearest - 1 : nearest
    }

    /// Whether what a list says about an item keeps it out.
    func excludes(_ fact: Fact) -> Bool { now.map { !fact.isShown(at: $0) } ?? false }

    // MARK: Finding

    /// The items that are listed somewhere, each once, in no order.
    func facts(_ placement: CatalogPlacement<Item>) throws -> [Fact] {
        let admits = try admission()
        var seen: Set<Item.ID> = []
        var found: [Fact] = []
        func add(_ fact: Fact, isOnce: Bool) {
            if admits(fact), isOnce || seen.insert(fact.id).inserted { found.append(fact) }
        }
        if let lists = try lists(placement) {
            for list in lists.keys {
                try catalog.forEachFact(in: list, isByPlace: lists.areByPlace) { add($0, isOnce: lists.areApart) }
            }
        } else if case .listed(let ids) = placement {
            try forEachFact(in: ids.map(Optional.some)) { add($1, isOnce: false) }
        }
        return found
    }

    /// How many items are listed in each of the placements.
    func counts(of placements: [CatalogPlacement<Item>]) throws -> [Int] {
        let admits = isWhole ? nil : try admission()
        var counts = [Int](repeating: 0, count: placements.count)
        var unions: [Int] = []
        for (index, placement) in placements.enumerated() {
            // Where there are very many keys, not every list is asked for whether there is anything in it.
            var lists: Lists?
            if !placement.isListed || keys.count * placements.count <= 500 { lists = try self.lists(placement) }
            guard let lists else {
                unions.append(index)
                continue
            }
            var seen: Set<Item.ID> = []
            for list in lists.keys {
                guard let admits else {
                    if lists.areApart {
                        counts[index] += try catalog.reader.count(.list(list))
                        continue
                    }
                    try catalog.forEachFact(in: list, isByPlace: lists.areByPlace) { seen.insert($0.id) }
                    continue
                }
                try catalog.forEachFact(in: list, isByPlace: lists.areByPlace) { fact in
                    if admits(fact), lists.areApart || seen.insert(fact.id).inserted { counts[index] += 1 }
                }
            }
            if admits == nil { counts[index] += seen.count }
        }
        guard !unions.isEmpty else { return counts }
        // Several categories each: an item may be in more than one of them.
        var categories: Set<Category> = []
        for index in unions { if case .listed(let ids) = placements[index] { categories.formUnion(ids) } }
        var places: [Item.ID: [Category]] = [:]
        try forEachFact(in: categories.map(Optional.some)) { category, fact in
            if let category, admits?(fact) ?? true { places[fact.id, default: []].append(category) }
        }
        var groups = PlacementGroups(unions.map { placements[$0] })
        for place in places.values { groups.count(place) }
        for (index, count) in zip(unions, groups.counts) { counts[index] = count }
        return counts
    }

    private typealias Lists = (keys: [IndexKey], areByPlace: Bool, areApart: Bool)

    /// The lists of a placement that are not empty, if it is one category at most; whether they are by place; and whether no item is in two of them.
    private func lists(_ placement: CatalogPlacement<Item>) throws -> Lists? {
        let list: (AccessKey?, PublicationState) -> IndexKey
        var areByPlace = true
        switch placement {
        case .anywhere:
            areByPlace = false
            list = catalog.names.newest
        case .unlisted: list = { catalog.names.shelf(nil, $0, $1) }
        case .listed(let ids):
            guard ids.count < 2 else { return nil }
            guard let id = ids.first else { return ([], true, true) }
            list = { catalog.names.shelf(id, $0, $1) }
        }
        var lists: [IndexKey] = []
        var used = 0
        for key in keys {
            let own = try states.map { list(key, $0) }.filter { try catalog.reader.first(.list($0)) != nil }
            lists += own
            used += own.isEmpty ? 0 : 1
        }
        return (lists, areByPlace, used < 2)
    }

    /// Whether all items of the keys and states are meant.
    private var isWhole: Bool { now == nil && ids == nil && tag == nil && hiding.isEmpty }

    /// What says which items match, of those of the keys and states.
    private func admission() throws -> (Fact) -> Bool {
        var hidden: Set<Item.ID> = []
        if !hiding.isEmpty { try forEachFact(in: hiding.map(Optional.some)) { hidden.insert($1.id) } }
        let tagged = try tag.map(catalog.tagged)
        return { fact in
            !excludes(fact) && ids?.contains(fact.id) ?? true && tagged?.contains(fact.id) ?? true && !hidden.contains(fact.id)
        }
    }

    // MARK: Lists

    /// Goes over the items, once for each key that they bear.
    private func forEachFact(_ body: (Fact) -> Void) throws {
        for key in keys {
            for state in states { try catalog.forEachFact(in: catalog.names.newest(key, state), isByPlace: false, body) }
        }
    }

    /// Goes over the items in these categories, once for each of them, and perhaps for each key.
    private func forEachFact(in categories: [Category?], _ body: (Category?, Fact) -> Void) throws {
        // Where there are very many lists for keys, all that the keys open is less to look at.
        guard keys.count * categories.count > 200, keys != [nil] else {
            for category in categories {
                for key in keys { try forEachFact(in: category, key) { body(category, $0) } }
            }
            return
        }
        var open: Set<Item.ID> = []
        try forEachFact { open.insert($0.id) }
        for category in categories {
            try forEachFact(in: category, nil) { if open.contains($0.id) { body(category, $0) } }
        }
    }

    private func forEachFact(in category: Category?, _ key: AccessKey?, _ body: (Fact) -> Void) throws {
        for state in states { try catalog.forEachFact(in: catalog.names.shelf(category, key, state), isByPlace: true, body) }
    }
}

extension StoredCatalog {
    /// The states that are asked for, of those that items are in.
    fileprivate func states(_ filter: CatalogFilter<Item>) throws -> [PublicationState] {
        if filter.shownAt != nil { return filter.states?.contains(.published) ?? true ? [.published] : [] }
        if let states = filter.states { return Array(states) }
        let all = KeyRange.list(names.newest(nil))
        var found: [PublicationState] = []
        var range = all
        while let next = try reader.first(range), case .text(let text) = next.parts(from: all.prefixLength).first {
            let state = PublicationState(rawValue: text)
            found.append(state)
            range = all.after(allOf: names.newest(nil, state))
        }
        return found
    }

    /// What a list says about its items.
    fileprivate func forEachFact(in list: IndexKey, isByPlace: Bool, _ body: (CatalogFact<Item>) -> Void) throws {
        let range = KeyRange.list(list)
        var cursor = try reader.cursor(range)
        while let next = try cursor.next() {
            if let fact = CatalogFact<Item>(next.parts(from: range.prefixLength), isByPlace: isByPlace) { body(fact) }
        }
    }

    /// The items with a tag.
    fileprivate func tagged(_ tag: TagName) throws -> Set<Item.ID> {
        var tagged: Set<Item.ID> = []
        var cursor = try reader.cursor(.list(names.tag(tag)))
        while let next = try cursor.next() { tagged.insert(names.id(ofItem: next.key)) }
        return tagged
    }
}

extension CatalogPlacement {
    fileprivate var isListed: Bool { if case .listed = self { true } else { false } }
}
