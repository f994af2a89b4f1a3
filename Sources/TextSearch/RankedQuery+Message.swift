extension RankedQuery {
    /// The most bytes of a message that are looked at for suggestions.
    package static let maximumMessageBytes = 16_384
    /// The most different words of a message that are looked up.
    private static let maximumMessageWords = 400
    /// The most words that are looked for: enough for the matter to be among them however much else is told.
    private static let tellingWords = 40
    private static let subjectWeight: Float = 1.3
    private static let outputWeight: Float = 0.5

    /// The telling words of a message that somebody is writing, for finding what answers it.
    ///
    /// Greetings, signatures and quoted lines are left out (``MessageReader``), words of grammar and politeness count less, and so
    /// do words that are only in what looks like the output of a program. Of the others those tell most that are rare in the index
    /// and come more than once; words that the index has not are left out. Only the first ``maximumMessageBytes`` of each text
    /// count, so it takes no longer for a longer message.
    ///
    /// - Parameters:
    ///   - subject: The subject; its words count somewhat more.
    ///   - message: The message.
    ///   - stemmer: The stemmer of its language.
    package init(subject: String, message: String, stemmer: Stemmer) {
        var words = MessageWords(stemmer: stemmer, limit: Self.maximumMessageWords)
        Self.withHead(of: subject) { words.add($0, weight: Self.subjectWeight) }
        Self.withHead(of: message) { bytes in
            MessageReader.forEachLine(of: bytes) { line in
                words.add(bytes.extracting(line.range), weight: line.isOutput ? Self.outputWeight : 1)
            }
        }
        self.init(words: words.words, mode: .any(telling: Self.tellingWords), stemmer: stemmer)
    }

    /// The telling words of a document, for finding documents that are like it. The document itself is the one most like it, so
    /// do not admit it.
    ///
    /// - Parameters:
    ///   - texts: The texts of its fields; the words of all but the last count somewhat more.
    ///   - stemmer: The stemmer of its language.
    package init(similarTo texts: [String], stemmer: Stemmer) {
        var words = MessageWords(stemmer: stemmer, limit: Self.maximumMessageWords)
        for (index, text) in texts.enumerated() {
            Self.withHead(of: text) { words.add($0, weight: index == texts.count - 1 ? 1 : Self.subjectWeight) }
        }
        self.init(words: words.words, mode: .any(telling: Self.tellingWords), stemmer: stemmer)
    }

    private static func withHead(of text: String, _ body: (Span<UInt8>) -> Void) {
        var text = text
        text.withUTF8 { buffer in
            let bytes = unsafe buffer.span
            body(bytes.extracting(first: min(bytes.count, maximumMessageBytes)))
        }
    }
}

/// Counts the words of a message.
private struct MessageWords {
    private let stemmer: Stemmer
    private let limit: Int
    private var table = WordTable(capacity: 64)
    private var stems: [FoldedWord] = []
    private var counts: [Float] = []
    private var weights: [Float] = []

    init(stemmer: Stemmer, limit: Int) { (self.stemmer, self.limit) = (stemmer, limit) }

    /// Adds the words of a text. A word that comes again counts more, though less and less, and has the greatest of its weights;
    /// if that is less than 1, coming again makes no difference: logs repeat themselves.
    mutating func add(_ bytes: Span<UInt8>, weight: Float) {
        WordScanner.scan(bytes, for: .query, stemmer: stemmer) { stem, _ in
            let (number, isNew) = table.insert(stem)
            if isNew {
                stems.append(copy stem)
                counts.append(0)
                weights.append(0)
            }
            if weight >= 1 { counts[number] += 1 }
            weights[number] = max(weights[number], weight)
            return stems.count < limit
        }
    }

    var words: [RankedQuery.Word] {
        stems.indices.map { index in
            let count = max(counts[index], 1)
            var word = RankedQuery.Word(stem: stems[index], written: stems[index])
            word.weight = weights[index] * 2 * count / (count + 1)
            if stemmer.isFiller(word.stem) {
                word.isFiller = true
                word.weight *= RankedQuery.fillerWeight
            }
            return word
        }
    }
}
