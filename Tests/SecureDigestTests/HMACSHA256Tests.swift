import SecureDigest
import Testing

@Suite("HMAC-SHA-256")
struct HMACSHA256Tests {
    /// A test case of RFC 4231, section 4; `code` is shorter than 64 digits where the RFC truncates it.
    struct Example: Sendable, CustomTestStringConvertible {
        let number: Int
        let key: [UInt8]
        let message: [UInt8]
        let code: String
        var testDescription: String { "case \(number)" }
    }

    static let examples = [
        Example(
            number: 1,
            key: Array(repeating: 0x0b, count: 20),
            message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        Example(
            number: 2,
            key: Array("Jefe".utf8),
            message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        Example(
            number: 3,
            key: Array(repeating: 0xaa, count: 20),
            message: Array(repeating: 0xdd, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        Example(
            number: 4,
            key: Array(1...25),
            message: Array(repeating: 0xcd, count: 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        Example(
            number: 5,
            key: Array(repeating: 0x0c, count: 20),
            message: Array("Test With Truncation".utf8),
            code: "a3b6167473100ee06e0c796c2955552b"
        ),
        Example(
            number: 6,
            key: Array(repeating: 0xaa, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        Example(
            number: 7,
            key: Array(repeating: 0xaa, count: 131),
            message: Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8
            ),
            code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test("The test cases of RFC 4231 give the published codes", arguments: examples)
    func publishedCases(example: Example) {
        let code = HMACSHA256.authenticate(example.message, key: example.key).hexadecimal
        #expect(code.prefix(example.code.count) == example.code)
    }

    @Test("An empty key and an empty message give the code of an independent implementation")
    func emptyInputs() {
        let none: [UInt8] = []
        #expect(
            HMACSHA256.authenticate(none, key: none).hexadecimal
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        )
        #expect(
            HMACSHA256.authenticate("message".utf8, key: none).hexadecimal
                == "eb08c1f56d5ddee07f7bdf80468083da06b64cf4fac64fe3a90883df5feacae4"
        )
    }

    @Test("A key of one block is used as it is, a longer one is hashed first")
    func keysAroundTheBlock() {
        let message = "message".utf8
        let block = [UInt8](repeating: UInt8(ascii: "k"), count: 64)
        let longer = block + [UInt8(ascii: "k")]
        #expect(
            HMACSHA256.authenticate(message, key: block).hexadecimal
                == "890f3a16e0ca0aaa3bf180f70fa8e3970b3fd6505e98fde157988dcc19d1685c"
        )
        #expect(
            HMACSHA256.authenticate(message, key: longer).hexadecimal
                == "0c256505306af48015530c139bb7add5ad7a6a9291cd511278a067e765816fbd"
        )
        #expect(
            HMACSHA256.authenticate(message, key: longer) == HMACSHA256.authenticate(message, key: SHA256.hash(longer).bytes)
        )
    }

    @Test("Every key length from 0 to 199 agrees with an independent implementation")
    func everyKeyLength() {
        var codes = SHA256()
        for length in 0..<200 {
            codes.update(HMACSHA256.authenticate("message".utf8, key: patternBytes(length)).bytes)
        }
        // hashlib and hmac: the hash of the 200 codes one after the other.
        #expect(codes.finalize().hexadecimal == "280dabafbc960795e4ce16c4fd77b642558c978f10ff087289d16fdd9588103b")
    }

    @Test("Zero bytes after a short key change nothing, as documented")
    func zeroPaddedKeys() {
        let message = "message".utf8
        let key = Array("key".utf8)
        #expect(HMACSHA256.authenticate(message, key: key) == HMACSHA256.authenticate(message, key: key + [0, 0]))
        #expect(HMACSHA256.authenticate(message, key: key) != HMACSHA256.authenticate(message, key: [0] + key))
    }

    @Test("A different key or message gives a different code")
    func differences() {
        let code = HMACSHA256.authenticate("message".utf8, key: "key".utf8)
        #expect(code != HMACSHA256.authenticate("message".utf8, key: "kez".utf8))
        #expect(code != HMACSHA256.authenticate("messagf".utf8, key: "key".utf8))
        #expect(code != HMACSHA256.authenticate("key".utf8, key: "message".utf8))
    }

    @Test("Keys and messages may be any kind of collection and sequence")
    func kindsOfInput() {
        let message = patternBytes(150)
        let key = patternBytes(40)
        let expected = HMACSHA256.authenticate(message, key: key)
        #expect(HMACSHA256.authenticate(AnySequence(message), key: AnyCollection(key)) == expected)
        #expect(HMACSHA256.authenticate(([1] + message)[1...], key: ([1] + key)[1...]) == expected)
    }
}
