#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Takes care of the files that belong to the items of a section: they go when nobody needs them any more.
///
/// A file of an item has it as its owner (``AccessKey/item(_:)``): what belongs to an item is found by that even where nothing names it, and no other
/// section takes it for its own.
struct CatalogFiles<Item: CatalogItem>: Sendable {
    let store: any CatalogStore<Item>
    let blobs: (any BlobStore)?
    let environment: PortalEnvironment

    /// Deletes the files of an item, also those that it had before.
    /// - Returns: how many.
    func delete(of item: Item) async throws -> Int {
        guard let blobs else { return 0 }
        let owned = try await collectPages(limit: .max) {
            try await blobs.blobs(matching: BlobQuery(owner: .item(item.id), page: $0))
        }
        // Not every store can list.
        let ids = Set(owned.map(\.id)).union(item.files.map(\.id))
        for id in ids.sorted() { try await blobs.delete(id) }
        return ids.count
    }

    /// Those of some blobs that belong to the section and are not needed: their item is not there, or has another file by now.
    ///
    /// Parameter `horizon`: files of an item that was changed since then are needed, for somebody may be reading what has just been replaced.
    func leftOver(among blobs: [Blob], replacedBefore horizon: Date) async throws -> [Blob.ID] {
        let owners = Set(blobs.compactMap { $0.owner.item(of: Item.self) })
        guard !owners.isEmpty else { return [] }
        let query = CatalogQuery<Item>(
            in: .everything, CatalogFilter { $0.ids = owners }, page: PageRequest(limit: owners.count))
        let items = Dictionary(try await store.items(query).items.map { ($0.id, $0) }) { first, _ in first }
        let left = blobs.filter { blob in
            guard let owner = blob.owner.item(of: Item.self) else { return false }
            guard let item = items[owner] else { return true }
            return item.entry.updated < horizon && !item.files.contains { $0.id == blob.id }
        }
        guard Item.keepsEarlierFiles else { return left.map(\.id) }
        var earlier: Set<Blob.ID> = []
        for owner in Set(left.compactMap { $0.owner.item(of: Item.self) }) where items[owner] != nil {
            let versions = try await collectPages(limit: .max) { try await store.versions(of: owner, page: $0) }
            earlier.formUnion(versions.flatMap(\.files).map(\.id))
        }
        return left.map(\.id).filter { !earlier.contains($0) }
    }
}
