extension UInt32 {
    /// The word turned right by `count` bits (ROTR of FIPS 180-4, 3.2). `count` is taken modulo 32.
    @inline(__always)
    func rotatedRight(_ count: UInt32) -> UInt32 {
        (self &>> count) | (self &<< (32 &- count))
    }
}
