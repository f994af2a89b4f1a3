#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Turns lines of an archive to bytes and back: the one place that knows which coder does it.
///
/// Canonical: no white space, keys by name, slashes as they are, instants as `2026-11-23T09:40:00.123Z`.
enum ArchiveCoding {
    /// The line, its LF included.
    static func encode(_ line: ArchiveLine) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            guard let text = ArchiveDate.text(date) else {
                let context = EncodingError.Context(
                    codingPath: encoder.codingPath, debugDescription: "not of the years 0 to 9999")
                throw EncodingError.invalidValue(date, context)
            }
            try container.encode(text)
        }
        var data = try encoder.encode(line)
        data.append(0x0A)
        return data
    }

    /// What a line says; its LF is not part of it.
    static func decode(_ line: Data) throws -> ArchiveLine {
        guard !holdsNUL(line) else {
            throw DecodingError.dataCorrupted(DecodingError.Context(codingPath: [], debugDescription: "holds NUL"))
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            guard let date = ArchiveDate.date(try container.decode(String.self)) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an instant")
            }
            return date
        }
        return try decoder.decode(ArchiveLine.self, from: line)
    }

    /// Whether a text has NUL, which no store is ever handed. A backslash takes the next byte with it.
    private static func holdsNUL(_ line: Data) -> Bool {
        unsafe line.withUnsafeBytes { bytes in
            var place = 0
            while place < bytes.count {
                guard unsafe bytes[place] == UInt8(ascii: "\\") else {
                    place += 1
                    continue
                }
                if unsafe bytes[place...].starts(with: escapedNUL) { return true }
                place += 2
            }
            return false
        }
    }

    private static let escapedNUL = Array(#"\u0000"#.utf8)
}

/// Instants as text of one width: UTC with milliseconds, years 0 to 9999.
enum ArchiveDate {
    /// `nil` for an instant of another year.
    static func text(_ date: Date) -> String? {
        let milliseconds = date.milliseconds
        guard (first...last).contains(milliseconds) else { return nil }
        let (day, time) = split(milliseconds)
        let (year, month, dayOfMonth) = civil(day)
        var text = ""
        text.reserveCapacity(24)
        for (number, width, end) in [
            (year, 4, "-"), (month, 2, "-"), (dayOfMonth, 2, "T"), (time / 3_600_000, 2, ":"), (time / 60_000 % 60, 2, ":"),
            (time / 1_000 % 60, 2, "."), (time % 1_000, 3, "Z"),
        ] {
            text += number.padded(to: width) + end
        }
        return text
    }

    /// `nil` for anything else than what ``text(_:)`` makes.
    static func date(_ text: String) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count == 24 else { return nil }
        let marks: [(Int, Character)] = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "."), (23, "Z")]
        for (place, mark) in marks where bytes[place] != mark.asciiValue { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), let rest = number(20..<23),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        let days = self.days(year, month, day)
        guard civil(days) == (year, month, day) else { return nil }
        let ofDay = ((hour * 60 + minute) * 60 + second) * 1_000 + rest
        return Date(milliseconds: Int64(days * 86_400_000 + ofDay))
    }

    private static let first = Int64(days(0, 1, 1)) * 86_400_000
    private static let last = Int64(days(10_000, 1, 1)) * 86_400_000 - 1

    /// Days since 1970, and milliseconds of the day.
    private static func split(_ milliseconds: Int64) -> (day: Int, time: Int) {
        let time = Int(((milliseconds % 86_400_000) + 86_400_000) % 86_400_000)
        return ((Int(milliseconds) - time) / 86_400_000, time)
    }

    /// Days since 1970. Years are counted from March, so that the leap day comes last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let years = (month > 2 ? year : year - 1) + 400  // never negative
        let months = (month + 9) % 12
        return years * 365 + years / 4 - years / 100 + years / 400 + (153 * months + 2) / 5 + day - 1 - 719_468 - 146_097
    }

    /// The day that is so many days after 1970 began.
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let days = days + 719_468 + 146_097  // since 1 March of year -400
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (era * 400 + yearOfEra - 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
