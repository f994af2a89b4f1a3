#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An instant as it stands in records: UTC with milliseconds, always as wide, such as `2026-11-23T09:40:00.123Z` (RFC 3339). Exact, where
/// Foundation's formatters drop fractions or round them.
struct InstantText {
    /// Since 1970.
    let milliseconds: Int64

    /// From 0000-01-01 to the last millisecond of 9999-12-31.
    static let range: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    /// `nil` outside of the years 0 to 9999.
    init?(_ date: Date) {
        guard date.timeIntervalSince1970.isFinite, Self.range.contains(date.milliseconds) else { return nil }
        milliseconds = date.milliseconds
    }

    /// The instant.
    var date: Date { Date(milliseconds: milliseconds) }

    /// Appends it in quotes.
    func append(to bytes: inout ByteOutput) {
        // Counted from the first instant there is, where nothing is negative.
        let since = UInt64(milliseconds - Self.range.lowerBound)
        let (year, month, day) = Self.civilDay(since / 86_400_000)
        let time = since % 86_400_000
        bytes.append(UInt8(ascii: "\""))
        bytes.append(year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(day, width: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.append(time / 3_600_000, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(time / 60_000 % 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(time / 1_000 % 60, width: 2)
        bytes.append(UInt8(ascii: "."))
        bytes.append(time % 1_000, width: 3)
        bytes.append(plain: "Z\"")
    }

    /// The day of the Gregorian calendar, by days since the first of January of year 0. Years are counted from March, so that the leap day
    /// comes last.
    private static func civilDay(_ sinceYear0: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
        // Since 1 March 400 years before year 0.
        let days = sinceYear0 + 146_097 - 60
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isAfterDecember = month >= 10
        return (
            era * 400 + yearOfEra + (isAfterDecember ? 1 : 0) - 400, isAfterDecember ? month - 9 : month + 3,
            dayOfYear - (153 * month + 2) / 5 + 1
        )
    }

    /// Reads what ``append(to:)`` writes, without the quotes; the fraction may be absent. `nil` for everything else, days that are not in the
    /// calendar and leap seconds among it.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 24 || text.count == 20 else { return nil }
        func number(_ start: Int, _ width: Int) -> Int64? {
            var value: Int64 = 0
            for index in start..<start + width {
                let digit = unsafe text[index] &- UInt8(ascii: "0")
                guard digit < 10 else { return nil }
                value = value &* 10 &+ Int64(digit)
            }
            return value
        }
        guard unsafe text[4] == UInt8(ascii: "-"), unsafe text[7] == UInt8(ascii: "-"), unsafe text[10] == UInt8(ascii: "T"),
            unsafe text[13] == UInt8(ascii: ":"), unsafe text[16] == UInt8(ascii: ":"),
            unsafe text[text.count - 1] == UInt8(ascii: "Z"), unsafe text.count == 20 || text[19] == UInt8(ascii: "."),
            let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
            let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
            let fraction = text.count == 20 ? 0 : number(20, 3),
            (1...12).contains(month), day >= 1, day <= Self.days(of: month, in: year), hour < 24, minute < 60, second < 60
        else { return nil }
        let time = ((hour * 60 + minute) * 60 + second) * 1_000 + fraction
        milliseconds = Self.range.lowerBound + Self.daysSinceYear0(year, month, day) * 86_400_000 + time
    }

    private static func days(of month: Int64, in year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func daysSinceYear0(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = year + 400 - (month <= 2 ? 1 : 0)
        let marchMonth = month <= 2 ? month + 9 : month - 3
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        return marchYear * 365 + leapDays + (153 * marchMonth + 2) / 5 + day - 1 - 146_097 + 60
    }
}
