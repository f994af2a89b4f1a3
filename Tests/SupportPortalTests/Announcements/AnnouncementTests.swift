import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Announcements")
struct AnnouncementTests {
    @Test(
        "One for tomorrow is absent today and there when the clock moves; one that expired is gone",
        arguments: StorageKind.allCases)
    func dates(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let desk = bench.portal.agent(bench.tess).announcements
        let start = bench.clock.now
        let draft = try await desk.save(desk.draft(title: "New data centre", body: "We open **Frankfurt**."))
        #expect(draft.entry.state == .draft)
        #expect(try await bench.titles().isEmpty)
        #expect(await code { try await bench.aliceNews.announcement(draft.id) } == .notFound)
        try await desk.publish(draft.id, from: start.addingTimeInterval(86_400), until: start.addingTimeInterval(2 * 86_400))
        #expect(try await bench.titles().isEmpty)
        #expect(await code { try await bench.aliceNews.announcement(draft.id) } == .notFound)
        #expect(try await bench.aliceNews.unreadCount() == 0)
        bench.clock.advance(by: .seconds(86_399))
        #expect(try await bench.titles().isEmpty)
        bench.clock.advance(by: .seconds(1))
        #expect(try await bench.titles() == ["New data centre"])
        #expect(try await bench.aliceNews.announcement(draft.id).body == "We open **Frankfurt**.")
        #expect(try await bench.aliceNews.announcement(draft.entry.slug).id == draft.id)
        bench.clock.advance(by: .seconds(86_399))
        #expect(try await bench.titles() == ["New data centre"])
        bench.clock.advance(by: .seconds(1))
        #expect(try await bench.titles().isEmpty)
        #expect(await code { try await bench.aliceNews.announcement(draft.id) } == .notFound)
        #expect(await code { try await desk.publish(draft.id, from: start, until: start) } == .invalidForm)
        // For agents it is still there.
        #expect(try await desk.list().items.map(\.id) == [draft.id])
    }

