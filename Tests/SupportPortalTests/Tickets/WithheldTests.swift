import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

/// Where access is withheld, the words stand in two tickets, and so do the files, which are stored once.
@Suite("A ticket merged without letting its people in")
struct WithheldTests {
    private struct Prepared {
        var alices: Ticket.ID
        var bobs: Ticket.ID
        var file: UploadedFile
    }

    private static func prepare(_ bench: PortalBench) async throws -> Prepared {
        let alices = try await bench.open("Alice's").ticket
        let file = try await bench.bobTickets.upload(FileSource(name: "badger.log", data: Data("badger".utf8)))
        let bobs = try await bench.open("Bob's", as: bench.bob) {
            $0.message = "badger"
            $0.attachments = [file]
        }.ticket
        try await bench.tessTickets.note(on: bobs, "Note")
        return Prepared(alices: alices, bobs: bobs, file: file)
    }

    private func bytes(_ tickets: CustomerTickets, _ ticket: Ticket.ID) async throws -> Data? {
        for entry in try await tickets.page(ticket).conversation.items {
            for file in entry.attachments {
                return try await tickets.file(file.id, in: entry.id, of: ticket).bytes.collect()
            }
        }
        return nil
    }

    @Test("Both sides read words and files, and a message is of one ticket alone", arguments: StorageKind.allCases)
    func bothRead(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let prepared = try await Self.prepare(bench)
        try await bench.tessTickets.merge(prepared.bobs, into: prepared.alices, access: .withhold)
        #expect(try await bytes(bench.aliceTickets, prepared.alices) == Data("badger".utf8))
        #expect(try await bytes(bench.bobTickets, prepared.bobs) == Data("badger".utf8))
        let (hers, his) = (try await bench.messages(of: prepared.alices), try await bench.messages(of: prepared.bobs))
        #expect(Set(hers.map(\.id)).isDisjoint(with: his.map(\.id)))
        #expect(hers.count == 3)
        #expect(his.count == 2)
        #expect(hers.filter { !$0.attachments.isEmpty }.count == 1)
        #expect(try await bench.bobTickets.page(prepared.bobs).conversation.items.map(\.text) == ["badger"])
        let foreign = try #require(hers.first { !$0.attachments.isEmpty }?.id)
        let bob = bench.bobTickets
        #expect(await code { try await bob.file(prepared.file.id, in: foreign, of: prepared.bobs) } == .notFound)
        #expect(await code { try await bob.file(prepared.file.id, in: foreign, of: prepared.alices) } == .notFound)
        // Neither can be sent once more.
        let again = ReplyDraft("Again", attachments: [prepared.file])
        #expect(await code { try await bob.reply(to: prepared.bobs, again) } == .invalidForm)
        // What is written later stays where it is written.
        try await bench.tessTickets.reply(to: prepared.alices, "For Alice")
        #expect(try await bench.messages(of: prepared.bobs).count == 2)
        #expect(try await bench.contradictions().isEmpty)
    }

