#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The writing half behind the agents' sessions: checks what they publish, keeps what was there before, commits.
struct CatalogDesk<Item: CatalogItem>: Sendable {
    typealias Category = CatalogCategory<Item>

    /// How deep categories may be nested.
    static var deepest: Int { 16 }

    let store: any CatalogStore<Item>
    let configuration: PortalConfiguration
    let environment: PortalEnvironment
    let agent: Agent
    /// What the agent must be allowed to.
    let permission: Agent.Permission

    private var author: Author { Author(agent) }

    /// - Throws: ``PortalError/Code/notPermitted``.
    func requirePermission() throws {
        guard agent.permissions.contains(permission) else {
            throw PortalError(.notPermitted, "needs the permission \(permission.rawValue) of an agent")
        }
    }

    // MARK: Finding

    /// A page of all items, drafts and archived ones included.
    /// - Throws: ``PortalError/Code/notPermitted``, ``PortalError/Code/invalidCursor``.
    func items(
        _ filter: CatalogFilter<Item>, in scope: AccessScope = .everything, order: CatalogOrder, page: PageRequest
    ) async throws -> Page<Item> {
        try requirePermission()
        guard page.after.map({ $0.order == order.name }) ?? true else {
            throw PortalError(.invalidCursor, "the cursor is of another order")
        }
        return try await store.items(CatalogQuery(in: scope, filter, order: order, page: configuration.limits.cut(page)))
    }

    /// - Throws: ``PortalError/Code/notPermitted``, ``PortalError/Code/notFound``.
    func item(_ id: Item.ID) async throws -> Item {
        try requirePermission()
        return try await stored(id)
    }

    private func stored(_ id: Item.ID) async throws -> Item {
        let query = CatalogQuery<Item>(in: .everything, CatalogFilter { $0.ids = [id] }, page: PageRequest(limit: 1))
        guard id.isStorable, let item = try await store.items(query).items.first else {
            throw PortalError.notFound(Item.kindName)
        }
        return item
    }

    // MARK: Writing

    /// A new entry that is not stored yet.
    func newEntry(_ texts: [CatalogText]) -> CatalogEntry<Item> {
        CatalogEntry(
            id: Item.ID(environment.makeID()), slug: Slug(texts.first?.title ?? ""), texts: texts, created: environment.date,
            editor: author)
    }

    /// Stores an item as the agent wrote it, new or in place of the revision that it has.
    ///
    /// Parameter `isSame`: whether two items say the same, their entries aside; where they do not, the earlier one is kept as a version.
    /// - Throws: ``PortalError/Code/invalidForm`` with all mistakes; ``PortalError/Code/conflict``; ``PortalError/Code/notPermitted``.
    func save(
        _ item: Item, problems: [FormProblem] = [], isSame: @Sendable (Item, Item) -> Bool = { _, _ in true }
    ) async throws -> Item {
        try requirePermission()
        guard item.id.isStorable else { throw PortalError.notFound(Item.kindName) }
        let isNew = item.entry.revision == .unsaved
        let old = isNew ? nil : try await stored(item.id)
        guard old?.entry.revision ?? .unsaved == item.entry.revision else { throw conflict(old?.entry.revision) }
        var new = item
        new.entry = try await checked(item.entry, other: problems)
        new.entry.editor = author
        let saysTheSame = old.map { isSame($0, new) && $0.entry.says(theSameAs: new.entry) } ?? false
        if !saysTheSame { new.entry.updated = environment.date }
        return try await commit(new, after: old, keeping: !saysTheSame, mayNumberSlug: isNew)
    }

    /// Changes the entry of the stored item, again and again while others change it meanwhile.
    func change(_ id: Item.ID, _ change: (inout CatalogEntry<Item>) throws -> Void) async throws -> Item {
        try await changeItem(id) { try change(&$0.entry) }
    }

