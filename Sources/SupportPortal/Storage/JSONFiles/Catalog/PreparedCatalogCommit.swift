import JSONLog

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A commit with its records turned into JSON beforehand, so that the writing thread has little to do.
struct PreparedCatalogCommit<Item: CatalogItem>: Sendable {
    private let commit: CatalogCommit<Item>
    private let names: CatalogNames<Item>
    private let items: [LogValue]
    private let versions: [LogValue]
    private let categories: [LogValue]
    private let events: [LogValue]

    init(_ commit: CatalogCommit<Item>, _ names: CatalogNames<Item>) throws {
        self.commit = commit
        self.names = names
        items = try commit.items.map { item in
            var item = item
            item.entry.revision = item.entry.revision.next
            return try LogValue(item, in: names.lists(of: item))
        }
        versions = try commit.versions.map { try LogValue($0, in: names.lists(ofVersion: $0)) }
        categories = try commit.categories.map { category in
            var category = category
            category.revision = category.revision.next
            return try LogValue(category, in: [names.categorySlug(category.slug)])
        }
        events = try commit.events.map { try LogValue(StoredEvent($0), in: names.events.lists(of: $0)) }
    }

    /// Roughly how many bytes it writes.
    var size: Int {
        (items + versions + categories + events).reduce(256) { $0 + $1.size + 256 }
            + (commit.increments.count + commit.votes.count) * 512
    }

    /// Stores it, or throws and changes nothing.
    func store(_ editor: inout LogEditor) throws -> Position {
        try check(editor.reader)
        var tallies = ChangedTallies(names: names)
        if !commit.forgotten.isEmpty {
            for person in commit.forgotten { try tallies.takeBack(.list(names.voter(person)), &editor) }
            try editor.forget(commit.forgotten, names.events)
        }
        for id in commit.removedItems.keys { try remove(id, &tallies, &editor) }
        for id in commit.removedCategories.keys { try editor.delete(names.category(id)) }
        for (item, value) in zip(commit.items, items) { try editor.put(names.item(item.id), value) }
        for (version, value) in zip(commit.versions, versions) {
            try editor.put(names.version(version.id, version.entry.revision.rawValue), value)
        }
        for (category, value) in zip(commit.categories, categories) { try editor.put(names.category(category.id), value) }
        for increment in commit.increments where try editor.reader.revision(names.item(increment.item)) > 0 {
            try tallies.change(of: increment.item, editor.reader) { $0.add(increment.amount, to: increment.counter) }
        }
        for vote in commit.votes where try editor.reader.revision(names.item(vote.item)) > 0 { try tallies.cast(vote, &editor) }
        try tallies.store(&editor)
        return try editor.append(commit.events, as: events, announces: commit.announces, names.events)
    }

    private func remove(_ id: Item.ID, _ tallies: inout ChangedTallies<Item>, _ editor: inout LogEditor) throws {
        for range in [KeyRange.records(names.versions(of: id)), .records(names.votes(on: id))] {
            for key in try editor.reader.keys(range) { try editor.delete(key) }
        }
        tallies.forget(id)
        try editor.delete(names.tally(id))
        try editor.delete(names.item(id))
    }

    // MARK: Checks

    private func check(_ reader: LogReader) throws {
        try check(commit.items.map(\.entry), key: names.item, slug: names.slug, reader)
        for (id, revision) in commit.removedItems.sorted(by: { $0.key < $1.key }) {
            try check(id, at: revision, key: names.item(id), reader)
        }
        try check(commit.categories, key: names.category, slug: names.categorySlug, reader)
        for (id, revision) in commit.removedCategories.sorted(by: { $0.key < $1.key }) {
            try check(id, at: revision, key: names.category(id), reader)
        }
    }

    private func check<Record: SluggedRecord>(
        _ records: [Record], key: (Record.ID) -> String, slug: (Slug) -> IndexKey, _ reader: LogReader
    ) throws where Record.ID: CustomStringConvertible {
        var slugs: Set<Slug> = []
        for record in records {
            let key = key(record.id)
            try check(record.id, at: record.revision, key: key, reader)
            let holder = try reader.first(.list(slug(record.slug)))?.key
            guard holder.map({ $0.hasSameBytes(as: key) }) ?? true, slugs.insert(record.slug).inserted else {
                throw StorageError(.duplicateSlug, "the slug of \(record.id) is taken")
            }
        }
    }

    private func check(_ id: some CustomStringConvertible, at revision: Revision, key: String, _ reader: LogReader) throws {
        let stored = Int(try reader.revision(key))
        guard stored == revision.rawValue else {
            throw StorageError(
                .conflict, "\(id) is not at revision \(revision.rawValue)",
                current: stored == 0 ? nil : Revision(rawValue: stored))
        }
    }
}

/// The tallies that a commit changes, each of which is written once.
private struct ChangedTallies<Item: CatalogItem> {
    let names: CatalogNames<Item>
    private var tallies: [Item.ID: CatalogTally] = [:]

    init(names: CatalogNames<Item>) { self.names = names }

    mutating func change(of id: Item.ID, _ reader: LogReader, _ body: (inout CatalogTally) -> Void) throws {
        var tally = try tallies[id] ?? reader.decoded(names.tally(id), CatalogTally.self) ?? CatalogTally()
        body(&tally)
        tallies[id] = tally
    }

    /// Counts a vote in place of an earlier one.
    mutating func cast(_ vote: CatalogVote<Item>, _ editor: inout LogEditor) throws {
        let key = names.vote(vote.item, vote.ballot, vote.voter)
        let old = try editor.reader.decoded(key, StoredVote<Item>.self)?.value
        guard old != vote.value else { return }
        if let value = vote.value {
            let stored = StoredVote<Item>(item: vote.item, ballot: vote.ballot, voter: vote.voter, value: value)
            try editor.put(key, try LogValue(stored, in: names.lists(of: stored)))
        } else {
            try editor.delete(key)
        }
        try change(of: vote.item, editor.reader) { $0.replace(old, with: vote.value, in: vote.ballot) }
    }

    /// Takes back all votes that are listed in a range.
    mutating func takeBack(_ range: KeyRange, _ editor: inout LogEditor) throws {
        for key in try editor.reader.keys(range) {
            guard let vote = try editor.reader.decoded(key, StoredVote<Item>.self) else { continue }
            try cast(CatalogVote(vote.item, vote.ballot, by: vote.voter, nil), &editor)
        }
    }

    /// Nothing is counted of an item any more.
    mutating func forget(_ id: Item.ID) { tallies[id] = nil }

    mutating func store(_ editor: inout LogEditor) throws {
        for (id, tally) in tallies.sorted(by: { $0.key < $1.key }) {
            if tally.isEmpty {
                try editor.delete(names.tally(id))
            } else {
                try editor.put(names.tally(id), try LogValue(tally, in: names.lists(of: tally)))
            }
        }
    }
}
