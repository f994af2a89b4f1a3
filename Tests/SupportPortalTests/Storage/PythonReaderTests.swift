import Foundation
import JSONLog
import SupportPortal
import SupportPortalTesting
import TestSupport
import Testing

/// Documentation/FileFormat.md is precise enough for a reader in another language: one in Python reads what the library reads, of whole files and of
/// damaged ones.
@Suite("The reader in Python", .enabled(if: PythonReader.interpreter != nil, "python3 is not on the PATH"))
struct PythonReaderTests {
    /// Small, so that there are several segments and files of the index.
    private static var options: LogOptions {
        var options = LogOptions()
        options.segmentSize = 12_000
        options.tailSize = 1_000
        options.garbageShare = nil
        options.overlaySize = 50
        options.checkpointSize = 1
        return options
    }

    @Test("Reads what the library reads, without the index")
    func reading() async throws {
        let folder = try TemporaryFolder()
        try await Self.fill(folder.path)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".jsonl") }
        #expect(names.count > 3, "\(names)")
        let heads = try names.map { try String(contentsOfFile: "\(folder.path)/\($0)", encoding: .utf8).prefix(200) }
        #expect(heads.contains { $0.contains("\"replaces\"") }, "there is a compacted segment")

        let python = try await PythonReader.read(folder.path)
        #expect(python.messages == "")
        #expect(python.status == 0)
        let lines = String(decoding: python.output, as: UTF8.self)
        #expect(lines.contains("\ncount/visits\t12\t-12\n"))
        #expect(lines.contains("odd/tab\\t, line\\n, backslash\\\\\t2\t"))
        #expect(!lines.contains("\nodd/deleted\t"))
        #expect(lines.contains("\narticle/a-3\t2\t") && lines.contains("\narticle.tally/a-3\t1\t{\"counters\":{\"views\":4}"))
        #expect(lines.contains("\narticle.version/a-3/1\t1\t") && lines.contains("\narticle.category/ac-1\t1\t"))
        for usesIndex in [true, false] {
            let library = try Self.library(folder.path, usesIndex: usesIndex)
            #expect(library.output == python.output, "with the index: \(usesIndex)")
            #expect(library.isClean)
        }
    }

    @Test("Tells a torn tail from damage as the library does")
    func tornTail() async throws {
        let folder = try TemporaryFolder()
        try await Self.fill(folder.path)
        let whole = try await PythonReader.read(folder.path).output
        let newest = "\(folder.path)/\(try Self.segments(folder.path).last ?? "")"
        let file = try FileHandle(forWritingTo: URL(filePath: newest))
        try file.seekToEnd()
        try file.write(contentsOf: Data("{\"s\":99999,\"ops\":[{\"k\":\"torn\",\"r\":1,\"v\":tr\0\0    ".utf8))
        try file.close()
        let python = try await PythonReader.read(folder.path)
        #expect(python.status == 0)
        #expect(python.messages.contains("never ended"))
        #expect(python.output == whole)
        #expect(try Self.library(folder.path).output == whole)

        // Nothing but the header, whose line feed an editor has taken away.
        try Data(contentsOf: URL(filePath: newest)).prefix { $0 != 0x0A }.write(to: URL(filePath: newest))
        let shorter = try await PythonReader.read(folder.path)
        #expect(shorter.messages == "")
        #expect(shorter.output == (try Self.library(folder.path).output))
    }

    @Test("Finds the damage that the library finds, and reads what is left as it does")
    func damage() async throws {
        let folder = try TemporaryFolder()
        try await Self.fill(folder.path)
        let segments = try Self.segments(folder.path)
        var generator = SeededGenerator(seed: 2026)
        var damaged = 0
        for round in 0..<30 {
            let path = "\(folder.path)/\(segments.randomElement(using: &generator) ?? "")"
            let before = try Data(contentsOf: URL(filePath: path))
            var after = before
            switch round % 3 {
            case 0: after[Int.random(in: 0..<after.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: after.removeLast(Int.random(in: 1..<after.count, using: &generator))
            default:
                // Lines are gone, or stand in another place.
                var lines = after.split(separator: 0x0A)
                let line = lines.remove(at: Int.random(in: 0..<lines.count, using: &generator))
                if round % 2 == 0 { lines.insert(line, at: Int.random(in: 0...lines.count, using: &generator)) }
                after = Data(lines.joined(separator: [0x0A])) + [0x0A]
            }
            try after.write(to: URL(filePath: path))
            let python = try await PythonReader.read(folder.path)
            let library = try Self.library(folder.path)
            #expect(python.output == library.output, "round \(round), \(path)")
            #expect(python.status == (library.isClean ? 0 : 1), "round \(round), \(path): \(python.messages)")
            damaged += library.isClean ? 0 : 1
            try before.write(to: URL(filePath: path))
        }
        #expect(damaged > 10)
    }

    @Test("Leaves away segments that a compacted one replaces, when a crash kept them from being removed")
    func leftovers() async throws {
        let folder = try TemporaryFolder()
        try await Self.work(folder.path, from: 1)
        let old = try Self.segments(folder.path).map {
            ("\(folder.path)/\($0)", try Data(contentsOf: URL(filePath: "\(folder.path)/\($0)")))
        }
        let storage = try await JSONFileStorage(path: folder.path, options: Self.options, files: DiskFileSystem())
        try await storage.compact()
        try await storage.close()
        let compacted = try Self.segments(folder.path)
        for (path, bytes) in old { try bytes.write(to: URL(filePath: path)) }
        #expect(try Self.segments(folder.path).count == compacted.count + old.count)
        let python = try await PythonReader.read(folder.path)
        #expect(python.status == 0, "\(python.messages)")
        #expect(python.output == (try Self.library(folder.path).output))
        // The library removes them.
        try await JSONFileStorage(directory: URL(filePath: folder.path)).close()
        #expect(try Self.segments(folder.path) == compacted)
        #expect(try await PythonReader.read(folder.path).output == python.output)
    }

    @Test("Refuses a later version")
    func laterVersion() async throws {
        let folder = try TemporaryFolder()
        // With the hash that a later version would write.
        let line = "{\"s\":0,\"format\":\"jsonlog\",\"version\":2,\"segment\":1,\"h\":\"0fe68771dc6cc083\"}\n"
        try Data(line.utf8).write(to: URL(filePath: "\(folder.path)/000001.jsonl"))
        let python = try await PythonReader.read(folder.path)
        #expect(python.status == 2)
        #expect(python.messages.contains("version 2"))
        let error = await #expect(throws: StorageError.self) {
            _ = try await JSONFileStorage(directory: URL(filePath: folder.path))
        }
        #expect(error?.code == .newerFormat)
    }

    // MARK: What is read

    private static func segments(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".jsonl") }.sorted()
    }

    /// A portal with several segments, one of them compacted, and records that no portal writes.
    private static func fill(_ path: String) async throws {
        try await work(path, from: 1)
        let storage = try await JSONFileStorage(path: path, options: options, files: DiskFileSystem())
        try await storage.compact()
        try await storage.close()
        try await work(path, from: 9)

        let (log, _) = try Log.open(directory: path, options: options)
        let odd = [
            "odd/é", "odd/e\u{301}", "odd/\u{1F469}\u{200D}\u{1F4BB}", "odd/\u{2028}\u{7F}\u{1}", "odd/\"quoted\"", "odd/deleted",
            "odd/tab\t, line\n, backslash\\", "odd/\u{FFFD}\u{FEFF}",
        ]
        for round in 1...2 {
            for (place, key) in odd.enumerated() {
                var transaction = Transaction()
                transaction.put(
                    key, Array(" { \"a\" : [ 1.50e+2, -0, null, \"\\ud83d\\ude00 \\u0000 \\/\" ],\n\"round\":\(round)}".utf8),
                    in: [["odd", .number(Int64(place))], ["odd too", .text(key)]])
                _ = try await log.commit(transaction)
            }
        }
        for _ in 1...12 {
            var transaction = Transaction()
            transaction.increment("count/visits", by: -1)
            transaction.delete("odd/deleted")
            _ = try await log.commit(transaction)
        }
        try await log.close()
    }

    private static func work(_ path: String, from start: Int) async throws {
        let storage = try await JSONFileStorage(path: path, options: options, files: DiskFileSystem())
        let portal = Portal(storage: storage, channels: [RecordingChannel(name: "mail")])
        let customer = Customer(id: "c-42", name: "Ålice 👩‍💻", email: try EmailAddress("alice@example.com"))
        let desk = portal.agent(Agent(id: "a-7", name: "Tess", departments: ["support"])).tickets
        let tickets = portal.customer(customer).tickets
        for number in start..<(start + 8) {
            var form = try await tickets.newForm()
            form.subject = "Ticket \(number) — “odd” \u{2028} \\ / \u{1F600}"
            form.message = "Line one\nline two\ttab \u{200B} e\u{301}"
            form.attachments = [try await tickets.upload(FileSource(name: "a.txt", data: Data("\(number)".utf8)))]
            let ticket = try await tickets.open(form).ticket
            try await desk.reply(to: ticket, ReplyDraft("Answer \(number)"))
            try await tickets.save("A draft", for: ticket)
        }
        try await FilledStorage.publish(in: storage, articles: start..<(start + 3))
        let other = portal.customer(Customer(id: "c-43", name: "Bob", email: try EmailAddress("bob@example.com"))).tickets
        var form = try await other.newForm()
        form.subject = "To be forgotten"
        form.message = "All of this goes."
        _ = try await other.open(form)
        try await portal.erase(Customer(id: "c-43", name: "Bob", email: try EmailAddress("bob@example.com")))
        try await storage.close()
    }

    /// What the library reads, in the form in which the reader in Python prints it.
    private static func library(_ path: String, usesIndex: Bool = false) throws -> (output: Data, isClean: Bool) {
        var options = options
        options.usesIndex = usesIndex
        let (log, report) = try Log.open(directory: path, mode: .readOnly, options: options)
        var output = Data()
        let reader = try log.reader()
        var cursor = try reader.cursor(.records())
        while let found = try cursor.next() {
            let record = try #require(try reader.record(found))
            let key = record.key.unicodeScalars.reduce(into: "") { text, scalar in
                switch scalar {
                case "\\": text += "\\\\"
                case "\t": text += "\\t"
                case "\n": text += "\\n"
                default: text.unicodeScalars.append(scalar)
                }
            }
            output += Data("\(key)\t\(record.revision)\t".utf8) + record.value + Data("\n".utf8)
        }
        return (output, report.isClean)
    }
}

/// Runs `Tests/FileFormat/read_portal.py`.
enum PythonReader {
    static let interpreter: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/python3" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    private static var script: URL {
        var folder = URL(filePath: #filePath)
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        return folder.appending(path: "FileFormat/read_portal.py")
    }

    static func read(_ directory: String) async throws -> (status: Int32, output: Data, messages: String) {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = interpreter.map { URL(filePath: $0) }
        process.arguments = [script.path, directory]
        process.standardInput = FileHandle.nullDevice
        // To files, as a pipe that nobody empties would keep it waiting.
        for name in ["output", "messages"] { _ = FileManager.default.createFile(atPath: "\(folder.path)/\(name)", contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: "\(folder.path)/output")
        process.standardError = FileHandle(forWritingAtPath: "\(folder.path)/messages")
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        let messages = FileManager.default.contents(atPath: "\(folder.path)/messages") ?? Data()
        return (
            process.terminationStatus, FileManager.default.contents(atPath: "\(folder.path)/output") ?? Data(),
            String(decoding: messages, as: UTF8.self)
        )
    }
}
