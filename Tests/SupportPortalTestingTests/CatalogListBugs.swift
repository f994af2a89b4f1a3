import Foundation
import SupportPortal
import Synchronization

// Lists of articles in a wrong order, with gaps or repeats, with what should not be in them; counts that say something else than the lists.

private let pages = "Pages follow the order asked for"
private let joins = "Pages of any size join"
private let cursor = "A cursor stays good while other items"
private let popular = "The most counted come first"
private let filters = "Filters decide what is on pages"
private let shown = "An item is shown from the instant"
private let counts = "Counts equal a full scan for every placement"
private let changes = "Counts and pages equal a full scan after any changes"

extension PlantedBug {
    static let catalogListBugs: [PlantedBug] = orderBugs + pageBugs + filterBugs + instantBugs

    // MARK: Orders

    private static let orderBugs: [PlantedBug] = [
        .catalogList("pinned articles come with the others", breaks: pages) { list in
            list.value = { $2 == .newest ? .number($0.entry.published.whole) : $2.sortValue(of: $0, tally: $1) }
        },
        .catalogList("the newest are those that were made last", breaks: pages) { list in
            list.value = { article, tally, order in
                var article = article
                if order == .newest { article.entry.published = article.entry.created }
                return order.sortValue(of: article, tally: tally)
            }
        },
        .catalogList("the oldest come first", breaks: pages) { list in list.rises = { $0.ascending || $0 == .newest } },
        .catalogList("the highest place comes first", breaks: pages) { list in list.rises = { $0.ascending && $0 != .place } },
        .catalogList("places are small numbers", breaks: pages) { list in
            list.value = {
                $2 == .place ? .number(Int64(Int16(clamping: $0.entry.place))) : $2.sortValue(of: $0, tally: $1)
            }
        },
        .catalogList("titles are ordered with case", breaks: pages) { list in
            list.value = { $2 == .title ? .text($0.entry.text().title.text) : $2.sortValue(of: $0, tally: $1) }
        },
        .catalogList("titles are ordered without accents", breaks: pages) { list in
            list.value = { article, tally, order in
                guard order == .title else { return order.sortValue(of: article, tally: tally) }
                return .text(article.entry.text().title.text.folding(options: .diacriticInsensitive, locale: nil).lowercased())
            }
        },
        .catalogList("titles are ordered by the last text", breaks: pages) { list in
            list.value = { $2 == .title ? .text($0.entry.texts.last?.title.text ?? "") : $2.sortValue(of: $0, tally: $1) }
        },
        .catalogList("the latest changed are those that were written last", breaks: pages) { list in
            list.value = { article, tally, order in
                order == .updated ? .number(Int64(article.entry.created.whole)) : order.sortValue(of: article, tally: tally)
            }
        },
        .catalogList("the least counted come first", breaks: pages, popular) { list in
            list.rises = { order in if case .popular = order { true } else { order.ascending } }
        },
        .catalogList("what counts is all that was counted", breaks: pages, popular) { list in
            list.value = { article, tally, order in
                guard case .popular = order else { return order.sortValue(of: article, tally: tally) }
                return .number(Int64((tally?.counters.values.reduce(0, +)) ?? 0))
            }
        },
        .catalogList("nothing counts less than nothing", breaks: pages, popular) { list in
            list.value = { article, tally, order in
                guard case .popular(let counter) = order else { return order.sortValue(of: article, tally: tally) }
                return .number(Int64(max(0, tally?[counter] ?? 0)))
            }
        },
        .catalogList("names of counters are compared without case", breaks: popular) { list in
            list.value = { article, tally, order in
                guard case .popular(let counter) = order else { return order.sortValue(of: article, tally: tally) }
                let same = (tally?.counters ?? [:]).filter { $0.key.rawValue.lowercased() == counter.rawValue.lowercased() }
                return .number(Int64(same.values.reduce(0, +)))
            }
        },
        .articles("popular articles are listed as they were when they were written", breaks: popular) { store in
            let base = store.base
            store.onItems = { query in
                var query = query
                if case .popular = query.order { query.order = .newest }
                return try await base.items(query)
            }
        },
        .articles("articles of which nothing was counted are not popular", breaks: pages, popular) { store in
            let base = store.base
            store.onItems = { query in
                guard case .popular(let counter) = query.order else { return try await base.items(query) }
                let page = try await base.items(query)
                let tallies = try await base.tallies(of: Set(page.items.map(\.id)))
                return Page(page.items.filter { tallies[$0.id]?[counter] ?? 0 != 0 }, next: page.next)
            }
        },
        .catalogList("equal articles come by id without case", breaks: pages) { list in
            list.pages.cursor = {
                PageCursor(order: $1, value: $0.value, id: $0.item.id.rawValue.lowercased() + $0.item.id.rawValue)
            }
        },
        .catalogList("equal articles come in rising order of their ids", breaks: pages) { list in
            list.pages.cursor = { ranked, order in
                let isFalling = ["newest", "updated", "popular.views", "popular.downloads", ""].contains(order)
                let bytes = ranked.item.id.rawValue.utf8.map { UInt8(isFalling ? 255 - Int($0) : Int($0)) }
                return PageCursor(order: order, value: ranked.value, id: bytes.map { String(format: "%02x", $0) }.joined())
            }
        },
    ]

