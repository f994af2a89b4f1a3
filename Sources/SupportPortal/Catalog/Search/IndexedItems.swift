import TextSearch

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What an index holds: no texts, but where their words are, and of each item what decides who may find it.
struct IndexedItems<Item: CatalogItem>: Sendable {
    /// A text of an item.
    struct Document: Sendable {
        var item: Int
        var language: String
        var textBytes: Int
        var vector: UnitVector?
    }

    /// What of an item decides in most searches whether it may be found. Held apart, with nothing in it to be counted as used: it is looked at for
    /// very many hits.
    struct Gate: Sendable {
        var sight: Int
        var published: Date
        var expires: Date
    }

    /// What else there is of an item.
    struct Facts: Sendable {
        var id: Item.ID
        var revision: Revision
        var tags: Set<TagName>
        /// The documents: in which part, and under which number there.
        var documents: [DocumentPlace]
    }

    /// Where a document is.
    struct DocumentPlace: Hashable, Sendable {
        var part: Int
        var ordinal: Int
    }

    /// The texts that are of one language to a search.
    struct Part: Sendable {
        var index: RankedIndex
        var documents: [Document?] = []
        /// The items that the documents are of.
        var owners: [Int] = []
        var free: [Int] = []
    }

    /// Title, tags and body.
    private static var fields: [SearchField] {
        [
            SearchField(weight: 6, lengthShare: 0.3, typicalLength: 8, halfCount: 0.5),
            SearchField(weight: 3, lengthShare: 0.3, typicalLength: 6, halfCount: 0.5),
            SearchField(weight: 1, lengthShare: 0.6, typicalLength: 400, halfCount: 1.2),
        ]
    }

    private(set) var parts: [Part]
    private(set) var items: [Facts?] = []
    private(set) var gates: [Gate] = []
    private(set) var sights = SightShelf<Item>()
    private var numbers: [Item.ID: Int] = [:]
    private var free: [Int] = []
    /// How far the store's feed was followed.
    var position = Position.start
    /// How many texts a model has not been asked about.
    private(set) var missingVectors = 0
    /// Bytes of UTF-8 of the texts that can be found.
    private(set) var textBytes = 0
    private var vectorBytes = 0

    /// Parameter `parts`: how many languages there are.
    init(parts: Int) { self.parts = (0..<parts).map { _ in Part(index: RankedIndex(fields: Self.fields)) } }

    var itemCount: Int { numbers.count }
    var documentCount: Int { parts.reduce(0) { $0 + $1.index.documentCount } }

    /// Bytes held, roughly: those of the words and vectors as they are, those of items by what one takes on average.
    var memory: Int {
        let documents = parts.reduce(0) {
            $0 + $1.documents.capacity * MemoryLayout<Document?>.stride + $1.owners.capacity * 8 + $1.index.memory
        }
        let facts = items.capacity * MemoryLayout<Facts?>.stride + gates.capacity * MemoryLayout<Gate>.stride
        // An id on the heap, an entry in a dictionary, a list of places.
        return documents + facts + numbers.count * 160 + sights.memory + vectorBytes
    }

    // MARK: Changing

    /// Adds an item, or puts it in place of what was known of it.
    mutating func set(_ new: PreparedItem<Item>, _ stemmers: [Stemmer]) {
        remove(new.id)
        let number = free.popLast() ?? items.count
        let gate = Gate(
            sight: sights.take(new.sight), published: new.published,
            expires: new.expires ?? Date(timeIntervalSince1970: .infinity))
        if number == items.count {
            items.append(nil)
            gates.append(gate)
        } else {
            gates[number] = gate
        }
        numbers[new.id] = number
        var facts = Facts(id: new.id, revision: new.revision, tags: new.tags, documents: [])
        for text in new.texts where parts.indices.contains(text.part) {
            let ordinal = parts[text.part].free.popLast() ?? parts[text.part].documents.count
            guard ordinal <= RankedIndex.maximumOrdinal else { continue }
            if ordinal == parts[text.part].documents.count {
                parts[text.part].documents.append(nil)
                parts[text.part].owners.append(number)
            }
            parts[text.part].owners[ordinal] = number
            let bytes = text.fields.reduce(0) { $0 + $1.utf8.count }
            parts[text.part].documents[ordinal] = Document(item: number, language: text.language, textBytes: bytes)
            parts[text.part].index.set(text.fields, stemmer: stemmers[text.part], at: ordinal)
            facts.documents.append(DocumentPlace(part: text.part, ordinal: ordinal))
            textBytes += bytes
            missingVectors += 1
        }
        items[number] = facts
    }

