import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("A host plugs its own into searching")
struct PluggedSearchTests {
    @Test("A search of the host's cannot show or count what is hidden", arguments: StorageKind.allCases)
    func leaks(_ kind: StorageKind) async throws {
        struct Careless: CatalogSearching {
            let ids: [Article.ID]
            func search(_ request: CatalogSearchRequest<Article>) async throws -> [CatalogHit<Article>] {
                ids.map { CatalogHit($0, language: "xx", score: 1) }
            }
        }
        let bench = try await PortalBench(kind)
        let shown = try await bench.write("Shown").id
        let draft = try await bench.write("Draft") { $0.state = .draft }.id
        let owned = try await bench.write("Owned") { $0.audience = .owners(of: "s-vps") }.id
        let ids = ["nowhere", draft, owned, shown, shown, "a\u{0}b"]
        let portal = Portal(
            storage: bench.storage, people: bench.people, search: PortalSearch { $0.articles = Careless(ids: ids) },
            environment: bench.portal.environment)
        let page = try await portal.guest().knowledgebase.search("anything")
        #expect(page.titles == ["Shown"])
        #expect(page.total == 1)
        #expect(page.next == nil)
        let alice = portal.customer(bench.alice).knowledgebase
        #expect(try await alice.search("anything").titles == ["Owned", "Shown"])
        let second = try await alice.search("anything", page: PageRequest(limit: 1))
        #expect(try await alice.search("anything", page: PageRequest(limit: 1, after: second.next)).titles == ["Shown"])
        #expect(try await alice.suggestions(subject: "x", message: "y").titles == ["Shown"])
        #expect(try await alice.related(to: shown).titles == ["Owned"])
        #expect(try await portal.agent(bench.tess).knowledgebase.search("x").total == 3)
    }

    /// Knows what words are about.
    private struct Topics: TextEmbedding {
        let before: @Sendable () async throws -> Void
        let asked = MutexBox(0)

        func vectors(for texts: [String]) async throws -> [[Float]] {
            asked.change { $0 += texts.count }
            try await before()
            return texts.map { text in
                let text = text.lowercased()
                let isAboutMail = ["mail", "inbox", "letters"].contains { text.contains($0) }
                let isAboutMoney = ["invoice", "money", "bill"].contains { text.contains($0) }
                return [isAboutMail ? 1 : 0, isAboutMoney ? 1 : 0, 0.001]
            }
        }
    }

    private func portal(_ bench: PortalBench, _ model: Topics) -> Portal {
        Portal(storage: bench.storage, search: PortalSearch { $0.embedding = model }, environment: bench.portal.environment)
    }

    @Test("A model's ranking is fused with that of the words, and new texts reach it")
    func embedding() async throws {
        let bench = try await PortalBench()
        try await bench.write("Inbox is full", "Delete some.")
        try await bench.write("Invoices", "Paying.")
        try await bench.write("Inbox secret") { $0.state = .draft }
        let model = Topics {}
        let portal = portal(bench, model)
        try await portal.prepareSearch()
        let guest = portal.guest().knowledgebase
        let page = try await guest.search("letters")
        #expect(page.titles.first == "Inbox is full")
        #expect(!page.titles.contains("Inbox secret"))
        #expect(page.total == page.results.count)
        try await bench.write("Mail is slow", "letters take long")
        try await portal.prepareSearch()
        #expect(try await guest.search("letters").titles.prefix(2) == ["Mail is slow", "Inbox is full"])
        let asked = model.asked.value
        try await portal.prepareSearch()
        #expect(model.asked.value == asked)
        #expect(try await guest.search(" ").results.isEmpty)
    }

    @Test("A model that fails or hangs neither breaks nor delays a search: the words answer", .timeLimit(.minutes(10)))
    func badModels() async throws {
        struct Broken: Error {}
        let bench = try await PortalBench()
        try await bench.write("Inbox is full", "Delete some letters.")
        let broken = portal(bench, Topics { throw Broken() })
        try await broken.prepareSearch()
        #expect(try await broken.guest().knowledgebase.search("letters").titles == ["Inbox is full"])
        let gate = Gate()
        let hanging = portal(bench, Topics { await gate.pass() }).guest().knowledgebase
        for _ in 0..<8 {
            async let page = hanging.search("letters")
            await bench.clock.waitForSleepers()
            bench.clock.advance(by: .seconds(1))
            #expect(try await page.titles == ["Inbox is full"])
        }
        // One that never answers is soon not asked any more: nobody turns the clock now.
        #expect(try await hanging.search("letters").titles == ["Inbox is full"])
        await gate.open()
    }

    @Test("Odd vectors are as good as none")
    func oddVectors() async throws {
        struct Odd: TextEmbedding {
            func vectors(for texts: [String]) async throws -> [[Float]] {
                [[.nan, 1], [], [0, 0], [.infinity, 1], [1, 2, 3]].prefix(max(0, texts.count - 1)).map { $0 }
            }
        }
        let bench = try await PortalBench()
        for number in 0..<20 { try await bench.write(SingleLine("Letters \(number)")) }
        let portal = Portal(
            storage: bench.storage, search: PortalSearch { $0.embedding = Odd() }, environment: bench.portal.environment)
        try await portal.prepareSearch()
        #expect(try await portal.guest().knowledgebase.search("letters").total == 20)
    }
}