    // MARK: Pages

    private static let pageBugs: [PlantedBug] =
        NaivePages<NaiveCatalogList.Ranked>.mistakes.map { name, change in
            .catalogList("\(name) in lists", breaks: name == "pages are counted off" ? cursor : joins) { change(&$0.pages) }
        } + [
            .catalogList("a cursor knows the value alone", breaks: joins, pages) { list in
                list.pages.isPast = { ranked, after, rises in
                    rises ? after.value < ranked.value : ranked.value < after.value
                }
            },
            .articles("a limit of 0 is none where ids are named", breaks: joins) { store in
                let base = store.base
                store.onItems = { query in
                    var query = query
                    if query.filter.ids != nil, query.page.limit <= 0 { query.page.limit = 100 }
                    return try await base.items(query)
                }
            },
            .articles("a cursor is good while nothing is written", breaks: cursor) { store in
                let base = store.base
                let count = Mutex(0)
                store.onCommit = { commit in
                    count.withLock { $0 += 1 }
                    return try await base.commit(commit)
                }
                let first = Mutex(-1)
                store.onItems = { query in
                    let now = count.withLock(\.self)
                    if query.page.after == nil { first.withLock { $0 = now } }
                    guard first.withLock({ $0 == now }) else { return Page() }
                    return try await base.items(query)
                }
            },
        ]

    // MARK: Filters

    private static let filterBugs: [PlantedBug] = [
        .filtering("ids are no condition") { $0.ids = nil },
        .filtering("no ids are no condition") { filter in if filter.ids?.isEmpty ?? false { filter.ids = nil } },
        .filtering("a slug is no condition") { $0.slug = nil },
        .filtering("a slug beside ids is no condition") { filter in if filter.ids != nil { filter.slug = nil } },
        .filtering("states are no condition") { $0.states = nil },
        .filtering("no states are no condition") { filter in if filter.states?.isEmpty ?? false { filter.states = nil } },
        .filtering("a tag is no condition") { $0.tag = nil },
        .filtering("hidden categories are no condition") { $0.hidden = [] },
        .filtering("one category can be hidden") { $0.hidden = Set($0.hidden.sorted().prefix(1)) },
        .articles("a placement is no condition", breaks: filters) { store in
            let base = store.base
            store.onItems = { query in
                var query = query
                query.filter.placement = .anywhere
                return try await base.items(query)
            }
        },
        .catalogList("no categories are all of them", breaks: filters, counts) { list in
            list.matches = placed { if case .listed(let ids) = $1, ids.isEmpty { true } else { $1.contains($0) } }
            list.counted = { article, placement in
                if case .listed(let ids) = placement, ids.isEmpty { return 1 }
                return placement.contains(article.entry.categories) ? 1 : 0
            }
        },
        .catalogList("an article is in its first category", breaks: filters) { list in
            list.matches = placed { $1.contains(Array($0.prefix(1))) }
        },
        .catalogList("an article is in all the categories asked for", breaks: filters) { list in
            list.matches = placed { if case .listed(let ids) = $1 { ids.isSubset(of: $0) } else { $1.contains($0) } }
        },
        .catalogList("what is listed nowhere is everywhere", breaks: filters) { list in
            list.matches = placed { $0.isEmpty || $1.contains($0) }
        },
        .catalogList("unlisted is anywhere", breaks: filters) { list in
            list.matches = placed { $1 == .unlisted || $1.contains($0) }
        },
        .catalogList("an article is hidden when all its categories are", breaks: filters, counts) { list in
            list.matches = { article, filter in
                var other = filter
                other.hidden = []
                let categories = article.entry.categories
                return other.matches(article) && (categories.isEmpty || !filter.hidden.isSuperset(of: categories))
            }
        },
        .catalogList("what is asked for by category is not hidden", breaks: filters) { list in
            list.matches = { article, filter in
                var other = filter
                if case .listed(let ids) = filter.placement { other.hidden.subtract(ids) }
                return other.matches(article)
            }
        },
        .articles("an article comes once for each category", breaks: filters) { store in
            let base = store.base
            store.onItems = { query in
                let page = try await base.items(query)
                guard case .listed(let ids) = query.filter.placement else { return page }
                return Page(
                    page.items.flatMap { Array(repeating: $0, count: ids.intersection($0.entry.categories).count) },
                    next: page.next)
            }
        },
    ]

    private static func filtering(
        _ name: String, change: @escaping @Sendable (inout CatalogFilter<Article>) -> Void
    ) -> PlantedBug {
        .articles(name, breaks: filters) { $0.changeFilters(change) }
    }

    private static func placed(
        _ isThere: @escaping @Sendable ([Article.Category.ID], CatalogPlacement<Article>) -> Bool
    ) -> @Sendable (Article, CatalogFilter<Article>) -> Bool {
        { article, filter in
            var other = filter
            other.placement = .anywhere
            return other.matches(article) && isThere(article.entry.categories, filter.placement)
        }
    }

