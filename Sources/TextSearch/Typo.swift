/// A word that no document has, and that may be meant for one with a letter more, less or other, or with two that changed places.
struct Typo {
    /// The fewest letters of a word that is taken for mistyped.
    static let fewestLetters = 4

    private let letters: [UInt32]

    /// `nil` if the word is too short.
    init?(_ word: FoldedWord) {
        letters = word.text.unicodeScalars.map(\.value)
        guard letters.count >= Self.fewestLetters else { return nil }
    }

    /// Whether the word differs from another by one mistake at most.
    func isNear(_ word: borrowing FoldedWord) -> Bool {
        // Letters are compared, not bytes, but their counts bound each other.
        guard word.byteCount >= letters.count - 1 else { return false }
        var others: [UInt32] = []
        others.reserveCapacity(64)
        for scalar in word.text.unicodeScalars { others.append(scalar.value) }
        return isNear(others)
    }

    private func isNear(_ others: [UInt32]) -> Bool {
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

    /// Calls back with the words that are near.
    func forEachWord(in words: RankedWords, _ body: (borrowing FoldedWord, _ number: Int) -> Void) {
        var cursor = RankedWords.Cursor(before: 0, in: words)
        while cursor.next(in: words) {
            if isNear(cursor.word) { body(cursor.word, cursor.number) }
        }
    }
}
