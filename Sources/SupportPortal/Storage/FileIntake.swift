import SecureDigest
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Takes files in, of whatever section: checks the kind, stops at the size, and hashes while the bytes stream through.
struct FileIntake: Sendable {
    let blobs: any BlobStore
    let rules: UploadRules
    let environment: PortalEnvironment

    /// - Throws: ``PortalError/Code/sectionNotComposed`` without a store for files.
    init(_ blobs: (any BlobStore)?, _ rules: UploadRules, _ environment: PortalEnvironment) throws {
        guard let blobs else { throw PortalError(.sectionNotComposed, "no blob store is composed") }
        self.blobs = blobs
        self.rules = rules
        self.environment = environment
    }

    /// - Throws: ``PortalError/Code/fileTypeNotAllowed``.
    func check(_ name: FileName) throws {
        guard rules.maximumFiles > 0, rules.allows(name) else {
            throw PortalError(.fileTypeNotAllowed, "files of this kind may not be uploaded")
        }
    }

    /// Stores a file under a new id. When it throws, nothing of the file is left.
    /// - Throws: ``PortalError/Code/fileTypeNotAllowed``, ``PortalError/Code/fileTooLarge``; what the source or the store throws.
    func take(_ source: FileSource, for owner: AccessKey) async throws -> Blob {
        try await store(source, limited(source), owner)
    }

    /// Stores a file, as ``take(_:for:)`` does, and hashes its bytes meanwhile.
    /// - Returns: what is stored, and the SHA-256 of its bytes in lower case hexadecimal.
    func takeHashed(_ source: FileSource, for owner: AccessKey) async throws -> (blob: Blob, sha256: String) {
        let bytes = DigestedBytes(base: limited(source))
        let blob = try await store(source, bytes, owner)
        guard let digest = bytes.digest.value else { throw missing(blob.id) }
        return (blob, digest.hexadecimal)
    }

    private func limited(_ source: FileSource) -> LimitedBytes { LimitedBytes(base: source.bytes, limit: rules.maximumFileSize) }

    private func store(
        _ source: FileSource, _ bytes: any AsyncSequence<Data, any Error> & Sendable, _ owner: AccessKey
    ) async throws -> Blob {
        try check(source.name)
        let id = Blob.ID(environment.makeID())
        try await blobs.write(Blob(id: id, owner: owner, name: source.name, created: environment.date), from: bytes)
        guard let stored = try await blobs.blobs([id]).first else { throw missing(id) }
        return stored
    }

    private func missing(_ id: Blob.ID) -> PortalError {
        PortalError(.fileMissing, "blob \(id) is missing right after it was written")
    }
}

/// What another sequence yields, hashed as it passes by.
struct DigestedBytes: AsyncSequence, Sendable {
    typealias Element = Data
    typealias Failure = any Error

    /// The hash of the bytes that somebody has read to the end.
    final class Digest: Sendable {
        private let state = Mutex<SHA256Digest?>(nil)

        var value: SHA256Digest? { state.withLock { $0 } }

        func set(_ digest: SHA256Digest) { state.withLock { $0 = digest } }
    }

    let base: LimitedBytes
    let digest = Digest()

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: LimitedBytes.AsyncIterator
        var hash = SHA256()
        let digest: Digest

        mutating func next() async throws -> Data? {
            guard let chunk = try await base.next() else {
                digest.set(hash.finalize())
                hash = SHA256()
                return nil
            }
            hash.update(chunk)
            return chunk
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator(), digest: digest) }
}
