#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// News for feed readers, to be written as Atom (RFC 4287) or as JSON Feed (version 1.1, jsonfeed.org). Whatever the texts hold, what is written is
/// well-formed: markup in them is shown as text, and characters that XML cannot hold are left out.
public struct SyndicationFeed: Hashable, Sendable {
    /// Something that happened.
    public struct Entry: Identifiable, Hashable, Sendable {
        /// Names the entry for ever, as an IRI.
        public var id: String
        /// The title.
        public var title: String
        /// A few plain words.
        public var summary: String
        /// The whole as HTML that is safe to show; `nil` to give the summary alone.
        public var html: SafeHTML?
        /// Where it can be read; `nil` where there is no page.
        public var link: String?
        /// When it was published.
        public var published: Date
        /// When it was last changed.
        public var updated: Date
        /// Words that it is sorted by.
        public var tags: [String]
        /// The language as a BCP 47 tag; empty where nobody said.
        public var language: String

        /// Makes an entry.
        public init(
            id: String, title: String, summary: String, html: SafeHTML? = nil, link: String? = nil, published: Date,
            updated: Date,
            tags: [String] = [], language: String = ""
        ) {
            self.id = id
            self.title = title
            self.summary = summary
            self.html = html
            self.link = link
            self.published = published
            self.updated = updated
            self.tags = tags
            self.language = language
        }
    }

    /// What the feed is called.
    public var title: String
    /// Who publishes it.
    public var author: String
    /// The page that it belongs to, as an absolute URL.
    public var home: String
    /// Where the feed itself is, as an absolute URL: its id, too.
    public var address: String
    /// When it was last changed, in whole milliseconds.
    public var updated: Date
    /// The entries, in the order in which they are shown.
    public var entries: [Entry]

    /// Makes a feed.
    public init(title: String, author: String, home: String, address: String, updated: Date, entries: [Entry]) {
        self.title = title
        self.author = author
        self.home = home
        self.address = address
        self.updated = updated
        self.entries = entries
    }

    // MARK: Atom

    /// The media type of ``atom()``.
    public static let atomType = "application/atom+xml; charset=utf-8"

    /// The feed as an Atom document in UTF-8.
    public func atom() -> Data {
        var xml = XMLText()
        xml.open("feed", [("xmlns", "http://www.w3.org/2005/Atom")])
        xml.element("id", address)
        xml.element("title", title, [("type", "text")])
        xml.element("updated", updated.iso8601)
        xml.open("author")
        xml.element("name", author)
        xml.close("author")
        xml.empty("link", [("rel", "self"), ("type", "application/atom+xml"), ("href", address)])
        xml.empty("link", [("rel", "alternate"), ("href", home)])
        for entry in entries {
            xml.open("entry", entry.language.isEmpty ? [] : [("xml:lang", entry.language)])
            xml.element("id", entry.id)
            xml.element("title", entry.title, [("type", "text")])
            xml.element("published", entry.published.iso8601)
            xml.element("updated", entry.updated.iso8601)
            if let link = entry.link { xml.empty("link", [("rel", "alternate"), ("href", link)]) }
            for tag in entry.tags { xml.empty("category", [("term", tag)]) }
            xml.element("summary", entry.summary, [("type", "text")])
            if let html = entry.html { xml.element("content", html.text, [("type", "html")]) }
            xml.close("entry")
        }
        xml.close("feed")
        return Data(xml.text.utf8)
    }

    // MARK: JSON Feed

    /// The media type of ``jsonFeed()``.
    public static let jsonType = "application/feed+json; charset=utf-8"

    /// The feed as a JSON Feed document in UTF-8.
    /// - Throws: nothing that a feed can cause.
    public func jsonFeed() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(JSONFeedDocument(self))
    }
}

/// The members of a JSON Feed.
private struct JSONFeedDocument: Encodable {
    struct Person: Encodable {
        var name: String
    }

    struct Item: Encodable {
        var id: String
        var url: String?
        var title: String
        var summary: String
        var content_html: String?
        var content_text: String?
        var date_published: String
        var date_modified: String
        var tags: [String]?
        var language: String?
    }

    var version = "https://jsonfeed.org/version/1.1"
    var title: String
    var home_page_url: String
    var feed_url: String
    var authors: [Person]
    var items: [Item]

    init(_ feed: SyndicationFeed) {
        title = feed.title
        home_page_url = feed.home
        feed_url = feed.address
        authors = [Person(name: feed.author)]
        items = feed.entries.map { entry in
            Item(
                id: entry.id, url: entry.link, title: entry.title, summary: entry.summary, content_html: entry.html?.text,
                content_text: entry.html == nil ? entry.summary : nil, date_published: entry.published.iso8601,
                date_modified: entry.updated.iso8601, tags: entry.tags.isEmpty ? nil : entry.tags,
                language: entry.language.isEmpty ? nil : entry.language)
        }
    }
}

/// A document of XML 1.0 while it is written.
struct XMLText {
    private(set) var text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"

    mutating func open(_ name: String, _ attributes: [(String, String)] = []) {
        text += "<\(name)\(Self.written(attributes))>\n"
    }

    mutating func close(_ name: String) { text += "</\(name)>\n" }

    mutating func empty(_ name: String, _ attributes: [(String, String)]) { text += "<\(name)\(Self.written(attributes))/>\n" }

    mutating func element(_ name: String, _ content: String, _ attributes: [(String, String)] = []) {
        text += "<\(name)\(Self.written(attributes))>\(Self.escaped(content))</\(name)>\n"
    }

    private static func written(_ attributes: [(String, String)]) -> String {
        attributes.map { " \($0)=\"\(escaped($1))\"" }.joined()
    }

    /// The text with markup made plain, and without the characters that XML 1.0 does not allow (section 2.2).
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            // Written out, as attributes and lines would lose them.
            case "\t", "\n", "\r": result.append(contentsOf: "&#\(scalar.value);".unicodeScalars)
            case _ where scalar.value < 0x20 || scalar.value & 0xFFFE == 0xFFFE: continue
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
