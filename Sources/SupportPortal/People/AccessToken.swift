import SecureDigest

/// What a guest holds to come back to a ticket: 128 random bits, written as 32 hexadecimal digits. To be sent over TLS and treated as
/// a password; the portal stores only its SHA-256 hash.
public struct AccessToken: Hashable, Sendable, CustomStringConvertible {
    /// 32 lower-case hexadecimal digits.
    public let text: String

    /// Reads a token; `nil` unless it is 32 hexadecimal digits.
    public init?(_ text: String) {
        guard let text = text.asHexadecimal(digits: 32) else { return nil }
        self.text = text
    }

    /// Makes a token of 16 random bytes; of other numbers of bytes it takes a hash.
    init(bytes: [UInt8]) {
        text = (bytes.count == 16 ? bytes : Array(SHA256.hash(bytes).bytes.prefix(16))).hexadecimal
    }

    /// What is stored in place of the token: SHA-256 of its text, as hexadecimal digits.
    var hash: String { SHA256.hash(text.utf8).hexadecimal }

    /// Hidden, so that a token does not end up in a log; use ``text``.
    public var description: String { "AccessToken(hidden)" }
}

extension AccessToken: Codable {
    /// Reads the token from a plain string.
    /// - Throws: `DecodingError.dataCorrupted` unless it is 32 hexadecimal digits.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let token = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an access token")
        }
        self = token
    }

    /// Writes the token as a plain string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension String {
    /// In lower case if it is this many hexadecimal digits, else `nil`.
    func asHexadecimal(digits: Int) -> String? {
        guard utf8.count == digits, utf8.allSatisfy({ $0 < 0x80 && Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return lowercased()
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    var hexadecimal: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(underestimatedCount * 2)
        for byte in self {
            for digit in [byte >> 4, byte & 15] {
                digits.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
