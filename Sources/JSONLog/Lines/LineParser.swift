/// Reads lines, in whatever order their members stand and with any space between them, as a person's editor may have left them.
///
/// Members that are not known are skipped. What never varies is that the hash is the last member, and is of all bytes before the
/// comma in front of it.
enum LineParser {
    /// The line, or `nil` if the bytes, without the line feed, are no line or not those that were hashed.
    static func line(_ bytes: [UInt8], _ range: Range<Int>) -> LogLine? {
        var parts = LineParts()
        var cursor = JSONCursor(bytes, range)
        do {
            try cursor.members { (cursor, name) throws(JSONCursor.Malformed) in
                guard parts.hash == nil else { throw JSONCursor.Malformed() }
                try parts.take(name, from: &cursor, of: bytes)
            }
        } catch { return nil }
        guard cursor.isAtEnd(), let hash = parts.hash, let comma = parts.comma, let sequence = parts.sequence else { return nil }
        guard XXHash64.hash(bytes.span.extracting(range.lowerBound..<comma)) == hash else { return nil }
        return LogLine(
            sequence: sequence, durable: parts.durable, operations: parts.operations ?? [], header: parts.header)
    }

    /// The operation whose object is in this range, or `nil` if there is none.
    static func operation(_ bytes: [UInt8], _ range: Range<Int>) -> LoggedOperation? {
        var cursor = JSONCursor(bytes, range)
        guard let operation = try? operation(&cursor, of: bytes), cursor.isAtEnd() else { return nil }
        return operation
    }

    fileprivate static func operation(_ cursor: inout JSONCursor, of bytes: [UInt8]) throws(JSONCursor.Malformed)
        -> LoggedOperation
    {
        cursor.skipSpace()
        let start = cursor.index
        var key: String?
        var revision: Int64?
        var indexKeys: Range<Int>?
        var value: Range<Int>?
        try cursor.members { (cursor, name) throws(JSONCursor.Malformed) in
            switch name {
            case "k": key = try cursor.text()
            case "r": revision = try cursor.integer()
            case "x": indexKeys = try cursor.value()
            case "v": value = try cursor.value()
            default: _ = try cursor.value()
            }
        }
        guard let key, let revision, revision > 0, let found = value else { throw JSONCursor.Malformed() }
        if bytes[found.lowerBound] == UInt8(ascii: "n") { value = nil }
        return LoggedOperation(
            key: key, revision: revision, indexKeys: indexKeys, value: value, range: start..<cursor.index)
    }
}

/// The members of a line as they come.
private struct LineParts {
    var sequence: Int64?
    var durable: Int64?
    var operations: [LoggedOperation]?
    var format: String?
    var version: Int64?
    var segment: Int64?
    var replaces: [Int64]?
    var hash: UInt64?
    /// The comma before the hash.
    var comma: Int?

    var header: SegmentHeader? {
        guard format == SegmentHeader.format, let version, let segment else { return nil }
        return SegmentHeader(version: version, segment: segment, replaces: replaces)
    }

    mutating func take(_ name: String, from cursor: inout JSONCursor, of bytes: [UInt8]) throws(JSONCursor.Malformed) {
        switch name {
        case "s": sequence = try number(&cursor, isNew: sequence == nil)
        case "d": durable = try number(&cursor, isNew: durable == nil)
        case "ops":
            guard operations == nil else { throw JSONCursor.Malformed() }
            var all: [LoggedOperation] = []
            try cursor.elements { (cursor) throws(JSONCursor.Malformed) in
                all.append(try LineParser.operation(&cursor, of: bytes))
            }
            operations = all
        case "format": format = try cursor.text()
        case "version": version = try number(&cursor, isNew: version == nil)
        case "segment": segment = try number(&cursor, isNew: segment == nil)
        case "replaces":
            var numbers: [Int64] = []
            try cursor.elements { (cursor) throws(JSONCursor.Malformed) in numbers.append(try cursor.integer()) }
            guard !numbers.isEmpty, replaces == nil else { throw JSONCursor.Malformed() }
            replaces = numbers
        case "h":
            comma = comma(before: cursor.index, of: bytes)
            let digits = try cursor.string()
            guard digits.count == 16 else { throw JSONCursor.Malformed() }
            var value: UInt64 = 0
            for byte in bytes[digits] {
                guard let digit = JSONText.hexDigit(byte) else { throw JSONCursor.Malformed() }
                value = value << 4 | UInt64(digit)
            }
            hash = value
        default: _ = try cursor.value()
        }
    }

    private func number(_ cursor: inout JSONCursor, isNew: Bool) throws(JSONCursor.Malformed) -> Int64 {
        let number = try cursor.integer()
        guard isNew, number >= 0 else { throw JSONCursor.Malformed() }
        return number
    }

    /// The last comma before a place; between it and the value there is but the name `"h"`, a colon and space.
    private func comma(before place: Int, of bytes: [UInt8]) -> Int? {
        bytes[..<place].lastIndex(of: UInt8(ascii: ","))
    }
}
