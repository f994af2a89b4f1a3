import Foundation
import Narration
import SupportPortal

/// What JSON files promise, tried out: a process is killed while it opens tickets, and everything that it was told is stored is there; then a byte
/// changes on the disk, and everything else is there.
@main
struct CrashAndRecover {
    static func main() async throws {
        if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "write" {
            return try await write(to: URL(filePath: CommandLine.arguments[2]))
        }
        var story = Narration()
        let directory = FileManager.default.temporaryDirectory.appending(path: "crash-and-recover-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let acknowledged = try killAWriter(of: directory)
        try await afterTheKill(&story, directory, acknowledged)
        let lost = acknowledged[acknowledged.count / 2]
        try damage(lost, in: directory)
        try await afterTheDamage(&story, directory, acknowledged.filter { $0 != lost }, lost)
        try? FileManager.default.removeItem(at: directory)
        story.finish()
    }

    // MARK: The process that is killed

    static let writers = 3

    /// Opens tickets without end. Tells each that is stored, in a line on its standard output.
    static func write(to directory: URL) async throws {
        let portal = Portal(storage: try await JSONFileStorage(directory: directory, create: true))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 1...writers {
                group.addTask {
                    let tickets = portal.customer(Customer(id: Customer.ID("c-\(writer)"), name: "Customer \(writer)")).tickets
                    for number in 1... {
                        var form = try await tickets.newForm()
                        form.subject = "Request \(number)"
                        form.message = "Please answer."
                        let ticket = try await tickets.open(form).ticket
                        try FileHandle.standardOutput.write(contentsOf: Data("\(ticket)\n".utf8))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Starts the writing process, kills it in the midst of its work, and hands back the tickets that it told.
    static func killAWriter(of directory: URL) throws -> [Ticket.ID] {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = Bundle.main.executableURL
        process.arguments = ["write", directory.path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        try process.run()
        var told = Data()
        var isKilled = false
        while case let more = pipe.fileHandleForReading.availableData, !more.isEmpty {
            told += more
            if !isKilled, told.count(where: { $0 == 0x0A }) >= 50 {
                kill(process.processIdentifier, SIGKILL)
                isKilled = true
            }
        }
        process.waitUntilExit()
        // What is behind the last line feed is not whole.
        let lines = String(decoding: told, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.dropLast().map { Ticket.ID(String($0)) }
    }

    // MARK: What is there afterwards

    static func afterTheKill(_ story: inout Narration, _ directory: URL, _ acknowledged: [Ticket.ID]) async throws {
        story.section("A process is killed while it opens tickets")
        story.expect(acknowledged.count >= 50, true, "it has told of 50 tickets")
        let storage = try await JSONFileStorage(directory: directory)
        // What the kill left of a commit that nobody was told of is a torn tail; there may be none.
        report(&story, "Opening finds damage", !storage.recovery.isClean, is: false)
        report(&story, "Every ticket that was acknowledged is there, with its message", try await hasAll(acknowledged, storage))
        let others = try await count(storage) - acknowledged.count
        report(&story, "At most one more for each writer, whose acknowledgement was cut off", 0...writers ~= others)
        report(&story, "Reading all of it finds damage", try await !storage.verify().isEmpty, is: false)
        let error = await story.expectRefusal("a second storage") { _ = try await JSONFileStorage(directory: directory) }
        story.say("Opening the directory a second time: \((error as? StorageError)?.code.rawValue ?? "goes")")
        story.expect((error as? StorageError)?.code, .locked, "opening it a second time")
        try await storage.close()
    }

    static func afterTheDamage(_ story: inout Narration, _ directory: URL, _ others: [Ticket.ID], _ lost: Ticket.ID) async throws
    {
        story.section("A byte changes on the disk")
        var storage = try await JSONFileStorage(directory: directory)
        let recovery = storage.recovery
        report(&story, "Opening finds damage", !recovery.isClean)
        story.say("Damaged places: \(recovery.damage.count), commits missing: \(recovery.missingCommits)")
        story.expect([recovery.damage.count, recovery.missingCommits], [1, 1], "what is damaged")
        let names = Set(recovery.suspectRecords.compactMap { $0.split(separator: "/").first }).sorted()
        story.say("What was in it: \(names.joined(separator: ", "))")
        report(&story, "The ticket is named", recovery.suspectRecords.contains("ticket/\(lost)"))
        let copy = recovery.damage.first?.copy ?? ""
        report(&story, "A copy of the bytes is set aside in \(folder(of: copy))", FileManager.default.fileExists(atPath: copy))
        report(&story, "Every other ticket is there", try await hasAll(others, storage))
        let found = try await storage.ticketStore.ticket(lost, in: .everything)
        report(&story, "The damaged ticket is there", found != nil, is: false)

        let tickets = Portal(storage: storage).customer(Customer(id: "c-4", name: "Customer 4")).tickets
        var form = try await tickets.newForm()
        form.subject = "Life goes on"
        form.message = "Does it?"
        let next = try await tickets.open(form).ticket
        try await storage.compact()
        try await storage.close()
        storage = try await JSONFileStorage(directory: directory)
        report(&story, "After another ticket and a compaction, opening finds damage", !storage.recovery.isClean, is: false)
        report(&story, "Every other ticket is there, and the new one", try await hasAll(others + [next], storage))
        report(&story, "The copy is still there", FileManager.default.fileExists(atPath: copy))
        try await storage.close()
    }

    private static func report(_ story: inout Narration, _ what: String, _ found: Bool, is expected: Bool = true) {
        story.say("\(what): \(found ? "yes" : "no")")
        story.expect(found, expected, what)
    }

    private static func folder(of path: String) -> String { URL(filePath: path).deletingLastPathComponent().lastPathComponent }

    private static func hasAll(_ tickets: [Ticket.ID], _ storage: JSONFileStorage) async throws -> Bool {
        for ticket in tickets {
            guard try await storage.ticketStore.ticket(ticket, in: .everything) != nil else { return false }
            guard try await storage.ticketStore.messages(MessageQuery(ticket: ticket)).items.count == 1 else { return false }
        }
        return true
    }

    private static func count(_ storage: JSONFileStorage) async throws -> Int {
        try await storage.ticketStore.counts(TicketFilter(), in: .everything).values.reduce(0, +)
    }

    // MARK: Damage

    /// Changes a letter of a ticket's subject, as a disk might.
    static func damage(_ ticket: Ticket.ID, in directory: URL) throws {
        // With the index, which is made anew at any time, opening need not read what it knows; `verify()` and whoever reads the ticket would find out.
        try? FileManager.default.removeItem(at: directory.appending(path: "index"))
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) where name.hasSuffix(".jsonl") {
            let file = directory.appending(path: name)
            var bytes = try Data(contentsOf: file)
            guard let record = bytes.range(of: Data("{\"k\":\"ticket/\(ticket)\"".utf8)),
                let subject = bytes.range(of: Data("\"subject\":\"".utf8), in: record.upperBound..<bytes.endIndex)
            else { continue }
            bytes[subject.upperBound] ^= 1
            try bytes.write(to: file)
        }
    }
}
