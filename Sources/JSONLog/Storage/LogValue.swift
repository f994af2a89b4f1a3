/// What a record says, and the lists that it is in: checked, and turned into text, so that the writing thread has little left to do.
package struct LogValue: Sendable, Hashable {
    /// JSON in UTF-8, without line feeds.
    let text: [UInt8]
    /// What the record is listed under.
    let lists: [IndexKey]
    /// The lists as they stand in a line.
    let listsText: [UInt8]

    /// - Parameters:
    ///   - bytes: JSON in UTF-8, not `null`. Line feeds between its tokens become spaces.
    ///   - lists: What the record is listed under; each at most ``LogOptions/longestKey`` bytes.
    /// - Throws: ``LogError/Code/invalidValue``, ``LogError/Code/invalidKey``.
    package init(_ bytes: [UInt8], in lists: [IndexKey] = []) throws(LogError) {
        guard let text = JSONText.singleLineValue(bytes), text != OperationText.deletion else {
            throw LogError(.invalidValue, "a value is null or no JSON")
        }
        try self.init(singleLine: text, in: lists)
    }

    /// Takes what is known to be one value of JSON in UTF-8 on one line, and not `null`, as an encoder that is tested for that makes it: to look at it
    /// again takes a tenth of the time of making it.
    /// - Throws: ``LogError/Code/invalidKey``.
    package init(singleLine text: [UInt8], in lists: [IndexKey]) throws(LogError) {
        assert(JSONText.singleLineValue(text) == text && text != OperationText.deletion)
        guard lists.allSatisfy({ $0.bytes.count <= LogOptions.longestKey }) else {
            throw LogError(.invalidKey, "an index key is too long")
        }
        self.text = text
        self.lists = lists
        listsText = IndexKey.array(lists)
    }

    /// How many bytes it has.
    package var size: Int { text.count + listsText.count }
}
