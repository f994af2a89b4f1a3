/// The eight working variables a to h of the compression function (FIPS 180-4, 6.2.2, steps 2 and 3).
struct WorkingVariables {
    private(set) var a: UInt32, b: UInt32, c: UInt32, d: UInt32
    private(set) var e: UInt32, f: UInt32, g: UInt32, h: UInt32

    /// Sixteen rounds with the sixteen schedule words of `window` and their round constants.
    @inline(__always)
    mutating func sixteenRounds(_ window: ScheduleWindow, _ constants: SIMD16<UInt32>) {
        round(window.w0 &+ constants[0])
        round(window.w1 &+ constants[1])
        round(window.w2 &+ constants[2])
        round(window.w3 &+ constants[3])
        round(window.w4 &+ constants[4])
        round(window.w5 &+ constants[5])
        round(window.w6 &+ constants[6])
        round(window.w7 &+ constants[7])
        round(window.w8 &+ constants[8])
        round(window.w9 &+ constants[9])
        round(window.w10 &+ constants[10])
        round(window.w11 &+ constants[11])
        round(window.w12 &+ constants[12])
        round(window.w13 &+ constants[13])
        round(window.w14 &+ constants[14])
        round(window.w15 &+ constants[15])
    }

    /// One round. `addend` is the schedule word plus the round constant.
    @inline(__always)
    private mutating func round(_ addend: UInt32) {
        let choice = g ^ (e & (f ^ g))
        let majority = (a & b) | (c & (a | b))
        let sigma0 = a.rotatedRight(2) ^ a.rotatedRight(13) ^ a.rotatedRight(22)
        let sigma1 = e.rotatedRight(6) ^ e.rotatedRight(11) ^ e.rotatedRight(25)
        let first = h &+ sigma1 &+ choice &+ addend
        let second = sigma0 &+ majority
        h = g
        g = f
        f = e
        e = d &+ first
        d = c
        c = b
        b = a
        a = first &+ second
    }
}

extension WorkingVariables {
    @inline(__always)
    init(_ state: CompressionState) {
        (a, b, c, d) = (state.h0, state.h1, state.h2, state.h3)
        (e, f, g, h) = (state.h4, state.h5, state.h6, state.h7)
    }
}
