import Testing

@testable import JSONLog

@Suite("Run of an index")
struct IndexRunTests {
    private static let path = "/log/run.index"

    /// A run of every third of some keys, with values and removals.
    private struct Sample {
        let files = SimulatedFileSystem()
        var entries: [IndexEntry] = []
        let run: IndexRun

        init(_ keys: [[UInt8]], cache: PageCache = PageCache(), pageSize: Int = IndexPage.size) throws {
            for (number, key) in keys.enumerated() where number % 3 == 1 {
                let value = number % 4 == 0 ? nil : [UInt8](repeating: UInt8(number & 0xFF), count: number % 9)
                entries.append(IndexEntry(key: key, value: value, isInBase: value == nil || number % 5 == 0))
            }
            let entries = entries
            run = try #require(
                try IndexRunWriter.write(path, files, cache: cache, pageSize: pageSize) { writer in
                    for entry in entries { try writer.add(entry.key, entry.value?[...], isInBase: entry.isInBase) }
                })
        }

        var bytes: [UInt8] { files.content[path] ?? [] }
    }

    /// Whether a run answers as it should to everything about a key; throws what it throws.
    private func isRight(_ run: IndexRun, _ key: [UInt8], _ entries: [IndexEntry]) throws -> Bool {
        let below = entries.filter { $0.key.isBefore(key) }
        let next = entries.first { !$0.key.isBefore(key) }
        let ascending = LayerCursor(try run.cursor(from: key, ascending: true))
        let descending = LayerCursor(try run.cursor(from: key, ascending: false))
        return try run.entry(key) == (next?.key == key ? next : nil)
            && run.delta(below: key) == below.reduce(0) { $0 + $1.delta }
            && (ascending.isAtEnd ? nil : ascending.key) == next?.key
            && (descending.isAtEnd ? nil : descending.key) == below.last?.key
    }

    /// All entries that a run has, in order.
    private func entries(_ run: IndexRun, ascending isAscending: Bool = true) throws -> [IndexEntry] {
        var entries: [IndexEntry] = []
        var cursor = LayerCursor(try run.cursor(from: isAscending ? [] : nil, ascending: isAscending))
        while !cursor.isAtEnd {
            entries.append(IndexEntry(key: cursor.key, value: cursor.value.map(Array.init), isInBase: cursor.isInBase))
            try cursor.advance()
        }
        return entries
    }

    @Test("Every key is found or not, with its neighbours and what is before it, in a tree of several levels")
    func lookups() throws {
        let sample = try Sample(IndexKeys.all, pageSize: 512)
        #expect(sample.run.depth >= 2)
        let again = try IndexRun(Self.path, sample.files, cache: PageCache(capacity: 0))
        #expect(again.count == sample.entries.count && again.size == sample.bytes.count)
        for run in [sample.run, again] {
            for key in IndexKeys.all { #expect(try isRight(run, key, sample.entries), "\(key.prefix(10))") }
            #expect(try entries(run) == sample.entries)
            #expect(try entries(run, ascending: false) == sample.entries.reversed())
        }
    }

    @Test("Whatever byte of the file is changed, what is answered is right, or the file is said to be damaged")
    func flips() throws {
        let keys = (UInt8(0)..<150).map { $0 % 8 == 0 ? [$0, 0, 0x6C, 0x6F, 0x6E, 0x67] : [$0, 0xFF] }
        let sample = try Sample(keys, pageSize: 112)
        #expect(sample.run.depth == 2)
        let bytes = sample.bytes
        let probes = [keys[40], keys[100]]
        var refusals = 0
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1 << UInt8(place % 8)
            let files = SimulatedFileSystem()
            let file = try files.open(Self.path, .creating)
            try file.write(changed, at: 0)
            var isRefused = false
            for probe in place % 40 == 0 ? keys : probes {
                do {
                    let run = try IndexRun(Self.path, files, cache: PageCache(capacity: 0))
                    #expect(try isRight(run, probe, sample.entries), "byte \(place)")
                } catch let error as LogError {
                    #expect(error.code == .damaged && error.message.contains(Self.path))
                    isRefused = true
                }
            }
            if isRefused { refusals += 1 }
            guard place % 10 == 0 else { continue }
            #expect(throws: LogError.self, "byte \(place)") {
                try entries(IndexRun(Self.path, files, cache: PageCache(capacity: 0)))
            }
        }
        #expect(refusals > bytes.count / 10)
    }

    @Test("A file that is cut, or longer, or has a page elsewhere, is damaged")
    func cuts() throws {
        let sample = try Sample(IndexKeys.all.filter { $0.count < 100 })
        let bytes = sample.bytes
        func opened(_ bytes: [UInt8]) throws -> IndexRun {
            let files = SimulatedFileSystem()
            try files.open(Self.path, .creating).write(bytes, at: 0)
            return try IndexRun(Self.path, files, cache: PageCache(capacity: 0))
        }
        for length in Array(0..<100) + Array((bytes.count - 100)..<bytes.count) {
            #expect(throws: LogError.self) { try opened(Array(bytes.prefix(length))) }
            #expect(throws: LogError.self) { try opened(Array(bytes.suffix(length))) }
        }
        #expect(throws: LogError.self) { try opened(bytes + [0]) }
        #expect(throws: LogError.self) { try opened(bytes + bytes) }
        let first = firstPage(bytes)
        let checksum = first.word(at: 0)
        #expect(IndexPage(first, at: 0, expected: checksum) != nil && IndexPage(first, at: 0, expected: checksum + 1) == nil)
        #expect(IndexPage(first, at: 4096, expected: checksum) == nil)
    }

    /// The first page of a file, its end found by trying.
    private func firstPage(_ bytes: [UInt8]) -> [UInt8] {
        let end = (20...bytes.count).first { IndexPage(Array(bytes[..<$0]), at: 0, expected: bytes.word(at: 0)) != nil }
        return Array(bytes[..<(end ?? 0)])
    }

    @Test("A page of another run does not pass for one of this, though it stood at the same place")
    func foreign() throws {
        let sample = try Sample(IndexKeys.all)
        let other = try Sample(IndexKeys.all.filter { $0 != IndexKeys.all[1] })
        #expect(sample.run.fingerprint != other.run.fingerprint)
        let page = firstPage(other.bytes)
        let files = SimulatedFileSystem()
        try files.open(Self.path, .creating).write(page + sample.bytes[page.count...], at: 0)
        let run = try IndexRun(Self.path, files, cache: PageCache())
        #expect(run.fingerprint == sample.run.fingerprint)
        #expect(throws: LogError.self) { try run.entry([]) }
    }

    @Test("Numbers in a page that lead outside are refused, though its checksum be right")
    func crafted() throws {
        let sample = try Sample(IndexKeys.all.filter { $0.count < 100 })
        var page = firstPage(sample.bytes)
        var numbers = SeededNumbers(seed: 5)
        for number in 0..<6000 {
            let original = page
            let place = Int.random(in: 8..<(number % 2 == 0 ? 40 : page.count), using: &numbers)
            page[place] = [0, 0xFF, 0x7F, UInt8.random(in: 0...255, using: &numbers)].randomElement(using: &numbers) ?? 0
            let checksum = IndexPage.checksum(page, at: 0)
            var front: [UInt8] = []
            front.append(word: checksum)
            page.replaceSubrange(0..<8, with: front)
            if let found = IndexPage(page, at: 0, expected: checksum) {
                var key: [UInt8] = []
                for index in [0, found.count / 2, found.count - 1] where found.count > 0 {
                    found.copyKey(index, to: &key)
                    _ = found.level == 0 ? found.value(index)?.count : found.child(index).offset
                    _ = found.position(key)
                }
            }
            page = original
        }
    }

    @Test("The cache keeps what it may, answers by run and place, and forgets a run that is gone")
    func cache() throws {
        let cache = PageCache(capacity: 1 << 20)
        #expect(cache.size == 0)
        do {
            let sample = try Sample(IndexKeys.all, cache: cache)
            let other = try Sample(IndexKeys.all.map { [1] + $0 }, cache: cache)
            for _ in 0..<2 {
                #expect(try entries(sample.run) == sample.entries)
                #expect(try entries(other.run) == other.entries)
            }
            #expect(cache.size > 20_000 && cache.size <= 1 << 20)
            let reads = sample.files.calls
            _ = try sample.run.entry(sample.entries[3].key)
            #expect(sample.files.calls <= reads + 1)
        }
        #expect(cache.size == 0)
        let small = PageCache(capacity: 0)
        let sample = try Sample(IndexKeys.all, cache: small)
        #expect(try entries(sample.run) == sample.entries)
        #expect(small.size > 0 && small.size <= 16 * 8 * IndexPage.size)
    }
}
