import Foundation
import SupportPortal
import Synchronization

// Counters that lose or double something, votes that are cast twice or stay, earlier versions that are mixed up, people who are not forgotten.

private let versions = "Earlier versions are kept as they are"
private let adds = "What was counted adds up"
private let crowd = "64 tasks that count lose nothing"
private let vote = "A voter has one vote in a ballot"
private let voters = "64 tasks that vote for 8 voters"
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

    // MARK: Counters and votes

    static let catalogTallyBugs: [PlantedBug] = counterBugs + voteBugs + removalBugs

    private static let counterBugs: [PlantedBug] = [
        .articles("every increment is of one", breaks: adds, crowd) { store in
            store.changeCommits { commit in for index in commit.increments.indices { commit.increments[index].amount = 1 } }
        },
        .articles("nothing is subtracted", breaks: adds) { store in
            store.changeCommits { $0.increments.removeAll { $0.amount < 0 } }
        },
        .articles("what is counted twice in a commit counts once", breaks: adds) { store in
            store.changeCommits { commit in
                var seen: Set<String> = []
                commit.increments.removeAll { !seen.insert("\($0.item) \($0.counter.rawValue)").inserted }
            }
        },
        .articles("counters are small numbers", breaks: adds) { store in
            store.changeCommits { commit in
                for index in commit.increments.indices {
                    commit.increments[index].amount = Int(Int32(clamping: commit.increments[index].amount))
                }
            }
        },
        .articles("only counters that are known are counted", breaks: adds) { store in
            store.changeCommits { $0.increments.removeAll { ![.views, .downloads].contains($0.counter) } }
        },
        .articles("counters that stand at 0 are told", breaks: adds) { store in
            let base = store.base
            store.onTallies = { ids in
                var found = try await base.tallies(of: ids)
                for article in try await base.articles() where ids.contains(article.id) {
                    var tally = found[article.id] ?? CatalogTally()
                    tally.counters[.views] = tally[.views]
                    found[article.id] = tally
                }
                return found
            }
        },
        .articles("what is counted of nothing is there when it comes", breaks: adds) { store in
            let base = store.base
            let early = Mutex<[CatalogIncrement<Article>]>([])
            store.onCommit = { commit in
                let ids = Set(try await base.articles().map(\.id))
                var commit = commit
                let (now, later) = early.withLock { early in
                    early += commit.increments.filter { !ids.contains($0.item) }
                    let due = early.filter { increment in commit.items.contains { $0.id == increment.item } }
                    early.removeAll { increment in commit.items.contains { $0.id == increment.item } }
                    return (commit.increments.filter { ids.contains($0.item) }, due)
                }
                commit.increments = now + later
                return try await base.commit(commit)
            }
        },
        .articles("counting comes before storing", breaks: adds) { store in
            let base = store.base
            store.onCommit = { commit in
                let ids = Set(try await base.articles().map(\.id))
                var commit = commit
                commit.increments.removeAll { !ids.contains($0.item) }
                return try await base.commit(commit)
            }
        },
        .articles("counting writes the item", breaks: adds, crowd) { store in
            store.rewrite { Set($0.increments.map(\.item)) }
        },
        .articles("counting makes an event", breaks: adds) { store in store.tell { !$0.increments.isEmpty } },
        .articles("writing an item sets its counters back", breaks: adds) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for (id, tally) in try await base.tallies(of: Set(commit.items.map(\.id))) {
                    commit.increments += tally.counters.map { CatalogIncrement(id, $0.key, by: -$0.value) }
                }
                return try await base.commit(commit)
            }
        },
        .articles("a counter is read, and written afterwards", breaks: crowd) { store in
            let base = store.base
            let gap = Gap(crowd: 100)
            store.onCommit = { commit in
                guard let first = commit.increments.first else { return try await base.commit(commit) }
                let before = try await base.tallies(of: [first.item])[first.item]?[first.counter] ?? 0
                await gap.cross()
                let now = try await base.tallies(of: [first.item])[first.item]?[first.counter] ?? 0
                var commit = commit
                commit.increments.append(CatalogIncrement(first.item, first.counter, by: before - now))
                return try await base.commit(commit)
            }
        },
        .articles("tallies of all articles are told", breaks: adds) { store in
            let base = store.base
            store.onTallies = { _ in try await base.tallies(of: Set(try await base.articles().map(\.id))) }
        },
    ]

    private static let voteBugs: [PlantedBug] = [
        .articles("a vote cannot be changed", breaks: vote) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                var kept: [CatalogVote<Article>] = []
                for vote in commit.votes {
                    let old = try await base.votes(in: vote.ballot, by: vote.voter, on: [vote.item])
                    if old.isEmpty || vote.value == nil { kept.append(vote) }
                }
                commit.votes = kept
                return try await base.commit(commit)
            }
        },
        .articles("a vote cannot be taken back", breaks: vote) { store in
            store.changeCommits { $0.votes.removeAll { $0.value == nil } }
        },
        .articles("what comes first in a commit counts", breaks: vote) { store in store.changeCommits { $0.votes.reverse() } },
        .articles("votes are yes or no", breaks: vote) { store in
            store.changeCommits { commit in
                for index in commit.votes.indices {
                    commit.votes[index].value = commit.votes[index].value.map { max(-1, min(1, $0)) }
                }
            }
        },
        .articles("a vote for 0 is none", breaks: vote) { store in
            store.changeCommits { commit in
                for index in commit.votes.indices where commit.votes[index].value == 0 { commit.votes[index].value = nil }
            }
        },
        .articles("all ballots are one", breaks: vote) { store in
            let base = store.base
            store.changeCommits { commit in for index in commit.votes.indices { commit.votes[index].ballot = .helpful } }
            store.onVotes = { try await base.votes(in: .helpful, by: $1, on: $2) }
        },
        .articles("votes of others are told", breaks: vote) { store in
            let base = store.base
            store.onVotes = { ballot, voter, ids in
                var found = try await base.votes(in: ballot, by: voter, on: ids)
                for (id, tally) in try await base.tallies(of: ids) where found[id] == nil {
                    found[id] = tally.votes[ballot]?.keys.min()
                }
                return found
            }
        },
        .articles("votes on all articles are told", breaks: vote) { store in
            let base = store.base
            store.onVotes = { try await base.votes(in: $0, by: $1, on: $2.union(try await base.articles().map(\.id))) }
        },
        .articles("a changed vote counts in both values", breaks: vote) { store in
            let base = store.base
            let cast = Mutex<[CatalogVote<Article>]>([])
            store.onCommit = { commit in
                let position = try await base.commit(commit)
                let stored = Set(try await base.articles().map(\.id))
                cast.withLock { $0 += commit.votes.filter { $0.value != nil && stored.contains($0.item) } }
                return position
            }
            store.onTallies = { ids in
                var found = try await base.tallies(of: ids)
                for vote in cast.withLock(\.self) where ids.contains(vote.item) {
                    guard let value = vote.value, found[vote.item]?.votes[vote.ballot] != nil else { continue }
                    if found[vote.item]?[vote.ballot, value] == 0 { found[vote.item]?.votes[vote.ballot]?[value] = 1 }
                }
                return found
            }
        },
        .articles("values that nobody votes for any more are told", breaks: vote) { store in
            let base = store.base
            store.onTallies = { ids in
                try await base.tallies(of: ids).mapValues { tally in
                    var tally = tally
                    for ballot in tally.votes.keys { tally.votes[ballot]?[-1, default: 0] += 0 }
                    return tally
                }
            }
        },
        .articles("voting writes the item", breaks: vote) { store in store.rewrite { Set($0.votes.map(\.item)) } },
        .articles("voting makes an event", breaks: vote) { store in store.tell { !$0.votes.isEmpty } },
        .articles("voting comes before storing", breaks: vote) { store in
            let base = store.base
            store.onCommit = { commit in
                let ids = Set(try await base.articles().map(\.id))
                var commit = commit
                commit.votes.removeAll { !ids.contains($0.item) }
                return try await base.commit(commit)
            }
        },
        .articles("a voter is looked for, and the vote counted afterwards", breaks: voters) { store in
            let base = store.base
            let gaps = Mutex<[AccessKey: Gap]>([:])
            store.onCommit = { commit in
                guard let vote = commit.votes.first,
                    try await base.votes(in: vote.ballot, by: vote.voter, on: [vote.item]).isEmpty
                else { return try await base.commit(commit) }
                // The first one waits for another that has not found the voter either.
                let (gap, isFirst) = gaps.withLock { gaps in
                    let known = gaps[vote.voter]
                    let gap = known ?? Gap()
                    gaps[vote.voter] = gap
                    return (gap, known == nil)
                }
                await gap.cross()
                var twice = commit
                if !isFirst { twice.votes[0].voter = AccessKey(rawValue: "\(vote.voter) again") }
                return try await base.commit(twice)
            }
        },
    ]

    // MARK: Removal

    private static let removalBugs: [PlantedBug] = [
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

extension AlteredArticleStore {
    /// Writes items once more that a commit is only about.
    fileprivate mutating func rewrite(_ ids: @escaping @Sendable (CatalogCommit<Article>) -> Set<Article.ID>) {
        let base = base
        onCommit = { commit in
            let position = try await base.commit(commit)
            let named = ids(commit)
            while !named.isEmpty {
                let stored = try await base.articles().filter { named.contains($0.id) }
                do {
                    return try await base.commit(CatalogCommit { $0.items = stored })
                } catch let error as StorageError where error.code == .conflict {}
            }
            return position
        }
    }

    /// Stores an event with some commits.
    fileprivate mutating func tell(_ isTold: @escaping @Sendable (CatalogCommit<Article>) -> Bool) {
        changeCommits { commit in
            guard isTold(commit) else { return }
            commit.events.append(
                PortalEvent(
                    id: PortalEvent.ID(UUID().uuidString), kind: PortalEvent.Kind(rawValue: "counted"), subject: "s",
                    date: Date(),
                    author: .system, keys: [.everyone]))
        }
    }
}
