/// What one commit does, as a value: all of it or nothing.
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
        case put([UInt8], lists: [IndexKey])
        case delete
        case increment(Int64)
    }

    private(set) var operations: [Operation] = []

    /// A transaction that does nothing yet.
    package init() {}

    /// Stores a record, in place of the one that had the key; see ``LogEditor/put(_:_:expecting:)``.
    package mutating func put(_ key: String, _ value: [UInt8], in lists: [IndexKey] = [], expecting revision: Int64? = nil) {
        operations.append(Operation(key: key, change: .put(value, lists: lists), expected: revision))
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

/// What came of a transaction.
package struct CommitReceipt: Sendable, Hashable {
    /// The number of the commit; later ones have higher numbers. A commit that changes nothing gets that of the last one.
    package var sequence: Int64
    /// The new revision of each operation's record, in their order; 0 for one that was deleted.
    package var revisions: [Int64] = []
    /// What the counters are after each increment, in their order.
    package var counts: [Int64] = []
}

extension LogEditor {
    /// Does what a transaction says, with its values as they were checked before.
    mutating func apply(_ transaction: Transaction, _ values: [LogValue?]) throws(LogError) -> CommitReceipt {
        var receipt = CommitReceipt(sequence: 0)
        for (operation, value) in zip(transaction.operations, values) {
            switch operation.change {
            case .put:
                guard let value else { continue }
                receipt.revisions.append(try put(operation.key, value, expecting: operation.expected))
            case .delete:
                try delete(operation.key, expecting: operation.expected)
                receipt.revisions.append(0)
            case .increment(let amount):
                receipt.counts.append(try increment(operation.key, by: amount))
                receipt.revisions.append(try reader.revision(operation.key))
            }
        }
        receipt.sequence = sequence
        return receipt
    }
}
