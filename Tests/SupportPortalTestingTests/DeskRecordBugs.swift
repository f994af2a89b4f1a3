import Foundation
import SupportPortal
import Synchronization

// Desk records that are not stored as they were handed over, come in the wrong order, or are changed though something else is expected.

private let found = "A desk record is found as it was written"
private let order = "Desk records come by the bytes"
private let expected = "A desk record that is expected at another revision"
private let race = "64 tasks that change one desk record"

/// Lists desk records as a naive adapter does, each step to be replaced.
struct NaiveRecordList: NaiveList {
    /// Of which kinds to look at records for a kind.
    var kinds: @Sendable (DeskRecord.Kind) -> [DeskRecord.Kind] = { [$0] }
    var isOwner: @Sendable (AccessKey, Set<AccessKey>) -> Bool = { $1.contains($0) }
    var isKey: @Sendable (String, Set<String>) -> Bool = { key, keys in keys.contains { $0.hasSameBytes(as: key) } }
    var precedes: @Sendable (DeskRecord.ID, DeskRecord.ID) -> Bool = {
        $0.owner == $1.owner ? $0.key.precedesByBytes($1.key) : $0.owner < $1.owner
    }
    var pages = NaivePages<DeskRecord> { record, _ in record.cursor }
}

extension PlantedBug {
    static let deskRecordBugs: [PlantedBug] = keepingBugs + listingBugs + listingPageBugs + expectingBugs

    private static let everyKind: [DeskRecord.Kind] =
        [.draft, .seen, .cannedReply, .ban] + ["unheard-of", "Draft"].map(DeskRecord.Kind.init(rawValue:))

    // MARK: Keeping

