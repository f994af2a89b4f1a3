/// A part of a document that stands by itself.
package enum MarkdownBlock: Hashable, Sendable {
    /// A heading; its level is from 1 to 6.
    case heading(level: Int, [MarkdownInline])
    /// Running text.
    case paragraph([MarkdownInline])
    /// What somebody else said.
    case quote([MarkdownBlock])
    /// Items with bullets or numbers.
    case list(MarkdownList)
    /// Preformatted text, and the first word after its fence, which names the language; each line ends with a line feed.
    case code(language: String?, String)
    /// Raw HTML, which is shown and never passed through; each line but the last ends with a line feed.
    case html(String)
    /// A line across.
    case thematicBreak
    /// Rows and columns.
    case table(MarkdownTable)
}

/// A list of a document.
package struct MarkdownList: Hashable, Sendable {
    /// The number of its first item, from 0 to 999,999,999; `nil` for bullets.
    package let start: Int?
    /// Whether no blank line divides the items or what is in them: their paragraphs are shown without space between them.
    package let isTight: Bool
    /// What the items hold.
    package let items: [[MarkdownBlock]]
}

/// A table of a document.
package struct MarkdownTable: Hashable, Sendable {
    /// The side to which the cells of a column are moved.
    package enum Alignment: Hashable, Sendable {
        /// To neither; the reader's program decides.
        case none
        /// To the left.
        case left
        /// To the middle.
        case center
        /// To the right.
        case right
    }

    /// One for each column.
    package let alignments: [Alignment]
    /// A cell for each column.
    package let header: [[MarkdownInline]]
    /// Further rows with at most as many cells as there are columns: cells are filled in only up to a number that depends on the
    /// length of the text.
    package let rows: [[[MarkdownInline]]]
}
