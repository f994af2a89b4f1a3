import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Attachments")
struct AttachmentTests {
    /// Yields chunks and counts how many were asked for.
    private struct CountedChunks: AsyncSequence, Sendable {
        typealias Element = Data
        typealias Failure = any Error
        final class Counter: Sendable {
            let count = MutexBox(0)
        }
        let chunks: Int
        let size: Int
        let counter = Counter()

        struct AsyncIterator: AsyncIteratorProtocol {
            var left: Int
            let size: Int
            let counter: Counter

            mutating func next() async throws -> Data? {
                guard left > 0 else { return nil }
                left -= 1
                counter.count.change { $0 += 1 }
                return Data(repeating: 7, count: size)
            }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(left: chunks, size: size, counter: counter) }
    }

    @Test(
        "A file one byte over the limit is refused while it streams, and nothing of it is kept", arguments: StorageKind.allCases)
    func limit(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.uploads.maximumFileSize = 1_000 }
        let exact = try await bench.aliceTickets.upload(FileSource(name: "a.log", bytes: CountedChunks(chunks: 10, size: 100)))
        #expect(exact.size == 1_000)
        let endless = CountedChunks(chunks: .max, size: 100)
        let ids = MutexBox<[String]>([])
        var environment = bench.portal.environment
        environment.makeID = {
            let id = PortalEnvironment().makeID()
            ids.change { $0.append(id) }
            return id
        }
        let portal = Portal(storage: bench.storage, configuration: bench.configuration, environment: environment)
        do {
            _ = try await portal.customer(bench.alice).tickets.upload(FileSource(name: "b.log", bytes: endless))
            Issue.record("a file over the limit was accepted")
        } catch let error as PortalError {
            #expect(error.code == .fileTooLarge)
            #expect(error.limit == 1_000)
        }
        #expect(endless.counter.count.value == 11)
        let blobs = try #require(bench.storage.blobs)
        #expect(try await blobs.blobs(Set(ids.value.map { Blob.ID($0) })).isEmpty)
    }

    @Test("Number, total size and kinds of files are limited", arguments: StorageKind.allCases)
    func rules(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) {
            $0.uploads = UploadRules(
                allowedExtensions: ["log", "png"], maximumFileSize: 100, maximumFiles: 3, maximumTotalSize: 150)
        }
        let tickets = bench.aliceTickets
        #expect(await code { try await tickets.upload(FileSource(name: "x.exe", data: Data("MZ".utf8))) } == .fileTypeNotAllowed)
        #expect(await code { try await tickets.upload(FileSource(name: "log", data: Data())) } == .fileTypeNotAllowed)
        var files: [UploadedFile] = []
        for number in 0..<4 {
            files.append(try await tickets.upload(FileSource(name: "\(number).LOG", data: Data(repeating: 1, count: 60))))
        }
        var form = try await tickets.newForm()
        #expect(form.choices.uploads == bench.configuration.uploads)
        form.attachments = files
        #expect(try await tickets.problems(of: form).contains(FormProblem(.attachments, .tooMany, limit: 3)))
        form.attachments = Array(files[..<3])
        #expect(try await tickets.problems(of: form).contains(FormProblem(.attachments, .tooLong, limit: 150)))
        form.attachments = [files[0], files[0]]
        #expect(try await tickets.problems(of: form).contains(FormProblem(.attachments, .duplicate, index: 1)))
    }

    @Test("Names that would break out are shown harmless, and never name anything stored", arguments: StorageKind.allCases)
    func names(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.uploads.allowedExtensions = nil }
        let names = [
            "../../x": "x", "..\\..\\x.png": "x.png", "a\u{0}b": "a b", "CON": "_CON", "con.txt": "_con.txt", "aux.": "_aux",
            "..": "file", "": "file", "/": "file", "a\r\nb": "a b", "photo\u{202E}gnp.exe": "photognp.exe",
            " .hidden. ": "hidden",
            "C:\\evil.txt": "evil.txt", "a<b>\"c\"|?*.txt": "abc.txt", "über.png": "über.png",
            String(repeating: "x", count: 4_000) + ".png": String(repeating: "x", count: 115) + ".png",
            "../\u{301}../etc/\u{301}passwd": "passwd", "a\\\u{301}b": "b", ".\u{301}bashrc": "bashrc", "CON .txt": "_CON .txt",
            "COM\u{B9}.txt": "_COM\u{B9}.txt", "CONIN$": "_CONIN$",
        ]
        for (given, shown) in names {
            let file = try await bench.aliceTickets.upload(FileSource(name: given, data: Data("x".utf8)))
            #expect(file.name.text == shown)
            #expect(file.id.rawValue.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        }
        var generator = SeededGenerator(seed: 9)
        let pieces = [
            "/", "\\", ".", " ", "\u{301}", "\u{202E}", "CON", "a", "é", "\r\n", "\u{0}", "👩‍👩‍👧", ":", "\u{FEFF}", "\u{2028}",
            "x.png",
        ]
        for _ in 0..<5_000 {
            let given = (0..<Int.random(in: 0..<80, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
                .joined()
            let scalars = FileName(given).text.unicodeScalars
            #expect(!scalars.isEmpty && scalars.count <= 121 && FileName(given).text.utf8.count <= 201)
            #expect(!scalars.contains { "/\\<>:\"|?*\u{202E}\u{2028}\u{0}\r\n".unicodeScalars.contains($0) })
            #expect(scalars.first != "." && scalars.first != " " && scalars.last != "." && scalars.last != " ")
        }
    }

    @Test("A page called a picture is handed out as a file to save, a picture as a picture", arguments: StorageKind.allCases)
    func delivery(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3])
        let contents: [(String, Data, String)] = [
            ("photo.png", Data("<script>alert(1)</script>".utf8), "application/octet-stream"),
            ("photo.png", Data("<svg onload=alert(1)>".utf8), "application/octet-stream"), ("report.txt", png, "image/png"),
            ("empty.txt", Data(), "application/octet-stream"), ("x.gif", Data("GIF89a…".utf8), "image/gif"),
            ("x.webp", Data("RIFF0000WEBPVP8".utf8), "image/webp"), ("x.jpg", Data([0xFF, 0xD8, 0xFF, 0xE0]), "image/jpeg"),
        ]
        for (name, data, type) in contents {
            let file = try await bench.aliceTickets.upload(FileSource(name: name, data: data))
            let ticket = try await bench.open { $0.attachments = [file] }.ticket
            let message = try #require(try await bench.aliceTickets.page(ticket).conversation.items.first?.id)
            let delivery = try await bench.aliceTickets.file(file.id, in: message, of: ticket)
            #expect(delivery.contentType == type)
            for inline in [false, true] {
                let headers = Dictionary(uniqueKeysWithValues: delivery.headers(inline: inline).map { ($0.name, $0.value) })
                let shows = inline && type.hasPrefix("image/")
                #expect(headers["Content-Disposition"] == "\(shows ? "inline" : "attachment"); filename=\"\(name)\"")
                #expect(headers["X-Content-Type-Options"] == "nosniff")
                #expect(headers["Content-Security-Policy"]?.contains("sandbox") == true)
                #expect(headers["Content-Length"] == "\(data.count)")
            }
            #expect(delivery.status == 200)
            #expect(try await delivery.bytes.collect() == data)
        }
    }

    @Test("Header values hold nothing that breaks out, whatever the name")
    func headerValues() async throws {
        let bench = try await PortalBench { $0.uploads.allowedExtensions = nil }
        for name in ["a\"; x=\"b.txt", "über „x” %41.txt", "a\r\nSet-Cookie: x=1.txt", "\u{1F4A9}.txt", "a;b,c.txt", "\\\"x"] {
            let file = try await bench.aliceTickets.upload(FileSource(name: name, data: Data("x".utf8)))
            let ticket = try await bench.open { $0.attachments = [file] }.ticket
            let message = try #require(try await bench.aliceTickets.page(ticket).conversation.items.first?.id)
            for header in try await bench.aliceTickets.file(file.id, in: message, of: ticket).headers() {
                #expect(header.value.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
                guard header.name == "Content-Disposition" else { continue }
                #expect(
                    header.value.wholeMatch(of: /attachment; filename="[^"\\%]*"(; filename\*=UTF-8''[A-Za-z0-9_.%-]+)?/) != nil)
            }
        }
    }

    @Test("Ranges read the right bytes, past the end is refused", arguments: StorageKind.allCases)
    func ranges(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let data = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        let file = try await bench.aliceTickets.upload(FileSource(name: "a.log", data: data))
        let ticket = try await bench.open { $0.attachments = [file] }.ticket
        let message = try #require(try await bench.aliceTickets.page(ticket).conversation.items.first?.id)
        let delivery = try await bench.aliceTickets.file(file.id, in: message, of: ticket, range: 100..<290_000)
        #expect(delivery.status == 206)
        #expect(delivery.headers().contains { $0.name == "Content-Range" && $0.value == "bytes 100-289999/300000" })
        #expect(try await delivery.bytes.collect() == data[100..<290_000])
        for range in [0..<300_001, -1..<5, 300_001..<300_002, 7..<7] {
            #expect(
                await code { try await bench.aliceTickets.file(file.id, in: message, of: ticket, range: range) } == .invalidRange)
        }
    }

    @Test("A lost blob: the message is readable, the attachment says missing, notices still go", arguments: StorageKind.allCases)
    func lost(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let file = try await bench.aliceTickets.upload(FileSource(name: "a.log", data: Data("x".utf8)))
        let kept = try await bench.aliceTickets.upload(FileSource(name: "b.log", data: Data("y".utf8)))
        let ticket = try await bench.open { $0.attachments = [file, kept] }.ticket
        try await bench.storage.blobs?.delete(file.id)
        let page = try await bench.aliceTickets.page(ticket)
        let entry = try #require(page.conversation.items.first)
        #expect(entry.text == "Since 09:40 the console stops.")
        #expect(entry.attachments.map(\.isMissing) == [true, false])
        #expect(try await bench.tessTickets.page(ticket).missingFiles == [file.id])
        #expect(await code { try await bench.aliceTickets.file(file.id, in: entry.id, of: ticket) } == .fileMissing)
        #expect(try await bench.heard() == ["agent:a-tess ticket.opened"])
    }

    @Test("A file is read from disk, and one that cannot be is refused", arguments: StorageKind.allCases)
    func disk(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let folder = FileManager.default.temporaryDirectory.appending(path: "swift-support-portal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let data = Data((0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 13) })
        let path = folder.appending(path: "big file.log")
        try data.write(to: path)
        let file = try await bench.aliceTickets.upload(FileSource(file: path))
        #expect(file.name == "big file.log")
        #expect(file.size == data.count)
        #expect(try await bench.storage.blobs?.read(file.id, in: 0..<data.count) == data)
        for bad in [folder, folder.appending(path: "none.log"), URL(filePath: "/dev/null")] {
            #expect(await code { try await bench.aliceTickets.upload(FileSource(file: bad, name: "x.log")) } == .unreadableFile)
        }
    }

    @Test("Without a blob store no files are offered or taken, and tickets work")
    func noBlobs() async throws {
        var storage = ComposedStorage(InMemoryStorage())
        storage.blobs = nil
        let tickets = Portal(storage: storage).customer(Customer(id: "c", name: "C")).tickets
        var form = try await tickets.newForm()
        #expect(form.choices.uploads.maximumFiles == 0)
        #expect(await code { try await tickets.upload(FileSource(name: "a.txt", data: Data())) } == .sectionNotComposed)
        form.subject = "x"
        form.message = "y"
        #expect(try await tickets.open(form).status == .open)
    }
}
