import Synchronization

/// What an index holds, shared by the search and by what brings it up to date.
final class IndexCore<Item: CatalogItem>: Sendable {
    let content: Mutex<IndexedItems<Item>>

    init(parts: Int) { content = Mutex(IndexedItems(parts: parts)) }
}

extension CatalogIndex {
    /// How many items are read at once.
    private static var pageSize: Int { 200 }
    /// How many are read at once while all are; a store may have to put all in order for each page.
    private static var buildingPageSize: Int { 1_000 }

    /// Makes the index now rather than at the first search, and waits until it is there; with an embedding model also until that has seen all texts or
    /// has failed.
    /// - Throws: what the store throws; `CancellationError`.
    public func prepare() async throws {
        let core = try await upToDate()
        startEmbedding(core)
        await state.withLock { $0.embedding }?.value
        try Task.checkCancellation()
    }

    /// Reads the whole store anew: for stores without a feed of changes, now and then or whenever the host knows of one. Until it is done, searches
    /// answer from what is known.
    /// - Throws: what the store throws; the index stays as it was.
    public func refresh() async throws { _ = try await update(rebuilds: true).task.value }

    /// The index, with everything in it that was stored before the call.
    func upToDate() async throws -> IndexCore<Item> {
        for _ in 0..<2 {
            try Task.checkCancellation()
            if let core = state.withLock({ $0.core }), try await isCurrent(core) { return core }
            let (task, isOwn) = update(rebuilds: false)
            let core = try await task.value
            // One that had begun before may not have seen everything.
            if isOwn { return core }
        }
        return try await update(rebuilds: false).task.value
    }

    private func isCurrent(_ core: IndexCore<Item>) async throws -> Bool {
        let position = core.content.withLock { $0.position }
        do {
            let batch = try await store.changes(ChangeQuery(since: position, limit: 1))
            return batch.events.isEmpty && batch.position == position
        } catch let error as StorageError where error.code == .resyncRequired {
            return false
        }
    }

    /// The update that is under way, or one that begins now. It belongs to the index and not to who asked for it: whoever gives up waiting does not
    /// stop it for others.
    private func update(rebuilds: Bool) -> (task: Task<IndexCore<Item>, any Error>, isOwn: Bool) {
        state.withLock { state in
            if let update = state.update, !rebuilds { return (update, false) }
            let before = state.update
            state.updates += 1
            let number = state.updates
            let task = Task(priority: .utility) {
                _ = await before?.result
                return try await finish(number, rebuilds: rebuilds)
            }
            state.update = task
            return (task, true)
        }
    }

    private func finish(_ number: Int, rebuilds: Bool) async throws -> IndexCore<Item> {
        do {
            let core = try await updated(rebuilds: rebuilds)
            state.withLock { state in
                state.core = core
                if state.updates == number { state.update = nil }
            }
            return core
        } catch {
            state.withLock { if $0.updates == number { $0.update = nil } }
            throw error
        }
    }

    private func updated(rebuilds: Bool) async throws -> IndexCore<Item> {
        if !rebuilds, let core = state.withLock({ $0.core }) {
            do {
                try await follow(core)
                return core
            } catch let error as StorageError where error.code == .resyncRequired {}
        }
        return try await build()
    }

    private func build() async throws -> IndexCore<Item> {
        let core = IndexCore<Item>(parts: languages.stemmers.count)
        // Taken before the first page: what changes meanwhile is read again.
        let start = try await store.changes(ChangeQuery(since: nil)).position
        core.content.withLock { $0.position = start }
        // In an order that stores have ready.
        var query = CatalogQuery<Item>(in: .everything, order: .newest, page: PageRequest(limit: Self.buildingPageSize))
        repeat {
            let page = try await store.items(query)
            try await take(page.items, into: core)
            guard page.next != query.page.after else { break }
            query.page.after = page.next
        } while query.page.after != nil
        try await onThread { core.content.withLock { $0.settle() } }
        return core
    }

