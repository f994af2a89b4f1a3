import SupportPortal
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

enum BlobLaws {
    static let all = [
        StorageLaw("A blob reads back byte for byte, with what is known of it") { subject in
            var storage = try await subject.open()
            // Ids are compared byte by byte, and are no names of files.
            let samples: [(Blob.ID, Data, Int)] = [
                ("empty", Data(), 1), ("one", Data([0]), 1), ("small", bytes(1_000), 7), ("large", bytes(300_001), 65_536),
                ("odd", bytes(131_073), 131_072), ("Odd", bytes(11), 4), ("odd ", bytes(12), 4), ("a/b", bytes(13), 4),
                ("../odd", bytes(14), 4), ("%", bytes(15), 4),
            ]
            for (id, data, chunk) in samples {
                try await store(of: storage).write(blob(id), from: Chunks(data: data, size: chunk))
            }
            for _ in 0..<2 {
                let blobs = try store(of: storage)
                for (id, data, _) in samples {
                    var expected = blob(id)
                    expected.size = data.count
                    try requireEqual(try await blobs.blobs([id]), [expected], "what is known of \(id)")
                    try requireEqual(try await blobs.read(id, in: 0..<data.count), data, "the bytes of \(id)")
                }
                if let reopen = subject.reopen { storage = try await reopen(storage) }
            }
        },
        StorageLaw("Ranges read the right bytes, and past the end is refused") { subject in
            let blobs = try store(of: try await subject.open())
            let data = bytes(200_000)
            try await blobs.write(blob("b"), from: Chunks(data: data, size: 60_000))
            for range in [0..<0, 0..<1, 199_999..<200_000, 59_999..<60_001, 1..<131_073, 200_000..<200_000, 123..<199_000] {
                try requireEqual(try await blobs.read("b", in: range), data.subdata(in: range), "range \(range)")
            }
            for range in [0..<200_001, 200_001..<200_001, -1..<1, 200_000..<200_001] {
                try await requireRefusal(.invalidRange, "range \(range)") { _ = try await blobs.read("b", in: range) }
            }
        },
        StorageLaw("Unknown blobs are left out, deleted ones are gone") { subject in
            var storage = try await subject.open()
            let data = bytes(10)
            // With the same bytes: nothing is shared.
            for id in ["a", "b", "c"] as [Blob.ID] {
                try await store(of: storage).write(blob(id), from: Chunks(data: data, size: 4))
            }
            try await store(of: storage).delete("b")
            try await store(of: storage).delete("unknown")
            for _ in 0..<2 {
                let blobs = try store(of: storage)
                try requireEqual(Set(try await blobs.blobs(["a", "b", "c", "unknown"]).map(\.id)), ["a", "c"], "known blobs")
                try requireEqual(try await blobs.blobs([]), [], "no blobs")
                for id in ["a", "c"] as [Blob.ID] {
                    try requireEqual(try await blobs.read(id, in: 0..<10), data, "a blob that was not deleted")
                }
                try requireEqual(try await blobs.read("b", in: 0..<1), nil, "a deleted blob")
                try requireEqual(try await blobs.read("unknown", in: 0..<0), nil, "an unknown blob")
                if let reopen = subject.reopen { storage = try await reopen(storage) }
            }
        },
        StorageLaw("A blob that is being written does not exist yet") { subject in
            let blobs = try store(of: try await subject.open())
            let chunks = Chunks(data: bytes(10_000), size: 1_000) { offset in
                guard offset == 5_000 else { return }
                // A store that cannot be read while bytes arrive would make everybody wait for the slowest upload.
                try await requireEnd(within: subject.patience, "reading waits for a write") {
                    try requireEqual(try await blobs.blobs(["b"]), [], "what is known of half a blob")
                    try requireEqual(try await blobs.read("b", in: 0..<1), nil, "the bytes of half a blob")
                }
            }
            try await blobs.write(blob("b"), from: chunks)
            try requireEqual(try await blobs.blobs(["b"]).map(\.size), [10_000], "the whole blob")
        },
        StorageLaw("A write that fails leaves nothing, and its error comes through") { subject in
            let blobs = try store(of: try await subject.open())
            do {
                let chunks = Chunks(data: bytes(300_000), size: 1_000) { if $0 == 250_000 { throw SequenceFailure() } }
                try await blobs.write(blob("b"), from: chunks)
                throw LawViolation(finding: "the error of the sequence did not come through", line: #line)
            } catch is SequenceFailure {}
            try await requireNothing(of: "b", in: blobs)
        },
        StorageLaw("A cancelled write leaves nothing") { subject in
            let blobs = try store(of: try await subject.open())
            let data = bytes(100_000)
            for offset in [0, 50_000] {
                let id = Blob.ID("b\(offset)")
                let writer = Mutex<Task<Void, any Error>?>(nil)
                let chunks = Chunks(data: data, size: 1_000) {
                    guard $0 == offset else { return }
                    while writer.withLock({ $0 == nil }) { await Task.yield() }
                    writer.withLock { $0?.cancel() }
                }
                let task = Task { try await blobs.write(blob(id), from: chunks) }
                writer.withLock { $0 = task }
                switch await task.result {
                case .success: throw LawViolation(finding: "a write that was cancelled at \(offset) went on", line: #line)
                case .failure(let error): try require(error is CancellationError, "a cancelled write threw \(error)")
                }
                try await requireNothing(of: id, in: blobs)
            }
        },
        StorageLaw("An id is written once") { subject in
            let blobs = try store(of: try await subject.open())
            try await blobs.write(blob("b"), from: Chunks(data: bytes(10), size: 10))
            try await requireRefusal(.exists, "an id in use") {
                try await blobs.write(blob("b", owner: "customer:other"), from: Chunks(data: bytes(20), size: 10))
            }
            try requireEqual(try await blobs.blobs(["b"]).map(\.size), [10], "the size")
            try requireEqual(try await blobs.blobs(["b"]).map(\.owner), [blob("b").owner], "the owner")
            try requireEqual(try await blobs.read("b", in: 0..<10), bytes(10), "the bytes")
        },
        StorageLaw("Of 16 writes at once under one id, one is stored") { subject in
            let blobs = try store(of: try await subject.open())
            let stored = try await concurrently(16) { task -> Int? in
                let size = 1_000 + task
                do {
                    try await blobs.write(blob("b", owner: "customer:\(size)"), from: Chunks(data: bytes(size), size: 100))
                    return size
                } catch let error as StorageError where error.code == .exists {
                    return nil
                }
            }.compactMap(\.self)
            try requireEqual(stored.count, 1, "writes that went through")
            let found = try await blobs.blobs(["b"])
            try requireEqual(found.map(\.size), stored, "the size")
            try requireEqual(found.map(\.owner.rawValue), stored.map { "customer:\($0)" }, "the owner")
            for size in stored { try requireEqual(try await blobs.read("b", in: 0..<size), bytes(size), "the bytes") }
        },
        StorageLaw("64 writes at once keep apart") { subject in
            let blobs = try store(of: try await subject.open())
            _ = try await concurrently(64) { task in
                let data = bytes(20_000 + task)
                try await blobs.write(blob(Blob.ID("b\(task)")), from: Chunks(data: data, size: 1_024))
                try requireEqual(try await blobs.read(Blob.ID("b\(task)"), in: 0..<data.count), data, "the bytes of one of 64")
            }
            try requireEqual(try await blobs.blobs(Set((0..<64).map { Blob.ID("b\($0)") })).count, 64, "blobs")
        },
        StorageLaw("Blobs are listed by when their upload began, then by id, page by page, or never") { subject in
            var storage = try await subject.open()
            let owners = ["customer:c1", "customer:C1", "customer:c1 ", "form:abc"]
            let ids = ["a", "A", "é", "e\u{301}", "10", "9", "𝒵", "\u{FFFD}", "%", "a/b"]
            var stored: [Blob] = []
            for number in 0..<30 {
                var blob = Blob(
                    id: Blob.ID("\(ids[number % 10])\(number / 10)"), owner: AccessKey(rawValue: owners[number % 4]),
                    name: "a b.png",
                    created: LawBench.instant(number / 4 % 3 * 200))
                try await store(of: storage).write(blob, from: Chunks(data: bytes(number), size: 10))
                blob.size = number
                stored.append(blob)
            }
            let deleted = stored.remove(at: 12)
            try await store(of: storage).delete(deleted.id)
            // A write that failed leaves nothing to be listed either.
            _ = try? await store(of: storage).write(
                blob("failed"), from: Chunks(data: bytes(100), size: 10) { if $0 == 50 { throw SequenceFailure() } })
            let cannotList = try await store(of: storage).blobs(matching: BlobQuery()) == Page()
            func expected(_ query: BlobQuery) -> [Blob] {
                cannotList
                    ? []
                    : stored.filter(query.matches).sorted { ($0.created, $0.id) < ($1.created, $1.id) }
            }
            let instants: [Date?] = [
                nil, LawBench.instant(), LawBench.instant(200), LawBench.instant(401), LawBench.instant(200) + 0.0005,
                .distantPast,
            ]
            let someOwners: [AccessKey?] = [nil] + (owners + ["customer:c", "none"]).map { AccessKey(rawValue: $0) }
            for _ in 0..<2 {
                let blobs = try store(of: storage)
                for owner in someOwners {
                    for instant in instants {
                        for size in [1, 7, 29, 100] {
                            var query = BlobQuery(owner: owner, createdBefore: instant)
                            let found = try await LawBench.all(by: size) {
                                query.page = $0
                                return try await blobs.blobs(matching: query)
                            }
                            try requireEqual(
                                found, expected(query),
                                "blobs of \(String(describing: owner)) before \(String(describing: instant))")
                        }
                    }
                }
                for limit in [0, -1] {
                    let none = try await blobs.blobs(matching: BlobQuery(page: PageRequest(limit: limit)))
                    try requireEqual(none.items, [], "a page of \(limit)")
                }
                if let reopen = subject.reopen { storage = try await reopen(storage) }
            }
            // Whoever deletes what a page lists must not skip what the next one would have listed.
            let blobs = try store(of: storage)
            var query = BlobQuery(page: PageRequest(limit: 5))
            let page = try await blobs.blobs(matching: query)
            for blob in page.items { try await blobs.delete(blob.id) }
            query.page.after = page.next
            try requireEqual(
                try await blobs.blobs(matching: query).items, Array(expected(BlobQuery()).dropFirst(5).prefix(5)), "the next page"
            )
        },
    ]

    private static func store(of storage: any PortalStorage) throws -> any BlobStore {
        guard let blobs = storage.blobs else { throw LawViolation(finding: "the storage has no blob store", line: #line) }
        return blobs
    }

    /// Checks that nothing of a write is left, also nothing that a later write under the same id would mix with.
    private static func requireNothing(of id: Blob.ID, in blobs: any BlobStore, line: UInt = #line) async throws {
        try requireEqual(try await blobs.blobs([id]), [], "what is known of it", line: line)
        try requireEqual(try await blobs.read(id, in: 0..<1), nil, "its bytes", line: line)
        let data = bytes(10)
        try await blobs.write(blob(id), from: Chunks(data: data, size: 3))
        try requireEqual(try await blobs.blobs([id]).map(\.size), [10], "the size of what is written afterwards", line: line)
        try requireEqual(try await blobs.read(id, in: 0..<10), data, "the bytes of what is written afterwards", line: line)
    }

    private static func blob(_ id: Blob.ID, owner: String = "customer:c1") -> Blob {
        Blob(id: id, owner: AccessKey(rawValue: owner), name: "Über „file” 1.png", created: LawBench.instant(1))
    }

    /// Bytes that differ from place to place and from count to count.
    private static func bytes(_ count: Int) -> Data {
        Data((0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 8) ^ ($0 >> 16) ^ count) })
    }
}

private struct SequenceFailure: Error {}

/// Data in chunks of a size: slices, as ``SupportPortal/FileSource`` yields them, with an empty one amid them.
private struct Chunks: AsyncSequence, Sendable {
    typealias Element = Data
    typealias Failure = any Error
    let data: Data
    let size: Int
    var before: @Sendable (_ offset: Int) async throws -> Void

    init(data: Data, size: Int, before: @escaping @Sendable (_ offset: Int) async throws -> Void = { _ in }) {
        self.data = data
        self.size = size
        self.before = before
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        let chunks: Chunks
        var offset = 0
        var hasYieldedEmpty = false

        mutating func next() async throws -> Data? {
            try await chunks.before(offset)
            guard offset < chunks.data.count else { return nil }
            await Task.yield()
            if offset > 0, !hasYieldedEmpty {
                hasYieldedEmpty = true
                return Data()
            }
            let end = Swift.min(offset + chunks.size, chunks.data.count)
            defer { offset = end }
            return chunks.data[offset..<end]
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunks: self) }
}
