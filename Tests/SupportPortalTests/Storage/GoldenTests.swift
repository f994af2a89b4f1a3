import Foundation
import JSONLog
import SupportPortal
import TestSupport
import Testing

/// Files of each version of the format are kept, and later versions must read them; and what is written today must not change unnoticed.
///
/// To make the files of a new version: set `GOLDEN_WRITES_TO` to an empty directory and run this suite. Those of an old version are never changed.
@Suite("Golden files")
struct GoldenTests {
    private static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/v1").path

    /// Everything in them, by hand, so that nothing changes when samples do.
    private enum Records {
        static func date(_ second: Int) -> Date { Date(timeIntervalSince1970: 1_790_000_000.123 + Double(second)) }

        static let guest = Requester(
            customer: nil, name: "Grüße \"aus\" Köln", address: EmailAddress(checking: "guest@example.com"), language: "de")
        static let customer = Requester(customer: "c/1", name: "Ada Sample", address: EmailAddress(checking: "ada@example.com"))
        static let agent = Author(
            role: .agent, identity: .agent("a-1"), name: "Bo Agent", address: EmailAddress(checking: "bo@staff.example"))

        static var plain: Ticket {
            Ticket(
                id: "t-plain", number: TicketNumber(rawValue: "ABC-000001"), requester: guest, opened: date(0), subject: "Plain",
                department: "sales")
        }

        static var full: Ticket {
            var ticket = Ticket(
                id: "t-full/é", number: TicketNumber(rawValue: "ABC-000002"), requester: customer, opened: date(1),
                subject: "Everything 🙂 \\ / set",
                department: "technical")
            ticket.service = "s-1"
            ticket.priority = .high
            ticket.status = TicketStatus(rawValue: "On/Hold")
            ticket.lastActivity = date(9)
            ticket.lastRole = .agent
            ticket.closed = date(8)
            if let address = EmailAddress(checking: "copy@example.com") {
                ticket.copies = [CopyRecipient(address: address, proposedBy: .customer("c/1"), approved: date(2))]
            }
            ticket.guestAccess = GuestAccess(tokenHash: "00ff", expires: date(1_000))
            ticket.followUpOf = "t-before"
            ticket.continuedIn = "t-after"
            ticket.messageCount = 2
            ticket.lastIndex = 3
            ticket.lastPublicIndex = 1
            ticket.lastAuthor = .agent("a-1")
            ticket.lastPublicAuthor = .customer("c/1")
            ticket.fileCount = 1
            ticket.participants = [.customer("c/1"), .agent("a-1")]
            ticket.assignee = "a-1"
            ticket.watchers = ["a-2"]
            ticket.tags = ["refund", "été"].compactMap { TagName($0) }
            ticket.fields = ["host": .text("web-1"), "count": .number(-3), "urgent": .flag(true)]
            ticket.mergedInto = "t-main"
            ticket.mergeAccess = .withhold
            ticket.merged = [MergedTicket(ticket: "t-other", requester: guest, isShared: true)]
            ticket.splitFrom = "t-whole"
            ticket.splitInto = ["t-part"]
            ticket.feedback = TicketFeedback(grade: 4, comment: "Good\nenough", date: date(7), author: .customer("c/1"))
            ticket.warned = date(6)
            ticket.reminders = 1
            ticket.source = AccessKey(rawValue: "source:192.0.2.1")
            ticket.publicRevision = Revision(rawValue: 1)
            return ticket
        }

        static var reply: Message {
            var message = Message(
                id: "m-1", ticket: "t-full/é", index: 1, kind: .reply,
                author: Author(role: .requester, identity: .customer("c/1"), name: "Ada Sample"), date: date(3),
                text: "Line one\n\t\"two\" \u{1} 漢字")
            var removed = FileAttachment(id: "b-gone", name: "gone.txt", size: 7)
            removed.removed = date(5)
            message.attachments = [FileAttachment(id: "b-1", name: "log.txt", size: 12), removed]
            message.edits = [MessageEdit(date: date(4), author: agent, text: "before")]
            message.rating = 5
            message.movedFrom = "t-other"
            return message
        }

        static var note: Message {
            Message(id: "m-2", ticket: "t-full/é", index: 3, kind: .note, author: agent, date: date(9), text: "")
        }

