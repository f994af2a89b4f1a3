import Foundation
import Narration
import SupportPortal
import SupportPortalTesting

extension Tour {
    /// A ticket from form to closed and beyond, seen by everybody in it.
    static func tickets(_ stage: inout Stage) async throws {
        let alice = stage.portal.customer(stage.alice)
        let tess = stage.portal.agent(stage.tess)
        stage.story.section("Tickets")

        // The form.
        var form = try await alice.tickets.newForm()
        stage.story.say("The form knows Alice: \(form.name), \(form.email)")
        stage.story.table(["department", "what for"], form.choices.departments.map { [$0.name.text, $0.summary] })
        stage.story.say("Related service: \(form.choices.services.map(\.name.text).joined(separator: ", "))")
        let files = "\(form.choices.uploads.maximumFiles) files of up to \(form.choices.uploads.maximumFileSize / 1_000_000) MB"
        stage.story.say("May be attached: \(files)")
        form.message = "Since 09:40 the console stops, see the picture."
        form.copies = ["carla@example.com", "not an address"]
        let mistakes = try await alice.tickets.problems(of: form)
        stage.story.say("Not yet: \(mistakes.map { "\($0.field.rawValue) \($0.code.rawValue)" }.joined(separator: ", "))")
        stage.story.expect(mistakes.count, 3, "mistakes in the form")

        form.department = "technical"
        form.service = "s-1"
        form.priority = .high
        form.subject = "VPS does not boot after the kernel update"
        let suggestions = try await alice.knowledgebase.suggestions(subject: form.subject, message: form.message)
        stage.story.say("Before she sends it, this may help: \(suggestions.map(\.title.text).joined(separator: ", "))")
        stage.story.expect(suggestions.first?.title, "When a server does not boot", "the first suggestion")
        form.copies = ["carla@example.com"]
        for file in stage.files { form.attachments.append(try await alice.tickets.upload(FileSource(file: file))) }
        let confirmation = try await alice.tickets.open(form)
        stage.story.expect(try await alice.tickets.open(form), confirmation, "the confirmation of a second submit")
        stage.story.say("Confirmed: ticket \(confirmation.number)\n")

        // The conversation.
        let ticket = confirmation.ticket
        var steps: [[String]] = []
        func step(_ what: String, _ expected: TicketStatus, told: [String]) async throws {
            try await stage.portal.dispatcher.drain()
            let heard = stage.mail.drain().map { "\($0.recipient.name) (\($0.recipient.role.rawValue))" }.sorted()
            let status = try await alice.tickets.page(ticket).ticket.status
            steps.append([what, status.rawValue, heard.isEmpty ? "nobody" : heard.joined(separator: ", ")])
            stage.story.expect(status, expected, "the status after “\(what)”")
            stage.story.expect(heard, told, "who hears of “\(what)”")
            stage.clock.advance(by: .seconds(600))
        }
        let (toAlice, toCarla, toTess) = ("Alice (requester)", "carla@example.com (copy)", "Tess (agent)")
        try await step("Alice opens the ticket", .open, told: [toTess, toCarla])
        let preview = try await tess.tickets.preview(.reply("…"), on: ticket)
        stage.story.expect(preview.recipients.map(\.name.text), ["Alice", "carla@example.com"], "the preview of Tess's reply")
        try await tess.tickets.reply(to: ticket, "Please boot the previous kernel.")
        try await step("Tess replies", .answered, told: [toAlice, toCarla])
        _ = try await alice.tickets.reply(to: ticket, "That works, but why?")
        try await step("Alice replies", .customerReply, told: [toTess, toCarla])
        try await tess.tickets.note(on: ticket, "Third case today, ask the kernel team.")
        try await step("Tess leaves a note", .customerReply, told: [])
        try await tess.tickets.post(to: ticket, "A specialist is looking at your ticket.")
        try await step("The portal posts", .customerReply, told: [toAlice, toCarla])
        try await tess.tickets.reply(to: ticket, "A driver was missing. Fixed in the next update.", setting: .closed)
        try await step("Tess replies and closes", .closed, told: [toAlice, toCarla])
        try await alice.tickets.close(ticket)
        try await step("Alice closes it once more", .closed, told: [])
        stage.clock.advance(by: .seconds(6 * 24 * 3600))
        _ = try await alice.tickets.reply(to: ticket, "It is back.")
        try await step("Six days later Alice replies", .customerReply, told: [toTess, toCarla])
        try await tess.tickets.close(ticket)
        try await step("Tess closes it", .closed, told: [toAlice, toCarla])
        stage.story.table(["what happens", "status", "who hears of it"], steps)

        try await restart(&stage)
        try await secondSession(&stage, ticket)
        try await strangers(&stage, ticket)
        try await followUp(&stage, ticket)
    }

