import SupportPortal

extension CatalogLaws {
    static var tallies: [StorageLaw] {
        [
            law("What was counted adds up, makes no revision and no event, and is counted of stored items alone") { bench in
                var bench = bench
                let items = try await bench.put((1...4).map { Item.sample($0) })
                let odd = CatalogTally.Counter(rawValue: "odd „counter” %")
                try await bench.commit { $0.events = [LawBench.event("e")] }
                let end = try await bench.end()
                let commits: [[CatalogIncrement<Item>]] = [
                    [CatalogIncrement(items[0].id, .views), CatalogIncrement(items[1].id, .views, by: 5)],
                    // Twice in one commit.
                    [CatalogIncrement(items[0].id, .views), CatalogIncrement(items[0].id, .views, by: 40)],
                    [CatalogIncrement(items[0].id, .downloads, by: -3), CatalogIncrement(items[0].id, odd, by: 1 << 40)],
                    [CatalogIncrement(items[1].id, .views, by: -5), CatalogIncrement(items[2].id, .views, by: 0)],
                    [CatalogIncrement("none", .views), CatalogIncrement("late", .views)],
                ]
                for increments in commits {
                    let position = try await bench.commit { $0.increments = increments }
                    try requireEqual(position, end, "the end of the log after counting")
                }
                // What the commit stores is counted, what it removes is not.
                try await bench.commit {
                    $0.items = [Item.sample(5), Item.sample(6, id: "late")]
                    $0.removedItems = [items[3].id: items[3].entry.revision]
                    $0.increments = [CatalogIncrement("item-5", .views, by: 2), CatalogIncrement(items[3].id, .views)]
                }
                var first = CatalogTally()
                first.counters = [.views: 42, .downloads: -3, odd: 1 << 40]
                var fifth = CatalogTally()
                fifth.counters = [.views: 2]
                let expected = [items[0].id: first, "item-5": fifth]
                for _ in 0..<2 {
                    let ids = Set(items.map(\.id) + ["item-5", "none", "late"])
                    try requireEqual(try await bench.store.tallies(of: ids), expected, "what was counted, nothing left out")
                    try requireEqual(try await bench.store.tallies(of: [items[0].id]), [items[0].id: first], "of one item")
                    try requireEqual(try await bench.store.tallies(of: []), [:], "of no items")
                    try requireEqual(try await bench.item(items[0].id), items[0], "the item of which it was counted")
                    bench = try await bench.reopened()
                }
                try requireEqual(try await bench.claim().map(\.event.id), ["e"], "what waits")
                // A change of the item keeps them, and one that never was cannot have begun with some.
                try await bench.put([items[0], Item.sample(7, id: "none"), Item.sample(4)])
                let after = try await bench.store.tallies(of: Set(items.map(\.id) + ["none"]))
                try requireEqual(after, [items[0].id: first], "what was counted after the items were written")
            },
            law("64 tasks that count lose nothing") { bench in
                let items = try await bench.put((1...3).map { Item.sample($0) })
                _ = try await concurrently(64) { task in
                    for step in 0..<3 {
                        try await bench.commit {
                            $0.increments = [
                                CatalogIncrement(items[(task + step) % 3].id, .views, by: task + 1),
                                CatalogIncrement(items[0].id, .downloads),
                            ]
                        }
                    }
                }
                let reopened = try await bench.reopened()
                for (number, item) in items.enumerated() {
                    let tally = try await reopened.tally(of: item.id)
                    try requireEqual(tally?[.views], 64 * 65 / 2, "what 64 tasks counted")
                    try requireEqual(tally?[.downloads], number == 0 ? 192 : 0, "what 64 tasks counted of one")
                    try requireEqual(try await reopened.item(item.id), item, "the item")
                }
            },
            law("A voter has one vote in a ballot on an item; it can be changed, and taken back") { bench in
                var bench = bench
                let items = try await bench.put((1...3).map { Item.sample($0) })
                try await bench.commit { $0.events = [LawBench.event("e")] }
                let end = try await bench.end()
                let (one, other, third) = (items[0].id, items[1].id, Item.ID("none"))
                let (ada, bob, guest) = (AccessKey.customer("a"), AccessKey.customer("A"), AccessKey(rawValue: "token:x"))
                typealias Vote = CatalogVote<Item>
                let steps: [[Vote]] = [
                    [Vote(one, .helpful, by: ada, 1), Vote(one, .helpful, by: bob, 1), Vote(one, .helpful, by: guest, -1)],
                    [Vote(one, .read, by: ada, 1), Vote(other, .helpful, by: ada, -1), Vote(third, .helpful, by: ada, 1)],
                    // The same again, another value, none, none where none was, and what comes last counts.
                    [Vote(one, .helpful, by: ada, 1)],
                    [Vote(one, .helpful, by: ada, -1)],
                    [Vote(other, .helpful, by: ada, nil), Vote(other, .read, by: bob, nil), Vote(third, .read, by: bob, nil)],
                    [Vote(one, .helpful, by: bob, 5), Vote(one, .helpful, by: bob, 1_000_000), Vote(one, .read, by: bob, 0)],
                    [Vote(other, .read, by: ada, 1), Vote(other, .read, by: ada, nil), Vote(other, .helpful, by: guest, 1)],
                    [Vote(one, .helpful, by: guest, nil), Vote(one, .helpful, by: guest, -7)],
                    [Vote(one, .helpful, by: bob, nil), Vote(one, .read, by: ada, nil)],
                    [Vote(one, .helpful, by: ada, nil), Vote(one, .helpful, by: guest, nil), Vote(one, .read, by: bob, nil)],
                ]
                var cast: [CatalogTally.Ballot: [Item.ID: [AccessKey: Int]]] = [:]
                let ids = Set(items.map(\.id) + [third])
                for (number, step) in steps.enumerated() {
                    let position = try await bench.commit { $0.votes = step }
                    try requireEqual(position, end, "the end of the log after a vote")
                    for vote in step where vote.item != third {
                        cast[vote.ballot, default: [:]][vote.item, default: [:]][vote.voter] = vote.value
                    }
                    var expected: [Item.ID: CatalogTally] = [:]
                    for (ballot, byItem) in cast {
                        for (id, byVoter) in byItem where !byVoter.isEmpty {
                            expected[id, default: CatalogTally()].votes[ballot] = Dictionary(
                                byVoter.values.map { ($0, 1) }, uniquingKeysWith: +)
                        }
                    }
                    try requireEqual(try await bench.store.tallies(of: ids), expected, "the votes after step \(number)")
                    for ballot in [CatalogTally.Ballot.helpful, .read] {
                        for voter in [ada, bob, guest, .customer("nobody")] {
                            let mine = try await bench.store.votes(in: ballot, by: voter, on: ids)
                            let expected = cast[ballot, default: [:]].compactMapValues { $0[voter] }
                            try requireEqual(mine, expected, "votes of \(voter) after step \(number)")
                            let some = try await bench.store.votes(in: ballot, by: voter, on: [other])
                            try requireEqual(some, expected.filter { $0.key == other }, "votes of \(voter) on one item")
                        }
                    }
                    try requireEqual(try await bench.store.votes(in: .helpful, by: ada, on: []), [:], "votes on no item")
                    if number % 3 == 1 { bench = try await bench.reopened() }
                }
                try requireEqual(try await bench.all().map(\.entry.revision.rawValue), [1, 1, 1], "revisions after votes")
                try requireEqual(try await bench.claim().map(\.event.id), ["e"], "what waits")
                // Votes on what a commit stores are kept, on what it removes are not.
                try await bench.commit {
                    $0.items = [Item.sample(7)]
                    $0.removedItems = [other: items[1].entry.revision]
                    $0.votes = [Vote("item-7", .helpful, by: ada, 1), Vote(other, .helpful, by: ada, 1)]
                }
                try requireEqual(
                    try await bench.store.votes(in: .helpful, by: ada, on: ["item-7", other]), ["item-7": 1],
                    "votes on what the same commit stores and removes")
            },
            law("The votes on an item are listed by ballot, then by voter, page by page") { bench in
                var bench = bench
                let items = try await bench.put((1...2).map { Item.sample($0) })
                let ballots = ["helpful", "a b", "a", "é", "a/%"].map(CatalogTally.Ballot.init(rawValue:))
                let voters = ["customer:10", "customer:1", "customer:1/", "é", "Z"].map(AccessKey.init(rawValue:))
                typealias Vote = CatalogVote<Item>
                var rest = ballots.flatMap { ballot in
                    voters.enumerated().map { Vote(items[0].id, ballot, by: $0.element, $0.offset - 1) }
                }
                let cast = rest.reversed() + [Vote(items[1].id, .helpful, by: voters[0], 1)]
                try await bench.commit { $0.votes = cast }
                // One is taken back, another is changed.
                var gone = rest.removeFirst()
                gone.value = nil
                rest[3].value = 9
                let changes = [gone, rest[3]]
                try await bench.commit { $0.votes = changes }
                let expected = rest.sorted { first, second in
                    let (left, right) = (Array(first.ballot.rawValue.utf8), Array(second.ballot.rawValue.utf8))
                    return left == right ? first.voter < second.voter : left.lexicographicallyPrecedes(right)
                }
                for size in [100, 7, 1] {
                    let found = try await LawBench.all(by: size) { try await bench.store.votes(on: items[0].id, page: $0) }
                    try requireEqual(found, expected, "the votes in pages of \(size)")
                    bench = try await bench.reopened()
                }
                for limit in [0, -1] {
                    let page = try await bench.store.votes(on: items[0].id, page: PageRequest(limit: limit))
                    try requireEqual(page.items, [], "a page of \(limit) votes")
                }
                try requireEqual(try await bench.store.votes(on: "none", page: .first), Page(), "votes on what is not there")
                // What is forgotten and removed is listed no more.
                try await bench.commit {
                    $0.forgotten = Set(voters.dropFirst())
                    $0.removedItems = [items[1].id: items[1].entry.revision]
                }
                let left = try await bench.store.votes(on: items[0].id, page: PageRequest(limit: 100)).items
                try requireEqual(left, expected.filter { $0.voter == voters[0] }, "the votes that are left")
                try requireEqual(try await bench.store.votes(on: items[1].id, page: .first), Page(), "votes on what was removed")
            },
            law("64 tasks that vote for 8 voters leave one vote of each") { bench in
                let item = try await bench.put(Item.sample(1))
                _ = try await concurrently(64) { task in
                    for step in 0..<2 {
                        try await bench.commit {
                            $0.votes = [
                                CatalogVote(
                                    item.id, .helpful, by: .customer(Customer.ID("\(task % 8)")), (task + step) % 3 - 1)
                            ]
                        }
                    }
                }
                let reopened = try await bench.reopened()
                var values: [Int: Int] = [:]
                for voter in 0..<8 {
                    let mine = try await reopened.store.votes(
                        in: .helpful, by: .customer(Customer.ID("\(voter)")), on: [item.id])
                    for value in mine.values { values[value, default: 0] += 1 }
                }
                try requireEqual(values.values.reduce(0, +), 8, "voters")
                try requireEqual(try await reopened.tally(of: item.id)?.votes, [.helpful: values], "the votes of 8 voters")
            },
        ]
    }
}
