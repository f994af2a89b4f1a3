import JSONLog
import Synchronization

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Files in a directory: part of a ``JSONFileStorage``.
///
/// The bytes are safe on the disk under their name before the record that names them is stored, so a record never leads nowhere. What a crash leaves
/// without a record is removed by ``sweep(before:)``.
public final class JSONBlobStore: BlobStore {
    private let log: Log
    /// The directory of the storage, and in it that of the files.
    private let storage: String
    private let directory: String
    private let files: any FileSystem
    /// The files of uploads that go on, which have no record yet.
    private let begun = Mutex<Set<String>>([])

    init(_ log: Log, storage: String, files: any FileSystem) {
        self.log = log
        self.storage = storage
        directory = "\(storage)/blobs"
        self.files = files
    }

    /// What is stored of a blob: what is known of it, and where its bytes are.
    private struct Stored: Codable {
        var blob: Blob
        var file: String

        private enum CodingKeys: CodingKey { case file }

        init(blob: Blob, file: String) {
            self.blob = blob
            self.file = file
        }

        init(from decoder: any Decoder) throws {
            blob = try Blob(from: decoder)
            file = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .file)
        }

        func encode(to encoder: any Encoder) throws {
            try blob.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(file, forKey: .file)
        }
    }

    // MARK: Writing

    /// Stores a blob; see ``BlobStore/write(_:from:)``.
    public func write(_ blob: Blob, from bytes: any AsyncSequence<Data, any Error> & Sendable) async throws {
        guard try stored(blob.id) == nil else { throw exists(blob.id) }
        // Sorted by the day, so that no directory has too many, and a random name, so that two uploads never meet.
        let folder = Self.folder(blob.created)
        let name = "\(folder)/\(Self.randomName())"
        _ = begun.withLock { $0.insert(name) }
        defer { _ = begun.withLock { $0.remove(name) } }
        let file = BlobFile(
            path: "\(directory)/\(name)", folders: [storage, directory, "\(directory)/\(folder)"], files: files)
        do {
            var stored = Stored(blob: blob, file: name)
            stored.blob.size = try await Self.copy(bytes, to: file)
            try await translating { try await file.finish() }
            let value = try LogValue(stored, in: stored.blob.recordLists + [[List.file, .text(name)]])
            try await translating {
                try await log.commit { editor in
                    guard try editor.reader.revision(Blob.recordKey(blob.id)) == 0 else { throw self.exists(blob.id) }
                    try editor.put(Blob.recordKey(blob.id), value)
                }
            }
        } catch let error as StorageError where error.code == .unconfirmed {
            // Nobody knows whether the record is there, so the bytes stay.
            throw error
        } catch {
            await file.remove()
            throw error
        }
    }

    private func exists(_ id: Blob.ID) -> StorageError { StorageError(.exists, "blob \(id) is stored already") }

    private static func folder(_ instant: Date) -> String {
        let day = CivilDay(instant)
        return "\(day.year.padded(to: 4))-\(day.month.padded(to: 2))-\(day.day.padded(to: 2))"
    }

    private static func randomName() -> String {
        let number = UInt128.random(in: 0...UInt128.max)
        let digits = String(number, radix: 36)
        return String(repeating: "0", count: 25 - digits.utf8.count) + digits
    }

    private static func copy(_ bytes: some AsyncSequence<Data, any Error>, to file: BlobFile) async throws -> Int {
        var size = 0
        for try await chunk in bytes {
            try Task.checkCancellation()
            size += chunk.count
            try await translating { try await file.append(Array(chunk)) }
        }
        return size
    }

    /// Removes a blob; see ``BlobStore/delete(_:)``.
    public func delete(_ id: Blob.ID) async throws {
        guard let stored = try stored(id) else { return }
        try await translating {
            _ = try await log.commit { try $0.delete(Blob.recordKey(id)) }
            try await onThread { [files, directory] in
                do { try files.remove("\(directory)/\(stored.file)") } catch { throw LogError(error) }
            }
        }
    }

    // MARK: Reading

    private func stored(_ id: Blob.ID) throws -> Stored? {
        try translating { try log.reader().decoded(Blob.recordKey(id), Stored.self) }
    }

    /// What is known of blobs; see ``BlobStore/blobs(_:)``.
    public func blobs(_ ids: Set<Blob.ID>) async throws -> [Blob] {
        try translating {
            let reader = try log.reader()
            return try ids.compactMap { try reader.decoded(Blob.recordKey($0), Stored.self)?.blob }
        }
    }

    /// The bytes of a blob; see ``BlobStore/read(_:in:)``.
    /// - Throws: ``StorageError/Code/damaged`` also if the file is not there, or shorter than it was.
    public func read(_ id: Blob.ID, in range: Range<Int>) async throws -> Data? {
        guard let stored = try stored(id) else { return nil }
        guard range.lowerBound >= 0, range.upperBound <= stored.blob.size else {
            throw StorageError(.invalidRange, "blob \(id) has \(stored.blob.size) bytes")
        }
        let bytes = try await translating {
            try await onThread { [files, directory] () throws(LogError) -> [UInt8] in
                do throws(FileError) {
                    return try files.open("\(directory)/\(stored.file)", .reading).read(range.count, at: range.lowerBound)
                } catch {
                    if error.reason == .notFound { return [] }
                    throw LogError(error)
                }
            }
        }
        if bytes.count < range.count {
            // It may have been deleted meanwhile.
            guard try self.stored(id) != nil else { return nil }
            throw StorageError(.damaged, "the bytes of blob \(id) are gone")
        }
        return Data(bytes)
    }

    /// Blobs that match; see ``BlobStore/blobs(matching:)``.
    public func blobs(matching query: BlobQuery) async throws -> Page<Blob> {
        let limit = Swift.max(0, query.page.limit)
        let list: IndexKey = query.owner.map { [List.owned, .text($0.rawValue)] } ?? [List.blobs]
        var range = KeyRange.list(list)
        if let end = query.createdBefore { range = range.before(list + .number(end.milliseconds)) }
        if let after = query.page.after, case .number(let created) = after.value {
            range = range.after(list + .number(created), Blob.recordKey(Blob.ID(after.id)))
        }
        return try translating {
            let reader = try log.reader()
            var found: [Blob] = []
            var cursor = try reader.cursor(range)
            while found.count <= limit, let next = try cursor.next() {
                guard let blob = try reader.record(next)?.decoded(Stored.self).blob, query.matches(blob) else { continue }
                found.append(blob)
            }
            return Page(first: limit, of: found) { $0.cursor }
        }
    }

    // MARK: Sweeping

    /// Removes files without a record, which a crash has left, if their upload began on a day before that of an instant: an upload that is going on has
    /// no record yet.
    ///
    /// Returns how many were removed. Reads the whole directory.
    @discardableResult
    public func sweep(before instant: Date) async throws -> Int {
        let end = Self.folder(instant)
        return try await translating {
            try await onThread { [self] in
                var removed = 0
                for folder in try list(directory) where folder.utf8.count == 10 && folder < end {
                    for name in try list("\(directory)/\(folder)") {
                        let isDraft = name.hasSuffix(".tmp")
                        let file = "\(folder)/\(isDraft ? String(name.dropLast(4)) : name)"
                        guard !begun.withLock({ $0.contains(file) }) else { continue }
                        // Asked anew each time, as an upload may have ended meanwhile.
                        guard try isDraft || log.reader().first(.list([List.file, .text(file)])) == nil else { continue }
                        try files.remove("\(directory)/\(folder)/\(name)")
                        removed += 1
                    }
                }
                return removed
            }
        }
    }

    private func list(_ directory: String) throws(LogError) -> [String] {
        do { return try files.list(directory) } catch {
            if error.reason == .notFound { return [] }
            throw LogError(error)
        }
    }
}
