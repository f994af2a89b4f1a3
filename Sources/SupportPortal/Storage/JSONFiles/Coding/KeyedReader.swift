/// Reads the members of an object.
struct KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let text: ScannedText
    let object: Int

    init(_ text: ScannedText, at index: Int) throws {
        guard text[index].kind == .object else { throw text.mismatch([String: Any].self, at: index) }
        self.text = text
        object = index
    }

    init(_ reader: ValueReader) throws { try self.init(reader.text, at: reader.index) }

    var codingPath: [any CodingKey] { text.path(to: object) }

    var allKeys: [Key] {
        var keys: [Key] = []
        keys.reserveCapacity(Int(text[object].end))
        var index = object + 1
        while index < text[object].next {
            if let key = Key(stringValue: text.name(of: text[index])) { keys.append(key) }
            index = Int(text[index].next)
        }
        return keys
    }

    func contains(_ key: Key) -> Bool { text.member(key.stringValue, of: object) != nil }

    @inline(__always)
    private func find(_ key: Key) throws -> Int {
        guard let index = text.member(key.stringValue, of: object) else {
            throw DecodingError.keyNotFound(key, text.context("a key is missing", at: object))
        }
        return index
    }

    /// `nil` if it is absent, or null.
    @inline(__always)
    private func findIfPresent(_ key: Key) -> Int? {
        guard let index = text.member(key.stringValue, of: object), text[index].kind != .null else { return nil }
        return index
    }

    func decodeNil(forKey key: Key) throws -> Bool { text[try find(key)].kind == .null }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try text.flag(at: find(key)) }

    func decode(_ type: String.Type, forKey key: Key) throws -> String { try text.string(at: find(key)) }

    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try text.double(at: find(key)) }

    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try text.float(at: find(key)) }

    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try text.integer(type, at: find(key)) }

    func decode<Number: FixedWidthInteger & Decodable>(_ type: Number.Type, forKey key: Key) throws -> Number {
        try text.integer(type, at: find(key))
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try text.decode(type, at: find(key)) }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
        guard let index = findIfPresent(key) else { return nil }
        return try text.flag(at: index)
    }

    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        guard let index = findIfPresent(key) else { return nil }
        return try text.string(at: index)
    }

    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        guard let index = findIfPresent(key) else { return nil }
        return try text.integer(type, at: index)
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        guard let index = findIfPresent(key) else { return nil }
        return try text.decode(type, at: index)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        KeyedDecodingContainer(try KeyedReader<NestedKey>(text, at: find(key)))
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try UnkeyedReader(text, at: find(key)) }

    func superDecoder() throws -> any Decoder {
        guard let index = text.member("super", of: object) else {
            throw DecodingError.keyNotFound(PathKey(stringValue: "super"), text.context("a key is missing", at: object))
        }
        return ValueReader(text: text, index: index)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { ValueReader(text: text, index: try find(key)) }
}
