import Foundation
import SupportPortal
import Synchronization

// Commits of articles that are not refused when they should be, are refused for nothing or the wrong reason, or are stored in part.

private let stale = "An item at another revision"
private let removal = "An item is removed at its revision alone"
private let shelf = "A category at another revision"
private let slug = "A slug belongs to one item and to one category"
private let order = "Of several reasons to refuse"

extension PlantedBug {
    static let catalogCommitBugs: [PlantedBug] = partialPublishing + publishingRevisionBugs + slugBugs + reasonBugs + raceBugs

    // MARK: Not all or nothing

    private static let partialPublishing: [PlantedBug] = CatalogPart.allCases.map { part in
        PlantedBug.articles("\(part) of a commit stay that is refused", breaks: stale, removal, shelf, slug) { store in
            let base = store.base
            store.onCommit = { commit in
                do {
                    return try await base.commit(commit)
                } catch let error as StorageError {
                    for rest in part.alone(in: commit) { _ = try? await base.commit(rest) }
                    throw error
                }
            }
        }
    }

    // MARK: Revisions

    private static let publishingRevisionBugs: [PlantedBug] = [
        .articles("an item is replaced whatever its revision", breaks: stale) { $0.forceItems { _, _ in true } },
        .articles("an item is replaced by any later revision", breaks: stale) { store in
            store.forceItems { stored, given in stored > .unsaved && given > stored }
        },
        .articles("a new item replaces one that exists", breaks: stale) { store in
            store.forceItems { _, given in given == .unsaved }
        },
        .articles("a replaced item need not exist", breaks: stale) { store in store.forceItems { stored, _ in stored == .unsaved }
        },
        .articles("a conflict does not say the stored revision", breaks: stale, removal, shelf, order) { store in
            store.changeErrors { $0.current = nil }
        },
        .articles("an item is removed whatever its revision", breaks: removal) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for id in commit.removedItems.keys {
                    commit.removedItems[id] = try await base.article(id)?.entry.revision ?? .unsaved
                }
                return try await base.commit(commit)
            }
        },
        .articles("an item that is not there can be removed at any revision", breaks: removal) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for id in commit.removedItems.keys where try await base.article(id) == nil { commit.removedItems[id] = .unsaved }
                return try await base.commit(commit)
            }
        },
        .articles("an item that is not there cannot be removed", breaks: removal) { store in
            let base = store.base
            store.onCommit = { commit in
                for id in commit.removedItems.keys where try await base.article(id) == nil {
                    throw StorageError(.conflict, "there is no \(id)")
                }
                return try await base.commit(commit)
            }
        },
        .articles("removed items are hidden and stay", breaks: removal, "A removed item takes") { store in
            store.changeCommits { commit in commit.removedItems = [:] }
        },
        .articles("a category is replaced whatever its revision", breaks: shelf) { $0.forceCategories { _, _ in true } },
        .articles("a new category replaces one that exists", breaks: shelf) { store in
            store.forceCategories { _, given in given == .unsaved }
        },
        .articles("a replaced category need not exist", breaks: shelf) { store in
            store.forceCategories { stored, _ in stored == .unsaved }
        },
        .articles("a category is removed whatever its revision", breaks: shelf) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                let stored = try await base.categories()
                for id in commit.removedCategories.keys {
                    commit.removedCategories[id] = stored.first { $0.id == id }?.revision ?? .unsaved
                }
                return try await base.commit(commit)
            }
        },
        .articles("categories are never removed", breaks: shelf) { $0.changeCommits { $0.removedCategories = [:] } },
        .articles("a category that is named cannot be removed", breaks: "A removed item takes") { store in
            let base = store.base
            store.onCommit = { commit in
                let named = Set(try await base.articles().flatMap(\.entry.categories))
                guard named.isDisjoint(with: commit.removedCategories.keys) else {
                    throw StorageError(.conflict, "a category is in use")
                }
                return try await base.commit(commit)
            }
        },
    ]

    // MARK: Slugs

    private static let slugBugs: [PlantedBug] = [
        .articles("items may have the slug of another", breaks: slug) { $0.allowSlugs { $0.items.map(\.entry.slug) } },
        .articles("categories may have the slug of another", breaks: slug) { $0.allowSlugs { $0.categories.map(\.slug) } },
        .articles("items and categories share their slugs", breaks: slug) { store in
            let base = store.base
            store.onCommit = { commit in
                let taken = Set(try await base.articles().map(\.entry.slug))
                guard taken.isDisjoint(with: commit.categories.map(\.slug)) else {
                    throw StorageError(.duplicateSlug, "an item has it")
                }
                return try await base.commit(commit)
            }
        },
        .articles("slugs are never free again", breaks: slug) { store in
            let base = store.base
            let held = Mutex<[Slug: Article.ID]>([:])
            store.onCommit = { commit in
                let isTaken = held.withLock { held in commit.items.contains { held[$0.entry.slug] ?? $0.id != $0.id } }
                guard !isTaken else { throw StorageError(.duplicateSlug, "an item had it") }
                let before = try await base.articles()
                let position = try await base.commit(commit)
                held.withLock { held in for item in before + commit.items { held[item.entry.slug] = item.id } }
                return position
            }
        },
        .articles("earlier versions keep their slugs", breaks: slug) { store in
            let base = store.base
            store.onCommit = { commit in
                for item in commit.items {
                    for other in try await base.articles() where other.id != item.id {
                        let versions = try await base.versions(of: other.id, page: PageRequest(limit: 1_000)).items
                        if versions.contains(where: { $0.entry.slug == item.entry.slug }) {
                            throw StorageError(.duplicateSlug, "a version has it")
                        }
                    }
                }
                return try await base.commit(commit)
            }
        },
        .articles("a slug that the commit sets free is free for it", breaks: slug) { store in
            let base = store.base
            store.onCommit = { commit in
                var first = CatalogCommit<Article>()
                first.removedItems = commit.removedItems
                guard !first.removedItems.isEmpty else { return try await base.commit(commit) }
                _ = try await base.commit(first)
                var rest = commit
                rest.removedItems = [:]
                return try await base.commit(rest)
            }
        },
        .articles("an item's own slug is taken", breaks: slug) { store in
            let base = store.base
            store.onCommit = { commit in
                for item in commit.items where try await base.article(item.id)?.entry.slug == item.entry.slug {
                    throw StorageError(.duplicateSlug, "it is taken")
                }
                return try await base.commit(commit)
            }
        },
        .articles("an item is found by the slug that it had", breaks: slug) { store in
            let base = store.base
            let held = Mutex<[Slug: Article.ID]>([:])
            store.onCommit = { commit in
                let before = try await base.articles()
                let position = try await base.commit(commit)
                held.withLock { held in for item in before + commit.items { held[item.entry.slug] = item.id } }
                return position
            }
            store.onItems = { query in
                var query = query
                if let slug = query.filter.slug {
                    query.filter.slug = nil
                    query.filter.ids = Set([held.withLock { $0[slug] }].compactMap(\.self))
                }
                return try await base.items(query)
            }
        },
    ]

    // MARK: Reasons

    private static let reasonBugs: [PlantedBug] = [
        .checking("slugs of items are looked at first") { base, commit in
            let taken = Dictionary(try await base.articles().map { ($0.entry.slug, $0.id) }) { first, _ in first }
            for item in commit.items where taken[item.entry.slug] ?? item.id != item.id {
                throw StorageError(.duplicateSlug, "it is taken")
            }
        },
        .checking("slugs of categories are looked at first") { base, commit in
            let taken = Dictionary(try await base.categories().map { ($0.slug, $0.id) }) { first, _ in first }
            for category in commit.categories where taken[category.slug] ?? category.id != category.id {
                throw StorageError(.duplicateSlug, "it is taken")
            }
        },
        .checking("removals of items are looked at first") { base, commit in
            for (id, revision) in commit.removedItems {
                let stored = try await base.article(id)?.entry.revision
                guard stored ?? .unsaved == revision else { throw StorageError(.conflict, "\(id)", current: stored) }
            }
        },
        .checking("categories are looked at first") { base, commit in
            let stored = try await base.categories()
            for category in commit.categories {
                let current = stored.first { $0.id == category.id }?.revision
                guard current ?? .unsaved == category.revision else { throw StorageError(.conflict, "it", current: current) }
            }
        },
        .checking("removals of categories are looked at first") { base, commit in
            let stored = try await base.categories()
            for (id, revision) in commit.removedCategories {
                let current = stored.first { $0.id == id }?.revision
                guard current ?? .unsaved == revision else { throw StorageError(.conflict, "it", current: current) }
            }
        },
    ]

    private static func checking(
        _ name: String, _ check: @escaping @Sendable (JournalledArticleStore, CatalogCommit<Article>) async throws -> Void
    ) -> PlantedBug {
        .articles(name, breaks: order) { store in
            let base = store.base
            store.onCommit = { commit in
                try await check(base, commit)
                return try await base.commit(commit)
            }
        }
    }

    // MARK: Races

    private static let raceBugs: [PlantedBug] = [
        .articles("a commit that is cancelled ends between two statements", breaks: "A cancelled commit stores") { store in
            let base = store.base
            store.onCommit = { commit in
                for part in CatalogPart.items.alone(in: commit) {
                    _ = try await base.commit(part)
                    try Task.checkCancellation()
                }
                var rest = commit
                rest.items = []
                return try await base.commit(rest)
            }
        },
        .articles("revisions are checked, and items written afterwards", breaks: "64 tasks that change one item") { store in
            let base = store.base
            let gap = Gap()
            store.onCommit = { commit in
                guard let item = commit.items.first, try await base.article(item.id)?.entry.revision == item.entry.revision else {
                    return try await base.commit(commit)
                }
                await gap.cross()
                var forced = commit
                while true {
                    forced.items[0].entry.revision = try await base.article(item.id)?.entry.revision ?? .unsaved
                    do {
                        return try await base.commit(forced)
                    } catch let error as StorageError where error.code == .conflict {}
                }
            }
        },
        .articles(
            "revisions are checked, and categories written afterwards", breaks: "64 tasks that change one item"
        ) { store in
            let base = store.base
            let gap = Gap()
            store.onCommit = { commit in
                guard let category = commit.categories.first, category.revision > .unsaved,
                    try await base.categories().first(where: { $0.id == category.id })?.revision == category.revision
                else { return try await base.commit(commit) }
                await gap.cross()
                var forced = commit
                while true {
                    let stored = try await base.categories().first { $0.id == category.id }
                    forced.categories[0].revision = stored?.revision ?? .unsaved
                    do {
                        return try await base.commit(forced)
                    } catch let error as StorageError where error.code == .conflict {}
                }
            }
        },
        .articles("slugs are looked for, and items written afterwards", breaks: "32 tasks that want one of few slugs") { store in
            let base = store.base
            let gap = Gap()
            store.onCommit = { commit in
                guard let item = commit.items.first,
                    try await base.items(CatalogQuery(in: .everything, CatalogFilter { $0.slug = item.entry.slug })).items.isEmpty
                else { return try await base.commit(commit) }
                await gap.cross()
                do {
                    return try await base.commit(commit)
                } catch let error as StorageError where error.code == .duplicateSlug {
                    var again = commit
                    again.items[0].entry.slug = Slug(SingleLine("twin of \(item.id)"))
                    return try await base.commit(again)
                }
            }
        },
    ]
}

