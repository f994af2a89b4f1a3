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
    private var word = FoldedWord()
    private var run = SpacelessRun()

    private init(purpose: Purpose) { self.purpose = purpose }

    /// Calls back with each word, in order, until it answers `false`. Answers whether the text ends within a word.
    @discardableResult @inline(__always)
    static func scan(_ text: String, for purpose: Purpose, _ body: (borrowing FoldedWord) -> Bool) -> Bool {
        var text = text
        return text.withUTF8 { buffer in
            var scanner = WordScanner(purpose: purpose)
            return unsafe scanner.scan(buffer.span, body)
        }
    }

    @inline(__always)
    private mutating func scan(_ bytes: Span<UInt8>, _ body: (borrowing FoldedWord) -> Bool) -> Bool {
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if TextFolding.foldASCII(byte) != nil {
                if !run.isEmpty, !finish(body) { return false }
                word.append(from: bytes, at: &position)
            } else if byte < 0x80 {
                position += 1
                if !finish(body) { return false }
            } else {
                let scalar = Self.scalar(in: bytes, at: &position)
                if !append(scalar, body) { return false }
            }
        }
        let isWithinWord = !word.isEmpty || !run.isEmpty
        return finish(body) && isWithinWord
    }

    @inline(never)
    private mutating func append(_ scalar: UInt32, _ body: (borrowing FoldedWord) -> Bool) -> Bool {
        switch TextFolding.fold(scalar) {
        case .ignored: return true
        case .separator: return finish(body)
        case .letters(let letters):
            if !run.isEmpty, !finish(body) { return false }
            word.append(letters)
        case .spaceless(let letter):
            if run.compose(with: letter) { return true }
            if run.isEmpty ? !finish(body) : !finishPair(body) { return false }
            run.append(letter)
        }
        return true
    }

    /// Ends a word or a run, if there is one.
    @inline(__always)
    private mutating func finish(_ body: (borrowing FoldedWord) -> Bool) -> Bool {
        if !word.isEmpty {
            let goesOn = body(word)
            word.removeAll()
            return goesOn
        }
        return run.isEmpty || finishRun(body)
    }

    @inline(never)
    private mutating func finishRun(_ body: (borrowing FoldedWord) -> Bool) -> Bool {
        defer { run = SpacelessRun() }
        if run.earlier != 0 {
            if !finishPair(body) { return false }
            if purpose == .query { return true }
        }
        word.append(FoldedScalar.utf8(of: run.latest))
        word.isAlone = true
        defer { word.removeAll() }
        return body(word)
    }

    /// Ends the pair of the last two letters of a run, if there are two.
    private mutating func finishPair(_ body: (borrowing FoldedWord) -> Bool) -> Bool {
        guard run.earlier != 0 else { return true }
        word.append(FoldedScalar.utf8(of: run.earlier))
        word.append(FoldedScalar.utf8(of: run.latest))
        defer { word.removeAll() }
        return body(word)
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
