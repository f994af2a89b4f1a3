import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("The index follows the store")
struct CatalogIndexTests {
    private func request(_ text: String, limit: Int = 1_000) -> CatalogSearchRequest<Article> {
        CatalogSearchRequest(.words(text), in: .everything, limit: limit)
    }

    private func article(_ id: Int, _ title: String, _ body: String = "") -> Article {
        var entry = CatalogEntry<Article>(
            id: Article.ID("a\(id)"), slug: Slug(SingleLine("article \(id)")),
            texts: [CatalogText(title: SingleLine(title), body: body)], created: Date(timeIntervalSince1970: 1_000),
            editor: .system)
        entry.state = .published
        return Article(entry: entry)
    }

    @Test(
        "What another portal over the same store writes, changes, hides and removes is seen at the next search",
        arguments: StorageKind.allCases)
    func follows(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let (writer, reader) = (bench.portal, bench.portal)
        let base = reader.guest().knowledgebase
        #expect(try await base.search("aardvark").total == 0)
        var article = try await bench.write("Aardvark", on: writer)
        #expect(try await base.search("aardvark").titles == ["Aardvark"])
        article.entry.texts[0].title = "Badger"
        article = try await writer.agent(bench.tess).knowledgebase.save(article)
        #expect(try await base.search("aardvark").total == 0)
        #expect(try await base.search("badger").total == 1)
        try await writer.agent(bench.tess).knowledgebase.archive(article.id)
        #expect(try await base.search("badger").total == 0)
        try await writer.agent(bench.tess).knowledgebase.publish(article.id)
        #expect(try await base.search("badger").total == 1)
        let category = try await bench.category("Open")
        try await writer.agent(bench.tess).knowledgebase.move(article.id, to: [category])
        #expect(try await base.search("badger", in: category).total == 1)
        var stored = try #require(try await writer.agent(bench.tess).knowledgebase.categories().first)
        stored.audience = .agents
        try await writer.agent(bench.tess).knowledgebase.save(stored)
        #expect(try await base.search("badger").total == 0)
        #expect(try await writer.agent(bench.tess).knowledgebase.search("badger").total == 1)
        try await writer.agent(bench.tess).knowledgebase.remove(article.id)
        #expect(try await reader.agent(bench.tess).knowledgebase.search("badger").total == 0)
        let named = try await bench.write("For Bob", "Personal words", on: writer) { $0.audience = .customers([bench.bob.id]) }
        let bob = reader.customer(bench.bob).knowledgebase
        #expect(try await bob.search("personal").titles == [named.entry.texts[0].title.text])
        try await writer.erase(bench.bob)
        #expect(try await reader.agent(bench.tess).knowledgebase.search("personal").total == 0)
    }