/// What a commit consists of.
private enum CatalogPart: CaseIterable {
    case items, versions, removedItems, categories, removedCategories, increments, votes, forgotten, events

    /// Commits of this part alone, as small as can be: what one statement would have written each.
    func alone(in commit: CatalogCommit<Article>) -> [CatalogCommit<Article>] {
        switch self {
        case .items: commit.items.map { item in CatalogCommit { $0.items = [item] } }
        case .versions: commit.versions.map { version in CatalogCommit { $0.versions = [version] } }
        case .removedItems: commit.removedItems.map { id, revision in CatalogCommit { $0.removedItems = [id: revision] } }
        case .categories: commit.categories.map { category in CatalogCommit { $0.categories = [category] } }
        case .removedCategories:
            commit.removedCategories.map { id, revision in CatalogCommit { $0.removedCategories = [id: revision] } }
        case .increments: [CatalogCommit { $0.increments = commit.increments }]
        case .votes: [CatalogCommit { $0.votes = commit.votes }]
        case .forgotten: [CatalogCommit { $0.forgotten = commit.forgotten }]
        case .events: [CatalogCommit { ($0.events, $0.announces) = (commit.events, commit.announces) }]
        }
    }
}

extension AlteredArticleStore {
    /// Replaces items although their revision is not the stored one.
    fileprivate mutating func forceItems(
        where isForced: @escaping @Sendable (_ stored: Revision, _ given: Revision) -> Bool
    ) {
        let base = base
        onCommit = { commit in
            var forced = commit
            for index in commit.items.indices {
                let stored = try await base.article(commit.items[index].id)?.entry.revision ?? .unsaved
                if isForced(stored, commit.items[index].entry.revision) { forced.items[index].entry.revision = stored }
            }
            return try await base.commit(forced)
        }
    }

