#if os(Linux)
import Foundation
import JSONLog
import SupportPortal
import TestSupport
import Testing

/// Directories that are not as they should be: opening gives an error that says why, or a report; nothing is lost, and nothing traps.
@Suite("Bad files")
struct BadFilesTests {
    /// A filled storage in a folder of its own, which stays if a test fails.
    private struct Bench {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bad-files-\(UUID().uuidString)").path
        var path: String { "\(folder)/portal" }
        static let tickets = 0..<6

        init() async throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let storage = try await open()
            try await FilledStorage.fill(storage, tickets: Self.tickets)
            try await storage.close()
        }

        func open(_ mode: JSONFileStorage.Mode = .durable, create: Bool = true) async throws -> JSONFileStorage {
            try await JSONFileStorage(
                path: path, create: create, mode: mode, options: FilledStorage.smallFiles, files: DiskFileSystem())
        }

        /// Everything that is in the folder, by its path: bytes, or where a link leads.
        func contents() throws -> [String: Data] {
            var contents: [String: Data] = [:]
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
                let path = "\(folder)/\(name)"
                if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
                    contents[name] = Data("-> \(target)".utf8)
                } else if let bytes = FileManager.default.contents(atPath: path) {
                    contents[name] = bytes
                }
            }
            return contents
        }

        /// The paths of the segments, in their order.
        func segments() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".jsonl") }.sorted().map {
                "\(path)/\($0)"
            }
        }

        func write(_ bytes: some Collection<UInt8>, to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

        func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

        func remove() { try? FileManager.default.removeItem(atPath: folder) }

        /// Opening must throw an error of this code and leave everything as it is.
        func refuses(
            _ code: StorageError.Code, _ mode: JSONFileStorage.Mode = .durable, create: Bool = false, besides: Set<String> = [],
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let before = try contents()
            do {
                let storage = try await open(mode, create: create)
                try await storage.close()
                Issue.record("it opened, in \(folder)", sourceLocation: sourceLocation)
            } catch let error as StorageError {
                #expect(error.code == code, "\(error), in \(folder)", sourceLocation: sourceLocation)
            } catch { Issue.record("\(type(of: error)) \(error), in \(folder)", sourceLocation: sourceLocation) }
            let after = try contents()
            #expect(
                after.filter { !besides.contains($0.key) } == before.filter { !besides.contains($0.key) }, "in \(folder)",
                sourceLocation: sourceLocation)
        }
    }

    // MARK: The directory

    @Test("A second storage in this process is refused, and the first goes on")
    func secondOpener() async throws {
        let bench = try await Bench()
        let first = try await bench.open()
        await #expect(throws: StorageError.self) { _ = try await bench.open() }
        do { _ = try await bench.open() } catch let error as StorageError {
            #expect(error.code == .locked && error.message.contains(bench.path))
        }
        let reader = try await bench.open(.readOnly)
        #expect(try await reader.ticketStore.ticket("t-1", in: .everything)?.id == "t-1")
        await #expect(throws: StorageError.self) {
            _ = try await reader.ticketStore.commit(
                TicketCommit(date: FilledStorage.date(0), tickets: [FilledStorage.ticket(90)]))
        }
        try await reader.close()
        try await FilledStorage.fill(first, tickets: 10..<11)
        try await first.close()
        await #expect(throws: StorageError.self) { _ = try await first.ticketStore.ticket("t-1", in: .everything) }
        try await first.close()
        bench.remove()
    }

    @Test("A storage that another process holds is refused")
    func otherProcess() async throws {
        let bench = try await Bench()
        let holder = Process()
        holder.executableURL = URL(filePath: "/usr/bin/flock")
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/flock") else { return }
        let (input, output) = (Pipe(), Pipe())
        holder.arguments = ["\(bench.path)/lock", "sh", "-c", "echo held; cat"]
        holder.standardInput = input
        holder.standardOutput = output
        try holder.run()
        #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("held\n".utf8))
        try await bench.refuses(.locked)
        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
        let storage = try await bench.open()
        #expect(storage.recovery.isClean)
        try await storage.close()
        bench.remove()
    }

    @Test("What is no directory, or not there, is refused")
    func noDirectory() async throws {
        let bench = try await Bench()
        let files = DiskFileSystem()
        func code(_ path: String, create: Bool) async -> StorageError.Code? {
            do {
                let storage = try await JSONFileStorage(path: path, create: create, options: LogOptions(), files: files)
                try await storage.close()
                return nil
            } catch let error as StorageError { return error.code } catch {
                Issue.record("\(type(of: error)) \(error)")
                return nil
            }
        }
        #expect(await code("\(bench.folder)/none", create: false) == .missingDirectory)
        #expect(await code("\(bench.folder)/none/none", create: true) == .missingDirectory)
        #expect(await code("\(bench.path)/000001.jsonl", create: false) == .notAFile)
        #expect(await code("\(bench.path)/000001.jsonl", create: true) == .notAFile)
        #expect(await code("\(bench.path)/000001.jsonl/inside", create: true) == .notAFile)
        #expect(await code("\(bench.folder)/new", create: true) == nil)
        #expect(await code("\(bench.folder)/new", create: false) == nil)
        bench.remove()
    }

    @Test("A later format is refused and nothing is touched")
    func newerFormat() async throws {
        let bench = try await Bench()
        let last = try #require(try bench.segments().last)
        let next = "\(bench.path)/000999.jsonl"
        let header = String(decoding: try bench.read(last).prefix { $0 != 0x0A }, as: UTF8.self)
        var text = try #require(header.range(of: ",\"h\":").map { String(header[..<$0.lowerBound]) })
        text = text.replacing("\"version\":1", with: "\"version\":2")
        text = text.replacing(/"segment":\d+/, with: "\"segment\":999")
        let hash = String(LogHash.hash(Array(text.utf8)), radix: 16)
        text += ",\"h\":\"\(String(repeating: "0", count: 16 - hash.count))\(hash)\"}\n"
        try bench.write(text.utf8, to: next)
        try await bench.refuses(.newerFormat)
        try await bench.refuses(.newerFormat, .readOnly)
        bench.remove()
    }

    @Test(
        "A symbolic link in place of a file is refused",
        arguments: ["lock", "000001.jsonl", "last segment", "blobs", "quarantine", "index", "index/checkpoint.json"])
    func links(_ name: String) async throws {
        let bench = try await Bench()
        let path = name == "last segment" ? try #require(try bench.segments().last) : "\(bench.path)/\(name)"
        let elsewhere = "\(bench.folder)/elsewhere"
        if name == "quarantine" {
            try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
        } else {
            try FileManager.default.moveItem(atPath: path, toPath: elsewhere)
        }
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: elsewhere)
        switch name {
        case "lock", "000001.jsonl", "last segment": try await bench.refuses(.notAFile, besides: ["portal/lock"])
        default:
            // It opens, and does not write through the link.
            let before = try bench.contents().filter { $0.key.hasPrefix("elsewhere") }
            if name == "quarantine" {
                let last = try #require(try bench.segments().first)
                var bytes = try bench.read(last)
                bytes[bytes.count / 2] ^= 1
                try bench.write(bytes, to: last)
                try? FileManager.default.removeItem(atPath: "\(bench.path)/index")
            }
            do {
                let storage = try await bench.open()
                if name == "blobs" {
                    do {
                        try await FilledStorage.fill(storage, tickets: 20..<21)
                        Issue.record("wrote a file through a link, in \(bench.folder)")
                    } catch let error as StorageError { #expect(error.code == .notAFile) }
                } else {
                    try await FilledStorage.fill(storage, tickets: 20..<21)
                    #expect(try await storage.ticketStore.ticket("t-20", in: .everything) != nil)
                }
                try await storage.close()
            } catch let error as StorageError { #expect(error.code == .notAFile, "\(error)") }
            #expect(try bench.contents().filter { $0.key.hasPrefix("elsewhere") } == before, "\(name), in \(bench.folder)")
        }
        bench.remove()
    }

    // MARK: Segments

    /// What a person or a disk may do to the lines of a segment.
    enum Change: String, CaseIterable, CustomTestStringConvertible {
        case changedText, deletedLine, doubledLine, swappedLines, reorderedMembers, spaces, blankLines, carriageReturns,
            byteOrderMark
        case garbageLine, garbageAtEnd, emptied, cut, noLineFeedAtEnd, hugeLine, deepLine, zeros, oneLongString

        var testDescription: String { rawValue }

        /// Whether all records are as they were.
        var isHarmless: Bool { [.spaces, .blankLines, .noLineFeedAtEnd].contains(self) }

        func apply(to bytes: [UInt8]) -> [UInt8] {
            var lines = bytes.split(separator: 0x0A).map(Array.init)
            let middle = lines.count / 2
            func text(_ index: Int) -> String { String(decoding: lines[index], as: UTF8.self) }
            func garbage(_ text: String) -> [UInt8] {
                lines.insert(Array(text.utf8), at: middle)
                return join(lines)
            }
            func join(_ lines: [[UInt8]], _ end: [UInt8] = [0x0A]) -> [UInt8] { Array(lines.map { $0 + end }.joined()) }
            switch self {
            case .changedText:
                lines[middle] = Array(text(middle).replacing("answer", with: "Answer").replacing("Ada", with: "Eve").utf8)
            case .deletedLine: lines.remove(at: middle)
            case .doubledLine: lines.insert(lines[middle], at: middle)
            case .swappedLines: lines.swapAt(middle, Swift.max(0, middle - 1))
            case .reorderedMembers:
                if let end = text(middle).range(of: ",\"ops\"") {
                    let start = text(middle)[..<end.lowerBound].dropFirst()
                    lines[middle] = Array(
                        (text(middle).replacingCharacters(in: text(middle).startIndex..<end.upperBound, with: "{\"ops\"")
                            .replacing(",\"h\":", with: ",\(start),\"h\":")).utf8)
                }
            // Behind the hash, which is of what is before it.
            case .spaces: lines = lines.map { $0 + Array("  \t".utf8) }
            case .blankLines: lines = lines.flatMap { [$0, [0x20, 0x20]] }
            case .carriageReturns: return join(lines, [0x0D, 0x0A])
            case .byteOrderMark: return [0xEF, 0xBB, 0xBF] + bytes
            case .garbageLine: return garbage("this is no line")
            case .garbageAtEnd: return bytes + Array("{\"s\":9999,\"ops\":[".utf8)
            case .emptied: return []
            case .cut: return Array(bytes.prefix(bytes.count * 2 / 3))
            case .noLineFeedAtEnd: return Array(bytes.dropLast())
            case .hugeLine: return garbage(String(repeating: "x", count: 3 << 20))
            case .deepLine: return garbage("{\"a\":" + String(repeating: "[", count: 1 << 20))
            case .zeros: return Array(bytes.prefix(bytes.count / 2)) + [UInt8](repeating: 0, count: bytes.count - bytes.count / 2)
            case .oneLongString: return garbage("{\"k\":\"" + String(repeating: "a", count: 1 << 20))
            }
            return join(lines)
        }
    }

    @Test(
        "What is changed in a segment is reported, and nothing that was there is gone", arguments: Change.allCases,
        Thoroughness.isFull ? [0, 1, -1] : [1])
    func changed(_ change: Change, _ place: Int) async throws {
        let bench = try await Bench()
        let segments = try bench.segments()
        #expect(segments.count > 3)
        let path = segments[place < 0 ? segments.count + place : place]
        let before = try bench.contents()
        let bytes = change.apply(to: try bench.read(path))
        try bench.write(bytes, to: path)
        let tickets = Bench.tickets
        let what = "\(change) of \(path)"

        let reader = try await bench.open(.readOnly)
        do { _ = try await reader.ticketStore.tickets(TicketQuery(in: .everything)) } catch let error as StorageError {
            #expect(error.code == .damaged)
        }
        try await reader.close()
        #expect(try bench.read(path) == bytes, "\(what): changed by reading")

        let storage = try await bench.open()
        var lost = 0
        for number in tickets {
            do {
                if try await storage.ticketStore.ticket(Ticket.ID("t-\(number)"), in: .everything) == nil { lost += 1 }
            } catch let error as StorageError {
                #expect(error.code == .damaged)
                lost += 1
            }
        }
        if change.isHarmless { #expect(lost == 0 && storage.recovery.isClean, "\(what): \(storage.recovery)") }
        if lost > 0, change != .cut, change != .emptied, change != .zeros, change != .deletedLine {
            // Either it was found by opening, or by reading and then by opening anew.
            if storage.recovery.isClean, storage.recovery.tornTail == nil {
                try await storage.close()
                let again = try await bench.open()
                #expect(!again.recovery.isClean, "\(what): \(lost) lost and nothing said")
                try await again.close()
            }
        }
        try await FilledStorage.fill(
            storage.recovery.isClean && lost > 0 ? try await reopened(bench, storage) : storage, tickets: 30..<31)
        try? await storage.close()
        let last = try await bench.open()
        #expect(try await last.ticketStore.ticket("t-30", in: .everything) != nil, "\(what)")
        try await last.close()
        // All other files of the log are as they were, or longer; the changed bytes are somewhere.
        let after = try bench.contents()
        for (name, bytes) in before where name.hasSuffix(".jsonl") && !path.hasSuffix(name) {
            #expect(after[name]?.starts(with: bytes) == true, "\(what): \(name) has changed")
        }
        for (name, bytes) in before where name.contains("/blobs/") { #expect(after[name] == bytes, "\(what): \(name)") }
        bench.remove()
    }

    private func reopened(_ bench: Bench, _ storage: JSONFileStorage) async throws -> JSONFileStorage {
        try await storage.close()
        return try await bench.open()
    }

    // MARK: Blobs

    @Test("A file that is gone or cut is damaged, and all else is there")
    func blobFiles() async throws {
        let bench = try await Bench()
        let names = try bench.contents().filter { $0.key.contains("/blobs/") && $0.value.count == 20 }.keys.sorted()
        #expect(names.count == Bench.tickets.count)
        try FileManager.default.removeItem(atPath: "\(bench.folder)/\(names[0])")
        try bench.write([1, 2, 3], to: "\(bench.folder)/\(names[1])")
        try FileManager.default.removeItem(atPath: "\(bench.folder)/\(names[2])")
        try FileManager.default.createSymbolicLink(
            atPath: "\(bench.folder)/\(names[2])", withDestinationPath: "\(bench.folder)/\(names[3])")
        let storage = try await bench.open()
        var codes: [StorageError.Code: Int] = [:]
        for number in Bench.tickets {
            do {
                let bytes = try await storage.blobStore.read(Blob.ID("b-\(number)"), in: 0..<20)
                #expect(bytes?.first == UInt8(number))
            } catch let error as StorageError { codes[error.code, default: 0] += 1 }
        }
        #expect(codes == [.damaged: 2, .notAFile: 1])
        #expect(try await storage.blobStore.sweep(before: FilledStorage.date(10_000_000)) == 0)
        try await storage.close()
        bench.remove()
    }

    // MARK: Disks that fail

    @Test("A disk that is full refuses, keeps what there was, and works again when there is room")
    func diskFull() async throws {
        let files = MemoryFileSystem()
        let options = FilledStorage.smallFiles
        let storage = try await JSONFileStorage(path: "/portal", create: true, options: options, files: files)
        try await FilledStorage.fill(storage, tickets: 0..<3)
        let questions = FilledStorage.questions(tickets: 0..<3)
        let answers = try await FilledStorage.answers(storage, to: questions)
        for full in [MemoryFileSystem.Call.write, .create, .rename, .makeDirectory] {
            files.fault.set { call, _ in call == full ? .full : nil }
            for number in 10..<13 {
                do { try await FilledStorage.fill(storage, tickets: number..<(number + 1)) } catch let error as StorageError {
                    #expect(error.code == .diskFull, "\(full): \(error)")
                }
            }
            do { try await storage.compact() } catch let error as StorageError {
                #expect(error.code == .diskFull, "\(full): \(error)")
            }
            files.fault.set { _, _ in nil }
            for (question, answer) in zip(questions, answers)
            where !question.name.contains("s") || question.name.contains("submission") {
                #expect(try await question.ask(storage) == answer, "\(full): \(question.name)")
            }
        }
        do { try await FilledStorage.fill(storage, tickets: 40..<42) } catch {
            Issue.record("does not work again when there is room: \(error)")
        }
        try await storage.close()
        let reopened = try await JSONFileStorage(path: "/portal", options: options, files: files)
        #expect(reopened.recovery.isClean)
        #expect(try await reopened.ticketStore.ticket("t-41", in: .everything) != nil)
        try await reopened.close()
    }

    @Test("A disk that can only be read is refused, but for reading", arguments: [MemoryFileSystem.Call.lock, .write, .create])
    func readOnlyDisk(_ refused: MemoryFileSystem.Call) async throws {
        let files = MemoryFileSystem()
        let options = FilledStorage.smallFiles
        var storage = try await JSONFileStorage(path: "/portal", create: true, options: options, files: files)
        try await FilledStorage.fill(storage, tickets: 0..<3)
        let questions = FilledStorage.questions(tickets: 0..<3)
        let answers = try await FilledStorage.answers(storage, to: questions)
        try await storage.close()
        let paths = files.paths
        files.fault.set { call, _ in call != .read && (call == refused || refused == .lock) ? .notPermitted : nil }
        do {
            storage = try await JSONFileStorage(path: "/portal", options: options, files: files)
            do {
                try await FilledStorage.fill(storage, tickets: 5..<6)
                Issue.record("stored on a disk that cannot be written")
            } catch let error as StorageError { #expect(error.code == .notPermitted, "\(error)") }
            try? await storage.close()
        } catch let error as StorageError { #expect(error.code == .notPermitted, "\(error)") }
        storage = try await JSONFileStorage(path: "/portal", mode: .readOnly, options: options, files: files)
        #expect(try await FilledStorage.answers(storage, to: questions) == answers)
        try await storage.close()
        #expect(files.paths.filter { !$0.contains("/blobs/") } == paths.filter { !$0.contains("/blobs/") })
    }
}

/// The hash of lines, made again here: a test of files must not ask the code that it tests.
private enum LogHash {
    static func hash(_ bytes: [UInt8]) -> UInt64 {
        let (p1, p2, p3): (UInt64, UInt64, UInt64) = (0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9)
        let (p4, p5): (UInt64, UInt64) = (0x85EB_CA77_C2B2_AE63, 0x27D4_EB2F_1656_67C5)
        func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }
        func load(_ offset: Int, _ count: Int) -> UInt64 {
            (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
        }
        func round(_ sum: UInt64, _ word: UInt64) -> UInt64 { rotate(sum &+ word &* p2, 31) &* p1 }
        var offset = 0
        var hash = p5
        if bytes.count >= 32 {
            var sums = [p1 &+ p2, p2, 0, 0 &- p1]
            while offset + 32 <= bytes.count {
                for lane in 0..<4 { sums[lane] = round(sums[lane], load(offset + 8 * lane, 8)) }
                offset += 32
            }
            hash = rotate(sums[0], 1) &+ rotate(sums[1], 7) &+ rotate(sums[2], 12) &+ rotate(sums[3], 18)
            for sum in sums { hash = (hash ^ round(0, sum)) &* p1 &+ p4 }
        }
        hash = hash &+ UInt64(bytes.count)
        while offset + 8 <= bytes.count {
            hash = rotate(hash ^ round(0, load(offset, 8)), 27) &* p1 &+ p4
            offset += 8
        }
        if offset + 4 <= bytes.count {
            hash = rotate(hash ^ load(offset, 4) &* p1, 23) &* p2 &+ p3
            offset += 4
        }
        while offset < bytes.count {
            hash = rotate(hash ^ UInt64(bytes[offset]) &* p5, 11) &* p1
            offset += 1
        }
        hash = (hash ^ hash >> 33) &* p2
        hash = (hash ^ hash >> 29) &* p3
        return hash ^ hash >> 32
    }
}
#endif
