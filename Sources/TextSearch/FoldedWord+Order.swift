extension FoldedWord {
    /// Whether this word comes before another in the order of their bytes.
    @inline(__always)
    func precedes(_ other: borrowing FoldedWord) -> Bool {
        first != other.first ? first < other.first : restPrecedes(other.rest.span)
    }

    private func restPrecedes(_ other: Span<UInt64>) -> Bool {
        for index in 0..<min(rest.count, other.count) where rest[index] != other[index] { return rest[index] < other[index] }
        return rest.count < other.count
    }

    /// How many bytes at the beginning are those of another word too.
    func commonByteCount(with other: borrowing FoldedWord) -> Int {
        guard first == other.first else {
            return min((first ^ other.first).leadingZeroBitCount / 8, byteCount, other.byteCount)
        }
        var count = 8
        for index in 0..<min(rest.count, other.rest.count) {
            let difference = rest[index] ^ other.rest[index]
            count += difference.leadingZeroBitCount / 8
            if difference != 0 { break }
        }
        return min(count, byteCount, other.byteCount)
    }
}
