import SupportPortal

extension TicketLaws {
    static let deskRecords = [
        StorageLaw("A desk record is found as it was written, under the next revision, until it is removed") { subject in
            var bench = try await LawBench(subject)
            let odd = "Line\nline\ttab – \"quoted\" \\ / \u{2028} e\u{301}é 👩‍👩‍👧 \u{FFFD} ' % _ \u{202E}"
            var draft = LawBench.record("one", of: "agent:a1", text: odd)
            draft.date = LawBench.instant(123)
            let others = [
                // Each differs from it in one thing.
                LawBench.record("two", of: "agent:a1"), LawBench.record("one", of: "agent:a2"),
                LawBench.record("one", of: "agent:a1", .seen, text: ""),
                LawBench.record("", of: "agent:a1", text: String(repeating: "ä", count: PortalLimits().message / 2)),
                LawBench.record("one", of: "agent:a1", DeskRecord.Kind(rawValue: "unheard-of")),
            ]
            func put(_ records: [DeskRecord]) async throws {
                _ = try await bench.tickets.commit(
                    TicketCommit(date: LawBench.start, records: records.map { DeskRecordChange.put($0) }))
            }
            func require(_ record: DeskRecord, at revision: Int, _ what: String) async throws {
                for _ in 0..<2 {
                    var expected = record
                    expected.revision = Revision(rawValue: revision)
                    let found = try await bench.record(record.id)
                    try requireEqual(found, expected, what)
                    try requireSameBytes(found?.text, record.text, "the text of \(what)")
                    for other in others {
                        var expected = other
                        expected.revision = Revision(rawValue: 1)
                        try requireEqual(try await bench.record(other.id), expected, "a record beside \(what)")
                    }
                    bench = try await bench.reopened()
                }
            }
            try await put([draft] + others)
            try await require(draft, at: 1, "the record")
            // Whatever revision it is handed over with, it gets the one after that which is stored.
            draft.text = ""
            draft.date = LawBench.instant(-5)
            draft.revision = Revision(rawValue: 9)
            try await put([draft])
            try await require(draft, at: 2, "the record, replaced")
            let remove = TicketCommit(
                date: LawBench.start, records: [.remove(draft.id), .remove(DeskRecord.ID(.draft, of: .everyone, "none"))])
            for round in 0..<2 {
                _ = try await bench.tickets.commit(remove)
                _ = try await bench.tickets.commit(remove)
                // Put anew as it is, and after the storage was opened again.
                for _ in 0...round {
                    try requireEqual(try await bench.record(draft.id), nil, "the record, removed")
                    let rest = try await bench.all(DeskRecordQuery(.draft, of: owners("agent:a1")))
                    try requireEqual(rest.map(\.id.key), ["", "two"], "what is left")
                    if round > 0 { bench = try await bench.reopened() }
                }
                try await put([draft])
                try await require(draft, at: 1, "the record, put anew")
            }
        },
        StorageLaw("Desk records come by the bytes of owner and key, page by page, as they are asked for") { subject in
            var bench = try await LawBench(subject)
            let someOnes = ["agent:a", "agent:A", "agent:a ", "agent:", "customer:é", "customer:e\u{301}", "agent:a/b", "*"]
            let keys = ["", "a", "A", "a ", "B", "é", "e\u{301}", "𝒵", "\u{FFFD}", "10", "9", "%", "_", "x/y"]
            var stored: [DeskRecord] = []
            for (number, owner) in someOnes.enumerated() {
                for (index, key) in keys.enumerated() where (number + index) % 3 != 0 {
                    stored.append(LawBench.record(key, of: owner, text: "\(number)"))
                    if index % 2 == 0 { stored.append(LawBench.record(key, of: owner, .ban)) }
                    if index % 4 == 0 { stored.append(LawBench.record(key, of: owner, DeskRecord.Kind(rawValue: "Draft"))) }
                }
            }
            // In no order, and over several commits.
            let shuffled = stored.indices.map { stored[$0 * 37 % stored.count] }
            try require(Set(shuffled.map(\.id)).count == stored.count, "the samples are no permutation")
            for part in [shuffled[..<50], shuffled[50...]] {
                _ = try await bench.tickets.commit(
                    TicketCommit(date: LawBench.start, records: part.map { DeskRecordChange.put($0) }))
            }
            let sorted = stored.map(\.id).sorted { a, b in
                a.owner == b.owner ? a.key.utf8.lexicographicallyPrecedes(b.key.utf8) : a.owner < b.owner
            }
            func expected(_ query: DeskRecordQuery) -> [DeskRecord.ID] {
                sorted.filter { id in
                    id.kind == query.kind && query.owners?.contains(id.owner) ?? true
                        && query.keys?.contains { $0.utf8.elementsEqual(id.key.utf8) } ?? true
                }
            }
            let someOwners: [Set<AccessKey>?] = [
                nil, [], owners("agent:a"), owners("customer:e\u{301}"),
                owners("agent:A", "agent:", "*", "none"),
            ]
            let someKeys: [Set<String>?] = [nil, [], [""], ["é"], ["e\u{301}"], ["a", "none"], ["B", "10", "𝒵", "_", "%"]]
            for _ in 0..<2 {
                for kind in [.draft, .ban, .seen, DeskRecord.Kind(rawValue: "Draft"), DeskRecord.Kind(rawValue: "dra")] {
                    for owners in someOwners {
                        for keys in someKeys {
                            let query = DeskRecordQuery(kind, of: owners, keys: keys)
                            for size in owners == nil && keys == nil ? [1, 7, 100] : [3] {
                                try requireEqual(
                                    try await bench.all(query, pageSize: size).map(\.id), expected(query),
                                    "\(kind) of \(String(describing: owners)) with \(String(describing: keys)) by \(size)")
                            }
                        }
                    }
                }
                for limit in [0, -1] {
                    let none = DeskRecordQuery(.draft, page: PageRequest(limit: limit))
                    try requireEqual(try await bench.tickets.records(none).items, [], "a page of \(limit)")
                }
                bench = try await bench.reopened()
            }
            // A cursor stays good while records come and go.
            var query = DeskRecordQuery(.draft, page: PageRequest(limit: 10))
            let page = try await bench.tickets.records(query)
            query.page.after = page.next
            let rest = Array(expected(query)[10..<20])
            let gone = page.items.map { DeskRecordChange.remove($0.id) }
            _ = try await bench.tickets.commit(
                TicketCommit(date: LawBench.start, records: gone + [.put(LawBench.record("first", of: ""))]))
            try requireEqual(try await bench.tickets.records(query).items.map(\.id), rest, "the page after records that are gone")
        },
        StorageLaw("A desk record that is expected at another revision is a conflict, and nothing of the commit is stored") {
            subject in
            var bench = try await LawBench(subject)
            let record = LawBench.record("one", of: "agent:a1")
            func put(_ key: String, _ expected: Int?) -> DeskRecordChange {
                .put(
                    LawBench.record(key, of: "agent:a1", text: "at \(String(describing: expected))"),
                    expecting: expected.map(Revision.init(rawValue:)))
            }
            func commit(_ changes: DeskRecordChange...) -> TicketCommit {
                TicketCommit(
                    date: LawBench.start, tickets: [LawBench.ticket(3)], messages: [LawBench.message(1, of: "ticket-3")],
                    events: [LawBench.event("e", on: LawBench.ticket(3))],
                    submission: Submission(key: "key", ticket: "ticket-3", message: "m", expires: LawBench.instant(1_000_000)),
                    records: changes)
            }
            func records(_ changes: DeskRecordChange...) async throws {
                _ = try await bench.tickets.commit(TicketCommit(date: LawBench.start, records: changes))
            }
            let missing = try await bench.requireRefusal(.conflict, "a record that is not there", of: commit(put("one", 1)))
            try requireEqual(missing.current, nil, "the current revision of what is not there")
            try await records(.put(record, expecting: .unsaved))
            for (expected, stored) in [(0, 1), (2, 1)] {
                let error = try await bench.requireRefusal(
                    .conflict, "a record at \(stored), expected at \(expected)",
                    of: commit(put("two", 0), put("one", expected), put("three", nil)))
                try requireEqual(error.current, Revision(rawValue: stored), "the current revision in the error")
            }
            try await records(put("one", 1))
            try requireEqual(try await bench.record(record.id)?.revision, Revision(rawValue: 2), "the revision")
            let stale = try await bench.requireRefusal(.conflict, "a stale record", of: commit(put("one", 1)))
            try requireEqual(stale.current, Revision(rawValue: 2), "the current revision in the error")
            try await records(put("one", nil))
            try await records(.remove(record.id))
            _ = try await bench.requireRefusal(.conflict, "a record that is gone", of: commit(put("one", 3)))
            _ = try await bench.tickets.commit(commit(put("one", 0)))
            let found = try await bench.record(record.id)
            try requireEqual(found?.revision, Revision(rawValue: 1), "the revision of what was put anew")
            try requireEqual(found?.text, "at Optional(0)", "what was put anew")
        },
        StorageLaw("64 tasks that change one desk record lose no change") { subject in
            let bench = try await LawBench(subject)
            let id = DeskRecord.ID(.cannedReply, of: .agents, "one")
            _ = try await concurrently(64) { task in
                for _ in 0..<256 {
                    var record = try await bench.record(id) ?? DeskRecord(id, date: LawBench.start, text: "")
                    record.text += "\(task),"
                    do {
                        _ = try await bench.tickets.commit(
                            TicketCommit(date: LawBench.start, records: [.put(record, expecting: record.revision)]))
                        return
                    } catch let error as StorageError where error.code == .conflict {}
                }
                throw LawViolation(finding: "256 conflicts in a row", line: #line)
            }
            let found = try await bench.reopened().record(id)
            try requireEqual(Set(found?.text.split(separator: ",") ?? []).count, 64, "changes")
            try requireEqual(found?.revision, Revision(rawValue: 64), "the revision")
        },
    ]

    private static func owners(_ texts: String...) -> Set<AccessKey> { Set(texts.map(AccessKey.init(rawValue:))) }
}