    @Test(
        "A file that expires in the closed ticket stays in the open one, and goes with the last", arguments: StorageKind.allCases)
    func expiry(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.tickets.attachmentLifetime = .seconds(3_600) }
        let prepared = try await Self.prepare(bench)
        try await bench.tessTickets.merge(prepared.bobs, into: prepared.alices, access: .withhold)
        bench.clock.advance(by: .seconds(3_600))
        for _ in 0..<2 {
            try await bench.portal.housekeeper.runOnce()
            #expect(try await bytes(bench.aliceTickets, prepared.alices) == Data("badger".utf8))
            let listed = try await bench.bobTickets.page(prepared.bobs).conversation.items.first?.attachments.first
            #expect(listed?.removed == bench.clock.now)
        }
        try await bench.tessTickets.close(prepared.alices)
        bench.clock.advance(by: .seconds(3_600))
        try await bench.portal.housekeeper.runOnce()
        #expect(try await bench.storage.blobs?.blobs(matching: BlobQuery()).items.isEmpty == true)
        #expect(try await bench.contradictions().isEmpty)
    }

    @Test("Forgetting the one leaves the other's own ticket whole", arguments: StorageKind.allCases)
    func erasesOtherSide(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let prepared = try await Self.prepare(bench)
        try await bench.tessTickets.merge(prepared.bobs, into: prepared.alices, access: .withhold)
        try await bench.portal.erase(bench.alice)
        #expect(try await bench.traces(of: ["alice"], tickets: [prepared.alices]) == [])
        #expect(try await bench.bobTickets.page(prepared.bobs).conversation.items.map(\.text) == ["badger"])
        #expect(try await bytes(bench.bobTickets, prepared.bobs) == Data("badger".utf8))
        #expect(try await bench.bobTickets.reply(to: prepared.bobs, "Still here").rule == .followedUp)
    }

    @Test("Forgetting whose words they are takes both, wherever a fault cuts it short", arguments: StorageKind.allCases)
    func erasesBoth(_ kind: StorageKind) async throws {
        let functions: [FaultPlan.Function] = [
            .ticket, .tickets, .messages, .records, .commit, .attachedFiles, .listBlobs, .deleteBlob,
        ]
        let left = MutexBox<[String]>([])
        try await withEachFault(kind, functions) { bench in
            let prepared = try await Self.prepare(bench)
            try await bench.tessTickets.merge(prepared.bobs, into: prepared.alices, access: .withhold)
            return prepared
        } work: { bench, _ in
            try await bench.portal.erase(bench.bob)
        } verify: { (bench, prepared, fault) async throws in
            let traces = try await bench.traces(of: ["badger", "bob"], tickets: [prepared.bobs])
            let contradictions = try await bench.contradictions()
            left.change { $0 += (traces + contradictions).map { "\($0): \(fault)" } }
        }
        #expect(left.value == [])
    }

    @Test("A merge that a fault cuts short copies nothing twice", arguments: StorageKind.allCases)
    func faults(_ kind: StorageKind) async throws {
        let found = MutexBox<[String]>([])
        try await withEachFault(kind) { bench in
            try await Self.prepare(bench)
        } work: { bench, prepared in
            try await bench.tessTickets.merge(prepared.bobs, into: prepared.alices, access: .withhold)
        } verify: { (bench, prepared, fault) async throws in
            let texts = try await bench.texts(prepared.alices)
            let contradictions = try await bench.contradictions()
            if texts.count != 3 || !contradictions.isEmpty { found.change { $0.append("\(fault): \(texts) \(contradictions)") } }
        }
        #expect(found.value == [])
    }

    @Test("A withheld guest's follow-up does not lead others to what was merged", arguments: StorageKind.allCases)
    func chains(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let guest = bench.portal.guest().tickets
        let (first, token) = try await bench.openAsGuest { $0.message = "one" }
        bench.clock.advance(by: .seconds(1))
        let second = try await bench.open("Bob's", as: bench.bob) { $0.message = "two" }.ticket
        let third = try await bench.open("Alice's") { $0.message = "three" }.ticket
        // The guest is let into Bob's; Bob is not let into Alice's, and so neither is the guest.
        try await bench.tessTickets.merge(first, into: second, access: .share)
        try await bench.tessTickets.merge(second, into: third, access: .withhold)
        #expect(try await bench.aliceTickets.page(third).conversation.items.count == 3)
        #expect(try await guest.page(token).ticket.id == second)
        #expect(try await guest.page(token).conversation.items.map(\.text) == ["one", "two"])
        #expect(await code { try await guest.page(token, of: third) } == .notFound)
        #expect(await code { try await bench.bobTickets.page(third) } == .notFound)
        let next = try await guest.reply(token, "four").ticket
        #expect(![first, second, third].contains(next))
        #expect(try await bench.bobTickets.page(next).conversation.items.map(\.text) == ["four"])
        #expect(await code { try await bench.aliceTickets.page(next) } == .notFound)
        #expect(try await bench.contradictions().isEmpty)
    }
}
