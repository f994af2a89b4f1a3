/// A mail address that cannot break out of a header or a recipient list, or pass for an option of a command.
///
/// It is a dot-atom local part (RFC 5322, section 3.2.3, or letters beyond ASCII as in RFC 6532), `@`, and a domain of labels
/// (RFC 1034; letters beyond ASCII for internationalised names). Quoted local parts, comments, address literals and display names
/// are refused: no such address is needed, and each is a way to smuggle something. At most 254 bytes, 64 before the `@` (RFC 5321).
///
/// Two addresses that differ only in upper and lower case are equal; the spelling is kept.
public struct EmailAddress: Sendable, CustomStringConvertible {
    /// The address as it was spelled.
    public let text: String
    /// The address in lower case: what addresses are compared by.
    public let normalized: String

    /// What stands after the `@`, in lower case.
    var domain: String { String(normalized[normalized.index(after: normalized.lastIndex(of: "@") ?? normalized.startIndex)...]) }

    /// Checks and makes an address. Spaces around it are dropped.
    /// - Throws: ``PortalError/Code/invalidAddress``.
    public init(_ text: String) throws {
        guard let address = Self(checking: text) else {
            throw PortalError(.invalidAddress, "not a mail address of the form local@domain")
        }
        self = address
    }

    /// Checks and makes an address; `nil` for what is none.
    public init?(checking text: String) {
        guard text.utf8.count <= 1_024 else { return nil }
        if text.isPlainAddress {
            self.text = text
            normalized = text
            return
        }
        let trimmed = text.trimmingSpaces
        guard trimmed.utf8.count <= 254, let at = trimmed.lastIndex(of: "@") else { return nil }
        let local = trimmed[..<at]
        let domain = trimmed[trimmed.index(after: at)...]
        guard Self.isLocalPart(local), Self.isDomain(domain) else { return nil }
        self.text = String(trimmed)
        self.normalized = trimmed.lowercased()
    }

    private static func isLocalPart(_ local: Substring) -> Bool {
        guard (1...64).contains(local.utf8.count), local.first != "-" else { return false }
        return local.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.unicodeScalars.allSatisfy { $0.isAtomText || $0.isLetterBeyondASCII }
        }
    }

    private static func isDomain(_ domain: Substring) -> Bool {
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        // A last label of digits alone would be an address of a machine, not a name.
        guard domain.utf8.count <= 253, let last = labels.last, !last.allSatisfy(\.isNumber) else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.unicodeScalars.allSatisfy { $0.isLabelText || $0.isLetterBeyondASCII }
        }
    }

    /// The address as it was spelled.
    public var description: String { text }
}

extension EmailAddress: Hashable {
    /// Compares without regard to case.
    public static func == (a: Self, b: Self) -> Bool { a.normalized == b.normalized }

    /// Hashes without regard to case.
    public func hash(into hasher: inout Hasher) { hasher.combine(normalized) }
}

extension EmailAddress: Codable {
    /// Reads the address from a plain string and checks it.
    /// - Throws: `DecodingError.dataCorrupted` for what is no address.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let address = Self(checking: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a mail address")
        }
        self = address
    }

    /// Writes the address as a plain string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension String {
    /// Whether it is an address of lower-case letters, digits and single dots, as most are: nothing else is to be looked at.
    fileprivate var isPlainAddress: Bool {
        var at = -1
        var index = 0
        var labelStart = 0
        var isNumber = true
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): isNumber = false
            case UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "."), UInt8(ascii: "@"):
                guard (1...63).contains(index - labelStart) else { return false }
                if byte == UInt8(ascii: "@") {
                    guard at < 0, index <= 64 else { return false }
                    at = index
                }
                labelStart = index + 1
                isNumber = true
            default: return false
            }
            index += 1
        }
        return at > 0 && (1...63).contains(index - labelStart) && !isNumber && index <= 254 && index - at <= 254
    }
}

extension Unicode.Scalar {
    /// RFC 5322 `atext`.
    fileprivate var isAtomText: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", "!", "#", "$", "%", "&", "'", "*", "+", "-", "/", "=", "?", "^", "_", "`", "{", "|",
            "}", "~":
            true
        default: false
        }
    }

    fileprivate var isLabelText: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", "-": true
        default: false
        }
    }

    /// Letters, marks and digits of other scripts; no controls, spaces, symbols, look-alike punctuation or private characters.
    fileprivate var isLetterBeyondASCII: Bool {
        guard value > 0x9F else { return false }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark,
            .decimalNumber:
            return true
        default: return false
        }
    }
}

extension StringProtocol {
    /// Without white space and control characters at both ends; what `trimmingCharacters` does in full Foundation.
    var trimmingSpaces: SubSequence {
        let scalars = unicodeScalars
        let isInk = { (scalar: Unicode.Scalar) in !scalar.properties.isWhitespace && !scalar.isControl }
        guard let first = scalars.firstIndex(where: isInk), let last = scalars.lastIndex(where: isInk) else {
            return self[endIndex...]
        }
        return self[first..<scalars.index(after: last)]
    }
}
