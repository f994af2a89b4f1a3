import Narration
import SupportPortal
import SupportPortalTesting

/// The customer's side of a ticket's life: unread marks, a reply kept as a draft and sent from elsewhere, a preview, closing by hand and by
/// itself, feedback.
@main
struct ReplyAndClose {
    static func main() async throws {
        var story = Narration()
        let clock = ManualClock()
        let alice = Customer(id: "c-42", name: "Alice", email: try EmailAddress("alice@example.com"))
        let tess = Agent(id: "a-7", name: "Tess", departments: ["support"])
        let day = Duration.seconds(24 * 3600)
        let portal = Portal(
            storage: InMemoryStorage(), channels: [RecordingChannel(name: "mail")],
            people: InMemoryPeopleDirectory(agents: [tess], customers: [alice]),
            configuration: PortalConfiguration { $0.tickets.autoClose = .after(day * 3, warning: day) },
            environment: .deterministic(clock: clock, seed: 11))
        let tickets = portal.customer(alice).tickets
        let desk = portal.agent(tess).tickets

        var form = try await tickets.newForm()
        form.subject = "Certificate expired"
        form.message = "The browser warns about www.example.com."
        let ticket = try await tickets.open(form).ticket
        try await desk.reply(to: ticket, "It is renewed. Does it work now?")

        story.section("Unread")
        story.expect(try await tickets.list().items.map(\.isUnread), [true], "unread after the agent's reply")
        try await tickets.markRead(ticket)
        story.expect(try await tickets.list().items.map(\.isUnread), [false], "unread after it was read")
        story.say("The agent's reply was unread until Alice had read it.")

        story.section("A draft from the phone, sent from the desk")
        var draft = tickets.newReply()
        draft.text = "It works, but only with"
        try await tickets.save(draft, for: ticket)
        var found = try await portal.customer(alice).tickets.savedReply(for: ticket)?.content ?? ""
        story.say("Kept: \(found.text) …")
        found.text += " www in front."
        let preview = try await tickets.preview(.reply(found.text), on: ticket)
        story.say(
            "Sending it makes the ticket \(preview.newStatus) (\(preview.rule)); \(preview.recipients.map(\.name.text).joined(separator: ", ")) will hear."
        )
        let receipt = try await tickets.reply(to: ticket, found)
        story.expect(receipt.status, preview.newStatus, "the status that was foretold")
        story.expect(try await tickets.savedReply(for: ticket)?.content, nil, "the draft after sending")

        story.section("Closed by itself")
        let answer = try await desk.reply(to: ticket, "Now without as well.")
        var steps: [[String]] = []
        for days in 1...4 {
            clock.advance(by: day)
            let report = try await portal.housekeeper.runOnce()
            let again = try await portal.housekeeper.runOnce()
            let what = report.warned.isEmpty ? report.closed.isEmpty ? "nothing" : "closed" : "warned"
            steps.append(["\(days)", what, try await tickets.page(ticket).ticket.status.rawValue])
            story.expect(again.warned + again.closed, [], "what a second run does on day \(days)")
        }
        story.table(["day", "the housekeeper", "status"], steps)
        story.expect(steps.map { $0[1] }, ["nothing", "warned", "closed", "nothing"], "what happens on which day")

        story.section("Feedback")
        if let message = answer.message { try await tickets.rate(message, of: ticket, 4) }
        try await tickets.giveFeedback(5, "Quick and friendly.", on: ticket)
        let page = try await tickets.page(ticket)
        story.say(
            "Alice gives \(page.feedback?.grade ?? 0) of 5, and \(page.conversation.items.last?.rating ?? 0) for the last reply.")
        story.expect(page.feedback?.comment, "Quick and friendly.", "the feedback")

        story.section("One more question")
        let reopened = try await tickets.reply(to: ticket, "Does it renew by itself next time?")
        story.say("Her reply makes it \(reopened.status) (\(reopened.rule)).")
        let closed = try await tickets.close(ticket)
        story.say("She closes it herself: \(closed.status).")
        story.expect([reopened.status, closed.status], [.customerReply, .closed], "reopened and closed")
        story.finish()
    }
}