    /// Changes the stored item, again and again while others change it meanwhile.
    ///
    /// Parameter `isSame`: as of ``save(_:problems:isSame:)``.
    func changeItem(
        _ id: Item.ID, isSame: (Item, Item) -> Bool = { _, _ in true }, _ change: (inout Item) throws -> Void
    ) async throws -> Item {
        try requirePermission()
        for _ in 0..<Swift.max(1, configuration.limits.attempts) {
            let old = try await stored(id)
            var item = old
            try change(&item)
            guard item != old else { return old }
            item.entry = try await checked(item.entry, other: [])
            let saysTheSame = isSame(old, item)
            if !saysTheSame { (item.entry.updated, item.entry.editor) = (environment.date, author) }
            do { return try await commit(item, after: old, keeping: !saysTheSame, mayNumberSlug: false) } catch let error
                where .conflict ~= error
            {
                continue
            }
        }
        throw PortalError(.busy, "\(Item.kindName) \(id) is being changed by too many others")
    }

    /// Shows an item from an instant on; from now on where none is given and it is not shown yet.
    func publish(_ id: Item.ID, from start: Date?, until end: Date?) async throws -> Item {
        let now = environment.date
        return try await change(id) { entry in
            if let start { entry.published = start } else if entry.state != .published { entry.published = now }
            entry.state = .published
            entry.expires = end
        }
    }

    private func commit(_ item: Item, after old: Item?, keeping keeps: Bool, mayNumberSlug: Bool) async throws -> Item {
        var item = item
        let slug = item.entry.slug
        for attempt in 1...Swift.max(1, configuration.limits.attempts) {
            if attempt > 1 { item.entry.slug = slug.numbered(attempt) }
            var commit = CatalogCommit<Item>()
            commit.items = [item]
            commit.versions = keeps ? old.map { [$0.asVersion] } ?? [] : []
            commit.events = [event(item, after: old)]
            commit.announces = false
            do {
                _ = try await store.commit(commit)
                item.entry.revision = item.entry.revision.next
                return item
            } catch let error as StorageError where error.code == .conflict {
                throw conflict(error.current)
            } catch let error as StorageError where error.code == .duplicateSlug {
                guard mayNumberSlug else { throw PortalError(problems: [FormProblem(.slug, .duplicate)]) }
            }
        }
        throw PortalError(problems: [FormProblem(.slug, .duplicate)])
    }

    /// Removes an item with everything that was counted about it and its history.
    /// - Throws: ``PortalError/Code/notPermitted``, ``PortalError/Code/notFound``, ``PortalError/Code/conflict``.
    func remove(_ id: Item.ID, at revision: Revision?) async throws -> Item {
        try requirePermission()
        let item = try await stored(id)
        guard revision ?? item.entry.revision == item.entry.revision else { throw conflict(item.entry.revision) }
        var commit = CatalogCommit<Item>()
        commit.removedItems = [id: item.entry.revision]
        commit.events = [event(.removed, subject: id.rawValue, keys: item.entry.audience.keys, isInternal: !item.entry.isPublic)]
        commit.announces = false
        do { _ = try await store.commit(commit) } catch let error as StorageError where error.code == .conflict {
            throw conflict(error.current)
        }
        return item
    }

    /// Gives items the places 1, 2, 3 … within a category; others come after them, in the order that they had.
    /// - Throws: ``PortalError/Code/tooMany`` beyond ``PortalLimits/bulk``; ``PortalError/Code/notFound``; ``PortalError/Code/busy``.
    func reorder(_ first: [Item.ID], in category: Category.ID) async throws {
        try requirePermission()
        for _ in 0..<Swift.max(1, configuration.limits.attempts) {
            let limit = configuration.limits.bulk
            let filter = CatalogFilter<Item> { $0.placement = .listed([category]) }
            let all = try await collectPages(limit: limit + 1) {
                try await store.items(CatalogQuery(in: .everything, filter, order: .place, page: $0))
            }
            guard all.count <= limit else { throw PortalError(.tooMany, "the category is too large to reorder", limit: limit) }
            let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
            var seen: Set<Item.ID> = []
            let named = try first.filter { seen.insert($0).inserted }.map { id in
                guard let item = byID[id] else { throw PortalError.notFound(Item.kindName) }
                return item
            }
            var commit = CatalogCommit<Item>()
            for (index, var item) in (named + all.filter { !seen.contains($0.id) }).enumerated()
            where item.entry.place != index + 1 {
                item.entry.place = index + 1
                commit.items.append(item)
                commit.events.append(event(item, after: item))
            }
            guard !commit.items.isEmpty else { return }
            commit.announces = false
            do {
                _ = try await store.commit(commit)
                return
            } catch let error as StorageError where error.code == .conflict {
                continue
            }
        }
        throw PortalError(.busy, "category \(category) is being changed by too many others")
    }

