import TextSearch

/// An index and, beside it, the texts themselves, from which it is plain what a query must find.
struct ReferenceIndex {
    struct Field {
        let text: String
        let weight: UInt8
        let isRestricted: Bool
    }

    private(set) var index = WordIndex()
    private(set) var fields: [WordIndex.Document: [Field]] = [:]

    mutating func makeDocument() -> WordIndex.Document? {
        guard let document = index.makeDocument() else { return nil }
        // A number that is still in use must not be given out again.
        guard fields.updateValue([], forKey: document) == nil else { return nil }
        return document
    }

    mutating func add(_ field: Field, to document: WordIndex.Document) {
        index.add(field.text, weight: field.weight, isRestricted: field.isRestricted, to: document)
        fields[document]?.append(field)
    }

    mutating func remove(_ document: WordIndex.Document) {
        index.remove(document)
        fields[document] = nil
    }

    /// In what the index differs from the texts, `nil` if in nothing.
    func difference(of text: String, includingRestricted: Bool) -> String? {
        let query = WordQuery(text)
        let expected = fields.compactMap { document, fields in
            query.rank(of: fields.filter { includingRestricted || !$0.isRestricted }.map { ($0.text, $0.weight) })
                .map { WordMatch(document: document, rank: $0) }
        }.sorted { $0.document.ordinal < $1.document.ordinal }
        let found = index.matches(query, includingRestricted: includingRestricted)
        if found != expected { return "\(text.debugDescription), \(includingRestricted): found \(found), expected \(expected)" }
        if !found.isEmpty, index.cost(of: query) < found.count { return "\(text.debugDescription) costs too little" }
        return index.documentCount == fields.count ? nil : "\(index.documentCount) documents, expected \(fields.count)"
    }
}
