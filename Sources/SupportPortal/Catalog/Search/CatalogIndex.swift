import Synchronization
import TextSearch

/// The portal's own search over what a section publishes: an index of the words of all texts, in memory, with any store below it.
///
/// It is made at the first search, or by ``prepare()``, in the background and piece by piece; afterwards each search first takes in what the store's
/// feed says has changed, whoever changed it, in this process or another. A store without a feed (``EventStore/changes(_:)`` by default) is read once:
/// what is new there is found after ``refresh()``. What was removed or hidden meanwhile is not shown in either case, as every hit is read again.
///
/// It holds no texts. Memory grows with the texts, of each of which half a megabyte and 65,536 words count; ``memory`` tells how much it is. A portal
/// makes one for each section and keeps it: a host that makes portals often should make the index itself and give it to each, in ``PortalSearch``.
public final class CatalogIndex<Item: CatalogItem>: CatalogSearching {
    struct State {
        var core: IndexCore<Item>?
        var update: Task<IndexCore<Item>, any Error>?
        /// How many updates have begun.
        var updates = 0
        var embedding: Task<Void, Never>?
        /// Not before then is a model asked again that has failed.
        var nextEmbedding: Int64 = .min
    }

    /// The most items in which phrases are looked for: the best ones that have all their words.
    public static var phraseCandidates: Int { 500 }
    /// How many of the nearest texts a model has a say in.
    static var neighbours: Int { 20 }
    /// How many of the words' hits are fused with them.
    private static var fusedHits: Int { 200 }

    let store: any CatalogStore<Item>
    let languages: SearchLanguages
    let environment: PortalEnvironment
    let embedding: (any TextEmbedding)?
    private let patience: Patience
    let state = Mutex(State())

    /// Makes an index; reads nothing yet.
    /// - Parameters:
    ///   - store: what is searched.
    ///   - search: languages and the embedding model; nothing else of it matters here.
    ///   - environment: the clock.
    public init(
        _ store: any CatalogStore<Item>, _ search: PortalSearch = PortalSearch(),
        environment: PortalEnvironment = PortalEnvironment()
    ) {
        self.store = store
        self.environment = environment
        languages = SearchLanguages(search.languages, unmarked: search.unmarkedLanguage)
        embedding = search.embedding
        patience = Patience(search.deadline, environment)
    }

    /// How many texts can be found; none before the index is made.
    public var documentCount: Int { state.withLock { $0.core }?.content.withLock { $0.documentCount } ?? 0 }
    /// Bytes of UTF-8 of the texts that can be found.
    public var textBytes: Int { state.withLock { $0.core }?.content.withLock { $0.textBytes } ?? 0 }
    /// Bytes that the index holds, roughly, those of the allocator aside.
    public var memory: Int { state.withLock { $0.core }?.content.withLock { $0.memory } ?? 0 }

    // MARK: Searching

    /// See ``CatalogSearching/search(_:)``.
    /// - Throws: what the store throws; `CancellationError`.
    public func search(_ request: CatalogSearchRequest<Item>) async throws -> [CatalogHit<Item>] {
        try await find(request, counts: false).hits
    }

    /// The best hits, and how many there are. With a phrase, of the first ``phraseCandidates`` that have all words those count that have the phrase.
    /// - Throws: what the store throws; `CancellationError`.
    public func find(_ request: CatalogSearchRequest<Item>) async throws -> CatalogFindings<Item> {
        try await find(request, counts: true)
    }

    private func find(_ request: CatalogSearchRequest<Item>, counts: Bool) async throws -> CatalogFindings<Item> {
        let queries = languages.stemmers.map { request.text.query($0) }
        guard request.limit > 0, queries.contains(where: { !$0.isEmpty }) else { return CatalogFindings() }
        var filter = request.filter
        if filter.slug != nil {
            // Slugs are not in the index.
            let named = try await store.items(CatalogQuery(in: request.scope, filter, page: PageRequest(limit: 1))).items
            filter.ids = Set(named.map(\.id))
            filter.slug = nil
        }
        let core = try await upToDate()
        let hasPhrases = queries.contains { !$0.phrases.isEmpty }
        var limit = request.limit
        if hasPhrases { limit = Swift.max(limit, Self.phraseCandidates) }
        // Where a model has a say, the first pages are cut from one and the same ranking.
        if embedding != nil { limit = Swift.max(limit, Self.fusedHits) }
        let (depth, wanted) = (limit, filter)
        var findings = core.content.withLock { content in
            content.find(
                queries, IndexAdmission(request.scope, wanted, content.sights), language: request.language, limit: depth,
                counts: counts)
        }
        if hasPhrases { findings = try await verified(findings, queries, request) }
        guard !hasPhrases, let model = embedding else { return findings.first(request.limit) }
        startEmbedding(core)
        return await fused(findings, model, core, request, wanted).first(request.limit)
    }

