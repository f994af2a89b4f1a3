import TestSupport
import Testing

@testable import JSONLog

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Failing calls")
struct FaultTests {
    /// Runs the script with a fault; hands back the records that must be there, and those that may be there instead.
    private func run(
        _ script: CommitScript, _ files: SimulatedFileSystem, _ mode: LogMode, isIndexed: Bool
    ) async throws -> (certain: CommitScript.Records, possible: CommitScript.Records, failures: Int) {
        var certain: CommitScript.Records = [:]
        var possible: CommitScript.Records?
        var failures = 0
        var opened: Log?
        do { opened = try Log.open(files, mode: mode, segmentSize: 1500, isIndexed: isIndexed).log } catch { failures += 1 }
        // The fault is over.
        let log = try opened ?? Log.open(files, mode: mode, segmentSize: 1500, isIndexed: isIndexed).log
        for (index, transaction) in script.transactions.enumerated() {
            var after = certain
            for operation in transaction.operations {
                switch operation.change {
                case .put(let value, _): after[operation.key] = String(decoding: value, as: UTF8.self)
                case .delete: after[operation.key] = nil
                case .increment(let amount):
                    after[operation.key] = String((Int64(certain[operation.key] ?? "0") ?? 0) + amount)
                }
            }
            do {
                _ = try await log.commit(transaction)
                certain = after
            } catch let error as LogError {
                failures += 1
                if error.code == .unconfirmed { possible = after }
            }
            if index == 5 { do { try await log.compact() } catch { failures += 1 } }
            guard index % 3 == 1 else { continue }
            var shown: CommitScript.Records?
            do { shown = try log.records() } catch { failures += 1 }
            if let shown { #expect(shown == certain, "call \(files.calls)") }
        }
        do { try await log.close() } catch { failures += 1 }
        return (certain, possible ?? certain, failures)
    }

    @Test(
        "Whatever call fails, once or for good, what was acknowledged is there, now and after a power cut",
        arguments: [UInt64.random(in: 0...UInt64.max)], [false, true])
    func everyCall(seed: UInt64, isIndexed: Bool) async throws {
        var numbers = SeededNumbers(seed: seed)
        let script = CommitScript(count: 10, padding: 20)
        let clean = SimulatedFileSystem()
        let (records, _, none) = try await run(script, clean, .durable, isIndexed: isIndexed)
        #expect(records == script.states[10] && none == 0)
        var cases = 0
        var failed = 0
        // Reads are many and much alike.
        for call in Thoroughness.cases(0...clean.calls, seed: seed) where call < 60 || call % 3 == 0 || !Thoroughness.isFull {
            for number in [EIO, ENOSPC] {
                let what = "seed \(seed), call \(call) of \(clean.calls) with errno \(number)"
                let files = SimulatedFileSystem(.init(), fault: .init(call: call, number: number))
                let (certain, possible, failures) = try await run(script, files, .durable, isIndexed: isIndexed)
                failed += failures > 0 ? 1 : 0
                let journal = files.journal
                for mercy in PowerCut.Mercy.allCases {
                    var cut = PowerCut(mercy: mercy, numbers: SeededNumbers(seed: numbers.next()))
                    let left = SimulatedFileSystem(cut.content(of: files.original, after: journal[...]))
                    let (log, report) = try Log.open(left)
                    let found = try log.records()
                    let isRight = (found == certain || found == possible) && report.isClean
                    #expect(isRight, "\(what), \(mercy): \(report)")
                }
                let (log, report) = try Log.open(SimulatedFileSystem(files.content))
                let found = try log.records()
                let isRight = (found == certain || found == possible) && report.isClean
                #expect(isRight, "\(what): \(report)")
                cases += 1
            }
        }
        print(
            "failing calls\(isIndexed ? " with index files" : ""): \(cases), \(failed) of them seen by the caller, seed \(seed)")
    }

    @Test("While the disk is full all is read, and when there is room again all is written, with numbers in order")
    func fullDisk() async throws {
        let files = SimulatedFileSystem()
        let (log, _) = try Log.open(files, segmentSize: 600)
        _ = try await log.put("a", "1")
        for round in 0..<10 {
            files.setFault(.init(call: 0, number: ENOSPC, name: "pwrite"))
            do {
                _ = try await log.put("b", "\(round)")
                // Then it was the tail or the new segment that had no room.
                #expect(try log.text("b") == "\(round)")
            } catch let error as LogError { #expect(error.code == .diskFull) }
            #expect(try log.read("a") != nil)
            files.setFault(nil)
            _ = try await log.put("a", "\(round)")
            #expect(try log.text("a") == "\(round)")
        }
        try await log.close()
        // A number that a failed commit used up would look like a lost commit.
        let (again, report) = try Log.open(SimulatedFileSystem(files.content))
        #expect(report == RecoveryReport())
        #expect(try again.text("a") == "9")
    }

    @Test("After a sync that failed nothing is written or synced, everything is read, and opening anew brings all back")
    func failedSync() async throws {
        let files = SimulatedFileSystem()
        let (log, _) = try Log.open(files, tailSize: 0)
        _ = try await log.put("a", "1")
        files.setFault(.init(call: 0, number: EIO, name: "fdatasync"))
        await #expect(throws: LogError.self) { try await log.put("b", "2") }
        let calls = files.journal.count
        do {
            _ = try await log.put("c", "3")
            Issue.record("written after a failed sync")
        } catch let error as LogError { #expect(error.code == .stopped) }
        #expect(files.journal.count == calls)
        #expect(try log.text("a") == "1" && log.text("b") == nil)
        try await log.close()
        #expect(files.journal.count == calls)
        let again = SimulatedFileSystem(files.content)
        let (reopened, report) = try Log.open(again)
        #expect(try report.isClean && reopened.text("b") == "2")
        // What it shows is on the disk now, though the system took it for written before.
        var cut = PowerCut(mercy: .everythingLost, numbers: SeededNumbers(seed: 1))
        let all = files.journal + again.journal
        let (last, _) = try Log.open(SimulatedFileSystem(cut.content(of: files.original, after: all[...])))
        #expect(try last.text("b") == "2")
    }

    @Test("A commit that was reported as failed does not come back, though all its bytes were written")
    func comingBack() async throws {
        for seed in 0..<20 as Range<UInt64> {
            let files = SimulatedFileSystem()
            let (log, _) = try Log.open(files, tailSize: 0)
            _ = try await log.put("a", "1")
            files.setFault(.init(call: 0, number: EIO, name: "pwrite", isWrittenWhole: true))
            await #expect(throws: LogError.self) { try await log.put("b", "2") }
            let (again, report) = try Log.open(SimulatedFileSystem(files.content))
            #expect(try again.count == 1 && report == RecoveryReport())
            for mercy in PowerCut.Mercy.allCases {
                var cut = PowerCut(mercy: mercy, numbers: SeededNumbers(seed: seed))
                let left = cut.content(of: files.original, after: files.journal[...])
                #expect(try Log.open(SimulatedFileSystem(left)).log.count == 1, "seed \(seed), \(mercy)")
            }
        }
    }

    @Test("When a write fails, so do all commits that were queued behind it, and the log goes on")
    func queuedBehind() async throws {
        let files = SimulatedFileSystem()
        let (log, _) = try Log.open(files, tailSize: 0)
        _ = try await log.put("a", "1")
        files.setFault(.init(call: 0, number: EIO, name: "pwrite"))
        let codes = await withTaskGroup(of: LogError.Code?.self) { group in
            for index in 0..<20 {
                group.addTask {
                    do {
                        _ = try await log.put("n/\(index)", "1")
                        return nil
                    } catch { return (error as? LogError)?.code }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.contains(.inputOutput))
        _ = try await log.put("b", "2")
        try await log.close()
        let (again, report) = try Log.open(SimulatedFileSystem(files.content))
        #expect(try report == RecoveryReport() && again.count == 2 + codes.filter { $0 == nil }.count)
    }
}
