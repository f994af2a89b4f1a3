import SupportPortalTesting
import Synchronization
import TextSearch

/// Our index, holding documents under their numbers.
final class OurIndex: Sendable {
    private let index: Mutex<RankedIndex>

    init() {
        index = Mutex(
            RankedIndex(fields: [
                SearchField(weight: 1.5, lengthShare: 0.5, typicalLength: 8, halfCount: 1.2),
                SearchField(weight: 0.5, lengthShare: 0.3, typicalLength: 4, halfCount: 1.2),
                SearchField(weight: 1, lengthShare: 0.5, typicalLength: 400, halfCount: 1.2),
            ]))
    }

    /// Adds documents, and makes one segment of them.
    func build(_ documents: [SearchCorpus.Document]) {
        for (number, document) in documents.enumerated() { add(document, at: number) }
        index.withLock { $0.settle() }
    }

    func add(_ document: SearchCorpus.Document, at number: Int) {
        index.withLock {
            $0.set([document.title, document.tags.joined(separator: " "), document.body], stemmer: .english, at: number)
        }
    }

    func update(_ old: SearchCorpus.Document, to new: SearchCorpus.Document, at number: Int) { add(new, at: number) }

    func remove(_ document: SearchCorpus.Document, at number: Int) { index.withLock { $0.remove(number) } }

    func matches(_ text: String, limit: Int) -> [Int] {
        let query = RankedQuery(text, stemmer: .english)
        return index.withLock { $0.search(query, limit: limit) { _ in true } }.map(\.ordinal)
    }

    func suggestions(subject: String, message: String, limit: Int) -> [Int] {
        let query = RankedQuery(subject: subject, message: message, stemmer: .english)
        return index.withLock { $0.search(query, limit: limit) { _ in true } }.map(\.ordinal)
    }

    var memory: Int { index.withLock { $0.memory } }
}
