import Testing

@testable import JSONLog

@Suite("Commits and reads")
struct LogTests {
    @Test("What is put is read with its revision, before and after opening anew; what is deleted is gone and begins anew")
    func puts() async throws {
        let files = SimulatedFileSystem()
        let (log, report) = try Log.open(files)
        #expect(report == RecoveryReport())
        #expect(try log.read("a") == nil && log.count == 0)
        #expect(try await log.put("a", "1") == CommitReceipt(sequence: 1, revisions: [1]))
        #expect(try await log.put("a", "2").revisions == [2])
        var transaction = Transaction()
        transaction.put("b", Array("[\n1]".utf8), in: [["x", .number(2)], ["y"]])
        transaction.delete("a")
        transaction.put("a", Array("3".utf8))
        transaction.delete("c")
        #expect(try await log.commit(transaction) == CommitReceipt(sequence: 3, revisions: [1, 0, 1, 0]))
        for log in [log, try Log.open(SimulatedFileSystem(files.content)).log] {
            #expect(try log.read("a") == LogRecord(key: "a", revision: 1, value: Array("3".utf8)))
            #expect(try log.text("b") == "[ 1]" && log.count == 2 && log.sequence == 3)
            let found = try #require(try log.reader().first(.list(["x"])))
            #expect(found.key == "b" && found.index == ["x", .number(2)])
            #expect(try log.reader().count(.list(["y"])) == 1 && log.reader().count(.list(["x", .number(3)])) == 0)
        }
    }

