/// Reads the elements of an array.
struct UnkeyedReader: UnkeyedDecodingContainer {
    private let text: ScannedText
    private let array: Int
    /// The token of the next element.
    private var index: Int

    init(_ text: ScannedText, at index: Int) throws {
        guard text[index].kind == .array else { throw text.mismatch([Any].self, at: index) }
        self.text = text
        array = index
        self.index = index + 1
    }

    var codingPath: [any CodingKey] { text.path(to: array) }
    var count: Int? { Int(text[array].end) }
    var isAtEnd: Bool { index >= text[array].next }
    var currentIndex: Int { isAtEnd ? Int(text[array].end) : Int(text[index].name) }

    /// The token of the next element.
    @inline(__always)
    private func next(_ type: any Any.Type) throws -> Int {
        guard isAtEnd else { return index }
        let path = text.path(to: array) + [PathKey(index: currentIndex)]
        throw DecodingError.valueNotFound(type, DecodingError.Context(codingPath: path, debugDescription: "no more elements"))
    }

    /// Goes on after an element that was read; one that could not be stays the next.
    @inline(__always)
    private mutating func advance() { index = Int(text[index].next) }

    mutating func decodeNil() throws -> Bool {
        guard text[try next(Any?.self)].kind == .null else { return false }
        advance()
        return true
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool {
        let value = try text.flag(at: next(type))
        advance()
        return value
    }

    mutating func decode(_ type: String.Type) throws -> String {
        let value = try text.string(at: next(type))
        advance()
        return value
    }

    mutating func decode(_ type: Double.Type) throws -> Double {
        let value = try text.double(at: next(type))
        advance()
        return value
    }

    mutating func decode(_ type: Float.Type) throws -> Float {
        let value = try text.float(at: next(type))
        advance()
        return value
    }

    mutating func decode(_ type: Int.Type) throws -> Int {
        let value = try text.integer(type, at: next(type))
        advance()
        return value
    }

    mutating func decode<Number: FixedWidthInteger & Decodable>(_ type: Number.Type) throws -> Number {
        let value = try text.integer(type, at: next(type))
        advance()
        return value
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try text.decode(type, at: next(type))
        advance()
        return value
    }

    mutating func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type) throws -> KeyedDecodingContainer<NestedKey>
    {
        let container = try KeyedReader<NestedKey>(text, at: next([String: Any].self))
        advance()
        return KeyedDecodingContainer(container)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try UnkeyedReader(text, at: next([Any].self))
        advance()
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = ValueReader(text: text, index: try next((any Decoder).self))
        advance()
        return decoder
    }
}
