import Testing

@testable import JSONLog

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Segments and compaction")
struct CompactionTests {
    @Test("Compaction leaves the live records in one segment, readable all the while, and again after opening")
    func compacts() async throws {
        let files = SimulatedFileSystem()
        let (log, _) = try Log.open(files, segmentSize: 600)
        for round in 0..<20 {
            for key in 0..<5 { _ = try await log.put("k/\(key)", "\(round)") }
        }
        var deletion = Transaction()
        deletion.delete("k/0")
        _ = try await log.commit(deletion)
        let before = try log.records()
        let reader = try log.reader()
        #expect(files.segments.count > 10)
        try await log.compact()
        #expect(files.segments.count == 2)
        #expect(try log.records() == before && before.count == 4)
        // Whoever reads meanwhile goes on with the files that are gone.
        #expect(try reader.record("k/1")?.revision == 20)
        let (again, report) = try Log.open(SimulatedFileSystem(files.content))
        #expect(try again.records() == before && report == RecoveryReport())
        #expect(try again.read("k/1")?.revision == 20)
        // Twice, and with nothing new.
        try await log.compact()
        try await log.compact()
        #expect(try log.records() == before && files.segments.count == 2)
        #expect(try await log.put("k/1", "0").sequence == 102)
        #expect(try log.verify().damage.isEmpty)
    }

    @Test("What is out of date is compacted by itself, so that disk space stays in proportion", arguments: 0..<3)
    func automatic(round: Int) async throws {
        let files = SimulatedFileSystem()
        var options = LogOptions()
        options.segmentSize = 2000
        let (log, _) = try Log.open(directory: "/log", options: options, files: files)
        for index in 0..<600 { _ = try await log.put("k/\(index % 7)", "\(index)") }
        try await log.close()
        let size = files.segments.reduce(0) { $0 + (files.content[$1]?.count ?? 0) }
        #expect(size < 40_000)
        let (again, report) = try Log.open(SimulatedFileSystem(files.content))
        #expect(try report == RecoveryReport() && again.count == 7 && again.sequence == 600)
    }

    @Test("Segments that a crash kept from being removed are not read, and removed")
    func leftovers() async throws {
        let files = SimulatedFileSystem()
        let (log, _) = try Log.open(files, segmentSize: 300)
        for index in 0..<10 { _ = try await log.put("k/\(index % 2)", "\(index)") }
        var deletion = Transaction()
        deletion.delete("k/0")
        _ = try await log.commit(deletion)
        let before = files.content
        try await log.compact()
        try await log.close()
        var content = files.content
        for (path, _) in before.names where content[path] == nil { content[path] = before[path] }
        content["/log/000009.jsonl.tmp"] = Array("half".utf8)
        let both = SimulatedFileSystem(content)
        let (again, report) = try Log.open(both)
        #expect(try again.records() == ["k/1": "9"] && report == RecoveryReport())
        #expect(Set(both.content.names.keys) == Set(files.content.names.keys))
        // If the compacted segment is damaged meanwhile, the old ones are read, as they are all there; else they are put aside, not removed.
        let compacted = try #require(files.segments.first)
        content[compacted]?[150] ^= 1
        let spare = SimulatedFileSystem(content)
        let (third, clean) = try Log.open(spare)
        #expect(try clean.isClean && third.records() == ["k/1": "9"])
        #expect(spare.content[compacted.replacing("/log/", with: "/log/quarantine/")] == content[compacted])
        let first = try #require(before.names.keys.filter { $0.hasSuffix(".jsonl") }.sorted().first)
        content[first] = nil
        let damaged = SimulatedFileSystem(content)
        let (other, second) = try Log.open(damaged)
        #expect(try !second.isClean && other.count <= 1)
        #expect(damaged.content.names.keys.contains("/log/quarantine/000002.jsonl"))
    }

    @Test(
        "A compaction that says it is done has removed the old segments: whatever removal fails, it says so",
        arguments: [false, true])
    func removals(isIndexed: Bool) async throws {
        func filled(_ files: SimulatedFileSystem) async throws -> Log {
            let (log, _) = try Log.open(files, segmentSize: 300, isIndexed: isIndexed)
            for index in 0..<10 { _ = try await log.put("k/\(index % 3)", "\(index)") }
            return log
        }
        var refusals = 0
        for skipped in 0..<60 {
            let files = SimulatedFileSystem()
            let log = try await filled(files)
            files.setFault(.init(call: files.calls + 4 * skipped, number: EIO, name: "unlink"))
            do {
                try await log.compact()
                #expect(files.segments.count == 2)
            } catch { refusals += 1 }
            files.setFault(nil)
            let records = try log.records()
            try await log.close()
            let again = SimulatedFileSystem(files.content)
            let (reopened, report) = try Log.open(again, isIndexed: isIndexed)
            #expect(try reopened.records() == records && records.count == 3 && report.isClean)
        }
        #expect(refusals > 0)
    }

    @Test("Thirty-two writers, readers, scans and compactions do not disturb each other", arguments: [false, true])
    func together(isIndexed: Bool) async throws {
        let files = SimulatedFileSystem()
        let (log, _) = try Log.open(files, segmentSize: 3000, isIndexed: isIndexed)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<32 {
                group.addTask {
                    for index in 1...12 {
                        let receipt = try await log.put("w/\(writer)", "\(index)", expecting: Int64(index - 1))
                        #expect(receipt.revisions == [Int64(index)])
                        #expect(try log.text("w/\(writer)") == "\(index)")
                        var transaction = Transaction()
                        transaction.increment("all")
                        transaction.put("x/\(writer)/\(index % 3)", Array("\(index)".utf8))
                        _ = try await log.commit(transaction)
                    }
                }
            }
            for _ in 0..<2 {
                group.addTask { for _ in 0..<6 { try await log.compact() } }
                group.addTask {
                    for _ in 0..<10 {
                        var keys: Set<String> = []
                        var cursor = try log.reader().cursor(.records())
                        while let found = try cursor.next() { #expect(keys.insert(found.key).inserted) }
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
        let records = try log.records()
        #expect(records.count == 32 * 4 + 1 && records["all"] == "384")
        try await log.close()
        let (again, report) = try Log.open(SimulatedFileSystem(files.content))
        #expect(try again.records() == records && report == RecoveryReport())
    }
}
