import SupportPortal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

enum BlobLaws {
    static let all = [
        StorageLaw("A blob reads back byte for byte, with what is known of it") { subject in
            let storage = try await subject.open()
            var blobs = try store(of: storage)
            let samples: [(Blob.ID, Data, Int)] = [
                ("empty", Data(), 1), ("one", Data([0]), 1), ("small", bytes(1_000), 7), ("large", bytes(700_001), 65_536),
                ("odd", bytes(131_073), 131_072),
            ]
            for (id, data, chunk) in samples { try await blobs.write(blob(id), from: Chunks(data: data, size: chunk)) }
            for _ in 0..<2 {
                for (id, data, _) in samples {
                    try requireEqual(try await blobs.read(id, in: 0..<data.count), data, "the bytes of \(id)")
                    var expected = blob(id)
                    expected.size = data.count
                    try requireEqual(try await blobs.blobs([id]), [expected], "what is known of \(id)")
                }
                if let reopen = subject.reopen { blobs = try store(of: try await reopen(storage)) }
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
            let blobs = try store(of: try await subject.open())
            for id in ["a", "b", "c"] as [Blob.ID] { try await blobs.write(blob(id), from: Chunks(data: bytes(10), size: 4)) }
            try await blobs.delete("b")
            try await blobs.delete("unknown")
            try requireEqual(Set(try await blobs.blobs(["a", "b", "c", "unknown"]).map(\.id)), ["a", "c"], "known blobs")
            try requireEqual(try await blobs.blobs([]), [], "no blobs")
            try requireEqual(try await blobs.read("b", in: 0..<1), nil, "a deleted blob")
            try requireEqual(try await blobs.read("unknown", in: 0..<0), nil, "an unknown blob")
        },
        StorageLaw("A write that fails leaves nothing, and its error comes through") { subject in
            let blobs = try store(of: try await subject.open())
            do {
                try await blobs.write(blob("b"), from: Chunks(data: bytes(300_000), size: 1_000, failsAt: 250_000))
                throw LawViolation(finding: "the error of the sequence did not come through", line: #line)
            } catch is SequenceFailure {}
            try requireEqual(try await blobs.blobs(["b"]), [], "what is known of it")
            try requireEqual(try await blobs.read("b", in: 0..<1), nil, "its bytes")
            try await blobs.write(blob("b"), from: Chunks(data: bytes(10), size: 3))
            try requireEqual(try await blobs.read("b", in: 0..<10), bytes(10), "the same id written afterwards")
        },
        StorageLaw("A cancelled write leaves nothing") { subject in
            let blobs = try store(of: try await subject.open())
            let task = Task {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                try await blobs.write(blob("b"), from: Chunks(data: bytes(100_000), size: 1_000))
            }
            switch await task.result {
            case .success: throw LawViolation(finding: "a cancelled write went on", line: #line)
            case .failure(let error): try require(error is CancellationError, "a cancelled write threw \(error)")
            }
            try requireEqual(try await blobs.blobs(["b"]), [], "what is known of it")
        },
        StorageLaw("An id is written once") { subject in
            let blobs = try store(of: try await subject.open())
            try await blobs.write(blob("b"), from: Chunks(data: bytes(10), size: 10))
            try await requireRefusal(.exists, "an id in use") {
                try await blobs.write(blob("b", owner: "customer:other"), from: Chunks(data: bytes(20), size: 10))
            }
            try requireEqual(try await blobs.read("b", in: 0..<10), bytes(10), "the bytes")
            try requireEqual(try await blobs.blobs(["b"]).map(\.owner), [blob("b").owner], "the owner")
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
    ]

    private static func store(of storage: any PortalStorage) throws -> any BlobStore {
        guard let blobs = storage.blobs else { throw LawViolation(finding: "the storage has no blob store", line: #line) }
        return blobs
    }

    private static func blob(_ id: Blob.ID, owner: String = "customer:c1") -> Blob {
        Blob(id: id, owner: AccessKey(rawValue: owner), name: "Über „file” 1.png", created: LawBench.instant(1))
    }

    private static func bytes(_ count: Int) -> Data {
        var chance = SeededGenerator(seed: UInt64(count))
        return Data((0..<count).map { _ in UInt8(truncatingIfNeeded: chance.next()) })
    }
}

private struct SequenceFailure: Error {}

/// Data in chunks of a size, failing on the way when told to.
private struct Chunks: AsyncSequence, Sendable {
    typealias Element = Data
    typealias Failure = any Error
    let data: Data
    let size: Int
    var failsAt: Int?

    struct AsyncIterator: AsyncIteratorProtocol {
        let chunks: Chunks
        var offset = 0

        mutating func next() async throws -> Data? {
            if let end = chunks.failsAt, offset >= end { throw SequenceFailure() }
            guard offset < chunks.data.count else { return nil }
            let end = Swift.min(offset + chunks.size, chunks.data.count)
            defer { offset = end }
            await Task.yield()
            return chunks.data.subdata(in: offset..<end)
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunks: self) }
}
