import Foundation
import SupportPortal
import Synchronization

// Files that do not read back, that are there by half, that are mixed with others or do not go.

private let whole = "A blob reads back byte for byte"
private let ranges = "Ranges read the right bytes"
private let deleted = "Unknown blobs are left out, deleted ones are gone"
private let unfinished = "A blob that is being written does not exist yet"
private let failing = "A write that fails leaves nothing"
private let cancelled = "A cancelled write leaves nothing"
private let once = "An id is written once"
private let listed = "Blobs are listed by when their upload began"
private let race = "Of 16 writes at once under one id"
private let apart = "64 writes at once keep apart"

extension PlantedBug {
    static let blobBugs: [PlantedBug] = writeBugs + readBugs + deletionBugs + blobListBugs + blobPageBugs

    // MARK: Listing

    private static let blobListBugs: [PlantedBug] = [
        .listing("files are listed by id alone") { list in list.precedes = { $0.id < $1.id } },
        .listing("files of one instant are listed in rising order of their size") { list in
            list.precedes = { ($0.created, $0.size) < ($1.created, $1.size) }
        },
        .listing("files of one instant are listed by id without case") { list in
            list.precedes = { ($0.created, $0.id.rawValue.lowercased()) < ($1.created, $1.id.rawValue.lowercased()) }
        },
        .listing("files of one instant are listed as Swift orders texts") { list in
            list.precedes = { ($0.created, $0.id.rawValue) < ($1.created, $1.id.rawValue) }
        },
        .listing("the latest file is listed first") { list in list.precedes = { ($1.created, $1.id) < ($0.created, $0.id) } },
        .listing("files are listed whoever owns them") { list in
            list.matches = { blob, query in blob.created < query.createdBefore ?? .distantFuture }
        },
        .listing("owners of files are compared without case") { list in
            list.matches = { blob, query in
                let isOwner = blob.owner.rawValue.lowercased() == (query.owner ?? blob.owner).rawValue.lowercased()
                return isOwner && blob.created < query.createdBefore ?? .distantFuture
            }
        },
        .listing("owners of files are found by how they begin") { list in
            list.matches = { blob, query in
                let isOwner = blob.owner.rawValue.hasPrefix(query.owner?.rawValue ?? "")
                return isOwner && blob.created < query.createdBefore ?? .distantFuture
            }
        },
        .listing("files are listed whenever they were uploaded") { list in
            list.matches = { blob, query in query.owner == nil || query.owner == blob.owner }
        },
        .listing("files of that very instant are listed as earlier") { list in
            list.matches = { blob, query in
                query.matches(blob) || blob.created == query.createdBefore && (query.owner ?? blob.owner) == blob.owner
            }
        },
        .listing("the instant before which files are listed is cut to a millisecond") { list in
            list.matches = { blob, query in
                var query = query
                query.createdBefore = query.createdBefore.map {
                    Date(timeIntervalSince1970: ($0.timeIntervalSince1970 * 1_000).rounded(.down) / 1_000)
                }
                return query.matches(blob)
            }
        },
        .blobs("no file is listed again once the storage was asked", breaks: listed) { store in
            let base = store.base
            let wasAsked = Mutex(false)
            store.onList = { query in
                let isFirst = wasAsked.withLock { wasAsked in
                    defer { wasAsked = true }
                    return !wasAsked
                }
                return isFirst ? try await base.blobs(matching: query) : Page()
            }
        },
        .blobs("files that are gone are listed", breaks: listed) { store in
            let base = store.base
            let gone = Mutex<[Blob]>([])
            store.onDelete = { id in
                let blobs = try await base.blobs([id])
                gone.withLock { $0 += blobs }
                try await base.delete(id)
            }
            store.onList = { query in
                var page = try await base.blobs(matching: query)
                if page.next == nil { page.items += gone.withLock { $0.filter(query.matches) } }
                return page
            }
        },
    ]