    @Test("The audience holds: everyone, customers, owners, one by name, agents", arguments: StorageKind.allCases)
    func audience(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let audiences: [(String, Audience)] = [
            ("everyone", .everyone), ("customers", .customers), ("vps", .owners(ofProduct: "vps-line")),
            ("service", .owners(of: "s-vps")),
            ("bob", .customers([bench.bob.id])), ("agents", .agents),
            ("bob or owners", [.customers([bench.bob.id]), .owners(of: "s-vps")]),
        ]
        var ids: [String: Announcement.ID] = [:]
        for (name, audience) in audiences {
            ids[name] = try await bench.announce(SingleLine(name)) { $0.entry.audience = audience }
            bench.clock.advance(by: .seconds(1))
        }
        #expect(try await bench.titles() == ["bob or owners", "service", "vps", "customers", "everyone"])
        #expect(try await bench.titles(for: bench.bob) == ["bob or owners", "bob", "customers", "everyone"])
        #expect(try await bench.portal.guest().announcements.list().items.map(\.shown.title) == ["everyone"])
        let foreign = try #require(ids["bob"])
        #expect(await code { try await bench.aliceNews.announcement(foreign) } == .notFound)
        #expect(await code { try await bench.aliceNews.markRead(foreign) } == .notFound)
        #expect(await code { try await bench.aliceNews.announcement("no such thing") } == .notFound)
        #expect(await code { try await bench.aliceNews.announcement("a\0b") } == .notFound)
        #expect(await code { try await bench.portal.guest().announcements.announcement(foreign) } == .notFound)
        // What is no longer for somebody is gone for him.
        let desk = bench.portal.agent(bench.tess).announcements
        var changed = try await desk.announcement(try #require(ids["everyone"]))
        changed.entry.audience = .agents
        try await desk.save(changed)
        #expect(try await bench.portal.guest().announcements.list().items.isEmpty)
    }

    @Test("Unread marks are per customer", arguments: StorageKind.allCases)
    func unread(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let first = try await bench.announce("First")
        bench.clock.advance(by: .seconds(1))
        let second = try await bench.announce("Second")
        _ = try await bench.announce("For Bob") { $0.entry.audience = .customers([bench.bob.id]) }
        let (alice, bob) = (bench.aliceNews, bench.portal.customer(bench.bob).announcements)
        #expect(try await alice.unreadCount() == 2)
        #expect(try await bob.unreadCount() == 3)
        #expect(try await bench.portal.customer(bench.alice).menu()[.announcements]?.badge == 2)
        try await alice.markRead(first)
        try await alice.markRead(first)
        #expect(try await alice.unreadCount() == 1)
        #expect(try await bob.unreadCount() == 3)
        #expect(try await alice.list().items.map(\.isUnread) == [true, false])
        #expect(try await alice.announcement(second).summary.isUnread)
        let desk = bench.portal.agent(bench.tess).announcements
        #expect(try await desk.readers(of: [first, second]) == [first: 1])
        try await alice.markUnread(first)
        #expect(try await alice.unreadCount() == 2)
        try await bob.markAllRead()
        #expect(try await bob.unreadCount() == 0)
        #expect(try await alice.unreadCount() == 2)
        #expect(try await bench.portal.guest().announcements.list().items.map(\.isUnread) == [false, false])
    }

    @Test("Pinned ones first, then the newest; pages neither skip nor repeat", arguments: StorageKind.allCases)
    func order(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        var ids: [Announcement.ID] = []
        for number in 0..<25 {
            // Several at one instant.
            if number.isMultiple(of: 3) { bench.clock.advance(by: .seconds(1)) }
            ids.append(try await bench.announce(SingleLine("News \(number)")))
        }
        let desk = bench.portal.agent(bench.tess).announcements
        try await desk.pin(ids[4])
        try await desk.archive(ids[5])
        var found: [AnnouncementSummary] = []
        var page = PageRequest(limit: 4)
        repeat {
            let next = try await bench.aliceNews.list(page: page)
            found += next.items
            page.after = next.next
            // Others write meanwhile.
            if found.count == 8 {
                bench.clock.advance(by: .seconds(1))
                _ = try await bench.announce("Later")
            }
        } while page.after != nil
        #expect(found.count == 24)
        #expect(Set(found.map(\.id)).count == 24)
        #expect(found.first?.id == ids[4])
        #expect(found.first?.shown.isPinned == true)
        let dates = found.dropFirst().map(\.shown.published)
        #expect(dates == dates.sorted(by: >))
        try await desk.pin(ids[4], false)
        #expect(try await bench.aliceNews.list(page: PageRequest(limit: 1)).items.map(\.shown.title) == ["Later"])
        let foreign = PageCursor(order: "activity.descending", value: .number(1), id: "x")
        #expect(await code { try await bench.aliceNews.list(page: PageRequest(after: foreign)) } == .invalidCursor)
        #expect(await code { try await desk.list(page: PageRequest(after: foreign)) } == .invalidCursor)
    }

    @Test("Edits keep what was said before, and a stale one is refused", arguments: StorageKind.allCases)
    func edits(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let desk = bench.portal.agent(bench.tess).announcements
        let id = try await bench.announce("Maintenance") { $0.entry.audience = [.customers, .customers(["c-x"])] }
        let first = try await desk.announcement(id)
        var second = first
        second.entry.texts[0].body = "Moved to Sunday."
        bench.clock.advance(by: .seconds(60))
        let saved = try await desk.save(second)
        #expect(saved.entry.updated == bench.clock.now)
        #expect(saved.entry.published == first.entry.published)
        #expect(await code { try await desk.save(second) } == .conflict)
        // Who sees it is no edit of what it says.
        var wider = saved
        wider.entry.audience = .everyone
        try await desk.save(wider)
        let versions = try await desk.versions(of: id).items
        #expect(versions.map(\.entry.texts[0].body) == ["Text of Maintenance"])
        // A version keeps no customer's name.
        #expect(versions.map(\.entry.audience) == [.customers])
        #expect(try await desk.announcement(id).entry.texts[0].body == "Moved to Sunday.")
        try await desk.remove(id)
        #expect(await code { try await desk.announcement(id) } == .notFound)
        #expect(await code { try await desk.versions(of: id) } == .notFound)
        #expect(await code { try await desk.remove(id) } == .notFound)
    }

    @Test("A draft with mistakes names all of them", arguments: StorageKind.allCases)
    func mistakes(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let desk = bench.portal.agent(bench.tess).announcements
        var draft = try desk.draft(title: " \u{200B}", body: String(repeating: "x", count: 1_000_001))
        draft.entry.texts.append(CatalogText(language: "DE", title: SingleLine(String(repeating: "t", count: 201))))
        draft.entry.texts.append(CatalogText(language: "de", title: "Gut"))
        draft.entry.texts.append(CatalogText(language: "not a tag", title: "Gut"))
        draft.entry.categories = ["nowhere"]
        draft.entry.expires = draft.entry.published
        draft.entry.tags = Set((0...20).compactMap { TagName("tag \($0)") })
        let error = await #expect(throws: PortalError.self) { try await desk.save(draft) }
        #expect(
            Set(error?.problems ?? []) == [
                FormProblem(.title, .missing, index: 0), FormProblem(.body, .tooLong, index: 0, limit: 1_000_000),
                FormProblem(.title, .tooLong, index: 1, limit: 200), FormProblem(.language, .duplicate, index: 2),
                FormProblem(.language, .malformed, index: 3), FormProblem(.categories, .unknown, index: 0),
                FormProblem(.expires, .outOfRange), FormProblem(.tags, .tooMany, limit: 20),
            ])
        #expect(try await desk.list().items.isEmpty)
        draft = try desk.draft(title: "x", body: "")
        draft.entry.texts = []
        #expect(await code { try await desk.save(draft) } == .invalidForm)
    }

