import SupportPortal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension CatalogLaws {
    private static func tag(_ text: String) -> TagName? { TagName(rawValue: text) }

    static var placements: [CatalogPlacement<Item>] {
        [
            .anywhere, .unlisted, .listed([]), .listed(["a"]), .listed(["a", "b", "c"]), .listed(["A"]), .listed(["none"]),
            .listed(["\u{E9}"]), .listed(["e\u{301}", "none"]), .listed(["a"]),
        ]
    }

    private static func sampleFilters(_ library: Library) -> [CatalogFilter<Item>] {
        let ids = library.items.map(\.id)
        var filters: [CatalogFilter<Item>] = [
            CatalogFilter(), CatalogFilter { $0.ids = [] }, CatalogFilter { $0.ids = [ids[3]] },
            CatalogFilter { $0.ids = Set(ids[5..<20] + ["none"]) },
            CatalogFilter { $0.ids = [Item.ID(ids[3].rawValue.uppercased() + " ")] },
            CatalogFilter { $0.slug = library.items[7].entry.slug }, CatalogFilter { $0.slug = .sample("none") },
            CatalogFilter { ($0.ids, $0.slug) = ([ids[7], ids[8]], library.items[7].entry.slug) },
            CatalogFilter { ($0.ids, $0.slug) = ([ids[8]], library.items[7].entry.slug) },
            CatalogFilter { $0.states = [] }, CatalogFilter { $0.states = [.published] },
            CatalogFilter { $0.states = [.draft, .archived] },
            CatalogFilter { $0.states = [PublicationState(rawValue: "published ")] },
            CatalogFilter { $0.hidden = ["a"] }, CatalogFilter { $0.hidden = ["A", "c", "none"] },
            CatalogFilter { ($0.placement, $0.hidden) = (.listed(["a"]), ["b"]) },
            CatalogFilter { ($0.placement, $0.hidden) = (.listed(["c", "b"]), ["b"]) },
            CatalogFilter { ($0.placement, $0.hidden) = (.unlisted, ["a"]) },
            CatalogFilter {
                ($0.states, $0.shownAt, $0.tag) = ([.published], LawBench.instant(550), tag("vip"))
                $0.hidden = ["c"]
            },
            CatalogFilter { ($0.ids, $0.shownAt, $0.placement) = (Set(ids[..<30]), LawBench.instant(450), .listed(["a", "A"])) },
        ]
        filters += placements.map { placement in CatalogFilter { $0.placement = placement } }
        filters += ["late", "vip", "vi", "v", "none"].map { text in CatalogFilter { $0.tag = tag(text) } }
        return filters
    }

    static var filters: [StorageLaw] {
        [
            law("Filters decide what is on pages and in counts") { bench in
                let library = try await Library.fill(bench)
                let reopened = try await bench.reopened()
                for (number, filter) in sampleFilters(library).enumerated() {
                    for scope in [scopes[0], scopes[1 + number % 2]] {
                        let query = CatalogQuery(in: scope, filter, order: orders[number % orders.count])
                        let found = try await reopened.all(query, pageSize: 10)
                        try requireEqual(found.map(\.id), library.expected(query), "\(filter) in \(scope)")
                        let counts = try await reopened.store.counts(filter, in: scope, of: [.anywhere])
                        try requireEqual(
                            counts, [library.expectedCount(filter, in: scope, .anywhere)], "the count of \(filter) in \(scope)")
                    }
                }
            },
            law("An item is shown from the instant that it is published until the one that it expires") { bench in
                var bench = bench
                let instants: [(published: Int, expires: Int?)] = [
                    (100, 200), (100, nil), (200, 300), (200, 200), (300, 100), (-1, 100), (200, 201),
                ]
                var items: [Item] = []
                for state in [PublicationState.published, .draft, .archived, PublicationState(rawValue: "Published")] {
                    for (published, expires) in instants {
                        items.append(
                            Item.sample(items.count) {
                                ($0.state, $0.published) = (state, LawBench.instant(published))
                                ($0.expires, $0.categories) = (expires.map { LawBench.instant($0) }, ["c"])
                            })
                    }
                }
                items = try await bench.put(items)
                for _ in 0..<2 {
                    for milliseconds in [-2, -1, 0, 99, 100, 101, 199, 200, 201, 299, 300, 301] {
                        // Clocks know parts of milliseconds.
                        for part in [0, 0.000_4, -0.000_4] {
                            let now = LawBench.instant(milliseconds) + part
                            let filter = CatalogFilter<Item> { $0.shownAt = now }
                            let expected = items.filter { $0.entry.isShown(at: now) }.map(\.id)
                            let found = try await bench.all(filter).map(\.id)
                            try requireEqual(Set(found), Set(expected), "items shown at \(milliseconds) ms and \(part) s")
                            let counts = try await bench.store.counts(filter, in: .everything, of: [.listed(["c"]), .unlisted])
                            try requireEqual(counts, [expected.count, 0], "the counts at \(milliseconds) ms and \(part) s")
                        }
                    }
                    for now in [Date.distantPast, .distantFuture] {
                        let found = try await bench.all(CatalogFilter { $0.shownAt = now }).map(\.id)
                        try requireEqual(Set(found), now == .distantPast ? [] : [items[1].id], "items shown at \(now)")
                    }
                    bench = try await bench.reopened()
                }
            },
        ]
    }

    // MARK: Counts

    static var counting: [StorageLaw] {
        [
            law("Counts equal a full scan for every placement, each item once") { bench in
                let library = try await Library.fill(bench)
                let reopened = try await bench.reopened()
                // Drafts, scheduled and expired ones, those for others and those in hidden categories are in no count.
                let filters: [CatalogFilter<Item>] = [
                    CatalogFilter(), CatalogFilter { $0.shownAt = LawBench.instant(450) },
                    CatalogFilter { ($0.shownAt, $0.hidden) = (LawBench.instant(450), ["c", "A"]) },
                    CatalogFilter { ($0.states, $0.tag) = ([.published, .draft], tag("late")) },
                    // The placements take the place of the filter's own.
                    CatalogFilter { ($0.placement, $0.hidden) = (.listed(["none"]), ["b"]) },
                    CatalogFilter { $0.ids = Set(library.items[..<9].map(\.id)) },
                    CatalogFilter { $0.slug = library.items[2].entry.slug },
                ]
                for filter in filters {
                    for scope in scopes {
                        let counts = try await reopened.store.counts(filter, in: scope, of: placements)
                        let expected = placements.map { library.expectedCount(filter, in: scope, $0) }
                        try requireEqual(counts, expected, "counts of \(filter) in \(scope)")
                    }
                }
                try requireEqual(
                    try await reopened.store.counts(CatalogFilter(), in: .everything, of: []), [], "counts of no placements")
            },
            law("Counts and pages equal a full scan after any changes") { bench in
                var library = try await Library.fill(bench)
                var chance = SeededGenerator(seed: 20_260_115)
                let shelves: [[Category.ID]] = [[], ["a"], ["b", "a"], ["A", "c"]]
                for step in 0..<120 {
                    let index = Int.random(in: 0..<library.items.count, using: &chance)
                    let old = library.items[index]
                    if step % 20 == 19 {
                        try await bench.commit { $0.removedItems = [old.id: old.entry.revision] }
                        library.items.remove(at: index)
                    } else {
                        let choice = Int.random(in: 0..<6, using: &chance)
                        let number = Int.random(in: 0..<4, using: &chance)
                        let new = old.with {
                            switch choice {
                            case 0: $0.categories = shelves[number]
                            case 1: $0.state = number == 0 ? .draft : .published
                            case 2: $0.audience = number == 0 ? .agents : .everyone
                            case 3: $0.expires = number == 0 ? nil : LawBench.instant(300 * number)
                            case 4: $0.tags = Set([tag(["vip", "late", "vi", "new"][number])].compactMap(\.self))
                            default: ($0.place, $0.isPinned) = (number, number == 0)
                            }
                        }
                        library.replace(try await bench.put(new))
                    }
                    guard step % 40 == 39 else { continue }
                    let filters: [CatalogFilter<Item>] = [
                        CatalogFilter(), CatalogFilter { $0.shownAt = LawBench.instant(450) },
                        CatalogFilter { ($0.tag, $0.hidden) = (tag("vip"), ["b"]) },
                    ]
                    for scope in scopes[..<3] {
                        for (filter, order) in zip(filters, [CatalogOrder.newest, .place, .popular(.views)]) {
                            let counts = try await bench.store.counts(filter, in: scope, of: placements)
                            let expected = placements.map { library.expectedCount(filter, in: scope, $0) }
                            try requireEqual(counts, expected, "counts of \(filter) in \(scope)")
                            let query = CatalogQuery(in: scope, filter, order: order)
                            try requireEqual(
                                try await bench.all(query, pageSize: 20).map(\.id), library.expected(query),
                                "\(order.name) in \(scope)")
                        }
                    }
                }
            },
        ]
    }
}
