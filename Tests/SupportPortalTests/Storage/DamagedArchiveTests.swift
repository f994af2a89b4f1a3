import Foundation
import SecureDigest
import SupportPortal
import SupportPortalTesting
import TestSupport
import Testing

@Suite("Archives that are not whole")
struct DamagedArchiveTests: ArchiveTests {
    @Test("A stream that is cut anywhere is known to be, and the whole one then adds what is missing")
    func cuts() async throws {
        let rich = try await RichPortal(.inMemory, fileSize: 60_000)
        let exported = try await lines(rich.bench.storage)
        for count in exported.indices {
            let copy = InMemoryStorage()
            let stream = ByteChunks(Array(exported[..<count]))
            let error = await failure { try await PortalArchive.restore(stream, into: copy) }
            #expect(error?.code == .truncated && error?.line == count + 1, "\(count) lines: \(error as Any)")
            let summary = try await PortalArchive.restore(ByteChunks(exported), into: copy, options: again)
            #expect(summary.counts.tickets == 6 && summary.skipped.tickets <= 6)
            #expect(try await lines(copy) == exported, "after \(count) lines")
        }
        let data = Data(exported.joined())
        for size in stride(from: data.count - 1, to: 0, by: -data.count / Thoroughness.cases(80)) {
            #expect(await code { try await PortalArchive.verify(ByteChunks([data.prefix(size)])) } == .truncated, "\(size) bytes")
        }
        #expect(await code { try await PortalArchive.verify(ByteChunks([data, Data("{}\n".utf8)])) } == .dataAfterEnd)
        #expect(await code { try await PortalArchive.verify(ByteChunks([data, Data(" ".utf8)])) } == .dataAfterEnd)
    }

    @Test("No flipped bit goes unnoticed")
    func flips() async throws {
        let exported = try await lines(try await RichPortal(.inMemory, fileSize: 200).bench.storage)
        var data = Data(exported.joined())
        var random = SeededGenerator(seed: 4)
        var places = (0..<Thoroughness.cases(200)).map { _ in Int.random(in: data.indices, using: &random) }
        // The last line, which no digest covers, in many places.
        places += data.indices.suffix(exported.last?.count ?? 0).filter { $0.isMultiple(of: 3) }
        for place in places {
            let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            data[place] ^= bit
            let stream = ByteChunks([data])
            let error = await failure { try await PortalArchive.verify(stream) }
            // The case of a hexadecimal digit says nothing.
            #expect(error != nil, "bit \(bit) of byte \(place)")
            data[place] ^= bit
        }
        #expect(try await PortalArchive.verify(ByteChunks([data])).lines == exported.count)
    }

