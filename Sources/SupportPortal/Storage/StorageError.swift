/// What a store throws when it keeps its contract by refusing. Whatever else an adapter throws (a database that is away, a disk
/// that is full) passes through the sessions as it is.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why the store refused; hosts may meet codes that a later version added.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        /// The code as text.
        public let rawValue: String

        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The stored record has another revision than the one handed over, or exists already when it should not, or not at all
        /// when it should. Nothing of the commit was stored; ``StorageError/current`` is the stored revision, if there is one.
        public static let conflict = Code(rawValue: "conflict")
        /// Another ticket bears this number. Nothing of the commit was stored.
        public static let duplicateNumber = Code(rawValue: "duplicateNumber")
        /// Another item or category of the store has this slug. Nothing of the commit was stored.
        public static let duplicateSlug = Code(rawValue: "duplicateSlug")
        /// This submission was stored before: ``StorageError/submission`` says as what. Nothing of the commit was stored.
        public static let duplicateSubmission = Code(rawValue: "duplicateSubmission")
        /// As many tickets match a ``TicketLimit`` of the commit as it allows; ``StorageError/limit`` says which. Nothing of the commit was stored.
        public static let limitReached = Code(rawValue: "limitReached")
        /// The store cannot be written.
        public static let readOnly = Code(rawValue: "readOnly")
        /// Events after the given position are not kept any more, or the position is not of this log: read the lists anew.
        public static let resyncRequired = Code(rawValue: "resyncRequired")
        /// The lease ended and somebody else holds the item now, or it was settled. Nothing was changed.
        public static let leaseLost = Code(rawValue: "leaseLost")
        /// The id is in use.
        public static let exists = Code(rawValue: "exists")
        /// The range does not lie within what is stored.
        public static let invalidRange = Code(rawValue: "invalidRange")

        // What files can be the matter with; see ``JSONFileStorage``.

        /// Another process, or another storage of this one, has the directory open; the message names it.
        public static let locked = Code(rawValue: "locked")
        /// A later version wrote the files, and this one cannot read them. Nothing was touched.
        public static let newerFormat = Code(rawValue: "newerFormat")
        /// There is no such directory.
        public static let missingDirectory = Code(rawValue: "missingDirectory")
        /// The files or the directory may not be written, or not be read.
        public static let notPermitted = Code(rawValue: "notPermitted")
        /// A symbolic link, or something else, stands where a file or a directory belongs. Nothing was touched.
        public static let notAFile = Code(rawValue: "notAFile")
        /// No room. Nothing was stored; it works again when there is room.
        public static let diskFull = Code(rawValue: "diskFull")
        /// The operating system reports an error. Nothing was stored.
        public static let inputOutput = Code(rawValue: "inputOutput")
        /// The disk did not confirm what was written: whether it is stored shows when the files are opened anew. Until then they can only be read.
        public static let unconfirmed = Code(rawValue: "unconfirmed")
        /// After an earlier error that the message tells of, nothing can be stored until the files are opened anew.
        public static let stopped = Code(rawValue: "stopped")
        /// The storage was closed.
        public static let closed = Code(rawValue: "closed")
        /// An id is empty or too long to be stored.
        public static let invalidKey = Code(rawValue: "invalidKey")
        /// The commit is larger than can be stored in one step.
        public static let tooLarge = Code(rawValue: "tooLarge")
        /// The bytes of a record are not those that were written; opening the files anew sets them aside and reports them.
        public static let damaged = Code(rawValue: "damaged")
    }

    /// Why the store refused.
    public var code: Code
    /// For developers: names ids, no personal data.
    public var message: String
    /// With ``Code/conflict``: the stored revision, `nil` when nothing is stored under that id.
    public var current: Revision?
    /// With ``Code/duplicateSubmission``: what was stored for it.
    public var submission: Submission?
    /// With ``Code/limitReached``: the first limit that is reached.
    public var limit: TicketLimit?

    /// Makes an error.
    public init(_ code: Code, _ message: String, current: Revision? = nil, submission: Submission? = nil) {
        self.code = code
        self.message = message
        self.current = current
        self.submission = submission
    }

    /// Makes an error of a limit that is reached.
    public init(reached limit: TicketLimit) {
        self.init(.limitReached, "\(limit.maximum) tickets or more match already")
        self.limit = limit
    }

    /// Code and message.
    public var description: String { "\(code.rawValue): \(message)" }
}
