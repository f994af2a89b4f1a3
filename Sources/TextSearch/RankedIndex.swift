/// Finds documents by their words, the best first.
///
/// It holds for each word the documents that have it and how much it counts in each, and no text: whether words stand together
/// is seen from the text (``PhraseMatcher``). Scores are sums over the words of a query: the rarity of the word times what it is
/// worth in the fields of the document, which grows less and less with every time that it is there (BM25F, after S. Robertson and
/// H. Zaragoza, "The probabilistic relevance framework", 2009, with a curve for each field of its own, so that being in a field of
/// great weight outranks being often in one of small weight).
///
/// New documents go into a part that can grow. When that is large enough it becomes a segment, which does not change any more, and
/// segments of about the same size become a larger one: so there are few, and a document is moved few times.
package struct RankedIndex: Sendable {
    /// What of a document is looked at.
    package struct Limits: Sendable {
        /// Bytes of UTF-8 of each text; what is beyond is not found.
        package var textBytes = 1 << 19
        /// Words of each text; what is beyond is not found.
        package var words = 1 << 16
        /// Postings of the part that grows before it becomes a segment.
        var postingsOfTail = 1 << 15

        /// The usual limits.
        package init() {}
    }

    /// The greatest number that a document can have.
    package static let maximumOrdinal = (1 << 26) - 1

    /// Where a document is.
    private struct Place: Sendable {
        /// Zero for nowhere, 1 for the tail, else the number of the segment plus two.
        var part: UInt32 = 0
        var document: UInt32 = 0
    }

    private static let documentsOfTail = 4096
    /// So many segments of about the same size become one.
    private static let mergeCount = 4

    let codes: FieldCodes
    private let limits: Limits
    private(set) var tail = RankedTail()
    private(set) var segments: [HeldSegment] = []
    private var places: [Place] = []
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
        if ordinal >= places.count { places.append(contentsOf: repeatElement(Place(), count: ordinal + 1 - places.count)) }
        let document = tail.add(texts, ordinal: ordinal, stemmer: stemmer, codes: codes, limits: limits)
        places[ordinal] = Place(part: 1, document: UInt32(document))
        documentCount += 1
        if tail.postingCount >= limits.postingsOfTail || tail.documentCount >= Self.documentsOfTail { sealTail() }
    }

    /// Removes a document; nothing happens if it is not there. Its words count in how rare words are until enough are gone.
    package mutating func remove(_ ordinal: Int) {
        guard places.indices.contains(ordinal), places[ordinal].part > 0 else { return }
        let place = places[ordinal]
        places[ordinal] = Place()
        documentCount -= 1
        guard place.part > 1 else { return tail.remove(Int(place.document)) }
        let index = Int(place.part) - 2
        segments[index].remove(Int(place.document))
        if segments[index].removedCount * 3 > segments[index].documentCount { merge(index..<index + 1) }
    }

    /// Makes one segment of all that is held. It makes searching faster after many documents were added.
    package mutating func settle() {
        sealTail()
        if segments.count > 1 || segments.contains(where: { $0.removedCount > 0 }) { merge(segments.indices) }
    }

    private mutating func sealTail() {
        guard tail.documentCount > 0 else { return }
        let sealed = tail.sealed()
        tail = RankedTail()
        guard let sealed else { return }
        segments.append(HeldSegment(sealed))
        setPlaces(of: segments.count - 1)
        while let last = segments.last.map({ level(of: $0) }) {
            let start = segments.lastIndex { level(of: $0) > last }.map { $0 + 1 } ?? 0
            guard segments.count - start >= Self.mergeCount else { return }
            merge(start..<segments.count)
        }
    }

    /// Segments of the same level are merged.
    private func level(of held: HeldSegment) -> Int {
        (Int.bitWidth - (held.segment.postingCount / max(limits.postingsOfTail, 1)).leadingZeroBitCount) / 2
    }

    private mutating func merge(_ range: Range<Int>) {
        let merged = RankedSegment.merge(segments[range])
        segments.replaceSubrange(range, with: merged.map { [HeldSegment($0)] } ?? [])
        // Those behind have moved.
        for index in range.lowerBound..<segments.count { setPlaces(of: index) }
    }

    private mutating func setPlaces(of index: Int) {
        let held = segments[index]
        for document in 0..<held.documentCount where !held.isRemoved(document) {
            places[held.ordinal(of: document)] = Place(part: UInt32(index + 2), document: UInt32(document))
        }
    }

    /// Bytes held, but for those of the allocator.
    package var memory: Int {
        segments.reduce(tail.memory + places.capacity * MemoryLayout<Place>.stride + codes.strengths.count * 4) {
            $0 + $1.memory
        }
    }
}
