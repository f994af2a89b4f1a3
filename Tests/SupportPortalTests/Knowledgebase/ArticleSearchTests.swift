import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Articles are searched")
struct ArticleSearchTests {
    @Test(
        "Without case and accents, by the beginning of the last word, with a mistake, the title before the body",
        arguments: StorageKind.allCases)
    func finds(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        try await bench.write("Mail", "Wie man sein Passwort zurücksetzen kann.")
        try await bench.write("Passwort zurücksetzen", "So geht es.")
        try await bench.write("Rechnung", "Jeden Monat.")
        let guest = bench.portal.guest().knowledgebase
        func found(_ text: String) async throws -> [String] { try await guest.search(text).titles }
        let both = ["Passwort zurücksetzen", "Mail"]
        for query in ["zurucksetzen", "ZURÜCKSETZEN", "zurück", "zuruc", "zurücksetzn", "passwrot", "passwort zurücksetzen"] {
            #expect(try await found(query) == both, "\(query)")
        }
        #expect(try await guest.search("zurücksetzen").total == 2)
        #expect(try await found("rechnung") == ["Rechnung"])
        for nothing in [
            "", " ", "\u{0}", "…", "%", "\"", "\"\"", "* OR *", "' OR 1=1 --", "\u{202E}", "🦊", "()", "\\", "NEAR(a b)",
        ] {
            let page = try await guest.search(nothing)
            #expect(page.results.isEmpty || nothing.contains("OR") || nothing.contains("NEAR"), "\(nothing)")
            #expect(page.total == page.results.count)
        }
    }

    @Test("What is for others, a draft, not yet or no longer there is neither found nor counted", arguments: StorageKind.allCases)
    func sight(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let now = bench.clock.now
        let secret = try await bench.category("Secret") { $0.audience = .agents }
        let open = try await bench.category("Open")
        try await bench.write("Aardvark public") { $0.categories = [open] }
        try await bench.write("Aardvark draft") { $0.state = .draft }
        try await bench.write("Aardvark archived") { $0.state = .archived }
        try await bench.write("Aardvark tomorrow") { $0.published = now.addingTimeInterval(86_400) }
        try await bench.write("Aardvark expiring") { $0.expires = now.addingTimeInterval(60) }
        try await bench.write("Aardvark hidden") { $0.categories = [open, secret] }
        try await bench.write("Aardvark of owners") { $0.audience = .owners(of: "s-vps") }
        let portal = bench.portal
        func expect(_ session: (String) async throws -> SearchPage<Article>, _ words: Set<String>) async throws {
            for query in ["aardvark", "aardvar", "\"aardvark\"", "ardvark"] {
                let page = try await session(query)
                #expect(Set(page.titles.map { String($0.split(separator: " ").last ?? "") }) == words, "\(query)")
                #expect(page.total == words.count, "\(query)")
            }
        }
        let (guest, alice) = (portal.guest().knowledgebase, portal.customer(bench.alice).knowledgebase)
        try await expect({ try await guest.search($0) }, ["public", "expiring"])
        try await expect({ try await alice.search($0) }, ["public", "expiring", "owners"])
        try await expect({ try await alice.search($0, in: open) }, ["public"])
        #expect(await code { try await guest.search("aardvark", in: secret) } == .notFound)
        #expect(try await portal.agent(bench.tess).knowledgebase.search("aardvark").total == 7)
        let drafts = CatalogFilter<Article> { $0.states = [.draft] }
        #expect(try await portal.agent(bench.tess).knowledgebase.search("aardvark", drafts).titles == ["Aardvark draft"])
        bench.clock.advance(by: .seconds(86_400))
        try await expect({ try await guest.search($0) }, ["public", "tomorrow"])
    }

