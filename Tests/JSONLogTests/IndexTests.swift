import Testing

@testable import JSONLog

@Suite("Ordered index")
struct IndexTests {
    /// A merge that has been done and not yet been entered.
    private struct Merge {
        var old: [IndexRun]
        var new: IndexRun?
    }

    /// An index that random things are done to, and what it should hold.
    private struct Script {
        var numbers: SeededNumbers
        let files = SimulatedFileSystem()
        let cache = PageCache(capacity: 256 << 10)
        var index = OrderedIndex()
        var model = IndexModel()
        var snapshots: [(OrderedIndex, IndexModel)] = []
        var merge: Merge?
        var fileCount = 0
        var merges = 0
        var flushesDuringMerges = 0

        var newPath: String { "/log/\(fileCount).index" }

        mutating func step() throws {
            switch Int.random(in: 0..<100, using: &numbers) {
            case 0..<60: set()
            case 60..<90: remove()
            case 90..<92: index.freeze()
            case 92..<95: try flush()
            case 95..<97: try beginMerge()
            case 97..<98: endMerge()
            default:
                if snapshots.count == 3 { snapshots.remove(at: Int.random(in: 0..<3, using: &numbers)) }
                snapshots.append((index, model))
            }
        }

        private mutating func set() {
            let key = IndexKeys.all.randomElement(using: &numbers) ?? []
            let value = [UInt8](repeating: .random(in: 0...255, using: &numbers), count: .random(in: 0..<30, using: &numbers))
            index.set(key, value, replacing: model[key] != nil)
            model[key] = value
        }

        private mutating func remove() {
            guard let key = model.keys.randomElement(using: &numbers) else { return }
            index.remove(key)
            model[key] = nil
        }

        private mutating func flush() throws {
            index.freeze()
            fileCount += 1
            index.flushed(try index.flush(to: newPath, files, cache: cache))
            if merge != nil { flushesDuringMerges += 1 }
        }

        /// Merges what the plan says, or any neighbours.
        private mutating func beginMerge() throws {
            guard merge == nil, index.runs.count > 1 else { return }
            let start = Int.random(in: 0..<index.runs.count, using: &numbers)
            let old = index.mergePlan ?? Array(index.runs[start...Int.random(in: start..<index.runs.count, using: &numbers)])
            fileCount += 1
            merge = Merge(old: old, new: try OrderedIndex.merge(old, to: newPath, files, cache: cache))
        }

        private mutating func endMerge() {
            guard let merge else { return }
            let isDone = index.merged(merge.old, to: merge.new)
            let isDoneAgain = index.merged(merge.old, to: merge.new)
            #expect(isDone && !isDoneAgain)
            merges += 1
            self.merge = nil
        }
    }

