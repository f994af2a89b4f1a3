import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Lists of downloads")
struct DownloadListTests {
    @Test("A summary says what a file is, and who may have it", arguments: StorageKind.allCases)
    func summary(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let manuals = try await test.category("Manuals")
        let inner = try await test.category("Servers", in: manuals)
        let file = try await test.offer("VPS guide.PDF", Data("abc".utf8)) {
            $0.entry.texts = [
                CatalogText(title: "The guide", summary: "In short", body: "# All of it"),
                CatalogText(language: "de", title: "Die Anleitung", body: "Alles"),
            ]
            $0.entry.categories = [inner]
            $0.version = "2.1"
            $0.requirement = Download.Requirement(products: ["vps-line"], needsSupport: true)
        }
        let page = try await test.alice.page(file.id)
        let summary = page.summary
        #expect(summary.shown.title == "The guide" && summary.shown.summary == "In short")
        #expect(page.description == "# All of it")
        #expect(page.paths.map { $0.map(\.title) } == [["Manuals", "Servers"]])
        #expect(summary.version == "2.1" && summary.fileName == "VPS guide.PDF" && summary.type == "PDF" && summary.size == 3)
        // The example of FIPS 180-2, appendix B.1.
        #expect(summary.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(summary.shown.published == test.bench.clock.now)
        #expect(summary.access == .granted && !summary.isShared && !summary.isMissing && summary.downloads == 0)
        #expect(try await test.alice.page(file.entry.slug).id == file.id)
        #expect(try await test.guest.page(file.id, language: "de-AT").summary.shown.title == "Die Anleitung")
        #expect(try await test.guest.page(file.id).summary.access == .denied(.needsSignIn))
        #expect(try await test.bob.page(file.id).summary.access == .denied(.needsProduct(["vps-line"])))
        let end = test.bench.clock.now
        test.bench.people.add(Service(id: "s-vps", name: "VPS", product: "vps-line", supportEnds: end), to: test.bench.alice.id)
        #expect(try await test.alice.page(file.id).summary.access == .denied(.supportExpired(since: end)))
    }

    @Test("Categories are nested and counted, and files come by place", arguments: StorageKind.allCases)
    func categories(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let tools = try await test.category("Tools")
        let deep = try await test.category("Old", in: tools)
        let other = try await test.category("Other")
        var files: [Download.ID] = []
        for number in 0..<5 {
            files.append(
                try await test.offer("\(number).zip") {
                    $0.entry.categories = number == 4 ? [deep] : number == 3 ? [tools, deep] : [tools]
                }.id)
        }
        let loose = try await test.offer("loose.zip").id
        try await test.desk.upload(FileSource(name: "draft.zip", data: Data()), title: "Draft") { $0.entry.categories = [tools] }
        let nodes = try await test.guest.categories()
        #expect(nodes.map(\.title) == ["Other", "Tools"] || nodes.map(\.title) == ["Tools", "Other"])
        let node = try #require(nodes.first { $0.id == tools })
        #expect(node.count == 4 && node.total == 5 && node.children.map(\.count) == [2])
        #expect(nodes.first { $0.id == other }?.total == 0)
        try await test.desk.reorder([files[2], files[0]], in: tools)
        var seen: [Download.ID] = []
        var request = PageRequest(limit: 3)
        repeat {
            let page = try await test.guest.list(in: tools, page: request)
            #expect(page.items.count <= 3)
            seen += page.items.map(\.id)
            request.after = page.next
        } while request.after != nil
        #expect(seen.count == 4 && Array(seen.prefix(2)) == [files[2], files[0]] && Set(seen) == Set(files[..<4]))
        #expect(try await Set(test.guest.list(in: tools, withSubcategories: true).items.map(\.id)) == Set(files))
        #expect(try await test.guest.uncategorized().items.map(\.id) == [loose])
        #expect(await code { try await test.guest.list(in: "nowhere") } == .notFound)
        #expect(await code { try await test.desk.removeCategory(tools) } == .notEmpty)
        // Elsewhere, the last leaves; then it can go.
        try await test.desk.move(files[3], to: [other])
        try await test.desk.move(files[4], to: [])
        try await test.desk.removeCategory(deep)
        #expect(await code { try await test.desk.move(files[0], to: [deep]) } == .invalidForm)
        #expect(try await test.guest.list(in: other).items.map(\.id) == [files[3]])
    }

