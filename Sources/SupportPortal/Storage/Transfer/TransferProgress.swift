/// How many records of each kind.
public struct TransferCounts: Hashable, Sendable, Codable {
    /// Tickets.
    public var tickets = 0
    /// Messages of tickets.
    public var messages = 0
    /// Events of tickets' histories.
    public var events = 0
    /// Files of messages and items; one that messages of several tickets have counts with each message.
    public var files = 0
    /// Files that no message and no item has: uploads that were not sent yet.
    public var uploads = 0
    /// The bytes of files and uploads.
    public var fileBytes = 0
    /// Desk records: drafts, marks, canned replies, bans.
    public var records = 0
    /// Announcements.
    public var announcements = 0
    /// Articles.
    public var articles = 0
    /// Downloads.
    public var downloads = 0
    /// Categories of articles and of downloads.
    public var categories = 0
    /// Earlier versions of what is published.
    public var versions = 0
    /// Votes on what is published.
    public var votes = 0

    private enum CodingKeys: CodingKey {
        case tickets, messages, events, files, uploads, fileBytes, records, announcements, articles, downloads, categories,
            versions
        case votes
    }

    /// Counts of nothing.
    public init() {}
}

extension TransferCounts {
    /// Reads counts; those of what is published may be absent.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        tickets = try values.decode(Int.self, forKey: .tickets)
        messages = try values.decode(Int.self, forKey: .messages)
        events = try values.decode(Int.self, forKey: .events)
        files = try values.decode(Int.self, forKey: .files)
        uploads = try values.decode(Int.self, forKey: .uploads)
        fileBytes = try values.decode(Int.self, forKey: .fileBytes)
        records = try values.decode(Int.self, forKey: .records)
        for (path, key) in Self.published { self[keyPath: path] = try values.decodeIfPresent(Int.self, forKey: key) ?? 0 }
    }

    /// Writes counts; those of what is published only where there are any, so that archives without are what they were.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(tickets, forKey: .tickets)
        try values.encode(messages, forKey: .messages)
        try values.encode(events, forKey: .events)
        try values.encode(files, forKey: .files)
        try values.encode(uploads, forKey: .uploads)
        try values.encode(fileBytes, forKey: .fileBytes)
        try values.encode(records, forKey: .records)
        for (path, key) in Self.published where self[keyPath: path] != 0 { try values.encode(self[keyPath: path], forKey: key) }
    }

    private static var published: [(WritableKeyPath<TransferCounts, Int>, CodingKeys)] {
        [
            (\.announcements, .announcements), (\.articles, .articles), (\.downloads, .downloads), (\.categories, .categories),
            (\.versions, .versions), (\.votes, .votes),
        ]
    }

    mutating func add(_ place: PublishedPlace) {
        switch place.content {
        case .category: categories += 1
        case .item: self[of: place.kind] += 1
        case .counters: break
        case .version: versions += 1
        case .vote: votes += 1
        }
    }

    /// How many items of a kind.
    subscript(of kind: String) -> Int {
        get {
            switch kind {
            case Announcement.kindName: announcements
            case Article.kindName: articles
            default: downloads
            }
        }
        set {
            switch kind {
            case Announcement.kindName: announcements = newValue
            case Article.kindName: articles = newValue
            default: downloads = newValue
            }
        }
    }
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
        /// Announcements, articles and downloads.
        public static let published = Stage(rawValue: "published")
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
