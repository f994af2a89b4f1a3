import Testing

@testable import JSONLog

@Suite("Opening what somebody or something has changed")
struct RecoveryTests {
    /// A closed log of three commits in one segment.
    private func sample(_ change: (inout [String]) -> Void) async throws -> SimulatedFileSystem {
        let files = SimulatedFileSystem()
        let (log, _) = try Log.open(files)
        for index in 1...3 { _ = try await log.put("k/\(index)", "\(index)") }
        try await log.close()
        var content = files.content
        var lines = String(decoding: content[path] ?? [], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        change(&lines)
        content[path] = Array(lines.joined(separator: "\n").utf8)
        return SimulatedFileSystem(content)
    }

    private let path = "/log/000001.jsonl"

    @Test("Records of an earlier version are read, listed and copied as they would be now, and no line is added to their files")
    func upgrades() async throws {
        func line(_ sequence: Int64, _ key: String, _ value: String) -> [UInt8] {
            var writer = LineWriter()
            writer.begin(sequence: sequence)
            _ = writer.add(OperationText(key: Array("\"\(key)\"".utf8), value: Array(value.utf8)), revision: 1)
            writer.end()
            return writer.bytes
        }
        var content = SimulatedFileSystem.Content()
        let old = LineWriter.header(SegmentHeader(version: 0, segment: 1), sequence: 0) + line(1, "a", "1") + line(2, "b", "2")
        content["/log/000001.jsonl"] = old + Array("{\"s\":3,".utf8)
        let files = SimulatedFileSystem(content)
        var options = LogOptions()
        options.checkpointSize = 1
        options.upgrade = { record in
            #expect(record.version == 0 && record.lists.isEmpty)
            return try LogValue(Array("[".utf8) + record.value + Array("]".utf8), in: [["all", .text(record.key)]])
        }
        func check(_ log: Log) throws {
            #expect(try log.text("a") == "[1]" && log.text("b") == "[2]" && log.reader().count(.list(["all"])) == 2)
        }
        let (log, report) = try Log.open(directory: "/log", options: options, files: files)
        #expect(report.isClean && report.tornTail != nil)
        try check(log)
        _ = try await log.put("c", "3")
        #expect(try log.text("c") == "3" && files.content["/log/000001.jsonl"] == old && files.segments.count == 2)
        try await log.close()
        let (second, clean) = try Log.open(directory: "/log", options: options, files: SimulatedFileSystem(files.content))
        #expect(clean == RecoveryReport())
        try check(second)
        try await second.compact()
        try check(second)
        _ = try await second.put("a", "4")
        try await second.close()
        // Now they are of the newest version.
        let (third, _) = try Log.open(directory: "/log", options: options, files: files)
        try await third.compact()
        try await third.close()
        options.upgrade = { _ in throw LogError(.damaged, "asked again") }
        let (last, _) = try Log.open(directory: "/log", options: options, files: SimulatedFileSystem(files.content))
        try check(last)
    }

    @Test("A closed log is clean JSON lines: a header, a line a commit, and a last one that vouches for all")
    func sampleLines() async throws {
        let files = try await sample { lines in
            #expect(lines.count == 6 && lines[5].isEmpty)
            #expect(lines[0].hasPrefix(#"{"s":0,"format":"jsonlog","version":1,"segment":1,"h":""#))
            #expect(lines[1].hasPrefix(#"{"s":1,"ops":[{"k":"k/1","r":1,"v":1}],"h":""#))
            #expect(lines[2].hasPrefix(#"{"s":2,"d":1,"ops":["#))
            #expect(lines[4].hasPrefix(#"{"s":3,"d":3,"h":""#))
        }
        #expect(try Log.open(files).report == RecoveryReport())
    }

    @Test("A line that a person has edited is damage: set aside and named, and what follows is read")
    func edited() async throws {
        let files = try await sample { $0[2] = $0[2].replacing("\"v\":2", with: "\"v\":9") }
        let before = files.content[path]
        let (log, report) = try Log.open(files)
        #expect(try log.text("k/1") == "1" && log.text("k/2") == nil && log.text("k/3") == "3")
        #expect(report.suspectKeys == ["k/2"] && report.missing == [2...2] && report.salvaged == 1 && report.tornTail == nil)
        let span = try #require(report.damage.first)
        #expect(files.content[span.copy ?? ""].map { String(decoding: $0, as: UTF8.self).contains("\"v\":9") } == true)
        #expect(files.content[path] == before && span.isNew)
        #expect(try await log.put("k/2", "2").sequence == 4)
        // Found again, and not copied again.
        let (again, second) = try Log.open(SimulatedFileSystem(files.content))
        #expect(try again.text("k/2") == "2" && second.damage.map(\.isNew) == [false])
        // Compaction leaves the damage behind, of which there is a copy.
        try await log.compact()
        let third = SimulatedFileSystem(files.content)
        let (compacted, clean) = try Log.open(third)
        #expect(try clean.isClean && compacted.count == 3 && third.content[span.copy ?? ""] != nil)
    }

    @Test("Garbage at the end, binary or text, is a torn tail; blank lines mean nothing")
    func garbage() async throws {
        for end in ["garbage", "garbage\nand more\n", "{\"s\":4}\n", "\u{0}\u{1}\u{2}\n"] {
            let files = try await sample { $0[5] = end }
            let (log, report) = try Log.open(files)
            #expect(try log.count == 3 && report.isClean && report.tornTail != nil)
            #expect(report.tornTail?.copy.flatMap { files.content[$0] }.map { String(decoding: $0, as: UTF8.self) } == end)
        }
        let files = try await sample { lines in
            lines.insert("", at: 2)
            lines.insert("  \t\r", at: 4)
            lines.append("\r\n\n")
        }
        let (log, report) = try Log.open(files)
        #expect(try log.count == 3 && report == RecoveryReport())
        #expect(try await log.put("a", "1").sequence == 4)
        #expect(try Log.open(SimulatedFileSystem(files.content)).log.count == 4)
    }

    @Test("A lost last line feed is put back")
    func lineFeed() async throws {
        let files = try await sample { $0.removeLast() }
        let (log, report) = try Log.open(files)
        #expect(try log.count == 3 && report == RecoveryReport())
        _ = try await log.put("a", "1")
        let (again, second) = try Log.open(SimulatedFileSystem(files.content))
        #expect(try again.count == 4 && second == RecoveryReport())
    }

    @Test("A line that is gone, repeated or moved is missed or set aside, never taken for another")
    func moved() async throws {
        let gone = try await sample { $0.remove(at: 2) }
        #expect(try Log.open(gone).report.missing == [2...2])
        let repeated = try await sample { $0.insert($0[1], at: 3) }
        let (log, report) = try Log.open(repeated)
        #expect(try log.count == 3 && report.damage.count == 1)
        let moved = try await sample { $0.swapAt(1, 3) }
        let (other, second) = try Log.open(moved)
        #expect(try !second.isClean && other.text("k/3") == "3")
    }

    /// Bug 3 of the prototype: behind the first line of a torn group its others may stand whole.
    @Test("Whole lines behind a torn one were never acknowledged, unless a later one vouches for it")
    func vouching() throws {
        func line(_ sequence: Int64, _ durable: Int64?) -> [UInt8] {
            var writer = LineWriter()
            writer.begin(sequence: sequence, durable: durable)
            _ = writer.add(OperationText(key: Array("\"k/\(sequence)\"".utf8), value: Array("1".utf8)), revision: 1)
            writer.end()
            return writer.bytes
        }
        let header = LineWriter.header(SegmentHeader(segment: 1), sequence: 0)
        let bad = Array(repeating: UInt8(ascii: " "), count: 50) + [0x0A]
        for (durable, isDamage) in [(nil, false), (1, false), (2, true)] as [(Int64?, Bool)] {
            var content = SimulatedFileSystem.Content()
            content[path] = header + line(1, nil) + bad + line(3, durable) + line(4, nil)
            let (log, report) = try Log.open(SimulatedFileSystem(content))
            #expect(try log.count == (isDamage ? 3 : 1))
            #expect(report.missing == (isDamage ? [2...2] : []) && (report.tornTail == nil) == isDamage)
        }
    }

    @Test("A missing segment is missed, by the numbers of its commits")
    func missingSegment() async throws {
        let files = SimulatedFileSystem()
        let (log, _) = try Log.open(files, segmentSize: 1)
        for index in 1...5 { _ = try await log.put("k/\(index)", "1") }
        try await log.close()
        var content = files.content
        content.names["/log/000003.jsonl"] = nil
        let (again, report) = try Log.open(SimulatedFileSystem(content))
        #expect(try again.count == 4 && report.missing == [3...3])
    }

    @Test("A newer format is refused, and nothing is touched; a damaged header is not taken for one")
    func newer() async throws {
        let files = try await sample { lines in
            let header = LineWriter.header(SegmentHeader(version: 2, segment: 1), sequence: 0)
            lines[0] = String(decoding: header.dropLast(), as: UTF8.self)
            lines[5] = "torn"
        }
        do {
            _ = try Log.open(files)
            Issue.record("opened")
        } catch let error as LogError { #expect(error.code == .newerFormat && error.message.contains(path)) }
        #expect(files.journal.isEmpty)
        let damaged = try await sample { $0[0] = $0[0].replacing("\"version\":1", with: "\"version\":3") }
        let (log, report) = try Log.open(damaged)
        #expect(try log.count == 3 && report.damage.count == 1 && report.missing.isEmpty)
        #expect(try await log.put("a", "1").sequence == 4)
    }

    @Test("Files of other names are left alone")
    func otherFiles() async throws {
        var content = SimulatedFileSystem.Content()
        for name in ["notes.txt", "1.jsonl", "0000001.jsonl", "000000.jsonl", "000001 copy.jsonl", "a.tmp"] {
            content["/log/\(name)"] = [1]
        }
        let files = SimulatedFileSystem(content)
        let (log, report) = try Log.open(files)
        #expect(try log.count == 0 && report == RecoveryReport())
        #expect(Set(files.content.names.keys).isSuperset(of: content.names.keys))
    }

    @Test("A line of whatever bytes never stops opening", arguments: [UInt64.random(in: 0...UInt64.max)])
    func noise(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let letters = Array("{}[],:\"\\0123456789-.eEtruefalsnkrxvhdops \n\t\u{0}ü".utf8)
        for _ in 0..<500 {
            var content = SimulatedFileSystem.Content()
            let bytes = (0..<Int.random(in: 0..<300, using: &numbers)).map { _ in letters.randomElement(using: &numbers) ?? 0 }
            content[path] = bytes
            let files = SimulatedFileSystem(content)
            let (log, _) = try Log.open(files)
            #expect(try log.count == 0 && files.content[path] == bytes, "seed \(seed)")
        }
    }
}