    private static let keepingBugs: [PlantedBug] = [
        .changing("instants of records are kept in whole seconds", breaks: found) { $0.date.roundToSeconds() },
        .changing("texts of records are brought into another normal form", breaks: found) {
            $0.text = $0.text.precomposedStringWithCanonicalMapping
        },
        .changing("texts of records are cut after 65,535 bytes", breaks: found) {
            $0.text = String(decoding: $0.text.utf8.prefix(65_535), as: UTF8.self)
        },
        .changing("line breaks in records become spaces", breaks: found) {
            $0.text = String($0.text.map { $0.isNewline ? " " : $0 })
        },
        .changing("the date of a record is when it was stored", breaks: found) { $0.date = Date() },
        .records("a record whose text is empty is removed", breaks: found) { change in
            if case .put(let record, _) = change, record.text.isEmpty { .remove(record.id) } else { change }
        },
        .records("records are not removed", breaks: found, expected) { change in
            if case .remove = change { nil } else { change }
        },
        .records("records without a key are not stored", breaks: found, order) { change in
            if case .put(let record, _) = change, record.id.key.isEmpty { nil } else { change }
        },
        .records("records of unknown kinds are not stored", breaks: found) { change in
            if case .put(let record, _) = change, record.id.kind.rawValue == "unheard-of" { nil } else { change }
        },
        .tickets("only the first record of a commit is changed", breaks: found, order) { store in
            let base = store.base
            store.onCommit = { commit in try await base.commit(commit.with { $0.records = Array($0.records.prefix(1)) }) }
        },
        .tickets("removing a record that is not there is refused", breaks: found) { store in
            let base = store.base
            store.onCommit = { commit in
                for case .remove(let id) in commit.records where try await base.record(id) == nil {
                    throw StorageError(.conflict, "there is no such record")
                }
                return try await base.commit(commit)
            }
        },
        .tickets("removing a record removes all of its owner", breaks: found) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for case .remove(let id) in commit.records {
                    let all = DeskRecordQuery(id.kind, of: [id.owner], page: PageRequest(limit: 10_000))
                    commit.records += try await base.records(all).items.filter { $0.id != id }.map { .remove($0.id) }
                }
                return try await base.commit(commit)
            }
        },
        .tickets("the revision that a record is handed over with counts", breaks: found) { store in
            let base = store.base
            let given = Mutex<[DeskRecord.ID: Revision]>([:])
            store.onCommit = { commit in
                let end = try await base.commit(commit)
                for case .put(let record, _) in commit.records { given.withLock { $0[record.id] = record.revision.next } }
                return end
            }
            store.changeReadRecords { record in record.revision = given.withLock { $0[record.id] } ?? record.revision }
        },
        .tickets("the revision of a record stays 1", breaks: found, expected, race) { store in
            store.changeReadRecords { $0.revision = Revision(rawValue: 1) }
        },
        .tickets("the revision of a removed record goes on when it is put anew", breaks: found) { store in
            let base = store.base
            let removed = Mutex<[DeskRecord.ID: Int]>([:])
            store.onCommit = { commit in
                for case .remove(let id) in commit.records {
                    let stored = try await base.record(id)?.revision.rawValue ?? 0
                    removed.withLock { $0[id, default: 0] += stored }
                }
                return try await base.commit(commit)
            }
            store.changeReadRecords { record in
                record.revision = Revision(rawValue: record.revision.rawValue + removed.withLock { $0[record.id] ?? 0 })
            }
        },
        .tickets("desk records are left to the default for stores that are only read", breaks: found, order, expected, race) {
            $0.onRecords = { _ in Page() }
        },
    ]

    // MARK: Listing

    private static let listingBugs: [PlantedBug] = [
        .recordList("records of all kinds are one list", breaks: found, order) { list in list.kinds = { _ in everyKind } },
        .recordList("kinds of records are compared without case", breaks: order) { list in
            list.kinds = { kind in everyKind.filter { $0.rawValue.lowercased() == kind.rawValue.lowercased() } }
        },
        .recordList("records are ordered without case", breaks: order) { list in
            list.precedes = {
                let (a, b) = ($0.owner.rawValue.lowercased(), $1.owner.rawValue.lowercased())
                return a == b ? $0.key.lowercased() < $1.key.lowercased() : a < b
            }
        },
        .recordList("records are ordered as Swift orders texts", breaks: order) { list in
            list.precedes = { ($0.owner.rawValue, $0.key) < ($1.owner.rawValue, $1.key) }
        },
        .recordList("records are ordered by UTF-16", breaks: order) { list in
            list.precedes = {
                $0.owner == $1.owner ? $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) : $0.owner < $1.owner
            }
        },
        .recordList("records are ordered by key, then owner", breaks: order) { list in
            list.precedes = {
                $0.key.hasSameBytes(as: $1.key) ? $0.owner < $1.owner : $0.key.precedesByBytes($1.key)
            }
        },
        .recordList("records are ordered by owner and key as one text", breaks: order) { list in
            list.precedes = { ($0.owner.rawValue + $0.key).precedesByBytes($1.owner.rawValue + $1.key) }
        },
        .recordList("records fall", breaks: order) { list in
            list.precedes = { [precedes = list.precedes] in precedes($1, $0) }
        },
        .recordList("no owners are no condition", breaks: order) { list in list.isOwner = { $1.isEmpty || $1.contains($0) } },
        .recordList("no keys are no condition of records", breaks: order) { list in
            list.isKey = { [isKey = list.isKey] in $1.isEmpty || isKey($0, $1) }
        },
        .recordList("owners of records are compared without case", breaks: order) { list in
            list.isOwner = { owner, owners in owners.contains { $0.rawValue.lowercased() == owner.rawValue.lowercased() } }
        },
        .recordList("owners of records are compared as Swift compares texts", breaks: order) { list in
            list.isOwner = { owner, owners in owners.contains { $0.rawValue == owner.rawValue } }
        },
        .recordList("owners of records are compared without spaces at the end", breaks: order) { list in
            list.isOwner = { owner, owners in
                owners.contains { $0.rawValue.split(separator: " ") == owner.rawValue.split(separator: " ") }
            }
        },
        .recordList("keys of records are compared as Swift compares texts", breaks: order) { list in
            list.isKey = { $1.contains($0) }
        },
        .recordList("keys of records are compared without case", breaks: order) { list in
            list.isKey = { key, keys in keys.contains { $0.lowercased() == key.lowercased() } }
        },
        .recordList("keys of records are patterns", breaks: order) { list in
            list.isKey = { [isKey = list.isKey] key, keys in
                isKey(key, keys) || keys.contains("%") || key.unicodeScalars.count == 1 && keys.contains("_")
            }
        },
        .recordList("owners are no condition of records", breaks: found, order) { list in list.isOwner = { _, _ in true } },
        .recordList("keys are no condition of records", breaks: found, order) { list in list.isKey = { _, _ in true } },
        .tickets("records are left out after the page is cut", breaks: order) { store in
            let base = store.base
            store.onRecords = { query in
                var wide = query
                (wide.owners, wide.keys) = (nil, nil)
                var page = try await base.records(wide)
                page.items.removeAll { !query.matches($0) }
                return page
            }
        },
    ]

    private static let listingPageBugs: [PlantedBug] = NaivePages<DeskRecord>.mistakes.map { name, change in
        .recordList("of records, \(name)", breaks: order) { change(&$0.pages) }
    }

    // MARK: Expecting

    private static let expectingBugs: [PlantedBug] = [
        .expecting("what a record is expected at is no condition", breaks: expected, "Of several reasons") { _, _ in false },
        .expecting("a record that is expected not to be there replaces one that is", breaks: expected) { given, _ in
            given != .unsaved
        },
        .expecting("a record that is expected to be there need not be", breaks: expected) { _, stored in stored != .unsaved },
        .expecting("a record may be further than expected", breaks: expected) { given, stored in given > stored },
        .expecting("a record need not be as far as expected", breaks: expected) { given, stored in given < stored },
        .tickets("a conflict of a record does not say the stored revision", breaks: expected, "Of several reasons") { store in
            store.changeErrors { if $0.message.hasPrefix("a desk record") { $0.current = nil } }
        },
        .tickets("a record in conflict is left out, the rest is stored", breaks: expected) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                var kept: [DeskRecordChange] = []
                for change in commit.records {
                    if case .put(let record, .some(let expected)) = change,
                        try await base.record(record.id)?.revision ?? .unsaved != expected
                    {
                        continue
                    }
                    kept.append(change)
                }
                commit.records = kept
                return try await base.commit(commit)
            }
        },
        .tickets("what records are expected at is looked for, and records written afterwards", breaks: race) { store in
            let base = store.base
            let gap = Gap()
            store.onCommit = { commit in
                for case .put(let record, .some(let expected)) in commit.records {
                    let stored = try await base.record(record.id)?.revision
                    guard stored ?? .unsaved == expected else {
                        throw StorageError(.conflict, "changed meanwhile", current: stored)
                    }
                }
                await gap.cross()
                return try await base.commit(commit.with { $0.records = $0.records.map(\.unconditional) })
            }
        },
    ]

    private static func recordList(
        _ name: String, breaks laws: String..., change: @escaping @Sendable (inout NaiveRecordList) -> Void
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws, in: .recordList) { storage in
            var list = NaiveRecordList()
            change(&list)
            storage.ticketStore.use(list)
        }
    }

    /// Another change is made than the one that is asked for; `nil` for none.
    private static func records(
        _ name: String, breaks laws: String..., change: @escaping @Sendable (DeskRecordChange) -> DeskRecordChange?
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws) { storage in
            let base = storage.ticketStore.base
            storage.ticketStore.onCommit = { commit in
                try await base.commit(commit.with { $0.records = $0.records.compactMap(change) })
            }
        }
    }

    private static func changing(
        _ name: String, breaks law: String, change: @escaping @Sendable (inout DeskRecord) -> Void
    ) -> PlantedBug {
        .records(name, breaks: law) { original in
            guard case .put(var record, let expected) = original else { return original }
            change(&record)
            return .put(record, expecting: expected)
        }
    }

    /// Records are put though they are not where they are expected, unless that is looked at.
    private static func expecting(
        _ name: String, breaks laws: String...,
        where isLookedAt: @escaping @Sendable (_ given: Revision, _ stored: Revision) -> Bool
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws) { storage in
            let base = storage.ticketStore.base
            storage.ticketStore.onCommit = { commit in
                var commit = commit
                for (index, change) in commit.records.enumerated() {
                    guard case .put(let record, .some(let given)) = change else { continue }
                    let stored = try await base.record(record.id)?.revision ?? .unsaved
                    if given != stored, !isLookedAt(given, stored) { commit.records[index] = change.unconditional }
                }
                return try await base.commit(commit)
            }
        }
    }
}

