/// The documents that came to a ``RankedIndex`` last: a part that can grow.
///
/// The postings of a word are linked, the latest first.
struct RankedTail: Sendable {
    private struct Link: Sendable {
        /// The place of the next link plus one.
        var next: UInt32
        var document: UInt16
        var code: UInt16
    }

    private(set) var table = WordTable()
    private var links: [Link] = []
    /// For each word, the place of its first link plus one.
    private var heads: [UInt32] = []
    private var frequencies: [UInt32] = []
    private var ordinals: [UInt32] = []
    private var isGone: [Bool] = []
    private(set) var removedCount = 0

    /// For each word, how often it is in each field of the document that is being added.
    private var counts: [UInt16] = []
    private var touched: [UInt32] = []
    private var heads8: [UInt64] = []

    var postingCount: Int { links.count }
    var wordCount: Int { heads.count }
    /// How many documents there can be.
    static let maximumDocuments = Int(UInt16.max)

    /// Adds a document, and answers its number. There must be room for it.
    mutating func add(_ texts: [String], ordinal: Int, stemmer: Stemmer, codes: FieldCodes, limits: RankedIndex.Limits) -> Int {
        var factors = [Float](repeating: 1, count: codes.fieldCount)
        for (field, text) in texts.prefix(codes.fieldCount).enumerated() {
            let wordCount = count(text, in: field, stemmer: stemmer, fieldCount: codes.fieldCount, limits: limits)
            factors[field] = codes.factor(of: field, wordCount: wordCount)
        }
        let document = ordinals.count
        ordinals.append(UInt32(ordinal))
        isGone.append(false)
        for number in touched {
            var code: UInt16 = 0
            for field in 0..<codes.fieldCount {
                let place = Int(number) * codes.fieldCount + field
                guard counts[place] > 0 else { continue }
                code |= codes.code(of: field, relativeCount: Float(counts[place]) * factors[field])
                counts[place] = 0
            }
            links.append(Link(next: heads[Int(number)], document: UInt16(document), code: code))
            heads[Int(number)] = UInt32(links.count)
            frequencies[Int(number)] += 1
        }
        touched.removeAll(keepingCapacity: true)
        return document
    }

    /// Counts the words of a text, and answers how many there are.
    private mutating func count(
        _ text: String, in field: Int, stemmer: Stemmer, fieldCount: Int, limits: RankedIndex.Limits
    ) -> Int {
        var text = text
        var wordCount = 0
        text.withUTF8 { buffer in
            let bytes = unsafe buffer.span
            let head = bytes.extracting(first: min(limits.textBytes, bytes.count))
            WordScanner.scan(head, for: .document, stemmer: stemmer) { word, _ in
                let (number, isNew) = table.insert(word)
                if isNew {
                    heads.append(0)
                    frequencies.append(0)
                    heads8.append(word.first)
                    for _ in 0..<fieldCount { counts.append(0) }
                }
                let place = number * fieldCount
                var isTouched = false
                for other in 0..<fieldCount where counts[place + other] > 0 { isTouched = true }
                if !isTouched { touched.append(UInt32(number)) }
                if counts[place + field] < .max { counts[place + field] += 1 }
                wordCount += 1
                return wordCount < limits.words
            }
        }
        return wordCount
    }

    mutating func remove(_ document: Int) {
        guard !isGone[document] else { return }
        isGone[document] = true
        removedCount += 1
    }

    var memory: Int {
        links.capacity * 8 + (heads.capacity + frequencies.capacity + ordinals.capacity) * 4 + isGone.capacity
            + counts.capacity * 2 + heads8.capacity * 8 + table.memory
    }
}

extension RankedTail: RankedPart {
    var documentCount: Int { ordinals.count }
    func isRemoved(_ document: Int) -> Bool { isGone[document] }
    func ordinal(of document: Int) -> Int { Int(ordinals[document]) }
    func number(of word: borrowing FoldedWord) -> Int? { table.number(of: copy word) }
    func frequency(of number: Int) -> Int { Int(frequencies[number]) }

