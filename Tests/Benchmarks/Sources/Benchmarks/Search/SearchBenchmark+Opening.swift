import Foundation
import Measuring
import SupportPortal

extension SearchBenchmark {
    /// Opening a portal whose articles are in files: until a guest has a page of them, which waits for no index, and until the first
    /// search has answered, which does.
    func open(_ corpus: SearchCorpus) async throws -> [Row] {
        let directory = FileManager.default.temporaryDirectory.appending(path: "search-benchmark-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        options.progress("filling files")
        let filled = try await JSONFileStorage(directory: directory, create: true, mode: .relaxed(upTo: .seconds(1)))
        try await OurIndex.store(corpus.documents, in: filled.articleStore)
        try await filled.close()
        var (page, search): ([Double], [Double]) = ([], [])
        let clock = ContinuousClock()
        for run in 1...options.runs {
            options.progress("opening, run \(run) of \(options.runs)")
            let start = clock.now
            let storage = try await JSONFileStorage(directory: directory)
            let articles = Portal(storage: storage).guest().knowledgebase
            let first = try await articles.articles(order: .newest)
            page.append((clock.now - start) / .milliseconds(1))
            let found = try await articles.search("configuration ")
            search.append((clock.now - start) / .milliseconds(1))
            takeIn(first.items.count + found.total)
            try await storage.close()
        }
        let size = grouped(corpus.documents.count)
        return [
            Row("Opening a portal with \(size) articles, until the first page", median(page), unit: "ms"),
            Row("Opening a portal with \(size) articles, until the first search has answered", median(search), unit: "ms"),
        ]
    }
}
