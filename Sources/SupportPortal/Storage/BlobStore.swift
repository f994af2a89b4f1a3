#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Stores the bytes of files. Knows neither tickets nor downloads, only ids, who uploaded, and bytes.
///
/// A blob is written once and never changed. Ids are random (never a hash of the content), so nothing is shared between customers.
public protocol BlobStore: Sendable {
    /// Stores what the sequence yields under the blob's id. When the call returns, the blob is complete and as durable as the
    /// store's records. When the sequence throws or the task is cancelled, nothing of it remains and the error is passed on; what cleans up must
    /// not itself be stopped by the cancellation.
    /// - Throws: ``StorageError/Code/exists`` for an id in use, whose blob stays as it was.
    func write(_ blob: Blob, from bytes: any AsyncSequence<Data, any Error> & Sendable) async throws

    /// What is known of the blobs with these ids, in any order; ids that are not stored are left out.
    func blobs(_ ids: Set<Blob.ID>) async throws -> [Blob]

    /// The bytes of a blob in a range of offsets. `nil` when there is no such blob.
    /// - Throws: ``StorageError/Code/invalidRange`` unless `0 ≤ lower ≤ upper ≤ size`.
    func read(_ id: Blob.ID, in range: Range<Int>) async throws -> Data?

    /// Removes a blob; an unknown id changes nothing.
    func delete(_ id: Blob.ID) async throws

    /// The blobs that match, by when their upload began, then by the bytes of their ids. Whoever cannot list them returns none: then uploads
    /// that were never sent stay, and are not found when their owner is to be forgotten.
    func blobs(matching query: BlobQuery) async throws -> Page<Blob>
}

extension BlobStore {
    /// None can be listed.
    public func blobs(matching query: BlobQuery) async throws -> Page<Blob> { Page() }
}

/// A page of blobs.
public struct BlobQuery: Hashable, Sendable {
    /// Those of this owner; `nil` for all.
    public var owner: AccessKey?
    /// Those whose upload began before this instant; `nil` for all.
    public var createdBefore: Date?
    /// Which page.
    public var page: PageRequest

    /// Makes a query.
    public init(owner: AccessKey? = nil, createdBefore: Date? = nil, page: PageRequest = .first) {
        self.owner = owner
        self.createdBefore = createdBefore
        self.page = page
    }

    /// Whether a blob matches, pages aside.
    public func matches(_ blob: Blob) -> Bool {
        (owner == nil || owner == blob.owner) && (createdBefore.map { blob.created < $0 } ?? true)
    }
}

extension Blob {
    /// Where the page after this blob begins.
    public var cursor: PageCursor {
        PageCursor(order: "created.ascending", value: .number(created.milliseconds), id: id.rawValue)
    }
}

/// What is known of a stored file, its bytes aside.
public struct Blob: Identifiable, Hashable, Sendable, Codable {
    /// The id of a blob.
    public typealias ID = Identifier<Blob>

    /// The id.
    public let id: ID
    /// Who uploaded it: only the same may attach it.
    public let owner: AccessKey
    /// The name to show, made harmless.
    public let name: FileName
    /// When the upload began.
    public let created: Date
    /// The number of bytes. Stores fill it in; what ``BlobStore/write(_:from:)`` is given there does not matter.
    public var size: Int

    /// Makes a description of a blob.
    public init(id: ID, owner: AccessKey, name: FileName, created: Date, size: Int = 0) {
        self.id = id
        self.owner = owner
        self.name = name
        self.created = created
        self.size = size
    }
}