    private static let blobPageBugs: [PlantedBug] = NaivePages<Blob>.mistakes.map { name, change in
        .listing("of files, \(name)") { change(&$0.pages) }
    }

    /// A bug in how files are listed.
    private static func listing(_ name: String, change: @escaping @Sendable (inout NaiveBlobList) -> Void) -> PlantedBug {
        PlantedBug(name, breaks: [listed], in: .blobList) { storage in
            var list = NaiveBlobList()
            change(&list)
            storage.blobStore.use(list)
        }
    }

    // MARK: Writing

    private static let writeBugs: [PlantedBug] = [
        .blobs("the size is the one that was handed over", breaks: whole) { store in
            let base = store.base
            store.onBlobs = { ids in try await base.blobs(ids).map { $0.copy(size: 0) } }
        },
        .blobs("instants of files are kept in whole seconds", breaks: whole) { store in
            let base = store.base
            store.onBlobs = { ids in try await base.blobs(ids).map { $0.copy(created: $0.created.inWholeSeconds) } }
        },
        .blobs("names are kept in ASCII", breaks: whole) { store in
            let base = store.base
            store.onBlobs = { ids in
                try await base.blobs(ids).map { $0.copy(name: FileName($0.name.text.filter(\.isASCII))) }
            }
        },
        .storing("an empty chunk is the end", breaks: whole) { chunks in Array(chunks.prefix { !$0.isEmpty }) },
        .storing("the last chunk is not written when it is not full", breaks: whole) { chunks in
            chunks.count > 1 && chunks.last?.count != chunks.first?.count ? chunks.dropLast() : chunks
        },
        .storing("no more than the first chunks fit", breaks: whole) { Array($0.prefix(8)) },
        .blobs("ids are names of files on a disk without case", breaks: whole) { store in
            store.storeUnderName { $0.lowercased() }
        },
        .blobs("ids are names of files without directories", breaks: whole) { store in
            store.storeUnderName { String($0.split(separator: "/").last ?? "") }
        },
        .blobs("ids are names of files without spaces at the end", breaks: whole) { store in
            store.storeUnderName { $0.filter { $0 != " " } }
        },
        .blobs("a failed write keeps what has come", breaks: failing) { store in
            let base = store.base
            store.onWrite = { blob, bytes in
                var data = Data()
                do {
                    try await collect(bytes) { data.append($0) }
                } catch {
                    try await base.write(blob, from: data.inOneChunk)
                    throw error
                }
                try await base.write(blob, from: data.inOneChunk)
            }
        },
        .blobs("a failed write leaves a file that the next one goes on with", breaks: failing, cancelled) { store in
            let base = store.base
            let files = Mutex<[Blob.ID: Data]>([:])
            store.onWrite = { blob, bytes in
                try await collect(bytes) { chunk in files.withLock { $0[blob.id, default: Data()].append(chunk) } }
                try await base.write(blob, from: files.withLock { $0[blob.id] ?? Data() }.inOneChunk)
            }
        },
        .blobs("a failed write is said to have gone well", breaks: failing) { store in
            let base = store.base
            store.onWrite = { blob, bytes in
                do {
                    try await base.write(blob, from: bytes)
                } catch let error where !(error is StorageError) {}
            }
        },
        .blobs("a failed write keeps its id", breaks: failing, cancelled) { store in
            let base = store.base
            let ids = Mutex<Set<Blob.ID>>([])
            store.onWrite = { blob, bytes in
                guard ids.withLock({ $0.insert(blob.id).inserted }) else {
                    throw StorageError(.exists, "\(blob.id) is in use")
                }
                try await base.write(blob, from: bytes)
            }
        },
        .blobs("errors of the sequence become errors of the store", breaks: failing, cancelled) { store in
            let base = store.base
            store.onWrite = { blob, bytes in
                do {
                    try await base.write(blob, from: bytes)
                } catch {
                    throw StorageError(.readOnly, "writing \(blob.id) failed: \(error)")
                }
            }
        },
        .blobs("a cancelled write goes on", breaks: cancelled) { store in
            let base = store.base
            store.onWrite = { blob, bytes in try await Task { try await base.write(blob, from: bytes) }.value }
        },
        .blobs("a cancelled write keeps what has come", breaks: cancelled) { store in
            let base = store.base
            store.onWrite = { blob, bytes in
                var data = Data()
                do {
                    try await collect(bytes) {
                        data.append($0)
                        try Task.checkCancellation()
                    }
                } catch is CancellationError {}
                let collected = data
                try await Task { try await base.write(blob, from: collected.inOneChunk) }.value
                try Task.checkCancellation()
            }
        },
        .blobs("half a file is shown while it is written", breaks: unfinished) { store in
            let base = store.base
            store.onWrite = { blob, bytes in
                var data = Data()
                try await collect(bytes) { chunk in
                    data.append(chunk)
                    try await base.delete(blob.id)
                    try await base.write(blob, from: data.inOneChunk)
                }
            }
        },
        .blobs("files are listed before they are written", breaks: unfinished, failing) { store in
            let base = store.base
            let listed = Mutex<[Blob.ID: Blob]>([:])
            store.onWrite = { blob, bytes in
                listed.withLock { $0[blob.id] = blob }
                try await base.write(blob, from: bytes)
            }
            store.onBlobs = { ids in
                let found = try await base.blobs(ids)
                let unwritten = ids.subtracting(found.map(\.id))
                return found + listed.withLock { listed in unwritten.compactMap { listed[$0] } }
            }
        },
        .blobs("nobody reads while somebody writes", breaks: unfinished) { store in
            let base = store.base
            let writers = Mutex(0)
            store.onWrite = { blob, bytes in
                writers.withLock { $0 += 1 }
                defer { writers.withLock { $0 -= 1 } }
                try await base.write(blob, from: bytes)
            }
            store.onBlobs = { ids in
                while writers.withLock(\.self) > 0 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                return try await base.blobs(ids)
            }
        },
        .blobs("a file is replaced by another of its id", breaks: once, race) { store in
            let base = store.base
            store.onWrite = { blob, bytes in
                var data = Data()
                try await collect(bytes) { data.append($0) }
                while true {
                    do {
                        try await base.delete(blob.id)
                        return try await base.write(blob, from: data.inOneChunk)
                    } catch is StorageError {}
                }
            }
        },
        .blobs("a file in use is emptied before it is refused", breaks: once) { store in
            let base = store.base
            store.onWrite = { blob, bytes in
                if let old = try await base.blobs([blob.id]).first {
                    try await base.delete(blob.id)
                    try await base.write(old, from: Data().inOneChunk)
                }
                try await base.write(blob, from: bytes)
            }
        },
        .blobs("the record of a file in use is written before it is refused", breaks: once) { store in
            let base = store.base
            let records = Mutex<[Blob.ID: Blob]>([:])
            store.onWrite = { blob, bytes in
                records.withLock { $0[blob.id] = blob }
                try await base.write(blob, from: bytes)
            }
            store.onBlobs = { ids in
                try await base.blobs(ids).map { found in
                    records.withLock { $0[found.id] }?.copy(size: found.size) ?? found
                }
            }
        },
        .blobs("a second write to an id is left out, not refused", breaks: once, race) { store in
            let base = store.base
            store.onWrite = { blob, bytes in
                do {
                    try await base.write(blob, from: bytes)
                } catch let error as StorageError where error.code == .exists {}
            }
        },
        .blobs("an id is looked for, and the file moved there afterwards", breaks: race) { store in
            let base = store.base
            let gap = Gap()
            store.onWrite = { blob, bytes in
                guard try await base.blobs([blob.id]).isEmpty else { throw StorageError(.exists, "\(blob.id) is in use") }
                await gap.cross()
                var data = Data()
                try await collect(bytes) { data.append($0) }
                do {
                    try await base.write(blob, from: data.inOneChunk)
                } catch let error as StorageError where error.code == .exists {
                    try await base.delete(blob.id)
                    try? await base.write(blob, from: data.inOneChunk)
                }
            }
        },
        .blobs("all writes share one buffer", breaks: apart) { store in
            let base = store.base
            let gap = Gap()
            let buffer = Mutex(Data())
            store.onWrite = { blob, bytes in
                buffer.withLock { $0 = Data() }
                await gap.cross()
                try await collect(bytes) { chunk in buffer.withLock { $0.append(chunk) } }
                try await base.write(blob, from: buffer.withLock(\.self).inOneChunk)
            }
        },
    ]

