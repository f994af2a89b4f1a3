import Foundation
import SupportPortal
import SupportPortalTesting
import TestSupport
import Testing

@Suite("Somebody is forgotten")
struct ErasureTests {
    /// What Alice has written, wherever: none of it may be found again.
    static let words = ["aardvark", "alice"]

    private struct Prepared {
        var own: Ticket.ID
        var bobs: Ticket.ID
        var merged: Ticket.ID
        var guests: Ticket.ID
        var all: [Ticket.ID]
    }

    /// Alice everywhere: own tickets, on CC, merged, as a guest, with files, drafts, marks, proposals, feedback, and notices that wait.
    private static func prepare(_ bench: PortalBench) async throws -> Prepared {
        let (alice, bob, tess) = (bench.aliceTickets, bench.bobTickets, bench.tessTickets)
        let mail = try #require(bench.alice.email)
        func file() async throws -> UploadedFile {
            try await alice.upload(FileSource(name: "aardvark.log", data: Data("aardvark".utf8)))
        }
        let own = try await bench.open("Aardvark 1") {
            $0.message = "aardvark 2"
            $0.copies = ["carl@example.com"]
        }.ticket
        let message = try #require(try await tess.reply(to: own, "Answer").message)
        try await alice.reply(to: own, ReplyDraft("aardvark 3", attachments: [try await file()]))
        try await alice.rate(message, of: own, 4)
        try await tess.note(on: own, "She says aardvark")
        let agents = try await tess.upload(FileSource(name: "for-alice.txt", data: Data("aardvark".utf8)))
        try await tess.reply(to: own, ReplyDraft("Dear Alice", attachments: [agents]))
        try await tess.save("Dear Alice, begun", for: own)
        try await tess.save("On Alice", for: own, asNote: true)
        try await tess.markRead(own)
        try await alice.close(own)
        try await alice.giveFeedback(5, "aardvark 4", on: own)
        let bobs = try await bench.open("Bob's", as: bench.bob) { $0.copies = ["alice@example.com"] }.ticket
        try await alice.reply(to: bobs, ReplyDraft("aardvark 5", attachments: [try await file()]))
        try await alice.addCopy(try EmailAddress("proposed@example.com"), to: bobs)
        try await bob.removeCopy(mail, from: bobs)
        try await bob.addCopy(mail, to: bobs)
        try await alice.reply(to: bobs, "aardvark 6")
        let withheld = try await bench.open("Aardvark 7").ticket
        try await alice.reply(to: withheld, ReplyDraft("aardvark 8", attachments: [try await file()]))
        try await tess.merge(withheld, into: bobs, access: .withhold)
        let shared = try await bench.open("Aardvark 9").ticket
        let merged = try await bench.open("Bob's other", as: bench.bob).ticket
        try await tess.merge(shared, into: merged, access: .share)
        try await alice.reply(to: merged, "aardvark 10")
        try await alice.close(merged)
        try await alice.giveFeedback(1, "aardvark 11", on: merged)
        let (guests, _) = try await bench.openAsGuest(Guest(source: "aardvark-network")) {
            $0.name = "Alice"
            $0.email = "Alice@Example.com"
            $0.message = "aardvark 12"
        }
        try await tess.merge(bench.open("Aardvark 13", as: bench.alice).ticket, into: guests, access: .share)
        var form = try await alice.newForm()
        form.message = "aardvark 14"
        try await alice.save(form)
        try await alice.save("aardvark 15", for: bobs)
        try await alice.markRead(bobs)
        _ = try await file()
        return Prepared(own: own, bobs: bobs, merged: merged, guests: guests, all: try await bench.allRecords().map(\.id))
    }

