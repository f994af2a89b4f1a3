import SupportPortal

extension CatalogLaws {
    // MARK: Earlier versions

    static var versions: [StorageLaw] {
        [
            law("Earlier versions are kept as they are and come latest first, page by page") { bench in
                var bench = bench
                let current = try await bench.put([Item.sample(1), Item.sample(2)])
                func version(_ number: Int, of id: String = "item-1", _ text: String = "As it was") -> Item {
                    Item.sample(number, id: id, slug: "slug-\(number % 3)") {
                        $0.revision = Revision(rawValue: number)
                        $0.texts = number == 5 ? oddTexts : [CatalogText(title: SingleLine(text))]
                        ($0.state, $0.audience, $0.tags) = (
                            .archived, [], Set([TagName(rawValue: "v\(number)")].compactMap(\.self))
                        )
                        $0.editor = Author(role: .agent, identity: .agent("a1"), name: "Ünï")
                    }
                }
                let others = [version(3, of: "item-2"), version(7, of: "item-2")]
                // In no order, and over several commits.
                for numbers in [[4, 10, 1], [2], [12, 11, 3], [5, 7, 6]] {
                    try await bench.commit { $0.versions = numbers.map { version($0) } + (numbers[0] == 2 ? others : []) }
                }
                // One that is kept already is replaced.
                let again = version(3, "As it was corrected")
                try await bench.commit { $0.versions = [again, version(8)] }
                let expected = [12, 11, 10, 8, 7, 6, 5, 4, 3, 2, 1].map { $0 == 3 ? again : version($0) }
                for _ in 0..<2 {
                    for size in [1, 3, 11, 100] {
                        let found = try await bench.versions(of: "item-1", pageSize: size)
                        try requireEqual(found, expected, "versions by \(size)")
                        try requireSameBytes(found.first { $0.entry.revision.rawValue == 5 }?.entry.texts, oddTexts, "a version")
                    }
                    for limit in [0, -1] {
                        let none = try await bench.store.versions(of: "item-1", page: PageRequest(limit: limit))
                        try requireEqual(none.items, [], "a page of \(limit)")
                    }
                    try requireEqual(try await bench.versions(of: "item-2"), others.reversed(), "versions of another item")
                    try requireEqual(try await bench.versions(of: "none"), [], "versions of what is not stored")
                    // They are no items.
                    try requireEqual(Set(try await bench.all()), Set(current), "items")
                    let tagged = try await bench.all(CatalogFilter { $0.tag = TagName(rawValue: "v4") })
                    try requireEqual(tagged, [], "items with a tag of an earlier version")
                    bench = try await bench.reopened()
                }
                // A cursor stays good while versions come.
                let page = try await bench.store.versions(of: "item-1", page: PageRequest(limit: 3))
                try await bench.commit { $0.versions = [version(13), version(9)] }
                let rest = try await bench.store.versions(of: "item-1", page: PageRequest(limit: 3, after: page.next))
                try requireEqual(rest.items.map(\.entry.revision.rawValue), [9, 8, 7], "the next page")
                // What an item and its version say is one thing each, also in one commit.
                let changed = current[0].with { $0.place = 5 }
                try await bench.commit { ($0.items, $0.versions) = ([changed], [current[0]]) }
                try requireEqual(try await bench.item("item-1"), changed.stored, "the item")
                try requireEqual(try await bench.versions(of: "item-1").last, current[0], "its first version, replaced")
            }
        ]
    }

    // MARK: Removal

    static var removal: [StorageLaw] {
        [
            law("A removed item takes its versions, tallies and votes along; a removed category takes nothing") { bench in
                var bench = bench
                let ids = ["one", "One", "two"].map { Item.ID($0) }
                let items = ids.enumerated().map { number, id in
                    Item.sample(number, id: id.rawValue) { ($0.categories, $0.tags) = (["shelf"], tags("t")) }
                }
                let shelves = [Category.sample("shelf"), Category.sample("box") { $0.parent = "shelf" }]
                try await bench.commit {
                    ($0.items, $0.versions, $0.categories) = (items, items, shelves)
                    $0.events = ids.map { LawBench.event("e-\($0)", on: $0.rawValue) }
                    $0.increments = ids.map { CatalogIncrement($0, .views, by: 3) }
                    $0.votes = ids.map { CatalogVote($0, .helpful, by: .customer("c1"), 1) }
                }
                let events = try await bench.events()
                try await bench.commit {
                    $0.removedItems = ["one": Revision(rawValue: 1)]
                    $0.removedCategories = ["shelf": Revision(rawValue: 1)]
                }
                let left = items[1...].map(\.stored)
                var tally = CatalogTally()
                (tally.counters, tally.votes) = ([.views: 3], [.helpful: [1: 1]])
                for _ in 0..<2 {
                    for filter in [
                        CatalogFilter<Item>(), CatalogFilter { $0.placement = .listed(["shelf"]) },
                        CatalogFilter { $0.tag = tags("t").first }, CatalogFilter { $0.ids = Set(ids) },
                    ] {
                        for order in [CatalogOrder.newest, .popular(.views)] {
                            let found = try await bench.all(CatalogQuery(in: .everything, filter, order: order))
                            try requireEqual(Set(found), Set(left), "items that are left")
                        }
                        let counts = try await bench.store.counts(filter, in: .everything, of: [.anywhere, .listed(["shelf"])])
                        try requireEqual(counts, [2, 2], "their counts")
                    }
                    try requireEqual(try await bench.versions(of: "one"), [], "versions of a removed item")
                    try requireEqual(try await bench.versions(of: "One"), [items[1]], "versions of one that is left")
                    let votes = try await bench.store.votes(in: .helpful, by: .customer("c1"), on: Set(ids))
                    try requireEqual(votes, [ids[1]: 1, ids[2]: 1], "votes")
                    try requireEqual(
                        try await bench.store.tallies(of: Set(ids)), [ids[1]: tally, ids[2]: tally], "what was counted")
                    try requireEqual(
                        try await bench.store.categories(), [shelves[1].stored], "categories, one of them within what is gone")
                    try requireEqual(try await bench.events(), events, "events")
                    bench = try await bench.reopened()
                }
                // What is stored anew begins anew.
                try await bench.put(items[0])
                try requireEqual(try await bench.tally(of: "one"), nil, "what was counted before it was removed")
                try requireEqual(try await bench.versions(of: "one"), [], "versions from before it was removed")
                let votes = try await bench.store.votes(in: .helpful, by: .customer("c1"), on: ["one"])
                try requireEqual(votes, [:], "votes from before it was removed")
            }
        ]
    }

