import SecureDigest
import Testing

@Suite("Constant-time comparison")
struct ConstantTimeEqualsTests {
    /// Two runs of bytes and whether they are the same.
    struct Row: Sendable {
        let a: [UInt8]
        let b: [UInt8]
        let same: Bool
    }

    @Test(
        "Runs of bytes are the same when lengths and all bytes are",
        arguments: [
            Row(a: [], b: [], same: true),
            Row(a: [0], b: [0], same: true),
            Row(a: [1, 2, 3], b: [1, 2, 3], same: true),
            Row(a: [0xff, 0x00], b: [0xff, 0x00], same: true),
            Row(a: [], b: [0], same: false),
            Row(a: [0], b: [0, 0], same: false),
            Row(a: [1, 2], b: [1, 2, 3], same: false),
            Row(a: [1, 2, 3], b: [1, 2, 4], same: false),
            Row(a: [1, 2, 3], b: [0, 2, 3], same: false),
            Row(a: [1, 2, 3], b: [1, 0, 3], same: false),
            Row(a: [1, 2, 3], b: [3, 2, 1], same: false),
            Row(a: [0x00], b: [0x80], same: false),
            Row(a: [0x00], b: [0x01], same: false),
            Row(a: [0x01, 0x01], b: [0x00, 0x00], same: false),
            Row(a: [0x55], b: [0xaa], same: false),
        ]
    )
    func table(row: Row) {
        #expect(constantTimeEquals(row.a, row.b) == row.same)
        #expect(constantTimeEquals(row.b, row.a) == row.same)
    }

    @Test("A single different bit is found wherever it is")
    func singleBits() {
        let original = patternBytes(67)
        #expect(constantTimeEquals(original, original))
        for position in original.indices {
            for bit in 0..<8 {
                var changed = original
                changed[position] ^= 1 << bit
                #expect(!constantTimeEquals(original, changed), "byte \(position), bit \(bit)")
            }
        }
    }

    @Test("All pairs of byte values are told apart")
    func allPairs() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max where constantTimeEquals([first], [second]) != (first == second) {
                Issue.record("\(first) and \(second)")
            }
        }
    }

    @Test("Different kinds of collection are compared by their bytes")
    func kindsOfCollection() {
        #expect(constantTimeEquals("secret".utf8, Array("secret".utf8)))
        #expect(constantTimeEquals(([0, 1, 2] as [UInt8])[1...], [1, 2]))
        #expect(constantTimeEquals(AnyCollection([UInt8(7)]), CollectionOfOne(7)))
        #expect(!constantTimeEquals("secret".utf8, "Secret".utf8))
    }
}
