/// Where the operation that last wrote a record stands on the disk.
///
/// It goes out of date when the record is written again or moved by compaction.
struct Place: Hashable, Sendable {
    /// The number of the segment.
    var segment: UInt32
    /// The length of the operation's object.
    var length: UInt32
    /// Where the object begins in the segment.
    var offset: Int64
    /// The lower half of the object's own hash, so that one record can be read and checked without the rest of its line.
    var check: UInt32

    var range: Range<Int> { Int(offset)..<(Int(offset) + Int(length)) }

    /// The place of an object that stands in an array.
    init(segment: UInt32, offset: Int, bytes: [UInt8], range: Range<Int>) {
        self.segment = segment
        self.length = UInt32(range.count)
        self.offset = Int64(offset)
        check = Self.check(bytes, range)
    }

    init(segment: UInt32, length: UInt32, offset: Int64, check: UInt32) {
        self.segment = segment
        self.length = length
        self.offset = offset
        self.check = check
    }

    static func check(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        UInt32(truncatingIfNeeded: XXHash64.hash(bytes.span.extracting(range)))
    }
}
