/// Turns the commits of a group into lines, each seeing what those before it do though none is stored yet.
struct GroupBuilder {
    /// A record as the group leaves it.
    private struct Pending {
        /// `nil` if it is deleted or never was.
        var entry: KeyEntry?
        /// Its value, if the group wrote it.
        var value: [UInt8]?
    }

    /// A change of the key table.
    struct Effect {
        var hash: UInt64
        var entry: KeyEntry?
        var previous: KeyEntry?
    }

    /// The segment and the place in it where the group will stand.
    let segment: UInt32
    let start: Int
    /// Finds the entry of a key among the stored records.
    let find: (KeyText) throws -> (KeyEntry, Segment)?
    /// What the first line vouches for.
    private(set) var durable: Int64?
    /// The number of the last line.
    private(set) var sequence: Int64
    private(set) var effects: [Effect] = []
    private var lines = LineWriter()
    private var pending: [String: Pending] = [:]

    init(
        _ active: ActiveSegment, sequence: Int64, durable: Int64?, find: @escaping (KeyText) throws -> (KeyEntry, Segment)?
    ) {
        segment = active.segment.number
        start = active.end
        self.sequence = sequence
        self.durable = durable
        self.find = find
    }

    var bytes: [UInt8] { lines.bytes }

    /// Adds a commit as a line. If it throws, nothing of it is in the group.
    mutating func add(_ commit: PreparedCommit) throws -> CommitReceipt {
        var receipt = CommitReceipt(sequence: sequence + 1)
        var changed: [String: Pending] = [:]
        var effects: [Effect] = []
        lines.begin(sequence: sequence + 1, durable: durable)
        do {
            for operation in commit.operations {
                let before = try changed[operation.key.text] ?? pending[operation.key.text] ?? stored(operation.key)
                let (after, count) = try write(operation, before)
                receipt.revisions.append(after?.entry?.revision ?? 0)
                if let count { receipt.counts.append(count) }
                // Deleting what is not there changes nothing.
                guard let after else { continue }
                changed[operation.key.text] = after
                effects.append(Effect(hash: operation.key.hash, entry: after.entry, previous: before.entry))
            }
            guard !effects.isEmpty else {
                lines.abandon()
                receipt.sequence = sequence
                return receipt
            }
            guard lines.end() <= LogOptions.longestLine else { throw LogError(.tooLarge, "the line of a commit is too long") }
        } catch {
            lines.abandon()
            throw error
        }
        sequence += 1
        durable = nil
        pending.merge(changed) { $1 }
        self.effects.append(contentsOf: effects)
        return receipt
    }

    private func stored(_ key: KeyText) throws -> Pending { Pending(entry: try find(key)?.0) }

    /// Writes an operation into the line; hands back the record after it, `nil` if nothing changed, and the count if it is a counter.
    private mutating func write(_ operation: PreparedCommit.Operation, _ before: Pending) throws -> (Pending?, Int64?) {
        let revision = before.entry?.revision ?? 0
        if let expected = operation.expected, expected != revision {
            throw LogError.conflict(operation.key.text, current: revision)
        }
        var text = OperationText(key: operation.key.quoted, indexKeys: operation.indexKeys, value: OperationText.deletion)
        var count: Int64?
        switch operation.change {
        case .delete:
            if before.entry == nil { return (nil, nil) }
            _ = lines.add(text, revision: revision + 1)
            return (Pending(), nil)
        case .put(let value, _): text.value = value
        case .increment(let amount):
            let sum = try self.count(operation.key, before).addingReportingOverflow(amount)
            guard !sum.overflow else { throw LogError(.invalidCounter, "counter \(operation.key.text) would become too large") }
            count = sum.partialValue
            text.value = Array(String(sum.partialValue).utf8)
        }
        let range = lines.add(text, revision: revision + 1)
        let place = Place(segment: segment, offset: start + range.lowerBound, bytes: lines.bytes, range: range)
        return (Pending(entry: KeyEntry(place: place, revision: revision + 1), value: text.value), count)
    }

    /// What a counter is now.
    private func count(_ key: KeyText, _ before: Pending) throws -> Int64 {
        guard before.entry != nil else { return 0 }
        let value: [UInt8]
        if let pending = before.value {
            value = pending
        } else if let (entry, segment) = try find(key) {
            let (operation, bytes) = try segment.operation(entry.place)
            value = operation.value.map { Array(bytes[$0]) } ?? []
        } else {
            return 0
        }
        var cursor = JSONCursor(value, value.indices)
        guard let number = try? cursor.integer(), cursor.isAtEnd() else {
            throw LogError(.invalidCounter, "record \(key.text) is no integer")
        }
        return number
    }
}
