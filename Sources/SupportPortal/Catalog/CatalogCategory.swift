/// A category that items are listed in. Categories are nested.
///
/// Whoever is not in the audience of a category sees neither it nor what is below it, nor any item that is in one of them, even one that is listed
/// elsewhere, too. So a category for ``Audience/agents`` is a hidden one.
public struct CatalogCategory<Item>: Identifiable, Hashable, Sendable, Codable {
    /// The id of a category.
    public typealias ID = Identifier<CatalogCategory<Item>>

    /// The id.
    public let id: ID
    /// How often it was written.
    public var revision: Revision
    /// What links call it; no two categories of a store have the same.
    public var slug: Slug
    /// What it is called, once for each language; the body is a description in Markdown.
    public var texts: [CatalogText]
    /// The category that it is in; `nil` at the top.
    public var parent: ID?
    /// Where it stands among its neighbours, the lowest first.
    public var place: Int
    /// Who may see it and what is in it.
    public var audience: Audience

    /// Makes a category that is not stored yet, for everyone.
    public init(id: ID, slug: Slug, texts: [CatalogText], parent: ID? = nil, place: Int = 0, audience: Audience = .everyone) {
        self.id = id
        self.slug = slug
        self.texts = texts
        self.parent = parent
        self.place = place
        self.audience = audience
        revision = .unsaved
    }
}
