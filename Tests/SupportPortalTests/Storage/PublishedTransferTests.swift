import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("What is published goes from storage to storage")
struct PublishedTransferTests: ArchiveTests {
    private static let author = Author(role: .agent, identity: .agent("a-1"), name: "Bo")

    private static func date(_ second: Int) -> Date { Date(timeIntervalSince1970: 1_790_000_000.123 + Double(second)) }

    private static func entry<Item: CatalogItem>(_ id: String, _ number: Int, of type: Item.Type) -> CatalogEntry<Item> {
        var entry = CatalogEntry<Item>(
            id: Identifier(id), slug: Slug(SingleLine("\(Item.kindName) \(number)")),
            texts: [
                CatalogText(
                    title: SingleLine("Title \(RichPortal.awkward)"), summary: "Summary", body: "Body\n\(RichPortal.awkward)"),
                CatalogText(language: "de", title: "Titel"),
            ], created: date(number), editor: author)
        entry.tags = Set(["refund", "été", "vip"].compactMap { TagName($0) })
        entry.audience = [.customers(["c-1", "c-2", "c-3"]), .agents]
        entry.state = .published
        entry.expires = number % 2 == 0 ? date(1_000) : nil
        // Two of the same instant.
        entry.updated = date(number / 2)
        return entry
    }

    private static func write(_ id: Blob.ID, of owner: AccessKey, _ size: Int, to storage: any PortalStorage) async throws {
        let bytes = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        try await storage.blobs?.write(
            Blob(id: id, owner: owner, name: "file é.bin", created: date(0)), from: ByteChunks(bytes, every: 10_000))
    }

