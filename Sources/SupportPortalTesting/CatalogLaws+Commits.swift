import SupportPortal

extension CatalogLaws {
    static var commits: [StorageLaw] {
        [
            law("An item at another revision than the stored one is a conflict, and nothing of the commit is stored") { bench in
                var bench = bench
                let first = try await bench.put(Item.sample(1))
                let second = try await bench.put(first)
                let other = try await bench.put(Item.sample(2))
                for (what, item, current) in [
                    ("a stale item", first, 2), ("an id that exists", Item.sample(1), 2),
                    ("a revision that is not reached yet", second.stored, 2),
                    ("an id that does not exist", Item.sample(3).stored, nil),
                ] as [(String, Item, Int?)] {
                    let error = try await bench.requireRefusal(.conflict, what) {
                        $0.items = [other.with { $0.place = 5 }, item.with { $0.place = 6 }]
                        $0.events = [LawBench.event("e")]
                        $0.versions = [first]
                        $0.increments = [CatalogIncrement(other.id, .views)]
                        $0.votes = [CatalogVote(other.id, .helpful, by: .customer("c1"), 1)]
                    }
                    try requireEqual(error.current, current.map(Revision.init(rawValue:)), "the current revision of \(what)")
                }
                try await bench.put([second, other])
            },
            law("An item is removed at its revision alone") { bench in
                var bench = bench
                let first = try await bench.put(Item.sample(1))
                let second = try await bench.put(first)
                for (what, id, revision, current) in [
                    ("a stale revision", first.id, 1, 2), ("none", first.id, 0, 2),
                    ("one that is not reached yet", first.id, 3, 2), ("what is not there", "none", 1, nil),
                ] as [(String, Item.ID, Int, Int?)] {
                    let error = try await bench.requireRefusal(.conflict, "removing at \(what)") {
                        $0.removedItems = [id: Revision(rawValue: revision)]
                        $0.items = [Item.sample(2)]
                        $0.events = [LawBench.event("e")]
                    }
                    try requireEqual(error.current, current.map(Revision.init(rawValue:)), "the current revision of \(what)")
                }
                // What must not be there, and is not, can be removed.
                try await bench.commit { $0.removedItems = [second.id: second.entry.revision, "none": .unsaved] }
                for _ in 0..<2 {
                    try requireEqual(try await bench.item(first.id), nil, "the item that was removed")
                    bench = try await bench.reopened()
                }
                let again = try await bench.put(Item.sample(1))
                try requireEqual(try await bench.item(first.id), again, "the item that was stored anew, at revision 1")
            },
            law("A category at another revision than the stored one is a conflict, and nothing of the commit is stored") {
                bench in
                var bench = bench
                let first = try await bench.put(Category.sample("one"))
                let second = try await bench.put(first)
                let other = try await bench.put(Category.sample("two"))
                for (what, category, current) in [
                    ("a stale category", first, 2), ("an id that exists", Category.sample("one"), 2),
                    ("a revision that is not reached yet", second.stored, 2),
                    ("an id that does not exist", Category.sample("three").stored, nil),
                ] as [(String, Category, Int?)] {
                    let error = try await bench.requireRefusal(.conflict, what) {
                        $0.categories = [other.with { $0.place = 5 }, category.with { $0.place = 6 }]
                        $0.events = [LawBench.event("e")]
                    }
                    try requireEqual(error.current, current.map(Revision.init(rawValue:)), "the current revision of \(what)")
                }
                for (what, id, revision, current) in [
                    ("a stale revision", first.id, 1, 2), ("none", first.id, 0, 2), ("what is not there", "none", 1, nil),
                ] as [(String, Category.ID, Int, Int?)] {
                    let error = try await bench.requireRefusal(.conflict, "removing at \(what)") {
                        $0.removedCategories = [id: Revision(rawValue: revision)]
                        $0.categories = [other.with { $0.place = 5 }]
                    }
                    try requireEqual(error.current, current.map(Revision.init(rawValue:)), "the current revision of \(what)")
                }
                try await bench.commit {
                    $0.removedCategories = [second.id: second.revision, "none": .unsaved]
                    $0.categories = [other]
                }
                for _ in 0..<2 {
                    try requireEqual(try await bench.category(first.id), nil, "the category that was removed")
                    try requireEqual(try await bench.category(other.id), other.stored, "the one that was replaced")
                    bench = try await bench.reopened()
                }
                let again = try await bench.put(Category.sample("one"))
                try requireEqual(try await bench.category(first.id), again, "the category that was stored anew, at revision 1")
            },
            law("Of several reasons to refuse a commit the first one in order counts") { bench in
                let items = try await bench.put((1...4).map { Item.sample($0) })
                let categories = (1...4).map { Category.sample("c\($0)") }.map { $0 }
                try await bench.commit { $0.categories = categories }
                // Told apart by the current revision: 1 for items, 2 for one to be removed, 3 for a category, 4 for one to be removed.
                var removed = items[3]
                removed = try await bench.put(removed)
                var (kept, dropped) = (categories[2].stored, categories[3].stored)
                for _ in 0..<2 { kept = try await bench.put(kept) }
                for _ in 0..<3 { dropped = try await bench.put(dropped) }
                let staleItem = Item.sample(1).with { $0.slug = .sample("item-2") }
                let twin = Item.sample(9, slug: "item-2")
                let reasons:
                    [(what: String, code: StorageError.Code, current: Int?, change: (inout CatalogCommit<Item>) -> Void)] = [
                        ("a stale item whose slug is taken", .conflict, 1, { $0.items.append(staleItem) }),
                        ("an item to be removed", .conflict, 2, { $0.removedItems[removed.id] = Revision(rawValue: 1) }),
                        (
                            "a stale category whose slug is taken", .conflict, 3,
                            { $0.categories.append(Category.sample("c3", slug: "c1")) }
                        ),
                        ("a category to be removed", .conflict, 4, { $0.removedCategories[dropped.id] = Revision(rawValue: 1) }),
                    ]
                let slugs: [(what: String, before: Int, change: (inout CatalogCommit<Item>) -> Void)] = [
                    ("an item whose slug is taken", 0, { $0.items.append(twin) }),
                    ("a category whose slug is taken", 2, { $0.categories.append(Category.sample("c9", slug: "c1")) }),
                ]
                for (index, reason) in reasons.enumerated() {
                    let error = try await requireRefusal(reason.code, reason.what) {
                        try await bench.commit { commit in for reason in reasons[index...] { reason.change(&commit) } }
                    }
                    try requireEqual(error.current, reason.current.map(Revision.init(rawValue:)), "what \(reason.what) is at")
                }
                for slug in slugs {
                    try await requireRefusal(.duplicateSlug, slug.what) {
                        try await bench.commit { commit in
                            slug.change(&commit)
                            for reason in reasons[slug.before...] { reason.change(&commit) }
                        }
                    }
                }
                for (index, reason) in reasons[..<2].enumerated() {
                    let error = try await requireRefusal(.conflict, "\(reason.what), before a slug") {
                        try await bench.commit { commit in
                            reason.change(&commit)
                            slugs[index == 0 ? 0 : 1].change(&commit)
                        }
                    }
                    try requireEqual(error.current, reason.current.map(Revision.init(rawValue:)), "what \(reason.what) is at")
                }
            },
            law("A cancelled commit stores everything or nothing") { bench in
                for round in 0..<16 {
                    let item = Item.sample(round)
                    let commit = CatalogCommit<Item> {
                        ($0.items, $0.versions) = ([item, Item.sample(100 + round)], [item])
                        $0.categories = [Category.sample("c\(round)")]
                        $0.increments = [CatalogIncrement(item.id, .views)]
                        $0.votes = [CatalogVote(item.id, .helpful, by: .customer("c1"), 1)]
                        $0.events = [LawBench.event("e\(round)")]
                    }
                    let before = try await bench.traces(of: commit)
                    // Cancelled before it begins, and a little later each time.
                    let task = Task {
                        if round == 0 { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
                        return try await bench.store.commit(commit)
                    }
                    for _ in 0..<round { await Task.yield() }
                    if round > 0 { task.cancel() }
                    let result = await task.result
                    let after = try await bench.traces(of: commit)
                    if case .failure = result, after.items.count == before.items.count {
                        try after.requireSame(as: before)
                    } else {
                        try requireEqual(after.items.count, before.items.count + 2, "items")
                        try requireEqual(after.categories.count, before.categories.count + 1, "categories")
                        try requireEqual(after.versions[item.id], [item], "versions")
                        try requireEqual(after.tallies[item.id]?[.views], 1, "what was counted")
                        try requireEqual(after.votes[.customer("c1")], [item.id: 1], "votes")
                        try requireEqual(after.events.count, before.events.count + 1, "events")
                    }
                    for waiting in try await bench.claim(at: 100_000) { try await bench.settle(waiting) }
                }
            },
        ]
    }

    // MARK: Slugs

    static var slugs: [StorageLaw] {
        [
            law("A slug belongs to one item and to one category, until that is changed or removed") { bench in
                var bench = bench
                let one = try await bench.put(Item.sample(1))
                let shelf = try await bench.put(Category.sample("shelf", slug: "item-1"))
                let (next, other) = (Item.sample(2, slug: "item-1"), Category.sample("other", slug: "item-1"))
                let twins = [Item.sample(3, slug: "x"), Item.sample(4, slug: "x")]
                for (what, change) in [
                    ("a slug of an item", { $0.items = [Item.sample(8), next] }),
                    ("a slug twice among items", { $0.items = twins }),
                    ("a slug of a category", { $0.categories = [Category.sample("8"), other] }),
                    (
                        "a slug twice among categories",
                        { $0.categories = [Category.sample("3", slug: "x"), Category.sample("4", slug: "x")] }
                    ),
                    // Slugs that the commit itself sets free are not free for it, as those of two rows that change one by one.
                    (
                        "a slug of an item that is removed",
                        {
                            $0.items = [next]
                            $0.removedItems = [one.id: one.entry.revision]
                        }
                    ),
                    ("a slug of an item that gets another", { $0.items = [one.with { $0.slug = .sample("free") }, next] }),
                    (
                        "a slug of a category that is removed",
                        {
                            $0.categories = [other]
                            $0.removedCategories = [shelf.id: shelf.revision]
                        }
                    ),
                ] as [(String, (inout CatalogCommit<Item>) -> Void)] {
                    try await bench.requireRefusal(.duplicateSlug, what, of: change)
                }
                // Free for another once it is changed, though an earlier version had it.
                let renamed = try await bench.commit {
                    ($0.items, $0.versions) = ([one.with { $0.slug = .sample("renamed") }], [one])
                    $0.categories = [shelf.with { $0.slug = .sample("renamed") }]
                }
                try requireEqual(renamed, try await bench.end(), "the end of the log")
                let found = try await bench.all(CatalogFilter { $0.slug = .sample("item-1") })
                try requireEqual(found, [], "the item by a slug that it has no more")
                let second = try await bench.put(next)
                let box = try await bench.put(other)
                try requireEqual(
                    try await bench.all(CatalogFilter { $0.slug = next.entry.slug }), [second], "the item by its slug")
                // And once it is removed.
                try await bench.commit {
                    $0.removedItems = [second.id: second.entry.revision]
                    $0.removedCategories = [box.id: box.revision]
                }
                bench = try await bench.reopened()
                try await bench.commit {
                    ($0.items, $0.categories) = ([Item.sample(5, slug: "item-1")], [Category.sample("5", slug: "item-1")])
                }
                try requireEqual(
                    try await bench.all(CatalogFilter { $0.slug = .sample("item-1") }).map(\.id), ["item-5"],
                    "the item that has the slug now")
                // Keeping one's own is no conflict.
                guard let kept = try await bench.item("item-5") else {
                    throw LawViolation(finding: "the item is gone", line: #line)
                }
                try await bench.put(kept)
            }
        ]
    }

    // MARK: Concurrency

    static var concurrency: [StorageLaw] {
        [
            law("64 tasks that change one item and one category lose no change") { bench in
                let item = try await bench.put(Item.sample(1) { $0.texts = [] })
                let category = try await bench.put(Category.sample("c") { $0.texts = [] })
                @Sendable func text(_ task: Int) -> CatalogText { CatalogText(title: SingleLine("\(task)")) }
                _ = try await concurrently(64) { task in
                    for _ in 0..<256 {
                        var commit = CatalogCommit<Item> { $0.events = [LawBench.event("e\(task)")] }
                        if task % 2 == 0 {
                            guard let current = try await bench.item(item.id) else { break }
                            commit.items = [current.with { $0.texts.append(text(task)) }]
                        } else {
                            guard let current = try await bench.category(category.id) else { break }
                            commit.categories = [current.with { $0.texts.append(text(task)) }]
                        }
                        do {
                            _ = try await bench.store.commit(commit)
                            return
                        } catch let error as StorageError where error.code == .conflict {}
                    }
                    throw LawViolation(finding: "256 conflicts in a row, or nothing there", line: #line)
                }
                let after = try await bench.reopened()
                let (found, shelf) = (try await after.item(item.id), try await after.category(category.id))
                try requireEqual(Set(found?.entry.texts.map(\.title.text) ?? []).count, 32, "changes of the item")
                try requireEqual(Set(shelf?.texts.map(\.title.text) ?? []).count, 32, "changes of the category")
                try requireEqual(found?.entry.revision, Revision(rawValue: 33), "the revision of the item")
                try requireEqual(shelf?.revision, Revision(rawValue: 33), "the revision of the category")
                try requireEqual(Set(try await after.events().map(\.event.id)).count, 64, "events")
            },
            law("32 tasks that want one of few slugs get each once") { bench in
                let slugs = try await concurrently(32) { task in
                    for number in 0..<100 {
                        do {
                            try await bench.put(Item.sample(task, slug: "s\(number)"))
                            return number
                        } catch let error as StorageError where error.code == .duplicateSlug {}
                    }
                    throw LawViolation(finding: "no slug was free", line: #line)
                }
                try requireEqual(slugs.sorted(), Array(0..<32), "the slugs")
                try requireEqual(Set(try await bench.all().map(\.entry.slug)).count, 32, "different slugs")
            },
        ]
    }
}
