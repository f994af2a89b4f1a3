import Narration
import SupportPortal
import SupportPortalTesting

/// An hour at the help desk: triage, transfer, a merge whose access is decided beforehand, a canned reply, and many tickets at once.
@main
struct AgentDesk {
    static func main() async throws {
        var story = Narration()
        let clock = ManualClock()
        let alice = Customer(id: "c-42", name: "Alice", email: try EmailAddress("alice@example.com"))
        let bob = Customer(id: "c-43", name: "Bob", email: try EmailAddress("bob@example.com"))
        let tess = Agent(
            id: "a-7", name: "Tess", email: try EmailAddress("tess@host.example"), departments: ["technical", "billing"])
        let bill = Agent(id: "a-8", name: "Bill", email: try EmailAddress("bill@host.example"), departments: ["billing"])
        let mail = RecordingChannel(name: "mail")
        let portal = Portal(
            storage: InMemoryStorage(), channels: [mail],
            people: InMemoryPeopleDirectory(agents: [tess, bill], customers: [alice, bob]),
            configuration: PortalConfiguration {
                $0.departments = [
                    Department(id: "technical", name: "Technical") {
                        $0.fields = [
                            CustomField(id: "domain", label: "Domain", isRequired: true),
                            CustomField(id: "panel", label: "Control panel", kind: .choice(["cPanel", "Plesk", "none"])),
                        ]
                    },
                    Department(id: "billing", name: "Billing"),
                ]
            }, environment: .deterministic(clock: clock, seed: 7))
        let desk = portal.agent(tess).tickets

        func open(
            _ customer: Customer, _ department: Department.ID, _ subject: String, _ message: String,
            _ fields: [CustomField.ID: String] = [:]
        ) async throws -> Ticket.ID {
            var form = try await portal.customer(customer).tickets.newForm()
            form.department = department
            form.subject = subject
            form.message = message
            form.fields = fields
            clock.advance(by: .seconds(60))
            return try await portal.customer(customer).tickets.open(form).ticket
        }
        let mailDown = try await open(
            alice, "technical", "Mail is down", "Nothing arrives since nine.", ["domain": "example.com", "panel": "Plesk"])
        let mailToo = try await open(
            bob, "technical", "No mail at all", "Same server as my colleague Alice, I think.", ["domain": "example.org"])
        let invoice = try await open(
            alice, "technical", "Invoice 2025-117", "Why is there a second fee?", ["domain": "example.com"])
        _ = try await portal.dispatcher.drain()
        _ = mail.drain()

        story.section("Triage")
        let nobodys = TicketFilter { $0.assignee = .nobody }
        let waiting = try await desk.list(nobodys, order: TicketOrder(.opened, ascending: true)).items
        story.table(
            ["number", "subject", "requester", "domain"],
            waiting.map {
                [
                    $0.number.description, $0.subject.text, $0.requester.name.text,
                    "\($0.fields["domain"].map(\.description) ?? "")",
                ]
            })
        story.expect(waiting.map(\.id), [mailDown, mailToo, invoice], "what nobody takes care of")
        try await desk.claim(mailDown)
        if let outage = TagName("Outage") { try await desk.tag(mailDown, outage) }
        let found = try await desk.search("fee inv").items
        story.say("\nSearching for “fee inv” finds \(found.map(\.subject.text).joined(separator: ", "))")
        story.expect(found.map(\.id), [invoice], "what the search finds")

        story.section("Transfer")
        try await desk.transfer(invoice, to: "billing")
        let department = try await portal.customer(alice).tickets.page(invoice).ticket.departmentName
        story.say("Alice sees her ticket at \(department).")
        story.expect(department, "Billing", "the department that Alice sees")

        story.section("Merge")
        let preview = try await desk.previewMerge(mailToo, into: mailDown, access: .share)
        story.table(
            ["who", "would see", "of"],
            preview.diff.gains.map {
                [$0.name.text, "the words", $0.conversation == mailDown ? "Alice's ticket" : "Bob's ticket"]
            })
        story.expect(preview.diff.gains.map(\.name), ["Alice", "Bob"], "who would gain access")
        let refusal = await story.expectRefusal("merging without a decision") { try await desk.merge(mailToo, into: mailDown) }
        story.expect((refusal as? PortalError)?.code, .accessUndecided, "merging without a decision")
        try await desk.merge(preview)
        let seenByBob = try await portal.customer(bob).tickets.page(mailToo)
        story.say("Bob's old link leads to: \(seenByBob.ticket.subject)")
        story.table(["who", "what"], seenByBob.conversation.items.map { [$0.authorName.text, $0.text] })
        story.expect(seenByBob.ticket.id, mailDown, "where Bob's link leads")

        story.section("A canned reply")
        let canned = try await desk.save(
            desk.newCannedReply(
                category: "Outages", title: "We are on it",
                text: "Hello {{requester.name}},\n\nwe are working on {{field.domain}}. – {{agent.name}}"))
        var reply = try await desk.newReply(from: canned.id, for: mailDown)
        reply.text += "\n\nUpdate within the hour."
        let told = try await desk.preview(.reply(reply.text), on: mailDown).recipients.map(\.name.text)
        let sent = try await desk.reply(to: mailDown, reply)
        _ = try await portal.dispatcher.drain()
        story.say(reply.text)
        story.say("\nTold: \(told.joined(separator: ", "))")
        story.expect(
            mail.notices.filter { $0.event.kind == .ticketReplied }.map(\.recipient.name.text).sorted(), told.sorted(),
            "who was told")
        if let message = sent.message { try await desk.edit(message, of: mailDown, reply.text + "\n\nDone: mail flows again.") }

        story.section("Many at once")
        let results = try await desk.perform(.close, on: [mailDown, invoice, "no such ticket"])
        for result in results {
            switch result.result {
            case .success(let receipt): story.say("\(receipt.number): \(receipt.status)")
            case .failure(let error): story.say("\(result.ticket): \(error)")
            }
        }
        story.expect(results.count { if case .success = $0.result { true } else { false } }, 2, "tickets that were closed")

        story.section("Who did what")
        let history = try await desk.history(of: mailDown).items
        story.table(["who", "what"], history.map { [$0.event.author.name.text, $0.event.kind.rawValue] })
        story.expect(
            history.map(\.event.kind),
            [
                .ticketOpened, .ticketAssigned, .ticketTagged, .ticketAbsorbed, .ticketReplied, .ticketMessageEdited,
                .ticketClosed,
            ],
            "the history")
        story.finish()
    }
}