        static func event(_ id: PortalEvent.ID, on ticket: Ticket, _ author: Author = agent) -> PortalEvent {
            PortalEvent(
                id: id, kind: PortalEvent.Kind(rawValue: "ticket.replied"), subject: ticket.id.rawValue, date: date(10),
                author: author,
                isInternal: true, keys: ticket.accessKeys,
                details: [PortalEvent.Detail(rawValue: "to"): "Open", PortalEvent.Detail(rawValue: "from"): "Closed"])
        }

        static let record = DeskRecord(
            DeskRecord.ID(.draft, of: .agent("a-1"), "t-full/é"), date: date(11), text: "Dear {name},\n")
        static let submission = Submission(key: "0123abcd", ticket: "t-full/é", message: "m-1", expires: date(100_000))
        static let delivery = Delivery(
            channel: "mail",
            recipient: Recipient(
                role: .requester, identity: .customer("c/1"), name: "Ada Sample", address: customer.address, language: "en"))
        static let blob = Blob(id: "b-1", owner: .customer("c/1"), name: "log.txt", created: date(0))
    }

    /// What is stored, always in the same way.
    private static func write(to storage: JSONFileStorage) async throws {
        let store = storage.ticketStore
        var plain = Records.plain
        var first = TicketCommit(date: Records.date(0), tickets: [plain], events: [Records.event("e-1", on: plain)])
        first.submission = Submission(key: "gone", ticket: "t-plain", message: "m-0", expires: Records.date(1))
        _ = try await store.commit(first)
        let full = Records.full
        _ = try await store.commit(
            TicketCommit(
                date: Records.date(9), tickets: [full], messages: [Records.reply, Records.note],
                events: [Records.event("e-2", on: full), Records.event("e-3", on: full)], submission: Records.submission,
                records: [.put(Records.record)]))
        plain.revision = Revision(rawValue: 1)
        plain.status = .closed
        _ = try await store.commit(
            TicketCommit(date: Records.date(12), tickets: [plain], events: [Records.event("e-4", on: plain)], announces: false))
        let other = Ticket(
            id: "t-erased", number: TicketNumber(rawValue: "ABC-000003"), requester: Records.guest, opened: Records.date(0),
            subject: "Erased",
            department: "sales")
        _ = try await store.commit(
            TicketCommit(date: Records.date(13), tickets: [other], events: [Records.event("e-5", on: other)]))
        var erasure = TicketCommit(date: Records.date(14))
        erasure.erasure = Erasure(tickets: ["t-erased"], people: [.agent("a-9")])
        _ = try await store.commit(erasure)
        // The queue: one that led to a delivery, which is parked; one that failed; one that is lent.
        let claim = QueueClaim(limit: 2, now: Records.date(20), leaseEnd: Records.date(50), lease: "lease-1")
        _ = try await store.claim(claim)
        try await store.settle(Settlement(item: "e-1", lease: "lease-1", outcome: .done, adding: [Records.delivery]))
        try await store.settle(
            Settlement(item: "e-2", lease: "lease-1", outcome: .retry(at: Records.date(40), failure: "450 later"), adding: []))
        _ = try await store.claim(QueueClaim(limit: 1, now: Records.date(21), leaseEnd: Records.date(51), lease: "lease-2"))
        try await store.settle(
            Settlement(item: "e-1/mail/customer:c/1", lease: "lease-2", outcome: .parked(failure: "550 no"), adding: []))
        _ = try await store.claim(QueueClaim(limit: 1, now: Records.date(45), leaseEnd: Records.date(60), lease: "lease-3"))
    }

    private static func writeBlob(to storage: JSONFileStorage) async throws {
        let bytes = AsyncThrowingStream<Data, any Error> { continuation in
            continuation.yield(Data("golden bytes".utf8))
            continuation.finish()
        }
        try await storage.blobStore.write(Records.blob, from: bytes)
    }

    private static func open(_ path: String, _ mode: JSONFileStorage.Mode = .durable) async throws -> JSONFileStorage {
        try await JSONFileStorage(path: path, create: true, mode: mode, options: LogOptions(), files: DiskFileSystem())
    }