    /// Replaces categories although their revision is not the stored one.
    fileprivate mutating func forceCategories(
        where isForced: @escaping @Sendable (_ stored: Revision, _ given: Revision) -> Bool
    ) {
        let base = base
        onCommit = { commit in
            var forced = commit
            let all = try await base.categories()
            for (index, category) in commit.categories.enumerated() {
                let stored = all.first { $0.id == category.id }?.revision ?? .unsaved
                if isForced(stored, category.revision) { forced.categories[index].revision = stored }
            }
            return try await base.commit(forced)
        }
    }

    /// Stores what some slugs refuse, under others.
    fileprivate mutating func allowSlugs(_ slugs: @escaping @Sendable (CatalogCommit<Article>) -> [Slug]) {
        let base = base
        onCommit = { commit in
            do {
                return try await base.commit(commit)
            } catch let error as StorageError where error.code == .duplicateSlug && !slugs(commit).isEmpty {
                var allowed = commit
                if slugs(commit) == commit.categories.map(\.slug), commit.items.count == 2 {
                    for index in allowed.categories.indices { allowed.categories[index].slug = Slug(SingleLine("twin \(index)")) }
                } else {
                    for index in allowed.items.indices { allowed.items[index].entry.slug = Slug(SingleLine("twin \(index)")) }
                }
                return try await base.commit(allowed)
            }
        }
    }
}