    @Test("Two of one title have different links, and a link that is taken is refused", arguments: StorageKind.allCases)
    func slugs(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let desk = bench.portal.agent(bench.tess).announcements
        let ids = [try await bench.announce("Über uns!"), try await bench.announce("Uber uns"), try await bench.announce("…")]
        let slugs = try await ids.asyncMap { try await desk.announcement($0).entry.slug.rawValue }
        #expect(slugs == ["uber-uns", "uber-uns-2", "item"])
        var second = try await desk.announcement(ids[1])
        second.entry.slug = try #require(Slug(rawValue: "uber-uns"))
        let error = await #expect(throws: PortalError.self) { try await desk.save(second) }
        #expect(error?.problems == [FormProblem(.slug, .duplicate)])
        #expect(try await bench.aliceNews.announcement(try #require(Slug(rawValue: "uber-uns-2"))).id == ids[1])
    }

    @Test("Texts come in the reader's language where there are such", arguments: StorageKind.allCases)
    func languages(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        _ = try await bench.announce("Hello") {
            $0.entry.texts[0].language = "en"
            $0.entry.texts.append(CatalogText(language: "de", title: "Hallo", body: "Guten Tag"))
            $0.entry.texts.append(CatalogText(language: "pt-BR", title: "Olá"))
        }
        let guest = bench.portal.guest().announcements
        for (language, title) in [
            (nil, "Hello"), ("de", "Hallo"), ("de-AT", "Hallo"), ("PT", "Olá"), ("pt-br", "Olá"), ("pt-BR-x-a", "Olá"),
            ("fr", "Hello"), ("", "Hello"),
        ] {
            #expect(try await guest.list(language: language).items.map(\.shown.title.text) == [title], "\(language ?? "none")")
        }
        var german = bench.alice
        german.language = "de-CH"
        #expect(try await bench.titles(for: german) == ["Hallo"])
    }

    @Test("Without the permission, nothing of the desk", arguments: StorageKind.allCases)
    func permission(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let id = try await bench.announce("News")
        var agent = bench.tess
        agent.permissions.remove(.editAnnouncements)
        let desk = bench.portal.agent(agent).announcements
        let draft = try desk.draft(title: "x", body: "y")
        #expect(await code { try await desk.list() } == .notPermitted)
        #expect(await code { try await desk.announcement(id) } == .notPermitted)
        #expect(await code { try await desk.save(draft) } == .notPermitted)
        #expect(await code { try await desk.publish(id) } == .notPermitted)
        #expect(await code { try await desk.archive(id) } == .notPermitted)
        #expect(await code { try await desk.pin(id) } == .notPermitted)
        #expect(await code { try await desk.remove(id) } == .notPermitted)
        #expect(await code { try await desk.versions(of: id) } == .notPermitted)
        #expect(await code { try await desk.readers(of: [id]) } == .notPermitted)
        #expect(try await bench.titles() == ["News"])
    }

    @Test("A section that is not composed says so and is in no menu")
    func absent() async throws {
        let portal = Portal(storage: ComposedStorage())
        let customer = portal.customer(Customer(id: "c", name: "C"))
        #expect(await code { try await customer.announcements.list() } == .sectionNotComposed)
        #expect(await code { try await portal.guest().announcements.list() } == .sectionNotComposed)
        let desk = portal.agent(Agent(id: "a", name: "A", departments: .all)).announcements
        #expect(await code { try await desk.list() } == .sectionNotComposed)
        #expect(try await customer.menu().entries.isEmpty)
    }
}

extension PortalBench {
    var aliceNews: CustomerAnnouncements { portal.customer(alice).announcements }

    /// Publishes an announcement for everyone, now.
    func announce(_ title: SingleLine, with change: (inout Announcement) -> Void = { _ in }) async throws -> Announcement.ID {
        let desk = portal.agent(tess).announcements
        var draft = try desk.draft(title: title, body: "Text of \(title)")
        change(&draft)
        return try await desk.publish(desk.save(draft).id).id
    }

    /// The titles that a customer sees, Alice unless said otherwise.
    func titles(for customer: Customer? = nil) async throws -> [String] {
        try await portal.customer(customer ?? alice).announcements.list().items.map(\.shown.title.text)
    }
}

extension Sequence {
    /// Every element converted, one after the other.
    func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
