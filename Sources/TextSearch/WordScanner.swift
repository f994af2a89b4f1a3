/// Finds the words of a text.
///
/// A word is a run of letters, digits and marks; everything else divides words, an apostrophe too: `l’été` is `l` and `ete`, so
/// that whoever looks for `été` finds it. Of scripts that are written without spaces (Chinese, Japanese, Korean, Thai and its
/// neighbours) every two letters that follow each other are a word.
struct WordScanner {
    /// What the words are wanted for.
    enum Purpose {
        /// To be found: the last letter of a run without spaces is a word of its own as well, so that each single letter begins a
        /// word.
        case document
        /// To be looked for: a letter without spaces is a word only if it stands alone.
        case query
    }

    private let purpose: Purpose
    private let stemmer: Stemmer
    private var word = FoldedWord()
    /// Where the word began.
    private var wordStart = 0
    private var run = SpacelessRun()
    /// Where the last two letters of the run began.
    private var runStarts = (earlier: 0, latest: 0)

    private init(purpose: Purpose, stemmer: Stemmer) {
        self.purpose = purpose
        self.stemmer = stemmer
    }

    /// Calls back with each word, in order, until it answers `false`. Answers whether the text ends within a word.
    @discardableResult @inline(__always)
    static func scan(_ text: String, for purpose: Purpose, _ body: (borrowing FoldedWord) -> Bool) -> Bool {
        var text = text
        return text.withUTF8 { buffer in
            unsafe scan(buffer.span, for: purpose, stemmer: .none) { word, _ in body(word) }
        }
    }

    /// Calls back with the stem of each word, and where the word is in the bytes, until it answers `false`. Answers whether the
    /// bytes end within a word.
    ///
    /// The marks that follow a letter are within its word. Bytes that are no UTF-8, as when a text was cut, are letters of
    /// nothing in particular.
    @discardableResult @inline(__always)
    static func scan(
        _ bytes: Span<UInt8>, for purpose: Purpose, stemmer: Stemmer, _ body: (borrowing FoldedWord, Range<Int>) -> Bool
    ) -> Bool {
        var scanner = WordScanner(purpose: purpose, stemmer: stemmer)
        return scanner.scan(bytes, body)
    }

    @inline(__always)
    private mutating func scan(_ bytes: Span<UInt8>, _ body: (borrowing FoldedWord, Range<Int>) -> Bool) -> Bool {
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if TextFolding.foldASCII(byte) != nil {
                if !run.isEmpty, !finish(at: position, body) { return false }
                if word.isEmpty { wordStart = position }
                word.append(from: bytes, at: &position)
            } else if byte < 0x80 {
                if !finish(at: position, body) { return false }
                position += 1
            } else {
                let start = position
                let scalar = Self.scalar(in: bytes, at: &position)
                if !append(scalar, at: start, body) { return false }
            }
        }
        let isWithinWord = !word.isEmpty || !run.isEmpty
        return finish(at: bytes.count, body) && isWithinWord
    }

    @inline(never)
    private mutating func append(_ scalar: UInt32, at start: Int, _ body: (borrowing FoldedWord, Range<Int>) -> Bool) -> Bool {
        switch TextFolding.fold(scalar) {
        case .ignored: return true
        case .separator: return finish(at: start, body)
        case .letters(let letters):
            if !run.isEmpty, !finish(at: start, body) { return false }
            if word.isEmpty { wordStart = start }
            word.append(letters)
        case .spaceless(let letter):
            if run.compose(with: letter) { return true }
            if run.isEmpty ? !finish(at: start, body) : !finishPair(at: start, body) { return false }
            run.append(letter)
            runStarts = (runStarts.latest, start)
        }
        return true
    }

    /// Ends a word or a run, if there is one.
    @inline(__always)
    private mutating func finish(at end: Int, _ body: (borrowing FoldedWord, Range<Int>) -> Bool) -> Bool {
        if !word.isEmpty {
            stemmer.stem(&word)
            let goesOn = body(word, wordStart..<end)
            word.removeAll()
            return goesOn
        }
        return run.isEmpty || finishRun(at: end, body)
    }

    @inline(never)
    private mutating func finishRun(at end: Int, _ body: (borrowing FoldedWord, Range<Int>) -> Bool) -> Bool {
        defer { run = SpacelessRun() }
        if run.earlier != 0 {
            if !finishPair(at: end, body) { return false }
            if purpose == .query { return true }
        }
        word.append(FoldedScalar.utf8(of: run.latest))
        word.isAlone = true
        defer { word.removeAll() }
        return body(word, runStarts.latest..<end)
    }

    /// Ends the pair of the last two letters of a run, if there are two.
    private mutating func finishPair(at end: Int, _ body: (borrowing FoldedWord, Range<Int>) -> Bool) -> Bool {
        guard run.earlier != 0 else { return true }
        word.append(FoldedScalar.utf8(of: run.earlier))
        word.append(FoldedScalar.utf8(of: run.latest))
        defer { word.removeAll() }
        return body(word, runStarts.earlier..<end)
    }

    /// The scalar at a place, and moves on. UTF-8 of a string is well-formed; whatever is not becomes U+FFFD.
    private static func scalar(in bytes: Span<UInt8>, at position: inout Int) -> UInt32 {
        let first = UInt32(bytes[position])
        let count = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        position += 1
        var scalar = first & (0x7F >> UInt32(count))
        for _ in 1..<count {
            guard position < bytes.count else { return 0xFFFD }
            scalar = scalar << 6 | UInt32(bytes[position] & 0x3F)
            position += 1
        }
        return scalar
    }
}
