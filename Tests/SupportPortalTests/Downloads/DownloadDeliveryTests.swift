import Foundation
import SupportPortal
import SupportPortalTesting
import TestSupport
import Testing

@Suite("Delivery of downloads")
struct DownloadDeliveryTests {
    @Test(
        "A restricted file is listed with its reason, and refused with it, until there is the service",
        arguments: StorageKind.allCases)
    func locked(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let file = try await test.offer { $0.requirement.products = ["vps-line"] }
        #expect(try await test.bob.newest().items.map(\.access) == [.denied(.needsProduct(["vps-line"]))])
        let refused = await refusal { try await test.bob.download(file.id) }
        #expect(refused?.code == .downloadDenied && refused?.denial == .needsProduct(["vps-line"]))
        #expect(await refusal { try await test.guest.download(file.id) }?.denial == .needsSignIn)
        #expect(await refusal { try await test.bob.download(file.id, range: 0..<1) }?.code == .downloadDenied)
        #expect(try await test.count(file.id) == 0)
        #expect(try await test.alice.download(file.id).bytes.collect() == Data("bytes".utf8))
        #expect(try await test.count(file.id) == 1)
        // Asked anew each time.
        test.bench.people.add(Service(id: "s-new", name: "VPS", product: "vps-line"), to: test.bench.bob.id)
        test.bench.people.remove(test.bench.vps.id, from: test.bench.alice.id)
        #expect(try await test.bob.download(file.id).bytes.collect() == Data("bytes".utf8))
        #expect(await code { try await test.alice.download(file.id) } == .downloadDenied)
        #expect(try await test.count(file.id) == 2)
    }

    @Test("A transfer counts when it has come to its end, and once", arguments: StorageKind.allCases)
    func counting(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let data = pattern(300_000)
        let file = try await test.offer("image.iso", data) { $0.version = "7" }
        // Broken off after the first chunk, and right after the last byte.
        for chunks in 1...3 {
            var bytes = try await test.alice.download(file.id).bytes.makeAsyncIterator()
            var size = 0
            for _ in 0..<chunks { size += try await bytes.next()?.count ?? 0 }
            #expect(size > 0 && (size == data.count) == (chunks == 3))
            #expect(try await test.count(file.id) == 0)
        }
        let delivery = try await test.alice.download(file.id)
        #expect(delivery.status == 200)
        var bytes = delivery.bytes.makeAsyncIterator()
        while try await bytes.next() != nil {}
        #expect(try await test.count(file.id) == 1)
        // The same transfer again.
        #expect(try await bytes.next() == nil)
        #expect(try await delivery.bytes.collect() == data)
        #expect(try await test.count(file.id) == 1)
        // A part, even one that ends with the last byte, and all of them one by one.
        for range in [0..<299_999, 299_999..<300_000, 0..<150_000, 150_000..<300_000] {
            #expect(try await test.alice.download(file.id, range: range).bytes.collect() == data[range])
        }
        #expect(try await test.count(file.id) == 1)
        _ = try await test.alice.download(file.id, range: 0..<300_000).bytes.collect()
        _ = try await test.guest.download(file.id).bytes.collect()
        #expect(try await test.count(file.id) == 3)
        // Agents look, and do not count.
        #expect(try await test.desk.file(of: file.id).bytes.collect() == data)
        #expect(try await test.count(file.id) == 3)

        let events = try await test.completions()
        #expect(events.map(\.author.identity) == [.customer(test.bench.alice.id), .customer(test.bench.alice.id), .guest])
        #expect(events.allSatisfy { $0.isInternal && $0.subject == file.id.rawValue })
        #expect(events.first?.details == [.fileName: "image.iso", .version: "7", .sha256: file.sha256])
        #expect(events.last?.author.name.isEmpty == true)
        // Reading and counting change nothing that others could conflict with.
        #expect(try await test.desk.download(file.id).entry.revision == file.entry.revision)
    }

    @Test("A transfer that is cancelled does not count", arguments: StorageKind.allCases)
    func cancelled(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let file = try await test.offer("image.iso", pattern(300_000))
        let delivery = try await test.alice.download(file.id)
        let task = Task {
            var bytes = delivery.bytes.makeAsyncIterator()
            for _ in 0..<3 { _ = try await bytes.next() }
            // The last byte is out; whoever took it is gone.
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await bytes.next()
        }
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(try await test.count(file.id) == 0)
        #expect(try await test.completions().isEmpty)
    }

