#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// How tickets are numbered: for the time of opening and a source of chance, the candidates in the order in which they are tried.
///
/// The portal takes the first one that is free. When the candidates end, it throws ``PortalError/Code/ticketNumbersExhausted``, so they
/// should end only when every possible number was among them.
public struct TicketNumbering: Sendable {
    /// The candidates. May be endless; is read lazily.
    public var candidates: @Sendable (_ date: Date, _ random: @Sendable () -> UInt64) -> AnySequence<TicketNumber>

    /// A numbering of the host's own.
    public init(
        candidates: @escaping @Sendable (_ date: Date, _ random: @Sendable () -> UInt64) -> AnySequence<TicketNumber>
    ) {
        self.candidates = candidates
    }

    /// Random numbers by a mask. All the numbers that it can make on a day are candidates, each once, in an order that chance
    /// decides anew for each ticket.
    public static func mask(_ mask: TicketNumberMask) -> TicketNumbering {
        TicketNumbering { date, random in AnySequence(mask.numbers(on: date, random: random)) }
    }

    /// Three capital letters and six digits, such as `QTR-204917`: 17,576,000,000 numbers.
    public static let standard = TicketNumbering.mask(.standard)
}

/// A pattern for ticket numbers.
///
/// `%A` is a capital letter, `%a` a small letter, `%n` a digit, all by chance; `%y`, `%m` and `%d` are year (four digits), month and
/// day (two digits each) of opening in UTC; `%%` is a percent sign. Anything else stands for itself: letters, digits, `-`, `_`, `.`,
/// `/` and `#` are allowed.
///
/// A number is for people and keeps volumes secret, but with few variable parts it can be guessed, which is why it opens nothing.
public struct TicketNumberMask: Hashable, Sendable {
    /// Three capital letters, a hyphen and six digits.
    public static let standard = TicketNumberMask(parts: [
        .capital, .capital, .capital, .text("-"), .digit, .digit, .digit, .digit, .digit, .digit,
    ])

    enum Part: Hashable, Sendable {
        case capital, small, digit, year, month, day
        case text(String)

        /// How many values the part has by chance; 1 for one that has none.
        var count: UInt64 {
            switch self {
            case .capital, .small: 26
            case .digit: 10
            case .year, .month, .day, .text: 1
            }
        }
    }

    let parts: [Part]
    /// How many numbers the mask can make on one day.
    public let capacity: UInt64

    /// Reads a mask.
    /// - Throws: ``PortalError/Code/invalidNumberMask`` for an unknown token, a character that is not allowed, a mask without any part
    ///   left to chance, and one of more than 32 parts or 2⁶³ numbers.
    public init(_ mask: String) throws {
        var parts: [Part] = []
        var rest = Substring(mask)
        while let character = rest.popFirst() {
            guard character == "%" else {
                guard character.isASCII, character.isLetter || character.isNumber || "-_./#".contains(character) else {
                    throw PortalError(.invalidNumberMask, "a mask cannot hold this character")
                }
                parts.append(.text(String(character)))
                continue
            }
            switch rest.popFirst() {
            case "A": parts.append(.capital)
            case "a": parts.append(.small)
            case "n": parts.append(.digit)
            case "y": parts.append(.year)
            case "m": parts.append(.month)
            case "d": parts.append(.day)
            case "%": parts.append(.text("%"))
            default: throw PortalError(.invalidNumberMask, "the tokens of a mask are %A %a %n %y %m %d %%")
            }
        }
        guard parts.count <= 32 else { throw PortalError(.invalidNumberMask, "a mask has at most 32 parts") }
        var capacity: UInt64 = 1
        for part in parts {
            let (product, overflow) = capacity.multipliedReportingOverflow(by: part.count)
            guard !overflow, product <= 1 << 63 else {
                throw PortalError(.invalidNumberMask, "a mask makes at most 2^63 numbers")
            }
            capacity = product
        }
        guard capacity > 1 else { throw PortalError(.invalidNumberMask, "a mask needs at least one of %A %a %n") }
        self.parts = parts
        self.capacity = capacity
    }

    private init(parts: [Part]) {
        self.parts = parts
        capacity = parts.reduce(1) { $0 * $1.count }
    }

    /// All the numbers of a day, each once, in an order that chance decides: a walk through the whole space in steps that have no
    /// divisor in common with its size.
    func numbers(on date: Date, random: () -> UInt64) -> some Sequence<TicketNumber> {
        let start = random() % capacity
        var step = random() % capacity
        while Self.greatestCommonDivisor(step, capacity) != 1 { step = (step + 1) % capacity }
        let day = CivilDay(date)
        return sequence(state: (index: start, left: capacity)) { state -> TicketNumber? in
            guard state.left > 0 else { return nil }
            state.left -= 1
            defer { state.index = (state.index + step) % capacity }
            return number(at: state.index, day: day)
        }
    }

    private func number(at index: UInt64, day: CivilDay) -> TicketNumber {
        var rest = index
        var text = ""
        for part in parts {
            let value = UInt8(rest % part.count)
            rest /= part.count
            switch part {
            case .capital: text.unicodeScalars.append(Unicode.Scalar(UInt8(ascii: "A") + value))
            case .small: text.unicodeScalars.append(Unicode.Scalar(UInt8(ascii: "a") + value))
            case .digit: text.unicodeScalars.append(Unicode.Scalar(UInt8(ascii: "0") + value))
            case .year: text += day.year.padded(to: 4)
            case .month: text += day.month.padded(to: 2)
            case .day: text += day.day.padded(to: 2)
            case .text(let literal): text += literal
            }
        }
        return TicketNumber(rawValue: text)
    }

    private static func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
