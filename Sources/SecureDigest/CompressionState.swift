/// The eight hash words between two blocks (FIPS 180-4, 5.3.3 and 6.2.2).
struct CompressionState: Sendable {
    // The first 32 bits of the fractional parts of the square roots of the first eight primes.
    private(set) var h0: UInt32 = 0x6a09_e667, h1: UInt32 = 0xbb67_ae85
    private(set) var h2: UInt32 = 0x3c6e_f372, h3: UInt32 = 0xa54f_f53a
    private(set) var h4: UInt32 = 0x510e_527f, h5: UInt32 = 0x9b05_688c
    private(set) var h6: UInt32 = 0x1f83_d9ab, h7: UInt32 = 0x5be0_cd19

    /// The hash words in order.
    var words: [UInt32] { [h0, h1, h2, h3, h4, h5, h6, h7] }

    /// Takes in one block. Does nothing when `block` is not exactly 64 bytes long, which no caller lets happen.
    mutating func compress(_ block: Span<UInt8>) {
        guard var window = ScheduleWindow(block: block) else { return }
        var variables = WorkingVariables(self)
        variables.sixteenRounds(window, Self.constants0)
        window.advance()
        variables.sixteenRounds(window, Self.constants1)
        window.advance()
        variables.sixteenRounds(window, Self.constants2)
        window.advance()
        variables.sixteenRounds(window, Self.constants3)
        h0 &+= variables.a
        h1 &+= variables.b
        h2 &+= variables.c
        h3 &+= variables.d
        h4 &+= variables.e
        h5 &+= variables.f
        h6 &+= variables.g
        h7 &+= variables.h
    }
}

// The round constants (FIPS 180-4, 4.2.2): the first 32 bits of the fractional parts of the cube roots of the first
// 64 primes, sixteen to a vector. Computed properties, so that they fold into the code and need no lazy global.
extension CompressionState {
    @inline(__always)
    private static var constants0: SIMD16<UInt32> {
        SIMD16(
            0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
            0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174
        )
    }

    @inline(__always)
    private static var constants1: SIMD16<UInt32> {
        SIMD16(
            0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
            0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967
        )
    }

    @inline(__always)
    private static var constants2: SIMD16<UInt32> {
        SIMD16(
            0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
            0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070
        )
    }

    @inline(__always)
    private static var constants3: SIMD16<UInt32> {
        SIMD16(
            0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
            0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2
        )
    }
}
