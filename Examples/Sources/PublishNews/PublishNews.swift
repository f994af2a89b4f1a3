import Foundation
import Narration
import SupportPortal
import SupportPortalTesting

/// News from the draft to the archive: for whom, from when and until when, unread marks, what was said before, and feeds for readers of news.
@main
struct PublishNews {
    static func main() async throws {
        var story = Narration()
        let clock = ManualClock()
        let alice = Customer(id: "c-42", name: "Alice", language: "de")
        let bob = Customer(id: "c-43", name: "Bob")
        let people = InMemoryPeopleDirectory(customers: [alice, bob])
        people.add(Service(id: "s-1", name: "VPS M – web1.example.com", product: "vps"), to: alice.id)
        let portal = Portal(storage: InMemoryStorage(), people: people, environment: .deterministic(clock: clock, seed: 5))
        let desk = portal.agent(Agent(id: "a-7", name: "Tess", departments: .all)).announcements
        let (toAlice, toBob) = (portal.customer(alice).announcements, portal.customer(bob).announcements)

        func titles(_ page: Page<AnnouncementSummary>) -> String {
            page.items.isEmpty
                ? "nothing" : page.items.map { "\($0.isUnread ? "• " : "")\($0.shown.title)" }.joined(separator: " | ")
        }
        func show(_ what: String) async throws {
            story.say(what)
            story.say("  Alice: \(titles(try await toAlice.list()))")
            story.say("  Bob:   \(titles(try await toBob.list()))")
            story.say("  Guest: \(titles(try await portal.guest().announcements.list()))")
        }

        story.section("Written, for a later time, for some")
        var offer = try desk.draft(title: "New: snapshots", body: "Every VPS can have **snapshots** now.\n\n- free\n- instant\n")
        offer.entry.texts.append(
            CatalogText(language: "de", title: "Neu: Schnappschüsse", body: "Jeder VPS kann jetzt **Schnappschüsse** haben."))
        offer.entry.audience = .owners(ofProduct: "vps")
        offer = try await desk.save(offer)
        let hello = try await desk.publish(desk.save(desk.draft(title: "We moved", body: "To a new office.")).id)
        clock.advance(by: .seconds(60))
        let night = try await desk.save(desk.draft(title: "Maintenance tonight", body: "From 22:00 to 23:00 UTC."))
        let evening = clock.now.addingTimeInterval(8 * 3_600)
        try await desk.publish(night.id, from: evening, until: evening.addingTimeInterval(3_600))
        try await desk.publish(offer.id)
        try await desk.pin(hello.id)
        try await show("In the morning (• is unread, We moved is pinned):")
        try await toAlice.markRead(hello.id)
        story.expect(try await toAlice.unreadCount(), 1, "what Alice has not read")
        story.expect(try await toBob.unreadCount(), 1, "what Bob has not read")
        clock.advance(by: .seconds(8 * 3_600))
        try await show("In the evening:")
        story.expect(try await toBob.list().items.count, 2, "what Bob sees in the evening")
        clock.advance(by: .seconds(3_600))
        try await show("An hour later:")
        story.expect(try await toBob.list().items.map(\.id), [hello.id], "what Bob sees at night")
        let refusal = await story.expectRefusal("Bob asks for what is for others") { _ = try await toBob.announcement(offer.id) }
        story.say("Bob asks for what is for owners of a VPS: \(refusal.map { "\($0)" } ?? "")")

        story.section("Changed, with what was said before")
        var changed = try await desk.announcement(hello.id)
        changed.entry.texts[0].body = "To a new office, in *Frankfurt*. <script>alert(1)</script>"
        try await desk.save(changed)
        for version in try await desk.versions(of: hello.id).items {
            story.say("Revision \(version.entry.revision.rawValue) said: \(version.entry.texts[0].body)")
        }
        let page = try await toAlice.announcement(hello.id)
        let html = Markdown(page.body).html().text
        story.say("As HTML: \(html)")
        story.expect(html.contains("<script"), false, "whether markup of the text is markup of the page")

        story.section("For feed readers")
        let settings = AnnouncementFeedSettings(
            title: "News", author: "Example Hosting", home: "https://host.example/news", address: "https://host.example/news.atom"
        ) { "https://host.example/news/\($0.shown.slug)" }
        let feed = try await portal.guest().announcements.feed(settings)
        print(String(decoding: feed.atom(), as: UTF8.self))
        print(String(decoding: try feed.jsonFeed(), as: UTF8.self))
        story.expect(feed.entries.map(\.title), ["We moved"], "what is in the feed")
        try await desk.archive(hello.id)
        story.expect(try await toBob.list().items.isEmpty, true, "that nothing is left for Bob")
        story.finish()
    }
}