    @Test("Of many changes made and searched at once none is missed")
    func atOnce() async throws {
        let store = InMemoryCatalogStore<Article>()
        let index = CatalogIndex(store)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for round in 0..<20 {
                        let number = task * 100 + round
                        let article = article(number, "Article", "word\(number)x")
                        let event = PortalEvent(
                            id: PortalEvent.ID("e\(number)"), kind: .catalog(Article.self, .published),
                            subject: article.id.rawValue,
                            date: Date(timeIntervalSince1970: 0), author: .system, keys: [.everyone])
                        _ = try await store.commit(
                            CatalogCommit {
                                $0.items = [article]
                                $0.events = [event]
                            })
                        // Whoever has written finds it.
                        #expect(try await index.find(request("word\(number)x ")).hits.map(\.id) == [article.id])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await index.find(request("article")).total == 320)
        #expect(index.documentCount == 320)
    }

    @Test("When the feed does not reach back far enough, the store is read anew")
    func resync() async throws {
        let store = InMemoryCatalogStore<Article>(keptEvents: 4)
        let storage = ComposedStorage(InMemoryStorage())
        var own = storage
        own.articles = store
        let bench = try PortalBench(on: own)
        let reader = bench.portal.guest().knowledgebase
        let old = try await bench.write("Old")
        #expect(try await reader.search("old").total == 1)
        try await bench.desk.remove(old.id)
        for number in 0..<20 { try await bench.write(SingleLine("New \(number)")) }
        #expect(try await reader.search("old ").total == 0)
        #expect(try await reader.search("new").total == 20)
    }

    @Test("A store without events is read once, shows nothing that is gone, and is read anew when the host says so")
    func withoutEvents() async throws {
        let items = MutexBox([article(1, "First thing"), article(2, "Second thing")])
        var storage = ComposedStorage()
        storage.articles = PlainCatalogStore(items: items)
        let portal = Portal(storage: storage)
        let base = portal.guest().knowledgebase
        #expect(try await base.search("thing").total == 2)
        items.change { $0.removeFirst() }
        items.change { $0.append(article(3, "Third thing")) }
        #expect(try await base.search("thing").titles == ["Second thing"])
        try await portal.refreshSearch()
        let page = try await base.search("thing")
        #expect(Set(page.titles) == ["Second thing", "Third thing"])
        #expect(page.total == 2)
    }

    @Test("Lists and pages do not wait for the index, and whoever gives up waiting does not stop it", .timeLimit(.minutes(10)))
    func inTheBackground() async throws {
        let bench = try await PortalBench()
        let id = try await bench.write("Aardvark").id
        let gate = Gate()
        let isHeld = MutexBox(false)
        var storage = ComposedStorage(bench.storage)
        storage.articles = HookedCatalogStore(base: try #require(bench.storage.articles)) { call in
            // The first thing that building asks for.
            if call == .changes, isHeld.value { await gate.pass() }
        }
        let portal = Portal(storage: storage)
        let base = portal.guest().knowledgebase
        isHeld.change { $0 = true }
        let impatient = Task { try await base.search("aardvark") }
        await gate.waitForArrivals(1)
        impatient.cancel()
        #expect(try await base.articles().items.count == 1)
        #expect(try await base.article(id).summary.title == "Aardvark")
        #expect(try await base.categories().isEmpty)
        let patient = Task { try await base.search("aardvark").total }
        await gate.open()
        #expect(try await patient.value == 1)
        _ = await impatient.result
    }

    @Test("A store that fails while it is read says so, and the next search tries again")
    func failures() async throws {
        struct Down: Error {}
        let bench = try await PortalBench()
        try await bench.write("Aardvark")
        let isDown = MutexBox(true)
        var storage = ComposedStorage(bench.storage)
        storage.articles = HookedCatalogStore(base: try #require(bench.storage.articles)) { call in
            if call == .items, isDown.value { throw Down() }
        }
        let base = Portal(storage: storage).guest().knowledgebase
        await #expect(throws: Down.self) { try await base.search("aardvark") }
        isDown.change { $0 = false }
        #expect(try await base.search("aardvark").total == 1)
        try await bench.write("Aardvark again")
        isDown.change { $0 = true }
        await #expect(throws: Down.self) { try await base.search("aardvark") }
        isDown.change { $0 = false }
        #expect(try await base.search("aardvark").total == 2)
    }

    @Test("It finds exactly what a query of the store with the same scope and filter lists", arguments: [1, 2, 3])
    func sameAsStore(_ seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let store = InMemoryCatalogStore<Article>()
        let index = CatalogIndex(store)
        let audiences: [Audience] = [
            .everyone, .customers, .agents, .owners(of: "s"), .customers(["c"]), Audience(keys: []), [.agents, .customers],
        ]
        let categories: [Article.Category.ID] = ["x", "y", "z"]
        let times = (0..<4).map { Date(timeIntervalSince1970: Double($0) * 100) }
        func pick<Element>(_ elements: [Element]) -> Element { elements[Int.random(in: 0..<elements.count, using: &generator)] }
        var known: [Int: Revision] = [:]
        for round in 0..<150 {
            let number = Int.random(in: 0..<60, using: &generator)
            var article = article(number, "Thing \(pick(["one", "two"]))", "Words of a thing")
            article.entry.revision = known[number] ?? .unsaved
            article.entry.audience = pick(audiences)
            article.entry.categories = categories.filter { _ in Bool.random(using: &generator) }
            article.entry.state = pick([PublicationState.draft, .published, .published, .archived])
            article.entry.published = pick(times)
            article.entry.expires = pick([Date?.none, pick(times)])
            article.entry.tags = Set(["t", "u"].filter { _ in Bool.random(using: &generator) }.compactMap { TagName($0) })
            if Bool.random(using: &generator) {
                article.entry.texts.append(CatalogText(language: "de", title: "Thing", body: "Ding"))
            }
            let isGone = known[number] != nil && Int.random(in: 0..<5, using: &generator) == 0
            let event = PortalEvent(
                id: PortalEvent.ID("e\(round)"), kind: .catalog(Article.self, isGone ? .removed : .changed),
                subject: article.id.rawValue,
                date: times[0], author: .system, keys: [])
            let stored = article
            _ = try await store.commit(
                CatalogCommit { commit in
                    if isGone, let revision = known[number] {
                        commit.removedItems = [stored.id: revision]
                    } else {
                        commit.items = [stored]
                    }
                    commit.events = [event]
                })
            known[number] = isGone ? nil : article.entry.revision.next
            var filter = CatalogFilter<Article>()
            if Bool.random(using: &generator) { filter.shownAt = pick(times) }
            if Bool.random(using: &generator) { filter.states = [pick([PublicationState.draft, .published])] }
            if Bool.random(using: &generator) { filter.hidden = [pick(categories)] }
            if Bool.random(using: &generator) { filter.placement = pick([.unlisted, .listed([pick(categories)])]) }
            if Int.random(in: 0..<4, using: &generator) == 0 { filter.tag = TagName("t") }
            if Int.random(in: 0..<8, using: &generator) == 0 { filter.slug = article.entry.slug }
            if Int.random(in: 0..<8, using: &generator) == 0 { filter.ids = ["a1", "a2", article.id] }
            let scope = pick([
                AccessScope.everything, .holding([.everyone]), .holding([.everyone, .customers, .customer("c")]),
                .holding([.agents]),
            ])
            let listed = try await store.items(CatalogQuery(in: scope, filter, page: PageRequest(limit: 1_000))).items
            let findings = try await index.find(CatalogSearchRequest(.words("thing"), in: scope, filter, limit: 1_000))
            #expect(Set(findings.hits.map(\.id)) == Set(listed.map(\.id)), "seed \(seed), round \(round)")
            #expect(findings.hits.count == listed.count)
            #expect(findings.total == listed.count)
            let first = try await index.find(CatalogSearchRequest(.words("thing"), in: scope, filter, limit: 3))
            #expect(first.hits.map(\.id) == findings.hits.prefix(3).map(\.id))
            #expect(first.total == listed.count)
        }
    }

    @Test("It tells how much it holds, and gives back what is not needed any more")
    func memory() async throws {
        let store = InMemoryCatalogStore<Article>()
        let index = CatalogIndex(store)
        #expect(index.memory == 0)
        try await index.prepare()
        let empty = index.memory
        let body = String(repeating: "Some words of an article. ", count: 40)
        let articles = (0..<200).map { article($0, "Article", body) }
        func commit(_ change: (inout CatalogCommit<Article>) -> Void) async throws {
            var commit = CatalogCommit<Article>()
            change(&commit)
            commit.events = (articles.map(\.id)).enumerated().map { number, id in
                PortalEvent(
                    id: PortalEvent.ID("\(number)"), kind: .catalog(Article.self, .changed), subject: id.rawValue,
                    date: Date(timeIntervalSince1970: 0), author: .system, keys: [])
            }
            _ = try await store.commit(commit)
            try await index.prepare()
        }
        try await commit { $0.items = articles }
        #expect(index.documentCount == 200)
        #expect(index.textBytes > 200 * 1_000 && index.textBytes < 200 * 1_100)
        #expect(index.memory > empty)
        try await commit { $0.removedItems = Dictionary(uniqueKeysWithValues: articles.map { ($0.id, Revision(rawValue: 1)) }) }
        #expect(index.documentCount == 0)
        #expect(index.textBytes == 0)
        try await index.refresh()
        #expect(index.memory < empty + 10_000)
    }

    @Test("Hostile articles are taken in, and found by what can be found of them")
    func hostile() async throws {
        let texts = [
            String(repeating: "a", count: 90_000), String(repeating: "> ", count: 2_000),
            String(repeating: "[", count: 10_000),
            String(repeating: "é̂̃̄", count: 5_000), "\u{202E}\u{200B}\u{FEFF}", "<script>alert(1)</script> findme",
            String(repeating: "`*_", count: 6_000), "| a |\n|-|\n" + String(repeating: "| b |\n", count: 2_000), "",
        ]
        var storage = ComposedStorage()
        storage.articles = PlainCatalogStore(
            items: MutexBox(texts.enumerated().map { article($0.offset, "Odd \($0.offset)", $0.element) } + [article(99, "", "")])
        )
        let base = Portal(storage: storage).guest().knowledgebase
        let page = try await base.search("odd")
        #expect(page.total == texts.count)
        #expect(page.results.count == texts.count)
        let found = try await base.search("findme")
        #expect(found.titles == ["Odd 5"])
        #expect(found.results.first?.snippet.text.contains("findme") == true)
    }
}
