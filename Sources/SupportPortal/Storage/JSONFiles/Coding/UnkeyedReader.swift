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

    /// Reads the next element; it stays the next if that fails.
    @inline(__always)
    private mutating func next<Value>(_ type: any Any.Type, _ read: (Int) throws -> Value) throws -> Value {
        guard !isAtEnd else {
            let path = text.path(to: array) + [PathKey(index: currentIndex)]
            throw DecodingError.valueNotFound(type, DecodingError.Context(codingPath: path, debugDescription: "no more elements"))
        }
        let value = try read(index)
        index = Int(text[index].next)
        return value
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, text[index].kind != .null else { return try next(Any?.self) { _ in true } }
        return false
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try next(type) { [text] in try text.flag(at: $0) } }

    mutating func decode(_ type: String.Type) throws -> String { try next(type) { [text] in try text.string(at: $0) } }

    mutating func decode(_ type: Double.Type) throws -> Double { try next(type) { [text] in try text.double(at: $0) } }

    mutating func decode(_ type: Float.Type) throws -> Float { try next(type) { [text] in try text.float(at: $0) } }

    mutating func decode<Number: FixedWidthInteger & Decodable>(_ type: Number.Type) throws -> Number {
        try next(type) { [text] in try text.integer(type, at: $0) }
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next(type) { [text] in try text.decode(type, at: $0) }
    }

    mutating func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type) throws -> KeyedDecodingContainer<NestedKey> {
        try next([String: Any].self) { [text] in KeyedDecodingContainer(try KeyedReader<NestedKey>(text, at: $0)) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next([Any].self) { [text] in try UnkeyedReader(text, at: $0) }
    }

    mutating func superDecoder() throws -> any Decoder {
        try next((any Decoder).self) { [text] in ValueReader(text: text, index: $0) }
    }
}
