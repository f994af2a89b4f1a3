/// How many records of each kind.
public struct TransferCounts: Hashable, Sendable, Codable {
    /// Tickets.
    public var tickets = 0
    /// Messages of tickets.
    public var messages = 0
    /// Events of tickets' histories.
    public var events = 0
    /// Files of messages; one that messages of several tickets have counts with each message.
    public var files = 0
    /// Files that no message has: uploads that were not sent yet.
    public var uploads = 0
    /// The bytes of files and uploads.
    public var fileBytes = 0
    /// Desk records: drafts, marks, canned replies, bans.
    public var records = 0

    /// Counts of nothing.
    public init() {}
}

/// How far an export, a restore or a verification has come. Of two progresses of one transfer, the later one has no smaller number in it.
public struct TransferProgress: Hashable, Sendable {
    /// What is being read or written; later versions add stages.
    public struct Stage: RawRepresentable, Hashable, Sendable, Codable {
        /// The stage as text.
        public let rawValue: String

        /// Makes a stage.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Tickets with their files, messages and histories.
        public static let tickets = Stage(rawValue: "tickets")
        /// Files that no message has.
        public static let uploads = Stage(rawValue: "uploads")
        /// Desk records.
        public static let records = Stage(rawValue: "records")
        /// Nothing: the last line is done.
        public static let finished = Stage(rawValue: "finished")
    }

    /// What is being read or written.
    public var stage = Stage.tickets
    /// How many records were read so far. Of those, the last ticket and up to 100 desk records may not be restored yet.
    public var counts = TransferCounts()
    /// How many tickets there are in all. `nil` until it is known, and of the other kinds nobody knows.
    public var ticketTotal: Int?
    /// How many lines of the stream are done.
    public var lines = 0
    /// How many bytes of the stream are done, ends of lines included.
    public var bytes = 0

    /// Progress at the start.
    public init() {}
}

/// What a restore or a verification has found.
public struct TransferSummary: Hashable, Sendable {
    /// What the stream holds.
    public var counts = TransferCounts()
    /// What of it the storage held already, and was left as it was: a ticket when all of it was there, and a file also when the stream has it a
    /// second time.
    public var skipped = TransferCounts()
    /// How many lines were of types that only a newer minor version knows; nothing of them was stored.
    public var unknownLines = 0
    /// How many lines the stream has.
    public var lines = 0
    /// How many bytes the stream has.
    public var bytes = 0
    /// SHA-256 of everything before the last line, as 64 hexadecimal digits. Equal portals have equal ones.
    public var digest = ""

    /// A summary of nothing.
    public init() {}
}
