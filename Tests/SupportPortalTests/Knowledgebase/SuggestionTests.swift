import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Articles are suggested for a message")
struct SuggestionTests {
    private struct Pinned: SuggestionSource {
        var ids: [Article.ID] = []
        var work: @Sendable () async throws -> Void = {}
        func articles(forSubject subject: String, message: String) async throws -> [Article.ID] {
            try await work()
            return ids
        }
    }

    private func portal(_ bench: PortalBench, _ source: any SuggestionSource) -> Portal {
        Portal(storage: bench.storage, search: PortalSearch { $0.suggestions = source }, environment: bench.portal.environment)
    }

    @Test("At most five, public ones alone, those of the host first", arguments: StorageKind.allCases)
    func basics(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        for number in 1...8 {
            try await bench.write(SingleLine("Kernel panic \(number)"), "After a kernel update the server does not boot.")
        }
        let pinned = try await bench.write("Known outage", "We are on it.").id
        let private_ = try await bench.write("Kernel panic private", "kernel update boot") { $0.audience = .owners(of: "s-vps") }
            .id
        let customers = try await bench.write("Kernel panic for customers", "kernel update") { $0.audience = .customers }.id
        let draft = try await bench.write("Kernel panic draft", "kernel update boot") { $0.state = .draft }.id
        let portal = portal(bench, Pinned(ids: [draft, private_, "nowhere", "a\u{0}", pinned, customers, pinned]))
        let alice = portal.customer(bench.alice).knowledgebase
        let found = try await alice.suggestions(subject: "No boot", message: "Kernel update, then the server does not boot")
        #expect(found.count == 5)
        #expect(found.first?.id == pinned)
        #expect(found.dropFirst().allSatisfy { $0.title.text.hasPrefix("Kernel panic ") && $0.title.text.count == 14 })
        #expect(Set(found.map(\.id)).count == 5)
        #expect(try await alice.suggestions(subject: "No boot", message: "kernel", limit: 2).count == 2)
        #expect(try await alice.suggestions(subject: "No boot", message: "kernel", limit: 100).count == 5)
        #expect(try await alice.suggestions(subject: "No boot", message: "kernel", limit: -1).isEmpty)
        #expect(try await alice.suggestions(subject: " ", message: "\n").isEmpty)
        #expect(try await portal.guest().knowledgebase.suggestions(subject: "kernel", message: "").count == 5)
    }

    @Test("A long and messy message still finds the one right article")
    func messy() async throws {
        let bench = try await PortalBench()
        let topics = [
            "invoice payment", "domain transfer", "mail forwarding", "backup restore", "firewall port", "dns record",
            "php version",
        ]
        for topic in topics {
            try await bench.write(SingleLine("How to: \(topic)"), "Hello. Please help yourself with \(topic) here. Thank you.")
        }
        let message = """
            Hello dear support team,

            I hope you are well!! I have been a customer for years and please help me, thank you very much in advance. On monday I tried \
            again and again and it DOES NOT work at all, please please help. My colleagues said I should wrtie to you. It is about the \
            restore of last week's backup, it stops at 40%.

            Kind regards, best wishes and thanks
            --
            Jane Doe, Example Ltd., Please consider the environment before printing
            > On Tue you wrote: thank you for your message
            """ + String(repeating: "\n> hello please thank you help support team", count: 2_000)
        let portal = bench.portal
        #expect(
            try await portal.guest().knowledgebase.suggestions(subject: "Help please", message: message).titles.first
                == "How to: backup restore")
        for odd in [
            "\u{0}", String(repeating: "👨‍👩‍👧", count: 5_000), String(repeating: "\"", count: 50_000),
            String(repeating: "a", count: 200_000),
        ] {
            _ = try await portal.guest().knowledgebase.suggestions(subject: odd, message: odd)
        }
    }

    @Test("A host's source that fails or does not answer is done without")
    func source() async throws {
        struct Broken: Error {}
        let bench = try await PortalBench()
        try await bench.write("Kernel panic", "boot")
        let broken = portal(bench, Pinned { throw Broken() })
        #expect(try await broken.guest().knowledgebase.suggestions(subject: "kernel", message: "").titles == ["Kernel panic"])
        let gate = Gate()
        let slow = portal(bench, Pinned { await gate.pass() }).guest().knowledgebase
        async let answer = slow.suggestions(subject: "kernel", message: "")
        await bench.clock.waitForSleepers()
        bench.clock.advance(by: .seconds(1))
        #expect(try await answer.titles == ["Kernel panic"])
        await gate.open()
    }

    @Test("While somebody types, only the newest text is answered, whatever answer is ready first", .timeLimit(.minutes(10)))
    func feed() async throws {
        struct HeldBack: CatalogSearching {
            let id: Article.ID
            let gate: Gate
            func search(_ request: CatalogSearchRequest<Article>) async throws -> [CatalogHit<Article>] {
                guard case .message(let subject, _) = request.text else { return [] }
                if subject == "slow" { await gate.pass() }
                return subject == "nothing" ? [] : [CatalogHit(id)]
            }
        }
        let bench = try await PortalBench()
        let gate = Gate()
        let search = HeldBack(id: try await bench.write("Found").id, gate: gate)
        let portal = Portal(
            storage: bench.storage, search: PortalSearch { $0.articles = search }, environment: bench.portal.environment)
        let feed = portal.guest().knowledgebase.suggestionFeed()
        var answers = feed.makeAsyncIterator()
        #expect(feed.update(subject: "first", message: "") == 1)
        var answer = await answers.next()
        #expect(answer?.number == 1)
        #expect(answer?.articles.titles == ["Found"])
        #expect(feed.update(subject: "slow", message: "") == 2)
        await gate.waitForArrivals(1)
        #expect(feed.update(subject: "nothing", message: "") == 3)
        answer = await answers.next()
        #expect(answer?.number == 3)
        #expect(answer?.articles.isEmpty == true)
        // The answer to the second text comes now, and is of no use any more.
        await gate.open()
        feed.update(subject: "slow", message: "")
        answer = await answers.next()
        #expect(answer?.number == 4)
        feed.finish()
        #expect(feed.update(subject: "late", message: "") == 4)
        #expect(await answers.next() == nil)
    }

    @Test("A feed ends when nobody holds it any more", .timeLimit(.minutes(10)))
    func feedEnds() async throws {
        let bench = try await PortalBench()
        var feed: SuggestionFeed? = bench.portal.guest().knowledgebase.suggestionFeed()
        var answers = try #require(feed?.makeAsyncIterator())
        feed = nil
        #expect(await answers.next() == nil)
    }
}
