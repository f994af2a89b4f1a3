/// Finds bytes eight at a time; most of the time of opening a log is spent here.
///
/// A byte of a word is 0 exactly if subtracting 1 borrows from a high bit that was not set. Borrows run upwards only, so that the
/// lowest mark is always right.
enum ByteSearch {
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }

    /// The first line feed in a range.
    static func lineFeed(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        let index = first(bytes, range) { word in
            let feeds = word ^ ones &* 0x0A
            return (feeds &- ones) & ~feeds
        } byte: {
            $0 == 0x0A
        }
        return index < range.upperBound ? index : nil
    }

    /// The first quote, backslash or control character in a range, or its end.
    static func endOfPlainText(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        first(bytes, range) { word in
            let quotes = word ^ ones &* 0x22
            let backslashes = word ^ ones &* 0x5C
            let controls = (word &- ones &* 0x20) & ~word
            return controls | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes
        } byte: {
            $0 == 0x22 || $0 == 0x5C || $0 < 0x20
        }
    }

    @inline(__always)
    private static func first(
        _ bytes: [UInt8], _ range: Range<Int>, word isInWord: (UInt64) -> UInt64, byte isByte: (UInt8) -> Bool
    ) -> Int {
        let raw = unsafe bytes.span.bytes
        var index = range.lowerBound
        while range.upperBound &- index >= 8 {
            // The load checks that so many bytes are there.
            let word = UInt64(littleEndian: unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let marks = isInWord(word) & highBits
            if marks != 0 { return index &+ marks.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < range.upperBound, !isByte(bytes[index]) { index &+= 1 }
        return index
    }
}
