import Foundation
import SecureDigest
import SupportPortal
import SupportPortalTesting
import TestSupport
import Testing

@Suite("A whole portal goes from storage to storage")
struct TransferTests: ArchiveTests {
    // MARK: The whole way

    @Test("What is exported, restored and exported again is the same", arguments: StorageKind.allCases, StorageKind.allCases)
    func roundTrip(_ source: StorageKind, _ target: StorageKind) async throws {
        let rich = try await RichPortal(source)
        let exported = try await lines(rich.bench.storage)
        #expect(try await lines(rich.bench.storage) == exported)
        for size in [999, 100_000_000] {
            let data = Data(exported.joined())
            let copy = try await PortalBench(target)
            let summary = try await PortalArchive.restore(ByteChunks(data, every: size), into: copy.storage)
            #expect(try await lines(copy.storage) == exported)
            #expect(summary.counts.tickets == 6 && summary.lines == exported.count && summary.bytes == data.count)
            #expect(summary.counts.uploads == 1 && summary.counts.files == 4)
            // Bob's file is in his ticket, and in the copy of his message.
            #expect(summary.skipped.files == 1 && summary.skipped.tickets == 0 && summary.unknownLines == 0)
            #expect(try await PortalArchive.verify(ByteChunks(exported)).digest == summary.digest)
            if source == target { #expect(try await PortalArchive.verify(ByteChunks(data, every: 7)) == verified(summary)) }
        }
        // Without anything between.
        let copy = try await target.make()
        try await PortalArchive.restore(PortalArchive.export(rich.bench.storage), into: copy)
        #expect(try await lines(copy) == exported)
    }

    @Test("People see the same, and go on from there", arguments: StorageKind.allCases, StorageKind.allCases)
    func sameForPeople(_ source: StorageKind, _ target: StorageKind) async throws {
        let rich = try await RichPortal(source)
        let old = rich.bench
        let new = try await PortalBench(target, clock: old.clock, with: RichPortal.configuration)
        try await PortalArchive.restore(PortalArchive.export(old.storage), into: new.storage)
        #expect(try await new.contradictions().isEmpty)
        // Nobody is told again.
        #expect(try await new.heard().isEmpty)
        func same<Value: Equatable>(_ what: String, _ look: (PortalBench) async throws -> Value) async throws {
            let (before, after) = (try await look(old), try await look(new))
            #expect(before == after, "\(what)")
        }
        let all = PageRequest(limit: 100)
        for customer in [old.alice, old.bob] {
            try await same("list of \(customer.id)") { try await $0.portal.customer(customer).tickets.list() }
            try await same("counts of \(customer.id)") { try await $0.portal.customer(customer).tickets.counts() }
            try await same("form of \(customer.id)") { try await $0.portal.customer(customer).tickets.savedForm()?.content }
            try await same("drafts of \(customer.id)") { try await $0.portal.customer(customer).tickets.drafts() }
            try await same("search of \(customer.id)") {
                try await $0.portal.customer(customer).tickets.search("first").items.map(\.id)
            }
            for ticket in rich.tickets {
                try await same("\(ticket) for \(customer.id)") { bench in
                    try? await bench.portal.customer(customer).tickets.page(ticket, messages: all)
                }
            }
        }
        try await same("a guest's page") { try await $0.portal.guest().tickets.page(rich.token) }
        for ticket in rich.tickets {
            try await same("\(ticket) for agents") { bench in
                let page = try await bench.allTickets.page(ticket, messages: all)
                return page.conversation.items.map { "\($0.index) \($0.text) \($0.edits) \($0.attachments) \($0.rating ?? 0)" }
            }
            try await same("history of \(ticket)") { try await $0.allTickets.history(of: ticket, page: all).items.map(\.event) }
        }
        try await same("canned replies") { try await $0.tessTickets.cannedReplies().map { "\($0.id) \($0.title) \($0.text)" } }
        try await same("bans") { try await $0.tessTickets.bans() }
        try await same("notes") { try await $0.tessTickets.savedReply(for: rich.tickets[3], asNote: true)?.content }
        let page = try await new.aliceTickets.page(rich.tickets[0])
        let message = try #require(page.conversation.items.first)
        let file = try #require(message.attachments.first)
        let delivery = try await new.aliceTickets.file(file.id, in: message.id, of: rich.tickets[0])
        #expect(try await delivery.bytes.collect().count == 100_000)

        let form = try #require(try await new.aliceTickets.savedForm()?.content)
        var whole = form
        whole.department = "technical"
        whole.subject = "Sent after the move"
        #expect(try await new.aliceTickets.open(whole).ticket != rich.tickets[0])
        try await new.aliceTickets.reply(to: rich.tickets[3], "After the move")
        try await new.portal.guest().tickets.reply(rich.token, "After the move, too")
        #expect(try await new.heard().contains("agent:a-tess ticket.opened"))
        #expect(try await new.contradictions().isEmpty)
    }

    @Test("Every line is one object of JSON with a type, in the order of the format", arguments: StorageKind.allCases)
    func linesAreJSON(_ kind: StorageKind) async throws {
        let exported = try await lines(try await RichPortal(kind).bench.storage)
        var types: [String] = []
        for line in exported {
            #expect(line.firstIndex(of: 0x0A) == line.count - 1)
            let object = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
            #expect(Set(object.keys) == ["type", "value"])
            types.append(try #require(object["type"] as? String))
        }
        #expect(types.first == "portal" && types.last == "end")
        #expect(Set(types) == ["portal", "ticket", "file", "bytes", "message", "event", "upload", "record", "end"])
        let text = String(decoding: Data(exported.joined()), as: UTF8.self)
        #expect(text.hasPrefix(#"{"type":"portal","value":{"format":"swift-support-portal","minor":0,"tickets":6,"version":1}}"#))
        #expect(text.firstMatch(of: /"opened":"2026-01-15T09:00:00\.000Z"/) != nil)
        #expect(!text.contains("Erased"))
    }

    @Test("Nothing is a portal, too; a storage without stores is exported as nothing, and takes nothing else")
    func empty() async throws {
        let nothing = try await lines(InMemoryStorage())
        #expect(nothing.count == 2)
        #expect(try await lines(ComposedStorage()) == nothing)
        #expect(try await PortalArchive.restore(ByteChunks(nothing), into: ComposedStorage()).counts == TransferCounts())
        let exported = try await lines(try await RichPortal(.inMemory).bench.storage)
        #expect(await code { try await PortalArchive.restore(ByteChunks(exported), into: ComposedStorage()) } == .missingStore)
        var withoutFiles = ComposedStorage()
        withoutFiles.tickets = InMemoryStorage().tickets
        let storage = withoutFiles
        #expect(await failure { try await PortalArchive.restore(ByteChunks(exported), into: storage) }?.line == 3)
        // The other way, files whose bytes are missing stay listed.
        let rich = try await RichPortal(.inMemory)
        var bare = ComposedStorage(rich.bench.storage)
        bare.blobs = nil
        let copy = InMemoryStorage()
        try await PortalArchive.restore(PortalArchive.export(bare), into: copy)
        #expect(try await lines(copy) == (try await lines(bare)))
    }

    // MARK: Progress

    @Test("Progress never goes back, and ends with all that there is", arguments: StorageKind.allCases)
    func progress(_ kind: StorageKind) async throws {
        let rich = try await RichPortal(kind)
        let (out, back) = (MutexBox<[TransferProgress]>([]), MutexBox<[TransferProgress]>([]))
        let copy = InMemoryStorage()
        let summary = try await PortalArchive.restore(
            PortalArchive.export(rich.bench.storage) { progress in out.change { $0.append(progress) } }, into: copy
        ) { progress in back.change { $0.append(progress) } }
        #expect(out.value == back.value)
        #expect(out.value.count == summary.lines)
        let numbers = out.value.map { progress in
            let counts = progress.counts
            return [
                counts.tickets, counts.messages, counts.events, counts.files, counts.uploads, counts.fileBytes, counts.records,
                progress.lines, progress.bytes,
            ]
        }
        for (before, after) in zip(numbers, numbers.dropFirst()) { #expect(zip(before, after).allSatisfy { $0 <= $1 }) }
        #expect(numbers.last?.contains(0) == false)
        var stages = out.value.map(\.stage.rawValue)
        stages = zip(stages, [""] + stages).filter { $0 != $1 }.map(\.0)
        #expect(stages == ["tickets", "uploads", "records", "finished"])
        let last = try #require(out.value.last)
        #expect(last.ticketTotal == 6 && last.counts == summary.counts && last.bytes == summary.bytes)
    }

    // MARK: Again

    @Test("An archive restored twice changes nothing, and nothing is overwritten", arguments: StorageKind.allCases)
    func twice(_ kind: StorageKind) async throws {
        let rich = try await RichPortal(.inMemory)
        let exported = try await lines(rich.bench.storage)
        let copy = try await PortalBench(kind)
        try await PortalArchive.restore(ByteChunks(exported), into: copy.storage)
        let commits = copy.storage.faults.calls(.commit)
        #expect(await code { try await PortalArchive.restore(ByteChunks(exported), into: copy.storage) } == .notEmpty)
        let summary = try await PortalArchive.restore(ByteChunks(exported), into: copy.storage, options: again)
        #expect(summary.skipped == summary.counts)
        #expect(copy.storage.faults.calls(.commit) == commits)
        // Beside another portal.
        let other = try await PortalBench(kind)
        let own = try await other.open("Already there").ticket
        #expect(await code { try await PortalArchive.restore(ByteChunks(exported), into: other.storage) } == .notEmpty)
        #expect(try await other.allRecords().map(\.id) == [own])
        try await PortalArchive.restore(ByteChunks(exported), into: other.storage, options: again)
        #expect(try await other.allRecords().count == 7)
        #expect(try await other.contradictions().isEmpty)
        // What went on since differs, and stays.
        try await copy.aliceTickets.reply(to: rich.tickets[3], "Since then")
        let error = await failure { try await PortalArchive.restore(ByteChunks(exported), into: copy.storage, options: again) }
        #expect(error?.code == .differs)
        #expect(try await copy.texts(rich.tickets[3]).last == "Since then")
        let drafts = try await PortalBench(kind)
        try await drafts.aliceTickets.save(try await drafts.aliceTickets.newForm())
        #expect(await code { try await PortalArchive.restore(ByteChunks(exported), into: drafts.storage) } == .notEmpty)
        #expect(
            await code { try await PortalArchive.restore(ByteChunks(exported), into: drafts.storage, options: again) } == .differs
        )
    }

    @Test("A restore that fails at any call of a store can be repeated", arguments: StorageKind.allCases)
    func failures(_ kind: StorageKind) async throws {
        let exported = try await lines(try await RichPortal(.inMemory, fileSize: 60_000).bench.storage)
        let dry = FaultInjectingStorage(try await kind.make())
        try await PortalArchive.restore(ByteChunks(exported), into: dry)
        for function in FaultPlan.Function.allCases {
            // What only reads leaves the same behind, whenever it fails.
            let writes = [.commit, .writeBlob].contains(function)
            for number in stride(from: 0, to: dry.faults.calls(function), by: kind.thinning) {
                for moment in writes ? [FaultPlan.Moment.before, .afterwards] : [.before] {
                    let storage = FaultInjectingStorage(try await kind.make())
                    storage.faults.fail(function, moment, skipping: number)
                    await #expect(throws: InjectedFault.self) {
                        try await PortalArchive.restore(ByteChunks(exported), into: storage)
                    }
                    try await PortalArchive.restore(ByteChunks(exported), into: storage, options: again)
                    #expect(try await lines(storage) == exported, "\(function) \(number) \(moment)")
                }
            }
        }
    }

    @Test("An export that fails ends there, and what came of it is known to be no whole portal", arguments: StorageKind.allCases)
    func failedExports(_ kind: StorageKind) async throws {
        let bench = try await RichPortal(kind, fileSize: 60_000).bench
        let faults = bench.storage.faults
        let before = FaultPlan.Function.allCases.map(faults.calls)
        _ = try await lines(bench.storage)
        let calls = zip(FaultPlan.Function.allCases, before).map { ($0, faults.calls($0) - $1) }
        for (function, count) in calls {
            for number in 0..<count {
                faults.fail(function, skipping: number)
                var lines: [Data] = []
                var iterator = PortalArchive.export(bench.storage).makeAsyncIterator()
                do {
                    while let line = try await iterator.next() { lines.append(line) }
                    Issue.record("\(function) \(number) did not fail")
                } catch {
                    #expect(error is InjectedFault)
                }
                #expect(try await iterator.next() == nil)
                let stream = ByteChunks(lines)
                #expect(await code { try await PortalArchive.verify(stream) } == .truncated)
            }
        }
    }

    @Test("A portal that goes on meanwhile is not exported as if it stood still", arguments: StorageKind.allCases)
    func meanwhile(_ kind: StorageKind) async throws {
        let rich = try await RichPortal(kind)
        let count = try await lines(rich.bench.storage).count
        for stop in stride(from: 1, to: count, by: 5) {
            var iterator = PortalArchive.export(rich.bench.storage).makeAsyncIterator()
            for _ in 0..<stop { _ = try await iterator.next() }
            try await rich.bench.tessTickets.note(on: rich.tickets[3], "Meanwhile")
            var lines = 0
            do {
                while try await iterator.next() != nil { lines += 1 }
                Issue.record("after \(stop) lines")
            } catch {
                #expect((error as? ArchiveError)?.code == .changedMeanwhile)
            }
        }
    }

    @Test("A long conversation goes in several commits, and on where it was interrupted", arguments: StorageKind.allCases)
    func long(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(.inMemory)
        let ticket = try await bench.open().ticket
        for number in 1...299 { try await bench.aliceTickets.reply(to: ticket, ReplyDraft("\(number)")) }
        try await bench.tessTickets.split(
            [try #require(try await bench.messages(of: ticket).last?.id)], from: ticket, subject: "Split off")
        let exported = try await lines(bench.storage)
        let whole = try await PortalBench(kind)
        try await PortalArchive.restore(ByteChunks(exported), into: whole.storage)
        let commits = whole.storage.faults.calls(.commit)
        #expect(commits == 4)
        #expect(try await lines(whole.storage) == exported)
        #expect(try await whole.contradictions().isEmpty)
        for number in 0..<commits {
            let copy = try await PortalBench(kind)
            copy.storage.faults.fail(.commit, number.isMultiple(of: 2) ? .before : .afterwards, skipping: number)
            await #expect(throws: InjectedFault.self) {
                try await PortalArchive.restore(ByteChunks(exported), into: copy.storage)
            }
            let summary = try await PortalArchive.restore(ByteChunks(exported), into: copy.storage, options: again)
            #expect(summary.counts.messages == 300)
            #expect(try await lines(copy.storage) == exported)
        }
    }

    @Test("Instants of all years that four digits hold come back to the millisecond, and others are refused")
    func instants() async throws {
        func storage(_ milliseconds: [Int64]) async throws -> InMemoryStorage {
            let storage = InMemoryStorage()
            let records = milliseconds.enumerated().map { number, instant in
                let id = DeskRecord.ID(.seen, of: .agents, "\(number)")
                let date = Date(timeIntervalSince1970: Double(instant) / 1_000)
                return DeskRecordChange.put(DeskRecord(id, date: date, text: "\(instant)"))
            }
            _ = try await storage.tickets?.commit(TicketCommit(date: .now, records: records))
            return storage
        }
        func dates(_ storage: InMemoryStorage) async throws -> [Date] {
            let page = PageRequest(limit: 100_000)
            return try await storage.tickets?.records(DeskRecordQuery(.seen, page: page)).items.map(\.date) ?? []
        }
        let (first, last): (Int64, Int64) = (-62_167_219_200_000, 253_402_300_799_999)
        var instants = [first, first + 1, -1, 0, 1, 951_782_399_999, 951_782_400_000, 951_868_800_000, 4_107_542_400_000, last]
        var random = SeededGenerator(seed: 9)
        for _ in 0..<500 { instants.append(.random(in: first...last, using: &random)) }
        let source = try await storage(instants)
        let exported = try await lines(source)
        let copy = InMemoryStorage()
        try await PortalArchive.restore(ByteChunks(exported), into: copy)
        #expect(try await dates(copy) == (try await dates(source)))
        let text = String(decoding: Data(exported.joined()), as: UTF8.self)
        for known in [
            "0000-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "2000-02-28T23:59:59.999Z", "2000-02-29T00:00:00.000Z",
            "2000-03-01T00:00:00.000Z", "2100-03-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z",
        ] { #expect(text.contains(known), "\(known)") }
        for instant in [first - 1, last + 1, .min, .max] {
            let storage = try await storage([instant])
            let error = await failure { try await lines(storage) }
            #expect(error?.code == .inconsistent && error?.line == 2)
        }
    }

    @Test("A restore that is cancelled stops, leaves no half file, and can be repeated", arguments: StorageKind.allCases)
    func cancelled(_ kind: StorageKind) async throws {
        let exported = try await lines(try await RichPortal(.inMemory).bench.storage)
        let storage = try await kind.make()
        let task = MutexBox<Task<TransferSummary, any Error>?>(nil)
        let (gate, open) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .unbounded)
        task.change {
            $0 = Task {
                for await _ in gate { break }
                return try await PortalArchive.restore(ByteChunks(exported), into: storage) { progress in
                    if progress.counts.fileBytes > 0 { task.value?.cancel() }
                }
            }
        }
        open.yield()
        await #expect(throws: CancellationError.self) { try await task.value?.value }
        #expect(try await storage.blobs?.blobs(matching: BlobQuery()).items.isEmpty == true)
        try await PortalArchive.restore(ByteChunks(exported), into: storage, options: again)
        #expect(try await lines(storage) == exported)
    }
}
