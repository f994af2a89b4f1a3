/// A place in the event log of one store: 0 before the first event, then rising. Positions of different stores have nothing
/// to do with each other, and a ``Revision`` is another thing altogether.
public struct Position: RawRepresentable, Hashable, Sendable, Codable, Comparable, LosslessStringConvertible {
    /// The place as a number.
    public let rawValue: Int64

    /// Makes a position of a number.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// Reads what ``description`` wrote, such as the `Last-Event-ID` of a resumed stream; `nil` for anything else.
    public init?(_ description: String) {
        guard let number = Int64(description), number >= 0 else { return nil }
        rawValue = number
    }

    /// Before the first event.
    public static let start = Position(rawValue: 0)

    /// The position as decimal digits.
    public var description: String { String(rawValue) }

    /// Orders from old to new.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