    private static func storing(
        _ name: String, breaks laws: String..., change: @escaping @Sendable ([Data]) -> [Data]
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws) { storage in
            let base = storage.blobStore.base
            storage.blobStore.onWrite = { blob, bytes in
                var chunks: [Data] = []
                try await collect(bytes) { chunks.append($0) }
                try await base.write(blob, from: Data(change(chunks).joined()).inOneChunk)
            }
        }
    }

    // MARK: Reading

    private static let readBugs: [PlantedBug] = [
        .reading("a range ends a byte late") { base, id, range in
            try await base.read(id, in: range.isEmpty ? range : range.lowerBound..<range.upperBound + 1)
        },
        .reading("a range begins a byte late") { base, id, range in
            try await base.read(id, in: range)?.dropFirst(range.lowerBound > 0 ? 1 : 0)
        },
        .reading("a range is an offset and a length") { base, id, range in
            let size = try await base.blobs([id]).first?.size ?? 0
            let isInside = range.lowerBound >= 0 && range.upperBound <= size
            return try await base.read(
                id, in: isInside ? range.lowerBound..<min(size, range.lowerBound + range.upperBound) : range)
        },
        .reading("a range within several pieces reads the first") { base, id, range in
            try await base.read(id, in: range)?.prefix(60_000 - max(0, range.lowerBound) % 60_000)
        },
        .reading("a range past the end is cut") { base, id, range in
            let size = try await base.blobs([id]).first?.size ?? 0
            guard range.lowerBound >= 0 else { return try await base.read(id, in: range) }
            return try await base.read(id, in: min(size, range.lowerBound)..<min(size, range.upperBound))
        },
        .reading("a range before the start is cut") { base, id, range in
            try await base.read(id, in: max(0, range.lowerBound)..<max(0, range.upperBound))
        },
        .reading("an empty range past the end is empty") { base, id, range in
            range.isEmpty ? Data() : try await base.read(id, in: range)
        },
        .reading("a range past the end is no blob") { base, id, range in
            do {
                return try await base.read(id, in: range)
            } catch is StorageError {
                return nil
            }
        },
        .reading("an empty range at the end is refused") { base, id, range in
            let size = try await base.blobs([id]).first?.size ?? 0
            guard range.lowerBound < size else { throw StorageError(.invalidRange, "\(id) has \(size) bytes") }
            return try await base.read(id, in: range)
        },
    ]

    private static func reading(
        _ name: String, read: @escaping @Sendable (JournalledBlobStore, Blob.ID, Range<Int>) async throws -> Data?
    ) -> PlantedBug {
        .blobs(name, breaks: ranges) { store in
            let base = store.base
            store.onRead = { try await read(base, $0, $1) }
        }
    }

    // MARK: Deleting

    private static let deletionBugs: [PlantedBug] = [
        .blobs("an unknown blob is empty", breaks: deleted, failing) { store in
            let base = store.base
            store.onRead = { id, range in try await base.read(id, in: range) ?? Data() }
        },
        .blobs("unknown blobs are listed without bytes", breaks: deleted, failing) { store in
            let base = store.base
            store.onBlobs = { ids in
                let found = try await base.blobs(ids)
                return found
                    + ids.subtracting(found.map(\.id)).map { Blob(id: $0, owner: .system, name: "file", created: .distantPast) }
            }
        },
        .blobs("deleting what is unknown is refused", breaks: deleted) { store in
            let base = store.base
            store.onDelete = { id in
                guard try await !base.blobs([id]).isEmpty else { throw StorageError(.conflict, "\(id) is unknown") }
                try await base.delete(id)
            }
        },
        .blobs("the record is deleted, the bytes stay", breaks: deleted) { store in
            let base = store.base
            let deletions = Mutex<Set<Blob.ID>>([])
            store.onDelete = { id in _ = deletions.withLock { $0.insert(id) } }
            store.onBlobs = { ids in try await base.blobs(ids.subtracting(deletions.withLock(\.self))) }
        },
        .blobs("the bytes are deleted, the record stays", breaks: deleted) { store in
            let base = store.base
            let deletions = Mutex<Set<Blob.ID>>([])
            store.onDelete = { id in _ = deletions.withLock { $0.insert(id) } }
            store.onRead = { id, range in deletions.withLock { $0.contains(id) } ? nil : try await base.read(id, in: range) }
        },
        .blobs("files with the same bytes are one", breaks: deleted) { store in
            let base = store.base
            let deletedBytes = Mutex<Set<Data>>([])
            let read = { @Sendable (id: Blob.ID) in
                try await base.read(id, in: 0..<(base.blobs([id]).first?.size ?? 0))
            }
            store.onDelete = { id in
                if let data = try await read(id) { _ = deletedBytes.withLock { $0.insert(data) } }
                try await base.delete(id)
            }
            store.onRead = { id, range in
                guard let data = try await read(id), !deletedBytes.withLock({ $0.contains(data) }) else { return nil }
                return try await base.read(id, in: range)
            }
        },
    ]
}