    private static func check(_ storage: JSONFileStorage) async throws {
        #expect(storage.recovery.isClean && storage.recovery.tornTail == nil)
        let store = storage.ticketStore
        var (plain, full, reply, note, record) = (Records.plain, Records.full, Records.reply, Records.note, Records.record)
        plain.status = .closed
        plain.revision = Revision(rawValue: 2)
        full.revision = Revision(rawValue: 1)
        reply.revision = Revision(rawValue: 1)
        note.revision = Revision(rawValue: 1)
        record.revision = Revision(rawValue: 1)
        #expect(try await store.ticket("t-plain", in: .everything) == plain)
        #expect(try await store.ticket("t-full/é", in: .everything) == full)
        #expect(try await store.tickets(TicketQuery(in: .everything)).items == [full, plain])
        #expect(try await store.tickets(TicketQuery(in: .holding([AccessKey(rawValue: "token:00ff")]))).items == [full])
        #expect(try await store.counts(TicketFilter(), in: .everything) == [.closed: 1, TicketStatus(rawValue: "On/Hold"): 1])
        #expect(try await store.messages(MessageQuery(ticket: "t-full/é", includesInternal: true)).items == [reply, note])
        #expect(try await store.attachedFiles(among: ["b-1", "b-gone"]) == ["b-1"])
        let known = try await store.takenNumbers(among: Set((1...3).map { TicketNumber(rawValue: "ABC-00000\($0)") }))
        #expect(known == [plain.number, full.number])
        #expect(try await store.submission("0123abcd", at: Records.date(20)) == Records.submission)
        #expect(try await store.submission("gone", at: Records.date(0)) == nil)
        #expect(try await store.records(DeskRecordQuery(.draft)).items == [record])
        let events = [
            (1, Records.event("e-1", on: Records.plain)), (2, Records.event("e-2", on: Records.full)),
            (3, Records.event("e-3", on: Records.full)), (4, Records.event("e-4", on: Records.plain)),
        ].map { RecordedEvent(position: Position(rawValue: $0), event: $1) }
        #expect(
            try await store.changes(ChangeQuery(since: .start)) == ChangeBatch(events: events, position: Position(rawValue: 5)))
        #expect(try await store.history(HistoryQuery(ticket: "t-full/é")).items == Array(events[1...2]))
        let parked = QueueItem(
            position: events[0].position, event: events[0].event, delivery: Records.delivery, failures: 1, lastFailure: "550 no")
        #expect(try await store.parked(.first).items == [parked])
        var blob = Records.blob
        blob.size = 12
        #expect(try await storage.blobStore.blobs(matching: BlobQuery()).items == [blob])
        #expect(try await storage.blobStore.read("b-1", in: 0..<12) == Data("golden bytes".utf8))
        #expect(try await storage.verify().isEmpty)
    }

    @Test("Files of version 1 are read as they were written")
    func versionOne() async throws {
        let folder = try TemporaryFolder()
        let copy = "\(folder.path)/v1"
        try FileManager.default.copyItem(atPath: Self.directory, toPath: copy)
        let reader = try await Self.open(copy, .readOnly)
        try await Self.check(reader)
        try await reader.close()
        let storage = try await Self.open(copy)
        try await Self.check(storage)
        // The one on loan comes back.
        let claim = QueueClaim(limit: 9, now: Records.date(61), leaseEnd: Records.date(99), lease: "lease-4")
        #expect(try await storage.ticketStore.claim(claim).map(\.id) == ["e-2"])
        try await storage.compact()
        try await storage.close()
        let again = try await Self.open(copy)
        try await Self.check(again)
        try await again.close()
    }

    @Test("What is written today has the bytes of version 1")
    func sameBytes() async throws {
        let folder = try TemporaryFolder()
        let storage = try await Self.open(folder.path)
        try await Self.write(to: storage)
        try await storage.close()
        let written = try Data(contentsOf: URL(filePath: "\(folder.path)/000001.jsonl"))
        let golden = try Data(contentsOf: URL(filePath: "\(Self.directory)/000001.jsonl"))
        let lines = { (data: Data) in data.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) } }
        for (line, expected) in zip(lines(written), lines(golden)) { #expect(line == expected) }
        #expect(golden.starts(with: written))
    }

    @Test("Writes new golden files", .enabled(if: ProcessInfo.processInfo.environment["GOLDEN_WRITES_TO"] != nil))
    func write() async throws {
        let path = ProcessInfo.processInfo.environment["GOLDEN_WRITES_TO"] ?? ""
        var storage = try await Self.open(path)
        try await Self.write(to: storage)
        try await storage.close()
        storage = try await Self.open(path)
        try await Self.writeBlob(to: storage)
        try await storage.close()
    }
}