    // There are few words, and looking at all of them takes no longer than keeping them in order would.
    func numbers(startingWith prefix: FoldedWord, limit: Int) -> [Int] {
        var numbers: [Int] = []
        let isShort = prefix.rest.isEmpty
        let heads = heads8.span
        for number in heads.indices where numbers.count < limit {
            if isShort {
                if prefix.isPrefix(ofFirst: heads[number]) { numbers.append(number) }
            } else if prefix.first == heads[number],
                table.withRest(of: number, { prefix.isPrefix(ofFirst: prefix.first, rest: $0) })
            {
                numbers.append(number)
            }
        }
        return numbers
    }

    func forEachWord(near typo: Typo, _ body: (FoldedWord) -> Void) {
        for number in heads8.indices {
            let word = word(of: number)
            if typo.isNear(word) { body(word) }
        }
    }

    private func word(of number: Int) -> FoldedWord {
        table.withRest(of: number) { FoldedWord(first: heads8[number], rest: $0) }
    }

    /// Calls back with the postings of a word, the latest first.
    @inline(__always)
    private func forEachLink(of number: Int, _ body: (Link) -> Void) {
        var next = heads[number]
        while next != 0 {
            let link = links[Int(next) - 1]
            body(link)
            next = link.next
        }
    }

    func load(_ number: Int, _ worth: WordWorth) -> ScoredDocuments {
        var scored = ScoredDocuments()
        forEachLink(of: number) {
            scored.documents.append(UInt32($0.document))
            scored.scores.append(worth.strengths[Int($0.code)] * worth.factor)
        }
        scored.documents.reverse()
        scored.scores.reverse()
        return scored
    }

    func intersect(_ scored: inout ScoredDocuments, with number: Int, _ worth: WordWorth) {
        scored.intersect(with: load(number, worth))
    }

    func add(_ number: Int, _ worth: WordWorth, coverage: Float, to sums: inout [SIMD2<Float>]) {
        forEachLink(of: number) {
            sums[Int($0.document)] += SIMD2(worth.strengths[Int($0.code)] * worth.factor, coverage)
        }
    }

    func raise(_ scores: inout [Float], with number: Int, _ worth: WordWorth) {
        forEachLink(of: number) {
            scores[Int($0.document)] = max(scores[Int($0.document)], worth.strengths[Int($0.code)] * worth.factor)
        }
    }

    func raise(_ scores: inout [Float], of documents: [UInt32], with number: Int, _ worth: WordWorth) {
        // Both from the last to the first.
        var place = documents.count - 1
        forEachLink(of: number) {
            while place >= 0, documents[place] > UInt32($0.document) { place -= 1 }
            guard place >= 0, documents[place] == UInt32($0.document) else { return }
            scores[place] = max(scores[place], worth.strengths[Int($0.code)] * worth.factor)
        }
    }

    func collect(_ number: Int, _ worth: WordWorth, into hits: inout RankedHits, _ isAdmitted: (Int) -> Bool) {
        collect(load(number, worth), into: &hits, isAdmitted)
    }
}

extension RankedTail {
    /// The documents that are there, as a segment; `nil` if none is.
    func sealed() -> RankedSegment? {
        var numbers = [UInt32](repeating: .max, count: ordinals.count)
        var kept: [UInt32] = []
        for document in ordinals.indices where !isGone[document] {
            numbers[document] = UInt32(kept.count)
            kept.append(ordinals[document])
        }
        guard !kept.isEmpty else { return nil }
        var builder = RankedSegmentBuilder(ordinals: kept)
        let order = heads8.indices.map { (head: heads8[$0], number: $0) }.sorted {
            $0.head != $1.head ? $0.head < $1.head : word(of: $0.number).precedes(word(of: $1.number))
        }
        var postings = RankedPostings()
        for (_, number) in order {
            postings.removeAll()
            forEachLink(of: number) {
                let document = numbers[Int($0.document)]
                guard document != .max else { return }
                postings.documents.append(document)
                postings.codes.append($0.code)
            }
            postings.documents.reverse()
            postings.codes.reverse()
            builder.append(word(of: number), postings)
        }
        return builder.finish()
    }
}