    @Test("The newest come first, and the most popular, each with all pages", arguments: StorageKind.allCases)
    func orders(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        var files: [Download.ID] = []
        for number in 0..<4 {
            test.bench.clock.advance(by: .seconds(60))
            files.append(try await test.offer("\(number).zip").id)
        }
        #expect(try await test.guest.newest().items.map(\.id) == files.reversed())
        for (index, times) in [(2, 3), (0, 1)] {
            for _ in 0..<times { _ = try await test.bob.download(files[index]).bytes.collect() }
        }
        let popular = try await test.guest.mostPopular(page: PageRequest(limit: 2))
        #expect(popular.items.map(\.id) == [files[2], files[0]] && popular.items.map(\.downloads) == [3, 1])
        let rest = try await test.guest.mostPopular(page: PageRequest(limit: 2, after: popular.next))
        #expect(Set(rest.items.map(\.id)) == [files[1], files[3]] && rest.next == nil)
        #expect(await code { try await test.guest.newest(page: PageRequest(after: popular.next)) } == .invalidCursor)
    }

    @Test("What is hidden is as what does not exist, whoever asks, whichever way", arguments: StorageKind.allCases)
    func hidden(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let open = try await test.category("Open")
        let secret = try await test.category("Secret", for: .agents)
        let below = try await test.category("Below", in: secret)
        let both = try await test.offer("both.zip") { $0.entry.categories = [open, below] }
        let draft = try await test.desk.upload(FileSource(name: "draft.zip", data: Data()), title: "Draft")
        let tomorrow = try await test.offer("tomorrow.zip") { $0.entry.published = test.bench.clock.now + 86_400 }
        let expired = try await test.offer("expired.zip") {
            $0.entry.published = test.bench.clock.now - 10
            $0.entry.expires = test.bench.clock.now
        }
        let bobs = try await test.offer("bob.zip") { $0.entry.audience = .customers([test.bench.bob.id]) }
        let shared = try await test.desk.share(
            FileSource(name: "shared.zip", data: Data()), with: [test.bench.alice.id], title: "Shared")
        try await test.desk.move(shared.id, to: [below])
        let archived = try await test.offer("archived.zip")
        try await test.desk.archive(archived.id)
        let random = await refusal { try await test.alice.download("0123456789abcdef0123456789abcdef") }
        for hidden in [both, draft, tomorrow, expired, bobs, shared, archived] {
            #expect(await refusal { try await test.alice.download(hidden.id) } == random)
            #expect(await refusal { try await test.alice.download(hidden.id, range: 0..<1) } == random)
            #expect(await refusal { try await test.alice.page(hidden.id) } == random)
            #expect(await refusal { try await test.alice.page(hidden.entry.slug) } == random)
            #expect(await refusal { try await test.guest.download(hidden.id) } == random)
        }
        #expect(try await test.alice.newest().items.isEmpty)
        #expect(try await test.alice.shared().items.isEmpty)
        #expect(try await test.alice.list(in: open).items.isEmpty)
        #expect(try await test.guest.mostPopular().items.isEmpty)
        #expect(try await test.alice.categories().map(\.total) == [0])
        #expect(await code { try await test.alice.list(in: below) } == .notFound)
        #expect(try await test.bob.shared().items.map(\.id) == [bobs.id])
        test.bench.clock.advance(by: .seconds(86_400))
        #expect(try await test.guest.newest().items.map(\.id) == [tomorrow.id])
        #expect(try await Set(test.desk.list().items.map(\.id)).count == 7)
    }