    /// Takes in what the feed says up to now.
    private func follow(_ core: IndexCore<Item>) async throws {
        let end = try await store.changes(ChangeQuery(since: nil)).position
        while true {
            let position = core.content.withLock { $0.position }
            let batch = try await store.changes(ChangeQuery(since: position, limit: 500))
            var ids = ArraySlice(Set(batch.events.compactMap { $0.event.changedItem(of: Item.self) }))
            while !ids.isEmpty {
                let some = Set(ids.prefix(Self.pageSize))
                ids = ids.dropFirst(Self.pageSize)
                let filter = CatalogFilter<Item> { $0.ids = some }
                let found = try await store.items(
                    CatalogQuery(in: .everything, filter, page: PageRequest(limit: some.count))
                ).items
                let gone = some.subtracting(found.map(\.id))
                core.content.withLock { content in for id in gone { content.remove(id) } }
                try await take(found, into: core)
            }
            core.content.withLock { $0.position = batch.position }
            if batch.position >= end || batch.position <= position { return }
        }
    }

    private func take(_ items: [Item], into core: IndexCore<Item>) async throws {
        guard !items.isEmpty else { return }
        try await onThread { [languages] in
            for item in items {
                let prepared = PreparedItem(item, languages)
                core.content.withLock { $0.set(prepared, languages.stemmers) }
            }
        }
    }

    // MARK: Embedding

    /// Lets the model see the texts that it has not seen, in the background.
    func startEmbedding(_ core: IndexCore<Item>) {
        guard let embedding, core.content.withLock({ $0.missingVectors }) > 0 else { return }
        let now = environment.date.milliseconds
        state.withLock { state in
            guard state.embedding == nil, state.nextEmbedding <= now else { return }
            state.embedding = Task(priority: .background) {
                let isDone = await embed(core, embedding)
                self.state.withLock { state in
                    state.embedding = nil
                    if !isDone { state.nextEmbedding = now + 60_000 }
                }
            }
        }
    }

    /// - Returns: whether all is done.
    private func embed(_ core: IndexCore<Item>, _ model: any TextEmbedding) async -> Bool {
        var before = Int.max
        while true {
            let (items, missing) = core.content.withLock { ($0.itemsWithoutVectors(limit: 16), $0.missingVectors) }
            // A model that answers with nothing of use would be asked for ever.
            guard !items.isEmpty, missing < before else { return items.isEmpty }
            before = missing
            do {
                let filter = CatalogFilter<Item> { $0.ids = Set(items.keys) }
                let found = try await store.items(
                    CatalogQuery(in: .everything, filter, page: PageRequest(limit: items.count))
                ).items
                for item in found {
                    let texts = item.entry.texts
                    var vectors: [String: UnitVector] = [:]
                    for start in stride(from: 0, to: texts.count, by: 16) {
                        let some = texts[start..<Swift.min(start + 16, texts.count)]
                        let answers = try await model.vectors(for: some.map(\.embedded))
                        for (text, answer) in zip(some, answers) where vectors[text.language] == nil {
                            vectors[text.language] = UnitVector(answer)
                        }
                    }
                    let revision = item.entry.revision
                    core.content.withLock { $0.set(vectors, of: item.id, at: revision) }
                }
            } catch {
                environment.report(error)
                return false
            }
        }
    }
}

extension PortalEvent {
    /// The item that it tells a change of; `nil` for what changes nothing that can be found.
    fileprivate func changedItem<Item: CatalogItem>(of type: Item.Type) -> Item.ID? {
        let others: [CatalogEventName] = [.categoryChanged, .categoryRemoved, .completed]
        guard kind.rawValue.hasPrefix("\(Item.kindName)."), !others.contains(where: { kind == .catalog(type, $0) }) else {
            return nil
        }
        return Item.ID(subject)
    }
}
