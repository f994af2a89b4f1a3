/// A transaction as far as it can be made ready before its turn comes: checked, and turned into text.
struct PreparedCommit: Sendable {
    struct Operation: Sendable {
        var key: KeyText
        var change: Transaction.Change
        var indexKeys: [UInt8]
        var expected: Int64?
    }

    var operations: [Operation] = []
    /// Roughly how long the line will be.
    var size = 64

    init(_ transaction: Transaction, hashMask: UInt64) throws(LogError) {
        for operation in transaction.operations {
            guard 1...LogOptions.longestKey ~= operation.key.utf8.count else {
                throw LogError(.invalidKey, "a key of \(operation.key.utf8.count) bytes")
            }
            var prepared = Operation(
                key: KeyText(operation.key, hashMask: hashMask), change: operation.change, indexKeys: [],
                expected: operation.expected)
            if case .put(let value, let indexKeys) = operation.change {
                guard let text = JSONText.singleLineValue(value), text != OperationText.deletion else {
                    throw LogError(.invalidValue, "the value of \(operation.key) is null or no JSON")
                }
                prepared.indexKeys = IndexKey.array(indexKeys)
                prepared.change = .put(text, indexKeys: indexKeys)
                size += text.count + prepared.indexKeys.count
            }
            size += prepared.key.quoted.count + 40
            operations.append(prepared)
        }
        guard size <= LogOptions.longestLine else { throw LogError(.tooLarge, "a commit of \(size) bytes") }
    }
}

extension IndexKey {
    /// The keys as an array; nothing at all if there are none.
    static func array(_ keys: [IndexKey]) -> [UInt8] {
        guard !keys.isEmpty else { return [] }
        var bytes = [UInt8(ascii: "[")]
        for (index, key) in keys.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            switch key {
            case .text(let text): JSONText.append(text, to: &bytes)
            case .number(let number): JSONText.append(number, to: &bytes)
            }
        }
        return bytes + [UInt8(ascii: "]")]
    }

    /// The keys of an array; anything but texts and integers in it is left away.
    static func keys(_ bytes: [UInt8], _ range: Range<Int>) -> [IndexKey] {
        var keys: [IndexKey] = []
        var cursor = JSONCursor(bytes, range)
        try? cursor.elements { (cursor) throws(JSONCursor.Malformed) in
            let range = try cursor.value()
            var element = JSONCursor(bytes, range)
            if bytes[range.lowerBound] == UInt8(ascii: "\"") {
                keys.append(.text(try element.text()))
            } else if let number = try? element.integer() {
                keys.append(.number(number))
            }
        }
        return keys
    }
}