    /// Three articles, of which one has a long story, an announcement and a download.
    private static func publish(in storage: any PortalStorage) async throws {
        let (articles, announcements) = (try #require(storage.articles), try #require(storage.announcements))
        let downloads = try #require(storage.downloads)
        try await write("f-1", of: AccessKey(rawValue: "article:x/é"), 100_000, to: storage)
        try await write("f-2", of: AccessKey(rawValue: "article:x/é"), 0, to: storage)
        try await write("f-old", of: AccessKey(rawValue: "article:x/é"), 10, to: storage)
        try await write("f-3", of: AccessKey(rawValue: "download:d"), 50, to: storage)
        _ = try await articles.commit(
            CatalogCommit { commit in
                commit.categories = ["b", "a", "a/é"].map {
                    Article.Category(id: Article.Category.ID($0), slug: Slug(SingleLine("c\($0)")), texts: [], audience: .agents)
                }
            })
        var article = Article(
            entry: entry("x/é", 0, of: Article.self),
            attachments: [
                FileAttachment(id: "f-1", name: "file é.bin", size: 100_000), FileAttachment(id: "f-2", name: "b", size: 0),
                FileAttachment(id: "f-missing", name: "gone", size: 5),
            ])
        article.entry.categories = ["b", "a"]
        for revision in 0..<5 {
            article.entry.revision = Revision(rawValue: revision)
            var changed = article
            changed.entry.place = revision
            let (old, new) = (article, changed)
            _ = try await articles.commit(
                CatalogCommit { commit in
                    commit.items = [new]
                    if revision > 0 { commit.versions = [old] }
                    commit.increments = [CatalogIncrement(new.id, .views, by: 2), CatalogIncrement(new.id, .downloads, by: -1)]
                    commit.votes = [
                        CatalogVote(new.id, .helpful, by: .customer(Customer.ID("c-\(revision)")), revision % 2),
                        CatalogVote(new.id, CatalogTally.Ballot(rawValue: "a/é"), by: .customer("c-1"), revision),
                    ]
                })
            article = changed
        }
        let others = (1...2).map { Article(entry: entry("y-\($0)", $0, of: Article.self)) }
        _ = try await articles.commit(CatalogCommit { $0.items = others })
        let news = Announcement(entry: entry("n", 1, of: Announcement.self))
        _ = try await announcements.commit(
            CatalogCommit {
                $0.items = [news]
                $0.votes = [CatalogVote(news.id, .read, by: .customer("c-1"), 1)]
            })
        let download = Download(
            entry: entry("d", 1, of: Download.self), file: FileAttachment(id: "f-3", name: "file é.bin", size: 50),
            sha256: "00ff",
            version: "1.2", requirement: Download.Requirement(products: ["p-3", "p-1", "p-2"], needsSupport: true))
        _ = try await downloads.commit(
            CatalogCommit {
                $0.items = [download]
                $0.categories = [Download.Category(id: "dc", slug: Slug("dc"), texts: [])]
            })
    }

    private static func published(_ kind: StorageKind = .inMemory, with tickets: Bool = false) async throws -> any PortalStorage {
        let storage: any PortalStorage = tickets ? try await RichPortal(kind, fileSize: 100).bench.storage : try await kind.make()
        try await publish(in: storage)
        return storage
    }

    @Test("It is the same there, and the same again when it is exported", arguments: StorageKind.allCases, StorageKind.allCases)
    func roundTrip(_ source: StorageKind, _ target: StorageKind) async throws {
        let storage = try await Self.published(source, with: true)
        let exported = try await lines(storage)
        #expect(try await lines(storage) == exported)
        let copy = try await target.make()
        let summary = try await PortalArchive.restore(ByteChunks(Data(exported.joined()), every: 999), into: copy)
        #expect(try await lines(copy) == exported)
        #expect(String(decoding: exported[0], as: UTF8.self).contains(#""version":2"#))
        let counts = summary.counts
        #expect(counts.announcements == 1 && counts.articles == 3 && counts.downloads == 1 && counts.categories == 4)
        #expect(counts.versions == 4 && counts.votes == 7 && counts.tickets == 6)
        #expect(
            summary.skipped
                == TransferCounts(with: {
                    $0.files = 1; $0.fileBytes = summary.skipped.fileBytes
                }))
        // A file of no item any more is an upload, next to the one of the tickets.
        #expect(counts.uploads == 2)
        #expect(try await PortalArchive.verify(ByteChunks(exported)) == verified(summary))

        let (old, new) = (try #require(storage.articles), try #require(copy.articles))
        let all = CatalogQuery<Article>(in: .everything, order: .title)
        let items = try await new.items(all).items
        #expect(items.map { $0.entry.slug } == (try await old.items(all).items.map { $0.entry.slug }))
        #expect(items.allSatisfy { $0.entry.revision == Revision(rawValue: 1) })
        #expect(try await new.tallies(of: ["x/é"]) == (try await old.tallies(of: ["x/é"])))
        #expect(try await new.votes(in: .helpful, by: .customer("c-3"), on: ["x/é", "y-1"]) == ["x/é": 1])
        #expect(try await copy.blobs?.read("f-1", in: 0..<100_000) == (try await storage.blobs?.read("f-1", in: 0..<100_000)))
        #expect(try await copy.blobs?.blobs(["f-old"]).count == 1)
        // What is kept from now on comes before what was kept there, and takes nothing's place.
        let article = try #require(items.first { $0.id == "x/é" })
        _ = try await new.commit(
            CatalogCommit {
                $0.items = [article]
                $0.versions = [article]
            })
        let versions = try await new.versions(of: "x/é", page: PageRequest(limit: 3))
        #expect(versions.items.map(\.entry.revision.rawValue) == [1, -1, -2])
        let rest = try await new.versions(of: "x/é", page: PageRequest(limit: 3, after: versions.next))
        #expect(rest.items.map(\.entry.place) == [1, 0])
    }

    @Test(
        "A restore that was cut off anywhere goes on from there; one that is repeated changes nothing",
        arguments: StorageKind.allCases)
    func repeated(_ kind: StorageKind) async throws {
        let exported = try await lines(try await Self.published())
        for count in stride(from: 1, through: exported.count, by: kind == .inMemory ? 1 : 9) {
            let copy = try await kind.make()
            let cut = ByteChunks(Array(exported.prefix(count)))
            _ = await code { try await PortalArchive.restore(cut, into: copy) }
            let first = try await PortalArchive.restore(ByteChunks(exported), into: copy, options: again)
            #expect(try await lines(copy) == exported, "cut after \(count) lines")
            guard count == exported.count else { continue }
            for summary in [first, try await PortalArchive.restore(ByteChunks(exported), into: copy, options: again)] {
                #expect(summary.skipped == summary.counts)
            }
            #expect(await code { try await PortalArchive.restore(ByteChunks(exported), into: copy) } == .notEmpty)
        }
    }

    @Test("Very many versions and votes go in several commits")
    func many() async throws {
        let storage = InMemoryStorage()
        let article = Article(entry: Self.entry("x", 0, of: Article.self))
        _ = try await storage.articleStore.commit(
            CatalogCommit { commit in
                commit.items = [article]
                commit.versions = (1...300).map { number in
                    var version = article
                    version.entry.revision = Revision(rawValue: number)
                    version.entry.place = number
                    return version
                }
                commit.votes = (0..<700).map { CatalogVote(article.id, .read, by: .customer(Customer.ID("c-\($0)")), 1) }
            })
        let exported = try await lines(storage)
        let copy = InMemoryStorage()
        _ = await code { try await PortalArchive.restore(ByteChunks(Array(exported.prefix(700))), into: copy) }
        #expect(try await copy.articleStore.versions(of: "x", page: PageRequest(limit: 1_000)).items.count == 300)
        let kept = try await copy.articleStore.votes(on: "x", page: PageRequest(limit: 1_000)).items.count
        #expect(kept > 0 && kept < 700)
        let summary = try await PortalArchive.restore(ByteChunks(exported), into: copy, options: again)
        #expect(summary.skipped.versions == 300 && summary.skipped.votes == kept && summary.skipped.articles == 0)
        #expect(try await lines(copy) == exported)
    }

    @Test("What is stored otherwise is not overwritten, and what there is no store for is refused")
    func refusals() async throws {
        let exported = try await lines(try await Self.published())
        let changes: [@Sendable (inout CatalogCommit<Article>, Article) -> Void] = [
            { commit, article in
                var article = article
                article.entry.place += 1
                commit.items = [article]
            },
            { commit, article in commit.increments = [CatalogIncrement(article.id, .views)] },
            { commit, article in commit.votes = [CatalogVote(article.id, .helpful, by: .customer("c-1"), 7)] },
            { commit, article in commit.votes = [CatalogVote(article.id, .read, by: .customer("c-1"), 7)] },
            { commit, article in commit.versions = [article] },
        ]
        for (number, change) in changes.enumerated() {
            let copy = InMemoryStorage()
            try await PortalArchive.restore(ByteChunks(exported), into: copy)
            let query = CatalogQuery<Article>(in: .everything, CatalogFilter { $0.ids = ["x/é"] })
            let article = try #require(try await copy.articleStore.items(query).items.first)
            _ = try await copy.articleStore.commit(CatalogCommit { change(&$0, article) })
            let error = await failure { try await PortalArchive.restore(ByteChunks(exported), into: copy, options: again) }
            #expect(error?.code == .differs && error?.line != nil, "\(number)")
        }
        let category = InMemoryStorage()
        _ = try await category.articleStore.commit(
            CatalogCommit { $0.categories = [Article.Category(id: "a", slug: Slug("other"), texts: [])] })
        #expect(await code { try await PortalArchive.restore(ByteChunks(exported), into: category) } == .notEmpty)
        #expect(await code { try await PortalArchive.restore(ByteChunks(exported), into: category, options: again) } == .differs)
        var without = ComposedStorage(InMemoryStorage())
        without.articles = nil
        let storage = without
        #expect(await code { try await PortalArchive.restore(ByteChunks(exported), into: storage) } == .missingStore)
    }

    @Test("Lines in another order are refused, and an archive of version 1 has none of them")
    func order() async throws {
        let exported = try await lines(try await Self.published())
        func place(_ type: String, last: Bool = false) throws -> Int {
            let prefix = Data(#"{"type":"\#(type)","#.utf8)
            return try #require(
                last ? exported.lastIndex { $0.starts(with: prefix) } : exported.firstIndex { $0.starts(with: prefix) })
        }
        let article = try place("article")
        let moves = [
            (try place("article.category"), article), (try place("article.counters"), try place("article.version")),
            (try place("article.version"), try place("article.version", last: true)),
            (try place("article.vote"), try place("article.version")),
            (try place("article.vote"), try place("article.vote", last: true)),
            (try place("announcement"), article), (try place("download.category"), article),
            (article, try place("article", last: true)),
            (try place("article.version"), article - 1), (try place("file"), try place("announcement")),
        ]
        for (from, to) in moves {
            var lines = exported
            lines.insert(lines.remove(at: from), at: to)
            let stream = ByteChunks(try sealed(lines))
            #expect(await code { try await PortalArchive.verify(stream) } == .wrongOrder, "\(from) to \(to)")
        }
        let first = replaced(exported[0], #""version":2"#, by: #""version":1"#)
        let older = ByteChunks(try sealed([first] + exported.dropFirst()))
        #expect(await code { try await PortalArchive.verify(older) } == .malformed)
        for (old, new) in [(#""size":100000"#, #""size":-1"#), (#""slug":"article-0""#, #""slug":"A B""#)] {
            let changed = ByteChunks(try sealed(exported.map { replaced($0, old, by: new) }))
            #expect(await code { try await PortalArchive.verify(changed) } == .malformed, "\(new)")
        }
    }

    @Test("What is changed meanwhile is noticed")
    func meanwhile() async throws {
        let storage = InMemoryStorage()
        try await Self.publish(in: storage)
        var export = PortalArchive.export(storage).makeAsyncIterator()
        _ = try await export.next()
        let late = Article(entry: Self.entry("late", 9, of: Article.self))
        let event = PortalEvent(
            id: "e", kind: .catalog(Article.self, .created), subject: "late", date: Self.date(9), author: Self.author, keys: [])
        _ = try await storage.articleStore.commit(
            CatalogCommit {
                $0.items = [late]
                $0.events = [event]
            })
        let error = await failure {
            while try await export.next() != nil {}
            return true
        }
        #expect(error?.code == .changedMeanwhile)
    }
}

extension TransferCounts {
    fileprivate init(with change: (inout TransferCounts) -> Void) {
        self.init()
        change(&self)
    }
}
