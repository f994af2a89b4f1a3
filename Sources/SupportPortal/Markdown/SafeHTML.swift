/// HTML that can be put into a page: made from Markdown, with everything escaped that could be anything else than text, structure, links and, where the
/// host allows it, pictures. There is no other way to make one.
public struct SafeHTML: Hashable, Sendable, CustomStringConvertible {
    /// The HTML, a fragment for the body of a page.
    public let text: String

    init(rendered text: String) { self.text = text }

    /// The HTML.
    public var description: String { text }
}
