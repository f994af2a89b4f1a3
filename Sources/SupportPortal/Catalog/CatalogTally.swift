/// What is counted about an item.
public struct CatalogTally: Hashable, Sendable, Codable {
    /// How often what happened; without those that stand at 0.
    public var counters: [Counter: Int]
    /// How many voters have cast which value in which ballot; without values of nobody's and ballots without votes.
    public var votes: [Ballot: [Int: Int]]

    /// Something that is counted.
    public struct Counter: RawRepresentable, Hashable, Sendable, Codable, CodingKeyRepresentable {
        /// The name.
        public let rawValue: String

        /// Makes a counter.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// How often it was looked at.
        public static let views = Counter(rawValue: "views")
        /// How often it was downloaded to the end.
        public static let downloads = Counter(rawValue: "downloads")

        /// The name as the key of a coded dictionary.
        public var codingKey: any CodingKey { TextKey(stringValue: rawValue) }

        /// Reads the name from the key of a coded dictionary.
        public init?<Key: CodingKey>(codingKey: Key) { rawValue = codingKey.stringValue }
    }

    /// A question on which everybody has one vote, which can be changed.
    public struct Ballot: RawRepresentable, Hashable, Sendable, Codable, CodingKeyRepresentable {
        /// The name.
        public let rawValue: String

        /// Makes a ballot.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Whether it was helpful: 1 for yes, -1 for no.
        public static let helpful = Ballot(rawValue: "helpful")
        /// Whether it was read: 1 for yes.
        public static let read = Ballot(rawValue: "read")

        /// The name as the key of a coded dictionary.
        public var codingKey: any CodingKey { TextKey(stringValue: rawValue) }

        /// Reads the name from the key of a coded dictionary.
        public init?<Key: CodingKey>(codingKey: Key) { rawValue = codingKey.stringValue }
    }

    /// Nothing was counted.
    public init() {
        counters = [:]
        votes = [:]
    }

    /// How often something happened.
    public subscript(counter: Counter) -> Int { counters[counter] ?? 0 }

    /// How many voters have cast a value.
    public subscript(ballot: Ballot, value: Int) -> Int { votes[ballot]?[value] ?? 0 }
}

extension CatalogTally {
    /// Whether nothing was counted, or nothing is left of it.
    var isEmpty: Bool { counters.isEmpty && votes.isEmpty }

    mutating func add(_ amount: Int, to counter: Counter) {
        // A counter that is full stays so.
        let (sum, overflows) = self[counter].addingReportingOverflow(amount)
        if !overflows { counters[counter] = sum == 0 ? nil : sum }
    }

    /// Counts a vote in place of the one that was cast before, `nil` for none.
    mutating func replace(_ old: Int?, with new: Int?, in ballot: Ballot) {
        guard old != new else { return }
        var values = votes[ballot] ?? [:]
        if let old {
            let rest = values[old, default: 0] - 1
            values[old] = rest > 0 ? rest : nil
        }
        if let new { values[new, default: 0] += 1 }
        votes[ballot] = values.isEmpty ? nil : values
    }
}

/// Something that was counted: part of a ``CatalogCommit``. Increments commute, make no revision and no event, and none is ever lost.
public struct CatalogIncrement<Item>: Hashable, Sendable {
    /// Of which item; of one that is not stored, nothing is counted.
    public var item: Identifier<Item>
    /// What.
    public var counter: CatalogTally.Counter
    /// How much is added.
    public var amount: Int

    /// Makes an increment.
    public init(_ item: Identifier<Item>, _ counter: CatalogTally.Counter, by amount: Int = 1) {
        self.item = item
        self.counter = counter
        self.amount = amount
    }
}

/// A vote that was cast: part of a ``CatalogCommit``. It takes the place of the voter's earlier one; makes no revision and no event.
public struct CatalogVote<Item>: Hashable, Sendable {
    /// On which item; a vote on one that is not stored is not kept.
    public var item: Identifier<Item>
    /// In which ballot.
    public var ballot: CatalogTally.Ballot
    /// Whose vote.
    public var voter: AccessKey
    /// What was voted; `nil` takes an earlier vote back.
    public var value: Int?

    /// Makes a vote.
    public init(_ item: Identifier<Item>, _ ballot: CatalogTally.Ballot, by voter: AccessKey, _ value: Int?) {
        self.item = item
        self.ballot = ballot
        self.voter = voter
        self.value = value
    }
}