    @Test("A query of a megabyte is refused at once, before anything is read")
    func tooLong() async throws {
        let bench = try await PortalBench()
        let reads = MutexBox(0)
        var storage = ComposedStorage(bench.storage)
        storage.articles = HookedCatalogStore(base: try #require(bench.storage.articles)) { _ in reads.change { $0 += 1 } }
        let portal = Portal(storage: storage)
        let query = String(repeating: "a ", count: 500_000)
        #expect(await code { try await portal.guest().knowledgebase.search(query) } == .tooLong)
        #expect(await code { try await portal.customer(bench.alice).knowledgebase.search(query) } == .tooLong)
        #expect(await code { try await portal.agent(bench.tess).knowledgebase.search(query) } == .tooLong)
        #expect(reads.value == 0)
        let longest = String(String(repeating: "ab ", count: 400).prefix(1_000))
        #expect(try await portal.guest().knowledgebase.search(longest).results.isEmpty)
    }

    @Test("Pages hold every result once, with the matches marked", arguments: StorageKind.allCases)
    func pages(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        for number in 0..<25 {
            try await bench.write(SingleLine("Article \(number)"), "The **firewall** blocks port \(number). Really.")
        }
        let guest = bench.portal.guest().knowledgebase
        var titles: [String] = []
        var page = PageRequest(limit: 10)
        repeat {
            let answer = try await guest.search("firewall", page: page)
            #expect(answer.total == 25)
            titles += answer.titles
            page.after = answer.next
        } while page.after != nil
        #expect(titles.count == 25)
        #expect(Set(titles).count == 25)
        let first = try #require(try await guest.search("firewall blocks").results.first)
        #expect(first.snippet.runs.filter(\.isMatch).map(\.text) == ["firewall", "blocks"])
        #expect(first.snippet.text.hasPrefix("The firewall blocks port"))
        #expect(first.title.runs.allSatisfy { !$0.isMatch })
        #expect(try await guest.search("article", page: PageRequest(limit: 1)).results.first?.title.runs.first?.isMatch == true)
        let odd = PageCursor(order: "search", value: .number(-1), id: "x")
        #expect(await code { try await guest.search("x", page: PageRequest(after: odd)) } == .invalidCursor)
        let foreign = PageCursor(order: "newest", value: .number(1), id: "x")
        #expect(await code { try await guest.search("x", page: PageRequest(after: foreign)) } == .invalidCursor)
        let far = PageCursor(order: "search", value: .number(.max), id: "x")
        #expect(try await guest.search("firewall", page: PageRequest(after: far)).results.isEmpty)
    }

    @Test("Words in quotes stand together in what is found", arguments: StorageKind.allCases)
    func phrases(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        try await bench.write("Together", "Open the control panel first.")
        try await bench.write("Apart", "The panel is under your control.")
        let guest = bench.portal.guest().knowledgebase
        #expect(Set(try await guest.search("control panel").titles) == ["Together", "Apart"])
        let page = try await guest.search("\"control panel\"")
        #expect(page.titles == ["Together"])
        #expect(page.total == 1)
        #expect(try await guest.search("\"panel control\"").total == 0)
    }

    @Test("Each language is found in its own words, and an article only once", arguments: StorageKind.allCases)
    func languages(_ kind: StorageKind) async throws {
        struct German: SearchLanguage {
            var tag: String { "de" }
            func stem(_ word: String) -> String { word.hasSuffix("en") ? String(word.dropLast(2)) : word }
        }
        let bench = try await PortalBench(kind)
        try await bench.write("Domains") {
            $0.texts = [
                CatalogText(language: "en", title: "Domains", body: "Transferring a domain."),
                CatalogText(language: "de-AT", title: "Domänen", body: "Eine Domain übertragen. Das Haus der Domains."),
            ]
        }
        var search = PortalSearch()
        search.languages = [German()]
        let portal = Portal(storage: bench.storage, search: search, environment: bench.portal.environment)
        for (text, language, found) in [
            ("transferred", nil, "en"), ("übertrag", "en", "de-AT"), ("ubertragen", nil, "de-AT"), ("domain", "de", "de-AT"),
            ("domain", "en", "en"), ("haus", "fr", "de-AT"),
        ] {
            let page = try await portal.guest().knowledgebase.search(text, language: language)
            #expect(page.results.map(\.summary.language) == [found], "\(text) \(language ?? "-")")
            #expect(page.total == 1)
        }
    }

    @Test("Related articles are about the same, and never the article itself or a hidden one", arguments: StorageKind.allCases)
    func related(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let id = try await bench.write("Renewing certificates", "A TLS certificate is renewed by certbot each month.").id
        try await bench.write("Certificates expire", "Renew the TLS certificate with certbot before that.")
        try await bench.write("Secret certificates", "TLS certificate certbot renew") { $0.state = .draft }
        try await bench.write("Invoices", "Paid by bank transfer.")
        let portal = bench.portal
        #expect(try await portal.guest().knowledgebase.related(to: id).titles.first == "Certificates expire")
        let all = try await portal.customer(bench.alice).knowledgebase.related(to: id, limit: 100)
        #expect(!all.titles.contains("Secret certificates"))
        #expect(!all.contains { $0.id == id })
        #expect(try await portal.guest().knowledgebase.related(to: id, limit: -1).isEmpty)
    }
}