    /// The hits whose texts have the phrases, with the words next to each other.
    private func verified(
        _ findings: CatalogFindings<Item>, _ queries: [RankedQuery], _ request: CatalogSearchRequest<Item>
    ) async throws -> CatalogFindings<Item> {
        var verified = CatalogFindings<Item>()
        var rest = findings.hits.prefix(Self.phraseCandidates)
        while !rest.isEmpty {
            try Task.checkCancellation()
            let hits = Array(rest.prefix(50))
            rest = rest.dropFirst(50)
            let filter = CatalogFilter<Item> { $0.ids = Set(hits.map(\.id)) }
            let page = PageRequest(limit: hits.count)
            let found = try await store.items(CatalogQuery(in: request.scope, filter, page: page)).items
            let byID = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
            verified.hits += try await onThread { [languages] in
                hits.compactMap { hit in byID[hit.id].flatMap { hit.having(queries, $0, languages, request.language) } }
            }
        }
        verified.total = verified.hits.count
        return verified
    }

    /// The ranking of the words and that of the model together, as far as the model answers in time.
    private func fused(
        _ findings: CatalogFindings<Item>, _ model: any TextEmbedding, _ core: IndexCore<Item>,
        _ request: CatalogSearchRequest<Item>, _ filter: CatalogFilter<Item>
    ) async -> CatalogFindings<Item> {
        let text = request.text.embedded
        let answer = await patience.ask { try await model.vectors(for: [text]) }
        guard let vector = answer?.first.flatMap(UnitVector.init) else { return findings }
        let nearest = core.content.withLock { content in
            content.nearest(to: vector, IndexAdmission(request.scope, filter, content.sights), limit: Self.neighbours)
        }
        var fusion = RankFusion<Item.ID>()
        fusion.add(findings.hits.map(\.id))
        fusion.add(nearest.map(\.id))
        var languages = Dictionary(nearest.map { ($0.id, String?.some($0.language)) }) { first, _ in first }
        for hit in findings.hits { languages[hit.id] = hit.language }
        let known = Set(findings.hits.map(\.id))
        return CatalogFindings(
            hits: fusion.ranking.map { CatalogHit($0.element, language: languages[$0.element] ?? nil, score: $0.score) },
            total: findings.total + nearest.count { !known.contains($0.id) })
    }
}

extension CatalogFindings {
    fileprivate func first(_ limit: Int) -> CatalogFindings {
        CatalogFindings(hits: Array(hits.prefix(limit)), total: total)
    }
}

extension CatalogHit {
    /// The hit, if a text of the item has all the phrases of the query: with the language of that text.
    fileprivate func having(
        _ queries: [RankedQuery], _ item: Item, _ languages: SearchLanguages, _ wanted: String?
    ) -> CatalogHit? {
        let texts = item.entry.texts.filter { text in
            let part = languages.part(for: text.language)
            let whole = [text.title.text, text.searchedBody]
            return !queries[part].phrases.isEmpty
                && queries[part].phrases.allSatisfy { phrase in
                    whole.contains { phrase.matches($0, stemmer: languages.stemmers[part]) }
                }
        }
        let own = texts.first { $0.language == language }
        guard let text = own ?? texts.preferred(for: wanted) else { return nil }
        return CatalogHit(id, language: text.language, score: score)
    }
}

extension CatalogSearchText {
    func query(_ stemmer: Stemmer) -> RankedQuery {
        switch self {
        case .words(let text): RankedQuery(text, stemmer: stemmer)
        case .message(let subject, let message): RankedQuery(subject: subject, message: message, stemmer: stemmer)
        case .like(let text): RankedQuery(similarTo: [text.title.text, text.searchedBody], stemmer: stemmer)
        }
    }

    /// What a model is asked about.
    var embedded: String {
        switch self {
        case .words(let text): text
        case .message(let subject, let message): "\(subject)\n\(message)".firstBytes(CatalogText.embeddedBytes)
        case .like(let text): text.embedded
        }
    }
}

extension CatalogText {
    /// How much of a text models are asked about, in bytes of UTF-8.
    static var embeddedBytes: Int { 4_000 }

    /// What a model is asked about.
    var embedded: String { "\(title)\n\(searchedBody)".firstBytes(Self.embeddedBytes) }
}

extension String {
    /// The beginning, at most so many bytes of UTF-8, without the rest of a character that was cut.
    func firstBytes(_ count: Int) -> String {
        guard utf8.count > count, count > 0 else { return count > 0 ? self : "" }
        var end = utf8.index(startIndex, offsetBy: count)
        while end > startIndex, !end.isOnScalar(of: self) { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}

extension String.Index {
    fileprivate func isOnScalar(of text: String) -> Bool { samePosition(in: text.unicodeScalars) != nil }
}