    @Test("A commit that finds another revision than expected stores nothing, and says which there is")
    func conflicts() async throws {
        let (log, _) = try Log.open(SimulatedFileSystem())
        _ = try await log.put("a", "1", expecting: 0)
        var transaction = Transaction()
        transaction.put("b", Array("1".utf8))
        transaction.put("a", Array("2".utf8), expecting: 0)
        do {
            _ = try await log.commit(transaction)
            Issue.record("no conflict")
        } catch let error as LogError { #expect(error.code == .conflict && error.key == "a" && error.current == 1) }
        #expect(try log.read("b") == nil && log.text("a") == "1")
        #expect(try await log.put("a", "2", expecting: 1).sequence == 2)
        var deletion = Transaction()
        deletion.delete("a", expecting: 1)
        await #expect(throws: LogError.self) { try await log.commit(deletion) }
    }

    @Test("Of many commits that expect the same revision one is stored, and increments never conflict")
    func races() async throws {
        let files = SimulatedFileSystem()
        let (log, _) = try Log.open(files)
        let stored = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<50 {
                group.addTask {
                    var transaction = Transaction()
                    transaction.increment("count", by: 2)
                    guard let counts = try? await log.commit(transaction).counts, counts.count == 1 else { return true }
                    return (try? await log.put("a", "\(index)", expecting: 0)) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(stored == 1)
        #expect(try log.text("count") == "100" && log.read("count")?.revision == 50)
        try await log.close()
        #expect(try Log.open(SimulatedFileSystem(files.content)).log.text("count") == "100")
    }

    @Test("Commits are stored in the order in which they were called, though nobody waits between them")
    func order() async throws {
        let (log, _) = try Log.open(SimulatedFileSystem())
        let actor = Caller(log: log)
        let sequences = try await actor.commits(40)
        #expect(sequences == Array(1...40))
        #expect(try log.text("a") == "39")
    }

    /// Calls commits one right after the other.
    private actor Caller {
        let log: Log

        init(log: Log) { self.log = log }

        func commits(_ count: Int) async throws -> [Int64] {
            var tasks: [Task<Int64, any Error>] = []
            for index in 0..<count {
                tasks.append(Task { try await self.log.put("a", "\(index)").sequence })
            }
            var sequences: [Int64] = []
            for task in tasks { sequences.append(try await task.value) }
            return sequences
        }
    }

    @Test("A counter counts within one commit, and neither overflows nor counts what is no integer")
    func counters() async throws {
        let (log, _) = try Log.open(SimulatedFileSystem())
        var transaction = Transaction()
        transaction.increment("n", by: .max)
        transaction.increment("n", by: -1)
        #expect(try await log.commit(transaction) == CommitReceipt(sequence: 1, revisions: [1, 2], counts: [.max, .max - 1]))
        var further = Transaction()
        further.increment("n", by: 2)
        do { _ = try await log.commit(further) } catch let error as LogError { #expect(error.code == .invalidCounter) }
        _ = try await log.put("n", "1.5")
        do { _ = try await log.commit(further) } catch let error as LogError { #expect(error.code == .invalidCounter) }
        #expect(try log.text("n") == "1.5")
    }

    @Test(
        "Bad input is refused with a code, and nothing is stored",
        arguments: [
            ("", "1", .invalidKey), (String(repeating: "k", count: 1025), "1", .invalidKey), ("a", "", .invalidValue),
            ("a", "null", .invalidValue), ("a", "{", .invalidValue), ("a", "1}", .invalidValue),
        ] as [(String, String, LogError.Code)])
    func badInput(key: String, value: String, code: LogError.Code) async throws {
        let files = SimulatedFileSystem()
        let (log, _) = try Log.open(files)
        let events = files.journal.count
        do {
            _ = try await log.put(key, value)
            Issue.record("stored")
        } catch let error as LogError { #expect(error.code == code) }
        #expect(files.journal.count == events)
    }

    @Test("An empty commit changes nothing")
    func empty() async throws {
        let (log, _) = try Log.open(SimulatedFileSystem())
        _ = try await log.put("a", "1")
        #expect(try await log.commit(Transaction()) == CommitReceipt(sequence: 1))
    }

    @Test("Closing stores what is queued, ends every waiting, may be done twice, and leaves clean lines", arguments: 0..<20)
    func closing(round: Int) async throws {
        let files = SimulatedFileSystem()
        let mode: LogMode = round % 2 == 0 ? .durable : .relaxed(.milliseconds(round))
        let (log, _) = try Log.open(files, mode: mode, segmentSize: 500)
        let stored = await withTaskGroup(of: Int.self) { group in
            for index in 0..<30 { group.addTask { (try? await log.put("k/\(index)", "1")) == nil ? 0 : 1 } }
            for _ in 0..<2 {
                group.addTask {
                    try? await log.close()
                    return 0
                }
            }
            group.addTask {
                try? await log.compact()
                return 0
            }
            return await group.reduce(0, +)
        }
        #expect(throws: LogError.self) { try log.read("a") }
        await #expect(throws: LogError.self) { try await log.put("a", "1") }
        await #expect(throws: LogError.self) { try await log.compact() }
        try await log.close()
        let content = files.content
        for path in files.segments {
            let bytes = content[path] ?? []
            #expect(bytes.last == 0x0A && !bytes.contains(0))
            for line in bytes.split(separator: 0x0A) { #expect(JSONText.singleLineValue(Array(line)) == Array(line)) }
        }
        let (again, report) = try Log.open(SimulatedFileSystem(content))
        #expect(try report == RecoveryReport() && again.count == stored)
        // Opening and closing without a commit changes nothing.
        let idle = SimulatedFileSystem(content)
        try await Log.open(idle).log.close()
        #expect(idle.journal.isEmpty)
    }

    @Test("To read only, nothing is changed or locked, and what is torn or damaged is left alone")
    func readOnly() async throws {
        let files = SimulatedFileSystem()
        let (log, _) = try Log.open(files)
        _ = try await log.put("a", "1")
        let (reader, _) = try Log.open(files, mode: .readOnly)
        let events = files.journal.count
        _ = try await log.put("a", "2")
        #expect(try reader.text("a") == "1" && log.text("a") == "2")
        do {
            _ = try await reader.put("b", "1")
            Issue.record("written")
        } catch let error as LogError { #expect(error.code == .readOnly) }
        #expect(files.journal.count >= events)
        let torn = SimulatedFileSystem(files.content)
        var content = torn.content
        content[files.segments[0]]?.append(contentsOf: Array("{\"s\":3,".utf8))
        let damaged = SimulatedFileSystem(content)
        let (other, report) = try Log.open(damaged, mode: .readOnly)
        #expect(try other.text("a") == "2" && report.tornTail != nil && damaged.journal.isEmpty)
        try await other.close()
        #expect(damaged.journal.isEmpty)
    }

    @Test("A record that is damaged under an open log is refused, and verifying tells where")
    func damagedWhileOpen() async throws {
        let files = SimulatedFileSystem()
        let (log, _) = try Log.open(files, tailSize: 0)
        _ = try await log.put("a", "\"secret\"")
        _ = try await log.put("b", "2")
        let bytes = files.content[files.segments[0]] ?? []
        let place = try #require(bytes.lastIndex(of: UInt8(ascii: "t")))
        let file = try files.open(files.segments[0], .writing)
        try file.write([UInt8(ascii: "T")], at: place)
        do {
            _ = try log.read("a")
            Issue.record("read")
        } catch let error as LogError { #expect(error.code == .damaged) }
        #expect(try log.text("b") == "2")
        let report = try log.verify()
        #expect(
            report.lines == 2 && report.damage.count == 1 && report.damage[0].range.contains(place)
                && report.damage[0].keys == ["a"])
        // It is not thrown away by compaction either.
        await #expect(throws: LogError.self) { try await log.compact() }
        #expect(try log.text("b") == "2")
    }
}
