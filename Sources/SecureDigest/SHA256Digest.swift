/// A SHA-256 or HMAC-SHA-256 result: 32 bytes (FIPS 180-4, 6.2; RFC 2104, 2).
///
/// `==` goes through ``constantTimeEquals(_:_:)``, so comparing an expected digest with one from outside does not tell
/// how many leading bytes agree.
public struct SHA256Digest: Hashable, Sendable {
    /// The length of every digest, in bytes.
    static let byteCount = 32

    /// The 32 bytes of the digest, first byte first. Always exactly 32.
    public let bytes: [UInt8]

    /// The digest of the eight final hash words, each written big-endian.
    init(words: [UInt32]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        for word in words {
            for shift in stride(from: UInt32(24), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word &>> shift))
            }
        }
        self.bytes = bytes
    }

    /// The digest that `hexadecimal` spells out: exactly 64 digits, two to a byte, first byte first.
    ///
    /// Digits `a` to `f` may be in either case. Nil for any other length and for any other character, white space, signs,
    /// prefixes such as `0x` and digits outside ASCII included. The time this takes may depend on the text.
    public init?(hexadecimal: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        var digits = hexadecimal.utf8.makeIterator()
        while let first = digits.next() {
            guard
                bytes.count < Self.byteCount,
                let second = digits.next(),
                let high = Self.value(ofDigit: first),
                let low = Self.value(ofDigit: second)
            else { return nil }
            bytes.append(high &<< 4 | low)
        }
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// The digest as 64 lowercase hexadecimal digits, first byte first.
    public var hexadecimal: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(Self.byteCount &* 2)
        for byte in bytes {
            digits.append(Self.digit(for: byte &>> 4))
            digits.append(Self.digit(for: byte & 0x0f))
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Whether two digests are the same, in a time that does not depend on their bytes.
    public static func == (left: SHA256Digest, right: SHA256Digest) -> Bool {
        constantTimeEquals(left.bytes, right.bytes)
    }

    /// Feeds the 32 bytes of the digest to `hasher`. Unlike `==`, a look-up in a set or dictionary is not constant time.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes)
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit &- UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit &- UInt8(ascii: "a") &+ 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit &- UInt8(ascii: "A") &+ 10
        default: nil
        }
    }

    private static func digit(for value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ value &- 10
    }
}
