#if os(Linux)
import Foundation
import JSONLog
import SupportPortal
import SupportPortalTesting
import TestSupport
import Testing

/// Kills a process that works with a storage, at moments of chance, and looks at what it leaves. The process is this test program itself, told by its
/// environment to work.
@Suite("Killed storages", .serialized)
struct StorageKillTests {
    private static let variable = "SUPPORTPORTAL_WORKS_IN"
    private static let writers = 3

    private static var options: LogOptions {
        var options = LogOptions()
        options.segmentSize = 40_000
        options.tailSize = 8_192
        options.overlaySize = 200
        options.checkpointSize = 1
        options.cacheSize = 50_000
        return options
    }

    private static func open(_ directory: String) async throws -> JSONFileStorage {
        try await JSONFileStorage(path: directory, options: options, files: DiskFileSystem())
    }

    /// Works until it is killed. Each writer has tickets of its own; what was acknowledged is told to whoever kills by a line on what is the standard
    /// input, which leads back there: the writer, and how many steps it has done.
    @Test("Works until it is killed", .enabled(if: ProcessInfo.processInfo.environment[StorageKillTests.variable] != nil))
    func writes() async throws {
        let storage = try await Self.open(ProcessInfo.processInfo.environment[Self.variable] ?? "")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<Self.writers {
                group.addTask {
                    var step = try await Self.steps(of: writer, storage)
                    while true {
                        step += 1
                        try await Self.take(step, of: writer, storage)
                        try FileHandle.standardInput.write(contentsOf: Data("\(writer) \(step)\n".utf8))
                    }
                }
            }
            group.addTask {
                var number = 0
                while true {
                    number += 1
                    let claim = QueueClaim(
                        limit: 5, now: Date(timeIntervalSince1970: 2_000_000_000),
                        leaseEnd: Date(timeIntervalSince1970: 1_900_000_000),
                        lease: UUID().uuidString)
                    for item in try await storage.ticketStore.claim(claim) {
                        let recipient = Recipient(role: .requester, identity: item.event.author.identity, name: "Ada")
                        let isEvent = item.delivery == nil
                        try await storage.ticketStore.settle(
                            Settlement(
                                item: item.id, lease: claim.lease, outcome: number % 7 == 0 ? .parked(failure: "No") : .done,
                                adding: isEvent ? [Delivery(channel: "mail", recipient: recipient)] : []))
                    }
                    await Task.yield()
                }
            }
            group.addTask { while true { try await storage.compact() } }
            try await group.waitForAll()
        }
    }

    /// How many steps a writer has done: as many as its ticket of steps has been changed.
    private static func steps(of writer: Int, _ storage: JSONFileStorage) async throws -> Int {
        try await storage.ticketStore.ticket(Ticket.ID("steps-\(writer)"), in: .everything)?.reminders ?? 0
    }

    /// A file, and a commit with a message that it is attached to, in one of the writer's tickets, of which another one counts the steps.
    private static func take(_ step: Int, of writer: Int, _ storage: JSONFileStorage) async throws {
        let store = storage.ticketStore
        let date = FilledStorage.date(step)
        let blob = Blob(
            id: Blob.ID("b-\(writer)-\(step)-\(UUID().uuidString)"), owner: .customer(Customer.ID("c-\(writer)")), name: "a.txt",
            created: date
        )
        let hasFile = step % 3 == 0
        if hasFile {
            try await storage.blobStore.write(
                blob,
                from: AsyncThrowingStream<Data, any Error> { continuation in
                    continuation.yield(Data("file \(step)".utf8))
                    continuation.finish()
                })
        }
        let id = Ticket.ID("t-\(writer)-\(step % 12)")
        var ticket = try await ticket(id, writer, store)
        var counter = try await self.ticket(Ticket.ID("steps-\(writer)"), writer, store)
        counter.reminders = step
        ticket.messageCount += 1
        ticket.lastIndex += 1
        ticket.fileCount += hasFile ? 1 : 0
        ticket.lastActivity = date
        ticket.status = [.open, .answered, .closed][step % 3]
        var message = Message(
            id: Message.ID("m-\(writer)-\(step)"), ticket: id, index: ticket.lastIndex, kind: .reply,
            author: ticket.requester.author,
            date: date, text: String(repeating: "word ", count: step % 40))
        if hasFile { message.attachments = [FileAttachment(id: blob.id, name: "a.txt", size: 0)] }
        let event = PortalEvent(
            id: PortalEvent.ID("e-\(writer)-\(step)"), kind: PortalEvent.Kind(rawValue: "replied"), subject: id.rawValue,
            date: date,
            author: message.author, keys: ticket.accessKeys)
        var commit = TicketCommit(date: date, tickets: [ticket, counter], messages: [message], events: [event])
        if step % 37 == 0 {
            // Now and then a ticket goes, and begins anew.
            commit.tickets = [counter]
            commit.messages = []
            commit.events = []
            commit.erasure = Erasure(tickets: [id])
        }
        try await publish(step, of: writer, storage.articleStore)
        _ = try await store.commit(commit)
    }

    /// An article of the writer's, with one view and one vote for each of its revisions and all earlier ones as versions, in one commit.
    private static func publish(_ step: Int, of writer: Int, _ store: JSONCatalogStore<Article>) async throws {
        let id = Article.ID("a-\(writer)-\(step % 5)")
        let author = Author(role: .agent, identity: .agent("a-1"), name: "Bo")
        let old = try await store.items(CatalogQuery(in: .everything, CatalogFilter { $0.ids = [id] })).items.first
        var article =
            old
            ?? Article(
                entry: CatalogEntry(
                    id: id, slug: Slug(SingleLine(id.rawValue)), texts: [], created: FilledStorage.date(0), editor: author))
        article.entry.place = step
        article.entry.state = step % 2 == 0 ? .published : .draft
        article.entry.categories = [Article.Category.ID("ac-\(step % 3)")]
        article.entry.audience = step % 3 == 0 ? [.customers, .owners(of: Service.ID("s-\(writer)"))] : .everyone
        let event = PortalEvent(
            id: PortalEvent.ID("ae-\(writer)-\(step)"), kind: .catalog(Article.self, .changed), subject: id.rawValue,
            date: FilledStorage.date(step), author: author, keys: article.entry.audience.keys)
        let item = article
        let commit = CatalogCommit<Article> { commit in
            commit.announces = false
            if step % 41 == 0, let old {
                commit.removedItems = [id: old.entry.revision]
            } else {
                commit.items = [item]
                commit.versions = old.map { [$0] } ?? []
                commit.increments = [CatalogIncrement(id, .views)]
                commit.votes = [
                    CatalogVote(id, .helpful, by: .customer(Customer.ID("c-\(writer)-\(item.entry.revision.rawValue)")), 1)
                ]
                commit.events = [event]
            }
        }
        _ = try await store.commit(commit)
    }

    private static func ticket(_ id: Ticket.ID, _ writer: Int, _ store: JSONTicketStore) async throws -> Ticket {
        if let ticket = try await store.ticket(id, in: .everything) { return ticket }
        return Ticket(
            id: id, number: TicketNumber(rawValue: id.rawValue),
            requester: Requester(customer: Customer.ID("c-\(writer)"), name: "Ada", address: nil),
            opened: FilledStorage.date(0), subject: "Help", department: Department.ID("d-\(writer)"))
    }

    // MARK: Killing

    @Test(
        "Whenever a process is killed, all that it acknowledged is there, and all of it agrees",
        .enabled(if: ProcessInfo.processInfo.environment[StorageKillTests.variable] == nil))
    func kills() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "storage-kills-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let kills = Int(ProcessInfo.processInfo.environment["STORAGE_KILLS"] ?? "") ?? (Thoroughness.isFull ? 30 : 6)
        var chance = SeededGenerator(seed: 2026)
        var told = [Int](repeating: 0, count: Self.writers)
        for round in 0..<kills {
            let (process, output) = try start(in: directory)
            let awaited = Int.random(in: 1...50, using: &chance)
            let heard = try await lines(awaited, from: output)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let rest = String(decoding: output.availableData, as: UTF8.self)
            // What is behind the last line feed is not whole.
            let all = (heard + rest).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            #expect(all.count >= awaited, "round \(round): the process ended or hung, in \(directory)")
            for line in all {
                let numbers = line.split(separator: " ").compactMap { Int($0) }
                if numbers.count == 2 { told[numbers[0]] = max(told[numbers[0]], numbers[1]) }
            }
            let storage = try await Self.open(directory)
            #expect(storage.recovery.isClean, "round \(round): \(storage.recovery), in \(directory)")
            for writer in 0..<Self.writers {
                let steps = try await Self.steps(of: writer, storage)
                #expect(
                    steps == told[writer] || steps == told[writer] + 1,
                    "round \(round): \(steps), told \(told[writer]), in \(directory)")
            }
            try await agrees(storage, "round \(round), in \(directory)")
            try await storage.close()
        }
        print("storage kills: \(kills), \(told.reduce(0, +)) steps acknowledged")
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func start(in directory: String) throws -> (Process, FileHandle) {
        let process = ChildTest.process("StorageKillTests/writes", Self.variable, directory)
        let pipe = Pipe()
        process.standardInput = pipe.fileHandleForWriting
        try process.run()
        try pipe.fileHandleForWriting.close()
        return (process, pipe.fileHandleForReading)
    }

    /// Waits for lines, on a thread that may block; fewer come only if the other end is closed, or silent for 20 seconds.
    private func lines(_ count: Int, from pipe: FileHandle) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        var heard = Data()
                        while heard.count(where: { $0 == 0x0A }) < count {
                            var ready = pollfd(fd: pipe.fileDescriptor, events: Int16(POLLIN), revents: 0)
                            guard unsafe poll(&ready, 1, 20_000) > 0 else { break }
                            let bytes = pipe.availableData
                            guard !bytes.isEmpty else { break }
                            heard += bytes
                        }
                        return String(decoding: heard, as: UTF8.self)
                    })
            }
        }
    }

    /// Whether what is stored in several places is the same everywhere.
    private func agrees(_ storage: JSONFileStorage, _ what: String) async throws {
        let store = storage.ticketStore
        let all = PageRequest(limit: 100_000)
        let tickets = try await store.tickets(TicketQuery(in: .everything, page: all)).items
        var counts: [TicketStatus: Int] = [:]
        for ticket in tickets { counts[ticket.status, default: 0] += 1 }
        #expect(try await store.counts(TicketFilter(), in: .everything) == counts, "\(what)")
        for writer in 0..<Self.writers {
            for key in [AccessKey.customer(Customer.ID("c-\(writer)")), .department(Department.ID("d-\(writer)"))] {
                let listed = try await store.tickets(TicketQuery(in: .holding([key]), page: all)).items
                #expect(listed == tickets.filter { $0.accessKeys.contains(key) }, "\(what)")
                #expect(
                    try await store.counts(TicketFilter(), in: .holding([key])).values.reduce(0, +) == listed.count, "\(what)")
            }
        }
        #expect(
            try await store.takenNumbers(among: Set(tickets.map(\.number))).count == tickets.count, "\(what)")
        let events = try await store.changes(ChangeQuery(since: .start, limit: 1_000_000)).events
        let histories = Dictionary(grouping: events, by: \.event.subject)
        var files: Set<Blob.ID> = []
        for ticket in tickets {
            #expect(try await store.ticket(ticket.id, in: .everything) == ticket, "\(what)")
            let messages = try await store.messages(MessageQuery(ticket: ticket.id, includesInternal: true, page: all)).items
            #expect(messages.count == ticket.messageCount, "\(ticket.id), \(what)")
            #expect(messages.map(\.index) == Array(1..<(messages.count + 1)), "\(ticket.id), \(what)")
            files.formUnion(messages.flatMap { $0.attachments.map(\.id) })
            let history = try await store.history(HistoryQuery(ticket: ticket.id, page: all)).items
            #expect(history == histories[ticket.id.rawValue, default: []], "\(ticket.id), \(what)")
            #expect(history.count == messages.count, "\(ticket.id), \(what)")
        }
        #expect(try await store.attachedFiles(among: files) == files, "\(what)")
        let blobs = try await storage.blobStore.blobs(files)
        #expect(blobs.count == files.count, "\(what)")
        for blob in try await storage.blobStore.blobs(matching: BlobQuery(page: all)).items {
            #expect(
                try await storage.blobStore.read(blob.id, in: 0..<blob.size)?.starts(with: Data("file ".utf8)) == true, "\(what)")
        }
        try await agrees(storage.articleStore, what)
        #expect(try await storage.verify().isEmpty, "\(what)")
    }

    private func agrees(_ store: JSONCatalogStore<Article>, _ what: String) async throws {
        let all = PageRequest(limit: 100_000)
        let articles = try await store.items(CatalogQuery(in: .everything, page: all)).items
        let tallies = try await store.tallies(of: Set(articles.map(\.id)))
        for article in articles {
            let revision = article.entry.revision.rawValue
            #expect(
                try await store.versions(of: article.id, page: all).items.map(\.entry.revision.rawValue)
                    == Array((1..<revision).reversed()), "\(what)")
            #expect(tallies[article.id]?[.views] == revision, "\(article.id), \(what)")
            #expect(tallies[article.id]?[.helpful, 1] == revision, "\(article.id), \(what)")
        }
        for order in [CatalogOrder.place, .title, .updated, .popular(.views)] {
            let query = CatalogQuery<Article>(in: .everything, order: order, page: all)
            #expect(try await store.items(query).items == query.page(of: articles, tallies: tallies).items, "\(order), \(what)")
        }
        for scope in [AccessScope.everything, .holding([.everyone, .service("s-1")]), .holding([.customers])] {
            var filter = CatalogFilter<Article>()
            filter.states = [.published]
            let placements = [CatalogPlacement<Article>.anywhere, .listed(["ac-0"]), .listed(["ac-1", "ac-2"])]
            let visible = articles.filter { CatalogQuery(in: scope, filter).matches($0) }
            let counts = placements.map { placement in visible.count { placement.contains($0.entry.categories) } }
            #expect(try await store.counts(filter, in: scope, of: placements) == counts, "\(what)")
        }
    }
}

extension Requester {
    fileprivate var author: Author { Author(role: .requester, identity: identity, name: name, address: address) }
}
#endif
