/// Writes the members of an object.
struct KeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: RecordWriter
    let place: JSONOutput.Place

    var codingPath: [any CodingKey] { writer.path(level: place.level) }
    private var level: Int32 { place.level &+ 1 }

    @inline(__always)
    private func begin(_ key: Key) throws { try writer.beginMember(place, name: key.stringValue) }

    func encodeNil(forKey key: Key) throws {
        try begin(key)
        writer.writeNull()
    }

    func encode(_ value: Bool, forKey key: Key) throws {
        try begin(key)
        writer.write(value)
    }

    func encode(_ value: String, forKey key: Key) throws {
        try begin(key)
        writer.write(value)
    }

    func encode(_ value: Double, forKey key: Key) throws {
        try begin(key)
        try writer.write(value, level: level)
    }

    func encode(_ value: Float, forKey key: Key) throws {
        try begin(key)
        try writer.write(value, level: level)
    }

    func encode(_ value: Int, forKey key: Key) throws {
        try begin(key)
        writer.write(value)
    }

    func encode<Number: FixedWidthInteger & Encodable>(_ value: Number, forKey key: Key) throws {
        try begin(key)
        try writer.write(value, level: level)
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try begin(key)
        try writer.write(value, level: level)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        let place = writer.openMember(place, name: key.stringValue, isObject: true)
        return KeyedEncodingContainer(KeyedWriter<NestedKey>(writer: writer, place: place))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        UnkeyedWriter(writer: writer, place: writer.openMember(place, name: key.stringValue, isObject: false))
    }

    func superEncoder() -> any Encoder { superEncoder(named: "super") }

    func superEncoder(forKey key: Key) -> any Encoder { superEncoder(named: key.stringValue) }

    private func superEncoder(named name: String) -> any Encoder {
        guard (try? writer.beginMember(place, name: name)) != nil else { return ValueEncoder(writer: writer, level: 0) }
        return writer.promisedValue(place)
    }
}