    @Test("64 at once are 64 more", arguments: StorageKind.allCases)
    func atOnce(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let file = try await test.offer("image.iso", pattern(1_000))
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<64 {
                let downloads = number.isMultiple(of: 2) ? test.alice : test.bob
                group.addTask { try await downloads.download(file.id).bytes.collect().count }
            }
            for try await size in group { #expect(size == 1_000) }
        }
        #expect(try await test.count(file.id) == 64)
        #expect(try await test.completions().count == 64)
        #expect(try await test.guest.newest().items.first?.downloads == 64)
    }

    @Test("A count that cannot be stored leaves the transfer whole, and the host hears of it", arguments: StorageKind.allCases)
    func uncounted(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let file = try await test.offer()
        let heard = MutexBox<[UncountedDownload]>([])
        let portal = test.portal(downloads: UncountingStore(base: try test.store)) { error in
            if let error = error as? UncountedDownload { heard.change { $0.append(error) } }
        }
        #expect(try await portal.customer(test.bench.alice).downloads.download(file.id).bytes.collect() == Data("bytes".utf8))
        #expect(heard.value.map(\.download) == [file.id])
        #expect(heard.value.first?.event.author.identity == .customer(test.bench.alice.id))
        #expect(heard.value.first?.cause is UncountingStore.Full)
        #expect(try await test.count(file.id) == 0)
    }

