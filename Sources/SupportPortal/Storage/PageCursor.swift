/// The value that a list is ordered by, so that any database can compare it: a number, or text by its UTF-8 bytes.
public enum SortValue: Hashable, Sendable, Codable, Comparable {
    /// A whole number; instants are milliseconds since 1970.
    case number(Int64)
    /// Text, compared by UTF-8 bytes.
    case text(String)

    /// Compares numbers, or text by its UTF-8 bytes.
    public static func == (a: Self, b: Self) -> Bool {
        switch (a, b) {
        case (.number(let a), .number(let b)): a == b
        case (.text(let a), .text(let b)): a.hasSameBytes(as: b)
        default: false
        }
    }

    /// Numbers by size, text by UTF-8 bytes, numbers before text.
    public static func < (a: Self, b: Self) -> Bool {
        switch (a, b) {
        case (.number(let a), .number(let b)): a < b
        case (.text(let a), .text(let b)): a.precedesByBytes(b)
        case (.number, .text): true
        case (.text, .number): false
        }
    }
}

/// A place in an ordered list: the order's name, and the sort value and id of the last element seen (a keyset, never an offset,
/// so that records that do not change are neither repeated nor skipped while others are written).
///
/// A cursor is no secret and no permission: what it leads to is filtered by the session that uses it.
public struct PageCursor: Hashable, Sendable, Codable {
    /// The order that the list had, such as `activity.descending`; a cursor of another order is refused.
    public var order: String
    /// The sort value of the last element seen.
    public var value: SortValue
    /// The id of the last element seen, which decides among equal values.
    public var id: String

    /// Makes a cursor; stores do.
    public init(order: String, value: SortValue, id: String) {
        self.order = order
        self.value = value
        self.id = id
    }
}

extension PageCursor: LosslessStringConvertible {
    /// The longest text that is read as a cursor, in UTF-8 bytes.
    static let longestText = 65_536

    /// The cursor as text that needs no escaping in a link.
    public var description: String {
        let value =
            switch value {
            case .number(let number): "n\(number)"
            case .text(let text): "t" + text.escapedForLink
            }
        return "\(order.escapedForLink)~\(value)~\(id.escapedForLink)"
    }

    /// Reads what ``description`` wrote; `nil` for anything else, such as a link that somebody edited.
    public init?(_ description: String) {
        guard description.utf8.count <= Self.longestText else { return nil }
        let parts = description.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 3, let order = String(escapedForLink: parts[0]), let id = String(escapedForLink: parts[2])
        else { return nil }
        let rest = parts[1].dropFirst()
        switch parts[1].first {
        case "n":
            guard let number = Int64(rest) else { return nil }
            self.init(order: order, value: .number(number), id: id)
        case "t":
            guard let text = String(escapedForLink: rest) else { return nil }
            self.init(order: order, value: .text(text), id: id)
        default: return nil
        }
    }
}

extension StringProtocol {
    /// Percent-encoding of everything but letters, digits, `-`, `_` and `.` (RFC 3986, without `~`, which separates parts here).
    var escapedForLink: String {
        var result = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}

extension String {
    /// The reverse of ``escapedForLink``; `nil` for a broken escape or bytes that are not UTF-8.
    init?(escapedForLink text: some StringProtocol) {
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next(), let low = rest.next(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        // No stored text holds NUL, and some databases stumble over it.
        guard !bytes.contains(0), let decoded = String(validating: bytes, as: UTF8.self) else { return nil }
        self = decoded
    }
}
