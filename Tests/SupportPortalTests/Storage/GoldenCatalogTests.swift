import Foundation
import JSONLog
import SupportPortal
import TestSupport
import Testing

/// Files with what sections publish, kept like those of ``GoldenTests``.
///
/// To make the files of a new version: set `GOLDEN_CATALOG_WRITES_TO` to an empty directory and run this suite. Those of an old version are never
/// changed.
@Suite("Golden files of what is published")
struct GoldenCatalogTests {
    private static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/v1-catalog").path

    /// Everything in them, by hand, so that nothing changes when samples do.
    private enum Records {
        static func date(_ second: Int) -> Date { Date(timeIntervalSince1970: 1_790_000_000.123 + Double(second)) }

        static let agent = Author(
            role: .agent, identity: .agent("a-1"), name: "Bo Agent", address: EmailAddress(checking: "bo@staff.example"))
        static let ballot = CatalogTally.Ballot(rawValue: "odd/é %")

        static func slug(_ text: String) -> Slug { Slug(rawValue: text) ?? Slug("none") }

        static func entry<Item: CatalogItem>(_ id: String, of type: Item.Type) -> CatalogEntry<Item> {
            CatalogEntry(
                id: Identifier(id), slug: slug("plain-\(Item.kindName)"), texts: [CatalogText(title: "Plain")], created: date(0),
                editor: agent)
        }

        static var plain: Article { Article(entry: entry("i-plain", of: Article.self)) }

        static var full: Article {
            var entry = entry("i-full/é", of: Article.self)
            entry.slug = slug("größe-漢字")
            entry.texts = [
                CatalogText(title: "Everything 🙂 \\ / set", summary: "Short \"words\"", body: "Line one\n\t\u{1} 漢字"),
                CatalogText(language: "pt-BR", title: "Tudo"),
            ]
            entry.tags = Set(["refund", "été", "a/b"].compactMap { TagName($0) })
            entry.categories = ["c-top", "c-below/é"]
            entry.place = -7
            entry.state = .published
            entry.audience = [.customers, .owners(of: "s/1"), .customers(["é", "c-1"])]
            entry.published = date(100)
            entry.expires = date(9_000)
            entry.isPinned = true
            entry.updated = date(5)
            return Article(entry: entry, attachments: [FileAttachment(id: "b-1", name: "log.txt", size: 12)])
        }

        static var announcement: Announcement {
            var entry = entry("i-plain", of: Announcement.self)
            (entry.state, entry.published) = (.archived, date(-1_000_000))
            return Announcement(entry: entry)
        }

        static var download: Download {
            var entry = entry("i-plain", of: Download.self)
            (entry.state, entry.categories) = (PublicationState(rawValue: "In review"), ["d-1"])
            return Download(
                entry: entry, file: FileAttachment(id: "b-2", name: "x.iso", size: 1 << 40), sha256: "00ff", version: "1.2 é",
                requirement: Download.Requirement(products: ["p/2", "p-1"], needsSupport: true))
        }

        static var top: Article.Category {
            Article.Category(id: "c-top", slug: slug("top"), texts: [CatalogText(title: "Top", body: "**All**")])
        }

        static var below: Article.Category {
            Article.Category(
                id: "c-below/é", slug: slug("below"), texts: [], parent: "c-top", place: -1, audience: [.agents, .customers])
        }

        static func event(_ id: PortalEvent.ID, on subject: String) -> PortalEvent {
            PortalEvent(
                id: id, kind: .catalog(Article.self, .published), subject: subject, date: date(10), author: agent,
                keys: [.everyone, .customer("c-1")])
        }
    }

    /// What is stored, always in the same way.
    private static func write(to storage: JSONFileStorage) async throws {
        let store = storage.articleStore
        _ = try await store.commit(
            CatalogCommit {
                $0.items = [Records.plain]
                $0.categories = [Records.top, Records.below]
                $0.events = [Records.event("e-1", on: "i-plain")]
            })
        var full = Records.full
        full.entry.state = .draft
        let draft = full
        _ = try await store.commit(CatalogCommit { $0.items = [draft] })
        full = Records.full
        full.entry.revision = Revision(rawValue: 1)
        let (old, new) = (Self.version, full)
        _ = try await store.commit(
            CatalogCommit {
                $0.items = [new]
                $0.versions = [old]
                $0.increments = [CatalogIncrement(new.id, .views, by: 41), CatalogIncrement(new.id, .downloads, by: -2)]
                $0.votes = [
                    CatalogVote(new.id, .helpful, by: .customer("c-1"), 1),
                    CatalogVote(new.id, Records.ballot, by: .customer("é"), -5),
                    CatalogVote(new.id, .helpful, by: .customer("c-gone"), 1),
                ]
                $0.events = [Records.event("e-2", on: new.id.rawValue)]
                $0.announces = false
            })
        _ = try await store.commit(CatalogCommit { $0.increments = [CatalogIncrement(new.id, .views)] })
        _ = try await store.commit(CatalogCommit { $0.forgotten = [.customer("c-gone")] })
        var gone = Records.plain
        gone.entry = Records.entry("i-gone", of: Article.self)
        gone.entry.slug = Records.slug("gone")
        let removed = gone
        _ = try await store.commit(CatalogCommit { $0.items = [removed] })
        _ = try await store.commit(CatalogCommit { $0.removedItems = [removed.id: Revision(rawValue: 1)] })
        _ = try await storage.announcementStore.commit(
            CatalogCommit {
                $0.items = [Records.announcement]
                $0.votes = [CatalogVote("i-plain", .read, by: .customer("c-1"), 1)]
                $0.events = [Records.event("e-1", on: "i-plain")]
            })
        _ = try await storage.downloadStore.commit(
            CatalogCommit {
                $0.items = [Records.download]
                $0.categories = [Download.Category(id: "d-1", slug: Records.slug("files"), texts: [])]
            })
    }

