/// A piece of running text.
package enum MarkdownInline: Hashable, Sendable {
    /// Characters to be shown as they are.
    case text(String)
    /// Characters of a program.
    case code(String)
    /// Raw HTML, which is shown and never passed through.
    case html(String)
    /// Stressed text.
    case emphasis([MarkdownInline])
    /// Strongly stressed text.
    case strong([MarkdownInline])
    /// What no longer holds.
    case strikethrough([MarkdownInline])
    /// What leads elsewhere; no link is within a link.
    case link(MarkdownLink)
    /// A picture; its content describes it.
    case image(MarkdownLink)
    /// A line end of the source, shown as a space.
    case softBreak
    /// A line end that was asked for.
    case lineBreak
}

/// An address and what stands for it.
package struct MarkdownLink: Hashable, Sendable {
    /// The address as it was meant: without escapes, not checked, not encoded. Never put it into HTML by hand.
    package let destination: String
    /// A remark on it.
    package let title: String?
    /// What is shown.
    package let content: [MarkdownInline]
}
