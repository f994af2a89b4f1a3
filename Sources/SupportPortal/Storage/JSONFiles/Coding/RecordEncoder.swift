/// Writes records as JSON, always the same bytes for the same value.
///
/// Keys stand in the order in which a type encodes them. What has no order of its own gets one: the keys of a `Dictionary` are sorted by their
/// bytes, the elements of a `Set` by those of their text. Instants are UTC with milliseconds (``InstantText``), `Data` is Base64, slashes and
/// letters beyond ASCII stand as they are. Containers must be written one after the other, as all synthesized code does.
struct RecordEncoder: Sendable {
    /// The JSON text of a value in UTF-8.
    /// - Throws: `EncodingError` for what JSON cannot hold, such as NaN, or an instant outside of the years 0 to 9999; and what the value throws.
    func encode(_ value: some Encodable) throws -> [UInt8] {
        let writer = RecordWriter()
        try writer.write(value, level: 0)
        return try writer.finish()
    }
}
