/// A word that no document has, and that may be meant for one with a letter more, less or other, or with two that changed places.
///
/// Where the first mistake is and which letter is there leaves few words that may be meant, and each is looked up. So only the
/// letters that follow a beginning need to be known, and no list of words is gone through.
struct Typo {
    /// The fewest letters of a word that is taken for mistyped.
    static let fewestLetters = 4
    /// The most different letters that are tried at a place.
    private static let mostLetters = 128

    /// The UTF-8 of each letter, in the shape of ``FoldedScalar/letters(_:)``.
    private let letters: [UInt32]

    /// `nil` if the word is too short, or so long that a letter more would have no room.
    init?(_ word: FoldedWord) {
        letters = word.letters
        guard letters.count >= Self.fewestLetters, word.byteCount <= FoldedWord.longest - 4 else { return nil }
    }

    /// A word with some letters.
    private static func word(_ parts: ArraySlice<UInt32>...) -> FoldedWord {
        var word = FoldedWord()
        for part in parts {
            for letter in part { word.append(letter) }
        }
        return word
    }

    /// Calls back with all words that have a letter less, or two in each other's places. Some may come twice.
    private func forEachWithoutNewLetter(_ body: (FoldedWord) -> Void) {
        for place in letters.indices {
            body(Self.word(letters[..<place], letters[(place + 1)...]))
            guard place + 1 < letters.count, letters[place] != letters[place + 1] else { continue }
            body(Self.word(letters[..<place], [letters[place + 1], letters[place]], letters[(place + 2)...]))
        }
    }

    /// Calls back with the two words that have a letter at a place that the mistyped word has not there.
    private func forEach(with letter: UInt32, at place: Int, _ body: (FoldedWord) -> Void) {
        body(Self.word(letters[..<place], [letter], letters[place...]))
        if place < letters.count { body(Self.word(letters[..<place], [letter], letters[(place + 1)...])) }
    }

    /// Calls back with the words that are near.
    func forEachWord(in words: RankedWords, _ body: (FoldedWord) -> Void) {
        let look = { (word: FoldedWord) in
            if words.number(of: word) != nil { body(word) }
        }
        forEachWithoutNewLetter(look)
        var beginning = FoldedWord()
        for place in 0...letters.count {
            var next = words.place(of: beginning).number
            for _ in 0..<Self.mostLetters {
                guard let letter = words.letter(of: next, after: beginning) else { break }
                if place == letters.count || letter != letters[place] { forEach(with: letter, at: place, look) }
                next = words.place(of: Self.word(beginning.letters[...], [Self.successor(of: letter)])).number
            }
            if place < letters.count { beginning.append(letters[place]) }
        }
    }

    /// What sorts behind all words that go on with a letter.
    private static func successor(of letter: UInt32) -> UInt32 {
        // The last byte of a letter is at most 0xBF, so it can be one more though that may be no letter.
        letter + (1 << UInt32(letter.trailingZeroBitCount / 8 * 8))
    }

    /// Whether the word differs from another by one mistake.
    func isNear(_ word: borrowing FoldedWord) -> Bool {
        // A letter has one to four bytes.
        guard word.byteCount >= letters.count - 1, word.byteCount <= 4 * (letters.count + 1) else { return false }
        let others = word.letters
        guard abs(others.count - letters.count) <= 1 else { return false }
        let shorter = min(letters.count, others.count)
        var start = 0
        while start < shorter, letters[start] == others[start] { start += 1 }
        var end = 0
        while end < shorter - start, letters[letters.count - 1 - end] == others[others.count - 1 - end] { end += 1 }
        let (left, otherLeft) = (letters.count - start - end, others.count - start - end)
        if left <= 1, otherLeft <= 1 { return true }
        return left == 2 && otherLeft == 2 && letters[start] == others[start + 1] && letters[start + 1] == others[start]
    }

    /// Calls back with the stems of the words that are near and written in Latin letters, when the mistake is in one of the last
    /// letters: these are what a stemmer takes off, so the stem of the mistyped word may be quite another.
    func forEachStem(_ stemmer: Stemmer, _ body: (FoldedWord) -> Void) {
        let stem = { (word: FoldedWord) in
            var word = word
            stemmer.stem(&word)
            body(word)
        }
        forEachWithoutNewLetter(stem)
        let alphabet = (UInt32(UInt8(ascii: "a"))...UInt32(UInt8(ascii: "z"))).map { $0 << 24 }
        for place in max(letters.count - Self.endingLength, 1)...letters.count {
            for letter in alphabet { forEach(with: letter, at: place, stem) }
        }
    }

    private static let endingLength = 5
}

extension FoldedWord {
    /// The UTF-8 of each letter, in the shape of ``FoldedScalar/letters(_:)``.
    fileprivate var letters: [UInt32] {
        var letters: [UInt32] = []
        letters.reserveCapacity(byteCount)
        for index in 0..<byteCount {
            let byte = self[index]
            if byte & 0xC0 == 0x80, let last = letters.indices.last, letters[last].trailingZeroBitCount >= 8 {
                letters[last] |= UInt32(byte) << UInt32(letters[last].trailingZeroBitCount / 8 * 8 - 8)
            } else {
                letters.append(UInt32(byte) << 24)
            }
        }
        return letters
    }
}
