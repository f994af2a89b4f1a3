/// A text in Markdown, parsed.
///
/// Understood are CommonMark 0.31 (<https://spec.commonmark.org/0.31.2/>) and, as GitHub has them, tables, strikethrough and bare
/// web addresses. Every text is Markdown, so that there are no errors. Reading takes time and memory in proportion to the text,
/// whatever it is; nothing recurses deeper than ``MarkdownLimits/nesting``.
package struct MarkdownDocument: Hashable, Sendable {
    /// Its parts, from top to bottom.
    package let blocks: [MarkdownBlock]

    /// Reads a text.
    ///
    /// NUL and other control characters count as U+FFFD, except tabs and line ends; those of every system are understood.
    ///
    /// - Parameters:
    ///   - text: What somebody wrote.
    ///   - limits: What is cut short.
    package init(parsing text: String, limits: MarkdownLimits = MarkdownLimits()) {
        let source = SourceText(text).bytes
        var parser = BlockParser(source: source, nesting: limits.boundedNesting)
        parser.parse()
        var inlines = InlineParser(bytes: parser.content, definitions: parser.definitions, limits: limits)
        blocks = BlockTree(parser).blocks(with: &inlines)
    }
}
