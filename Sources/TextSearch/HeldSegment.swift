/// A segment, and which of its documents are gone.
struct HeldSegment: Sendable {
    let segment: RankedSegment
    private var removed: [UInt64]
    private(set) var removedCount = 0

    init(_ segment: RankedSegment) {
        self.segment = segment
        removed = Array(repeating: 0, count: (segment.ordinals.count + 63) / 64)
    }

    mutating func remove(_ document: Int) {
        guard !isRemoved(document) else { return }
        removed[document >> 6] |= 1 << UInt64(document & 63)
        removedCount += 1
    }

    var memory: Int { segment.memory + removed.capacity * 8 }
}

extension HeldSegment: RankedPart {
    var documentCount: Int { segment.ordinals.count }
    func isRemoved(_ document: Int) -> Bool { removed[document >> 6] >> UInt64(document & 63) & 1 != 0 }
    func ordinal(of document: Int) -> Int { Int(segment.ordinals[document]) }
    func number(of word: borrowing FoldedWord) -> Int? { segment.words.number(of: word) }
    func frequency(of number: Int) -> Int { segment.blocks(of: number).count }

    func numbers(startingWith prefix: FoldedWord, limit: Int) -> [Int] {
        let words = segment.words
        let start = words.place(of: prefix).number
        // The last byte of a letter is less than the greatest, so all words with the beginning are before this one.
        var behind = prefix
        behind.removeLast(1)
        behind.append(byte: prefix[prefix.byteCount - 1] + 1)
        return Array(start..<min(words.place(of: behind).number, start + limit))
    }

    func forEachWord(near typo: Typo, _ body: (FoldedWord) -> Void) {
        typo.forEachWord(in: segment.words, body)
    }

    func load(_ number: Int, _ worth: WordWorth) -> ScoredDocuments {
        let (words, factor) = (segment.bits, worth.factor)
        let bits = words.span
        let strengths = worth.strengths.span
        let blocks = segment.blocks(of: number)
        var documents = [UInt32](repeating: 0, count: blocks.count)
        var scores = [Float](repeating: 0, count: blocks.count)
        var documentSpan = documents.mutableSpan
        var scoreSpan = scores.mutableSpan
        for block in 0..<blocks.blockCount {
            let place = block * PostingBlocks.blockSize
            let codes = blocks.read(block, in: bits, into: &documentSpan, at: place)
            var reader = BitReader(at: codes.position, width: codes.width, in: bits)
            for index in 0..<blocks.count(of: block) {
                scoreSpan[place &+ index] = strengths[Int(reader.next(in: bits))] * factor
            }
        }
        return ScoredDocuments(documents: documents, scores: scores)
    }

    /// Calls back with the documents that have a word, and what it is worth there.
    @inline(__always)
    private func forEach(_ number: Int, _ worth: WordWorth, _ body: (_ document: Int, _ score: Float) -> Void) {
        let (words, factor) = (segment.bits, worth.factor)
        let bits = words.span
        let strengths = worth.strengths.span
        let blocks = segment.blocks(of: number)
        var documents = [UInt32](repeating: 0, count: min(PostingBlocks.blockSize, blocks.count))
        var documentSpan = documents.mutableSpan
        for block in 0..<blocks.blockCount {
            let codes = blocks.read(block, in: bits, into: &documentSpan, at: 0)
            var reader = BitReader(at: codes.position, width: codes.width, in: bits)
            for index in 0..<blocks.count(of: block) {
                body(Int(documentSpan[index]), strengths[Int(reader.next(in: bits))] * factor)
            }
        }
    }

    func add(_ number: Int, _ worth: WordWorth, coverage: Float, to sums: inout [SIMD2<Float>]) {
        var span = sums.mutableSpan
        forEach(number, worth) { document, score in span[document] += SIMD2(score, coverage) }
    }

    func raise(_ scores: inout [Float], with number: Int, _ worth: WordWorth) {
        var span = scores.mutableSpan
        forEach(number, worth) { document, score in
            if span[document] < score { span[document] = score }
        }
    }

