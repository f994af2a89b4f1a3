/// Writes the elements of an array.
struct UnkeyedWriter: UnkeyedEncodingContainer {
    let writer: RecordWriter
    let place: JSONOutput.Place

    var codingPath: [any CodingKey] { writer.path(level: place.level) }
    var count: Int { writer.elements(of: place) }
    private var level: Int32 { place.level &+ 1 }

    func encodeNil() throws {
        try writer.beginElement(place)
        writer.writeNull()
    }

    func encode(_ value: Bool) throws {
        try writer.beginElement(place)
        writer.write(value)
    }

    func encode(_ value: String) throws {
        try writer.beginElement(place)
        writer.write(value)
    }

    func encode(_ value: Double) throws {
        try writer.beginElement(place)
        try writer.write(value, level: level)
    }

    func encode(_ value: Float) throws {
        try writer.beginElement(place)
        try writer.write(value, level: level)
    }

    func encode(_ value: Int) throws {
        try writer.beginElement(place)
        writer.write(value)
    }

    func encode<Number: FixedWidthInteger & Encodable>(_ value: Number) throws {
        try writer.beginElement(place)
        try writer.write(value, level: level)
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        try writer.beginElement(place)
        try writer.write(value, level: level)
    }

    func nestedContainer<NestedKey: CodingKey>(keyedBy keyType: NestedKey.Type) -> KeyedEncodingContainer<NestedKey> {
        KeyedEncodingContainer(KeyedWriter<NestedKey>(writer: writer, place: writer.openElement(place, isObject: true)))
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        UnkeyedWriter(writer: writer, place: writer.openElement(place, isObject: false))
    }

    func superEncoder() -> any Encoder {
        guard (try? writer.beginElement(place)) != nil else { return ValueEncoder(writer: writer, level: 0) }
        return writer.promisedValue(place)
    }
}
