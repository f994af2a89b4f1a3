/// Finds documents by their words, the best first.
///
/// It holds for each word the documents that have it and how much it counts in each, and no text: whether words stand together
/// is seen from the text (``PhraseMatcher``). Scores are sums over the words of a query: the rarity of the word times what it is
/// worth in the fields of the document, which grows less and less with every time that it is there (BM25F, after S. Robertson and
/// H. Zaragoza, "The probabilistic relevance framework", 2009, with a curve for each field of its own, so that being in a field of
/// great weight outranks being often in one of small weight).
package struct RankedIndex: Sendable {
    /// What of a document is looked at.
    package struct Limits: Sendable {
        /// Bytes of UTF-8 of each text; what is beyond is not found.
        package var textBytes = 1 << 19
        /// Words of each text; what is beyond is not found.
        package var words = 1 << 16

        /// The usual limits.
        package init() {}
    }

    /// The greatest number that a document can have.
    package static let maximumOrdinal = (1 << 26) - 1

    let codes: FieldCodes
    private let limits: Limits
    private(set) var tail = RankedTail()
    /// For each number of a document, its place in the tail plus one; zero where there is none.
    private var places: [UInt32] = []
    /// How many documents there are.
    package private(set) var documentCount = 0

    /// An index without documents. Of more than four fields the first four count.
    package init(fields: [SearchField], limits: Limits = Limits()) {
        codes = FieldCodes(fields: fields)
        self.limits = limits
    }

    /// Adds a document, or puts it in place of the one with that number.
    ///
    /// - Parameters:
    ///   - texts: A text for each field; missing ones are empty.
    ///   - stemmer: The stemmer of the document's language.
    ///   - ordinal: A number that the caller gives out, from zero to ``maximumOrdinal``, with few gaps, as memory is held for all
    ///     numbers up to the greatest. Nothing happens if it is another.
    package mutating func set(_ texts: [String], stemmer: Stemmer, at ordinal: Int) {
        guard 0...Self.maximumOrdinal ~= ordinal else { return }
        remove(ordinal)
        if ordinal >= places.count { places.append(contentsOf: repeatElement(0, count: ordinal + 1 - places.count)) }
        places[ordinal] = UInt32(tail.add(texts, ordinal: ordinal, stemmer: stemmer, codes: codes, limits: limits) + 1)
        documentCount += 1
    }

    /// Removes a document; nothing happens if it is not there. How rare its words are is only seen later, when enough are gone.
    package mutating func remove(_ ordinal: Int) {
        guard places.indices.contains(ordinal), places[ordinal] > 0 else { return }
        tail.remove(Int(places[ordinal]) - 1)
        places[ordinal] = 0
        documentCount -= 1
    }

    /// Bytes held, but for those of the allocator.
    package var memory: Int { tail.memory + places.capacity * 4 }
}
