import Foundation
import SupportPortalTesting
import Testing

@testable import SupportPortal

@Suite("Instants in records")
struct InstantTextTests: RecordCoding {
    @Test(
        "Instants at the edges",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (-62_162_121_600_001, "0000-02-28T23:59:59.999Z"), (1_763_890_800_123, "2025-11-23T09:40:00.123Z"),
        ])
    func instants(milliseconds: Int64, text: String) throws {
        #expect(try json(Date(milliseconds: milliseconds)) == "\"\(text)\"")
        #expect(try decode(Date.self, "\"\(text)\"").milliseconds == milliseconds)
    }

    @Test("Instants agree with Foundation's calendar")
    func calendar() throws {
        var chance = SeededGenerator(seed: 11)
        for _ in 0..<3_000 {
            // From 1583 on Foundation's calendar is the Gregorian one.
            let seconds = Int64.random(in: -12_212_553_600...253_402_300_799, using: &chance)
            let date = Date(milliseconds: seconds * 1_000 + Int64.random(in: 0..<1_000, using: &chance))
            let theirs = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
            let fraction = String(String(date.milliseconds - seconds * 1_000 + 1_000).dropFirst())
            #expect(try json(date) == "\"\(theirs.dropLast()).\(fraction)Z\"")
            #expect(try decode(Date.self, json(date)) == date)
            #expect(try decode(Date.self, "\"\(theirs)\"").milliseconds == seconds * 1_000)
        }
    }

    @Test("Instants out of the range of the text are numbers, those that are none are refused")
    func farInstants() throws {
        for date in [
            Date(milliseconds: 253_402_300_800_000), Date(milliseconds: -62_167_219_200_001),
            .distantFuture.addingTimeInterval(1e12), Date(milliseconds: .min),
        ] {
            #expect(try json(date) == String(date.milliseconds))
            #expect(try decode(Date.self, json(date)) == date)
        }
        for date in [Date(timeIntervalSince1970: .nan), Date(timeIntervalSince1970: -.infinity)] {
            #expect(throws: EncodingError.self) { try RecordEncoder().encode(["x": date]) }
        }
    }

    @Test(
        "What is no instant is refused",
        arguments: [
            "", "2026-11-23", "2026-11-23T09:40Z", "2026-11-23T09:40:00", "2026-11-23T09:40:00.1Z", "2026-11-23T09:40:00.1234Z",
            "2026-11-23T09:40:00+00:00", "2026-11-23t09:40:00Z", "2026-11-23 09:40:00Z", "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-12-31T23:59:60Z", "+026-01-01T00:00:00Z",
            "2026-01-01T00:00:00,123Z",
            "2026-01-01T00:00:0éZ", "2026-01-01T00:00:00.123z",
        ])
    func noInstants(text: String) {
        #expect(throws: DecodingError.self) { try decode(Date.self, "\"\(text)\"") }
    }
}

/// Tests that look at the text of records.
protocol RecordCoding {}

extension RecordCoding {
    func json(_ value: some Encodable) throws -> String {
        String(decoding: try RecordEncoder().encode(value), as: UTF8.self)
    }

    func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try RecordDecoder().decode(type, from: Array(text.utf8))
    }
}
