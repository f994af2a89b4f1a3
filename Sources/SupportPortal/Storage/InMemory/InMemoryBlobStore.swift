import Synchronization

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Files in memory.
public final class InMemoryBlobStore: BlobStore {
    private struct Stored {
        var blob: Blob
        var bytes: Data
    }

    private let state = Mutex<[Blob.ID: Stored]>([:])

    /// Makes an empty store.
    public init() {}

    /// Stores a blob; see ``BlobStore/write(_:from:)``.
    public func write(_ blob: Blob, from bytes: any AsyncSequence<Data, any Error> & Sendable) async throws {
        try refuse(blob.id, ifIn: state.withLock { $0[blob.id] != nil })
        let data = try await Self.collect(bytes)
        var blob = blob
        blob.size = data.count
        let stored = Stored(blob: blob, bytes: data)
        try refuse(
            blob.id,
            ifIn: state.withLock { state in
                guard state[stored.blob.id] == nil else { return true }
                state[stored.blob.id] = stored
                return false
            })
    }

    /// What is known of blobs; see ``BlobStore/blobs(_:)``.
    public func blobs(_ ids: Set<Blob.ID>) async throws -> [Blob] {
        state.withLock { state in ids.compactMap { state[$0]?.blob } }
    }

    /// The bytes of a blob; see ``BlobStore/read(_:in:)``.
    public func read(_ id: Blob.ID, in range: Range<Int>) async throws -> Data? {
        guard let bytes = state.withLock({ $0[id]?.bytes }) else { return nil }
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
            throw StorageError(.invalidRange, "blob \(id) has \(bytes.count) bytes")
        }
        return Data(bytes[range])
    }

    /// Removes a blob; see ``BlobStore/delete(_:)``.
    public func delete(_ id: Blob.ID) async throws {
        state.withLock { _ = $0.removeValue(forKey: id) }
    }

    /// Blobs that match; see ``BlobStore/blobs(matching:)``. Looks at all of them.
    public func blobs(matching query: BlobQuery) async throws -> Page<Blob> {
        let entry = { (blob: Blob) in OrderedEntry(value: SortValue.number(blob.created.milliseconds), id: blob.id.rawValue) }
        let start = query.page.after.map { OrderedEntry(value: $0.value, id: $0.id) }
        var found = state.withLock { $0.values.map(\.blob) }.filter(query.matches)
        if let start { found.removeAll { entry($0) <= start } }
        found.sort { entry($0) < entry($1) }
        return Page(first: query.page.limit, of: found) { $0.cursor }
    }

    private func refuse(_ id: Blob.ID, ifIn isTaken: Bool) throws {
        if isTaken { throw StorageError(.exists, "blob \(id) is stored already") }
    }

    private static func collect(_ bytes: some AsyncSequence<Data, any Error>) async throws -> Data {
        var data = Data()
        for try await chunk in bytes {
            try Task.checkCancellation()
            data.append(chunk)
        }
        return data
    }
}
