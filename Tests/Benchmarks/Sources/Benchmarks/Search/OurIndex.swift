import Foundation
import SupportPortal

/// A store in memory with the documents as articles, and the portal's index over it.
final class OurIndex: Sendable {
    private let store = InMemoryCatalogStore<Article>()
    private let index: CatalogIndex<Article>

    init() { index = CatalogIndex(store) }

    /// Stores documents under their numbers.
    func store(_ documents: [SearchCorpus.Document]) async throws { try await Self.store(documents, in: store) }

    static func store(_ documents: [SearchCorpus.Document], in store: some CatalogStore<Article>) async throws {
        for start in stride(from: 0, to: documents.count, by: 500) {
            let end = min(start + 500, documents.count)
            let commit = CatalogCommit<Article> { commit in
                commit.items = (start..<end).map { Self.article(documents[$0], at: $0, .unsaved) }
            }
            _ = try await store.commit(commit)
        }
    }

    /// Makes the index of what is stored.
    func build() async throws { try await index.prepare() }

    /// Stores a new document. The index takes it in.
    func add(_ document: SearchCorpus.Document, at number: Int) async throws {
        try await write(document, at: number, .unsaved)
    }

    /// Puts a document that was stored once in place of an earlier one.
    func update(_ old: SearchCorpus.Document, to new: SearchCorpus.Document, at number: Int) async throws {
        try await write(new, at: number, Revision(rawValue: 1))
    }

    /// Removes a document that was stored twice.
    func remove(_ document: SearchCorpus.Document, at number: Int) async throws {
        let id = Self.id(number)
        _ = try await store.commit(
            CatalogCommit {
                $0.removedItems = [id: Revision(rawValue: 2)]
                $0.events = [Self.event(.removed, id)]
            })
        try await index.prepare()
    }

    private func write(_ document: SearchCorpus.Document, at number: Int, _ revision: Revision) async throws {
        let article = Self.article(document, at: number, revision)
        _ = try await store.commit(
            CatalogCommit {
                $0.items = [article]
                $0.events = [Self.event(.changed, article.id)]
            })
        try await index.prepare()
    }

    /// The numbers of the best documents for what is typed into a search field.
    func matches(_ text: String, limit: Int) async throws -> [Int] { try await numbers(.words(text), limit) }

    /// The numbers of the documents that may answer a message.
    func suggestions(subject: String, message: String, limit: Int) async throws -> [Int] {
        try await numbers(.message(subject: subject, message: message), limit)
    }

    private func numbers(_ text: CatalogSearchText, _ limit: Int) async throws -> [Int] {
        let hits = try await index.search(CatalogSearchRequest(text, in: .everything, limit: limit))
        return hits.compactMap { Int($0.id.rawValue) }
    }

    /// Bytes that the index holds.
    var memory: Int { index.memory }

    private static func id(_ number: Int) -> Article.ID { Article.ID("\(number)") }

    private static func event(_ name: CatalogEventName, _ id: Article.ID) -> PortalEvent {
        PortalEvent(
            id: PortalEvent.ID(UUID().uuidString), kind: .catalog(Article.self, name), subject: id.rawValue,
            date: Date(timeIntervalSince1970: 0), author: .system, keys: [.everyone])
    }

    static func article(_ document: SearchCorpus.Document, at number: Int, _ revision: Revision) -> Article {
        let title = SingleLine(document.title)
        var entry = CatalogEntry<Article>(
            id: id(number), slug: Slug(SingleLine("article \(number)")),
            texts: [CatalogText(title: title, body: document.body)], created: Date(timeIntervalSince1970: 0),
            editor: .system)
        entry.tags = Set(document.tags.compactMap { TagName($0) })
        entry.state = .published
        entry.revision = revision
        return Article(entry: entry)
    }
}
