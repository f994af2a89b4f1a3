import Foundation
import JSONLog
import SupportPortal
import Synchronization
import Testing

/// The index says what is shown and where: what a page leaves out is not read, and what is counted is not read either.
@Suite("Reading what is published")
struct CatalogReadingTests {
    private static let now = Date(timeIntervalSince1970: 1_700_100_000)

    /// A third of the articles is for some customers, a third is in one category, a third has expired, and of every fifth something was counted.
    private static func article(_ number: Int) -> Article {
        var entry = CatalogEntry<Article>(
            id: Article.ID("a-\(number)"), slug: Slug(SingleLine("Article \(number)")), texts: [],
            created: Date(timeIntervalSince1970: 1_700_000_000 + Double(number)),
            editor: Author(role: .agent, identity: .agent("a-1"), name: "Bo"))
        entry.state = number % 8 == 0 ? .draft : .published
        entry.categories = number % 3 == 0 ? ["long"] : [Article.Category.ID("c-\(number % 20)")]
        entry.place = number % 50
        entry.audience = number % 3 == 1 ? .customers : .everyone
        entry.expires = number % 3 == 2 ? entry.published + 1 : nil
        return Article(entry: entry)
    }

    @Test("A page reads the records that are on it and few others; counts read none")
    func reads() async throws {
        let files = MemoryFileSystem()
        let storage = try await JSONFileStorage(path: "/portal", create: true, options: LogOptions(), files: files)
        let store = storage.articleStore
        let all = (0..<3_000).map(Self.article)
        for start in stride(from: 0, to: all.count, by: 500) {
            _ = try await store.commit(
                CatalogCommit { commit in
                    commit.items = Array(all[start..<(start + 500)])
                    commit.increments = (start..<(start + 500)).filter { $0 % 5 == 0 }.map {
                        CatalogIncrement(all[$0].id, .views, by: $0 % 99 + 1)
                    }
                    commit.announces = false
                })
        }
        let count = Mutex(0)
        files.fault.set { call, path in
            if call == .read, path.hasSuffix(".jsonl") { count.withLock { $0 += 1 } }
            return nil
        }
        func reads(_ what: () async throws -> Void) async throws -> Int {
            count.withLock { $0 = 0 }
            try await what()
            return count.withLock { $0 }
        }
        let scopes = [
            AccessScope.everything, .holding([.everyone]), .holding([.everyone, .customers, .customer("c-1"), .service("s-1")]),
        ]
        let shown = CatalogFilter<Article> { $0.shownAt = Self.now }
        let inCategory = CatalogFilter<Article> { ($0.shownAt, $0.placement) = (Self.now, .listed(["long"])) }
        let hiding = CatalogFilter<Article> { ($0.shownAt, $0.hidden) = (Self.now, ["c-4", "c-7"]) }
        for scope in scopes {
            for (filter, order) in [
                (shown, CatalogOrder.newest), (inCategory, .place), (inCategory, .newest), (hiding, .newest), (shown, .place),
                (shown, .popular(.views)), (shown, .updated),
            ] {
                var query = CatalogQuery(in: scope, filter, order: order)
                for page in 1...3 {
                    var found = Page<Article>()
                    let read = try await reads { found = try await store.items(query) }
                    #expect(found.items.count == 20 && found.items.allSatisfy(query.matches))
                    // Of orders that are of all items and not of those that the asker sees, some others are looked at.
                    let others = order == .updated || order == .popular(.views) ? 70 : hiding == filter ? 10 : 1
                    #expect(read <= 20 + others, "page \(page) by \(order.name) of \(filter) in \(scope)")
                    query.page.after = found.next
                }
            }
            let placements: [CatalogPlacement<Article>] = [
                .anywhere, .unlisted, .listed(["long"]), .listed(["long", "c-1", "c-2"]),
            ]
            for filter in [shown, hiding, CatalogFilter()] {
                var counts: [Int] = []
                #expect(try await reads { counts = try await store.counts(filter, in: scope, of: placements) } == 0)
                let matching = all.filter(CatalogQuery(in: scope, filter).matches)
                #expect(counts == placements.map { placement in matching.count { placement.contains($0.entry.categories) } })
            }
        }
        try await storage.close()
    }

    @Test("An item for five hundred customers is found by each of them")
    func largeAudience() async throws {
        let storage = try await JSONFileStorage(path: "/portal", create: true, options: LogOptions(), files: MemoryFileSystem())
        var article = Self.article(1)
        article.entry.audience = .customers((0..<500).map { Customer.ID("c-\($0)") })
        let stored = article
        _ = try await storage.articleStore.commit(CatalogCommit { $0.items = [stored] })
        for number in [0, 250, 499, 500] {
            let scope = AccessScope.holding([.everyone, .customer(Customer.ID("c-\(number)"))])
            let isIn = number < 500
            #expect(try await storage.articleStore.items(CatalogQuery(in: scope)).items.count == (isIn ? 1 : 0))
            #expect(try await storage.articleStore.counts(CatalogFilter(), in: scope, of: [.anywhere]) == [isIn ? 1 : 0])
        }
        let everyone = AccessScope.holding(Set((0..<600).map { AccessKey.customer(Customer.ID("c-\($0)")) }))
        #expect(try await storage.articleStore.items(CatalogQuery(in: everyone)).items.map(\.id) == [stored.id])
        let placements: [CatalogPlacement<Article>] = [.anywhere, .listed(Set(stored.entry.categories)), .unlisted]
        #expect(try await storage.articleStore.counts(CatalogFilter(), in: everyone, of: placements) == [1, 1, 0])
        try await storage.close()
    }
}