    /// Earlier versions of an item, the latest first.
    func versions(of id: Item.ID, page: PageRequest) async throws -> Page<Item> {
        try requirePermission()
        _ = try await stored(id)
        guard page.after.map({ $0.order == "version.descending" }) ?? true else {
            throw PortalError(.invalidCursor, "the cursor is of another list")
        }
        return try await store.versions(of: id, page: configuration.limits.cut(page))
    }

    // MARK: Categories

    func categories() async throws -> [Category] {
        try requirePermission()
        return try await store.categories()
    }

    /// A new category that is not stored yet.
    func newCategory(_ texts: [CatalogText], in parent: Category.ID?) -> Category {
        Category(id: Category.ID(environment.makeID()), slug: Slug(texts.first?.title ?? ""), texts: texts, parent: parent)
    }

    /// Stores a category, new or in place of the revision that it has.
    /// - Throws: ``PortalError/Code/invalidForm`` with all mistakes; ``PortalError/Code/conflict``; ``PortalError/Code/notPermitted``;
    ///   ``PortalError/Code/tooMany`` beyond ``PortalLimits/categories``.
    func save(_ category: Category) async throws -> Category {
        try requirePermission()
        guard category.id.isStorable else { throw PortalError.notFound("category") }
        let all = try await store.categories()
        let isNew = category.revision == .unsaved
        guard !isNew || all.count < configuration.limits.categories else {
            throw PortalError(.tooMany, "there are as many categories as allowed", limit: configuration.limits.categories)
        }
        var checks = CatalogChecks(configuration.limits)
        var category = category
        category.texts = checks.texts(category.texts)
        if let parent = category.parent, !isPossible(parent, for: category.id, all) { checks.add(FormProblem(.parent, .unknown)) }
        try checks.throwIfAny()
        let taken = Set(all.filter { $0.id != category.id }.map(\.slug))
        let slug = category.slug
        var number = 1
        while taken.contains(category.slug) {
            guard isNew else { throw PortalError(problems: [FormProblem(.slug, .duplicate)]) }
            number += 1
            category.slug = slug.numbered(number)
        }
        var commit = CatalogCommit<Item>()
        commit.categories = [category]
        let old = all.first { $0.id == category.id }
        let keys = category.audience.keys.union(old?.audience.keys ?? [])
        commit.events = [event(.categoryChanged, subject: category.id.rawValue, keys: keys, isInternal: false)]
        commit.announces = false
        do { _ = try await store.commit(commit) } catch let error as StorageError where error.code == .conflict {
            throw conflict(error.current)
        } catch let error as StorageError where error.code == .duplicateSlug {
            throw PortalError(problems: [FormProblem(.slug, .duplicate)])
        }
        category.revision = category.revision.next
        return category
    }

