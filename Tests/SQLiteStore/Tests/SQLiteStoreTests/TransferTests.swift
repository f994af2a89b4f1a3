import Foundation
import SQLiteStore
import SupportPortal
import SupportPortalTesting
import Testing

/// Between memory and a database, where pages, orders and bytes are kept in other ways.
@Suite struct TransferTests {
    @Test func `A portal goes from memory to a database and back, and is the same, byte for byte`() async throws {
        try await withDirectory { directory in
            let memory = InMemoryStorage()
            try await fill(memory)
            let exported = try await bytes(PortalArchive.export(memory))
            let database = try SQLiteStorage(directory: directory, keptEvents: 5)
            let summary = try await PortalArchive.restore(FileSource(name: "portal.jsonl", data: exported), into: database)
            #expect(summary.counts.tickets == 131 && summary.counts.files == 1 && summary.counts.uploads == 1)
            #expect(try await bytes(PortalArchive.export(database)) == exported)
            try database.close()
            let reopened = try SQLiteStorage(directory: directory)
            let back = InMemoryStorage()
            try await PortalArchive.restore(PortalArchive.export(reopened), into: back)
            #expect(try await bytes(PortalArchive.export(back)) == exported)
            try reopened.close()
        }
    }

    @Test func `A restore into a database that fails here and there is repeated until it is whole`() async throws {
        try await withDirectory { directory in
            let memory = InMemoryStorage()
            try await fill(memory)
            let database = try SQLiteStorage(directory: directory)
            let storage = FaultInjectingStorage(database)
            for number in [0, 1, 2, 40, 90, 131, 134] {
                storage.faults.fail(.commit, number.isMultiple(of: 2) ? .afterwards : .before, skipping: number)
            }
            storage.faults.fail(.writeBlob, .afterwards)
            storage.faults.fail(.ticket, skipping: 300)
            storage.faults.fail(.records, skipping: 6)
            var options = RestoreOptions()
            var failures = 0
            while failures < 100 {
                do {
                    try await PortalArchive.restore(PortalArchive.export(memory), into: storage, options: options)
                    break
                } catch is InjectedFault {
                    failures += 1
                    options.allowsExisting = true
                }
            }
            #expect(failures == 10)
            #expect(try await bytes(PortalArchive.export(database)) == (try await bytes(PortalArchive.export(memory))))
            try database.close()
        }
    }

    /// Many tickets, one of them long, a file, drafts, an upload, a canned reply and a ban.
    private func fill(_ storage: InMemoryStorage) async throws {
        let sample = SampleData()
        let portal = Portal(
            storage: storage, people: sample.people, configuration: sample.configuration,
            environment: .deterministic(clock: ManualClock()))
        try await sample.fill(portal, tickets: 130)
        let customer = portal.customer(sample.customers[1]).tickets
        var form = try await customer.newForm()
        form.department = "billing"
        form.subject = "Long"
        form.message = "É e\u{301} 😀 / \\ \""
        form.attachments = [try await customer.upload(FileSource(name: "é.log", data: Data(repeating: 7, count: 150_000)))]
        let ticket = try await customer.open(form).ticket
        for number in 1...300 { try await customer.reply(to: ticket, ReplyDraft("\(number)")) }
        try await customer.save("Begun", for: ticket)
        _ = try await customer.upload(FileSource(name: "waits.txt", data: Data("waits".utf8)))
        let lead = portal.agent(sample.agents[sample.agents.count - 1]).tickets
        try await lead.save(lead.newCannedReply(category: "A", title: "B", text: "{{agent.name}}"))
        try await lead.ban(.domain("spam.example"))
        try await lead.markRead(ticket)
    }

    private func bytes(_ export: PortalExport) async throws -> Data {
        var bytes = Data()
        for try await line in export { bytes.append(line) }
        return bytes
    }

    /// A folder of its own, removed afterwards.
    private func withDirectory(_ work: (URL) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "sqlite-transfer-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        try await work(directory)
    }
}
