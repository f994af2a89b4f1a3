import Foundation
import SQLiteStore
import SupportPortal
import SupportPortalTesting
import Testing

/// The laws of all storages, each on databases of its own, and what laws cannot ask for.
@Suite struct SQLiteStoreTests {
    @Test(arguments: StorageLaws.all)
    func keeps(_ law: StorageLaw) async throws { try await check(law, keptEvents: 100_000) }

    /// Laws that look at more events than such a feed keeps.
    private static let lawsOfShortFeeds = StorageLaws.all.filter { law in
        [
            "A feed holds all events", "The history of a ticket", "A history is kept", "An erased ticket is found nowhere",
            "Erased people vanish", "What an erasing commit stores", "What a forgetting commit stores",
        ].contains { law.name.contains($0) }
    }

    @Test(arguments: lawsOfShortFeeds)
    func `keeps, with a feed of five events,`(_ law: StorageLaw) async throws { try await check(law, keptEvents: 5) }

    private func check(_ law: StorageLaw, keptEvents: Int) async throws {
        try await withDirectory { root in
            let subject = StorageSubject {
                try SQLiteStorage(directory: root.appending(path: UUID().uuidString), keptEvents: keptEvents)
            } reopen: { storage in
                let storage = try #require(storage as? SQLiteStorage)
                try storage.close()
                return try SQLiteStorage(directory: storage.directory, keptEvents: keptEvents)
            }
            try await law.check(subject)
        }
    }

    @Test func `Positions whose events were dropped ask to read anew, after reopening too`() async throws {
        try await withDirectory { directory in
            for round in 0..<2 {
                let storage = try SQLiteStorage(directory: directory, keptEvents: 3)
                let store = storage.ticketStore
                for number in 0..<5 { _ = try await store.commit(commit(round * 5 + number)) }
                let end = Int64(round * 5 + 5)
                #expect(try await store.changes(ChangeQuery(since: nil)).position.rawValue == end)
                let kept = try await store.changes(ChangeQuery(since: Position(rawValue: end - 3)))
                #expect(kept.events.map(\.position.rawValue) == [end - 2, end - 1, end])
                await #expect {
                    try await store.changes(ChangeQuery(since: Position(rawValue: end - 4)))
                } throws: {
                    ($0 as? StorageError)?.code == .resyncRequired
                }
                // What waits to be told does not need the feed.
                let items = try await store.claim(
                    QueueClaim(limit: 9, now: .now, leaseEnd: .now.addingTimeInterval(60), lease: "\(round)"))
                #expect(items.count == 5)
                try storage.close()
            }
        }
    }

    @Test func `Two processes on one database, each with a connection of its own, work as one`() async throws {
        try await withDirectory { directory in
            let stores = [try SQLiteStorage(directory: directory), try SQLiteStorage(directory: directory)].map(\.ticketStore)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<64 { group.addTask { _ = try await stores[number % 2].commit(commit(number)) } }
                try await group.waitForAll()
            }
            let lent = try await withThrowingTaskGroup(of: [QueueItem.ID].self) { group in
                for task in 0..<32 {
                    group.addTask {
                        let claim = QueueClaim(limit: 3, now: .now, leaseEnd: .now.addingTimeInterval(60), lease: "\(task)")
                        return try await stores[task % 2].claim(claim).map(\.id)
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(lent.count == 64)
            #expect(Set(lent).count == 64)
            let events = try await stores[0].changes(ChangeQuery(since: .start)).events
            #expect(events.map(\.position.rawValue) == Array(1...64))
        }
    }

    private func commit(_ number: Int) -> TicketCommit {
        let ticket = Ticket(
            id: Ticket.ID("ticket-\(number)"), number: TicketNumber(rawValue: "N-\(number)"),
            requester: Requester(customer: "c1", name: "A. Customer", address: nil), opened: Date(timeIntervalSince1970: 0),
            subject: "Subject", department: "technical")
        let event = PortalEvent(
            id: PortalEvent.ID("event-\(number)"), kind: .ticketOpened, subject: ticket.id.rawValue, date: ticket.opened,
            author: .system, keys: ticket.accessKeys)
        return TicketCommit(date: ticket.opened, tickets: [ticket], events: [event])
    }

    /// A folder of its own, removed afterwards.
    private func withDirectory(_ work: (URL) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "sqlite-store-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        try await work(directory)
    }
}
