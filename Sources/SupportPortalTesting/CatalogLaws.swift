import SupportPortal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What every store of announcements, articles or downloads keeps, its feed and its queue aside.
enum CatalogLaws<Item: LawItem> {
    typealias Category = CatalogCategory<Item>
    typealias Bench = CatalogBench<Item>

    static var all: [StorageLaw] {
        records + commits + slugs + concurrency + lists + filters + counting + versions + tallies + removal + forgetting
    }

    static func law(_ name: String, _ body: @escaping @Sendable (Bench) async throws -> Void) -> StorageLaw {
        StorageLaw(Item.lawPrefix + name) { try await body(Bench($0)) }
    }

    // MARK: Records

    static var oddTexts: [CatalogText] {
        [
            CatalogText(
                language: "pt-BR", title: "„Ünïcode” – 👩‍👩‍👧 e\u{301} ﷽ \\ \" ' % _ \u{1F1E9}\u{1F1EA}",
                summary: "line\r\nline\t\u{1}\u{7F}\u{2028}\u{FEFF}", body: " e\u{301}\n```\n</script>\n"),
            CatalogText(
                language: "", title: "", summary: "é",
                body: String(repeating: "„x” é e\u{301} 👩‍👩‍👧 \\ \" ' %s\n", count: 1_500)),
            CatalogText(language: "zh-Hant-TW", title: "日本語", body: "\u{10FFFF}\u{E000}"),
        ]
    }

