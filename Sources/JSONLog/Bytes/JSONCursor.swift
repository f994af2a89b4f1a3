/// Walks over JSON text byte by byte and checks its grammar (RFC 8259), without making values of it.
///
/// Whether the text is valid UTF-8 is not looked at; see ``JSONText``. Nesting costs heap, not stack.
struct JSONCursor {
    /// The bytes are not JSON, or not what was asked for.
    struct Malformed: Error {}

    private let bytes: [UInt8]
    /// The next byte, an index of the array.
    private(set) var index: Int
    private let end: Int

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        index = range.lowerBound
        end = range.upperBound
    }

    /// The next byte, 0 at the end; no token begins with 0.
    private var next: UInt8 { index < end ? bytes[index] : 0 }

    /// Whether only space is left.
    mutating func isAtEnd() -> Bool {
        skipSpace()
        return index == end
    }

    /// Skips space and then this byte, if it is the next.
    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte, index < end else { return false }
        index += 1
        return true
    }

    /// Skips space and then this byte, which must be the next.
    mutating func expect(_ byte: UInt8) throws(Malformed) {
        guard take(byte) else { throw Malformed() }
    }

    /// Skips space.
    mutating func skipSpace() {
        while index < end {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    /// Skips a whole value and says where it is, without the space around it.
    mutating func value() throws(Malformed) -> Range<Int> {
        skipSpace()
        let start = index
        // The bytes that close what is open.
        var closers: [UInt8] = []
        repeat {
            try beginValue(&closers)
            try endValues(&closers)
        } while !closers.isEmpty
        return start..<index
    }

    /// Skips a scalar or an empty container, or opens a container up to its first value.
    private mutating func beginValue(_ closers: inout [UInt8]) throws(Malformed) {
        skipSpace()
        while true {
            switch next {
            case UInt8(ascii: "{"):
                index += 1
                if take(UInt8(ascii: "}")) { return }
                closers.append(UInt8(ascii: "}"))
                try skipName()
            case UInt8(ascii: "["):
                index += 1
                if take(UInt8(ascii: "]")) { return }
                closers.append(UInt8(ascii: "]"))
            case UInt8(ascii: "\""):
                _ = try string()
                return
            case UInt8(ascii: "t"): return try skip("true")
            case UInt8(ascii: "f"): return try skip("false")
            case UInt8(ascii: "n"): return try skip("null")
            default: return try skipNumber()
            }
            skipSpace()
        }
    }

    /// After a value: closes what ends here, and stops before the next value.
    private mutating func endValues(_ closers: inout [UInt8]) throws(Malformed) {
        while let closer = closers.last {
            if take(closer) {
                closers.removeLast()
            } else {
                try expect(UInt8(ascii: ","))
                if closer == UInt8(ascii: "}") { try skipName() }
                return
            }
        }
    }

    private mutating func skipName() throws(Malformed) {
        _ = try string()
        try expect(UInt8(ascii: ":"))
    }

    /// Skips a string and says where its content is, without the quotes.
    mutating func string() throws(Malformed) -> Range<Int> {
        try expect(UInt8(ascii: "\""))
        let start = index
        while true {
            index = ByteSearch.endOfPlainText(bytes, index..<end)
            guard index < end else { throw Malformed() }
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return start..<(index - 1) }
            guard byte == UInt8(ascii: "\\") else { throw Malformed() }
            try skipEscape()
        }
    }

    private mutating func skipEscape() throws(Malformed) {
        guard index < end else { throw Malformed() }
        let kind = bytes[index]
        index += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                guard JSONText.hexDigit(next) != nil else { throw Malformed() }
                index += 1
            }
        default: throw Malformed()
        }
    }

    private mutating func skip(_ word: String) throws(Malformed) {
        for byte in word.utf8 {
            guard next == byte else { throw Malformed() }
            index += 1
        }
    }

    private mutating func skipNumber() throws(Malformed) {
        if next == UInt8(ascii: "-") { index += 1 }
        if next == UInt8(ascii: "0") { index += 1 } else { try skipDigits() }
        if next == UInt8(ascii: ".") {
            index += 1
            try skipDigits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(Malformed) {
        let start = index
        while next &- UInt8(ascii: "0") < 10 { index += 1 }
        guard index > start else { throw Malformed() }
    }

    /// Takes an integer of 64 bits.
    mutating func integer() throws(Malformed) -> Int64 {
        skipSpace()
        let start = index
        try skipNumber()
        var magnitude: Int64 = 0
        let isNegative = bytes[start] == UInt8(ascii: "-")
        for byte in bytes[(isNegative ? start + 1 : start)..<index] {
            let digit = Int64(byte) - 0x30
            guard (0..<10).contains(digit) else { throw Malformed() }
            let (tens, overflows) = magnitude.multipliedReportingOverflow(by: 10)
            // Counted downwards, where there is one number more.
            let (sum, overflowsToo) = tens.subtractingReportingOverflow(digit)
            guard !overflows, !overflowsToo else { throw Malformed() }
            magnitude = sum
        }
        if isNegative { return magnitude }
        guard magnitude != .min else { throw Malformed() }
        return -magnitude
    }

    /// Takes a string and decodes it.
    mutating func text() throws(Malformed) -> String {
        let range = try string()
        guard let text = JSONText.decode(bytes[range]) else { throw Malformed() }
        return text
    }

    /// Goes over the members of an object: `body` gets each name, with the cursor before the value, and must take the value.
    mutating func members(_ body: (inout JSONCursor, String) throws(Malformed) -> Void) throws(Malformed) {
        try expect(UInt8(ascii: "{"))
        if take(UInt8(ascii: "}")) { return }
        repeat {
            let name = try text()
            try expect(UInt8(ascii: ":"))
            try body(&self, name)
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
    }

    /// Goes over the elements of an array: `body` must take each.
    mutating func elements(_ body: (inout JSONCursor) throws(Malformed) -> Void) throws(Malformed) {
        try expect(UInt8(ascii: "["))
        if take(UInt8(ascii: "]")) { return }
        repeat { try body(&self) } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
    }
}
