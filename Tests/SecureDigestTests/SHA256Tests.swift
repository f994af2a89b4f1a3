import Foundation
import SecureDigest
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    /// A message of FIPS 180-4's published examples with its digest.
    struct Example: Sendable, CustomTestStringConvertible {
        let message: String
        let digest: String
        var testDescription: String { "\(message.utf8.count) bytes" }
    }

    @Test(
        "The published examples of FIPS 180-4 give the published digests",
        arguments: [
            Example(message: "", digest: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            Example(message: "abc", digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            Example(
                message: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                digest: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            Example(
                message: "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                    + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                digest: "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
        ]
    )
    func publishedExamples(example: Example) {
        #expect(SHA256.hash(example.message.utf8).hexadecimal == example.digest)
    }

    @Test("One million times the letter a gives the published digest, at once and in uneven pieces")
    func millionLetters() {
        let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        let message = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(SHA256.hash(message).hexadecimal == expected)

        var hasher = SHA256()
        var rest = message[...]
        var size = 1
        while !rest.isEmpty {
            hasher.update(rest.prefix(size))
            rest = rest.dropFirst(size)
            size = size % 997 + 13
        }
        #expect(hasher.finalize().hexadecimal == expected)
    }

    /// The digests of two messages of the same length: only the letter a, and the test pattern.
    struct BorderVector: Sendable, CustomTestStringConvertible {
        let length: Int
        let letters: String
        let pattern: String
        var testDescription: String { "\(length) bytes" }
    }

    @Test(
        "Lengths around the block borders give the digests of an independent implementation",
        arguments: [
            BorderVector(
                length: 55,
                letters: "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318",
                pattern: "e7313d333c272e639f790978283f9eb392e843d0f29b7016828bb1daa4aac70b"
            ),
            BorderVector(
                length: 56,
                letters: "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a",
                pattern: "4324d65f3c103567f5589c710bc08f8523f929a9272e3af36fc968e52abc6c27"
            ),
            BorderVector(
                length: 63,
                letters: "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34",
                pattern: "81c80242132f230c3bd41b3e63bbcff16107339549214a99614ff26664625055"
            ),
            BorderVector(
                length: 64,
                letters: "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb",
                pattern: "39e3d7b6b5d075d37d053ad89b24b41bef4f3c29760c84447cab3f3be1882241"
            ),
            BorderVector(
                length: 65,
                letters: "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0",
                pattern: "aacca6ff74fdbb296d165a45cecfa04e5127bc008770fbbdd48006f2d2fae95e"
            ),
            BorderVector(
                length: 119,
                letters: "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb",
                pattern: "9ce7368e4daf32341631b492e80359dc9f594b48453cd0dd5bf0b19279cc177e"
            ),
            BorderVector(
                length: 120,
                letters: "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c",
                pattern: "7836b787757e95e58b3ca5aec90b1b004e8deba1e50e9675af9cabf1a13a04b5"
            ),
            BorderVector(
                length: 127,
                letters: "c57e9278af78fa3cab38667bef4ce29d783787a2f731d4e12200270f0c32320a",
                pattern: "a8d23e75d936f303d248888d9b165ee543f4cbafcad3c9dd2a79bd84faa11d07"
            ),
            BorderVector(
                length: 128,
                letters: "6836cf13bac400e9105071cd6af47084dfacad4e5e302c94bfed24e013afb73e",
                pattern: "d2742f1f4ac6bb7ca2b239ee18402ba8b3f9f8e652d2a72973c2b9ba11c08cf6"
            ),
            BorderVector(
                length: 129,
                letters: "c12cb024a2e5551cca0e08fce8f1c5e314555cc3fef6329ee994a3db752166ae",
                pattern: "307f8fc2c1622b92762e818d39a185d4d667ad49a4b07ceae1f4afa008a93ec4"
            ),
        ]
    )
    func blockBorders(vector: BorderVector) {
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: vector.length)
        #expect(SHA256.hash(letters).hexadecimal == vector.letters)
        #expect(SHA256.hash(patternBytes(vector.length)).hexadecimal == vector.pattern)
    }

    @Test("Every length from 0 to 299 agrees with an independent implementation")
    func everyShortLength() {
        var digests = SHA256()
        for length in 0..<300 {
            digests.update(SHA256.hash(patternBytes(length)).bytes)
        }
        // hashlib: the hash of the 300 digests one after the other.
        #expect(digests.finalize().hexadecimal == "7b074096cabb18dd0d1b468a173cb2f97f80e952525bca29542e606fd6d0753a")
    }

    @Test("Two pieces give the digest of the whole, wherever the cut is", arguments: [0, 1, 55, 56, 63, 64, 65, 128, 200])
    func everySplit(length: Int) {
        let message = patternBytes(length)
        let whole = SHA256.hash(message)
        for cut in 0...length {
            var hasher = SHA256()
            hasher.update(message[..<cut])
            hasher.update(message[cut...])
            #expect(hasher.finalize() == whole, "cut at \(cut)")
        }
    }

    @Test("Three pieces of different kinds give the digest of the whole, wherever the cuts are")
    func everyDoubleSplit() {
        let message = patternBytes(135)
        let whole = SHA256.hash(message)
        var failures: [String] = []
        for first in 0...message.count {
            let beginning = Array(message[..<first])
            for second in first...message.count {
                var hasher = SHA256()
                hasher.update(beginning.span)
                hasher.update(AnySequence(message[first..<second]))
                hasher.update(message[second...])
                if hasher.finalize() != whole {
                    failures.append("\(first), \(second)")
                }
            }
        }
        #expect(failures.isEmpty)
    }

    @Test("Byte by byte gives the digest of the whole")
    func byteByByte() {
        let message = patternBytes(300)
        var hasher = SHA256()
        for byte in message {
            hasher.update(CollectionOfOne(byte))
        }
        #expect(hasher.finalize() == SHA256.hash(message))
    }

    @Test("Empty pieces change nothing")
    func emptyPieces() {
        let none: [UInt8] = []
        var hasher = SHA256()
        hasher.update(none)
        hasher.update("ab".utf8)
        hasher.update(none.span)
        hasher.update(EmptyCollection<UInt8>())
        hasher.update("c".utf8)
        #expect(hasher.finalize() == SHA256.hash("abc".utf8))
    }

    @Test("Every kind of byte sequence gives the same digest")
    func kindsOfSequence() {
        let message = patternBytes(321)
        let expected = SHA256.hash(message)
        #expect(SHA256.hash(ContiguousArray(message)) == expected)
        #expect(SHA256.hash(([9] + message)[1...]) == expected)
        #expect(SHA256.hash(Data(message)) == expected)
        #expect(SHA256.hash(AnySequence(message)) == expected)
        #expect(SHA256.hash(message.lazy.map { $0 }) == expected)
        #expect(SHA256.hash(AnyIterator(message.makeIterator())) == expected)
    }

    @Test("A copied hasher goes on without the original")
    func copies() {
        var original = SHA256()
        original.update("ab".utf8)
        var copy = original
        copy.update("c".utf8)
        original.update("x".utf8)
        #expect(copy.finalize() == SHA256.hash("abc".utf8))
        #expect(original.finalize() == SHA256.hash("abx".utf8))
    }

    @Test("A finalized copy leaves the hasher as it was")
    func intermediateDigest() {
        var hasher = SHA256()
        hasher.update("abc".utf8)
        let between = hasher
        #expect(between.finalize() == SHA256.hash("abc".utf8))
        hasher.update("def".utf8)
        #expect(hasher.finalize() == SHA256.hash("abcdef".utf8))
    }
}
