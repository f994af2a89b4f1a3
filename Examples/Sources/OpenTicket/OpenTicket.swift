import Foundation
import SupportPortal

/// The ten lines of the README, in a directory that is removed at the end: a customer opens a ticket, an agent answers.
@main
struct OpenTicket {
    static func main() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "open-ticket-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }

        let storage = try await JSONFileStorage(directory: directory, create: true)
        let portal = Portal(storage: storage)

        let customer = Customer(id: "c-42", name: "A. Customer", email: try EmailAddress("customer@example.com"))
        let session = portal.customer(customer)
        var form = try await session.tickets.newForm()  // name and email filled in, choices listed
        form.subject = "VPS does not boot after the kernel update"
        form.message = "Since 09:40 the console stops at …"
        let confirmation = try await session.tickets.open(form)

        let desk = portal.agent(Agent(id: "a-7", name: "An Agent", departments: ["support"]))
        try await desk.tickets.reply(to: confirmation.ticket, "Please boot the previous kernel: …")

        let page = try await session.tickets.page(confirmation.ticket)
        print("\(page.ticket.subject): \(page.ticket.status)")
        for entry in page.conversation.items { print("  \(entry.authorName): \(entry.text)") }
        try await storage.close()
        precondition(page.ticket.status == .answered && page.conversation.items.count == 2)
    }
}
