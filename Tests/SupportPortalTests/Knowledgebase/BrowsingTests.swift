import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("The knowledgebase is read")
struct BrowsingTests {
    @Test(
        "Categories are nested, with counts of what the reader sees; a hidden one hides what is in it",
        arguments: StorageKind.allCases)
    func categories(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let hosting = try await bench.category("Hosting") { $0.place = 2 }
        let mail = try await bench.category("Mail", in: hosting)
        let secret = try await bench.category("Secret", in: hosting) { $0.audience = .agents }
        let domains = try await bench.category("Domains") { $0.place = 1 }
        for (title, categories) in [("A", [mail]), ("B", [mail, hosting]), ("C", [mail, secret]), ("D", [domains])] {
            try await bench.write(SingleLine(title)) { $0.categories = categories }
        }
        try await bench.write("Private") {
            $0.categories = [domains]
            $0.audience = .owners(of: "s-vps")
        }
        try await bench.write("Draft") {
            $0.categories = [domains]
            $0.state = .draft
        }
        func lines(_ nodes: [CatalogNode<Article>]) -> [String] {
            nodes.flatMap { ["\($0.title) \($0.count) \($0.total)"] + lines($0.children).map { "  \($0)" } }
        }
        #expect(try await lines(bench.guestBase.categories()) == ["Domains 1 1", "Hosting 1 2", "  Mail 2 2"])
        #expect(try await lines(bench.aliceBase.categories()) == ["Domains 2 2", "Hosting 1 2", "  Mail 2 2"])
        #expect(try await lines(bench.bobBase.categories()) == ["Domains 1 1", "Hosting 1 2", "  Mail 2 2"])
        #expect(try await bench.guestBase.articles(in: hosting, withBranches: true).items.count == 2)
        #expect(await code { try await bench.guestBase.articles(in: secret) } == .notFound)
        #expect(await code { try await bench.guestBase.articles(in: "nowhere") } == .notFound)
    }

