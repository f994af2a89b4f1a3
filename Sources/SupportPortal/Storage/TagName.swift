/// A word that records are sorted by, such as `refund`. Customers see those of articles, never those of tickets.
public struct TagName: RawRepresentable, Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The most characters in a tag.
    public static let longest = 50

    /// The tag, in lower case.
    public let rawValue: String

    /// Makes a tag of text: in lower case, on one line. `nil` where nothing is left, or more than ``longest`` characters.
    public init?(rawValue: String) {
        guard rawValue.utf8.count <= Self.longest * 8 else { return nil }
        let line = SingleLine(rawValue)
        let text = line.text.lowercased()
        // Lower case may have more bytes, and what is made is read again by the same rules.
        guard line.isVisible, text.count <= Self.longest, text.utf8.count <= Self.longest * 8 else { return nil }
        self.rawValue = text
    }

    /// Makes a tag of text; see ``init(rawValue:)``.
    public init?(_ text: String) { self.init(rawValue: text) }

    /// The tag.
    public var description: String { rawValue }

    /// Compares bytes, as databases do.
    public static func == (a: Self, b: Self) -> Bool { a.rawValue.hasSameBytes(as: b.rawValue) }

    /// Orders by UTF-8 bytes.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue.precedesByBytes(b.rawValue) }
}
