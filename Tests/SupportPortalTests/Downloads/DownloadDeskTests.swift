import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Offering downloads")
struct DownloadDeskTests {
    /// Yields chunks until it fails.
    private struct Broken: AsyncSequence, Sendable {
        typealias Element = Data
        typealias Failure = any Error
        struct Lost: Error {}
        let chunks: Int

        struct AsyncIterator: AsyncIteratorProtocol {
            var left: Int

            mutating func next() async throws -> Data? {
                guard left > 0 else { throw Lost() }
                left -= 1
                return Data(repeating: 7, count: 100)
            }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(left: chunks) }
    }

    private func stored(_ test: DownloadBench) async throws -> [Blob] {
        try await test.blobs.blobs(matching: BlobQuery(page: PageRequest(limit: 1_000))).items
    }

    @Test("A file over the limit, of the wrong kind, or cut short leaves nothing", arguments: StorageKind.allCases)
    func limits(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind) {
            $0.downloads.maximumFileSize = 1_000
            $0.downloads.allowedExtensions = ["iso"]
        }
        let exact = try await test.offer("a.iso", pattern(1_000))
        #expect(exact.file.size == 1_000)
        let large = await refusal { try await test.offer("b.iso", pattern(1_001)) }
        #expect(large?.code == .fileTooLarge && large?.limit == 1_000)
        #expect(await code { try await test.offer("b.exe") } == .fileTypeNotAllowed)
        #expect(
            await code { try await test.desk.replaceFile(of: exact.id, with: FileSource(name: "b.exe", data: Data())) }
                == .fileTypeNotAllowed)
        await #expect(throws: Broken.Lost.self) {
            try await test.desk.upload(FileSource(name: "c.iso", bytes: Broken(chunks: 3)), title: "C")
        }
        // The mistakes of the record are found before a byte is read.
        await #expect(throws: PortalError.self) {
            try await test.desk.upload(FileSource(name: "d.iso", bytes: Broken(chunks: 0)), title: "") {
                $0.version = SingleLine(String(repeating: "9", count: 101))
                $0.requirement.products = []
                $0.entry.categories = ["nowhere"]
            }
        }
        let mistakes = await refusal {
            try await test.offer("d.iso") {
                $0.entry.texts[0].title = ""
                $0.version = SingleLine(String(repeating: "9", count: 101))
                $0.requirement.products = []
                $0.entry.categories = ["nowhere"]
            }
        }
        #expect(Set(mistakes?.problems.map(\.field) ?? []) == [.title, .version, .products, .categories])
        #expect(try await stored(test).map(\.id) == [exact.file.id])
        #expect(try await test.desk.list().items.map(\.id) == [exact.id])
    }

    @Test("Names that would break out are stored harmless and lead nowhere", arguments: StorageKind.allCases)
    func names(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let names = [
            "../../x": "x", "a\u{0}b": "a b", "CON": "_CON", "": "file", "photo\u{202E}gnp.exe": "photognp.exe",
            String(repeating: "x", count: 4_000) + ".png": String(repeating: "x", count: 115) + ".png",
        ]
        for (given, shown) in names {
            let file = try await test.offer(given) { $0.entry.texts[0].title = "A file" }
            #expect(file.file.name.text == shown && file.file.id.rawValue.wholeMatch(of: /[0-9a-f]{32}/) != nil)
            #expect(try await test.guest.page(file.id).summary.fileName.text == shown)
            #expect(try await test.guest.download(file.id).name.text == shown)
        }
    }

    @Test("What is saved keeps its file: no other can be put in its place", arguments: StorageKind.allCases)
    func keepsFile(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let secret = try await test.portal.customer(test.bench.alice).tickets.upload(
            FileSource(name: "s.txt", data: Data("s".utf8)))
        let first = try await test.offer("first.zip", Data("1".utf8))
        let second = try await test.offer("second.zip", Data("2".utf8))
        for id in [secret.id, second.file.id, "nowhere"] {
            var changed = first
            changed.file = FileAttachment(id: id, name: "x", size: 1)
            #expect(await refusal { try await test.desk.save(changed) }?.problems == [FormProblem(.file, .unknown)])
            let offered = try await test.offer("third.zip", Data("3".utf8)) {
                $0.file = FileAttachment(id: id, name: "third", size: 9)
            }
            #expect(try await test.guest.download(offered.id).bytes.collect() == Data("3".utf8))
            #expect(offered.file.size == 1 && offered.file.name == "third")
        }
        await #expect(throws: PortalError.self) { try await test.offer { $0 = first } }
        var renamed = first
        renamed.file.name = "../renamed.zip"
        renamed.file.size = 99
        renamed.sha256 = "0"
        renamed.entry.texts[0].body = "New words"
        let saved = try await test.desk.save(renamed)
        #expect(saved.file.size == 1 && saved.sha256 == first.sha256 && saved.entry.revision > first.entry.revision)
        #expect(try await test.guest.download(first.id).name == "renamed.zip")
        #expect(await code { try await test.desk.save(renamed) } == .conflict)
        #expect(try await test.desk.versions(of: first.id).items.map(\.file.name) == ["first.zip"])
        var foreign = first
        foreign = Download(
            entry: CatalogEntry(id: "x", slug: Slug("x"), texts: [], created: first.entry.created, editor: .system),
            file: first.file,
            sha256: "")
        #expect(await code { try await test.desk.save(foreign) } == .notFound)
    }

    @Test("A newer file takes the place of the old one, whose bytes go after a while", arguments: StorageKind.allCases)
    func replacing(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let old = try await test.offer("tool-1.zip", Data("old".utf8)) { $0.version = "1" }
        _ = try await test.guest.download(old.id).bytes.collect()
        let running = try await test.guest.download(old.id)
        test.bench.clock.advance(by: .seconds(30 * 86_400))
        let new = try await test.desk.replaceFile(
            of: old.id, with: FileSource(name: "tool-2.zip", data: Data("newer".utf8)), version: "2")
        #expect(new.file.id != old.file.id && new.version == "2" && new.sha256 != old.sha256)
        #expect(new.entry.updated == test.bench.clock.now && new.entry.published == old.entry.published)
        let delivery = try await test.guest.download(old.id)
        #expect(delivery.name == "tool-2.zip" && delivery.entityTag != running.entityTag)
        #expect(try await delivery.bytes.collect() == Data("newer".utf8))
        #expect(try await test.count(old.id) == 2)
        #expect(try await test.desk.versions(of: old.id).items.map(\.version) == ["1"])
        // A transfer that had begun comes to its end.
        #expect(try await test.portal.housekeeper.runOnce().removedUploads == 0)
        #expect(try await running.bytes.collect() == Data("old".utf8))
        test.bench.clock.advance(by: .seconds(86_400 + 1))
        #expect(try await test.portal.housekeeper.runOnce().removedUploads == 1)
        #expect(try await stored(test).map(\.id) == [new.file.id])
        await #expect(throws: PortalError.self) { try await running.bytes.collect() }
        #expect(try await test.guest.download(old.id).bytes.collect() == Data("newer".utf8))
        #expect(await code { try await test.desk.replaceFile(of: "x", with: FileSource(name: "x", data: Data())) } == .notFound)
    }

    @Test("Removing takes record, history, counter and bytes, the replaced ones, too", arguments: StorageKind.allCases)
    func removing(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let file = try await test.offer()
        let other = try await test.offer("other.zip")
        try await test.desk.replaceFile(of: file.id, with: FileSource(name: "b.zip", data: Data("b".utf8)))
        _ = try await test.guest.download(file.id).bytes.collect()
        #expect(try await stored(test).count == 3)
        try await test.desk.remove(file.id)
        #expect(try await stored(test).map(\.id) == [other.file.id])
        #expect(await code { try await test.desk.download(file.id) } == .notFound)
        #expect(await code { try await test.desk.versions(of: file.id) } == .notFound)
        #expect(try await test.count(file.id) == 0)
        #expect(await code { try await test.desk.remove(file.id) } == .notFound)
    }

    @Test("No housekeeping and no ticket takes the file of a download or an article", arguments: StorageKind.allCases)
    func safety(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let file = try await test.offer()
        let archived = try await test.desk.archive(test.offer("archived.zip").id)
        let unsent = try await test.bench.aliceTickets.upload(FileSource(name: "a.log", data: Data("x".utf8)))
        // A file of a download can be attached to nothing.
        var form = try await test.bench.aliceTickets.newForm()
        form.department = "technical"
        (form.subject, form.message) = ("S", "M")
        var posing = try JSONEncoder().encode(unsent)
        posing = Data(String(decoding: posing, as: UTF8.self).replacing(unsent.id.rawValue, with: file.file.id.rawValue).utf8)
        form.attachments = [try JSONDecoder().decode(UploadedFile.self, from: posing)]
        #expect(await code { try await test.bench.aliceTickets.open(form) } == .invalidForm)
        test.bench.clock.advance(by: .seconds(400 * 86_400))
        #expect(try await test.portal.housekeeper.runOnce().removedUploads == 1)
        #expect(try await Set(stored(test).map(\.id)) == [file.file.id, archived.file.id])
        // Without a store of downloads nobody knows what their files are for.
        var storage = ComposedStorage(test.portal.storage)
        storage.downloads = nil
        let portal = Portal(storage: storage, configuration: test.bench.configuration, environment: test.portal.environment)
        #expect(try await portal.housekeeper.runOnce().removedUploads == 0)
        // Nor are they taken for uploads where there are no tickets.
        storage.tickets = nil
        storage.downloads = try test.store
        let reading = Portal(storage: storage, configuration: test.bench.configuration, environment: test.portal.environment)
        #expect(try await reading.housekeeper.runOnce().removedUploads == 0)
        if let store = test.bench.storage.blobs as? JSONBlobStore { #expect(try await store.sweep(before: .distantFuture) == 0) }
        #expect(try await test.guest.download(file.id).bytes.collect() == Data("bytes".utf8))
    }

    @Test(
        "A record that a store did not confirm leaves bytes, which go when they belong to nothing",
        arguments: StorageKind.allCases)
    func unconfirmed(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let portal = test.portal(downloads: FullStore(base: try test.store))
        await #expect(throws: FullStore.Full.self) {
            try await portal.agent(test.bench.tess).downloads.upload(FileSource(name: "a.zip", data: Data("a".utf8)), title: "A")
        }
        #expect(try await stored(test).count == 1)
        #expect(try await test.portal.housekeeper.runOnce().removedUploads == 0)
        test.bench.clock.advance(by: .seconds(26 * 3600))
        #expect(try await test.portal.housekeeper.runOnce().removedUploads == 1)
    }

    @Test("What is shared is seen by those who are named, and listed as theirs", arguments: StorageKind.allCases)
    func sharing(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let alice = test.bench.alice.id
        let everyones = try await test.offer("tool.zip")
        test.bench.clock.advance(by: .seconds(1))
        let file = try await test.desk.share(
            FileSource(name: "report.pdf", data: Data("r".utf8)), with: [alice], title: "Your report", body: "As **asked**.")
        let shared = try await test.alice.shared().items
        #expect(shared.map(\.id) == [file.id] && shared.map(\.isShared) == [true] && shared.map(\.access) == [.granted])
        #expect(try await test.alice.newest().items.map(\.isShared) == [true, false])
        #expect(try await test.alice.download(file.id).bytes.collect() == Data("r".utf8))
        #expect(try await test.bob.shared().items.isEmpty)
        #expect(try await test.bob.newest().items.map(\.id) == [everyones.id])
        #expect(await code { try await test.bob.download(file.id) } == .notFound)
        #expect(await code { try await test.guest.page(file.entry.slug) } == .notFound)
        #expect(try await test.desk.shared(with: alice).items.map(\.id) == [file.id])
        // More of them, again, and fewer.
        try await test.desk.share(file.id, with: [test.bench.bob.id, alice])
        #expect(try await test.bob.shared().items.map(\.id) == [file.id])
        try await test.desk.unshare(file.id, from: [alice])
        #expect(try await test.alice.shared().items.isEmpty)
        #expect(await code { try await test.alice.download(file.id) } == .notFound)
        try await test.desk.unshare(file.id, from: [test.bench.bob.id])
        #expect(await code { try await test.bob.download(file.id) } == .notFound)
        #expect(try await test.desk.download(file.id).entry.audience.keys.isEmpty)
        // What everybody sees can be pointed out to somebody.
        try await test.desk.share(everyones.id, with: [alice])
        #expect(try await test.alice.shared().items.map(\.id) == [everyones.id])
        #expect(try await test.guest.newest().items.map(\.id) == [everyones.id])
        try await test.desk.unshare(everyones.id, from: [alice])
        #expect(try await test.alice.newest().items.map(\.isShared) == [false])
        #expect(
            await code { try await test.desk.share(FileSource(name: "x", data: Data()), with: [], title: "X") } == .invalidForm)
        let many = (0...1_000).map { Customer.ID("c-\($0)") }
        #expect(await code { try await test.desk.share(file.id, with: many) } == .invalidForm)
    }

    @Test("An agent without the permission can do nothing of it", arguments: StorageKind.allCases)
    func permission(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let file = try await test.offer()
        let category = try await test.category("C")
        let agent = Agent(
            id: "a-other", name: "Other", departments: .all,
            permissions: Set<Agent.Permission>.standard.subtracting([.editDownloads]))
        let desk = test.portal.agent(agent).downloads
        let source = FileSource(name: "x.zip", data: Data())
        let before = try await stored(test)
        let calls: [() async throws -> Any] = [
            { try await desk.list() }, { try await desk.shared(with: "c") }, { try await desk.download(file.id) },
            { try await desk.file(of: file.id) }, { try await desk.totals(of: [file.id]) },
            { try await desk.versions(of: file.id) },
            { try await desk.upload(source, title: "X") }, { try await desk.replaceFile(of: file.id, with: source) },
            { try await desk.save(file) }, { try await desk.publish(file.id) }, { try await desk.archive(file.id) },
            { try await desk.remove(file.id) }, { try await desk.move(file.id, to: []) },
            { try await desk.reorder([], in: category) }, { try await desk.share(source, with: ["c"], title: "X") },
            { try await desk.share(file.id, with: ["c"]) }, { try await desk.unshare(file.id, from: ["c"]) },
            { try await desk.categories() }, { try await desk.save(desk.newCategory("X")) },
            { try await desk.removeCategory(category) },
        ]
        for (index, call) in calls.enumerated() { #expect(await code(call) == .notPermitted, "call \(index)") }
        #expect(try await stored(test) == before)
        #expect(try await test.desk.download(file.id) == file)
    }

    @Test(
        "Forgetting a customer takes what was for him alone, bytes included, and his name from the rest",
        arguments: StorageKind.allCases)
    func forgetting(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let alice = test.bench.alice
        let own = try await test.desk.share(FileSource(name: "own.pdf", data: Data("1".utf8)), with: [alice.id], title: "Own")
        try await test.desk.replaceFile(of: own.id, with: FileSource(name: "own.pdf", data: Data("2".utf8)))
        let agents = try await test.offer("agents.pdf") { $0.entry.audience = [.customers([alice.id]), .agents] }
        let both = try await test.desk.share(
            FileSource(name: "both.pdf", data: Data("3".utf8)), with: [alice.id, test.bench.bob.id], title: "Both")
        let everyones = try await test.offer("tool.zip") { $0.entry.audience = [.everyone, .customers([alice.id])] }
        _ = try await test.alice.download(everyones.id).bytes.collect()
        _ = try await test.alice.download(own.id).bytes.collect()
        let report = try await test.portal.erase(alice)
        #expect(report.published == 2 && report.files == 3)
        #expect(try await Set(stored(test).map(\.id)) == [both.file.id, everyones.file.id])
        for id in [own.id, agents.id] { #expect(await code { try await test.desk.download(id) } == .notFound) }
        #expect(try await test.desk.download(both.id).entry.audience == .customers([test.bench.bob.id]))
        #expect(try await test.desk.download(everyones.id).entry.audience == .everyone)
        // That it was downloaded stays, by whom does not.
        #expect(try await test.count(everyones.id) == 1)
        let events = try await test.completions()
        #expect(!events.isEmpty && events.allSatisfy { $0.author.identity == .forgotten && $0.author.name.isEmpty })
        let feed = try await test.store.changes(ChangeQuery(since: .start, limit: 1_000)).events.map(\.event)
        #expect(!feed.contains { $0.keys.contains(.customer(alice.id)) })
        #expect(try await test.portal.erase(alice).published == 0)
    }
}

/// Stores nothing.
private struct FullStore: CatalogStore {
    struct Full: Error {}
    let base: any CatalogStore<Download>

    func items(_ query: CatalogQuery<Download>) async throws -> Page<Download> { try await base.items(query) }
    func commit(_ commit: CatalogCommit<Download>) async throws -> Position { throw Full() }
}
