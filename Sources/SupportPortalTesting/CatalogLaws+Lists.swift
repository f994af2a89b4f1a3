import SupportPortal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Items that differ in everything that lists look at, with many equal values, and what was counted about them.
struct CatalogLibrary<Item: LawItem> {
    typealias Category = CatalogCategory<Item>

    var items: [Item] = []
    var tallies: [Item.ID: CatalogTally] = [:]

    static var sample: [Item] {
        let titles = ["apple", "Banana", "éclair", "Zebra", "äpfel", "apple", "10", "9", "", "Ω", "𝒵", "\u{FFFD}", "e\u{301}x"]
        let shelves: [[Category.ID]] = [[], ["a"], ["b", "a"], ["A"], ["c", "b", "a"], ["c"], ["e\u{301}"], []]
        let states: [PublicationState] = [.published, .draft, .published, .archived, PublicationState(rawValue: "Published")]
        let audiences: [Audience] = [
            .everyone, .customers, [.customers(["c1"]), .agents], .agents, [.everyone, .customers], [],
        ]
        return (0..<40).map { number in
            Item.sample(number, id: "\(number % 7 < 3 ? "T" : "t")\(number * 7 % 40)") {
                if number % 11 != 3 {
                    $0.texts = [
                        CatalogText(language: "de", title: SingleLine(titles[number % titles.count])),
                        CatalogText(title: SingleLine("\(number)")),
                    ]
                } else {
                    $0.texts = []
                }
                $0.categories = shelves[number % shelves.count]
                $0.state = states[number % states.count]
                $0.audience = audiences[number % audiences.count]
                $0.tags = Set(
                    (number % 4 == 1 ? ["late", "vip"] : number % 9 == 2 ? ["vi", "Vip"] : []).compactMap(TagName.init(rawValue:))
                )
                $0.place = [3, -1, .max - 1, .max, .min, 3][number * 5 % 6]
                $0.published = LawBench.instant(number * 17 % 9 * 100)
                $0.expires = number % 3 == 0 ? nil : LawBench.instant(500 + number * 13 % 7 * 100)
                $0.isPinned = number % 8 == 5
                $0.updated = LawBench.instant(2_000 + number * 31 % 10 * 100)
            }
        }
    }

    /// A library in a fresh storage.
    static func fill(_ bench: CatalogBench<Item>) async throws -> CatalogLibrary {
        var library = CatalogLibrary()
        for start in stride(from: 0, to: sample.count, by: 8) {
            library.items += try await bench.put(Array(sample[start..<start + 8]))
        }
        let amounts = [3, 0, 1, 3, 250, -2]
        try await bench.commit { commit in
            for (number, item) in library.items.enumerated() where number % 3 != 1 {
                commit.increments.append(CatalogIncrement(item.id, .views, by: amounts[number % amounts.count]))
                commit.increments.append(CatalogIncrement(item.id, .downloads, by: number % 2))
                commit.votes.append(CatalogVote(item.id, .helpful, by: .customer("c1"), 1))
            }
        }
        library.tallies = try await bench.store.tallies(of: Set(library.items.map(\.id)))
        return library
    }

    /// The definition: filtered, then ordered by sort value and the bytes of the id.
    func expected(_ query: CatalogQuery<Item>) -> [Item.ID] {
        var found: [(value: SortValue, id: Item.ID)] = []
        for item in items where query.scope.contains(item.entry.audience.keys) && query.filter.matches(item) {
            found.append((query.order.sortValue(of: item, tally: tallies[item.id]), item.id))
        }
        found.sort { $0.value == $1.value ? $0.id < $1.id : $0.value < $1.value }
        return query.order.ascending ? found.map(\.id) : found.reversed().map(\.id)
    }

    func expectedCount(_ filter: CatalogFilter<Item>, in scope: AccessScope, _ placement: CatalogPlacement<Item>) -> Int {
        var filter = filter
        filter.placement = placement
        return items.count { scope.contains($0.entry.audience.keys) && filter.matches($0) }
    }

    /// The item with an id is another one now.
    mutating func replace(_ item: Item) {
        if let index = items.firstIndex(where: { $0.id == item.id }) { items[index] = item }
    }
}

extension CatalogLaws {
    typealias Library = CatalogLibrary<Item>

    static var orders: [CatalogOrder] { [.newest, .place, .title, .updated, .popular(.views), .popular(.downloads)] }
    static var scopes: [AccessScope] {
        [
            .everything, .holding([.everyone]), .holding([.everyone, .customers, .customer("c1")]), .holding([.agents]),
            .holding([]),
        ]
    }

