import Foundation
import SupportPortal
import Synchronization

// Earlier versions that are mixed up, what stays of removed items, people who are not forgotten.

private let versions = "Earlier versions are kept as they are"
private let vote = "A voter has one vote in a ballot"
private let removed = "A removed item takes its versions"
private let forgotten = "Votes of forgotten people are taken back"
private let stays = "What a forgetting commit stores itself stays"

extension PlantedBug {
    // MARK: Versions

    static let catalogVersionBugs: [PlantedBug] = [
        .articles("versions come earliest first", breaks: versions) { store in
            let base = store.base
            store.onVersions = { id, page in
                let all = try await base.versions(of: id, page: PageRequest(limit: 1_000)).items
                return Page(Array(all.reversed().prefix(max(0, page.limit))))
            }
        },
        .articles("versions come in the order of keeping", breaks: versions) { store in
            let base = store.base
            let kept = Mutex<[Article]>([])
            store.onCommit = { commit in
                let position = try await base.commit(commit)
                kept.withLock { $0 += commit.versions }
                return position
            }
            store.onVersions = { id, page in
                let own = kept.withLock { $0.filter { $0.id == id } }
                return Page(Array(own.reversed().prefix(max(0, page.limit))))
            }
        },
        .articles("versions have no pages", breaks: versions) { store in
            let base = store.base
            store.onVersions = { id, page in Page(try await base.versions(of: id, page: page).items) }
        },
        .articles("a negative limit of versions is none", breaks: versions) { store in
            let base = store.base
            store.onVersions = { id, page in
                var page = page
                if page.limit <= 0 { page.limit = 1_000 }
                return try await base.versions(of: id, page: page)
            }
        },
        .articles("the cursor's own version comes again", breaks: versions) { store in
            let base = store.base
            store.onVersions = { id, page in
                var page = page
                if let after = page.after, case .number(let number) = after.value {
                    page.after = PageCursor(order: after.order, value: .number(number + 1), id: after.id)
                }
                return try await base.versions(of: id, page: page)
            }
        },
        .articles("versions are stored under the next revision", breaks: versions) { store in
            store.changeCommits { commit in
                for index in commit.versions.indices {
                    commit.versions[index].entry.revision = commit.versions[index].entry.revision.next
                }
            }
        },
        .articles("a version that is kept already stays", breaks: versions) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                var new: [Article] = []
                for version in commit.versions {
                    let kept = try await base.versions(of: version.id, page: PageRequest(limit: 1_000)).items
                    if !kept.contains(where: { $0.entry.revision == version.entry.revision }) { new.append(version) }
                }
                commit.versions = new
                return try await base.commit(commit)
            }
        },
        .articles("a version is what is stored now", breaks: versions) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for index in commit.versions.indices {
                    guard let current = try await base.article(commit.versions[index].id) else { continue }
                    let revision = commit.versions[index].entry.revision
                    commit.versions[index] = current
                    commit.versions[index].entry.revision = revision
                }
                return try await base.commit(commit)
            }
        },
        .articles("versions keep the first text", breaks: versions) { store in
            store.changeCommits { commit in
                for index in commit.versions.indices {
                    commit.versions[index].entry.texts = Array(commit.versions[index].entry.texts.prefix(1))
                }
            }
        },
        .articles("ten versions are kept", breaks: versions) { store in
            let base = store.base
            store.onVersions = { id, page in
                let all = try await base.versions(of: id, page: PageRequest(limit: 10)).items
                let oldest = all.last?.entry.revision ?? .unsaved
                let page = try await base.versions(of: id, page: page)
                return Page(page.items.filter { $0.entry.revision >= oldest }, next: page.next)
            }
        },
        .articles("versions are listed, too", breaks: versions) { store in
            let base = store.base
            store.onItems = { query in
                let page = try await base.items(query)
                guard page.next == nil else { return page }
                var found = page.items
                for article in try await base.articles() {
                    let kept = try await base.versions(of: article.id, page: PageRequest(limit: 1_000)).items
                    found += kept.filter(query.matches)
                }
                return Page(Array(found.prefix(max(0, query.page.limit))))
            }
        },
        .articles("versions of all articles are in one list", breaks: versions) { store in
            let base = store.base
            store.onVersions = { id, page in
                var found: [Article] = []
                for article in try await base.articles() {
                    found += try await base.versions(of: article.id, page: PageRequest(limit: 1_000)).items
                }
                return Page(Array(found.prefix(max(0, page.limit))))
            }
        },
    ]

    // MARK: Removal

    static let catalogRemovalBugs: [PlantedBug] = [
        .articles("versions of removed items stay", breaks: removed) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for id in commit.removedItems.keys {
                    commit.versions += try await base.versions(of: id, page: PageRequest(limit: 1_000)).items
                }
                return try await base.commit(commit)
            }
        },
        .articles("tallies of removed items stay", breaks: removed) { store in
            let base = store.base
            let gone = Mutex<[Article.ID: CatalogTally]>([:])
            store.onCommit = { commit in
                let tallies = try await base.tallies(of: Set(commit.removedItems.keys))
                gone.withLock { $0.merge(tallies) { _, new in new } }
                return try await base.commit(commit)
            }
            store.onTallies = { ids in
                let old = gone.withLock(\.self).filter { ids.contains($0.key) }
                return try await base.tallies(of: ids).merging(old) { new, _ in new }
            }
        },
        .articles("votes on removed items stay", breaks: removed) { store in
            let base = store.base
            let gone = Mutex<Set<Article.ID>>([])
            store.onCommit = { commit in
                gone.withLock { $0.formUnion(commit.removedItems.keys) }
                return try await base.commit(commit)
            }
            store.onVotes = { ballot, voter, ids in
                var found = try await base.votes(in: ballot, by: voter, on: ids)
                for id in gone.withLock(\.self) where ids.contains(id) { found[id] = 1 }
                return found
            }
        },
        .articles("events of removed items go", breaks: removed) { store in
            let base = store.base
            let gone = Mutex<Set<String>>([])
            store.onCommit = { commit in
                gone.withLock { $0.formUnion(commit.removedItems.keys.map(\.rawValue)) }
                return try await base.commit(commit)
            }
            store.onChanges = { query in
                var batch = try await base.changes(query)
                batch.events.removeAll { event in gone.withLock { $0.contains(event.event.subject) } }
                return batch
            }
        },
        .articles("items of a removed category go", breaks: removed) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for article in try await base.articles()
                where !Set(article.entry.categories).isDisjoint(with: commit.removedCategories.keys) {
                    commit.removedItems[article.id] = article.entry.revision
                }
                return try await base.commit(commit)
            }
        },
        .articles("items leave a removed category", breaks: removed) { store in
            let base = store.base
            store.onCommit = { commit in
                let position = try await base.commit(commit)
                guard !commit.removedCategories.isEmpty else { return position }
                let left = try await base.articles().map { article in
                    var article = article
                    article.entry.categories.removeAll { commit.removedCategories[$0] != nil }
                    return article
                }
                return try await base.commit(CatalogCommit { $0.items = left })
            }
        },
        .articles("categories below a removed one go", breaks: removed) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for category in try await base.categories()
                where category.parent.map({ commit.removedCategories[$0] != nil }) ?? false {
                    commit.removedCategories[category.id] = category.revision
                }
                return try await base.commit(commit)
            }
        },
        .articles("ids of removed items are compared without case", breaks: removed) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for article in try await base.articles() where article.id.rawValue == "One" && commit.removedItems["one"] != nil {
                    commit.removedItems[article.id] = article.entry.revision
                }
                return try await base.commit(commit)
            }
        },
    ]

    // MARK: Forgetting

    static let catalogForgettingBugs: [PlantedBug] = [
        .articles("votes of forgotten people stay", breaks: forgotten) { $0.changeCommits { $0.forgotten = [] } },
        .articles("one vote of each is taken back", breaks: forgotten) { store in
            let base = store.base
            store.onCommit = { commit in
                var again: [CatalogVote<Article>] = []
                for voter in commit.forgotten {
                    let ids = Set(try await base.articles().map(\.id))
                    let read = try await base.votes(in: .read, by: voter, on: ids)
                    again += read.map { CatalogVote($0.key, .read, by: voter, $0.value) }
                }
                var commit = commit
                commit.votes += again
                return try await base.commit(commit)
            }
        },
        .articles("votes of forgotten people still count", breaks: forgotten) { store in
            let base = store.base
            let kept = Mutex<[CatalogVote<Article>]>([])
            store.onCommit = { commit in
                var commit = commit
                let ids = Set(try await base.articles().map(\.id))
                for voter in commit.forgotten {
                    for (id, value) in try await base.votes(in: .helpful, by: voter, on: ids) {
                        commit.votes.append(CatalogVote(id, .helpful, by: AccessKey(rawValue: "\(voter) forgotten"), value))
                    }
                }
                kept.withLock { $0 += commit.votes }
                return try await base.commit(commit)
            }
        },
        .articles("people are forgotten without case", breaks: forgotten) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for voter in commit.forgotten where voter.rawValue == "customer:gone" {
                    commit.forgotten.insert(AccessKey(rawValue: "customer:Gone"))
                }
                return try await base.commit(commit)
            }
        },
        .articles("one is forgotten in a commit", breaks: forgotten) { store in
            store.changeCommits { $0.forgotten = Set($0.forgotten.sorted().suffix(1)) }
        },
        .articles("forgetting takes counters along", breaks: forgotten) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                guard !commit.forgotten.isEmpty else { return try await base.commit(commit) }
                for (id, tally) in try await base.tallies(of: Set(try await base.articles().map(\.id))) {
                    commit.increments += tally.counters.map { CatalogIncrement(id, $0.key, by: -$0.value) }
                }
                return try await base.commit(commit)
            }
        },
        .articles("forgetting comes last", breaks: stays) { store in
            let base = store.base
            store.onCommit = { commit in
                guard !commit.forgotten.isEmpty else { return try await base.commit(commit) }
                var first = commit
                first.forgotten = []
                _ = try await base.commit(first)
                return try await base.commit(CatalogCommit { $0.forgotten = commit.forgotten })
            }
        },
    ]
}
