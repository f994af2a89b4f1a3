/// What a record is listed under, beside its key: some parts, of which the first names the list.
///
/// The entries of a list are in the order of the rest of their parts, numbers before texts, then of the records' keys, all by bytes.
package struct IndexKey: Sendable, Hashable, ExpressibleByArrayLiteral {
    /// A part of an index key.
    package enum Part: Sendable, Hashable, ExpressibleByStringLiteral {
        /// A number, ordered by size.
        case number(Int64)
        /// A text, ordered by the bytes of its UTF-8.
        case text(String)

        /// A text that is written out.
        package init(stringLiteral value: String) { self = .text(value) }
    }

    /// The parts in a form whose bytes are in their order: of a number 2 and its eight bytes, the sign turned round; of a text 3, its bytes
    /// with 255 after each 0, and 0.
    private(set) var bytes: [UInt8] = []

    /// A key of these parts.
    package init(arrayLiteral parts: Part...) { self.init(parts) }

    /// A key of these parts.
    package init(_ parts: some Sequence<Part>) {
        for part in parts { append(part) }
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Adds a part.
    package mutating func append(_ part: Part) {
        switch part {
        case .number(let number):
            bytes.append(2)
            let ordered = UInt64(bitPattern: number) ^ 1 << 63
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: ordered >> shift))
            }
        case .text(let text):
            bytes.append(3)
            for byte in text.utf8 {
                bytes.append(byte)
                if byte == 0 { bytes.append(255) }
            }
            bytes.append(0)
        }
    }

    /// The parts.
    package var parts: [Part] { Self.parts(of: bytes[...]).parts }

    /// The parts that bytes begin with, and where they end.
    static func parts(of bytes: ArraySlice<UInt8>) -> (parts: [Part], end: Int) {
        var parts: [Part] = []
        var rest = bytes
        while let tag = rest.first, tag == 2 || tag == 3 {
            rest.removeFirst()
            if tag == 2 {
                let number = rest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                parts.append(.number(Int64(bitPattern: number ^ 1 << 63)))
                rest = rest.dropFirst(8)
                continue
            }
            var text: [UInt8] = []
            while let byte = rest.popFirst(), byte != 0 || rest.first == 255 {
                text.append(byte)
                if byte == 0 { rest.removeFirst() }
            }
            parts.append(.text(String(decoding: text, as: UTF8.self)))
        }
        return (parts, rest.startIndex)
    }
}

// MARK: As JSON

extension IndexKey {
    /// The keys as an array of arrays; nothing at all if there are none.
    static func array(_ keys: [IndexKey]) -> [UInt8] {
        guard !keys.isEmpty else { return [] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(keys.reduce(2) { $0 + $1.bytes.count + 16 })
        for key in keys {
            bytes.append(bytes.isEmpty ? UInt8(ascii: "[") : UInt8(ascii: ","))
            key.appendText(to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    private func appendText(to text: inout [UInt8]) {
        var separator = UInt8(ascii: "[")
        var index = 0
        while index < bytes.count {
            text.append(separator)
            separator = UInt8(ascii: ",")
            let isText = bytes[index] == 3
            index += 1
            guard isText else {
                let number = bytes[index..<(index + 8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                JSONText.append(Int64(bitPattern: number ^ 1 << 63), to: &text)
                index += 8
                continue
            }
            text.append(UInt8(ascii: "\""))
            while bytes[index] != 0 || (index + 1 < bytes.count && bytes[index + 1] == 255) {
                JSONText.append(byte: bytes[index], to: &text)
                index += bytes[index] == 0 ? 2 : 1
            }
            index += 1
            text.append(UInt8(ascii: "\""))
        }
        text.append(UInt8(ascii: "]"))
    }

    /// The keys of an array; anything in it but arrays of texts and integers is left away.
    static func keys(_ bytes: [UInt8], _ range: Range<Int>) -> [IndexKey] {
        var keys: [IndexKey] = []
        var cursor = JSONCursor(bytes, range)
        try? cursor.elements { (cursor) throws(JSONCursor.Malformed) in
            let range = try cursor.value()
            if bytes[range.lowerBound] == UInt8(ascii: "[") { keys.append(try key(bytes, range)) }
        }
        return keys
    }

    private static func key(_ bytes: [UInt8], _ range: Range<Int>) throws(JSONCursor.Malformed) -> IndexKey {
        var key = IndexKey([])
        var cursor = JSONCursor(bytes, range)
        try cursor.elements { (cursor) throws(JSONCursor.Malformed) in
            let range = try cursor.value()
            var element = JSONCursor(bytes, range)
            if bytes[range.lowerBound] == UInt8(ascii: "\"") {
                key.append(.text(try element.text()))
            } else if let number = try? element.integer() {
                key.append(.number(number))
            }
        }
        return key
    }
}
