/// JSON that can be the value of a record: checked, and in one line.
package struct LogValue: Sendable, Hashable {
    /// JSON in UTF-8, without line feeds.
    let text: [UInt8]

    /// Takes JSON in UTF-8, which must not be `null`. Line feeds between its tokens become spaces.
    /// - Throws: ``LogError/Code/invalidValue``.
    package init(_ bytes: [UInt8]) throws(LogError) {
        guard let text = JSONText.singleLineValue(bytes), text != OperationText.deletion else {
            throw LogError(.invalidValue, "a value is null or no JSON")
        }
        self.text = text
    }

    /// How many bytes it has.
    package var size: Int { text.count }
}
