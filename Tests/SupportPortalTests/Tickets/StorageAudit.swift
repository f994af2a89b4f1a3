import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

extension PortalBench {
    /// All that is stored as tickets.
    func allRecords() async throws -> [Ticket] {
        try await storage.tickets?.tickets(TicketQuery(in: .everything, page: PageRequest(limit: 100_000))).items ?? []
    }

    /// What tickets say of their messages that is not so.
    func contradictions() async throws -> [String] {
        var found: [String] = []
        for ticket in try await allRecords() {
            let messages = try await messages(of: ticket.id)
            func check(_ isTrue: Bool, _ what: String) { if !isTrue { found.append("\(ticket.id): \(what)") } }
            check(ticket.messageCount == messages.count, "\(ticket.messageCount) messages counted, \(messages.count) there")
            let files = messages.flatMap(\.attachments).filter { $0.removed == nil }
            check(ticket.fileCount == files.count, "\(ticket.fileCount) files counted, \(files.count) there")
            check(ticket.lastIndex >= messages.last?.index ?? 0, "a place above the last one")
            check(zip(messages, messages.dropFirst()).allSatisfy { $0.index < $1.index }, "places do not rise")
            check((ticket.closed != nil) == (configuration.kind(of: ticket.status) == .closed), "closed at no time, or open")
            guard ticket.mergedInto == nil else { continue }
            check(ticket.lastPublicIndex == messages.last(where: \.isPublic)?.index ?? 0, "another last public message")
            check(ticket.lastAuthor == messages.last?.author.identity ?? ticket.lastAuthor, "another last author")
            let reply = messages.last { $0.kind == .reply }
            check(ticket.lastActivity == reply?.date ?? ticket.lastActivity, "active at another time")
            check(ticket.lastRole == reply?.author.role ?? ticket.lastRole, "somebody else wrote last")
            let people = ticket.people
            let authors = Set(messages.map(\.author.identity)).subtracting([.system])
            check(authors.isSubset(of: people), "an author is not among its people")
        }
        return found
    }

    /// Where words can still be read, in everything that the stores hand out: records, messages, feed, histories, queue, files. Bans aside,
    /// which stay. Takes all that waits in the queue.
    ///
    /// Parameter `tickets`: ids of tickets that may be gone.
    func traces(of words: [String], tickets: [Ticket.ID] = []) async throws -> [String] {
        var found: [String] = []
        func look(_ place: String, _ value: some Encodable) throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            let text = String(decoding: try encoder.encode([value]), as: UTF8.self).lowercased()
            found += words.filter { text.contains($0.lowercased()) }.map { "\($0) in \(place)" }
        }
        let store = try #require(storage.tickets)
        let everything = PageRequest(limit: 100_000)
        let records = try await allRecords()
        for ticket in records {
            try look("ticket \(ticket.id)", ticket)
            for key in ticket.accessKeys.union(ticket.people) { try look("keys of \(ticket.id)", key) }
        }
        for id in Set(records.map(\.id) + tickets) {
            for message in try await messages(of: id) { try look("message of \(id)", message) }
            for event in try await store.history(HistoryQuery(ticket: id, page: everything)).items {
                try look("history of \(id): \(event.event.kind.rawValue)", event)
            }
        }
        for kind in [DeskRecord.Kind.draft, .seen, .cannedReply] {
            for record in try await store.records(DeskRecordQuery(kind, page: everything)).items { try look("\(kind)", record) }
        }
        for event in try await store.changes(ChangeQuery(since: .start, limit: 100_000)).events {
            try look("feed: \(event.event.kind.rawValue)", event)
        }
        for item in try await store.parked(everything).items { try look("parked", item) }
        // Within a lane one at a time: what was looked at is done.
        while true {
            let claim = QueueClaim(limit: 1_000, now: clock.now + 1e9, leaseEnd: clock.now + 2e9, lease: "scan")
            let waiting = try await store.claim(claim)
            if waiting.isEmpty { break }
            for item in waiting {
                try look("queue: \(item.event.kind.rawValue)", item)
                try await store.settle(Settlement(item: item.id, lease: "scan", outcome: .done))
            }
        }
        if let blobs = storage.blobs {
            for blob in try await blobs.blobs(matching: BlobQuery(page: everything)).items {
                try look("file", blob)
                let bytes = try await blobs.read(blob.id, in: 0..<blob.size) ?? Data()
                try look("bytes of a file", String(decoding: bytes, as: UTF8.self))
            }
        }
        return found
    }
}

/// Does work on a fresh bench with one call of a store failing, once for every call that it makes, before and after; then does it again without
/// faults, and looks at what came of it.
func withEachFault<Prepared>(
    _ kind: StorageKind, _ functions: [FaultPlan.Function] = FaultPlan.Function.allCases,
    configuration: (inout PortalConfiguration) throws -> Void = { _ in },
    prepare: (PortalBench) async throws -> Prepared, work: (PortalBench, Prepared) async throws -> Void,
    verify: (PortalBench, Prepared, String) async throws -> Void
) async throws {
    let dry = try await PortalBench(kind, with: configuration)
    let prepared = try await prepare(dry)
    let before = functions.map(dry.storage.faults.calls)
    try await work(dry, prepared)
    let calls = zip(functions, before).map { ($0, dry.storage.faults.calls($0) - $1) }
    try await verify(dry, prepared, "without faults")
    for (function, count) in calls {
        for number in stride(from: 0, to: count, by: kind.thinning) {
            for moment in [FaultPlan.Moment.before, .afterwards] {
                let bench = try await PortalBench(kind, with: configuration)
                let prepared = try await prepare(bench)
                bench.storage.faults.fail(function, moment, skipping: number)
                try? await work(bench, prepared)
                try? await work(bench, prepared)
                try await verify(bench, prepared, "\(function) failed \(moment) call \(number)")
            }
        }
    }
}
