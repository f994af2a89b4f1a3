/// The desk records of an in-memory store. A value, to be kept under the store's lock.
struct DeskRecordShelf: Sendable {
    private var records: [DeskRecord.ID: DeskRecord] = [:]
    private var ordered: [DeskRecord.Kind: OrderedIndex<OrderedEntry<AccessKey>>] = [:]

    func page(_ query: DeskRecordQuery) -> Page<DeskRecord> {
        // Named ones are looked up; otherwise the kind's are read in order.
        if let owners = query.owners, let keys = query.keys, owners.count * keys.count <= 1_000 {
            let found = owners.flatMap { owner in keys.compactMap { records[DeskRecord.ID(query.kind, of: owner, $0)] } }
            return Self.page(found, query)
        }
        let index = ordered[query.kind]
        var found: [DeskRecord] = []
        if let owners = query.owners {
            for owner in owners {
                if let record = records[DeskRecord.ID(query.kind, of: owner)] { found.append(record) }
                var others = index?.elements(after: OrderedEntry(value: owner, id: ""), ascending: true)
                while let entry = others?.next(), entry.value == owner, let record = record(query.kind, entry) {
                    found.append(record)
                }
            }
        } else {
            found = (index?.elements(after: nil, ascending: true)).map { $0.compactMap { record(query.kind, $0) } } ?? []
        }
        found.removeAll { !query.matches($0) }
        return Self.page(found, query)
    }

    private static func page(_ found: [DeskRecord], _ query: DeskRecordQuery) -> Page<DeskRecord> {
        let entry = { (record: DeskRecord) in OrderedEntry(value: record.id.owner, id: record.id.key) }
        var rest = found
        if let after = query.page.after, case .text(let owner) = after.value {
            let start = OrderedEntry(value: AccessKey(rawValue: owner), id: after.id)
            rest.removeAll { entry($0) <= start }
        }
        rest.sort { entry($0) < entry($1) }
        return Page(first: query.page.limit, of: rest) { $0.cursor }
    }

    private func record(_ kind: DeskRecord.Kind, _ entry: OrderedEntry<AccessKey>) -> DeskRecord? {
        records[DeskRecord.ID(kind, of: entry.value, entry.id)]
    }

    /// - Throws: ``StorageError/Code/conflict``.
    func check(_ changes: [DeskRecordChange]) throws {
        for case .put(let record, .some(let expected)) in changes {
            let stored = records[record.id]?.revision
            guard stored ?? .unsaved == expected else {
                throw StorageError(.conflict, "a desk record is not at revision \(expected.rawValue)", current: stored)
            }
        }
    }

    mutating func store(_ changes: [DeskRecordChange]) {
        for change in changes {
            switch change {
            case .put(var record, _):
                record.revision = (records[record.id]?.revision ?? .unsaved).next
                records[record.id] = record
                ordered[record.id.kind, default: OrderedIndex()].insert(Self.entry(record.id))
            case .remove(let id):
                guard records.removeValue(forKey: id) != nil else { continue }
                ordered[id.kind]?.remove(Self.entry(id))
            }
        }
    }

    private static func entry(_ id: DeskRecord.ID) -> OrderedEntry<AccessKey> { OrderedEntry(value: id.owner, id: id.key) }
}
