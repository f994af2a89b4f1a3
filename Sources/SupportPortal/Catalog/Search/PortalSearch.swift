/// What a host decides about searching, and the parts of its own that it plugs in.
///
/// ```swift
/// let search = PortalSearch {
///     $0.languages = [German()]
///     $0.suggestions = MyPinnedAnswers()
/// }
/// let portal = Portal(storage: storage, search: search)
/// ```
public struct PortalSearch: Sendable {
    /// What searches the articles; `nil` for an index of the portal's own.
    public var articles: (any CatalogSearching<Article>)?
    /// What searches the downloads; `nil` for an index of the portal's own.
    public var downloads: (any CatalogSearching<Download>)?
    /// Languages whose word forms are known beside English.
    public var languages: [any SearchLanguage] = []
    /// The language of texts that do not say theirs, as a BCP 47 tag.
    public var unmarkedLanguage = "en"
    /// A model whose ranking is fused with that of the portal's own index; a search of the host's has it or not.
    public var embedding: (any TextEmbedding)?
    /// Which articles the host suggests for a message before others.
    public var suggestions: (any SuggestionSource)?
    /// How long the model and the host's suggestions are waited for; a search goes on without them then.
    public var deadline = Duration.milliseconds(300)

    /// The portal's own search in English.
    public init() {}

    /// The portal's own search, with properties set.
    public init(with change: (inout PortalSearch) throws -> Void) rethrows {
        self.init()
        try change(&self)
    }
}

/// What searches the sections of a portal: made once, and shared by all copies of the portal.
final class PortalIndexes: Sendable {
    let articles: (any CatalogSearching<Article>)?
    let downloads: (any CatalogSearching<Download>)?
    let languages: SearchLanguages
    let suggestions: (any SuggestionSource)?
    let patience: Patience

    init(_ storage: any PortalStorage, _ search: PortalSearch, _ environment: PortalEnvironment) {
        articles = search.articles ?? storage.articles.map { CatalogIndex($0, search, environment: environment) }
        downloads = search.downloads ?? storage.downloads.map { CatalogIndex($0, search, environment: environment) }
        languages = SearchLanguages(search.languages, unmarked: search.unmarkedLanguage)
        suggestions = search.suggestions
        patience = Patience(search.deadline, environment)
    }
}

extension Portal {
    /// Makes the portal's own indexes now rather than at the first search; see ``CatalogIndex/prepare()``. To be run in a task of the host's.
    public func prepareSearch() async throws {
        try await (indexes.articles as? CatalogIndex<Article>)?.prepare()
        try await (indexes.downloads as? CatalogIndex<Download>)?.prepare()
    }

    /// Reads the stores anew that have no feed of changes; see ``CatalogIndex/refresh()``.
    public func refreshSearch() async throws {
        try await (indexes.articles as? CatalogIndex<Article>)?.refresh()
        try await (indexes.downloads as? CatalogIndex<Download>)?.refresh()
    }
}
