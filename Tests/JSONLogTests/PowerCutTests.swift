import TestSupport
import Testing

@testable import JSONLog

/// The strongest tests of the log: every moment at which the power may go, and every way in which unsynced writes may be lost.
@Suite("Power cuts")
struct PowerCutTests {
    /// A run of a script and what was told to its caller when.
    private struct Run {
        let script: CommitScript
        let files: SimulatedFileSystem
        /// The commit is acknowledged when so many events have happened, at the earliest.
        var acknowledged: [Int] = []

        init(mode: LogMode, isClosed: Bool, isIndexed: Bool) async throws {
            script = CommitScript(count: 16, padding: 20)
            files = SimulatedFileSystem()
            let (log, _) = try Log.open(files, mode: mode, segmentSize: 1500, isIndexed: isIndexed)
            for (index, transaction) in script.transactions.enumerated() {
                _ = try await log.commit(transaction)
                if index == 9 { try await log.compact() }
            }
            if isClosed { try await log.close() }
            // Found in the journal, as what is done after the acknowledgement may be written down before it is looked at.
            let journal = files.journal
            for index in script.transactions.indices {
                let mark = Array("{\"s\":\(index + 1),".utf8)
                let write = journal.firstIndex { event in
                    guard case .write(_, _, let bytes) = event else { return false }
                    return bytes.starts(with: mark) && !bytes.contains(subsequence: Array("format".utf8))
                }
                guard let write, case .write(let file, _, _) = journal[write] else { throw LogError(.damaged, "no line") }
                let sync = journal[write...].firstIndex { if case .sync(file) = $0 { true } else { false } }
                acknowledged.append((sync ?? journal.count) + 1)
            }
        }
    }

    /// Opens what a cut has left, compares it with the script, writes on, and opens it again. Hands back the number of commits found.
    private func check(
        _ content: SimulatedFileSystem.Content, _ script: CommitScript, atLeast least: Int, isIndexed: Bool, _ what: String
    ) async throws -> SimulatedFileSystem {
        let files = SimulatedFileSystem(content)
        let (log, report) = try Log.open(files, segmentSize: 1500, isIndexed: isIndexed)
        let found = try log.records()
        let number = Int(found["count"] ?? "0") ?? 0
        let isWhole = found == script.states[number]
        #expect(isWhole, "\(what)")
        #expect(number >= least, "\(what)")
        #expect(report.isClean, "\(what): \(report)")
        let receipt = try await log.put("after", "true")
        #expect(receipt.sequence == Int64(number) + 1, "\(what)")
        var expected = found
        expected["after"] = "true"
        let again = SimulatedFileSystem(files.content)
        let (reopened, second) = try Log.open(again)
        let isKept = try reopened.records() == expected
        #expect(isKept, "\(what)")
        #expect(second.isClean && second.tornTail == nil, "\(what): \(second)")
        return files
    }

    @Test(
        "After a cut at any moment all acknowledged commits are there, none is there by half, and none without those before it",
        arguments: [UInt64.random(in: 0...UInt64.max)], [false, true])
    func everyMoment(seed: UInt64, isIndexed: Bool) async throws {
        var numbers = SeededNumbers(seed: seed)
        var cases = 0
        for isClosed in [false, true] {
            let run = try await Run(mode: .durable, isClosed: isClosed, isIndexed: isIndexed)
            let journal = run.files.journal
            for end in Thoroughness.cases(0...journal.count, seed: seed) {
                let least = run.acknowledged.filter { $0 <= end }.count
                for mercy in PowerCut.Mercy.allCases {
                    let what = "seed \(seed), \(end) of \(journal.count) events, \(mercy)"
                    var cut = PowerCut(mercy: mercy, numbers: SeededNumbers(seed: numbers.next()))
                    let content = cut.content(of: run.files.original, after: journal[..<end])
                    let files = try await check(content, run.script, atLeast: least, isIndexed: isIndexed, what)
                    cases += 1
                    // The power goes again while the log is opened.
                    guard mercy == .sectorsLost else { continue }
                    let second = files.journal
                    let secondEnd = Int.random(in: 0...second.count, using: &numbers)
                    // The line that the check has written is no part of the script.
                    let isBefore = second[..<secondEnd].allSatisfy { event in
                        guard case .write(_, _, let bytes) = event else { return true }
                        return !bytes.contains(subsequence: Array("\"after\"".utf8))
                    }
                    guard isBefore else { continue }
                    let left = cut.content(of: files.original, after: second[..<secondEnd])
                    _ = try await check(
                        left, run.script, atLeast: least, isIndexed: isIndexed, "\(what), then \(secondEnd) of \(second.count)")
                    cases += 1
                }
            }
        }
        print("power cuts\(isIndexed ? " with index files" : ""): \(cases), seed \(seed)")
    }

    @Test("In the relaxed mode a cut leaves all commits up to some moment", arguments: [UInt64.random(in: 0...UInt64.max)])
    func relaxed(seed: UInt64) async throws {
        var numbers = SeededNumbers(seed: seed)
        let run = try await Run(mode: .relaxed(.milliseconds(1)), isClosed: true, isIndexed: true)
        let journal = run.files.journal
        for end in Thoroughness.cases(0...journal.count, seed: seed) {
            for mercy in PowerCut.Mercy.allCases {
                var cut = PowerCut(mercy: mercy, numbers: SeededNumbers(seed: numbers.next()))
                let content = cut.content(of: run.files.original, after: journal[..<end])
                _ = try await check(
                    content, run.script, atLeast: 0, isIndexed: true, "seed \(seed), \(end) of \(journal.count) events, \(mercy)")
            }
        }
        print(
            "power cuts in the relaxed mode: \(Thoroughness.cases(journal.count + 1) * PowerCut.Mercy.allCases.count), seed \(seed)"
        )
    }

    @Test(
        "Whatever sectors of a group are lost, what is left of it is its beginning",
        arguments: [UInt64.random(in: 0...UInt64.max)])
    func sectors(seed: UInt64) async throws {
        var numbers = SeededNumbers(seed: seed)
        var cases = 0
        let script = CommitScript(count: 12, padding: 120)
        let files = SimulatedFileSystem()
        // No sync is due before the test is over, so that all lines are one group, which vouches for nothing.
        let (log, _) = try Log.open(files, mode: .relaxed(.seconds(600)), tailSize: 0)
        let header = files.journal.count
        for transaction in script.transactions { _ = try await log.commit(transaction) }
        let journal = files.journal
        for _ in 0..<Thoroughness.cases(2000) {
            let mercy = Bool.random(using: &numbers) ? PowerCut.Mercy.sectorsLost : .pagesLost
            var cut = PowerCut(mercy: mercy, numbers: SeededNumbers(seed: numbers.next()))
            let end = Int.random(in: header...journal.count, using: &numbers)
            let left = SimulatedFileSystem(cut.content(of: files.original, after: journal[..<end]))
            let (reopened, report) = try Log.open(left)
            let found = try reopened.records()
            let isBeginning = found == script.states[Int(found["count"] ?? "0") ?? 0]
            #expect(isBeginning && report.isClean, "seed \(seed), case \(cases)")
            cases += 1
        }
        print("lost sectors: \(cases), seed \(seed)")
    }
}

extension [UInt8] {
    func contains(subsequence: [UInt8]) -> Bool {
        guard let first = subsequence.first else { return true }
        var rest = self[...]
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: subsequence) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