    private static var version: Article {
        var version = Records.full
        version.entry.state = .draft
        version.entry.revision = Revision(rawValue: 1)
        return version
    }

    private static func open(_ path: String, _ mode: JSONFileStorage.Mode = .durable) async throws -> JSONFileStorage {
        try await JSONFileStorage(path: path, create: true, mode: mode, options: LogOptions(), files: DiskFileSystem())
    }

    private static func check(_ storage: JSONFileStorage) async throws {
        #expect(storage.recovery.isClean && storage.recovery.tornTail == nil)
        let store = storage.articleStore
        var (plain, full, announcement, download) = (Records.plain, Records.full, Records.announcement, Records.download)
        var (top, below) = (Records.top, Records.below)
        let first = Revision(rawValue: 1)
        (plain.entry.revision, announcement.entry.revision, download.entry.revision) = (first, first, first)
        (top.revision, below.revision) = (first, first)
        full.entry.revision = Revision(rawValue: 2)
        for order in [CatalogOrder.newest, .title, .updated, .popular(.views)] {
            #expect(try await store.items(CatalogQuery(in: .everything, order: order)).items == [full, plain], "\(order)")
        }
        let shown = CatalogFilter<Article> { ($0.shownAt, $0.placement) = (Records.date(100), .listed(["c-below/é"])) }
        let scope = AccessScope.holding([.service("s/1"), .customers])
        #expect(try await store.items(CatalogQuery(in: scope, shown, order: .place)).items == [full])
        #expect(
            try await store.counts(CatalogFilter(), in: .everything, of: [.anywhere, .unlisted, .listed(["c-top"])]) == [2, 1, 1])
        #expect(try await store.items(CatalogQuery(in: .everything, CatalogFilter { $0.slug = full.entry.slug })).items == [full])
        #expect(try await store.items(CatalogQuery(in: .everything, CatalogFilter { $0.tag = TagName("été") })).items == [full])
        #expect(try await store.categories() == [below, top])
        #expect(try await store.versions(of: full.id, page: .first).items == [Self.version])
        var tally = CatalogTally()
        tally.counters = [.views: 42, .downloads: -2]
        tally.votes = [.helpful: [1: 1], Records.ballot: [-5: 1]]
        #expect(try await store.tallies(of: [full.id, plain.id]) == [full.id: tally])
        #expect(
            try await store.votes(on: full.id, page: .first).items == [
                CatalogVote(full.id, .helpful, by: .customer("c-1"), 1),
                CatalogVote(full.id, Records.ballot, by: .customer("é"), -5),
            ])
        #expect(
            try await store.changes(ChangeQuery(since: .start)).events == [
                RecordedEvent(position: Position(rawValue: 1), event: Records.event("e-1", on: "i-plain")),
                RecordedEvent(position: Position(rawValue: 2), event: Records.event("e-2", on: full.id.rawValue)),
            ])
        #expect(try await storage.announcementStore.items(CatalogQuery(in: .everything)).items == [announcement])
        #expect(try await storage.announcementStore.votes(in: .read, by: .customer("c-1"), on: ["i-plain"]) == ["i-plain": 1])
        #expect(try await storage.downloadStore.items(CatalogQuery(in: .everything)).items == [download])
        #expect(try await storage.downloadStore.categories().map(\.id) == ["d-1"])
        #expect(try await storage.verify().isEmpty)
    }

    @Test("Files of version 1 are read as they were written")
    func versionOne() async throws {
        let folder = try TemporaryFolder()
        let copy = "\(folder.path)/v1"
        try FileManager.default.copyItem(atPath: Self.directory, toPath: copy)
        let reader = try await Self.open(copy, .readOnly)
        try await Self.check(reader)
        try await reader.close()
        let storage = try await Self.open(copy)
        try await Self.check(storage)
        // What waits is each section's own.
        let claim = QueueClaim(limit: 9, now: Records.date(61), leaseEnd: Records.date(99), lease: "lease-1")
        #expect(try await storage.articleStore.claim(claim).map(\.event.subject) == ["i-plain"])
        #expect(try await storage.announcementStore.claim(claim).count == 1)
        #expect(try await storage.downloadStore.claim(claim).isEmpty)
        #expect(try await storage.ticketStore.claim(claim).isEmpty)
        try await storage.compact()
        try await storage.close()
        let again = try await Self.open(copy)
        try await Self.check(again)
        try await again.close()
    }

    @Test("What is written today has the bytes of version 1")
    func sameBytes() async throws {
        let folder = try TemporaryFolder()
        let storage = try await Self.open(folder.path)
        try await Self.write(to: storage)
        try await storage.close()
        let written = try Data(contentsOf: URL(filePath: "\(folder.path)/000001.jsonl"))
        let golden = try Data(contentsOf: URL(filePath: "\(Self.directory)/000001.jsonl"))
        let lines = { (data: Data) in data.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) } }
        for (line, expected) in zip(lines(written), lines(golden)) { #expect(line == expected) }
        #expect(golden == written)
    }

    @Test("Writes new golden files", .enabled(if: ProcessInfo.processInfo.environment["GOLDEN_CATALOG_WRITES_TO"] != nil))
    func write() async throws {
        let storage = try await Self.open(ProcessInfo.processInfo.environment["GOLDEN_CATALOG_WRITES_TO"] ?? "")
        try await Self.write(to: storage)
        try await storage.close()
    }
}