    /// To be called once many items were added: it makes searching faster.
    mutating func settle() {
        for part in parts.indices { parts[part].index.settle() }
    }

    /// Forgets an item, if it is there.
    mutating func remove(_ id: Item.ID) {
        guard let number = numbers.removeValue(forKey: id), let facts = items[number] else { return }
        for place in facts.documents {
            parts[place.part].index.remove(place.ordinal)
            if let document = parts[place.part].documents[place.ordinal] {
                textBytes -= document.textBytes
                vectorBytes -= (document.vector?.values.count ?? 0) * MemoryLayout<Float>.size
                if document.vector == nil { missingVectors -= 1 }
            }
            parts[place.part].documents[place.ordinal] = nil
            parts[place.part].free.append(place.ordinal)
        }
        sights.giveBack(gates[number].sight)
        items[number] = nil
        free.append(number)
    }

    // MARK: Vectors

    /// Items with texts that a model has not been asked about, with the revisions that are known of them.
    func itemsWithoutVectors(limit: Int) -> [Item.ID: Revision] {
        var found: [Item.ID: Revision] = [:]
        guard missingVectors > 0 else { return found }
        for case let facts? in items {
            guard found.count < limit else { break }
            let lacks = facts.documents.contains { parts[$0.part].documents[$0.ordinal].map { $0.vector == nil } ?? false }
            if lacks { found[facts.id] = facts.revision }
        }
        return found
    }

    /// Keeps the vectors of an item's texts, by their languages, unless the item is another by now.
    mutating func set(_ vectors: [String: UnitVector], of id: Item.ID, at revision: Revision) {
        guard let number = numbers[id], let facts = items[number], facts.revision == revision else { return }
        for place in facts.documents {
            guard var document = parts[place.part].documents[place.ordinal], document.vector == nil,
                let vector = vectors[document.language]
            else { continue }
            document.vector = vector
            parts[place.part].documents[place.ordinal] = document
            vectorBytes += vector.values.count * MemoryLayout<Float>.size
            missingVectors -= 1
        }
    }
}

/// An item as an index takes it in: its words ready, which takes longer than to put them in.
struct PreparedItem<Item: CatalogItem>: Sendable {
    struct Text: Sendable {
        var part: Int
        var language: String
        /// Title, tags with other keywords, body.
        var fields: [String]
    }

    let id: Item.ID
    let revision: Revision
    let sight: Sight<Item>
    let published: Date
    let expires: Date?
    let tags: Set<TagName>
    let texts: [Text]

    init(_ item: Item, _ languages: SearchLanguages) {
        let entry = item.entry
        id = entry.id
        revision = entry.revision
        sight = Sight(entry)
        published = entry.published
        expires = entry.expires
        tags = entry.tags
        let tagText = (entry.tags.sorted().map(\.rawValue) + item.keywords).joined(separator: " ")
        var known: Set<String> = []
        // Sessions store no two texts in one language; of those in a host's own store the first is shown.
        texts = entry.texts.filter { known.insert($0.language).inserted }.map { text in
            Text(
                part: languages.part(for: text.language), language: text.language,
                fields: [text.title.text, tagText, text.searchedBody])
        }
    }
}

extension CatalogText {
    /// The words of summary and body without markup.
    var searchedBody: String { summary.isEmpty ? plainBody : "\(summary)\n\(plainBody)" }

    /// The body as it reads: without markup.
    var plainBody: String { Markdown(body).plainText }
}