    @Test("Lines that are swapped, missing or there twice are refused, by their number where they stand wrong")
    func order() async throws {
        let exported = try await lines(try await RichPortal(.inMemory, fileSize: 60_000).bench.storage)
        for place in exported.indices.dropLast() {
            var swapped = exported
            swapped.swapAt(place, place + 1)
            var missing = exported
            missing.remove(at: place)
            var twice = exported
            twice.insert(exported[place], at: place)
            for stream in place.isMultiple(of: 3) ? [swapped, missing, twice] : [swapped] {
                #expect(await code { try await PortalArchive.verify(ByteChunks(stream)) } != nil, "line \(place + 1)")
            }
        }
        func place(_ type: String, last: Bool = false) throws -> Int {
            let prefix = Data(#"{"type":"\#(type)""#.utf8)
            let found = last ? exported.lastIndex { $0.starts(with: prefix) } : exported.firstIndex { $0.starts(with: prefix) }
            return try #require(found)
        }
        func moved(_ from: Int, to: Int) throws -> ByteChunks {
            var lines = exported
            lines.insert(lines.remove(at: from), at: to)
            return ByteChunks(try sealed(lines))
        }
        let event = try place("event")
        let message = try place("message")
        let (record, upload) = (try place("record"), try place("upload"))
        let misplaced: [(Int, Int, Int)] = [
            (event, message, message + 1), (event, 1, 2), (message, 1, 2), (record, upload, upload + 2),
            (try place("ticket", last: true), 1, 3), (try place("record", last: true), record, record + 2),
            (try place("bytes"), 1, 2), (try place("file"), 1, 2), (try place("bytes"), message - 1, try place("bytes") + 1),
        ]
        for (from, to, line) in misplaced {
            let stream = try moved(from, to: to)
            let error = await failure { try await PortalArchive.verify(stream) }
            #expect(error?.code == .wrongOrder && error?.line == line, "\(from) to \(to): \(error as Any)")
        }
        var fewer = exported
        fewer.remove(at: event)
        let stream = ByteChunks(try sealed(fewer))
        #expect(await code { try await PortalArchive.verify(stream) } == .wrongCounts)
        var other = exported
        other[record] = replaced(other[record], "\"date\":\"2026-01-15", by: "\"date\":\"2026-01-14")
        #expect(other != exported)
        let changed = ByteChunks(other)
        #expect(await failure { try await PortalArchive.verify(changed) }?.code == .wrongDigest)
    }

    @Test("What is no archive, or one of another version, is refused with nothing touched")
    func versions() async throws {
        let exported = try await lines(try await RichPortal(.inMemory, fileSize: 10).bench.storage)
        let header = exported[0]
        let refused: [(Data, ArchiveError.Code)] = [
            (Data("\n".utf8), .notAnArchive), (Data("{}\n".utf8), .notAnArchive), (Data([0xFF, 0xFE, 0x0A]), .notAnArchive),
            (Data("id,subject\n".utf8), .notAnArchive), (exported[1], .notAnArchive), (Data(), .notAnArchive),
            (replaced(header, "swift-support-portal", by: "another-portal"), .notAnArchive),
            (replaced(header, #""version":1"#, by: #""version":3"#), .unsupportedVersion),
            (
                Data(#"{"type":"portal","value":{"format":"swift-support-portal","version":3}}"#.utf8 + [0x0A]),
                .unsupportedVersion
            ),
        ]
        for (first, code) in refused {
            let stream = ByteChunks([first] + exported.dropFirst())
            let storage = FaultInjectingStorage(InMemoryStorage())
            let error = await failure { try await PortalArchive.restore(stream, into: storage) }
            #expect(error?.code == code && error?.line == 1, "\(String(decoding: first, as: UTF8.self))")
            #expect(FaultPlan.Function.allCases.allSatisfy { storage.faults.calls($0) == 0 })
        }
        #expect(await failure { try await PortalArchive.verify(ByteChunks([])) }?.code == .truncated)
        var options = RestoreOptions()
        options.longestLine = 300
        let short = options
        #expect(await code { try await PortalArchive.verify(ByteChunks(exported), options: short) } == .lineTooLong)
        #expect(
            await code { try await PortalArchive.verify(ByteChunks([Data(repeating: 0x7B, count: 301)]), options: short) }
                == .lineTooLong)
        #expect(await code { try await PortalArchive.verify(FileSource(name: "x", data: Data(exported.joined()))) } == nil)
    }

    @Test("Lines of types that only a newer minor version knows are skipped and counted")
    func newerLines() async throws {
        let exported = try await lines(try await RichPortal(.inMemory, fileSize: 60_000).bench.storage)
        let header = replaced(exported[0], #""minor":0"#, by: #""minor":7"#)
        let news = Data(#"{"since":"later","type":"survey","value":{"id":"n-1"}}"#.utf8 + [0x0A])
        // Between all lines, those of a file and of a ticket, too.
        let newer = try sealed([header] + exported.dropFirst().flatMap { [news, $0] })
        let copy = InMemoryStorage()
        let summary = try await PortalArchive.restore(ByteChunks(newer), into: copy)
        #expect(summary.unknownLines == exported.count - 1)
        #expect(try await lines(copy) == exported)
        let older = try sealed([exported[0]] + exported.dropFirst().flatMap { [news, $0] })
        let error = await failure { try await PortalArchive.verify(ByteChunks(older)) }
        #expect(error?.code == .malformed && error?.line == 2)
    }

    @Test("Values that would harm whoever goes on from them are refused")
    func harmful() async throws {
        let exported = try await lines(try await RichPortal(.inMemory, fileSize: 60_000).bench.storage)
        let changes: [(String, String)] = [
            (#""lastIndex":[0-9]+"#, #""lastIndex":9223372036854775807"#), (#""lastIndex":[0-9]+"#, #""lastIndex":-1"#),
            (#""lastIndex":[0-9]+"#, #""lastIndex":92233720368547758070"#), (#""lastIndex":[0-9]+"#, #""lastIndex":0"#),
            (#""index":[0-9]+"#, #""index":0"#), (#""index":[0-9]+"#, #""index":999"#), (#""size":60000"#, #""size":-1"#),
            (#""size":60000"#, #""size":9223372036854775807"#), (#""offset":0"#, #""offset":-1"#),
            (#""base64":"...."#, #""base64":"=*=="#), (#""subject":"First"#, #""subject":"First\u0000"#),
            (#""text":"Message"#, #""text":"\\\u0000Message"#), (#""opened":"2026-01"#, #""opened":"2026-02"#),
            (#""opened":"2026-01-15"#, #""opened":"2026-02-29"#), (#""opened":"2026-01-15T09"#, #""opened":"2026-01-15T24"#),
            (#""publicRevision":[0-9]+"#, #""publicRevision":-5"#), (#""fileCount":[0-9]+"#, #""fileCount":-5"#),
            (#""value":\{"#, #""value":[{"#), (#""type":"ticket","value":.*"#, #""type":"ticket"}"#),
            (#""type":"ticket","value":.*"#, #""type":"ticket","value":"# + String(repeating: "[", count: 5_000)),
        ]
        for (pattern, replacement) in changes {
            let regex = try Regex(pattern)
            let place = try #require(
                exported.indices.dropFirst().first { String(decoding: exported[$0], as: UTF8.self).firstMatch(of: regex) != nil })
            var other = exported
            let text = String(decoding: exported[place], as: UTF8.self)
            other[place] = Data(text.replacing(regex, with: replacement, maxReplacements: 1).utf8)
            #expect(other != exported, "\(pattern)")
            let stream = ByteChunks(try sealed(other))
            let copy = InMemoryStorage()
            #expect(await failure { try await PortalArchive.restore(stream, into: copy) } != nil, "\(replacement)")
        }
    }
}
