/// Finds the passage of a text that shows best why it was found.
///
/// It looks for the words of a query and takes the passage with the most different ones, the earliest of such; rare words cannot
/// be told from common ones, but words of grammar can and count less. It takes time in proportion to the text, of which only the
/// beginning is looked at if it is very long.
package struct SnippetMaker: Sendable {
    /// The most bytes of a text that are looked at.
    package static let maximumBytes = 1 << 18
    /// The most places of words that are weighed; those that come later are not.
    private static let maximumPlaces = 4096
    /// Bytes of a passage for each of its characters, at most. Only characters with very many marks are cut.
    private static let bytesPerCharacter = 16

    private let query: RankedQuery
    private let stemmer: Stemmer
    private let maximumCharacters: Int

    /// A place of the text where a word of the query is.
    private struct Place {
        var range: Range<Int>
        var word: Int
    }

    /// A maker of snippets.
    ///
    /// - Parameters:
    ///   - query: What was looked for.
    ///   - stemmer: The stemmer of the texts' language.
    ///   - maximumCharacters: The most characters of a passage, from 1 to 10,000.
    package init(for query: RankedQuery, stemmer: Stemmer, maximumCharacters: Int = 200) {
        self.query = query
        self.stemmer = stemmer
        self.maximumCharacters = min(max(maximumCharacters, 1), 10_000)
    }

    /// The best passage of a text: its beginning if no word of the query is in it.
    package func snippet(of text: String) -> SearchSnippet {
        var text = text
        text.makeContiguousUTF8()
        let places = places(in: text)
        let start = start(for: bestPlaces(of: places), in: text)
        let end = end(after: start, in: text)
        let (low, high) = (
            text.utf8.distance(from: text.startIndex, to: start), text.utf8.distance(from: text.startIndex, to: end)
        )
        var matches: [Range<Int>] = []
        for place in places where place.range.lowerBound >= low && place.range.upperBound <= high {
            let range = place.range.lowerBound - low..<place.range.upperBound - low
            // Pairs of letters without spaces overlap.
            if let last = matches.last, last.upperBound >= range.lowerBound, last.upperBound > range.lowerBound {
                matches[matches.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                matches.append(range)
            }
        }
        return SearchSnippet(
            text: String(text[start..<end]), matches: matches, isCutBefore: start > text.startIndex,
            isCutBehind: end < text.endIndex)
    }

    /// Where the words of the query are, in order.
    private func places(in text: String) -> [Place] {
        var text = text
        var places: [Place] = []
        text.withUTF8 { buffer in
            let bytes = unsafe buffer.span
            let head = bytes.extracting(first: min(bytes.count, Self.maximumBytes))
            WordScanner.scan(head, for: .query, stemmer: .none) { written, range in
                // A word that was cut where looking ends is none.
                guard range.upperBound < head.count || head.count == bytes.count else { return true }
                if let word = number(of: written) { places.append(Place(range: range, word: word)) }
                return places.count < Self.maximumPlaces
            }
        }
        return places
    }

    /// Which word of the query a word is.
    @inline(__always)
    private func number(of written: borrowing FoldedWord) -> Int? {
        // Most words begin otherwise than all of the query, whatever their stem.
        var mayMatch = false
        for word in query.words where word.stem.first >> 56 == written.first >> 56 { mayMatch = true }
        guard mayMatch else { return nil }
        var stem = copy written
        stemmer.stem(&stem)
        return query.words.firstIndex { word in
            word.stem == stem || word.isPrefix && word.written.isPrefix(ofFirst: written.first, rest: written.rest.span)
        }
    }

    /// The places that a passage can show together and that count most.
    private func bestPlaces(of places: [Place]) -> ArraySlice<Place> {
        var counts = [Int](repeating: 0, count: query.words.count)
        var (start, value) = (0, 0.0)
        var (best, bestValue) = (0..<0, 0.0)
        for end in places.indices {
            let word = places[end].word
            value += worth(of: word, isFirst: counts[word] == 0)
            counts[word] += 1
            while places[end].range.upperBound - places[start].range.lowerBound > maximumCharacters * 3 / 4, start < end {
                let left = places[start].word
                counts[left] -= 1
                value -= worth(of: left, isFirst: counts[left] == 0)
                start += 1
            }
            if value > bestValue + 0.000_1 { (best, bestValue) = (start..<end + 1, value) }
        }
        return places[best]
    }

    /// What a place counts; that a word comes again hardly does.
    private func worth(of word: Int, isFirst: Bool) -> Double {
        (query.words[word].isFiller ? 0.1 : 1) * (isFirst ? 1 : 0.05)
    }

    /// Where the passage begins: at the beginning of a word, somewhat before the first place.
    private func start(for places: ArraySlice<Place>, in text: String) -> String.Index {
        guard let first = places.first, let last = places.last else { return text.startIndex }
        let room = maximumCharacters - (last.range.upperBound - first.range.lowerBound)
        let wanted = first.range.lowerBound - max(room, 0) / 3
        guard wanted > 0 else { return text.startIndex }
        let bytes = text.utf8
        let place = bytes.index(bytes.startIndex, offsetBy: first.range.lowerBound)
        var index = bytes.index(bytes.startIndex, offsetBy: wanted)
        while index < place, !Self.isSpace(bytes[index]) { bytes.formIndex(after: &index) }
        while index < place, Self.isSpace(bytes[index]) { bytes.formIndex(after: &index) }
        return index < place ? index : Self.boundary(notAfter: place, in: text)
    }

    /// Where the passage ends: at the end of a word, if there is one, and of a character.
    private func end(after start: String.Index, in text: String) -> String.Index {
        let bytes = text.utf8
        let limit =
            bytes.index(start, offsetBy: maximumCharacters * Self.bytesPerCharacter, limitedBy: text.endIndex) ?? text.endIndex
        let part = text[start..<Self.boundary(notAfter: limit, in: text)]
        guard let end = part.index(part.startIndex, offsetBy: maximumCharacters, limitedBy: part.endIndex) else {
            return part.endIndex
        }
        if end == text.endIndex || Self.isSpace(bytes[end]) { return end }
        var index = end
        let least = bytes.index(start, offsetBy: bytes.distance(from: start, to: end) * 2 / 3)
        while index > least {
            bytes.formIndex(before: &index)
            if Self.isSpace(bytes[index]) { return index }
        }
        return end
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
    }

    /// The nearest place where a scalar begins.
    private static func boundary(notAfter index: String.Index, in text: String) -> String.Index {
        var index = index
        while index > text.startIndex, index < text.endIndex, text.utf8[index] & 0xC0 == 0x80 {
            text.utf8.formIndex(before: &index)
        }
        return index
    }
}
