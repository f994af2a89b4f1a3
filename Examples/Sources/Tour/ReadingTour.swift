import Foundation
import Narration
import SupportPortal
import SupportPortalTesting

extension Tour {
    /// What a customer reads before writing to anybody: announcements, the knowledgebase, downloads.
    static func reading(_ stage: inout Stage) async throws {
        try await announcements(&stage)
        try await knowledgebase(&stage)
        try await downloads(&stage)
    }

    // MARK: Announcements

    private static func announcements(_ stage: inout Stage) async throws {
        stage.story.section("Announcements")
        let desk = stage.portal.agent(stage.tess).announcements
        let office = try await desk.save(desk.draft(title: "We moved", body: "To a **new office** in Frankfurt."))
        try await desk.publish(office.id)
        stage.clock.advance(by: .seconds(60))
        var kernel = try desk.draft(title: "A new kernel for VPS", body: "It comes with the next restart.")
        kernel.entry.audience = .owners(ofProduct: "vps")
        kernel = try await desk.save(kernel)
        try await desk.publish(kernel.id, from: stage.clock.now.addingTimeInterval(3_600))
        _ = try await desk.save(desk.draft(title: "Not ready", body: ""))
        let news = stage.portal.customer(stage.alice).announcements
        stage.story.expect(try await news.list().items.map(\.id), [office.id], "the announcements before the time has come")
        stage.clock.advance(by: .seconds(3_600))
        try await news.markRead(office.id)
        let list = try await news.list().items
        stage.story.table(
            ["Alice's announcements", "beginning", "unread"],
            list.map { [$0.shown.title.text, $0.shown.summary, $0.isUnread ? "•" : ""] })
        stage.story.expect(list.map(\.isUnread), [true, false], "what Alice has not read")
        let forBob = try await stage.portal.customer(stage.bob).announcements.list().items
        stage.story.expect(forBob.map(\.id), [office.id], "the announcements that Bob sees")
        stage.story.say("Bob, who has no VPS, sees: \(forBob.map(\.shown.title.text).joined(separator: ", "))")
    }

    // MARK: Knowledgebase

    private static func knowledgebase(_ stage: inout Stage) async throws {
        stage.story.section("Knowledgebase")
        let desk = stage.portal.agent(stage.tess).knowledgebase
        let servers = try await desk.save(desk.newCategory(title: "Servers"))
        let rescue = try await desk.save(desk.newCategory(title: "Rescue", in: servers.id))
        let articles: [(SingleLine, String, Article.Category.ID, Audience)] = [
            (
                "When a server does not boot",
                "Open the **console** and choose the previous kernel in the boot menu.\n\n1. Restart\n2. Hold `Shift`\n",
                rescue.id, .everyone
            ),
            (
                "Using the rescue system", "The rescue system mounts your disks, so that you can save your data.", rescue.id,
                .everyone
            ),
            ("Passwort zurücksetzen", "Im Kundenbereich kann das Passwort zurückgesetzt werden.", servers.id, .everyone),
            ("How we replace a host", "For agents: move the VPS first.", servers.id, .agents),
        ]
        for (title, body, category, audience) in articles {
            var draft = try desk.draft(title: title, body: body)
            draft.entry.categories = [category]
            draft.entry.audience = audience
            try await desk.publish(desk.save(draft).id)
        }
        let alice = stage.portal.customer(stage.alice).knowledgebase
        func lines(_ nodes: [CatalogNode<Article>], _ indent: String) -> [String] {
            nodes.flatMap { ["\(indent)\($0.title) (\($0.total))"] + lines($0.children, indent + "  ") }
        }
        for line in lines(try await alice.categories(), "  ") { stage.story.say(line) }
        for query in ["zurucksetzen", "resc", "kernle", "replace a host"] {
            let found = try await alice.search(query)
            let titles = found.results.map { result in
                result.title.runs.map { $0.isMatch ? "[\($0.text)]" : $0.text }.joined()
            }
            stage.story.say("Looking for “\(query)”: \(titles.isEmpty ? "nothing" : titles.joined(separator: ", "))")
        }
        stage.story.expect(try await alice.search("zurucksetzen").total, 1, "what is found without the accent")
        stage.story.expect(
            try await alice.search("replace a host").results.map(\.summary.title.text).contains("How we replace a host"), false,
            "whether Alice finds what is for agents")
        guard let found = try await alice.search("boot menu").results.first else {
            return stage.story.expect(0, 1, "articles about the boot menu")
        }
        let page = try await alice.article(found.id)
        stage.story.say("\(page.path.map(\.title.text).joined(separator: " › ")) › \(page.summary.title)")
        stage.story.say(Markdown(page.body).html().text)
        try await alice.vote(false, on: page.id)
        try await alice.vote(true, on: page.id)
        let feedback = try await desk.feedback(on: [page.id])[page.id]
        stage.story.expect(
            [feedback?.views, feedback?.helpful, feedback?.notHelpful], [1, 1, 0],
            "views, helpful and not helpful, as agents see them")
        stage.story.say(
            "Agents see: \(feedback?.views ?? 0) view, \(feedback?.helpful ?? 0) found it helpful, \(feedback?.notHelpful ?? 0) did not"
        )
    }

    // MARK: Downloads

    private static func downloads(_ stage: inout Stage) async throws {
        stage.story.section("Downloads")
        let desk = stage.portal.agent(stage.tess).downloads
        let tools = try await desk.save(desk.newCategory("Tools"))
        let agent = try await desk.upload(FileSource(name: "backup-agent.deb", data: Data("agent".utf8)), title: "Backup agent") {
            $0.version = "2.1"
            $0.entry.categories = [tools.id]
            $0.requirement = Download.Requirement(products: ["vps"])
            $0.entry.state = .published
        }
        let report = try await desk.share(
            FileSource(file: stage.files[0]), with: [stage.alice.id], title: "What we found on your server")
        let (alice, bob) = (stage.portal.customer(stage.alice).downloads, stage.portal.customer(stage.bob).downloads)
        var rows: [[String]] = []
        for (name, session) in [("Alice", alice), ("Bob", bob)] {
            for file in try await session.newest().items {
                let access = file.access.denial.map { "restricted: \($0.reason.rawValue)" } ?? "granted"
                rows.append([
                    name, file.shown.title.text, file.fileName.text, "\(file.size) B", access, file.isShared ? "shared" : "",
                ])
            }
        }
        stage.story.table(["who", "file", "name", "size", "access", ""], rows.sorted { $0.lexicographicallyPrecedes($1) })
        stage.story.expect(try await alice.shared().items.map(\.id), [report.id], "what was shared with Alice")
        let delivery = try await alice.download(agent.id)
        stage.story.expect(try await delivery.bytes.collect(), Data("agent".utf8), "the bytes of the file")
        stage.story.say(delivery.headers().map { "\($0.name): \($0.value)" }.joined(separator: "\n"))
        stage.story.expect(try await desk.totals(of: [agent.id]), [agent.id: 1], "how often it was downloaded")
        for (what, id) in [("restricted", agent.id), ("shared with Alice", report.id)] {
            let error = await stage.story.expectRefusal("Bob downloads what is \(what)") { _ = try await bob.download(id) }
            stage.story.say("Bob asks for the file that is \(what): \((error as? PortalError)?.code.rawValue ?? "no refusal")")
        }
    }
}
