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
            transaction.put("first/\(index % 5)", Array(value.utf8), indexKeys: [.number(Int64(index)), .text("f")])
            records["first/\(index % 5)"] = value
            if index % 4 == 0 {
                transaction.delete("second/\(index - 1)")
                records["second/\(index - 1)"] = nil
            } else {
                transaction.put("second/\(index)", Array(value.utf8))
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
    /// All records, each by its scan and by its key; what differs has a note for a value.
    func records() throws -> CommitScript.Records {
        var records: CommitScript.Records = [:]
        try scan { scanned in
            let read = try self.read(scanned.key)
            let placed = try self.read(at: scanned.place)
            let isSame = read == placed && read?.revision == scanned.revision && read?.key == scanned.key
            let isNew = records[scanned.key] == nil
            records[scanned.key] = isSame && isNew ? String(decoding: read?.value ?? [], as: UTF8.self) : "differs"
        }
        if records.count != (try count) { records["count of records"] = "differs" }
        return records
    }

    /// Opens a log in a simulated file system, small enough for segments to be closed and tails to be written ahead now and then.
    static func open(
        _ files: SimulatedFileSystem, mode: LogMode = .durable, segmentSize: Int = 1 << 20, tailSize: Int = 700
    ) throws -> (log: Log, report: RecoveryReport) {
        var options = LogOptions()
        options.segmentSize = segmentSize
        options.tailSize = tailSize
        options.garbageShare = nil
        // Some keys collide.
        options.hashMask = 0b11
        return try open(directory: SimulatedFileSystem.directory, mode: mode, options: options, files: files)
    }

    func put(_ key: String, _ value: String, expecting revision: Int64? = nil) async throws -> CommitReceipt {
        var transaction = Transaction()
        transaction.put(key, Array(value.utf8), expecting: revision)
        return try await commit(transaction)
    }

    func text(_ key: String) throws -> String? { try read(key).map { String(decoding: $0.value, as: UTF8.self) } }
}