    /// The host stops and starts again: everything is in the files.
    private static func restart(_ stage: inout Stage) async throws {
        try await stage.reopen()
        let names = try FileManager.default.contentsOfDirectory(atPath: stage.directory.path).sorted()
        stage.story.say("\nThe host stops and starts again. Its directory holds: \(names.joined(separator: ", "))")
        stage.story.say("Found in order: \(stage.storage.recovery.isClean ? "yes" : "no")")
        stage.story.expect(stage.storage.recovery.isClean, true, "what opening found")
        stage.story.expect(try await stage.storage.verify(), [], "the damage")
        let alice = stage.portal.customer(stage.alice)
        stage.story.expect(
            try await alice.announcements.list().items.map(\.isUnread), [true, false], "the announcements after the restart")
        stage.story.expect(try await alice.knowledgebase.search("console").total, 1, "what the search finds after the restart")
        stage.story.expect(try await alice.downloads.newest().items.count, 2, "the downloads after the restart")
    }

    /// The same ticket from a session made anew, as another request of the host would.
    private static func secondSession(_ stage: inout Stage, _ ticket: Ticket.ID) async throws {
        let again = stage.portal.customer(stage.alice).tickets
        let page = try await again.page(ticket)
        stage.story.say("\nThe same from another session: \(page.ticket.number) \(page.ticket.subject) (\(page.ticket.status))")
        stage.story.table(
            ["when (UTC)", "who", "what", "files"],
            page.conversation.items.map { entry in
                let time = Int(entry.date.timeIntervalSince1970) % 86_400 / 60
                let who = entry.authorRole == .system ? "(portal)" : entry.authorName.text
                let files = entry.attachments.map { "\($0.name) \($0.size) B" }.joined(separator: ", ")
                return ["\(time / 60):\(time % 60 < 10 ? "0" : "")\(time % 60)", who, entry.text, files]
            })
        stage.story.expect(
            page.conversation.items.map(\.authorRole),
            [
                .requester, .agent, .requester, .system, .agent, .requester,
            ], "who wrote in the conversation")

        let first = page.conversation.items[0]
        stage.story.expect(first.attachments.count, stage.files.count, "the attached files")
        for (attachment, file) in zip(first.attachments, stage.files) {
            let delivery = try await again.file(attachment.id, in: first.id, of: ticket)
            stage.story.expect(
                try await delivery.bytes.collect() == Data(contentsOf: file), true, "\(attachment.name) byte for byte")
            let headers = delivery.headers().filter { ["Content-Type", "Content-Disposition"].contains($0.name) }.map(\.value)
            stage.story.say("\(attachment.name) comes back byte for byte as \(headers.joined(separator: "; "))")
        }
    }

    /// Who else may look, and who may not.
    private static func strangers(_ stage: inout Stage, _ ticket: Ticket.ID) async throws {
        let (bob, bill) = (stage.portal.customer(stage.bob), stage.portal.agent(stage.bill))
        for (name, ask) in [
            ("Bob, another customer", { _ = try await bob.tickets.page(ticket) }),
            ("Bill, of another department", { _ = try await bill.tickets.page(ticket) }),
        ] as [(String, () async throws -> Void)] {
            let error = await stage.story.expectRefusal(name, ask)
            stage.story.say("\(name), is told: \(error.map { "\($0)" } ?? "everything")")
            stage.story.expect(error as? PortalError, PortalError(.notFound, "no such ticket"), "what \(name) is told")
        }
    }

    /// Too late to reopen: the reply opens a linked ticket.
    private static func followUp(_ stage: inout Stage, _ ticket: Ticket.ID) async throws {
        let alice = stage.portal.customer(stage.alice)
        stage.clock.advance(by: .seconds(8 * 24 * 3600))
        let receipt = try await alice.tickets.reply(to: ticket, "And again, with the new kernel.")
        stage.story.expect(receipt.rule, .followedUp, "the rule for a reply after eight days")
        let closed = try await alice.tickets.page(ticket)
        stage.story.expect(closed.continuedIn, receipt.ticket, "where the closed ticket goes on")
        stage.story.say("\nEight days after closing, a reply opens the linked ticket \(receipt.number). Alice's tickets now:")
        let list = try await alice.tickets.list()
        stage.story.table(
            ["number", "department", "subject", "status"],
            list.items.map { [$0.number.description, $0.departmentName.text, $0.subject.text, $0.status.rawValue] })
        stage.story.expect(list.items.map(\.status), [.open, .closed], "the statuses of Alice's tickets")
        let badges = try await alice.menu().entries.map { "\($0.id.rawValue)\($0.badge.map { " (\($0))" } ?? "")" }
        stage.story.say("Her menu: \(badges.joined(separator: " | "))")
    }
}
