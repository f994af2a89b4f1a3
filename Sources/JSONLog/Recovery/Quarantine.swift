/// Keeps copies of damaged bytes beside the log: nothing that was once written is ever lost altogether.
struct Quarantine {
    let files: any FileSystem
    let directory: String

    private var folder: String { "\(directory)/quarantine" }

    /// Copies a span of a segment, unless there is such a copy, and says where. On return the copy is safe from a power cut.
    func keep(_ range: Range<Int>, of file: any LogFile, segment: UInt32) throws -> (path: String, isNew: Bool) {
        try files.makeDirectory(folder)
        try files.syncDirectory(directory)
        var attempt = 1
        while true {
            let suffix = attempt == 1 ? "" : "-\(attempt)"
            let path = "\(folder)/\(SegmentName.digits(segment))-\(range.lowerBound)\(suffix).damaged"
            if let copy = try existing(path) {
                if try isEqual(copy, range, of: file) { return (path, false) }
                attempt += 1
                continue
            }
            try copy(range, of: file, to: path)
            return (path, true)
        }
    }

    private func existing(_ path: String) throws -> (any LogFile)? {
        do { return try files.open(path, .reading) } catch {
            if error.reason == .notFound { return nil }
            throw error
        }
    }

    private func isEqual(_ copy: any LogFile, _ range: Range<Int>, of file: any LogFile) throws -> Bool {
        guard try copy.size() == range.count else { return false }
        for start in stride(from: 0, to: range.count, by: LineScanner.chunkSize) {
            let count = min(LineScanner.chunkSize, range.count - start)
            guard try copy.read(count, at: start) == file.read(count, at: range.lowerBound + start) else { return false }
        }
        return true
    }

    private func copy(_ range: Range<Int>, of file: any LogFile, to path: String) throws {
        try files.remove("\(path).tmp")
        let copy = try files.open("\(path).tmp", .creating)
        for start in stride(from: 0, to: range.count, by: LineScanner.chunkSize) {
            let count = min(LineScanner.chunkSize, range.count - start)
            try copy.write(file.read(count, at: range.lowerBound + start), at: start)
        }
        try copy.sync()
        try files.rename("\(path).tmp", to: path)
        try files.syncDirectory(folder)
    }

    /// The keys whose names can be read in damaged bytes.
    static func keys(in bytes: [UInt8]) -> [String] {
        let mark = Array("{\"k\":".utf8)
        var keys: [String] = []
        var rest = bytes[...]
        while let start = rest.firstIndex(of: mark[0]) {
            rest = rest[start...]
            if rest.starts(with: mark) {
                var cursor = JSONCursor(bytes, (start + mark.count)..<bytes.endIndex)
                if let key = try? cursor.text() { keys.append(key) }
            }
            rest = rest.dropFirst()
        }
        return keys
    }
}
