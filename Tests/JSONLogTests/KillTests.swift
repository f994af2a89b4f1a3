#if os(Linux)
import Foundation
import TestSupport
import Testing

@testable import JSONLog

/// Kills a process that writes, at moments of chance, and opens what it leaves. The process is this test program itself, told by its
/// environment to write.
@Suite("Killed processes", .serialized)
struct KillTests {
    private static let variable = "JSONLOG_WRITES_TO"

    /// Writes until it is killed; each commit that was acknowledged is named in a file of its writer's own, and then told to whoever kills by a
    /// byte on what is the standard input, which leads back there.
    @Test(
        "Writes until it is killed", .enabled(if: ProcessInfo.processInfo.environment[KillTests.variable] != nil))
    func write() async throws {
        let directory = ProcessInfo.processInfo.environment[Self.variable] ?? ""
        var options = LogOptions()
        options.segmentSize = 30_000
        options.tailSize = 8192
        options.overlaySize = 300
        options.checkpointSize = 2_000
        let (log, _) = try Log.open(directory: directory, options: options)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let path = "\(directory)/acknowledged.\(writer)"
                    if !FileManager.default.fileExists(atPath: path) {
                        _ = FileManager.default.createFile(atPath: path, contents: nil)
                    }
                    let acknowledged = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                    try acknowledged.seekToEnd()
                    while true {
                        var transaction = Transaction()
                        transaction.increment("count/\(writer)")
                        transaction.increment("twin/\(writer)")
                        let padding = String(repeating: "x", count: Int.random(in: 0..<300))
                        transaction.put("record/\(writer)/\(Int.random(in: 0..<20))", Array("\"\(padding)\"".utf8))
                        let receipt = try await log.commit(transaction)
                        try acknowledged.write(contentsOf: Data("\(receipt.counts[0])\n".utf8))
                        try FileHandle.standardInput.write(contentsOf: Data("\n".utf8))
                    }
                }
            }
            group.addTask { while true { try await log.compact() } }
            try await group.waitForAll()
        }
    }

    @Test(
        "Whenever a process is killed, all that it acknowledged is there and nothing by half",
        .enabled(if: ProcessInfo.processInfo.environment[KillTests.variable] == nil))
    func kills() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("jsonlog-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let kills = Int(ProcessInfo.processInfo.environment["JSONLOG_KILLS"] ?? "") ?? Thoroughness.cases(100)
        var commits: Int64 = 0
        var numbers = SeededNumbers(seed: 2026)
        for round in 0..<kills {
            let process = ChildTest.process("KillTests/write", Self.variable, directory)
            let pipe = Pipe()
            process.standardInput = pipe.fileHandleForWriting
            let before = try acknowledged(directory)
            try process.run()
            try pipe.fileHandleForWriting.close()
            // In the midst of what comes after so many acknowledgements.
            let awaited = Int.random(in: 1...300, using: &numbers)
            let heard = try await acknowledgements(awaited, from: pipe.fileHandleForReading)
            #expect(heard == awaited, "round \(round): the writer ended or hung, in \(directory)")
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let told = try acknowledged(directory)
            #expect(told != before, "round \(round): nothing was written, in \(directory)")
            let (log, report) = try Log.open(directory: directory)
            #expect(report.isClean, "round \(round): \(report), in \(directory)")
            for writer in 0..<4 {
                let count = Int64(try log.text("count/\(writer)") ?? "0") ?? 0
                #expect(count >= told[writer], "round \(round): \(count) of \(told[writer]), in \(directory)")
                // At most the one whose acknowledgement was cut off.
                #expect(count <= told[writer] + 1, "round \(round)")
                #expect(try log.text("twin/\(writer)") == log.text("count/\(writer)"), "round \(round), in \(directory)")
            }
            #expect(try log.verify().damage.isEmpty, "round \(round)")
            commits = try log.sequence
            try await log.close()
        }
        print("kills: \(kills), \(commits) commits")
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Waits for bytes, on a thread that may block.
    /// - Returns: how many came before the other end was closed, or nothing came for 20 seconds.
    private func acknowledgements(_ count: Int, from pipe: FileHandle) async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        var heard = 0
                        while heard < count {
                            var ready = pollfd(fd: pipe.fileDescriptor, events: Int16(POLLIN), revents: 0)
                            guard unsafe poll(&ready, 1, 20_000) > 0,
                                let bytes = try pipe.read(upToCount: count - heard), !bytes.isEmpty
                            else { break }
                            heard += bytes.count
                        }
                        return heard
                    })
            }
        }
    }

    /// The last number that each writer was told.
    private func acknowledged(_ directory: String) throws -> [Int64] {
        (0..<4).map { writer in
            let data = FileManager.default.contents(atPath: "\(directory)/acknowledged.\(writer)") ?? Data()
            // What is behind the last line feed is not whole.
            let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            return Int64(lines.last ?? "0") ?? 0
        }
    }
}
#endif
