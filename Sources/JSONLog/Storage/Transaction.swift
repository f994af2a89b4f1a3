/// What one commit does: all of it or nothing. A value, so that nothing can happen between its operations.
///
/// Operations take effect in order, each seeing those before it.
package struct Transaction: Sendable, Hashable {
    /// One change of one record.
    struct Operation: Sendable, Hashable {
        var key: String
        var change: Change
        /// What the record's revision must be; 0 if there must be no record. `nil` if it does not matter.
        var expected: Int64?
    }

    enum Change: Sendable, Hashable {
        case put([UInt8], indexKeys: [IndexKey])
        case delete
        case increment(Int64)
    }

    private(set) var operations: [Operation] = []

    /// A transaction that does nothing yet.
    package init() {}

    /// Stores a record, in place of the one that had the key.
    ///
    /// - Parameters:
    ///   - key: Not empty, and at most ``LogOptions/longestKey`` bytes of UTF-8.
    ///   - value: JSON in UTF-8, not `null`. Line feeds between its tokens become spaces.
    ///   - indexKeys: What ``Log/scan(_:)`` gives back without reading the value.
    ///   - revision: The revision that the stored record must have, 0 if there must be none; `nil` puts in any case.
    package mutating func put(_ key: String, _ value: [UInt8], indexKeys: [IndexKey] = [], expecting revision: Int64? = nil) {
        operations.append(Operation(key: key, change: .put(value, indexKeys: indexKeys), expected: revision))
    }

    /// Removes a record. One that is not there is well too, unless a revision is expected. Revisions begin anew after it.
    package mutating func delete(_ key: String, expecting revision: Int64? = nil) {
        operations.append(Operation(key: key, change: .delete, expected: revision))
    }

    /// Adds to a counter: a record whose value is an integer, and 0 if there is none. Increments never conflict.
    package mutating func increment(_ key: String, by amount: Int64 = 1) {
        operations.append(Operation(key: key, change: .increment(amount), expected: nil))
    }
}

/// A part of what a record is found by; the log stores it and does not look at it.
package enum IndexKey: Sendable, Hashable {
    /// A text.
    case text(String)
    /// A number.
    case number(Int64)
}

/// What came of a commit.
package struct CommitReceipt: Sendable, Hashable {
    /// The number of the commit; later ones have higher numbers. A commit that changes nothing gets that of the last one.
    package var sequence: Int64
    /// The new revision of each operation's record, in their order; 0 for one that was deleted.
    package var revisions: [Int64] = []
    /// What the counters are after each increment, in their order.
    package var counts: [Int64] = []
}

/// A record as it is read.
package struct LogRecord: Sendable, Hashable {
    /// Its key.
    package var key: String
    /// How often it has been written.
    package var revision: Int64
    /// JSON in UTF-8.
    package var value: [UInt8]
}

/// A record as ``Log/scan(_:)`` finds it.
package struct ScannedRecord: Sendable, Hashable {
    /// Its key.
    package var key: String
    /// How often it has been written.
    package var revision: Int64
    /// The keys that it was put with.
    package var indexKeys: [IndexKey]
    /// Where it is, for ``Log/read(at:)``.
    package var place: Place
}
