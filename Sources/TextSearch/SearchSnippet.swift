/// The passage of a text that shows best why it was found.
package struct SearchSnippet: Hashable, Sendable {
    /// The passage, as it is in the text.
    package var text: String
    /// Where the words of the query are in it, as offsets in UTF-8, in order, none within another.
    package var matches: [Range<Int>]
    /// Whether the text goes on before the passage.
    package var isCutBefore: Bool
    /// Whether the text goes on behind the passage.
    package var isCutBehind: Bool
}
