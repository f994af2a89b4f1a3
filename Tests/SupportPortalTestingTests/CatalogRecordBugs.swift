import Foundation
import SupportPortal
import Synchronization

// Items and categories that do not read back as they were written, or are found by whom they should not.

private let item = "An item is found as it was written"
private let category = "A category is found as it was written"
private let scope = "An item outside the scope"
private let whole = "Ids, slugs, tags and keys are compared whole"

extension PlantedBug {
    static let catalogBugs: [PlantedBug] =
        catalogItemBugs + catalogCategoryBugs + catalogScopeBugs + catalogNameBugs + catalogCommitBugs + catalogListBugs
        + catalogCountBugs + catalogVersionBugs + catalogTallyBugs + catalogRemovalBugs + catalogVoteListBugs
        + catalogForgettingBugs
        + catalogEventBugs
        + catalogDurabilityBugs

    // MARK: Items

    private static let catalogItemBugs: [PlantedBug] = [
        .entries("texts are brought into another normal form") { entry in
            for index in entry.texts.indices {
                entry.texts[index].body = entry.texts[index].body.precomposedStringWithCanonicalMapping
            }
        },
        .entries("only the first text is kept") { $0.texts = Array($0.texts.prefix(1)) },
        .entries("an item needs a text") { entry in if entry.texts.isEmpty { entry.texts = [CatalogText(title: "")] } },
        .entries("large bodies are cut") { entry in
            for index in entry.texts.indices { entry.texts[index].body = String(entry.texts[index].body.prefix(10_000)) }
        },
        .entries("spaces around texts are trimmed") { entry in
            for index in entry.texts.indices {
                entry.texts[index].body = entry.texts[index].body.trimmingCharacters(in: .whitespacesAndNewlines)
            }
        },
        .entries("line ends are made the same") { entry in
            for index in entry.texts.indices {
                entry.texts[index].summary = entry.texts[index].summary.replacing("\r\n", with: "\n")
            }
        },
        .entries("languages are written in lower case") { entry in
            for index in entry.texts.indices { entry.texts[index].language = entry.texts[index].language.lowercased() }
        },
        .entries("an item is in one category") { $0.categories = Array($0.categories.prefix(1)) },
        .entries("categories of an item are sorted") { $0.categories.sort() },
        .entries("tags that look alike are one") { entry in
            var seen: Set<String> = []
            entry.tags = Set(entry.tags.sorted().filter { seen.insert($0.rawValue).inserted })
        },
        .entries("a place is a small number") { $0.place = Int(Int32(clamping: $0.place)) },
        .entries("states are those that are known") { entry in
            if ![.draft, .published, .archived].contains(entry.state) { entry.state = .draft }
        },
        .entries("an audience has one key") { entry in
            entry.audience = Audience(keys: Set(entry.audience.keys.sorted().prefix(1)))
        },
        .entries("nobody is no audience") { entry in if entry.audience.keys.isEmpty { entry.audience = .everyone } },
        .entries("instants are kept in whole seconds") { $0.updated = $0.updated.inWholeSeconds },
        .entries("instants are not negative") { $0.published = max($0.published, Date(timeIntervalSince1970: 0)) },
        .entries("an expiry is forgotten") { $0.expires = nil },
        .entries("pins are forgotten") { $0.isPinned = false },
        .entries("the editor is kept by name alone") { entry in
            entry.editor = Author(role: entry.editor.role, identity: entry.editor.identity, name: entry.editor.name)
        },
        .articles("attachments are forgotten", breaks: item) { store in
            store.changeCommits { commit in for index in commit.items.indices { commit.items[index].attachments = [] } }
        },
        .articles("removed attachments are left out", breaks: item) { store in
            store.changeCommits { commit in
                for index in commit.items.indices { commit.items[index].attachments.removeAll { $0.removed != nil } }
            }
        },
        .articles("what is set to nothing keeps its old value", breaks: item) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for index in commit.items.indices {
                    guard let old = try await base.article(commit.items[index].id)?.entry else { continue }
                    let new = commit.items[index].entry
                    commit.items[index].entry.expires = new.expires ?? old.expires
                    if new.tags.isEmpty { commit.items[index].entry.tags = old.tags }
                }
                return try await base.commit(commit)
            }
        },
        .articles("a commit stores its first item", breaks: item) { store in
            store.changeCommits { $0.items = Array($0.items.prefix(1)) }
        },
        .articles("items come with the revision that was handed over", breaks: item) { store in
            let base = store.base
            store.onItems = { query in
                try await base.items(query).map { article in
                    var article = article
                    article.entry.revision = Revision(rawValue: article.entry.revision.rawValue - 1)
                    return article
                }
            }
        },
        .articles("lists hold items without their bodies", breaks: item) { store in
            let base = store.base
            store.onItems = { query in
                let page = try await base.items(query)
                guard query.filter.ids == nil, query.filter.slug == nil else { return page }
                return page.map { article in
                    var article = article
                    for index in article.entry.texts.indices { article.entry.texts[index].body = "" }
                    return article
                }
            }
        },
    ]

    /// Items are stored with something else.
    private static func entries(_ name: String, change: @escaping @Sendable (inout CatalogEntry<Article>) -> Void) -> PlantedBug {
        .articles(name, breaks: item) { $0.changeEntries(change) }
    }

    // MARK: Categories

    private static let catalogCategoryBugs: [PlantedBug] = [
        .categories("parents of categories are forgotten") { $0.parent = nil },
        .categories("places of categories are forgotten") { $0.place = 0 },
        .categories("a category is for everyone") { $0.audience = .everyone },
        .categories("a category has no body") { category in
            for index in category.texts.indices { category.texts[index].body = "" }
        },
        .categories("texts of categories are brought into another normal form") { category in
            for index in category.texts.indices {
                category.texts[index].body = category.texts[index].body.precomposedStringWithCanonicalMapping
            }
        },
        .categories("a category without text is not replaced") { category in
            if category.texts.isEmpty { category.texts = [CatalogText(title: "")] }
        },
        .articles("categories come by place", breaks: category) { store in
            let base = store.base
            store.onCategories = { try await base.categories().sorted { $0.place < $1.place } }
        },
        .articles("categories come by id without case", breaks: category) { store in
            let base = store.base
            store.onCategories = {
                try await base.categories().sorted { $0.id.rawValue.lowercased() < $1.id.rawValue.lowercased() }
            }
        },
        .articles("categories come as Swift orders texts", breaks: category) { store in
            let base = store.base
            store.onCategories = { try await base.categories().sorted { $0.id.rawValue < $1.id.rawValue } }
        },
        .articles("categories for nobody are left out", breaks: category) { store in
            let base = store.base
            store.onCategories = { try await base.categories().filter { !$0.audience.keys.isEmpty } }
        },
        .articles("categories whose parents are nowhere are left out", breaks: category, "A removed item takes") { store in
            let base = store.base
            store.onCategories = {
                let all = try await base.categories()
                return all.filter { category in category.parent.map { parent in all.contains { $0.id == parent } } ?? true }
            }
        },
    ]

    private static func categories(_ name: String, change: @escaping @Sendable (inout Article.Category) -> Void) -> PlantedBug {
        .articles(name, breaks: category) { $0.changeCategories(change) }
    }

    // MARK: Scope

    private static let catalogScopeBugs: [PlantedBug] = [
        .articles("articles are found whatever the scope", breaks: scope) { $0.changeScopes { _ in .everything } },
        .articles("no keys are no condition", breaks: scope) { $0.changeScopes { $0 == .holding([]) ? .everything : $0 } },
        .articles("articles of everyone are in every scope", breaks: scope) { store in
            store.changeScopes { scope in
                guard case .holding(let keys) = scope else { return scope }
                return .holding(keys.union([.everyone]))
            }
        },
        .articles("counts do not look at the scope", breaks: scope, "Counts equal a full scan for") { store in
            let base = store.base
            store.onCounts = { try await base.counts($0, in: .everything, of: $2) }
        },
        .articles("who knows the id may see the article", breaks: scope) { store in
            let base = store.base
            store.onItems = { query in
                var query = query
                if query.filter.ids != nil { query.scope = .everything }
                return try await base.items(query)
            }
        },
        .articles("who knows the slug may see the article", breaks: scope) { store in
            let base = store.base
            store.onItems = { query in
                var query = query
                if query.filter.slug != nil { query.scope = .everything }
                return try await base.items(query)
            }
        },
        .catalogList("keys of audiences are compared without case", breaks: scope) { list in
            list.isInScope = matchingKeys { $0.lowercased() == $1.lowercased() }
        },
        .catalogList("keys of audiences are compared as patterns", breaks: scope) { list in
            list.isInScope = matchingKeys { $0 == $1 || $1.hasSuffix("%") && $0.hasPrefix($1.dropLast()) }
        },
        .catalogList("keys of audiences are found by how they begin", breaks: scope) { list in
            list.isInScope = matchingKeys { $0.hasPrefix($1) }
        },
        .catalogList("keys of audiences that look alike are one", breaks: scope) { list in
            list.isInScope = matchingKeys { $0 == $1 }
        },
        .catalogList("an article needs all keys", breaks: scope) { list in
            list.isInScope = { article, scope in
                guard case .holding(let keys) = scope else { return true }
                return !keys.isEmpty && keys.isSubset(of: article.entry.audience.keys)
            }
        },
        .articles("an article comes once for each key", breaks: scope) { store in
            let base = store.base
            store.onItems = { query in
                let page = try await base.items(query)
                guard case .holding(let keys) = query.scope else { return page }
                let items = page.items.flatMap { article in
                    Array(repeating: article, count: keys.intersection(article.entry.audience.keys).count)
                }
                return Page(items, next: page.next)
            }
        },
        .articles("who could see an article once always can", breaks: scope) { store in
            let base = store.base
            let first = Mutex<[Article.ID: Set<AccessKey>]>([:])
            store.onCommit = { commit in
                first.withLock { first in
                    for item in commit.items where first[item.id] == nil { first[item.id] = item.entry.audience.keys }
                }
                return try await base.commit(commit)
            }
            var list = NaiveCatalogList(base)
            list.isInScope = { article, scope in
                scope.contains(article.entry.audience.keys.union(first.withLock { $0[article.id] ?? [] }))
            }
            store.onItems = { [list] in try await list.items($0) }
        },
    ]

    private static func matchingKeys(
        _ areSame: @escaping @Sendable (_ borne: String, _ held: String) -> Bool
    ) -> @Sendable (Article, AccessScope) -> Bool {
        { article, scope in
            guard case .holding(let keys) = scope else { return true }
            return article.entry.audience.keys.contains { key in keys.contains { areSame(key.rawValue, $0.rawValue) } }
        }
    }

    // MARK: Names

    private static let catalogNameBugs: [PlantedBug] = [
        .catalogList("ids of articles are compared without case", breaks: whole) { list in
            list.matches = { article, filter in
                var other = filter
                other.ids = nil
                return other.matches(article)
                    && (filter.ids?.contains { $0.rawValue.lowercased() == article.id.rawValue.lowercased() } ?? true)
            }
        },
        .catalogList("ids of articles that look alike are one", breaks: whole) { list in
            list.matches = { article, filter in
                var other = filter
                other.ids = nil
                return other.matches(article) && (filter.ids?.contains { $0.rawValue == article.id.rawValue } ?? true)
            }
        },
        .catalogList("slugs that look alike are one", breaks: whole) { list in
            list.matches = { article, filter in
                var other = filter
                other.slug = nil
                return other.matches(article) && (filter.slug.map { $0.rawValue == article.entry.slug.rawValue } ?? true)
            }
        },
        .catalogList("slugs are found by how they begin", breaks: whole) { list in
            list.matches = { article, filter in
                var other = filter
                other.slug = nil
                return other.matches(article) && (filter.slug.map { article.entry.slug.rawValue.hasPrefix($0.rawValue) } ?? true)
            }
        },
        .catalogList("tags are found by how they begin", breaks: whole, "Filters decide") { list in
            list.matches = { article, filter in
                var other = filter
                other.tag = nil
                let isTagged = filter.tag.map { tag in article.entry.tags.contains { $0.rawValue.hasPrefix(tag.rawValue) } }
                return other.matches(article) && (isTagged ?? true)
            }
        },
        .catalogList("ids of categories are compared without spaces at the end", breaks: whole) { list in
            list.matches = { article, filter in
                var other = filter
                guard case .listed(let ids) = filter.placement else { return filter.matches(article) }
                other.placement = .listed(Set(article.entry.categories.filter { own in ids.contains { $0.isSame(as: own) } }))
                return other.matches(article)
            }
        },
        .catalogList("hidden categories are compared without case", breaks: whole) { list in
            list.matches = { article, filter in
                var other = filter
                other.hidden = []
                return other.matches(article)
                    && !article.entry.categories.contains { own in
                        filter.hidden.contains { $0.rawValue.lowercased() == own.rawValue.lowercased() }
                    }
            }
        },
        .articles("versions are found without case", breaks: whole) { store in
            let base = store.base
            store.onVersions = { id, page in
                var found: [Article] = []
                for article in try await base.articles() where article.id.rawValue.lowercased() == id.rawValue.lowercased() {
                    found += try await base.versions(of: article.id, page: page).items
                }
                return Page(found)
            }
        },
        .articles("voters are compared without case", breaks: whole, "A voter has one vote") { store in
            let base = store.base
            store.changeCommits { commit in
                for index in commit.votes.indices { commit.votes[index].voter = commit.votes[index].voter.lowercased }
            }
            store.onVotes = { try await base.votes(in: $0, by: $1.lowercased, on: $2) }
        },
        .articles("counters of ids that look alike are one", breaks: whole) { store in
            let base = store.base
            store.onTallies = { ids in
                let articles = try await base.articles()
                var found: [Article.ID: CatalogTally] = [:]
                for id in ids {
                    for article in articles where article.id.rawValue == id.rawValue {
                        let tally = try await base.tallies(of: [article.id])[article.id]
                        for (counter, amount) in tally?.counters ?? [:] {
                            found[id, default: CatalogTally()].counters[counter, default: 0] += amount
                        }
                    }
                }
                return found
            }
        },
        .articles("articles share a lane", breaks: whole) { store in
            store.changeCommits { commit in
                commit.events = commit.events.map { event in
                    PortalEvent(
                        id: event.id, kind: event.kind, subject: "articles", date: event.date, author: event.author,
                        isInternal: event.isInternal, keys: event.keys, details: event.details)
                }
            }
        },
    ]
}

extension Identifier {
    /// Whether a database that pads texts takes them for the same.
    fileprivate func isSame(as other: Self) -> Bool {
        rawValue.hasSuffix(" ") || other.rawValue.hasSuffix(" ")
            ? rawValue.trimmingCharacters(in: .whitespaces) == other.rawValue.trimmingCharacters(in: .whitespaces) : self == other
    }
}

extension AccessKey {
    fileprivate var lowercased: AccessKey { AccessKey(rawValue: rawValue.lowercased()) }
}