    static var lists: [StorageLaw] {
        [
            law("Pages follow the order asked for, equal values by id") { bench in
                let library = try await Library.fill(bench)
                let reopened = try await bench.reopened()
                for order in orders {
                    for scope in scopes {
                        let query = CatalogQuery<Item>(in: scope, order: order)
                        let found = try await reopened.all(query, pageSize: 9)
                        try requireEqual(found.map(\.id), library.expected(query), "\(order.name) in \(scope)")
                    }
                }
            },
            law("Pages of any size join without gap or repeat, and the last one says so") { bench in
                let library = try await Library.fill(bench)
                for size in [1, 2, 7, 39, 40, 41] {
                    for order in orders {
                        let query = CatalogQuery<Item>(in: .everything, order: order)
                        let found = try await bench.all(query, pageSize: size)
                        try requireEqual(found.map(\.id), library.expected(query), "pages of \(size), \(order.name)")
                    }
                }
                for limit in [0, -1] {
                    let none = try await bench.store.items(CatalogQuery(in: .everything, page: PageRequest(limit: limit)))
                    try requireEqual(none.items, [], "a page of \(limit)")
                    let some = CatalogFilter<Item> { $0.ids = Set(library.items.map(\.id)) }
                    let named = try await bench.store.items(CatalogQuery(in: .everything, some, page: PageRequest(limit: limit)))
                    try requireEqual(named.items, [], "a page of \(limit) of those that are named")
                }
            },
            law("A cursor stays good while other items change, come and go") { bench in
                var library = try await Library.fill(bench)
                for (number, order) in [CatalogOrder.newest, .popular(.views), .title].enumerated() {
                    var query = CatalogQuery<Item>(in: .everything, order: order, page: PageRequest(limit: 6))
                    let before = library.expected(query)
                    var touched: Set<Item.ID> = []
                    var seen: [Item.ID] = []
                    while true {
                        let page = try await bench.store.items(query)
                        seen += page.items.map(\.id)
                        guard let next = page.next else { break }
                        try require(seen.count < 100, "pages go on for ever")
                        query.page.after = next
                        // The last one seen moves to the front, one that is far behind does or goes, and a new one comes.
                        let new = Item.sample(1_000 + seen.count + number * 100) {
                            $0.published = LawBench.instant(1_000_000)
                            $0.texts = [CatalogText(title: " ")]
                        }
                        var commit = CatalogCommit<Item> { $0.items = [new] }
                        library.items.append(new.stored)
                        for id in [page.items.last?.id, before.last { !touched.contains($0) && !seen.contains($0) }] {
                            guard let id, let item = library.items.first(where: { $0.id == id }) else { continue }
                            touched.insert(id)
                            if id != page.items.last?.id, seen.count % 12 == 0 {
                                commit.removedItems[id] = item.entry.revision
                                library.items.removeAll { $0.id == id }
                                continue
                            }
                            let moved = item.with {
                                ($0.published, $0.isPinned) = (LawBench.instant(2_000_000), true)
                                $0.texts = [CatalogText(title: "\u{1}")]
                            }
                            commit.items.append(moved)
                            library.replace(moved.stored)
                            commit.increments.append(CatalogIncrement(id, .views, by: 1_000))
                        }
                        _ = try await bench.store.commit(commit)
                    }
                    let untouched = before.filter { !touched.contains($0) }
                    try requireEqual(
                        seen.filter { untouched.contains($0) }, untouched, "items that did not change, by \(order.name)")
                    library.tallies = try await bench.store.tallies(of: Set(library.items.map(\.id)))
                }
            },
            law("The most counted come first, as soon as they are") { bench in
                var bench = bench
                let items = try await bench.put((1...6).map { Item.sample($0) })
                let query = CatalogQuery<Item>(in: .everything, order: .popular(.views))
                for (number, amount, expected) in [
                    (3, 5, [3, 6, 5, 4, 2, 1]), (1, 7, [1, 3, 6, 5, 4, 2]), (3, 2, [3, 1, 6, 5, 4, 2]),
                    (2, 1, [3, 1, 2, 6, 5, 4]), (3, -7, [1, 2, 6, 5, 4, 3]), (4, -1, [1, 2, 6, 5, 3, 4]),
                ] {
                    try await bench.commit {
                        $0.increments = [
                            CatalogIncrement(items[number - 1].id, .views, by: amount),
                            // Not what is asked for.
                            CatalogIncrement(items[4].id, .downloads, by: 50),
                            CatalogIncrement(items[4].id, CatalogTally.Counter(rawValue: "Views"), by: 50),
                        ]
                    }
                    for size in [2, 100] {
                        let found = try await bench.all(query, pageSize: size)
                        try requireEqual(found.map(\.id), expected.map { items[$0 - 1].id }, "the most viewed")
                    }
                    bench = try await bench.reopened()
                }
            },
        ]
    }
}
