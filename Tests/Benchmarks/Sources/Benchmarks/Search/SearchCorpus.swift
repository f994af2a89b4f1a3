import Foundation

/// Documents to search in, as the script `corpus` makes them.
struct SearchCorpus: Sendable {
    /// A document: an article of a knowledgebase.
    struct Document: Decodable, Sendable {
        var id: String
        var title: String
        var tags: [String]
        var body: String
    }

    let documents: [Document]
    /// Bytes of titles, tags and bodies.
    let textBytes: Int

    /// Reads a file of JSON Lines.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - count: The most documents; the first ones of the file count, whose order is mixed.
    ///   - isWanted: Documents that are taken even if they come later.
    init(path: String, count: Int, isWanted: (Document) -> Bool) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FileProblem(
                """
                there is no corpus at \(path): make it by `Tests/Benchmarks/corpus --cache DIRECTORY`, \
                and name its file with --corpus, or its directory with --cache
                """)
        }
        let decoder = JSONDecoder()
        var documents: [Document] = []
        for (place, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
            let document = try decoder.decode(Document.self, from: line)
            if place < count || isWanted(document) { documents.append(document) }
        }
        self.documents = documents
        textBytes = documents.reduce(0) { sum, document in
            sum + document.title.utf8.count + document.body.utf8.count + document.tags.reduce(0) { $0 + $1.utf8.count }
        }
    }
}