    @Test("Nothing of a customer is left, in no record, feed, history, queue or file", arguments: StorageKind.allCases)
    func leavesNothing(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.dispatch.attempts = 1 }
        let prepared = try await Self.prepare(bench)
        // Some notices are delivered, some parked, some wait.
        bench.channel.fail { notice in
            notice.recipient.address?.text.lowercased() == "alice@example.com"
                ? DeliveryFailure("no such mailbox: alice@example.com") : nil
        }
        try await bench.portal.dispatcher.drain()
        try await bench.bobTickets.reply(to: prepared.bobs, "Bob's words stay")
        let report = try await bench.portal.erase(bench.alice)
        #expect(report.tickets == 5)
        #expect(report.redacted == 2)
        #expect(report.files == 5)
        #expect(try await bench.contradictions().isEmpty)
        #expect(try await bench.bobTickets.list().items.count == 2)
        #expect(try await bench.bobTickets.page(prepared.bobs).conversation.items.filter(\.isOwn).count == 2)
        #expect(try await bench.bobTickets.page(prepared.merged).conversation.items.map(\.text).filter { !$0.isEmpty }.count == 1)
        #expect(await code { try await bench.tessTickets.page(prepared.own) } == .notFound)
        #expect(await code { try await bench.tessTickets.history(of: prepared.own) } == .notFound)
        #expect(try await bench.aliceTickets.list().items.isEmpty)
        #expect(try await bench.aliceTickets.savedForm() == nil)
        let counts = try await bench.allTickets.counts()
        #expect(counts.total == 2)
        #expect(try await bench.allTickets.search("aardvark").items.isEmpty)
        #expect(try await bench.allTickets.search("alice").items.isEmpty)
        #expect(try await bench.traces(of: Self.words, tickets: prepared.all) == [])
        // Once more finds nothing.
        let again = try await bench.portal.erase(bench.alice)
        #expect(again == ErasureReport())
    }

    @Test("After compaction nothing of a customer is left in any byte on the disk")
    func leavesNoByte() async throws {
        let folder = try TemporaryFolder()
        let files = try await TemporaryFileStorage.make(in: folder)
        let bench = try PortalBench(on: files)
        let prepared = try await Self.prepare(bench)
        try await bench.bobTickets.reply(to: prepared.bobs, "Bob's words stay")
        func traces() throws -> [String] {
            try folder.contents().flatMap { name, bytes in
                let text = String(decoding: bytes, as: UTF8.self).lowercased()
                return (Self.words + ["bob's words stay"]).filter(text.contains).map { "\($0) in \(name)" }
            }
        }
        let before = try traces()
        #expect(
            before.filter { $0.contains("aardvark in blobs/") }.count == 5 && before.filter { $0.contains("alice") }.count > 1)
        try await bench.portal.erase(bench.alice)
        try await files.compact()
        let left = try traces()
        #expect(left.count == 1 && left.allSatisfy { $0.contains("stay in") }, "\(left)")
        try await files.close()
        let reopened = try await TemporaryFileStorage.make(in: folder)
        #expect(reopened.recovery.isClean)
        #expect(try traces().count == 1)
        try await reopened.close()
    }

    @Test("The feed says that a ticket is gone, and nothing else", arguments: StorageKind.allCases)
    func feedSaysGone(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let ticket = try await bench.open { $0.copies = ["bob@example.com"] }.ticket
        let (position, agents) = (try await bench.bobTickets.changes().start, try await bench.tessTickets.changes().start)
        try await bench.portal.erase(bench.alice)
        var feed = try await bench.bobTickets.changes(since: position).makeAsyncIterator()
        let change = try #require(try await feed.next())
        #expect(change.kind == .ticketErased)
        #expect(change.ticket == ticket)
        #expect(change.record == nil)
        var agentFeed = try await bench.tessTickets.changes(since: agents).makeAsyncIterator()
        #expect(try await agentFeed.next()?.kind == .ticketErased)
        #expect(try await bench.heard().isEmpty)
    }

    @Test("Forgetting a guest's address touches no customer who has it, nor an agent", arguments: StorageKind.allCases)
    func onlyTheMeant(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let (guests, _) = try await bench.openAsGuest { $0.email = "alice@example.com" }
        let own = try await bench.open("Alice's own").ticket
        try await bench.aliceTickets.reply(to: own, "Mine")
        #expect(try await bench.portal.erase(guestsWith: try EmailAddress("alice@example.com")).tickets == 1)
        #expect(try await bench.record(guests) == nil)
        #expect(try await bench.texts(own) == ["Since 09:40 the console stops.", "Mine"])
        // Two accounts, one address: only one of them is meant.
        let twin = Customer(id: "c-twin", name: "Twin", email: bench.alice.email)
        let twins = try await bench.open("Twin's", as: twin).ticket
        // And an agent who is a customer, too.
        let agent = Agent(id: "a-alice", name: "Alice", email: bench.alice.email, departments: ["technical"])
        let bobs = try await bench.open("Bob's", as: bench.bob).ticket
        try await bench.portal.agent(agent).tickets.reply(to: bobs, "An agent's answer")
        try await bench.portal.erase(bench.alice)
        #expect(try await bench.record(own) == nil)
        #expect(try await bench.texts(twins).count == 1)
        #expect(try await bench.texts(bobs).last == "An agent's answer")
        let history = try await bench.tessTickets.history(of: bobs).items
        #expect(history.last?.event.author.identity.rawValue == "agent:a-alice")
    }

    @Test("A run that is cut short anywhere is finished by the next one", arguments: StorageKind.allCases)
    func faults(_ kind: StorageKind) async throws {
        let functions: [FaultPlan.Function] = [.ticket, .tickets, .messages, .records, .commit, .listBlobs, .deleteBlob]
        let left = MutexBox<[String]>([])
        try await withEachFault(kind, functions) { bench in
            try await Self.prepare(bench)
        } work: { bench, _ in
            try await bench.portal.erase(bench.alice)
        } verify: { (bench, prepared, fault) async throws in
            let traces = try await bench.traces(of: Self.words, tickets: prepared.all)
            let contradictions = try await bench.contradictions()
            left.change { $0 += (traces + contradictions).map { "\($0): \(fault)" } }
        }
        #expect(left.value == [])
    }

    @Test("Agents who reply, merge and split while it runs leave nothing once it has run again", arguments: StorageKind.allCases)
    func races(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let prepared = try await Self.prepare(bench)
        let more = try await bench.open("Aardvark 16").ticket
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    switch number % 8 {
                    case 0: try await bench.portal.erase(bench.alice)
                    case 1: _ = try? await bench.tessTickets.merge(more, into: prepared.merged, access: .share)
                    case 2: _ = try? await bench.tessTickets.reply(to: prepared.bobs, "Agent's")
                    case 3: _ = try? await bench.bobTickets.reply(to: prepared.merged, "Bob's")
                    case 4: _ = try? await bench.tessTickets.close(prepared.guests)
                    case 5: _ = try? await bench.portal.dispatcher.drain()
                    case 6: _ = try? await bench.portal.housekeeper.runOnce()
                    default: _ = try? await bench.tessTickets.note(on: prepared.own, "Note")
                    }
                }
            }
            try await group.waitForAll()
        }
        try await bench.portal.erase(bench.alice)
        let traces = try await bench.traces(of: Self.words, tickets: prepared.all + [more])
        #expect(traces == [])
        #expect(try await bench.contradictions().isEmpty)
        let texts = try await bench.texts(prepared.bobs) + bench.texts(prepared.merged)
        #expect(texts.count { $0 == "Agent's" } == 8)
        #expect(texts.count { $0 == "Bob's" } == 8)
    }

    @Test("What a merge moves away while somebody is forgotten is found in the same run", arguments: StorageKind.allCases)
    func findsWhatMoves(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let bobs = try await bench.open("Bob's", as: bench.bob).ticket
        bench.clock.advance(by: .seconds(60))
        var own: [Ticket.ID] = []
        for number in 0..<3 { own.append(try await bench.open("Aardvark \(number)").ticket) }
        let middle = own[1]
        // The merge takes place just before the erasure of the ticket, after it was read.
        let storage = HookedStorage(bench.storage) { commit in
            guard commit.erasure?.tickets.contains(middle) == true else { return }
            _ = try? await bench.tessTickets.merge(middle, into: bobs, access: .share)
        }
        let portal = Portal(
            storage: storage, people: bench.people, configuration: bench.configuration, environment: bench.portal.environment)
        try await portal.erase(bench.alice)
        #expect(try await bench.traces(of: ["aardvark", "alice"], tickets: own) == [])
    }
}

