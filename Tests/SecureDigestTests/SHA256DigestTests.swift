import SecureDigest
import Testing

@Suite("SHA-256 digest")
struct SHA256DigestTests {
    static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test("A digest has 32 bytes, first byte first")
    func bytes() {
        let digest = SHA256.hash("abc".utf8)
        #expect(digest.bytes.count == 32)
        #expect(digest.bytes.prefix(4) == [0xba, 0x78, 0x16, 0xbf])
        #expect(digest.bytes.suffix(4) == [0xf2, 0x00, 0x15, 0xad])
    }

    @Test("Hexadecimal text and back gives the same digest", arguments: 0..<40)
    func roundTrip(length: Int) throws {
        let digest = SHA256.hash(patternBytes(length))
        let text = digest.hexadecimal
        let back = try #require(SHA256Digest(hexadecimal: text))
        #expect(back == digest)
        #expect(back.bytes == digest.bytes)
        #expect(back.hexadecimal == text)
        #expect(text.utf8.count == 64)
        #expect(text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) })
    }

    @Test("Every byte value survives hexadecimal text")
    func everyByteValue() throws {
        for start in stride(from: 0, to: 256, by: 32) {
            let expected = (start..<(start + 32)).map { UInt8($0) }
            let text = expected.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            let digest = try #require(SHA256Digest(hexadecimal: text))
            #expect(digest.bytes == expected)
            #expect(digest.hexadecimal == text)
        }
    }

    @Test("Uppercase and mixed digits are read, and written back in lowercase")
    func uppercase() throws {
        let upper = try #require(SHA256Digest(hexadecimal: Self.abc.uppercased()))
        let mixed = try #require(SHA256Digest(hexadecimal: "BA7816Bf\(Self.abc.dropFirst(8))"))
        #expect(upper == SHA256.hash("abc".utf8))
        #expect(upper.hexadecimal == Self.abc)
        #expect(mixed == upper)
    }

    /// Text near to the digest `abc` that is none.
    static let badTexts: [String] = {
        let endings = ["g", "G", "/", ":", "@", "`", "\0", " ", "\n", "\u{e9}"]
        let beginnings = ["0x", "+a", "-a", " b", "\u{e9}", "\u{ff11}"]
        var texts = ["", "b", "ba", String(repeating: "\u{e9}", count: 32)]
        texts += [1, 2, 32].map { String(abc.dropLast($0)) }
        texts += ["0", "00", "\n", abc].map { "\(abc)\($0)" }
        texts += endings.map { "\(abc.dropLast($0.utf8.count))\($0)" }
        texts += beginnings.map { "\($0)\(abc.dropFirst($0.utf8.count))" }
        return texts
    }()

    @Test("Text that is not 64 hexadecimal digits is refused", arguments: badTexts)
    func badHexadecimal(text: String) {
        #expect(SHA256Digest(hexadecimal: text) == nil)
    }

    @Test("Digests that differ in a single bit are different")
    func singleBits() throws {
        let zero = try #require(SHA256Digest(hexadecimal: String(repeating: "0", count: 64)))
        for position in 0..<64 {
            for digit in ["1", "2", "4", "8"] {
                let text = String(repeating: "0", count: position) + digit + String(repeating: "0", count: 63 - position)
                let other = try #require(SHA256Digest(hexadecimal: text))
                #expect(other != zero)
                #expect(zero != other)
            }
        }
    }

    @Test("Equal digests are one element of a set")
    func sets() {
        let digests: Set = [SHA256.hash("a".utf8), SHA256.hash("b".utf8), SHA256.hash("a".utf8)]
        #expect(digests.count == 2)
        #expect(digests.contains(SHA256.hash("b".utf8)))
        #expect(!digests.contains(SHA256.hash("c".utf8)))
    }
}
