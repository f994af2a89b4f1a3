/// When a commit counts as done, and whether there can be any.
package enum LogMode: Sendable, Hashable {
    /// When it is on the disk, safe from a power cut.
    case durable
    /// When the operating system has it: it outlives the process. A power cut loses at most this long before it, and what is left is
    /// all that was committed up to some moment.
    case relaxed(Duration)
    /// Nothing is written, repaired or locked: shows what is there, which may be older than what another process has.
    case readOnly
}

/// Sizes, and what the log works with.
package struct LogOptions: Sendable {
    /// The most bytes of a key.
    package static let longestKey = 8192
    /// The most bytes of a commit's line.
    package static let longestLine = 256 << 20

    /// A segment as long as this is closed, and a new one begun.
    package var segmentSize = 64 << 20
    /// How much is written ahead with spaces, so that a commit need not change the length of the file; 0 for none.
    package var tailSize = 256 << 10
    /// The share of closed segments that may be out of date before they are compacted; `nil` leaves that to ``Log/compact()``.
    package var garbageShare: Double? = 0.5
    /// So many changes of the index are kept in memory before they are written to a file of it.
    package var overlaySize = 1 << 16
    /// When the log is closed, index files are written if opening would have to read more than this of the log without them; they are also written
    /// when so much has been written 32 times.
    package var checkpointSize = 1 << 17
    /// Makes records of earlier versions what they would be now; without it they are taken as they are.
    package var upgrade: RecordUpgrade?
    /// Whether opening goes by the files of the index; if not, it reads the whole log and makes them anew.
    package var usesIndex = true
    /// How much of the index files is kept in memory.
    package var cacheSize = 16 << 20

    /// The usual sizes.
    package init() {}
}
