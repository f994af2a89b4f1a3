extension RankedSegment {
    /// One segment of several, in their order, without the documents that are gone; `nil` if none is left.
    static func merge(_ parts: some Collection<HeldSegment>) -> RankedSegment? {
        var sources: [Source] = []
        var ordinals: [UInt32] = []
        for part in parts {
            var numbers = [UInt32](repeating: .max, count: part.documentCount)
            for document in 0..<part.documentCount where !part.isRemoved(document) {
                numbers[document] = UInt32(ordinals.count)
                ordinals.append(part.segment.ordinals[document])
            }
            sources.append(Source(part.segment, numbers: numbers))
        }
        guard !ordinals.isEmpty else { return nil }
        sources.removeAll { $0.isAtEnd }
        var builder = RankedSegmentBuilder(ordinals: ordinals)
        var postings = RankedPostings()
        var word = FoldedWord()
        while !sources.isEmpty {
            var least = 0
            for index in 1..<max(sources.count, 1) where sources[index].word.precedes(sources[least].word) { least = index }
            word = sources[least].word
            postings.removeAll()
            var hasEnded = false
            for index in least..<sources.count where sources[index].word == word {
                sources[index].append(to: &postings)
                if sources[index].isAtEnd { hasEnded = true }
            }
            builder.append(word, postings)
            if hasEnded { sources.removeAll { $0.isAtEnd } }
        }
        return builder.finish()
    }

    /// A segment that is being merged with others.
    private struct Source {
        private let segment: RankedSegment
        /// The new number of each document, the greatest number for those that are gone.
        private let numbers: [UInt32]
        private var cursor: RankedWords.Cursor
        private(set) var isAtEnd: Bool

        init(_ segment: RankedSegment, numbers: [UInt32]) {
            self.segment = segment
            self.numbers = numbers
            cursor = RankedWords.Cursor(before: 0, in: segment.words)
            isAtEnd = false
            goOn()
        }

        var word: FoldedWord { cursor.word }

        /// Adds the postings of the word, and goes on to the next.
        mutating func append(to postings: inout RankedPostings) {
            let (words, numbers) = (segment.bits, numbers)
            let bits = words.span
            let blocks = segment.blocks(of: cursor.number)
            var documents = [UInt32](repeating: 0, count: min(PostingBlocks.blockSize, blocks.count))
            for block in 0..<blocks.blockCount {
                var span = documents.mutableSpan
                let codes = blocks.read(block, in: bits, into: &span, at: 0)
                var reader = BitReader(at: codes.position, width: codes.width, in: bits)
                for index in 0..<blocks.count(of: block) {
                    let code = UInt16(truncatingIfNeeded: reader.next(in: bits))
                    let number = numbers[Int(span[index])]
                    guard number != .max else { continue }
                    postings.documents.append(number)
                    postings.codes.append(code)
                }
            }
            goOn()
        }

        private mutating func goOn() {
            let words = segment.words
            isAtEnd = !cursor.next(in: words)
        }
    }
}
