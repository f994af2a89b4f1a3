/// Writes numbers of few bits, one after the other.
struct BitWriter {
    private var words: [UInt64] = []
    private var pending: UInt64 = 0
    private(set) var bitCount = 0

    /// Writes the lowest bits of a number, which has no others; at most 32.
    @inline(__always)
    mutating func append(_ value: UInt32, width: Int) {
        let shift = bitCount & 63
        pending |= UInt64(value) &<< UInt64(truncatingIfNeeded: shift)
        bitCount &+= width
        if shift &+ width >= 64 {
            words.append(pending)
            // The bits that had no room, as a number has at most 32.
            pending = UInt64(value) >> UInt64(64 - shift)
        }
    }

    /// Goes on at the next whole byte.
    mutating func align() {
        let gap = -bitCount & 7
        append(0, width: gap)
    }

    /// Writes what another has written.
    mutating func append(_ other: BitWriter) {
        for word in other.words {
            append(UInt32(truncatingIfNeeded: word), width: 32)
            append(UInt32(truncatingIfNeeded: word >> 32), width: 32)
        }
        let count = other.bitCount & 63
        append(UInt32(truncatingIfNeeded: other.pending), width: min(count, 32))
        append(UInt32(truncatingIfNeeded: other.pending >> 32), width: max(count - 32, 0))
    }

    /// What was written, and a word more, so that a reader may look beyond a number.
    var finished: [UInt64] {
        var result = words
        result.reserveCapacity(words.count + 2)
        result.append(pending)
        result.append(0)
        return result
    }
}

extension Span<UInt64> {
    /// The number of so many bits, at most 32, at a place of what a ``BitWriter`` wrote.
    @inline(__always)
    func bits(at position: Int, width: Int) -> UInt32 {
        let (place, shift) = (position &>> 6, UInt64(truncatingIfNeeded: position & 63))
        // Shifting by 64 in two steps, as in one it would be by none.
        let word = self[place] &>> shift | (self[place &+ 1] &<< 1) &<< (63 &- shift)
        return UInt32(truncatingIfNeeded: word & ((1 &<< UInt64(truncatingIfNeeded: width)) &- 1))
    }
}
