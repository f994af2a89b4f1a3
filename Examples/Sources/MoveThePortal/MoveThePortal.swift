import Foundation
import Narration
import SupportPortal
import SupportPortalTesting

/// A portal moves from one storage to another by way of a file, and arrives as it was.
@main
struct MoveThePortal {
    static func main() async throws {
        var story = Narration()
        let clock = ManualClock()
        let alice = Customer(id: "c-42", name: "Alice", email: try EmailAddress("alice@example.com"))
        let tess = Agent(id: "a-7", name: "Tess", departments: ["support"])
        let old = InMemoryStorage()
        let portal = Portal(storage: old, environment: .deterministic(clock: clock, seed: 3))

        let customer = portal.customer(alice).tickets
        var form = try await customer.newForm()
        form.subject = "VPS does not boot"
        form.message = "The log is attached."
        form.attachments = [
            try await customer.upload(FileSource(name: "console.log", data: Data(repeating: 0x2E, count: 120_000)))
        ]
        let ticket = try await customer.open(form).ticket
        clock.advance(by: .seconds(60))
        try await portal.agent(tess).tickets.reply(to: ticket, "Please boot the previous kernel.")
        try await customer.save("It does, but", for: ticket)
        // Before a move: what waits to be told is told, as it does not move.
        try await portal.dispatcher.drain()

        story.section("Out of the old storage")
        let file = FileManager.default.temporaryDirectory.appending(path: "portal-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        let handle = try FileHandle(forWritingTo: file)
        var types: [String] = []
        for try await line in PortalArchive.export(old) {
            try handle.write(contentsOf: line)
            let type = String(decoding: line, as: UTF8.self).split(separator: "\"").dropFirst(3).first ?? ""
            types.append(String(type))
        }
        try handle.close()
        story.say(types.joined(separator: ", "))
        story.say("\(types.count) lines of JSON.")

        story.section("Is the file whole?")
        let found = try await PortalArchive.verify(FileSource(file: file))
        story.say(
            "Yes: \(found.counts.tickets) ticket with \(found.counts.messages) messages, \(found.counts.fileBytes) bytes of files."
        )
        let whole = try Data(contentsOf: file)
        let cut = FileSource(name: "cut.jsonl", data: whole.dropLast(100))
        let error = await story.expectRefusal("a file that was cut") { try await PortalArchive.verify(cut) }
        story.say("Without its last 100 bytes: \(error.map { "\($0)" } ?? "")")

        story.section("Into the new storage")
        let new = InMemoryStorage()
        let summary = try await PortalArchive.restore(FileSource(file: file), into: new) { progress in
            if progress.lines.isMultiple(of: 5) || progress.stage == .finished {
                print("\(progress.stage.rawValue): \(progress.lines) lines, \(progress.counts.fileBytes) bytes of files")
            }
        }
        story.expect(summary, found, "what was restored")
        var again = Data()
        for try await line in PortalArchive.export(new) { again.append(line) }
        story.expect(again == whole, true, "the stream of the new storage, byte for byte")

        let arrived = Portal(storage: new, environment: .deterministic(clock: clock, seed: 4)).customer(alice).tickets
        let page = try await arrived.page(ticket)
        story.expect(page, try await customer.page(ticket), "Alice's page")
        story.say("\nAlice goes on where she was: \(try await arrived.savedReply(for: ticket)?.content.text ?? "") …")
        let receipt = try await arrived.reply(to: ticket, "It does, but only once.")
        story.say("Her ticket is \(receipt.status.rawValue).")
        story.finish()
    }
}
