import Foundation

/// Whole records as the text of a column, with dates as whole milliseconds.
enum JSONText {
    static func encode(_ record: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.milliseconds)
        }
        return String(decoding: try encoder.encode(record), as: UTF8.self)
    }

    static func decode<Record: Decodable>(_ text: String) throws -> Record {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let milliseconds = try decoder.singleValueContainer().decode(Int64.self)
            return Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
        }
        return try decoder.decode(Record.self, from: Data(text.utf8))
    }
}

extension Date {
    /// Whole milliseconds since 1970, rounded: for instants that are stored, which have been rounded before.
    var milliseconds: Int64 { whole((timeIntervalSince1970 * 1_000).rounded()) }

    /// The last whole millisecond that is not later: what a stored instant must not exceed to be "not after" this one.
    var millisecondsRoundedDown: Int64 { whole((timeIntervalSince1970 * 1_000).rounded(.down)) }

    /// The first whole millisecond that is not earlier: what a stored instant must reach to be "not before" this one.
    var millisecondsRoundedUp: Int64 { whole((timeIntervalSince1970 * 1_000).rounded(.up)) }

    private func whole(_ value: Double) -> Int64 { Int64(exactly: value) ?? (value < 0 ? .min : .max) }
}
