/// Searches what a section publishes. The portal's own is ``CatalogIndex``; a host may give another one to ``PortalSearch``.
///
/// What it answers is read again from the store within the asker's sight, so that it cannot show anything hidden: an id that is not there, or not for
/// the asker, is left out. What it throws is passed on to the asker.
public protocol CatalogSearching<Item>: Sendable {
    /// What it searches.
    associatedtype Item: CatalogItem

    /// The best hits, the best first, each item once; none for text that has nothing to look for. The more of the request's scope and filter it
    /// heeds, the fuller the pages are.
    func search(_ request: CatalogSearchRequest<Item>) async throws -> [CatalogHit<Item>]
}

/// What is looked for in a section.
public struct CatalogSearchRequest<Item: CatalogItem>: Hashable, Sendable {
    /// What is looked for.
    public var text: CatalogSearchText
    /// The asker's language as a BCP 47 tag, if it is known. Texts in others are found as well.
    public var language: String?
    /// What bears one of these keys.
    public var scope: AccessScope
    /// What matches this.
    public var filter: CatalogFilter<Item>
    /// The most hits.
    public var limit: Int

    /// Makes a request.
    public init(
        _ text: CatalogSearchText, in scope: AccessScope, _ filter: CatalogFilter<Item> = CatalogFilter(),
        language: String? = nil, limit: Int = 20
    ) {
        self.text = text
        self.scope = scope
        self.filter = filter
        self.language = language
        self.limit = limit
    }
}

/// A text to look for, by what it is.
public enum CatalogSearchText: Hashable, Sendable {
    /// Words that somebody typed into a search field: all of them count, the last one may be a beginning, and what stands in quotes stands together.
    case words(String)
    /// A message that somebody is writing: what answers it is looked for, by its telling words.
    case message(subject: String, message: String)
    /// A text of the section: others like it are looked for.
    case like(CatalogText)
}

/// Something that was found.
public struct CatalogHit<Item: CatalogItem>: Hashable, Sendable {
    /// What.
    public var id: Item.ID
    /// The language of the text in which it was found; `nil` for whichever suits the asker.
    public var language: String?
    /// How well it fits, the higher the better; comparable within one answer only.
    public var score: Double

    /// Makes a hit.
    public init(_ id: Item.ID, language: String? = nil, score: Double = 0) {
        self.id = id
        self.language = language
        self.score = score
    }
}
