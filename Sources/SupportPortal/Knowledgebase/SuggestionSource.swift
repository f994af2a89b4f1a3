/// What a host would suggest itself for a message: an answer that is pinned to some words, or what a model of its own has found.
public protocol SuggestionSource: Sendable {
    /// The ids of articles, the best first. Those that are not there, or not for everyone, are left out. When it throws or takes longer than
    /// ``PortalSearch/deadline``, the portal's own suggestions are alone.
    func articles(forSubject subject: String, message: String) async throws -> [Article.ID]
}

extension Portal {
    /// The most UTF-8 bytes of a message that are looked at for suggestions.
    static var suggestionBytes: Int { 16_384 }

    /// The articles that may answer a message: public ones alone, the host's before the others.
    func suggestions(
        forSubject subject: String, _ message: String, limit: Int, language: String?
    ) async throws -> [ArticleSummary] {
        let limit = Swift.min(limit, configuration.limits.suggestions)
        let (subject, message) = (subject.firstBytes(Self.suggestionBytes), message.firstBytes(Self.suggestionBytes))
        let shelf = try await KnowledgebaseShelf(self, for: .guest(language: language))
        guard limit > 0, "\(subject)\(message)".contains(where: { !$0.isWhitespace }) else { return [] }
        let finder = try await finder(for: shelf.viewer, indexes.articles)
        async let named = hostSuggestions(forSubject: subject, message)
        let found = try await finder.best(.message(subject: subject, message: message), limit: limit)
        let first = try await finder.visible(await named)
        var known: Set<Article.ID> = []
        return (first + found).filter { known.insert($0.id).inserted }.prefix(limit).map { shelf.viewer.summary($0, finder.tree) }
    }

    private func hostSuggestions(forSubject subject: String, _ message: String) async -> [Article.ID] {
        guard let source = indexes.suggestions else { return [] }
        let answer = await indexes.patience.ask { try await source.articles(forSubject: subject, message: message) }
        return Array((answer ?? []).prefix(configuration.limits.pageSize))
    }
}
