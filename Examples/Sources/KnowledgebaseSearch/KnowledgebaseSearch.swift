import Foundation
import Narration
import SupportPortal

/// A knowledgebase of manual pages that can be searched.
///
///     swift run KnowledgebaseSearch                                  a few pages that come with the example
///     swift run KnowledgebaseSearch /usr/share/doc                   Markdown, text and manual pages from disk
///     swift run KnowledgebaseSearch /usr/share/doc "resize a disk"   what is found there
@main
struct KnowledgebaseSearch {
    static func main() async throws {
        var story = Narration()
        let arguments = CommandLine.arguments.dropFirst()
        let folder = arguments.first
        let pages = folder.map { ManualPage.pages(below: URL(filePath: $0), limit: 20_000) } ?? ManualPage.builtIn
        let portal = Portal(storage: InMemoryStorage(), search: PortalSearch { $0.suggestions = PinnedAnswers() })
        try await publish(pages, portal)
        let guest = portal.guest().knowledgebase

        story.section("What there is")
        for node in try await guest.categories().prefix(20) { story.say("\(node.title): \(node.total)") }
        // In a task of its own where a host starts; the first search would wait for it otherwise.
        try await portal.prepareSearch()

        if folder != nil {
            for query in arguments.dropFirst() { try await show(query, guest, story) }
            if arguments.count == 1 { story.say("Name something to look for behind the folder.") }
            story.finish()
        }

        story.section("Searching")
        for query in ["resize disk", "resizing", "rese", "certifcate", "\"boot menu\"", "zurucksetzen", "unfinished"] {
            try await show(query, guest, story)
        }
        story.expect(try await guest.search("zurucksetzen").total, 1, "found without the dots")
        story.expect(
            try await guest.search("certifcate").results.first?.title.text, "Renew a certificate", "found with a mistake")
        story.expect(try await guest.search("\"boot menu\"").total, 1, "found with the words together")
        story.expect(try await guest.search("unfinished").total, 0, "a draft")
        let longest = String(repeating: "a", count: 1_000_000)
        let refusal = await story.expectRefusal("a query of a megabyte") { _ = try await guest.search(longest) }
        story.say("A query of a megabyte: \(refusal.map { "\($0)" } ?? "")")

        story.section("Suggestions while somebody types")
        let message =
            "Hello,\nhope you are well! Since tonight my vps is stuck, I think the kernel was updated and it does not start.\nThanks!"
        let feed = guest.suggestionFeed()
        var answers = feed.makeAsyncIterator()
        for length in [12, 62, message.count] {
            let text = String(message.prefix(length))
            let number = feed.update(subject: "Help", message: text)
            let answer = await answers.next()
            story.expect(answer?.number, number, "which text is answered")
            let titles = answer?.articles.map(\.title.text) ?? []
            story.say(
                "…\(text.suffix(24).filter { $0 != "\n" }): \(titles.isEmpty ? "nothing yet" : titles.joined(separator: " | "))")
        }
        feed.finish()
        let suggested = try await guest.suggestions(subject: "Help", message: message)
        story.expect(suggested.first?.title, "A VPS does not boot", "the first suggestion")
        let outage = try await guest.suggestions(subject: "outage?", message: "Is there an outage?")
        story.expect(outage.first?.title, "Where outages are announced", "what the host has pinned")
        story.say("Asked of an outage, the host's own answer comes first: \(outage.first?.title.text ?? "nothing")")

        story.section("Helpful")
        let customer = portal.customer(Customer(id: "c-1", name: "Alice")).knowledgebase
        let bob = portal.customer(Customer(id: "c-2", name: "Bob")).knowledgebase
        if let article = suggested.first {
            try await customer.vote(true, on: article.id)
            try await bob.vote(true, on: article.id)
            try await bob.vote(false, on: article.id)
            let page = try await customer.article(article.id)
            let feedback = try await desk(portal).feedback(on: [article.id])[article.id]
            story.say("\(page.printed.path.joined(separator: " › ")) › \(page.printed.title)")
            story.say(
                "\(feedback?.views ?? 0) view, \(feedback?.helpful ?? 0) found it helpful, \(feedback?.notHelpful ?? 0) did not.")
            story.expect([feedback?.helpful, feedback?.notHelpful], [1, 1], "votes")
            story.say("Related: \(try await customer.related(to: article.id, limit: 1).map(\.title.text).joined())")
        }
        story.finish()
    }

    private static func desk(_ portal: Portal) -> AgentKnowledgebase {
        portal.agent(Agent(id: "a-7", name: "Tess", departments: .all)).knowledgebase
    }

    /// Writes the pages into the knowledgebase, a category for each folder.
    private static func publish(_ pages: [ManualPage], _ portal: Portal) async throws {
        let desk = desk(portal)
        var categories: [String: Article.Category.ID] = [:]
        for name in Set(pages.map(\.category)).sorted() {
            var category = try desk.newCategory(title: SingleLine(name))
            category.place = categories.count
            categories[name] = try await desk.save(category).id
        }
        for page in pages {
            var article = try desk.draft(title: SingleLine(page.title), body: page.text, language: page.language)
            if let id = page.id {
                let texts = article.entry.texts
                article = Article(
                    entry: CatalogEntry(id: id, slug: article.entry.slug, texts: texts, created: Date(), editor: .system))
            }
            article.entry.categories = categories[page.category].map { [$0] } ?? []
            article = try await desk.save(article)
            if !page.isDraft { try await desk.publish(article.id) }
        }
    }

    private static func show(_ query: String, _ guest: GuestKnowledgebase, _ story: Narration) async throws {
        let page = try await guest.search(query, page: PageRequest(limit: 5))
        story.say("\(query) – \(page.total) found")
        for result in page.results {
            story.say("  \(marked(result.title))")
            story.say("    \(marked(result.snippet).split(whereSeparator: \.isNewline).joined(separator: " "))")
        }
    }

    /// A web host would escape each run and put matches into `<mark>`.
    private static func marked(_ snippet: TextSnippet) -> String {
        let text = snippet.runs.map { $0.isMatch ? "[\($0.text)]" : $0.text }.joined()
        return (snippet.isCutBefore ? "… " : "") + text + (snippet.isCutBehind ? " …" : "")
    }
}

/// What the host says itself: whoever writes of an outage is led to where outages are announced.
struct PinnedAnswers: SuggestionSource {
    static let outages: Article.ID = "outages"

    func articles(forSubject subject: String, message: String) async throws -> [Article.ID] {
        // Ids are the host's to keep; one that is not there, or not for everyone, does no harm.
        "\(subject) \(message)".lowercased().contains("outage") ? [Self.outages, "gone"] : []
    }
}
