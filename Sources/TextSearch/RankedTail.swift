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
    private var first8: [UInt64] = []

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
                    first8.append(word.first)
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
            + counts.capacity * 2 + first8.capacity * 8 + table.memory
    }
}

extension RankedTail: RankedPart {
    var documentCount: Int { ordinals.count }
    func isRemoved(_ document: Int) -> Bool { isGone[document] }
    func ordinal(of document: Int) -> Int { Int(ordinals[document]) }
    func number(of word: FoldedWord) -> Int? { table.number(of: word) }
    func frequency(of number: Int) -> Int { Int(frequencies[number]) }

    func forEachWord(startingWith prefix: FoldedWord, _ body: (_ number: Int, _ word: borrowing FoldedWord) -> Bool) {
        // There are few words, and looking at all takes no longer than keeping them in order would.
        let isShort = prefix.rest.isEmpty
        for number in first8.indices {
            if isShort ? !prefix.isPrefix(ofFirst: first8[number]) : prefix.first != first8[number] { continue }
            let word = table.withRest(of: number) { FoldedWord(first: first8[number], rest: $0) }
            if isShort || prefix.isPrefix(ofFirst: word.first, rest: word.rest.span) {
                if !body(number, word) { return }
            }
        }
    }

    func append(_ number: Int, to postings: inout RankedPostings) {
        let start = postings.documents.count
        var next = heads[number]
        while next != 0 {
            let link = links[Int(next) - 1]
            postings.documents.append(UInt32(link.document))
            postings.codes.append(link.code)
            next = link.next
        }
        postings.documents[start...].reverse()
        postings.codes[start...].reverse()
    }

    func intersect(_ scored: inout ScoredDocuments, with number: Int, worth strengths: Span<Float>, times factor: Float) {
        var next = heads[number]
        // Both from the last to the first; what is kept gathers at the end.
        var (place, kept) = (scored.documents.count, scored.documents.count)
        while next != 0, place > 0 {
            let link = links[Int(next) - 1]
            if scored.documents[place - 1] > UInt32(link.document) {
                place -= 1
            } else {
                if scored.documents[place - 1] == UInt32(link.document) {
                    place -= 1
                    kept -= 1
                    scored.documents[kept] = scored.documents[place]
                    scored.scores[kept] = scored.scores[place] + strengths[Int(link.code)] * factor
                }
                next = link.next
            }
        }
        scored.documents.removeSubrange(0..<kept)
        scored.scores.removeSubrange(0..<kept)
    }
}
