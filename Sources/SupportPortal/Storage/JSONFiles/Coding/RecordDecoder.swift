/// Reads what ``RecordEncoder`` writes, and what people and other programs make of it: keys in any order, unknown ones among them, white space
/// and escapes of every kind.
///
/// Everything else is checked, also where nobody asks for it: the grammar (RFC 8259), UTF-8, that surrogates come in pairs, that no object has
/// a key twice and nothing is deeper than 512 containers. Instants have the form of ``InstantText``. The time that it takes grows like the text.
struct RecordDecoder: Sendable {
    /// A value of JSON text.
    /// - Throws: `DecodingError` for what is no such value; and what the value throws.
    func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try decode(type, from: bytes, in: 0..<bytes.count)
    }

    /// A value of the JSON text in a range of bytes.
    /// - Throws: `DecodingError` for what is no such value; and what the value throws.
    func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8], in range: Range<Int>) throws -> Value {
        let text = try ScannedText(bytes, in: range)
        return try text.decode(type, at: 0)
    }
}
