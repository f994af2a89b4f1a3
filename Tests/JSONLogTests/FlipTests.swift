import TestSupport
import Testing

@testable import JSONLog

@Suite("Damage")
struct FlipTests {
    /// A closed log and its commits line by line.
    private struct Sample {
        let script: CommitScript
        let content: SimulatedFileSystem.Content
        let paths: [String]
        /// What the lines of each file do: the number of the commit, 0 for headers and watermarks.
        var lines: [String: [(range: Range<Int>, sequence: Int)]] = [:]

        init(count: Int, segmentSize: Int, isClosed: Bool = true) async throws {
            script = CommitScript(count: count, padding: 10)
            let files = SimulatedFileSystem()
            let (log, _) = try Log.open(files, segmentSize: segmentSize, tailSize: 0)
            for transaction in script.transactions { _ = try await log.commit(transaction) }
            if isClosed { try await log.close() }
            content = files.content
            paths = files.segments
            for path in paths {
                let bytes = content[path] ?? []
                var start = 0
                while let end = bytes[start...].firstIndex(of: 0x0A) {
                    let line = LineParser.line(bytes, start..<end)
                    let sequence = line?.operations.isEmpty == false ? Int(line?.sequence ?? 0) : 0
                    lines[path, default: []].append((start..<(end + 1), sequence))
                    start = end + 1
                }
            }
        }

        /// The records if some commits are not read.
        func records(without lost: Set<Int>) throws -> CommitScript.Records {
            var records: CommitScript.Records = [:]
            for (index, transaction) in script.transactions.enumerated() where !lost.contains(index + 1) {
                for operation in transaction.operations {
                    switch operation.change {
                    case .put(let value, _): records[operation.key] = String(decoding: value, as: UTF8.self)
                    case .delete: records[operation.key] = nil
                    // The log holds the sum.
                    case .increment: records[operation.key] = String(index + 1)
                    }
                }
            }
            return records
        }
    }

    @Test(
        "Whatever bit of a closed log flips, it opens, all other commits are read, and the damage is set aside and named",
        arguments: [UInt64.random(in: 0...UInt64.max)])
    func flips(seed: UInt64) async throws {
        var numbers = SeededNumbers(seed: seed)
        let sample = try await Sample(count: 10, segmentSize: 1600)
        #expect(sample.paths.count == 2)
        var losses = 0
        let count = Thoroughness.cases(2000)
        for number in 0..<count {
            let path = sample.paths.randomElement(using: &numbers) ?? ""
            var bytes = sample.content[path] ?? []
            let place = Int.random(in: bytes.indices, using: &numbers)
            bytes[place] ^= 1 << Int.random(in: 0..<8, using: &numbers)
            var content = sample.content
            content[path] = bytes
            // The line that the bit is in, and the next too if the line feed between them is gone.
            let hit = (sample.lines[path] ?? []).filter { $0.range.contains(place) || $0.range.lowerBound == place + 1 }
            let lost = Set(hit.map(\.sequence)).subtracting([0])
            let files = SimulatedFileSystem(content)
            let (log, report) = try Log.open(files, segmentSize: 1600, tailSize: 0)
            let found = try log.records()
            let expected = try sample.records(without: lost)
            let what = "seed \(seed), case \(number), byte \(place) of \(path), commits \(lost)"
            // Without its last line feed a line is still whole.
            let isWhole = found == sample.script.states[10] && bytes[place] != sample.content[path]?[place]
            let isRight = found == expected || isWhole
            #expect(isRight, "\(what)")
            if !isWhole || !lost.isEmpty && found != sample.script.states[10] {
                losses += 1
                let keys = lost.flatMap { sample.script.transactions[$0 - 1].operations.map(\.key) }
                let named =
                    report.missing.contains { $0.contains(Int64(lost.first ?? -1)) } || report.tornTail != nil
                    || Set(report.suspectKeys).isSuperset(of: keys)
                #expect(named, "\(what): \(report)")
            }
            for span in report.damage + [report.tornTail].compactMap(\.self) {
                let copy = span.copy.flatMap { files.content[$0] }
                let isKept = copy == Array(bytes[span.range]) || span.path != path
                #expect(isKept, "\(what)")
            }
            let isNamed = (report.damage + [report.tornTail].compactMap(\.self)).contains { $0.range.contains(place) } || isWhole
            #expect(isNamed, "\(what): \(report)")
            // It stays as it is, and can be written.
            guard number % 10 == 0 else { continue }
            _ = try await log.put("after", "1")
            try await log.close()
            let (again, second) = try Log.open(SimulatedFileSystem(files.content))
            var after = found
            after["after"] = "1"
            let isSame = try again.records() == after && second.damage.allSatisfy { !$0.isNew }
            #expect(isSame, "\(what): \(second)")
        }
        print("bit flips: \(count), \(losses) of them in commits, seed \(seed)")
    }

    @Test("However long the file is that a crash has left, it holds all commits whose lines are whole")
    func cuts() async throws {
        let sample = try await Sample(count: 4, segmentSize: 1 << 20, isClosed: false)
        let path = sample.paths[0]
        let bytes = sample.content[path] ?? []
        let lines = sample.lines[path] ?? []
        let header = lines[0].range.upperBound
        var cases = 0
        for end in Thoroughness.cases(header...bytes.count) {
            for padding in [[], [UInt8](repeating: 0x20, count: 100), [UInt8](repeating: 0, count: 100)] {
                var content = sample.content
                content[path] = bytes.prefix(end) + padding
                let files = SimulatedFileSystem(content)
                let (log, report) = try Log.open(files)
                // The line feed is no part of what the hash vouches for.
                let whole = lines.filter { $0.range.upperBound - 1 <= end }.map(\.sequence).max() ?? 0
                let isRight = try log.records() == sample.script.states[whole]
                #expect(isRight && report.isClean, "cut at \(end): \(report)")
                let start = lines[whole].range.upperBound
                let torn = bytes[start..<max(end, start)]
                #expect((report.tornTail == nil) == torn.isEmpty, "cut at \(end)")
                if let copy = report.tornTail?.copy { #expect(files.content[copy] == Array(torn), "cut at \(end)") }
                _ = try await log.put("after", "1")
                let (again, second) = try Log.open(SimulatedFileSystem(files.content))
                let isKept = try again.text("after") == "1" && again.records().count == sample.script.states[whole].count + 1
                #expect(isKept && second.isClean && second.tornTail == nil, "cut at \(end): \(second)")
                cases += 1
            }
        }
        print("cuts: \(cases)")
    }
}
