public import SupportPortal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SampleData {
    /// Publishes announcements, articles and downloads in the sections that the portal has, always the same: for everyone, for customers, for owners of
    /// a product and for customers by name; drafts, a pinned announcement and categories within others; votes of the customers.
    /// - Throws: what the portal's storage throws.
    public func publish(on portal: Portal) async throws {
        let lead = portal.agent(agents[agents.count - 1])
        if portal.sections.contains(.announcements) { try await publish(lead.announcements) }
        if portal.sections.contains(.knowledgebase) { try await publish(lead.knowledgebase, portal) }
        if portal.sections.contains(.downloads) { try await publish(lead.downloads) }
    }

    private func publish(_ desk: AgentAnnouncements) async throws {
        for (number, news) in Self.news.enumerated() {
            var announcement = try desk.draft(title: SingleLine(news.title), body: news.body)
            announcement.entry.audience = news.audience
            let id = try await desk.save(announcement).id
            guard number > 0 else { continue }  // The first one is still being written.
            try await desk.publish(id)
            if number == 1 { try await desk.pin(id) }
        }
    }

    private func publish(_ desk: AgentKnowledgebase, _ portal: Portal) async throws {
        let mail = try await desk.save(desk.newCategory(title: "Mail"))
        let programs = try await desk.save(desk.newCategory(title: "Mail programs", in: mail.id))
        let servers = try await desk.save(desk.newCategory(title: "Servers"))
        let ids = [mail.id, programs.id, servers.id]
        for (number, sample) in Self.articles.enumerated() {
            var article = try desk.draft(title: SingleLine(sample.title), body: sample.body)
            article.entry.categories = [ids[sample.category]]
            article.entry.tags = Set(sample.tags.compactMap(TagName.init(rawValue:)))
            let id = try await desk.save(article).id
            guard number > 0 else { continue }
            try await desk.publish(id)
            for (vote, customer) in customers.prefix(number * 2).enumerated() {
                try await portal.customer(customer).knowledgebase.vote(vote % 4 < 3, on: id)
            }
        }
    }

    private func publish(_ desk: AgentDownloads) async throws {
        let tools = try await desk.save(desk.newCategory("Tools"))
        let linux = try await desk.save(desk.newCategory("Linux", in: tools.id))
        for number in 1...3 {
            let file = FileSource(name: "backup-tool-\(number).txt", data: Data("Version \(number) of the sample tool\n".utf8))
            let download = try await desk.upload(
                file, title: SingleLine("Backup tool \(number)"), body: "Saves a server, version \(number)."
            ) {
                $0.entry.categories = [number == 1 ? tools.id : linux.id]
                $0.version = SingleLine("\(number).0")
                if number == 3 { $0.requirement = Download.Requirement(products: ["vps"], needsSupport: true) }
            }
            try await desk.publish(download.id)
        }
        guard let customer = customers.first else { return }
        let report = try await desk.upload(
            FileSource(name: "report.txt", data: Data("All is well.\n".utf8)), title: SingleLine("Report for \(customer.name)")
        ) { $0.entry.audience = .customers([customer.id]) }
        try await desk.publish(report.id)
    }

    private static let news: [(title: String, body: String, audience: Audience)] = [
        ("Prices for next year", "To be written.", .customers),
        ("Maintenance on Sunday", "From **02:00** to 04:00 UTC servers are *restarted* one by one.", .everyone),
        ("New data centre", "We have opened a data centre in the north.", .everyone),
        ("Larger disks for your server", "Servers of size L have twice the disk from now on.", .owners(ofProduct: "vps")),
        ("Invoices as e-mail", "Invoices come by e-mail, too:\n\n- once a month\n- as a file", .customers),
    ]

    private static let articles: [(title: String, body: String, category: Int, tags: [String])] = [
        ("What DMARC is", "To be written.", 0, ["mail", "dns"]),
        (
            "Reset the password of a mailbox", "1. Open the panel.\n2. Choose *Mailboxes*.\n3. Choose **New password**.", 0,
            ["password"]
        ),
        ("Set up Thunderbird", "Incoming: `imap.example.com`, port 993.\n\nOutgoing: `smtp.example.com`, port 465.", 1, ["mail"]),
        ("Messages are rejected as spam", "Look whether the domain has an SPF record.", 0, ["mail", "dns"]),
        ("A server does not boot", "Start the rescue system and look at `/var/log`.", 2, ["boot", "vps"]),
        ("Connect by SSH", "Use the key that you gave when the server was ordered.", 2, ["ssh", "vps"]),
    ]
}