/// A storage that lets a test do something just before a commit.
struct HookedStorage: PortalStorage {
    let tickets: (any TicketStore)?
    let blobs: (any BlobStore)?

    init(_ base: any PortalStorage, before: @escaping @Sendable (TicketCommit) async -> Void) {
        tickets = base.tickets.map { HookedTicketStore(base: $0, before: before) }
        blobs = base.blobs
    }
}

private struct HookedTicketStore: TicketStore {
    let base: any TicketStore
    let before: @Sendable (TicketCommit) async -> Void

    func ticket(_ id: Ticket.ID, in scope: AccessScope) async throws -> Ticket? { try await base.ticket(id, in: scope) }
    func tickets(_ query: TicketQuery) async throws -> Page<Ticket> { try await base.tickets(query) }
    func counts(_ filter: TicketFilter, in scope: AccessScope) async throws -> [TicketStatus: Int] {
        try await base.counts(filter, in: scope)
    }
    func messages(_ query: MessageQuery) async throws -> Page<Message> { try await base.messages(query) }
    func takenNumbers(among numbers: Set<TicketNumber>) async throws -> Set<TicketNumber> {
        try await base.takenNumbers(among: numbers)
    }
    func submission(_ key: String, at now: Date) async throws -> Submission? { try await base.submission(key, at: now) }
    func search(_ search: TicketSearch) async throws -> Page<Ticket> { try await base.search(search) }
    func history(_ query: HistoryQuery) async throws -> Page<RecordedEvent> { try await base.history(query) }
    func records(_ query: DeskRecordQuery) async throws -> Page<DeskRecord> { try await base.records(query) }
    func attachedFiles(among files: Set<Blob.ID>) async throws -> Set<Blob.ID> { try await base.attachedFiles(among: files) }
    func commit(_ commit: TicketCommit) async throws -> Position {
        await before(commit)
        return try await base.commit(commit)
    }
}