    /// Whether a category may be put below another: one that is there, not itself, not below itself, and not too deep.
    private func isPossible(_ parent: Category.ID, for id: Category.ID, _ all: [Category]) -> Bool {
        let parents = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0.parent) })
        guard parents[parent] != nil else { return false }
        var above = 1
        var next: Category.ID? = parent
        while let current = next {
            guard current != id, above < Self.deepest else { return false }
            above += 1
            next = parents[current] ?? nil
        }
        var below = 0
        var level: Set<Category.ID> = [id]
        while true {
            level = Set(all.filter { $0.parent.map(level.contains) ?? false }.map(\.id))
            guard !level.isEmpty, above + below < Self.deepest else { break }
            below += 1
        }
        return above + below <= Self.deepest
    }

    /// Removes a category in which nothing is any more.
    /// - Throws: ``PortalError/Code/notEmpty`` while items or categories are in it; ``PortalError/Code/notFound``; ``PortalError/Code/conflict``.
    func removeCategory(_ id: Category.ID) async throws {
        try requirePermission()
        let all = try await store.categories()
        guard let category = all.first(where: { $0.id == id }) else { throw PortalError.notFound("category") }
        let items = try await store.counts(CatalogFilter(), in: .everything, of: [.listed([id])])
        guard items == [0], !all.contains(where: { $0.parent == id }) else {
            throw PortalError(.notEmpty, "there is something in category \(id)")
        }
        var commit = CatalogCommit<Item>()
        commit.removedCategories = [id: category.revision]
        commit.events = [event(.categoryRemoved, subject: id.rawValue, keys: category.audience.keys, isInternal: false)]
        commit.announces = false
        do { _ = try await store.commit(commit) } catch let error as StorageError where error.code == .conflict {
            throw conflict(error.current)
        }
    }

    // MARK: Checks and events

    /// The entry as it is stored.
    /// - Throws: ``PortalError/Code/invalidForm`` with all mistakes, others that were found before included.
    func checked(_ entry: CatalogEntry<Item>, other: [FormProblem]) async throws -> CatalogEntry<Item> {
        var checks = CatalogChecks(configuration.limits)
        for problem in other { checks.add(problem) }
        var entry = entry
        entry.texts = checks.texts(entry.texts)
        checks.check(entry)
        if !entry.categories.isEmpty {
            let known = Set(try await store.categories().map(\.id))
            for (index, id) in entry.categories.enumerated() where !known.contains(id) {
                checks.add(FormProblem(.categories, .unknown, index: index))
            }
        }
        try checks.throwIfAny()
        entry.published = entry.published.roundedToMilliseconds
        entry.expires = entry.expires?.roundedToMilliseconds
        return entry
    }

    private func conflict(_ current: Revision?) -> PortalError {
        var error = PortalError(.conflict, "somebody changed it since")
        error.current = current
        return error
    }

    private func event(_ item: Item, after old: Item?) -> PortalEvent {
        let (new, old) = (item.entry, old?.entry)
        let kind: CatalogEventName =
            switch (old?.state, new.state) {
            case (.published, .published): .changed
            case (_, .published): .published
            case (.some(let before), .archived) where before != .archived: .archived
            case (nil, _): .created
            default: .changed
            }
        return event(
            kind, subject: new.id.rawValue, keys: new.audience.keys.union(old?.audience.keys ?? []),
            isInternal: !new.isPublic && !(old?.isPublic ?? false))
    }

    private func event(_ name: CatalogEventName, subject: String, keys: Set<AccessKey>, isInternal: Bool) -> PortalEvent {
        PortalEvent(
            id: PortalEvent.ID(environment.makeID()), kind: .catalog(Item.self, name), subject: subject, date: environment.date,
            author: author, isInternal: isInternal, keys: keys)
    }
}

extension CatalogEntry {
    /// Whether others than agents may know that it is, now or at another time.
    var isPublic: Bool { state == .published }

    /// Whether readers would see no difference.
    func says(theSameAs other: CatalogEntry) -> Bool { texts == other.texts && tags == other.tags }
}

extension CatalogItem {
    /// The item as an earlier version: without the names of customers for whom it was.
    var asVersion: Self {
        var version = self
        let keys = entry.audience.keys.filter { !["customer", "address"].contains($0.kind) }
        version.entry.audience = Audience(keys: keys)
        return version
    }
}
