import Foundation
import JSONLog
import SupportPortal
import SupportPortalTesting
import TestSupport
import Testing

/// Whatever becomes of the files of the index, or of the log below an index, no answer is wrong: it is right, or the error says that something is damaged,
/// and then opening anew puts it right or names what is lost.
@Suite("Damaged files", .serialized)
struct IndexTrustTests {
    private static let path = "/portal"
    private static let tickets = 0..<4

    private struct Filled {
        var files: MemoryFileSystem
        var questions: [FilledStorage.Question]
        var answers: [[FilledStorage.AnyHashableSendable]]
    }

    private func open(_ files: MemoryFileSystem, _ mode: JSONFileStorage.Mode = .durable) async throws -> JSONFileStorage {
        try await JSONFileStorage(path: Self.path, create: true, mode: mode, options: FilledStorage.smallFiles, files: files)
    }

    private func filled(_ tickets: Range<Int> = Self.tickets) async throws -> Filled {
        let files = MemoryFileSystem()
        let storage = try await open(files)
        try await FilledStorage.fill(storage, tickets: tickets)
        try await FilledStorage.publish(in: storage, articles: tickets)
        let questions = FilledStorage.questions(tickets: tickets) + FilledStorage.questions(articles: tickets)
        let answers = try await FilledStorage.answers(storage, to: questions)
        try await storage.close()
        return Filled(files: files, questions: questions, answers: answers)
    }

    /// Asks everything; says how many questions met damage.
    private func damaged(_ storage: JSONFileStorage, _ filled: Filled, _ what: String) async throws -> Set<String> {
        var damaged: Set<String> = []
        for (question, answer) in zip(filled.questions, filled.answers) {
            do {
                let found = try await question.ask(storage)
                if found != answer { Issue.record("\(what): \(question.name) is \(found) instead of \(answer)") }
            } catch let error as StorageError where error.code == .damaged { damaged.insert(question.name) }
        }
        return damaged
    }

    private static var step: Int {
        Int(ProcessInfo.processInfo.environment["FLIP_STEP"] ?? "") ?? (Thoroughness.isFull ? 53 : 499)
    }

    @Test("A bit of the index that flips makes no answer wrong, and is put right by opening anew")
    func flippedIndex() async throws {
        let filled = try await filled()
        var chance = SeededGenerator(seed: 2026)
        var (flips, noticed, refused) = (0, 0, 0)
        let index = filled.files.paths.filter { $0.hasPrefix("\(Self.path)/index/") }
        #expect(index.contains("\(Self.path)/index/checkpoint.json") && index.count > 1)
        for path in index {
            let bytes = try #require(filled.files[path])
            // Every byte of what is small, and of footers.
            let step = path.hasSuffix(".json") ? max(1, Self.step / 10) : Self.step
            for offset in bytes.indices where offset % step == 0 || offset >= bytes.count - 56 {
                flips += 1
                var flipped = bytes
                flipped[offset] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
                let what = "\(path), byte \(offset) is \(flipped[offset]) instead of \(bytes[offset])"
                let files = filled.files.copy()
                files[path] = flipped
                let storage = try await open(files, flips % 5 == 0 ? .readOnly : .durable)
                if !storage.recovery.isClean { Issue.record("\(what): \(storage.recovery)") }
                let damaged = try await damaged(storage, filled, what)
                try await storage.close()
                guard !damaged.isEmpty else { continue }
                noticed += 1
                let reopened = try await open(files)
                if !reopened.recovery.isClean { Issue.record("\(what): \(reopened.recovery)") }
                let rest = try await self.damaged(reopened, filled, what)
                if !rest.isEmpty, flips % 5 != 0 { Issue.record("\(what): still damaged: \(rest)") }
                if !rest.isEmpty { refused += 1 }
                try await reopened.close()
            }
        }
        print("index: \(flips) flips, of which \(noticed) were noticed by questions, \(refused) first while reading only")
    }

