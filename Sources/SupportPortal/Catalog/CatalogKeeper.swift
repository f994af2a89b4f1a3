#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What is done to a section without anybody's asking: the files of its items go when nobody needs them any more, and people are forgotten.
///
/// A file of an item has it as its owner (``AccessKey/item(_:)``): what belongs to an item is found by that even where nothing names it, and no other
/// section takes it for its own.
struct CatalogKeeper<Item: CatalogItem>: Sendable {
    let store: any CatalogStore<Item>
    let blobs: (any BlobStore)?
    let configuration: PortalConfiguration
    let environment: PortalEnvironment

    // MARK: Files

    /// Deletes the files of an item, also those that it had before.
    /// - Returns: how many.
    func deleteFiles(of item: Item) async throws -> Int {
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

    // MARK: Forgetting

    /// Forgets people: what was for them alone goes, with its files; from the audiences of the rest, from feeds and queues their names go, and their
    /// votes are taken back. A category that was for them alone becomes one for agents, which hides what is in it.
    ///
    /// What was cut short is finished by calling it again.
    func forget(_ people: Set<AccessKey>) async throws -> CatalogErasure {
        var report = CatalogErasure()
        var query = CatalogQuery<Item>(in: .holding(people), order: .place, page: PageRequest(limit: 50))
        repeat {
            let page = try await store.items(query)
            for item in page.items { try await forget(people, in: item.id, &report) }
            query.page.after = page.next
        } while query.page.after != nil
        try await retrying { try await forgetInCategories(people) }
        // Last, so that a run that is cut short finds everything again.
        _ = try await store.commit(CatalogCommit { $0.forgotten = people })
        return report
    }

    private func forget(_ people: Set<AccessKey>, in id: Item.ID, _ report: inout CatalogErasure) async throws {
        try await retrying {
            try Task.checkCancellation()
            let query = CatalogQuery<Item>(in: .holding(people), CatalogFilter { $0.ids = [id] }, page: PageRequest(limit: 1))
            guard var item = try await store.items(query).items.first else { return }
            let rest = item.entry.audience.keys.subtracting(people)
            var commit = CatalogCommit<Item>()
            commit.announces = false
            if rest.allSatisfy(\.isOfAgents) {
                // The bytes first: while the item is there, another run finds them.
                report.files += try await deleteFiles(of: item)
                commit.removedItems = [id: item.entry.revision]
            } else {
                item.entry.audience = Audience(keys: rest)
                commit.items = [item]
            }
            let isGone = commit.items.isEmpty
            commit.events = [
                PortalEvent(
                    id: PortalEvent.ID(environment.makeID()), kind: .catalog(Item.self, isGone ? .removed : .changed),
                    subject: id.rawValue, date: environment.date, author: .system, isInternal: !item.entry.isPublic, keys: rest)
            ]
            _ = try await store.commit(commit)
            if isGone { report.removed += 1 } else { report.redacted += 1 }
        }
    }

    private func forgetInCategories(_ people: Set<AccessKey>) async throws {
        var commit = CatalogCommit<Item>()
        for var category in try await store.categories() where !category.audience.keys.isDisjoint(with: people) {
            let rest = category.audience.keys.subtracting(people)
            category.audience = rest.isEmpty ? .agents : Audience(keys: rest)
            commit.categories.append(category)
        }
        if !commit.categories.isEmpty { _ = try await store.commit(commit) }
    }

    /// Does something again while others change the same meanwhile.
    private func retrying(_ work: () async throws -> Void) async throws {
        for _ in 1..<Swift.max(2, configuration.limits.attempts) {
            do { return try await work() } catch let error as StorageError where error.code == .conflict { continue }
        }
        try await work()
    }
}

extension AccessKey {
    /// Whether agents alone can hold it.
    fileprivate var isOfAgents: Bool { self == .agents || ["agent", "department"].contains(kind) }
}

/// What was forgotten of somebody in a section.
struct CatalogErasure: Hashable, Sendable {
    /// Items that were for nobody else.
    var removed = 0
    /// Items from whose audience a name was taken.
    var redacted = 0
    /// Files that were deleted.
    var files = 0
}
