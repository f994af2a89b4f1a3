#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What a section publishes: an ``Announcement``, an ``Article``, a ``Download``. All of them have a ``CatalogEntry`` (what it is called, who sees
/// it and when, where it stands) and something of their own, so that one kind of store serves them all.
public protocol CatalogItem: Identifiable, Hashable, Sendable, Codable where ID == Identifier<Self> {
    /// What such items are called in events and in files, such as `article`: lower case letters, and the same for ever.
    static var kindName: String { get }
    /// What all items have.
    var entry: CatalogEntry<Self> { get set }
    /// What it is found by beside its texts and tags: the names of its files unless said otherwise.
    var keywords: [String] { get }
    /// The files that belong to it alone: their bytes stay as long as it names them, and go with it.
    var files: [FileAttachment] { get }
    /// Whether the files that earlier versions name are kept as long as the item, so that it can be made again what it was. They are not unless said
    /// otherwise.
    static var keepsEarlierFiles: Bool { get }
}

extension CatalogItem {
    /// The names of the files.
    public var keywords: [String] { files.map(\.name.text) }
    /// The id.
    public var id: Identifier<Self> { entry.id }
    /// No files.
    public var files: [FileAttachment] { [] }
    /// Files of earlier versions are not kept.
    public static var keepsEarlierFiles: Bool { false }
}

/// What all published items have in common.
public struct CatalogEntry<Item>: Identifiable, Hashable, Sendable, Codable {
    /// The id.
    public let id: Identifier<Item>
    /// How often it was written.
    public var revision: Revision
    /// What links call it; no two items of a store have the same.
    public var slug: Slug
    /// What it says, once for each language; the first one is shown where no other suits.
    public var texts: [CatalogText]
    /// Words to sort it by and to find it by.
    public var tags: Set<TagName>
    /// The categories that it is listed in, each once; in none where a section has no categories.
    public var categories: [CatalogCategory<Item>.ID]
    /// Where it stands within a category, the lowest first.
    public var place: Int
    /// Whether it is there for others than agents at all.
    public var state: PublicationState
    /// Who may see it.
    public var audience: Audience
    /// From when on it is shown, and what newest first means.
    public var published: Date
    /// When it ends to be shown; `nil` for never.
    public var expires: Date?
    /// Whether it comes before newer ones.
    public var isPinned: Bool
    /// When it was made.
    public let created: Date
    /// When what it says was last changed.
    public var updated: Date
    /// Who made the last change. Customers do not see it.
    public var editor: Author

    /// Makes an entry that is not stored yet: a draft for everyone.
    public init(id: Identifier<Item>, slug: Slug, texts: [CatalogText], created: Date, editor: Author) {
        self.id = id
        self.slug = slug
        self.texts = texts
        self.created = created
        self.editor = editor
        revision = .unsaved
        tags = []
        categories = []
        place = 0
        state = .draft
        audience = .everyone
        published = created
        expires = nil
        isPinned = false
        updated = created
    }
}

extension CatalogEntry {
    /// Writes the tags in order, so that equal entries have equal bytes.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(revision, forKey: .revision)
        try values.encode(slug, forKey: .slug)
        try values.encode(texts, forKey: .texts)
        try values.encode(tags.sorted(), forKey: .tags)
        try values.encode(categories, forKey: .categories)
        try values.encode(place, forKey: .place)
        try values.encode(state, forKey: .state)
        try values.encode(audience, forKey: .audience)
        try values.encode(published, forKey: .published)
        try values.encodeIfPresent(expires, forKey: .expires)
        try values.encode(isPinned, forKey: .isPinned)
        try values.encode(created, forKey: .created)
        try values.encode(updated, forKey: .updated)
        try values.encode(editor, forKey: .editor)
    }
}

/// Whether others than agents may see an item.
public struct PublicationState: RawRepresentable, Hashable, Sendable, Codable {
    /// The state as text.
    public let rawValue: String

    /// Makes a state.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Being written; for agents.
    public static let draft = PublicationState(rawValue: "draft")
    /// Shown, from ``CatalogEntry/published`` until ``CatalogEntry/expires``.
    public static let published = PublicationState(rawValue: "published")
    /// Out of use; for agents.
    public static let archived = PublicationState(rawValue: "archived")
}

/// What an item or a category says in one language.
public struct CatalogText: Hashable, Sendable, Codable {
    /// The language as a BCP 47 tag, such as `de` or `pt-BR`; empty where nobody said.
    public var language: String
    /// The title.
    public var title: SingleLine
    /// A few plain words for lists; empty where the beginning of the body does.
    public var summary: String
    /// The whole, in Markdown.
    public var body: String

    /// Makes a text.
    public init(language: String = "", title: SingleLine, summary: String = "", body: String = "") {
        self.language = language
        self.title = title
        self.summary = summary
        self.body = body
    }
}

extension Collection<CatalogText> {
    /// The text in a language, or else in one that differs only in region or script (RFC 4647, lookup), or else the first one.
    public func preferred(for language: String?) -> CatalogText? {
        guard let language, !language.isEmpty else { return first }
        var wanted = language.lowercased()
        while true {
            if let exact = first(where: { $0.language.lowercased() == wanted }) { return exact }
            guard let dash = wanted.lastIndex(of: "-") else { break }
            wanted = String(wanted[..<dash])
        }
        return first { $0.language.lowercased().hasPrefix("\(wanted)-") } ?? first
    }
}

extension CatalogEntry {
    /// Whether others than agents can see it at an instant, audience and categories aside.
    public func isShown(at now: Date) -> Bool {
        state == .published && published <= now && (expires.map { now < $0 } ?? true)
    }

    /// The text that suits a language best; else the first one.
    public func text(in language: String? = nil) -> CatalogText {
        texts.preferred(for: language) ?? CatalogText(title: "")
    }
}
