/// Forgets people in what a section publishes.
struct CatalogErasure<Item: CatalogItem>: Sendable {
    let files: CatalogFiles<Item>
    let configuration: PortalConfiguration
    let environment: PortalEnvironment

    private var store: any CatalogStore<Item> { files.store }

    /// What was for these people alone, agents aside, is removed with its files; from the audiences of the rest they vanish, and from events and votes.
    func erase(_ people: Set<AccessKey>, _ report: inout ErasureReport) async throws {
        let query = CatalogQuery<Item>(in: .holding(people), order: .updated, page: PageRequest(limit: 50))
        // Each round takes what it has found out of the query.
        while true {
            try Task.checkCancellation()
            let found = try await store.items(query).items
            guard !found.isEmpty else { break }
            for item in found { try await forget(people, item.id, &report) }
        }
        try await forgetCategories(people)
        _ = try await store.commit(CatalogCommit { $0.forgotten = people })
    }

    private func forget(_ people: Set<AccessKey>, _ id: Item.ID, _ report: inout ErasureReport) async throws {
        let query = CatalogQuery<Item>(in: .holding(people), CatalogFilter { $0.ids = [id] }, page: PageRequest(limit: 1))
        for _ in 0..<Swift.max(1, configuration.limits.attempts) {
            guard var item = try await store.items(query).items.first else { return }
            let rest = item.entry.audience.keys.subtracting(people)
            let isGoing = rest.allSatisfy(\.isOfAgents)
            // The bytes first: while the item is there, a run that is cut short finds them again.
            if isGoing { report.files += try await files.delete(of: item) }
            let commit = CatalogCommit<Item> { commit in
                if isGoing {
                    commit.removedItems = [id: item.entry.revision]
                } else {
                    item.entry.audience = Audience(keys: rest)
                    commit.items = [item]
                }
                // So that whoever follows, such as the search, forgets as well.
                commit.events = [
                    PortalEvent(
                        id: PortalEvent.ID(environment.makeID()), kind: .catalog(Item.self, isGoing ? .removed : .changed),
                        subject: id.rawValue, date: environment.date, author: .system, isInternal: true, keys: rest)
                ]
                commit.announces = false
            }
            do { _ = try await store.commit(commit) } catch let error as StorageError where error.code == .conflict { continue }
            if isGoing { report.published += 1 }
            return
        }
        throw PortalError(.busy, "\(Item.kindName) \(id) is being changed by too many others")
    }

    private func forgetCategories(_ people: Set<AccessKey>) async throws {
        for _ in 0..<Swift.max(1, configuration.limits.attempts) {
            let named = try await store.categories().filter { !$0.audience.keys.isDisjoint(with: people) }
            guard !named.isEmpty else { return }
            let commit = CatalogCommit<Item> { commit in
                commit.categories = named.map { category in
                    var category = category
                    category.audience = Audience(keys: category.audience.keys.subtracting(people))
                    return category
                }
                commit.announces = false
            }
            do {
                _ = try await store.commit(commit)
                return
            } catch let error as StorageError where error.code == .conflict { continue }
        }
        throw PortalError(.busy, "the categories are being changed by too many others")
    }
}

extension AccessKey {
    /// Whether agents alone can hold it.
    fileprivate var isOfAgents: Bool { self == .agents || ["agent", "department"].contains(kind) }
}
