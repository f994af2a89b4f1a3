import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Requests for files")
struct FileRequestTests {
    private static let tag = "\"abc\""

    private func decide(_ size: Int = 1_000, with change: (inout FileRequest) -> Void) -> FileDecision {
        var request = FileRequest()
        change(&request)
        return request.decision(size: size, entityTag: Self.tag)
    }

    @Test(
        "Ranges, as a table (RFC 9110, 14)",
        arguments: [
            ("bytes=0-99", .part(0..<100)), ("bytes=0-0", .part(0..<1)), ("bytes=999-999", .part(999..<1_000)),
            ("bytes=500-", .part(500..<1_000)), ("bytes=-1", .part(999..<1_000)), ("bytes=-999", .part(1..<1_000)),
            ("BYTES=1-2", .part(1..<3)), (" bytes= 1-2\t", .part(1..<3)), ("bytes=007-08", .part(7..<9)),
            // As far as there are bytes.
            ("bytes=990-2000", .part(990..<1_000)), ("bytes=1-99999999999999999999999999", .part(1..<1_000)),
            ("bytes=999-9223372036854775807", .part(999..<1_000)),
            // The whole.
            ("bytes=0-", .whole), ("bytes=0-999", .whole), ("bytes=0-1000", .whole), ("bytes=-1000", .whole),
            ("bytes=-1001", .whole),
            ("bytes=-99999999999999999999999999", .whole), ("bytes=-9223372036854775807", .whole),
            // No such bytes.
            ("bytes=1000-", .rangeNotSatisfiable), ("bytes=1000-1001", .rangeNotSatisfiable), ("bytes=-0", .rangeNotSatisfiable),
            ("bytes=99999999999999999999999999-", .rangeNotSatisfiable), ("bytes=9223372036854775807-", .rangeNotSatisfiable),
            ("bytes=9223372036854775807-9223372036854775807", .rangeNotSatisfiable),
            ("bytes=18446744073709551616-18446744073709551617", .rangeNotSatisfiable),
            // Not understood, so that it does not count.
            ("bytes=5-2", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("bytes", .whole), ("", .whole), ("=0-1", .whole),
            ("bytes=a-b", .whole), ("bytes=0x1-2", .whole), ("bytes=+1-2", .whole), ("bytes=1--2", .whole), ("bytes=--1", .whole),
            ("bytes=1-2-3", .whole), ("bytes=1", .whole), ("bytes=1 - 2", .whole), ("bytes =0-1", .whole), ("lines=0-1", .whole),
            ("bytes=\u{661}-2", .whole), ("bytes=0-1\u{0}", .whole), ("bytes=1.0-2", .whole), ("bytez=0-1", .whole),
            // Several.
            ("bytes=0-1,5-6", .whole), ("bytes=0-1, 5-6", .whole), ("bytes=,0-1", .whole),
            ("bytes=" + Array(repeating: "0-", count: 10_000).joined(separator: ","), .whole),
        ] as [(String, FileDecision)])
    func ranges(_ value: String, _ decision: FileDecision) {
        #expect(decide { $0.range = value } == decision)
    }

    @Test("Of an empty file there is no part")
    func empty() {
        #expect(decide(0) { $0.range = "bytes=0-" } == .rangeNotSatisfiable)
        #expect(decide(0) { $0.range = "bytes=0-0" } == .rangeNotSatisfiable)
        #expect(decide(0) { $0.range = "bytes=-5" } == .whole)
        #expect(decide(0) { $0.range = "bytes=-0" } == .rangeNotSatisfiable)
        #expect(decide(.max) { $0.range = "bytes=1-9223372036854775806" } == .part(1 ..< .max))
        #expect(decide(.max) { $0.range = "bytes=-1" } == .part(.max - 1 ..< .max))
    }

    struct Condition: Sendable {
        var match: String?
        var noneMatch: String?
        var ifRange: String?
        var range: String?
        let decision: FileDecision
    }

    @Test(
        "Conditions, as a table (RFC 9110, 13)",
        arguments: [
            Condition(decision: .whole), Condition(noneMatch: "\"abc\"", decision: .notModified),
            Condition(noneMatch: "*", decision: .notModified), Condition(noneMatch: " * ", decision: .notModified),
            Condition(noneMatch: "W/\"abc\"", decision: .notModified),
            Condition(noneMatch: "\"x\", \"abc\"", decision: .notModified),
            Condition(noneMatch: "\"x\",,\tW/\"abc\"", decision: .notModified), Condition(noneMatch: "\"x\"", decision: .whole),
            Condition(noneMatch: "", decision: .whole), Condition(noneMatch: "abc", decision: .whole),
            Condition(noneMatch: "\"abc", decision: .whole), Condition(noneMatch: "\"ABC\"", decision: .whole),
            Condition(noneMatch: "w/\"abc\"", decision: .whole), Condition(noneMatch: "x, \"abc\"", decision: .whole),
            Condition(noneMatch: "\"x, \"abc\"", decision: .whole), Condition(noneMatch: "\"x,\"abc\"\"", decision: .whole),
            Condition(noneMatch: String(repeating: "\"x\",", count: 20_000) + "\"abc\"", decision: .notModified),
            // 304 stands above the range.
            Condition(noneMatch: "\"abc\"", range: "bytes=0-1", decision: .notModified),
            Condition(noneMatch: "\"x\"", range: "bytes=0-1", decision: .part(0..<2)),
            Condition(match: "\"abc\"", decision: .whole), Condition(match: "*", range: "bytes=0-1", decision: .part(0..<2)),
            Condition(match: "\"x\"", decision: .preconditionFailed),
            Condition(match: "W/\"abc\"", decision: .preconditionFailed),
            Condition(match: "\"x\"", noneMatch: "\"abc\"", decision: .preconditionFailed),
            Condition(match: "\"abc\"", noneMatch: "\"abc\"", decision: .notModified),
            // A range of what the client has, or else the whole of what there is.
            Condition(ifRange: "\"abc\"", range: "bytes=5-", decision: .part(5..<1_000)),
            Condition(ifRange: " \"abc\" ", range: "bytes=5-", decision: .part(5..<1_000)),
            Condition(ifRange: "\"x\"", range: "bytes=5-", decision: .whole),
            Condition(ifRange: "W/\"abc\"", range: "bytes=5-", decision: .whole),
            Condition(ifRange: "Wed, 21 Oct 2026 07:28:00 GMT", range: "bytes=5-", decision: .whole),
            Condition(ifRange: "\"x\"", range: "bytes=5000-", decision: .whole),
            Condition(ifRange: "\"abc\"", range: "bytes=5000-", decision: .rangeNotSatisfiable),
            Condition(ifRange: "\"abc\"", decision: .whole),
        ])
    func conditions(_ condition: Condition) {
        let decision = decide {
            $0.ifMatch = condition.match
            $0.ifNoneMatch = condition.noneMatch
            $0.ifRange = condition.ifRange
            $0.range = condition.range
        }
        #expect(decision == condition.decision)
    }

    @Test("Fields are taken by name, without case, and joined when they come twice")
    func fields() {
        let request = FileRequest(fields: [
            (name: "Host", value: "x"), (name: "RANGE", value: "bytes=0-1"), (name: "if-none-match", value: "\"x\""),
            (name: "If-None-Match", value: "\"abc\""), (name: "If-Range", value: "\"y\""), (name: "If-Match", value: "*"),
        ])
        #expect(request.range == "bytes=0-1")
        #expect(request.ifNoneMatch == "\"x\", \"abc\"")
        #expect(request.ifRange == "\"y\"")
        #expect(request.decision(size: 10, entityTag: Self.tag) == .notModified)
        let twice = FileRequest(fields: [(name: "Range", value: "bytes=0-1"), (name: "Range", value: "bytes=4-5")])
        #expect(twice.decision(size: 10, entityTag: Self.tag) == .whole)
    }

    @Test("Whatever a range says, it lies within the file")
    func noise() {
        var generator = SeededGenerator(seed: 26)
        let pieces = ["bytes", "=", "-", ",", " ", "0", "1", "9", "999", "9223372036854775807", "\u{0}", "é", "\"", "W/", "*"]
        for _ in 0..<20_000 {
            let text = { (generator: inout SeededGenerator) in
                (0..<Int.random(in: 0..<9, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            }
            var request = FileRequest()
            request.range = Bool.random(using: &generator) ? "bytes=\(text(&generator))" : text(&generator)
            if Bool.random(using: &generator) { request.ifNoneMatch = text(&generator) }
            let size = Int.random(in: 0..<20, using: &generator)
            if case .part(let range) = request.decision(size: size, entityTag: Self.tag) {
                #expect(range.lowerBound >= 0 && range.upperBound <= size && !range.isEmpty)
            }
        }
    }
}
