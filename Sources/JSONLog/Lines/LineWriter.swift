/// Writes lines, with their members always in the same order:
/// `{"s":17,"d":16,"ops":[{"k":"a","r":4,"x":["b",5],"v":{}}],"h":"0123456789abcdef"}`
struct LineWriter {
    private(set) var bytes: [UInt8] = []
    private var start = 0
    private var hasOperations = false

    /// Begins a line.
    mutating func begin(sequence: Int64, durable: Int64? = nil) {
        start = bytes.count
        hasOperations = false
        bytes.append(contentsOf: "{\"s\":".utf8)
        JSONText.append(sequence, to: &bytes)
        if let durable {
            bytes.append(contentsOf: ",\"d\":".utf8)
            JSONText.append(durable, to: &bytes)
        }
    }

    /// Adds an operation to the line, and says where its object is.
    mutating func add(_ operation: OperationText, revision: Int64) -> Range<Int> {
        beginOperation()
        let start = bytes.count
        bytes.append(contentsOf: "{\"k\":".utf8)
        bytes.append(contentsOf: operation.key)
        bytes.append(contentsOf: ",\"r\":".utf8)
        JSONText.append(revision, to: &bytes)
        if !operation.indexKeys.isEmpty {
            bytes.append(contentsOf: ",\"x\":".utf8)
            bytes.append(contentsOf: operation.indexKeys)
        }
        bytes.append(contentsOf: ",\"v\":".utf8)
        bytes.append(contentsOf: operation.value)
        bytes.append(UInt8(ascii: "}"))
        return start..<bytes.count
    }

    /// Adds an operation that was written before, and says where it is now.
    mutating func add(_ object: ArraySlice<UInt8>) -> Range<Int> {
        beginOperation()
        let start = bytes.count
        bytes.append(contentsOf: object)
        return start..<bytes.count
    }

    private mutating func beginOperation() {
        bytes.append(contentsOf: (hasOperations ? "," : ",\"ops\":[").utf8)
        hasOperations = true
    }

    /// Makes the line the header of a segment.
    mutating func add(_ header: SegmentHeader) {
        bytes.append(contentsOf: ",\"format\":\"\(SegmentHeader.format)\",\"version\":\(header.version)".utf8)
        bytes.append(contentsOf: ",\"segment\":\(header.segment)".utf8)
        if let replaces = header.replaces {
            bytes.append(contentsOf: ",\"replaces\":[\(replaces.map { String($0) }.joined(separator: ","))]".utf8)
        }
    }

    /// Ends the line and says how long it is, with its line feed.
    @discardableResult
    mutating func end() -> Int {
        if hasOperations { bytes.append(UInt8(ascii: "]")) }
        let hash = XXHash64.hash(bytes.span.extracting(start..<bytes.count))
        bytes.append(contentsOf: ",\"h\":\"".utf8)
        JSONText.append(hexadecimal: hash, to: &bytes)
        bytes.append(contentsOf: "\"}\n".utf8)
        return bytes.count - start
    }

    /// Takes back everything since the last ``begin(sequence:durable:)``.
    mutating func abandon() { bytes.removeLast(bytes.count - start) }

    /// Forgets what was written, and keeps the room for it.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        start = 0
    }

    /// The header line of a segment.
    static func header(_ header: SegmentHeader, sequence: Int64) -> [UInt8] {
        var writer = LineWriter()
        writer.begin(sequence: sequence)
        writer.add(header)
        writer.end()
        return writer.bytes
    }

    /// A line that says only that everything up to `sequence` is on the disk.
    static func watermark(_ sequence: Int64) -> [UInt8] {
        var writer = LineWriter()
        writer.begin(sequence: sequence, durable: sequence)
        writer.end()
        return writer.bytes
    }
}

/// The parts of an operation that are known before its turn to be written comes.
struct OperationText: Equatable {
    /// The key in quotes.
    var key: [UInt8]
    /// An array, or nothing at all.
    var indexKeys: [UInt8] = []
    var value: [UInt8]

    /// The value that deletes.
    static var deletion: [UInt8] { Array("null".utf8) }
}