extension DeskRecordChange {
    /// The same whatever is stored.
    fileprivate var unconditional: DeskRecordChange {
        if case .put(let record, _) = self { .put(record) } else { self }
    }
}

extension JournalledTicketStore {
    func record(_ id: DeskRecord.ID) async throws -> DeskRecord? {
        try await records(DeskRecordQuery(id.kind, of: [id.owner], keys: [id.key])).items.first
    }
}

extension AlteredTicketStore {
    mutating func use(_ list: NaiveRecordList) {
        let base = base
        onRecords = { query in
            var found: [DeskRecord] = []
            for kind in list.kinds(query.kind) {
                found += try await base.records(DeskRecordQuery(kind, page: PageRequest(limit: 10_000))).items
            }
            found.removeAll { record in
                let isOwner = query.owners.map { list.isOwner(record.id.owner, $0) } ?? true
                let isKey = query.keys.map { list.isKey(record.id.key, $0) } ?? true
                return !isOwner || !isKey
            }
            found.sort { list.precedes($0.id, $1.id) }
            return list.pages.page(of: found, query.page, order: DeskRecordQuery.orderName, rises: true)
        }
    }

    /// Tells something else of records than is stored.
    fileprivate mutating func changeReadRecords(_ change: @escaping @Sendable (inout DeskRecord) -> Void) {
        let base = base
        onRecords = { query in
            var page = try await base.records(query)
            for index in page.items.indices { change(&page.items[index]) }
            return page
        }
    }
}
