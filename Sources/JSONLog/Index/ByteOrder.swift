/// Compares bytes as `memcmp` does, eight at a time.
enum ByteOrder {
    /// Negative if the left one comes first, 0 if they are equal.
    @inline(__always)
    static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        unsafe compare(left.span.bytes, 0..<left.count, right.span.bytes, 0..<right.count)
    }

    /// Negative if the left part comes first, 0 if they are equal.
    @inline(__always)
    static func compare(_ left: RawSpan, _ leftRange: Range<Int>, _ right: RawSpan, _ rightRange: Range<Int>) -> Int {
        let common = min(leftRange.count, rightRange.count)
        let leftStart = leftRange.lowerBound
        let rightStart = rightRange.lowerBound
        var index = 0
        while common &- index >= 8 {
            let leftWord = word(left, leftStart &+ index)
            let rightWord = word(right, rightStart &+ index)
            if leftWord != rightWord { return leftWord.bigEndian < rightWord.bigEndian ? -1 : 1 }
            index &+= 8
        }
        while index < common {
            let difference = Int(byte(left, leftStart &+ index)) &- Int(byte(right, rightStart &+ index))
            if difference != 0 { return difference }
            index &+= 1
        }
        return leftRange.count &- rightRange.count
    }

    /// How many bytes both begin with.
    static func commonPrefix(_ left: RawSpan, _ leftRange: Range<Int>, _ right: RawSpan, _ rightRange: Range<Int>) -> Int {
        let common = min(leftRange.count, rightRange.count)
        var index = 0
        while common &- index >= 8, word(left, leftRange.lowerBound &+ index) == word(right, rightRange.lowerBound &+ index) {
            index &+= 8
        }
        while index < common, byte(left, leftRange.lowerBound &+ index) == byte(right, rightRange.lowerBound &+ index) {
            index &+= 1
        }
        return index
    }

    // The loads check that so many bytes are there.
    @inline(__always)
    private static func word(_ raw: RawSpan, _ offset: Int) -> UInt64 {
        unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    @inline(__always)
    private static func byte(_ raw: RawSpan, _ offset: Int) -> UInt8 {
        unsafe raw.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