    @Test("A bit of the log that flips below an index makes no answer wrong; opening anew sets it aside and names it")
    func flippedLog() async throws {
        let filled = try await filled()
        var chance = SeededGenerator(seed: 7)
        var (flips, noticed) = (0, 0)
        for path in filled.files.paths where path.hasSuffix(".jsonl") {
            let bytes = try #require(filled.files[path])
            for offset in bytes.indices where offset % Self.step == 0 {
                flips += 1
                var flipped = bytes
                flipped[offset] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
                let what = "\(path), byte \(offset) is \(flipped[offset]) instead of \(bytes[offset])"
                let files = filled.files.copy()
                files[path] = flipped
                let storage = try await open(files)
                let first = storage.recovery.isClean
                let damaged = first ? try await damaged(storage, filled, what) : ["opening"]
                let verified = try await storage.verify()
                if verified.isEmpty, storage.recovery.tornTail == nil { Issue.record("\(what): not noticed by verify") }
                try await storage.close()
                guard !damaged.isEmpty else { continue }
                noticed += 1
                let reopened = first ? try await open(files) : storage
                if reopened.recovery.isClean { Issue.record("\(what): \(damaged) were damaged, and nothing is reported") }
                for span in reopened.recovery.damage {
                    let copy = span.copy.flatMap { files[$0] } ?? []
                    if copy != Array(flipped[span.range]) { Issue.record("\(what): what is set aside is not what was there") }
                }
                guard first else { continue }
                // What the report does not name is as it was.
                for (question, answer) in zip(filled.questions, filled.answers) where question.name.hasPrefix("ticket ") {
                    let id = "ticket/t-\(question.name.dropFirst(7))"
                    let found = try await question.ask(reopened)
                    if found != answer, !reopened.recovery.suspectRecords.contains(id), reopened.recovery.missingCommits == 0 {
                        Issue.record("\(what): \(id) has changed and is not named")
                    }
                }
                try await reopened.close()
            }
        }
        print("log: \(flips) flips, \(noticed) noticed before verifying")
    }

    @Test("Compaction throws nothing away of a log that is damaged below an index")
    func compactedDamage() async throws {
        let filled = try await filled()
        var chance = SeededGenerator(seed: 3)
        var (flips, refused) = (0, 0)
        let segments = filled.files.paths.filter { $0.hasSuffix(".jsonl") }
        while flips < 150 {
            guard let path = segments.randomElement(using: &chance), let bytes = filled.files[path], bytes.count > 200 else {
                continue
            }
            flips += 1
            let offset = Int.random(in: 0..<bytes.count, using: &chance)
            var flipped = bytes
            flipped[offset] ^= 1
            let files = filled.files.copy()
            files[path] = flipped
            let what = "\(path), byte \(offset)"
            let storage = try await open(files)
            do { try await storage.compact() } catch let error as StorageError {
                #expect(error.code == .damaged, "\(what)")
                refused += 1
            }
            try await storage.close()
            // The damaged bytes are somewhere still: where they were, or set aside.
            let around = Array(flipped[max(0, offset - 20)..<min(flipped.count, offset + 20)])
            let isKept = files.paths.contains { path in
                !path.contains("/index/") && files[path].map { Self.contains($0, around) } ?? false
            }
            if !isKept { Issue.record("\(what): the damaged bytes are gone") }
            let reopened = try await open(files)
            let lost = Set(storage.recovery.suspectRecords + reopened.recovery.suspectRecords)
            let missing = storage.recovery.missingCommits + reopened.recovery.missingCommits
            for (question, answer) in zip(filled.questions, filled.answers) where question.name.hasPrefix("ticket ") {
                let found = try await question.ask(reopened)
                if found != answer, !lost.contains("ticket/t-\(question.name.dropFirst(7))"),
                    missing == 0
                {
                    Issue.record("\(what): \(question.name) is lost after compaction: \(reopened.recovery)")
                }
            }
            try await reopened.close()
        }
        print("compaction: \(flips) flips, \(refused) refused")
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        var start = bytes.startIndex
        while let found = bytes[start...].firstIndex(of: first), found + part.count <= bytes.count {
            if bytes[found..<(found + part.count)].elementsEqual(part) { return true }
            start = found + 1
        }
        return false
    }

    // MARK: Whole files of another portal, or of another time