    func collect(_ number: Int, _ worth: WordWorth, into hits: inout RankedHits, _ isAdmitted: (Int) -> Bool) {
        let (words, factor) = (segment.bits, worth.factor)
        let bits = words.span
        let strengths = worth.strengths.span
        let blocks = segment.blocks(of: number)
        var documents = [UInt32](repeating: 0, count: min(PostingBlocks.blockSize, blocks.count))
        var documentSpan = documents.mutableSpan
        var threshold = hits.threshold
        for block in 0..<blocks.blockCount {
            // No document of the block is worth more than this.
            guard strengths[Int(blocks.greatestCode(of: block, in: bits))] * factor >= threshold else { continue }
            let codes = blocks.read(block, in: bits, into: &documentSpan, at: 0)
            var reader = BitReader(at: codes.position, width: codes.width, in: bits)
            for index in 0..<blocks.count(of: block) {
                let score = strengths[Int(reader.next(in: bits))] * factor
                guard score >= threshold else { continue }
                if offer(documentSpan[index], score, to: &hits, isAdmitted) { threshold = hits.threshold }
            }
        }
    }

    func intersect(_ scored: inout ScoredDocuments, with number: Int, _ worth: WordWorth) {
        // Each array alone, as two parts of one variable cannot change at once.
        var (documents, scores) = (scored.documents, scored.scores)
        scored = ScoredDocuments()
        var kept = 0
        forEach(of: documents, number, worth) { place, score in
            documents[kept] = documents[place]
            scores[kept] = scores[place] + score
            kept &+= 1
        }
        scored = ScoredDocuments(documents: documents, scores: scores)
        scored.cut(to: kept)
    }

    func raise(_ scores: inout [Float], of documents: [UInt32], with number: Int, _ worth: WordWorth) {
        forEach(of: documents, number, worth) { place, score in
            if scores[place] < score { scores[place] = score }
        }
    }

    /// Calls back with the places of those of some documents, in order, that have a word, and what it is worth there.
    @inline(__always)
    private func forEach(
        of documents: [UInt32], _ number: Int, _ worth: WordWorth, _ body: (_ place: Int, _ score: Float) -> Void
    ) {
        let (words, factor) = (segment.bits, worth.factor)
        let bits = words.span
        let strengths = worth.strengths.span
        let wanted = documents.span
        let blocks = segment.blocks(of: number)
        var buffer = [UInt32](repeating: 0, count: min(PostingBlocks.blockSize, blocks.count))
        var block = Block(blocks, bits, &buffer)
        var span = buffer.mutableSpan
        for place in wanted.indices {
            let document = wanted[place]
            if document > block.last {
                guard block.advance(to: document, blocks, bits, &span) else { return }
            }
            while span[block.place] < document { block.place &+= 1 }
            guard span[block.place] == document else { continue }
            body(place, strengths[PostingBlocks.code(block.place, at: block.codes, in: bits)] * factor)
        }
    }

    /// The block of a word's postings that is being read.
    private struct Block {
        private var number = 0
        /// Its last document.
        private(set) var last: UInt32
        private(set) var codes: (position: Int, width: Int)
        /// The place of the next document, while there is one that is not less than all that were looked for.
        var place = 0

        init(_ blocks: PostingBlocks, _ bits: Span<UInt64>, _ buffer: inout [UInt32]) {
            var span = buffer.mutableSpan
            codes = blocks.read(0, in: bits, into: &span, at: 0)
            last = span[blocks.count(of: 0) - 1]
        }

        /// Reads the first block whose last document is not before one, which is after the last of this. Answers whether there is.
        mutating func advance(
            to document: UInt32, _ blocks: PostingBlocks, _ bits: Span<UInt64>, _ span: inout MutableSpan<UInt32>
        ) -> Bool {
            var (low, step) = (number + 1, 1)
            while low + step <= blocks.blockCount, blocks.last(of: low + step - 1, in: bits) < document {
                low += step
                step *= 2
            }
            var high = min(low + step - 1, blocks.blockCount)
            while low < high {
                let middle = (low + high) / 2
                if blocks.last(of: middle, in: bits) < document { low = middle + 1 } else { high = middle }
            }
            guard low < blocks.blockCount else { return false }
            number = low
            place = 0
            last = blocks.last(of: low, in: bits)
            codes = blocks.read(low, in: bits, into: &span, at: 0)
            return true
        }
    }
}
