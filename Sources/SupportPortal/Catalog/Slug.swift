import TextSearch

/// What links call an item, such as `reset-your-password`: lower case letters, digits and marks of any script, with single hyphens between.
public struct Slug: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The most UTF-8 bytes in a slug.
    public static let longest = 120

    /// The slug.
    public let rawValue: String

    /// A slug as it was made before; `nil` for anything that is none, such as a link that somebody edited.
    public init?(rawValue: String) {
        guard 1...Self.longest ~= rawValue.utf8.count, rawValue.lowercased().hasSameBytes(as: rawValue) else { return nil }
        let runs = rawValue.unicodeScalars.split(separator: "-", omittingEmptySubsequences: false)
        guard runs.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isPart) }) else { return nil }
        self.rawValue = rawValue
    }

    /// Makes a slug of a title: its words in lower case, without accents where they can be left out. A title without any word makes `item`.
    public init(_ title: SingleLine) {
        var slug = ""
        for run in title.text.unicodeScalars.split(whereSeparator: { !Self.isPart($0) }) {
            let word = String(run).lowercased()
            // Scripts without spaces are searched by pairs of letters, which are no words.
            let folded = SearchWords.words(in: word, limit: 2)
            let part = (slug.isEmpty ? "" : "-") + (folded.count == 1 ? folded[0] : word)
            guard slug.utf8.count + part.utf8.count <= Self.longest - 20 else { break }
            slug += part
        }
        self = Slug(rawValue: slug) ?? Slug(unchecked: "item")
    }

    private init(unchecked text: String) { rawValue = text }

    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark,
            .decimalNumber:
            true
        default: false
        }
    }

    /// The slug with a number behind it, for when it is taken.
    func numbered(_ number: Int) -> Slug { Slug(unchecked: "\(rawValue)-\(number)") }

    /// The slug.
    public var description: String { rawValue }

    /// Compares bytes, as databases do.
    public static func == (a: Self, b: Self) -> Bool { a.rawValue.hasSameBytes(as: b.rawValue) }

    /// Orders by UTF-8 bytes.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue.precedesByBytes(b.rawValue) }
}

extension Slug: Codable {
    /// Reads a slug from a plain string.
    /// - Throws: `DecodingError` for text that is no slug.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let slug = Slug(rawValue: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a slug")
        }
        self = slug
    }

    /// Writes the slug as a plain string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
