#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A day of the Gregorian calendar in UTC, without a calendar object.
struct CivilDay {
    var year: Int
    var month: Int
    var day: Int

    /// The day of an instant. The arithmetic counts years from March, so that the leap day comes last.
    init(_ date: Date) {
        let seconds = !date.timeIntervalSince1970.isFinite ? 0 : Swift.min(Swift.max(date.timeIntervalSince1970, -6e10), 2.5e11)
        let days = Int((seconds / 86_400).rounded(.down)) + 719_468  // since 1 March of year 0
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}

extension Int {
    /// Decimal digits with zeros in front.
    func padded(to width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}

extension Date {
    /// The instant in UTC with milliseconds, such as `2026-11-24T09:40:00.123Z` (RFC 3339).
    var iso8601: String {
        let day = CivilDay(self)
        // Far dates stop where the days do.
        let sinceEpoch = Swift.min(Swift.max(milliseconds, -60_000_000_000_000), 250_000_000_000_000)
        let ofDay = Int(((sinceEpoch % 86_400_000) + 86_400_000) % 86_400_000)
        let (seconds, rest) = ofDay.quotientAndRemainder(dividingBy: 1_000)
        let time = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { $0.padded(to: 2) }.joined(separator: ":")
        return "\(day.year.padded(to: 4))-\(day.month.padded(to: 2))-\(day.day.padded(to: 2))T\(time).\(rest.padded(to: 3))Z"
    }
}
