#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The id of an `Entity`, as text. An id of a ticket cannot be passed where one of a customer is asked for.
///
/// Ids of people, services and departments are the host's own; ids of what the portal stores come from
/// ``PortalEnvironment/makeID``. An id is opaque: stores compare it as a whole and order it by its UTF-8 bytes. It is never
/// used as a file name. Codes as a plain string, also as the key of a dictionary.
public struct Identifier<Entity>: RawRepresentable, Hashable, Sendable {
    /// The id as text.
    public let rawValue: String

    /// Makes an id of any text; text that names nothing is simply not found.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Makes an id of any text; text that names nothing is simply not found.
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

extension Identifier: Codable {
    /// Reads the id from a plain string.
    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the id as a plain string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension Identifier: CodingKeyRepresentable {
    /// The id as the key of a coded dictionary.
    public var codingKey: any CodingKey { TextKey(stringValue: rawValue) }

    /// Reads the id from the key of a coded dictionary.
    public init?<Key: CodingKey>(codingKey: Key) { rawValue = codingKey.stringValue }
}

extension Identifier {
    /// Compares bytes, as databases do: ids that merely look alike (é as one character or two) are two ids.
    public static func == (a: Self, b: Self) -> Bool { a.rawValue.hasSameBytes(as: b.rawValue) }
}

extension Identifier {
    /// Whether anything can be stored under it: ids from outside may hold NUL, which some databases stumble over.
    var isStorable: Bool { !rawValue.utf8.contains(0) }
}

extension Identifier: Comparable {
    /// Orders by UTF-8 bytes, as a database with binary collation does.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue.precedesByBytes(b.rawValue) }
}

extension Identifier: ExpressibleByStringLiteral {
    /// An id written out in the host's source.
    public init(stringLiteral value: String) { rawValue = value }
}

extension Identifier: CustomStringConvertible {
    /// The id as text.
    public var description: String { rawValue }
}

/// A coding key of any text.
struct TextKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
}

extension String {
    /// Whether the UTF-8 bytes are the same, where Swift's `==` also takes different spellings of one character for equal. Hashes may be
    /// those of the string: the same bytes have the same hash.
    package func hasSameBytes(as other: String) -> Bool {
        compareBytes(with: other) == 0
    }

    /// The order of UTF-8 bytes, which every database can keep, unlike Swift's order of characters.
    package func precedesByBytes(_ other: String) -> Bool {
        compareBytes(with: other) < 0
    }

    /// Less than, equal to or greater than zero, as the UTF-8 bytes come before, are or come after those of another string.
    private func compareBytes(with other: String) -> Int {
        let (first, second) = (utf8, other.utf8)
        let difference = unsafe first.withContiguousStorageIfAvailable { first in
            unsafe second.withContiguousStorageIfAvailable { second -> Int in
                let common = Swift.min(first.count, second.count)
                if common > 0, let a = first.baseAddress, let b = second.baseAddress {
                    let result = unsafe memcmp(a, b, common)
                    if result != 0 { return Int(result) }
                }
                return first.count - second.count
            }
        }
        if case .some(.some(let difference)) = difference { return difference }
        // Strings that are not held in one piece, such as those of Objective-C.
        return first.elementsEqual(second) ? 0 : first.lexicographicallyPrecedes(second) ? -1 : 1
    }
}
