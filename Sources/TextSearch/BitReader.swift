/// Reads numbers of the same width one after the other of what a ``BitWriter`` wrote.
struct BitReader {
    private let width: Int
    private let mask: UInt64
    private var place: Int
    /// The bits of the current word that were not read yet, and how many.
    private var current: UInt64
    private var left: Int

    /// A reader of numbers of up to 32 bits from a place on.
    @inline(__always)
    init(at position: Int, width: Int, in bits: Span<UInt64>) {
        self.width = width
        mask = (1 &<< UInt64(truncatingIfNeeded: width)) &- 1
        place = position &>> 6
        let used = position & 63
        current = bits[place] &>> UInt64(truncatingIfNeeded: used)
        left = 64 &- used
    }

    /// The next number. There must be one.
    @inline(__always)
    mutating func next(in bits: Span<UInt64>) -> UInt32 {
        let value = current
        if left >= width {
            left &-= width
            current = current &>> UInt64(truncatingIfNeeded: width)
            return UInt32(truncatingIfNeeded: value & mask)
        }
        place &+= 1
        let word = bits[place]
        let missing = width &- left
        let both = value | word &<< UInt64(truncatingIfNeeded: left)
        current = word &>> UInt64(truncatingIfNeeded: missing)
        left = 64 &- missing
        return UInt32(truncatingIfNeeded: both & mask)
    }
}