    private static func tags(_ text: String) -> Set<TagName> { Set([TagName(rawValue: text)].compactMap(\.self)) }

    // MARK: Forgetting

    static var forgetting: [StorageLaw] {
        [
            law("Votes of forgotten people are taken back, all others stay") { bench in
                var bench = bench
                let items = try await bench.put((1...2).map { Item.sample($0) })
                let ids = Set(items.map(\.id))
                let address = try EmailAddress("gone@example.com")
                let gone: [AccessKey] = [.customer("gone"), .address(address)]
                let stay: [AccessKey] = [.customer("Gone"), .customer("gone "), .customer("stays")]
                try await bench.commit { commit in
                    for voter in gone + stay {
                        commit.votes += items.map { CatalogVote($0.id, .helpful, by: voter, 1) }
                        commit.votes.append(CatalogVote(items[0].id, .read, by: voter, 1))
                    }
                    commit.votes.append(CatalogVote(items[1].id, .read, by: gone[0], -1))
                    commit.increments = [CatalogIncrement(items[0].id, .views, by: 9)]
                }
                let position = try await bench.commit { $0.forgotten = Set(gone + [.customer("nobody")]) }
                try requireEqual(position, .start, "the end of the log")
                for _ in 0..<2 {
                    for voter in gone + stay {
                        let stays = stay.contains(voter)
                        let helpful = try await bench.store.votes(in: .helpful, by: voter, on: ids)
                        try requireEqual(helpful, stays ? [items[0].id: 1, items[1].id: 1] : [:], "votes of \(voter)")
                        let read = try await bench.store.votes(in: .read, by: voter, on: ids)
                        try requireEqual(read, stays ? [items[0].id: 1] : [:], "votes of \(voter) in another ballot")
                    }
                    let first = try await bench.tally(of: items[0].id)
                    try requireEqual(first?.votes, [.helpful: [1: 3], .read: [1: 3]], "the votes that are left")
                    try requireEqual(first?.counters, [.views: 9], "what was counted")
                    let second = try await bench.tally(of: items[1].id)
                    try requireEqual(second?.votes, [.helpful: [1: 3]], "the votes that are left on the other")
                    try requireEqual(try await bench.all().map(\.entry.revision.rawValue), [1, 1], "revisions")
                    bench = try await bench.reopened()
                }
            },
            law("What a forgetting commit stores itself stays") { bench in
                var bench = bench
                let item = try await bench.put(Item.sample(1))
                let gone = Author(
                    role: .requester, identity: .customer("gone"), name: "Gone", address: try EmailAddress("gone@example.com"))
                try await bench.commit {
                    $0.votes = [
                        CatalogVote(item.id, .helpful, by: gone.identity, 1), CatalogVote(item.id, .read, by: gone.identity, 1),
                    ]
                    $0.events = [LawBench.event("before", by: gone)]
                }
                let after = LawBench.event("after", by: gone)
                let twin = Item.sample(2) { $0.editor = gone }
                try await bench.commit {
                    ($0.items, $0.forgotten, $0.events) = ([twin], [gone.identity], [after])
                    $0.votes = [CatalogVote(item.id, .helpful, by: gone.identity, -1)]
                }
                for _ in 0..<2 {
                    try requireEqual(try await bench.item(twin.id), twin.stored, "the item of the commit")
                    let votes = try await bench.store.votes(in: .helpful, by: gone.identity, on: [item.id])
                    try requireEqual(votes, [item.id: -1], "the vote of the commit")
                    try requireEqual(try await bench.tally(of: item.id)?.votes, [.helpful: [-1: 1]], "the votes")
                    let tail = try await bench.events(since: Position(rawValue: try await bench.end().rawValue - 1))
                    try requireEqual(tail.map(\.event), [after], "the event of the commit")
                    bench = try await bench.reopened()
                }
                var waiting: [PortalEvent] = []
                for round in 0..<3 {
                    for item in try await bench.claim(at: round) {
                        waiting.append(item.event)
                        try await bench.settle(item)
                    }
                }
                try requireEqual(
                    waiting, [LawBench.event("before", by: gone).forgetting([gone.identity]), after], "what waits")
            },
        ]
    }
}