    @Test("Searching finds by title, text, file name and version, within what the asker sees", arguments: StorageKind.allCases)
    func search(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        // One portal, as its index belongs to it.
        let portal = test.portal
        let images = try await test.category("Images")
        let secret = try await test.category("Secret", for: .agents)
        let rescue = try await test.offer("rescue-amd64.iso") {
            $0.entry.texts = [CatalogText(title: "Rescue image", body: "Boots **any** server.")]
            $0.entry.categories = [images]
            $0.version = "2026.1"
            $0.requirement.products = ["vps-line"]
        }
        let manual = try await test.offer("manual.pdf") {
            $0.entry.texts = [CatalogText(title: "Manual", body: "How to boot the rescue system.")]
        }
        let hidden = try await test.offer("rescue-old.iso") { $0.entry.categories = [secret] }
        try await test.desk.share(FileSource(name: "rescue.log", data: Data()), with: [test.bench.bob.id], title: "Rescue log")
        let alice = portal.customer(test.bench.alice).downloads
        let found = try await alice.search("rescue")
        #expect(found.results.map(\.id) == [rescue.id, manual.id] && found.total == 2 && found.next == nil)
        #expect(
            found.results.map(\.download.access) == [.granted, .granted] && found.results.first?.download.version == "2026.1")
        #expect(try await portal.guest().downloads.search("rescue").results.first?.download.access == .denied(.needsSignIn))
        #expect(try await alice.search("amd64").results.map(\.id) == [rescue.id])
        #expect(try await alice.search("2026.1").results.map(\.id) == [rescue.id])
        #expect(try await alice.search("rescue", in: images).results.map(\.id) == [rescue.id])
        #expect(try await portal.customer(test.bench.bob).downloads.search("rescue").total == 3)
        #expect(try await portal.agent(test.bench.tess).downloads.search("rescue").total == 4)
        let first = try await alice.search("rescue", page: PageRequest(limit: 1))
        let second = try await alice.search("rescue", page: PageRequest(limit: 1, after: first.next))
        #expect((first.results + second.results).map(\.id) == [rescue.id, manual.id] && second.next == nil)
        #expect(await code { try await alice.search("rescue", in: secret) } == .notFound)
        #expect(await code { try await alice.search(String(repeating: "x", count: 1_000_000)) } == .tooLong)
        #expect(
            await code {
                try await alice.search("x", page: PageRequest(after: .init(order: "place", value: .number(1), id: "x")))
            } == .invalidCursor)
        // What changes is found as it is.
        try await test.desk.move(hidden.id, to: [])
        try await test.desk.replaceFile(of: rescue.id, with: FileSource(name: "rescue-arm.iso", data: Data()))
        try await test.desk.remove(manual.id)
        #expect(try await alice.search("rescue").total == 2)
        #expect(try await alice.search("amd64").results.isEmpty)
        #expect(try await alice.search("arm").results.map(\.id) == [rescue.id])
    }

    @Test("Ids from elsewhere lead nowhere", arguments: StorageKind.allCases)
    func foreign(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        try await test.offer()
        for id in ["", "a\u{0}b", "../x", String(repeating: "x", count: 100_000), "\u{202E}", "'; drop table"] {
            #expect(await code { try await test.alice.page(Download.ID(id)) } == .notFound)
            #expect(await code { try await test.guest.download(Download.ID(id)) } == .notFound)
            #expect(await code { try await test.desk.file(of: Download.ID(id)) } == .notFound)
            #expect(await code { try await test.desk.remove(Download.ID(id)) } == .notFound)
            #expect(await code { try await test.alice.list(in: Download.Category.ID(id)) } == .notFound)
        }
    }

    @Test("A portal without downloads, or without files, says so")
    func notComposed() async throws {
        var storage = ComposedStorage(InMemoryStorage())
        storage.downloads = nil
        let customer = Customer(id: "c", name: "C")
        let agent = Agent(id: "a", name: "A", departments: .all)
        #expect(await code { try await Portal(storage: storage).customer(customer).downloads.newest() } == .sectionNotComposed)
        #expect(await code { try await Portal(storage: storage).agent(agent).downloads.list() } == .sectionNotComposed)
        storage = ComposedStorage(InMemoryStorage())
        storage.blobs = nil
        let portal = Portal(storage: storage)
        #expect(await code { try await portal.guest().downloads.newest() } == .sectionNotComposed)
        let file = FileSource(name: "x.zip", data: Data())
        #expect(await code { try await portal.agent(agent).downloads.upload(file, title: "X") } == .sectionNotComposed)
    }
}
