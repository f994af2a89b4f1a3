/// The sixteen most recent words of the message schedule (FIPS 180-4, 6.2.2, step 1).
///
/// Every schedule word depends on at most the sixteen words before it, so the 64-word table is never
/// built: `advance()` replaces each word with the one sixteen places later. Sixteen named properties, instead
/// of an array, let the optimizer keep them in registers or on the stack.
struct ScheduleWindow {
    private(set) var w0: UInt32, w1: UInt32, w2: UInt32, w3: UInt32, w4: UInt32, w5: UInt32, w6: UInt32, w7: UInt32
    private(set) var w8: UInt32, w9: UInt32, w10: UInt32, w11: UInt32, w12: UInt32, w13: UInt32, w14: UInt32, w15: UInt32

    /// The schedule words 0 to 15, which are the block itself as big-endian words.
    ///
    /// Nil when `block` is not exactly 64 bytes long. The check also tells the optimizer that the reads are in bounds.
    @inline(__always)
    init?(block: Span<UInt8>) {
        guard block.count == SHA256.blockByteCount else { return nil }
        w0 = Self.bigEndianWord(of: block, at: 0)
        w1 = Self.bigEndianWord(of: block, at: 4)
        w2 = Self.bigEndianWord(of: block, at: 8)
        w3 = Self.bigEndianWord(of: block, at: 12)
        w4 = Self.bigEndianWord(of: block, at: 16)
        w5 = Self.bigEndianWord(of: block, at: 20)
        w6 = Self.bigEndianWord(of: block, at: 24)
        w7 = Self.bigEndianWord(of: block, at: 28)
        w8 = Self.bigEndianWord(of: block, at: 32)
        w9 = Self.bigEndianWord(of: block, at: 36)
        w10 = Self.bigEndianWord(of: block, at: 40)
        w11 = Self.bigEndianWord(of: block, at: 44)
        w12 = Self.bigEndianWord(of: block, at: 48)
        w13 = Self.bigEndianWord(of: block, at: 52)
        w14 = Self.bigEndianWord(of: block, at: 56)
        w15 = Self.bigEndianWord(of: block, at: 60)
    }

    /// Moves the window on by sixteen words, in place. Word `t` needs words `t - 15`, `t - 7` and `t - 2`, and by
    /// the time it is computed the slots before its own hold the new words and the slots after it the old ones.
    @inline(__always)
    mutating func advance() {
        w0 = w0 &+ Self.smallSigma0(w1) &+ w9 &+ Self.smallSigma1(w14)
        w1 = w1 &+ Self.smallSigma0(w2) &+ w10 &+ Self.smallSigma1(w15)
        w2 = w2 &+ Self.smallSigma0(w3) &+ w11 &+ Self.smallSigma1(w0)
        w3 = w3 &+ Self.smallSigma0(w4) &+ w12 &+ Self.smallSigma1(w1)
        w4 = w4 &+ Self.smallSigma0(w5) &+ w13 &+ Self.smallSigma1(w2)
        w5 = w5 &+ Self.smallSigma0(w6) &+ w14 &+ Self.smallSigma1(w3)
        w6 = w6 &+ Self.smallSigma0(w7) &+ w15 &+ Self.smallSigma1(w4)
        w7 = w7 &+ Self.smallSigma0(w8) &+ w0 &+ Self.smallSigma1(w5)
        w8 = w8 &+ Self.smallSigma0(w9) &+ w1 &+ Self.smallSigma1(w6)
        w9 = w9 &+ Self.smallSigma0(w10) &+ w2 &+ Self.smallSigma1(w7)
        w10 = w10 &+ Self.smallSigma0(w11) &+ w3 &+ Self.smallSigma1(w8)
        w11 = w11 &+ Self.smallSigma0(w12) &+ w4 &+ Self.smallSigma1(w9)
        w12 = w12 &+ Self.smallSigma0(w13) &+ w5 &+ Self.smallSigma1(w10)
        w13 = w13 &+ Self.smallSigma0(w14) &+ w6 &+ Self.smallSigma1(w11)
        w14 = w14 &+ Self.smallSigma0(w15) &+ w7 &+ Self.smallSigma1(w12)
        w15 = w15 &+ Self.smallSigma0(w0) &+ w8 &+ Self.smallSigma1(w13)
    }

    @inline(__always)
    private static func bigEndianWord(of block: Span<UInt8>, at offset: Int) -> UInt32 {
        let high = UInt32(block[offset]) << 24 | UInt32(block[offset &+ 1]) << 16
        let low = UInt32(block[offset &+ 2]) << 8 | UInt32(block[offset &+ 3])
        return high | low
    }

    /// σ0 of FIPS 180-4, 4.1.2, (4.6).
    @inline(__always)
    private static func smallSigma0(_ word: UInt32) -> UInt32 {
        word.rotatedRight(7) ^ word.rotatedRight(18) ^ (word &>> 3)
    }

    /// σ1 of FIPS 180-4, 4.1.2, (4.7).
    @inline(__always)
    private static func smallSigma1(_ word: UInt32) -> UInt32 {
        word.rotatedRight(17) ^ word.rotatedRight(19) ^ (word &>> 10)
    }
}
