@testable import JSONLog

/// Commits that belong together in ways that a half one, or one too many, would show; and what the records are after each number of them.
struct CommitScript {
    typealias Records = [String: String]

    let transactions: [Transaction]
    /// The records after so many commits.
    let states: [Records]

    init(count: Int, padding: Int = 0) {
        var transactions: [Transaction] = []
        var records: Records = [:]
        var states = [records]
        for index in 1...count {
            var transaction = Transaction()
            let value = #"{"n":\#(index),"text":"\#(String(repeating: "ü", count: padding))"}"#
            transaction.put("first/\(index % 5)", Array(value.utf8), in: [["f", .number(Int64(index))], ["all"]])
            records["first/\(index % 5)"] = value
            if index % 4 == 0 {
                transaction.delete("second/\(index - 1)")
                records["second/\(index - 1)"] = nil
            } else {
                transaction.put("second/\(index)", Array(value.utf8), in: [["all"]])
                records["second/\(index)"] = value
            }
            transaction.increment("count")
            records["count"] = String(index)
            transactions.append(transaction)
            states.append(records)
        }
        self.transactions = transactions
        self.states = states
    }
}

extension Log {
    /// All records, each by its place and by its key; what differs has a note for a value.
    func records() throws -> CommitScript.Records {
        var records: CommitScript.Records = [:]
        let reader = try reader()
        var cursor = try reader.cursor(.records())
        while let found = try cursor.next() {
            let read = try reader.record(found.key)
            let isSame = try read == reader.record(found) && read?.key == found.key && records[found.key] == nil
            records[found.key] = isSame ? String(decoding: read?.value ?? [], as: UTF8.self) : "differs"
        }
        if records.count != (try count) { records["count of records"] = "differs" }
        try compareLists(&records, reader)
        return records
    }

    /// The script's lists, compared with its records.
    private func compareLists(_ records: inout CommitScript.Records, _ reader: LogReader) throws {
        let first = records.keys.filter { $0.hasPrefix("first/") }
        let listed = records.keys.filter { $0.hasPrefix("first/") || $0.hasPrefix("second/") }
        for (list, keys) in [("f", first), ("all", listed)] {
            var found: [String] = []
            var last = Int64.min
            var cursor = try reader.cursor(.list([.text(list)]))
            while let entry = try cursor.next() {
                found.append(entry.key)
                if case .number(let number) = entry.index.parts.last {
                    let isRising = number >= last && records[entry.key]?.hasPrefix("{\"n\":\(number),") == true
                    if !isRising { records["list \(list)"] = "differs" }
                    last = number
                }
            }
            let isSame = try found.sorted() == keys.sorted() && reader.count(.list([.text(list)])) == keys.count
            if !isSame { records["list \(list)"] = "differs" }
        }
    }

    /// Opens a log in a simulated file system, small enough for segments to be closed and tails to be written ahead now and then, and, if it is
    /// indexed, for files of the index to be written and merged all the time.
    static func open(
        _ files: SimulatedFileSystem, mode: LogMode = .durable, segmentSize: Int = 1 << 20, tailSize: Int = 700,
        isIndexed: Bool = false
    ) throws -> (log: Log, report: RecoveryReport) {
        var options = LogOptions()
        options.segmentSize = segmentSize
        options.tailSize = tailSize
        options.garbageShare = nil
        if isIndexed {
            options.overlaySize = 6
            options.checkpointSize = 1
            options.cacheSize = 0
        }
        return try open(directory: SimulatedFileSystem.directory, mode: mode, options: options, files: files)
    }

    func put(_ key: String, _ value: String, expecting revision: Int64? = nil) async throws -> CommitReceipt {
        var transaction = Transaction()
        transaction.put(key, Array(value.utf8), expecting: revision)
        return try await commit(transaction)
    }

    func text(_ key: String) throws -> String? { try read(key).map { String(decoding: $0.value, as: UTF8.self) } }
}