    @Test("A file removed while it is on its way breaks the transfer and counts nothing", arguments: StorageKind.allCases)
    func removedMeanwhile(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let file = try await test.offer("image.iso", pattern(300_000))
        var bytes = try await test.alice.download(file.id).bytes.makeAsyncIterator()
        _ = try await bytes.next()
        try await test.desk.remove(file.id)
        do {
            _ = try await bytes.next()
            Issue.record("bytes of a removed file")
        } catch { #expect((error as? PortalError)?.code == .fileMissing) }
        #expect(try await test.completions().isEmpty)
    }

    @Test("An answer to a request: part, whole, nothing new, not that file, no such bytes", arguments: StorageKind.allCases)
    func answers(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let data = pattern(1_000)
        let file = try await test.offer("häßlich\r\n.iso", data)
        let tag = try await test.alice.download(file.id).entityTag
        func answer(_ fields: [(name: String, value: String)]) async throws -> (FileAnswer, [String: String], Data?) {
            let answer = try await test.alice.download(file.id).answer(to: FileRequest(fields: fields))
            let headers = Dictionary(uniqueKeysWithValues: answer.headers().map { ($0.name, $0.value) })
            #expect(headers["X-Content-Type-Options"] == "nosniff" && headers["ETag"] == tag)
            #expect(headers.values.allSatisfy { $0.utf8.allSatisfy { (0x20..<0x7F).contains($0) } })
            return (answer, headers, try await answer.delivery?.bytes.collect())
        }
        var (response, headers, body) = try await answer([])
        #expect(response.status == 200 && body == data)
        #expect(
            headers["Content-Disposition"] == "attachment; filename=\"h__lich .iso\"; filename*=UTF-8''h%C3%A4%C3%9Flich%20.iso")
        #expect(
            headers["Content-Type"] == "application/octet-stream"
                && headers["Content-Security-Policy"]?.contains("sandbox") == true)
        #expect(headers["Accept-Ranges"] == "bytes" && headers["Content-Length"] == "1000" && headers["Content-Range"] == nil)
        (response, headers, body) = try await answer([(name: "Range", value: "bytes=-10"), (name: "If-Range", value: tag)])
        #expect(response.status == 206 && body == data.suffix(10))
        #expect(headers["Content-Range"] == "bytes 990-999/1000" && headers["Content-Length"] == "10")
        (response, headers, body) = try await answer([(name: "Range", value: "bytes=-10"), (name: "If-Range", value: "\"old\"")])
        #expect(response.status == 200 && body == data)
        (response, headers, body) = try await answer([(name: "If-None-Match", value: "W/\(tag)")])
        #expect(response.status == 304 && body == nil && headers["Content-Length"] == nil && headers["Cache-Control"] != nil)
        (response, headers, body) = try await answer([(name: "If-Match", value: "\"old\"")])
        #expect(response.status == 412 && body == nil && headers["Content-Length"] == "0")
        (response, headers, body) = try await answer([(name: "Range", value: "bytes=1000-")])
        #expect(response.status == 416 && body == nil && headers["Content-Range"] == "bytes */1000")
        // The two that handed out the whole.
        #expect(try await test.count(file.id) == 2)
        let part = try await test.alice.download(file.id, range: 10..<20)
        let again = part.answer(to: FileRequest(fields: [(name: "Range", value: "bytes=0-1")]))
        #expect(again.status == 206 && again.delivery?.range == 10..<20)
        #expect(part.answer(to: FileRequest(fields: [(name: "If-None-Match", value: tag)])).status == 304)
    }

    @Test("Ranges by number read the right bytes, past the end is a typed refusal", arguments: StorageKind.allCases)
    func ranges(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let data = pattern(300_000)
        let file = try await test.offer("image.iso", data)
        for range in [0..<1, 131_071..<131_073, 299_999..<300_000, 1..<300_000] {
            let delivery = try await test.alice.download(file.id, range: range)
            #expect(delivery.status == 206 && delivery.size == 300_000)
            #expect(try await delivery.bytes.collect() == data[range])
        }
        for range in [0..<300_001, -1..<5, 300_000..<300_001, 7..<7, 0 ..< .max, .min ..< .max, .max - 1 ..< .max] {
            #expect(await code { try await test.alice.download(file.id, range: range) } == .invalidRange)
        }
        let empty = try await test.offer("empty.txt", Data())
        let delivery = try await test.alice.download(empty.id)
        #expect(delivery.status == 200)
        #expect(try await delivery.bytes.collect().isEmpty)
        #expect(try await test.count(empty.id) == 1)
    }

    @Test("A file lost on disk is listed, says so, and is refused with a code", arguments: StorageKind.allCases)
    func lost(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        let file = try await test.offer()
        let kept = try await test.offer("kept.zip")
        try await test.blobs.delete(file.file.id)
        let items = try await test.alice.list(order: .title).items
        #expect(items.map(\.id) == [kept.id, file.id] && items.map(\.isMissing) == [false, true])
        #expect(try await test.alice.page(file.id).summary.isMissing)
        #expect(await code { try await test.alice.download(file.id) } == .fileMissing)
        #expect(await code { try await test.desk.file(of: file.id) } == .fileMissing)
        #expect(try await test.alice.download(kept.id).bytes.collect() == Data("bytes".utf8))
        // It can be put right.
        try await test.desk.replaceFile(of: file.id, with: FileSource(name: "tool.zip", data: Data("new".utf8)))
        #expect(try await test.alice.download(file.id).bytes.collect() == Data("new".utf8))
    }

    @Test("Bytes gone from the disk under a record are missing, also in the middle of a transfer, which does not count")
    func goneFromDisk() async throws {
        let folder = try TemporaryFolder()
        let bench = try PortalBench(on: try await TemporaryFileStorage.make(in: folder))
        let test = DownloadBench(bench)
        let file = try await test.offer("image.iso", pattern(300_000))
        var bytes = try await test.alice.download(file.id).bytes.makeAsyncIterator()
        _ = try await bytes.next()
        for name in try folder.contents().keys where name.hasPrefix("blobs/") {
            try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
        }
        do {
            while try await bytes.next() != nil {}
            Issue.record("bytes that are not there")
        } catch { #expect((error as? PortalError)?.code == .fileMissing) }
        #expect(await code { try await test.alice.download(file.id) } == .fileMissing)
        #expect(try await test.alice.newest().items.map(\.id) == [file.id])
        #expect(try await test.count(file.id) == 0)
    }

    @Test("Web pages and pictures that are none are handed out as files to save", arguments: StorageKind.allCases)
    func types(_ kind: StorageKind) async throws {
        let test = try await DownloadBench(kind)
        for (name, text) in [
            ("photo.png", "<script>alert(1)</script>"), ("x.svg", "<svg onload=alert(1)>"), ("a.html", "<html>"),
        ] {
            let file = try await test.offer(name, Data(text.utf8))
            let delivery = try await test.guest.download(file.id)
            #expect(delivery.contentType == "application/octet-stream")
            let headers = Dictionary(uniqueKeysWithValues: delivery.headers(inline: true).map { ($0.name, $0.value) })
            #expect(headers["Content-Disposition"]?.hasPrefix("attachment; ") == true)
        }
    }
}

/// Fails whenever something is counted.
private struct UncountingStore: CatalogStore {
    struct Full: Error {}
    let base: any CatalogStore<Download>

    func items(_ query: CatalogQuery<Download>) async throws -> Page<Download> { try await base.items(query) }
    func categories() async throws -> [Download.Category] { try await base.categories() }
    func commit(_ commit: CatalogCommit<Download>) async throws -> Position {
        guard commit.increments.isEmpty else { throw Full() }
        return try await base.commit(commit)
    }
}