    // MARK: Instants

    private static let instantBugs: [PlantedBug] = [
        .showing("the instant is no condition") { _, _ in true },
        .showing("drafts are shown in time") { entry, now in entry.published <= now && now < entry.expires ?? .distantFuture },
        .showing("states are compared without case") { entry, now in
            entry.state.rawValue.lowercased() == "published" && entry.published <= now && now < entry.expires ?? .distantFuture
        },
        .showing("an item is shown a moment late") { entry, now in
            entry.state == .published && entry.published < now && now < entry.expires ?? .distantFuture
        },
        .showing("an item is shown a moment too long") { entry, now in
            entry.state == .published && entry.published <= now && now <= entry.expires ?? .distantFuture
        },
        .showing("scheduled items are shown") { entry, now in entry.state == .published && now < entry.expires ?? .distantFuture
        },
        .showing("expired items are shown") { entry, now in entry.state == .published && entry.published <= now },
        .showing("the instant is rounded") { entry, now in
            entry.isShown(at: Date(timeIntervalSince1970: (now.timeIntervalSince1970 * 1_000).rounded() / 1_000))
        },
        .showing("the instant is cut to a second") { entry, now in entry.isShown(at: now.inWholeSeconds) },
        .showing("the instant is that of the clock on the wall") { entry, _ in entry.isShown(at: Date()) },
        .showing("items that never expire are not shown") { entry, now in entry.expires != nil && entry.isShown(at: now) },
    ]

    private static func showing(
        _ name: String, _ isShown: @escaping @Sendable (CatalogEntry<Article>, Date) -> Bool
    ) -> PlantedBug {
        .catalogList(name, breaks: shown) { list in
            list.matches = { article, filter in
                var other = filter
                other.shownAt = nil
                return other.matches(article) && filter.shownAt.map { isShown(article.entry, $0) } ?? true
            }
        }
    }

    // MARK: Counts

    static let catalogCountBugs: [PlantedBug] = [
        .catalogList("an article counts once for each category asked for", breaks: counts) { list in
            list.counted = { article, placement in
                guard case .listed(let ids) = placement else { return placement.contains(article.entry.categories) ? 1 : 0 }
                return ids.intersection(article.entry.categories).count
            }
        },
        .catalogList("an article counts in its first category", breaks: counts) { list in
            list.counted = { $1.contains(Array($0.entry.categories.prefix(1))) ? 1 : 0 }
        },
        .counting("the filter's own placement counts, too", breaks: counts) { base, filter, scope, placements in
            let own = try await base.counts(filter, in: scope, of: [filter.placement])
            return own == [0] ? placements.map { _ in 0 } : try await base.counts(filter, in: scope, of: placements)
        },
        .counting("what is hidden is counted", breaks: counts, changes) { base, filter, scope, placements in
            var filter = filter
            filter.hidden = []
            return try await base.counts(filter, in: scope, of: placements)
        },
        .counting("what is not shown is counted", breaks: counts, changes, shown) { base, filter, scope, placements in
            var filter = filter
            filter.shownAt = nil
            return try await base.counts(filter, in: scope, of: placements)
        },
        .counting("a category asked for twice is counted once", breaks: counts) { base, filter, scope, placements in
            var seen: Set<CatalogPlacement<Article>> = []
            return zip(placements, try await base.counts(filter, in: scope, of: placements)).map {
                seen.insert($0).inserted ? $1 : 0
            }
        },
        .counting("counts of nothing are left out", breaks: counts) { base, filter, scope, placements in
            try await base.counts(filter, in: scope, of: placements).filter { $0 > 0 }
        },
        .articles("counts are kept from when articles were made", breaks: changes) { store in
            let base = store.base
            let made = Mutex<[Article.ID: Article]>([:])
            store.onCommit = { commit in
                let position = try await base.commit(commit)
                made.withLock { made in
                    for item in commit.items where made[item.id] == nil { made[item.id] = item }
                    for id in commit.removedItems.keys { made[id] = nil }
                }
                return position
            }
            store.onCounts = { filter, scope, placements in
                let stored = made.withLock { Array($0.values) }
                return placements.map { placement in
                    var filter = filter
                    filter.placement = placement
                    return stored.count { scope.contains($0.entry.audience.keys) && filter.matches($0) }
                }
            }
        },
    ]

    private static func counting(
        _ name: String, breaks laws: String...,
        count:
            @escaping @Sendable (
                JournalledArticleStore, CatalogFilter<Article>, AccessScope, [CatalogPlacement<Article>]
            ) async throws -> [Int]
    ) -> PlantedBug {
        PlantedBug("articles: \(name)", breaks: laws.map { "Articles: \($0)" }) { storage in
            let base = storage.articleStore.base
            storage.articleStore.onCounts = { try await count(base, $0, $1, $2) }
        }
    }
}

extension Date {
    fileprivate var whole: Int64 { Int64((timeIntervalSince1970 * 1_000).rounded()) }
}
