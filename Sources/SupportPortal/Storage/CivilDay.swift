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