    @Test("Articles are listed by place, date, views and tag, page by page", arguments: StorageKind.allCases)
    func lists(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let category = try await bench.category("All")
        var ids: [Article.ID] = []
        for (place, title) in [(3, "One"), (1, "Two"), (2, "Three")] {
            bench.clock.advance(by: .seconds(60))
            ids.append(
                try await bench.write(SingleLine(title)) {
                    $0.categories = [category]
                    $0.place = place
                    $0.published = bench.clock.now
                    if place > 1, let tag = TagName("dns") { $0.tags = [tag] }
                }.id)
        }
        for _ in 0..<2 { _ = try await bench.guestBase.article(ids[0]) }
        _ = try await bench.aliceBase.article(ids[2])
        #expect(try await bench.guestBase.articles(in: category).titles == ["Two", "Three", "One"])
        #expect(try await bench.guestBase.articles(order: .newest).titles == ["Three", "Two", "One"])
        #expect(try await bench.guestBase.articles(order: .popular(.views)).titles == ["One", "Three", "Two"])
        #expect(try await bench.guestBase.popular(limit: 2).titles == ["One", "Three"])
        #expect(try await bench.aliceBase.articles(tag: TagName("DNS")).titles == ["Three", "One"])
        let first = try await bench.guestBase.articles(in: category, page: PageRequest(limit: 2))
        #expect(
            try await bench.guestBase.articles(in: category, page: PageRequest(limit: 2, after: first.next)).titles == ["One"])
        #expect(
            await code { try await bench.guestBase.articles(order: .newest, page: PageRequest(after: first.next)) }
                == .invalidCursor)
    }

    @Test("A page has its way, its files and its languages, and is ready to be printed", arguments: StorageKind.allCases)
    func page(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let top = try await bench.category("Top")
        let sub = try await bench.category("Sub", in: top)
        var article = try bench.desk.draft(title: "Reset a password", body: "Press **reset**.", language: "en")
        article.entry.texts.append(CatalogText(language: "de", title: "Passwort zurücksetzen", body: "Drücken."))
        article.entry.categories = [sub]
        article.attachments = [try await bench.desk.upload(FileSource(name: "shot.log", data: Data("bytes".utf8)), for: article)]
        article = try await bench.desk.save(article)
        try await bench.desk.publish(article.id)
        let page = try await bench.guestBase.article(article.id)
        #expect(page.path.map(\.title) == ["Top", "Sub"])
        #expect(page.languages == ["en", "de"])
        #expect(page.body == "Press **reset**.")
        let german = try await bench.guestBase.article(try #require(Slug(rawValue: "reset-a-password")), language: "de-AT")
        #expect(german.summary.title == "Passwort zurücksetzen")
        #expect(german.id == article.id)
        let customer = Customer(id: "c-g", name: "G", language: "de")
        #expect(try await bench.portal.customer(customer).knowledgebase.article(article.id).summary.language == "de")
        let printed = page.printed
        #expect(printed.title == "Reset a password")
        #expect(printed.path == ["Top", "Sub"])
        #expect(printed.published == "2026-01-15")
        #expect(printed.updated == "2026-01-15")
        #expect(printed.attachments == ["shot.log"])
        let file = try #require(page.attachments.first)
        let delivery = try await bench.guestBase.attachment(file.id, of: article.id)
        #expect(try await delivery.bytes.collect() == Data("bytes".utf8))
        #expect(delivery.contentType == "application/octet-stream")
        let part = try await bench.aliceBase.attachment(file.id, of: article.id, range: 1..<3)
        #expect(try await part.bytes.collect() == Data("yt".utf8))
        #expect(await code { try await bench.guestBase.attachment("other", of: article.id) } == .notFound)
        try await bench.desk.archive(article.id)
        #expect(await code { try await bench.guestBase.attachment(file.id, of: article.id) } == .notFound)
        #expect(try await bench.desk.attachment(file.id, of: article.id).size == 5)
    }

    @Test("What is out of sight is not found, just as what is not there", arguments: StorageKind.allCases)
    func hidden(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let secret = try await bench.category("Secret") { $0.audience = .agents }
        let now = bench.clock.now
        var ids: [Article.ID] = [
            "nowhere", "", "a\u{0}b", Article.ID(String(repeating: "x", count: 100_000)), "../../etc/passwd",
        ]
        ids.append(try await bench.write("Draft") { $0.state = .draft }.id)
        ids.append(try await bench.write("Archived") { $0.state = .archived }.id)
        ids.append(try await bench.write("Tomorrow") { $0.published = now.addingTimeInterval(86_400) }.id)
        ids.append(
            try await bench.write("Expired") {
                $0.published = now.addingTimeInterval(-20)
                $0.expires = now.addingTimeInterval(-10)
            }.id)
        ids.append(try await bench.write("Hidden") { $0.categories = [secret] }.id)
        ids.append(try await bench.write("For owners") { $0.audience = .owners(of: "s-vps") }.id)
        for id in ids {
            #expect(await code { try await bench.guestBase.article(id) } == .notFound, "\(id)")
            #expect(await code { try await bench.bobBase.article(id) } == .notFound, "\(id)")
            #expect(await code { try await bench.bobBase.vote(true, on: id) } == .notFound, "\(id)")
            #expect(await code { try await bench.guestBase.related(to: id) } == .notFound, "\(id)")
        }
        #expect(try await bench.aliceBase.article(try #require(ids.last)).summary.title == "For owners")
        #expect(try await bench.guestBase.articles().items.isEmpty)
        bench.clock.advance(by: .seconds(86_400))
        #expect(try await bench.guestBase.articles().titles == ["Tomorrow"])
    }

    @Test(
        "Showing an article counts, unless it is no reading; a store that cannot count shows it all the same",
        arguments: StorageKind.allCases)
    func views(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let id = try await bench.write("Counted").id
        _ = try await bench.guestBase.article(id)
        _ = try await bench.aliceBase.article(id)
        _ = try await bench.aliceBase.article(id, countsView: false)
        _ = try await bench.desk.article(id)
        #expect(try await bench.desk.feedback(on: [id])[id]?.views == 2)
        struct Full: Error {}
        var storage = ComposedStorage(bench.storage)
        storage.articles = HookedCatalogStore(base: try #require(bench.storage.articles)) { if $0 == .commit { throw Full() } }
        let reported = MutexBox(0)
        var environment = bench.portal.environment
        environment.report = { error in if error is Full { reported.change { $0 += 1 } } }
        let portal = Portal(storage: storage, environment: environment)
        #expect(try await portal.guest().knowledgebase.article(id).summary.title == "Counted")
        #expect(reported.value == 1)
        await #expect(throws: Full.self) { try await portal.customer(bench.alice).knowledgebase.vote(true, on: id) }
    }

    @Test(
        "A vote twice by one customer counts once, a changed one moves both counters, and it can be taken back",
        arguments: StorageKind.allCases)
    func votes(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let id = try await bench.write("Judged").id
        func counts() async throws -> [Int] {
            let feedback = try await bench.desk.feedback(on: [id])[id]
            return [feedback?.helpful ?? 0, feedback?.notHelpful ?? 0]
        }
        for _ in 0..<2 { try await bench.aliceBase.vote(true, on: id) }
        try await bench.bobBase.vote(false, on: id)
        #expect(try await counts() == [1, 1])
        #expect(try await bench.aliceBase.article(id).wasHelpful == true)
        #expect(try await bench.bobBase.article(id).wasHelpful == false)
        #expect(try await bench.guestBase.article(id).wasHelpful == nil)
        try await bench.aliceBase.vote(false, on: id)
        #expect(try await counts() == [0, 2])
        try await bench.aliceBase.vote(nil, on: id)
        #expect(try await counts() == [0, 1])
        #expect(try await bench.aliceBase.article(id).wasHelpful == nil)
    }

    @Test("A portal without articles says so, everywhere")
    func absent() async throws {
        let bench = try await PortalBench()
        var storage = ComposedStorage(bench.storage)
        storage.articles = nil
        let portal = Portal(storage: storage)
        let (guest, agent) = (portal.guest().knowledgebase, portal.agent(bench.tess).knowledgebase)
        #expect(await code { try await guest.categories() } == .sectionNotComposed)
        #expect(await code { try await guest.search("x") } == .sectionNotComposed)
        #expect(await code { try await guest.suggestions(subject: "x", message: "y") } == .sectionNotComposed)
        #expect(await code { try await portal.customer(bench.alice).knowledgebase.article("x") } == .sectionNotComposed)
        #expect(await code { try await agent.list() } == .sectionNotComposed)
        #expect(try await portal.guest().menu()[.knowledgebase] == nil)
        #expect(try await bench.portal.guest().menu()[.knowledgebase] != nil)
    }
}
