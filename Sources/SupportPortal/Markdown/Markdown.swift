import SafeMarkdown

/// A text in Markdown (CommonMark 0.31 with the tables, strikethrough and bare links of GitHub's dialect), to be shown as HTML or as plain text.
///
/// ```swift
/// let page = try await session.knowledgebase.article(id)
/// respond(Markdown(page.body).html().text)
/// ```
///
/// HTML in the source is shown as the text that it is. Any text can be shown, in a time that grows with its length and not faster.
public struct Markdown: Hashable, Sendable {
    /// The source.
    public let source: String
    private let document: MarkdownDocument

    /// Reads a source.
    public init(_ source: String) {
        self.source = source
        document = MarkdownDocument(parsing: source)
    }

    /// The text as HTML.
    public func html(_ style: MarkdownStyle = .article) -> SafeHTML { SafeHTML(rendered: document.html(style.policy).text) }

    /// The words without any markup, blocks divided by empty lines.
    public var plainText: String { document.plainText }

    /// The beginning of the words in one line, cut behind a whole word and then with `…` at its end.
    ///
    /// Parameter `limit`: the most characters.
    public func summary(limit: Int) -> String { document.summary(limit: limit) }

    /// The headings, for a table of contents.
    public func headings(_ style: MarkdownStyle = .article) -> [Heading] {
        document.outline(for: style.policy).map { Heading(level: $0.level, text: $0.text, id: $0.id) }
    }

    /// A heading.
    public struct Heading: Identifiable, Hashable, Sendable, Codable {
        /// Its level in the HTML, from 1 to 6.
        public let level: Int
        /// Its words.
        public let text: String
        /// The `id` of its element, with which no other heading of the text is named.
        public let id: String
    }
}

/// How a host wants texts in Markdown to look in its pages.
public struct MarkdownStyle: Sendable {
    /// What becomes of pictures.
    public enum Images: Sendable {
        /// Their descriptions are shown.
        case asText
        /// Their descriptions are links to them.
        case asLinks
        /// Those are shown whose address is accepted, of others the description is a link. Whoever serves a picture learns who looks at it, and when.
        case shown(where: @Sendable (_ address: String) -> Bool)
    }

    /// The schemes that links may have, in lower case. `javascript`, `vbscript`, `data`, `blob` and `file` are never linked.
    public var linkSchemes: Set<String> = ["http", "https", "mailto"]
    /// Whether addresses without a scheme may be linked, such as `/downloads` or `#top`.
    public var allowsRelativeLinks = true
    /// What becomes of pictures.
    public var images = Images.asLinks
    /// Whether the text is the host's own: links to other places then carry `rel="noopener"` alone, else `nofollow`, `noreferrer` and `ugc`, too.
    public var isTrusted = false
    /// How many levels headings are lowered, so that those of a text stay below those of the page; none gets below 6.
    public var headingShift = 1
    /// What the `id` of each heading begins with; `nil` for headings without.
    public var headingPrefix: String?
    /// Whether each line end is kept, as people who write messages expect.
    public var keepsLineEnds = false
    /// Whether each block is set in the direction of its own text.
    public var detectsDirection = true

    /// A style for texts that anybody may have written.
    public init() {}

    /// A style for texts that anybody may have written, with properties set.
    public init(with change: (inout MarkdownStyle) throws -> Void) rethrows {
        self.init()
        try change(&self)
    }

    /// For articles, announcements and descriptions, which agents write.
    public static let article = MarkdownStyle {
        $0.isTrusted = true
        $0.headingPrefix = "text-"
    }

    /// For messages of tickets.
    public static let message = MarkdownStyle { $0.keepsLineEnds = true }

    var policy: HTMLPolicy {
        HTMLPolicy(
            linkSchemes: linkSchemes, allowsRelativeLinks: allowsRelativeLinks, images: images.policy,
            relations: isTrusted ? [.noopener] : [.nofollow, .noopener, .noreferrer, .ugc], headingShift: headingShift,
            headingIDPrefix: headingPrefix, keepsLineEnds: keepsLineEnds, detectsDirection: detectsDirection)
    }
}

extension MarkdownStyle.Images {
    fileprivate var policy: HTMLPolicy.Images {
        switch self {
        case .asText: .asText
        case .asLinks: .asLinks
        case .shown(let accepts): .shown(where: accepts)
        }
    }
}