    @Test(
        "It answers as a sorted list does, whatever is written, flushed and merged when; snapshots stay",
        arguments: 1...4 as ClosedRange<UInt64>)
    func random(seed: UInt64) throws {
        var script = Script(numbers: SeededNumbers(seed: seed))
        for step in 0..<1200 {
            try script.step()
            #expect(script.index.count == script.model.keys.count)
            guard step % 15 == 0 else { continue }
            let range = IndexKeys.range(using: &script.numbers)
            let key = IndexKeys.all.randomElement(using: &script.numbers) ?? []
            let difference = try script.model.difference(from: script.index, in: range, limit: 20, key)
            #expect(difference == nil, "seed \(seed), step \(step), \(script.index.runs.count) runs")
            if let (index, model) = script.snapshots.randomElement(using: &script.numbers) {
                #expect(
                    try model.difference(from: index, in: range, limit: 5, key) == nil, "seed \(seed), step \(step), snapshot")
            }
        }
        for (index, model) in script.snapshots + [(script.index, script.model)] {
            #expect(try model.difference(from: index, in: IndexRange(), limit: .max, []) == nil, "seed \(seed)")
        }
        #expect(script.merges > 3 && script.flushesDuringMerges > 0)
    }

    @Test("When all keys are removed again and all is merged, there is no file left")
    func vanishing() throws {
        let files = SimulatedFileSystem()
        let cache = PageCache()
        var index = OrderedIndex()
        func flush(_ index: inout OrderedIndex, _ path: String) throws {
            index.freeze()
            index.flushed(try index.flush(to: path, files, cache: cache))
        }
        index.set([1], [], replacing: false)
        index.remove([1])
        #expect(index.overlay.count == 0 && index.overlay.bytes == 0)
        try flush(&index, "/log/none")
        #expect(index.runs.isEmpty && files.content["/log/none"] == nil)
        for number in UInt8(0)..<200 { index.set([number], [number], replacing: false) }
        try flush(&index, "/log/1")
        for number in UInt8(0)..<200 { index.set([number], [1, number], replacing: true) }
        try flush(&index, "/log/2")
        for number in UInt8(0)..<200 { index.remove([number]) }
        try flush(&index, "/log/3")
        #expect(try index.count == 0 && index.count(in: IndexRange(from: [3])) == 0 && index.first(in: IndexRange()) == nil)
        #expect(index.runs.map(\.delta) == [-200, 0, 200])
        let plan = try #require(index.mergePlan)
        let merged = try OrderedIndex.merge(plan, to: "/log/4", files, cache: cache)
        #expect(merged == nil && files.content["/log/4"] == nil)
        index.merged(plan, to: merged)
        #expect(index.runs.isEmpty)
    }

    @Test("With every merge that is planned, runs are few and entries are written anew a few times only")
    func plans() throws {
        let files = SimulatedFileSystem()
        let cache = PageCache()
        var index = OrderedIndex()
        var written = 0
        var most = 0
        for round in 0..<300 {
            for number in 0..<3 { index.set([UInt8(number), UInt8(round / 256), UInt8(round % 256)], [], replacing: false) }
            index.freeze()
            index.flushed(try index.flush(to: "/log/\(round)", files, cache: cache))
            while let plan = index.mergePlan {
                let merged = try OrderedIndex.merge(plan, to: "/log/\(round).\(written)", files, cache: cache)
                written += merged?.count ?? 0
                index.merged(plan, to: merged)
            }
            most = max(most, index.runs.count)
        }
        #expect(try index.count == 900 && index.count(in: IndexRange(from: [1], to: [2])) == 300)
        // The logarithm of 300 to the base 4 is 4.1.
        #expect(most <= 6 && written < 900 * 12, "\(most) runs, \(written) written")
    }

    @Test(
        "What fails to be written leaves no file, and the index as it was", arguments: ["open", "pwrite", "fdatasync", "pread"])
    func failures(call: String) throws {
        let files = SimulatedFileSystem()
        let cache = PageCache()
        var index = OrderedIndex()
        for number in 0..<2000 { index.set(Array("key \(number)".utf8), [1], replacing: false) }
        index.freeze()
        index.flushed(try index.flush(to: "/log/1", files, cache: cache))
        for number in 0..<2000 { index.set(Array("key \(number)".utf8), [2], replacing: true) }
        index.freeze()
        files.setFault(.init(call: 0, number: 28, name: call))
        #expect(throws: FileError.self) { try index.flush(to: "/log/2", files, cache: cache) }
        #expect(files.content["/log/2"] == nil)
        index.flushed(try index.flush(to: "/log/2", files, cache: cache))
        files.setFault(.init(call: 0, number: 28, name: call))
        #expect(throws: FileError.self) { try OrderedIndex.merge(index.runs, to: "/log/3", files, cache: cache) }
        #expect(throws: CancellationError.self) {
            try OrderedIndex.merge(index.runs, to: "/log/3", files, cache: cache) { throw CancellationError() }
        }
        #expect(files.content["/log/3"] == nil)
        #expect(try index.count == 2000 && index.value(of: Array("key 77".utf8)) == [2])
    }

    @Test("The keys that begin with some bytes are a range")
    func prefixes() {
        #expect(IndexRange.prefix([1, 2]) == IndexRange(from: [1, 2], to: [1, 3]))
        #expect(IndexRange.prefix([1, 0xFF, 0xFF]) == IndexRange(from: [1, 0xFF, 0xFF], to: [2]))
        #expect(IndexRange.prefix([0xFF]) == IndexRange(from: [0xFF]))
        #expect(IndexRange.prefix([]) == IndexRange())
    }
}