/// Generic, as `for await` does not go over an existential.
private func collect(_ bytes: some AsyncSequence<Data, any Error>, _ take: (Data) async throws -> Void) async throws {
    for try await chunk in bytes { try await take(chunk) }
}

/// Lists files as a naive adapter does, each step to be replaced.
struct NaiveBlobList: NaiveList {
    var matches: @Sendable (Blob, BlobQuery) -> Bool = { $1.matches($0) }
    var precedes: @Sendable (Blob, Blob) -> Bool = { ($0.created, $0.id) < ($1.created, $1.id) }
    var pages = NaivePages<Blob> { blob, _ in blob.cursor }
}

extension AlteredBlobStore {
    mutating func use(_ list: NaiveBlobList) {
        let base = base
        onList = { query in
            let found = try await base.blobs(matching: BlobQuery(page: PageRequest(limit: 10_000))).items
                .filter { list.matches($0, query) }.sorted(by: list.precedes)
            return list.pages.page(of: found, query.page, order: "created.ascending", rises: true)
        }
    }

    /// Keeps bytes under a name made of the id.
    fileprivate mutating func storeUnderName(_ name: @escaping @Sendable (String) -> String) {
        let base = base
        let files = Mutex<[String: Data]>([:])
        onWrite = { blob, bytes in
            var data = Data()
            try await collect(bytes) { data.append($0) }
            try await base.write(blob, from: data.inOneChunk)
            files.withLock { [data] in $0[name(blob.id.rawValue)] = data }
        }
        onRead = { id, range in
            guard let data = files.withLock({ $0[name(id.rawValue)] }) else { return try await base.read(id, in: range) }
            guard 0 <= range.lowerBound, range.upperBound <= data.count else {
                throw StorageError(.invalidRange, "\(id) has \(data.count) bytes")
            }
            return data.subdata(in: range)
        }
    }
}

extension Blob {
    fileprivate func copy(name: FileName? = nil, created: Date? = nil, size: Int? = nil) -> Blob {
        Blob(id: id, owner: owner, name: name ?? self.name, created: created ?? self.created, size: size ?? self.size)
    }
}
