import Foundation
import SupportPortal
import Synchronization

// Counters that lose or double something, votes that are cast twice or stay.

private let adds = "What was counted adds up"
private let crowd = "64 tasks that count lose nothing"
private let vote = "A voter has one vote in a ballot"
private let voters = "64 tasks that vote for 8 voters"

extension PlantedBug {
    // MARK: Counters and votes

    static let catalogTallyBugs: [PlantedBug] = counterBugs + voteBugs

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
}

extension AlteredArticleStore {
    /// Writes items once more that a commit is only about.
    mutating func rewrite(_ ids: @escaping @Sendable (CatalogCommit<Article>) -> Set<Article.ID>) {
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
    mutating func tell(_ isTold: @escaping @Sendable (CatalogCommit<Article>) -> Bool) {
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
