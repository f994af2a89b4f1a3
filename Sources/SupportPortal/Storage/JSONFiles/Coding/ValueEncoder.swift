/// Encodes one value at the end of a text.
struct ValueEncoder: Encoder, SingleValueEncodingContainer {
    let writer: RecordWriter
    /// How many containers the value is in.
    let level: Int32
    /// What is sorted in the container that the value becomes.
    var sorting: JSONOutput.Sorting = .none
    /// Where the value begins.
    let start: Int

    @inline(__always)
    init(writer: RecordWriter, level: Int32) {
        self.writer = writer
        self.level = level
        start = writer.count
    }

    var codingPath: [any CodingKey] { writer.path(level: level) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(KeyedWriter(writer: writer, place: writer.open(self, isObject: true)))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        UnkeyedWriter(writer: writer, place: writer.open(self, isObject: false))
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    /// A second value in one place would be no JSON.
    @inline(__always)
    private func begin() throws {
        guard writer.count == start else { throw writer.fail(writer.misuse(level: level)) }
    }

    func encodeNil() throws {
        try begin()
        writer.writeNull()
    }

    func encode(_ value: Bool) throws {
        try begin()
        writer.write(value)
    }

    func encode(_ value: String) throws {
        try begin()
        writer.write(value)
    }

    func encode(_ value: Double) throws {
        try begin()
        try writer.write(value, level: level)
    }

    func encode(_ value: Float) throws {
        try begin()
        try writer.write(value, level: level)
    }

    func encode(_ value: Int) throws {
        try begin()
        writer.write(value)
    }

    func encode<Number: FixedWidthInteger & Encodable>(_ value: Number) throws {
        try begin()
        try writer.write(value, level: level)
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        try begin()
        try writer.write(value, level: level)
    }
}
