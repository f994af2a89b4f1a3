/// A line as it was read: one commit, a header, or a bare watermark. Ranges are indices of the array that it was read from.
struct LogLine: Equatable {
    /// The number of the commit. A watermark has that of the commit before it, a header likewise.
    var sequence: Int64
    /// All commits up to this one were on the disk for certain when the line was queued; `nil` if nothing new was known.
    var durable: Int64?
    /// What the commit did; empty in headers and watermarks.
    var operations: [LoggedOperation] = []
    /// In the first line of a segment.
    var header: SegmentHeader?
}

/// One operation of a line.
struct LoggedOperation: Equatable {
    var key: String
    var revision: Int64
    /// The array of index keys, with its brackets; `nil` if there is none.
    var indexKeys: Range<Int>?
    /// The value; `nil` if the record was deleted.
    var value: Range<Int>?
    /// The whole object.
    var range: Range<Int>
}

/// What the first line of a segment says.
struct SegmentHeader: Equatable {
    /// The name of the format, in every header.
    static let format = "jsonlog"
    /// The version that this code writes, and the newest that it reads.
    static let version: Int64 = 1

    var version = SegmentHeader.version
    var segment: Int64
    /// The segments whose live records this one holds, after compaction.
    var replaces: [Int64]?
    /// A header is no longer than this.
    static let longest = 1 << 16
}
