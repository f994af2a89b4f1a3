/// Decodes one value of a text.
struct ValueReader: Decoder, SingleValueDecodingContainer {
    let text: ScannedText
    let index: Int

    var codingPath: [any CodingKey] { text.path(to: index) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(try KeyedReader<Key>(text, at: index))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try UnkeyedReader(text, at: index) }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { text[index].kind == .null }

    func decode(_ type: Bool.Type) throws -> Bool { try text.flag(at: index) }

    func decode(_ type: String.Type) throws -> String { try text.string(at: index) }

    func decode(_ type: Double.Type) throws -> Double { try text.double(at: index) }

    func decode(_ type: Float.Type) throws -> Float { try text.float(at: index) }

    func decode(_ type: Int.Type) throws -> Int { try text.integer(type, at: index) }

    func decode<Number: FixedWidthInteger & Decodable>(_ type: Number.Type) throws -> Number { try text.integer(type, at: index) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try text.decode(type, at: index) }
}