    static var records: [StorageLaw] {
        [
            law("An item is found as it was written, under the next revision") { bench in
                var bench = bench
                let item = Item.sample(3, id: "ä/1 %", slug: "über-uns-2") {
                    $0.texts = oddTexts
                    $0.tags = Set(["z", "ä„b", "é", "e\u{301}"].compactMap(TagName.init(rawValue:)))
                    // In no order of theirs: as they were given.
                    $0.categories = ["z", "a b", "ä"]
                    ($0.place, $0.isPinned) = (.min, true)
                    $0.state = PublicationState(rawValue: "In review „x”")
                    $0.audience = [.customers(["c2", "c„1"]), .owners(ofProduct: "vps"), .agents]
                    ($0.published, $0.expires) = (Date(milliseconds: -1), LawBench.instant(123))
                    $0.updated = LawBench.instant(77)
                    $0.editor = Author(
                        role: .agent, identity: .agent("a1"), name: "Ünï", address: EmailAddress(checking: "A@example.com"))
                }
                let stored = try await bench.put(item)
                try requireEqual(stored.entry.revision, Revision(rawValue: 1), "the revision")
                for _ in 0..<2 {
                    let found = try await bench.item(item.id)
                    try requireEqual(found, stored, "the item")
                    try requireSameBytes(found?.entry.texts, oddTexts, "the item")
                    try requireEqual(try await bench.all(), [stored], "the item in a list")
                    bench = try await bench.reopened()
                }
                // What is set to nothing must not keep its old value, and a commit may hold several items.
                let plain = Item(
                    stored.with {
                        ($0.texts, $0.tags, $0.categories, $0.audience) = ([], [], [], [])
                        ($0.place, $0.isPinned, $0.expires) = (.max, false, nil)
                        $0.slug = .sample("a")
                    }.entry, own: 0)
                let other = Item.sample(2)
                try await bench.put([plain, other])
                for _ in 0..<2 {
                    try requireEqual(try await bench.item(plain.id), plain.stored, "the item, replaced")
                    try requireEqual(try await bench.item(other.id), other.stored, "another item")
                    bench = try await bench.reopened()
                }
                try requireEqual(try await bench.item("none"), nil, "an item that was never stored")
            },
            law("A category is found as it was written, under the next revision; all come by the bytes of their ids") { bench in
                var bench = bench
                let ids = ["b", "a", "B", "é", "e\u{301}", "f", "𝒵", "\u{FFFD}", "10", "9", "a b", "a/b"]
                var categories = ids.enumerated().map { number, id in
                    Category.sample(id, slug: "slug-\(number)") {
                        ($0.texts, $0.parent, $0.place) = (oddTexts, number == 0 ? nil : "none", number % 2 == 0 ? .min : .max)
                        $0.audience = number % 3 == 0 ? .everyone : [.agents, .customers(["c„1"])]
                    }
                }
                for part in [categories[..<4], categories[4...]] {
                    try await bench.commit { $0.categories = Array(part) }
                }
                categories = categories.map(\.stored).sorted { $0.id < $1.id }
                for _ in 0..<2 {
                    let found = try await bench.store.categories()
                    try requireEqual(found, categories, "the categories")
                    for category in found { try requireSameBytes(category.texts, oddTexts, "a category") }
                    bench = try await bench.reopened()
                }
                categories[1] = try await bench.put(
                    categories[1].with { ($0.texts, $0.parent, $0.place, $0.audience) = ([], nil, 0, []) })
                for _ in 0..<2 {
                    try requireEqual(try await bench.store.categories(), categories, "the categories, one replaced")
                    bench = try await bench.reopened()
                }
            },
            law("An item outside the scope does not exist") { bench in
                let audiences: [Audience] = [
                    .everyone, .customers(["c1"]), [.customers(["c2"]), .owners(ofProduct: "vps")], .agents, [],
                    .customers(["\u{E9}"]),
                ]
                var items = audiences.enumerated().map { number, audience in
                    Item.sample(number) { ($0.audience, $0.categories) = (audience, ["c"]) }
                }
                items = try await bench.put(items)
                var scopes: [(AccessScope, [Int])] = [
                    (.everything, [5, 4, 3, 2, 1, 0]), (.holding([]), []), (.holding([.everyone]), [0]),
                    (.holding([.customer("c1"), .everyone]), [1, 0]), (.holding([.customer("c2")]), [2]),
                    // Two keys that one item bears must not show it twice.
                    (.holding([.product("vps"), .customer("c2"), .agents]), [3, 2]),
                    (.holding([.customer("e\u{301}")]), []),
                ]
                // Near misses for whoever compares keys without regard to case, as a prefix or as a pattern.
                scopes += ["C1", "c", "c1 ", "c_", "c%", "*"].map { (.holding([.customer(Customer.ID($0))]), []) }
                for (scope, visible) in scopes {
                    let expected = visible.map { items[$0].id }
                    try requireEqual(try await bench.all(in: scope).map(\.id), expected, "the page of \(scope)")
                    let counts = try await bench.store.counts(
                        CatalogFilter(), in: scope, of: [.anywhere, .listed(["c"]), .unlisted])
                    try requireEqual(counts, [expected.count, expected.count, 0], "the counts of \(scope)")
                    for item in items {
                        let isVisible = expected.contains(item.id)
                        for filter in [
                            CatalogFilter<Item> { $0.ids = [item.id] }, CatalogFilter { $0.slug = item.entry.slug },
                        ] {
                            let found = try await bench.all(filter, in: scope).map(\.id)
                            try requireEqual(found, isVisible ? [item.id] : [], "\(item.id) in \(scope)")
                        }
                    }
                }
                // Who may see it changes with the item.
                try await bench.put(items[1].with { $0.audience = .agents })
                try requireEqual(
                    try await bench.all(in: .holding([.customer("c1")])), [], "items by a key that they bear no more")
                try requireEqual(
                    try await bench.all(in: .holding([.agents])).map(\.id), [items[3].id, items[1].id],
                    "items by the key that they bear now")
            },
            law("Ids, slugs, tags and keys are compared whole, byte by byte") { bench in
                let texts = [
                    "a", "A", "aa", "a ", " a", "a%", "_", "*", "a/b", "a:b", "../a", "'", "\\", "0", "00", "0.0", "1e1", "10",
                    "\u{E9}", "e\u{301}",
                ]
                let helpful = CatalogTally.Ballot.helpful
                for text in texts {
                    let item = Item.sample(1, id: text, slug: Slug(rawValue: text) == nil ? "n\(texts.count)-\(hex(text))" : text)
                    {
                        $0.categories = [Category.ID(text)]
                        $0.tags = Set([TagName(rawValue: text)].compactMap(\.self))
                    }
                    try await bench.commit {
                        ($0.items, $0.versions) = ([item], [item])
                        $0.increments = [CatalogIncrement(item.id, .views)]
                        $0.votes = [CatalogVote(item.id, helpful, by: .customer(Customer.ID(text)), 1)]
                        $0.events = [LawBench.event(text, on: text)]
                    }
                }
                let others = ["", "b", "\u{C9}", "a  "]
                let ids = Set((texts + others).map { Item.ID($0) })
                for text in texts + others {
                    let expected = texts.contains { $0.utf8.elementsEqual(text.utf8) } ? [Item.ID(text)] : []
                    let byID = try await bench.all(CatalogFilter { $0.ids = [Item.ID(text)] })
                    try requireEqual(byID.map(\.id), expected, "the item with id “\(text)”")
                    if let slug = Slug(rawValue: text) {
                        let found = try await bench.all(CatalogFilter { $0.slug = slug })
                        try requireEqual(found.map(\.id), expected, "the item with slug “\(text)”")
                    }
                    if let tag = TagName(rawValue: text), tag.rawValue.utf8.elementsEqual(text.utf8) {
                        let expected = texts.filter { TagName(rawValue: $0) == tag }.map { Item.ID($0) }
                        let found = try await bench.all(CatalogFilter { $0.tag = tag })
                        try requireEqual(Set(found.map(\.id)), Set(expected), "items with tag “\(text)”")
                    }
                    let listed = try await bench.all(CatalogFilter { $0.placement = .listed([Category.ID(text)]) })
                    try requireEqual(listed.map(\.id), expected, "items in category “\(text)”")
                    let rest = try await bench.all(CatalogFilter { $0.hidden = [Category.ID(text)] })
                    try requireEqual(rest.count, texts.count - expected.count, "items when “\(text)” is hidden")
                    try requireEqual(
                        try await bench.versions(of: Item.ID(text)).map(\.id), expected, "versions of “\(text)”")
                    let votes = try await bench.store.votes(in: helpful, by: .customer(Customer.ID(text)), on: ids)
                    try requireEqual(Array(votes.keys), expected, "what “\(text)” has voted on")
                    let views = try await bench.tally(of: Item.ID(text))?[.views]
                    try requireEqual(views.map { [$0] } ?? [], expected.map { _ in 1 }, "what was counted about “\(text)”")
                }
                let waiting = try await bench.claim()
                try requireEqual(Set(waiting.map(\.id)).count, texts.count, "items, each in a lane of its own")
            },
        ]
    }

    private static func hex(_ text: String) -> String { text.utf8.map { String($0, radix: 16) }.joined() }
}