    @Test("An index that is gone, empty, cut, or of an older moment gives no wrong answers")
    func otherIndexes() async throws {
        let files = MemoryFileSystem()
        var storage = try await open(files)
        try await FilledStorage.fill(storage, tickets: 0..<2)
        try await storage.close()
        let older = files.copy()
        storage = try await open(files)
        try await FilledStorage.fill(storage, tickets: 2..<4)
        try await storage.compact()
        try await FilledStorage.fill(storage, tickets: 4..<6)
        let questions = FilledStorage.questions(tickets: 0..<6)
        let answers = try await FilledStorage.answers(storage, to: questions)
        try await storage.close()
        let filled = Filled(files: files, questions: questions, answers: answers)
        let index = files.paths.filter { $0.hasPrefix("\(Self.path)/index/") }
        func check(_ what: String, _ change: (MemoryFileSystem) -> Void) async throws {
            let files = files.copy()
            change(files)
            for round in 0..<2 {
                let storage = try await open(files)
                #expect(storage.recovery.isClean, "\(what)")
                let damaged = try await damaged(storage, filled, what)
                if round == 1 { #expect(damaged.isEmpty, "\(what)") }
                try await storage.close()
            }
        }
        try await check("gone") { files in for path in index { files[path] = nil } }
        for path in index {
            try await check("\(path) gone") { $0[path] = nil }
            try await check("\(path) empty") { $0[path] = [] }
            try await check("\(path) cut") { files in files[path] = files[path].map { Array($0.dropLast(1)) } }
            try await check("\(path) longer") { files in files[path] = files[path].map { $0 + [0] } }
            try await check("\(path) of nothing") { files in files[path] = files[path].map { $0.map { _ in 0 } } }
        }
        let old = older.paths.filter { $0.hasPrefix("\(Self.path)/index/") }
        try await check("older") { files in
            for path in index { files[path] = nil }
            for path in old { files[path] = older[path] }
        }
        try await check("older files of the same names") { files in for path in old { files[path] = older[path] } }
        for path in old { try await check("\(path) of older") { files in files[path] = older[path] } }
    }

    @Test("An older log with a newer index gives no wrong answers")
    func olderLog() async throws {
        let files = MemoryFileSystem()
        var storage = try await open(files)
        try await FilledStorage.fill(storage, tickets: 0..<3)
        let questions = FilledStorage.questions(tickets: 0..<5)
        let answers = try await FilledStorage.answers(storage, to: questions)
        try await storage.close()
        let older = files.copy()
        storage = try await open(files)
        try await FilledStorage.fill(storage, tickets: 3..<5)
        try await storage.close()
        for path in older.paths where path.contains("/index/") { older[path] = nil }
        for path in files.paths where path.contains("/index/") { older[path] = files[path] }
        let filled = Filled(files: older, questions: questions, answers: answers)
        storage = try await open(older)
        #expect(try await damaged(storage, filled, "an older log").isEmpty)
        try await storage.close()
    }

    @Test("An index of another portal that is just as large gives no wrong answers")
    func foreignIndex() async throws {
        // The same numbers and lengths everywhere, and other ids; the last segment has only a header.
        var options = FilledStorage.smallFiles
        options.segmentSize = 1
        options.overlaySize = 1_000
        func portal(_ letter: String) async throws -> MemoryFileSystem {
            let files = MemoryFileSystem()
            let storage = try await JSONFileStorage(path: Self.path, create: true, options: options, files: files)
            for number in 0..<3 {
                var ticket = Ticket(
                    id: Ticket.ID("\(letter)-\(number)"), number: TicketNumber(rawValue: "\(letter)\(number)"),
                    requester: Requester(customer: "c-1", name: "Ada", address: nil), opened: FilledStorage.date(number),
                    subject: "Help", department: "sales")
                ticket.messageCount = 0
                _ = try await storage.ticketStore.commit(TicketCommit(date: FilledStorage.date(number), tickets: [ticket]))
            }
            try await storage.close()
            return files
        }
        let (mine, other) = (try await portal("a"), try await portal("b"))
        for path in mine.paths where path.contains("/index/") { mine[path] = nil }
        for path in other.paths where path.contains("/index/") { mine[path] = other[path] }
        #expect(mine.paths == other.paths)
        let storage = try await JSONFileStorage(path: Self.path, options: options, files: mine)
        for number in 0..<3 {
            let ticket = try await storage.ticketStore.ticket(Ticket.ID("a-\(number)"), in: .everything)
            #expect(ticket?.number.rawValue == "a\(number)")
            #expect(try await storage.ticketStore.ticket(Ticket.ID("b-\(number)"), in: .everything) == nil)
        }
        #expect(try await storage.ticketStore.tickets(TicketQuery(in: .everything)).items.count == 3)
        try await storage.close()
    }
}
