/// The words of a ``RankedSegment`` in the order of their bytes, numbered from zero up.
///
/// Of each word only what differs from the one before is held, but for every sixteenth, so that few need to be read to find one.
struct RankedWords: Sendable {
    static let blockSize = 16
    /// What tells that two lengths have no room in one byte.
    private static let escape: UInt8 = 0xFF

    private(set) var count = 0
    /// The first eight bytes of the first word of each block.
    private var heads: [UInt64] = []
    /// Where each block begins.
    private var starts: [UInt32] = []
    private var bytes: [UInt8] = []

    /// Adds a word that comes after all others; `previous` is the one before it.
    mutating func append(_ word: borrowing FoldedWord, after previous: borrowing FoldedWord) {
        var common = 0
        if count % Self.blockSize == 0 {
            heads.append(word.first)
            starts.append(UInt32(bytes.count))
        } else {
            common = word.commonByteCount(with: previous)
        }
        let others = word.byteCount - common
        if common < 15, others < 15 {
            bytes.append(UInt8(common << 4 | others))
        } else {
            bytes.append(Self.escape)
            bytes.append(UInt8(common))
            bytes.append(UInt8(others))
        }
        for index in common..<word.byteCount { bytes.append(word[index]) }
        count += 1
    }

    /// Holds no more memory than it needs.
    mutating func settle() {
        heads = heads.map(\.self)
        starts = starts.map(\.self)
        bytes = bytes.map(\.self)
    }

    var memory: Int { heads.capacity * 8 + starts.capacity * 4 + bytes.capacity }

    /// The number of a word; `nil` if it is not there.
    func number(of word: borrowing FoldedWord) -> Int? {
        let place = place(of: word)
        return place.isExact ? place.number : nil
    }

    /// The number of the first word that is not before another, and whether it is that word.
    func place(of word: borrowing FoldedWord) -> (number: Int, isExact: Bool) {
        guard let block = block(of: word) else { return (0, false) }
        let bytes = bytes.span
        var position = Int(starts[block])
        var number = block * Self.blockSize
        let end = min(number + Self.blockSize, count)
        // How many bytes of the word are those of the entry before.
        var matched = 0
        while number < end {
            let lengths = Self.lengths(in: bytes, at: &position)
            let next = position + lengths.others
            // An entry that differs later than the one before it is before the word too.
            if lengths.common < matched { return (number, false) }
            if lengths.common == matched {
                while position < next, matched < word.byteCount, bytes[position] == word[matched] {
                    position += 1
                    matched += 1
                }
                if matched == word.byteCount { return (number, position == next) }
                if position < next, bytes[position] > word[matched] { return (number, false) }
            }
            position = next
            number += 1
        }
        return (number, false)
    }

    /// The letter that follows a beginning in a word with some number, in the shape of ``FoldedScalar/letters(_:)``; `nil` if there
    /// is no such word, or it has another beginning, or ends there.
    func letter(of number: Int, after beginning: borrowing FoldedWord) -> UInt32? {
        var cursor = Cursor(before: number, in: self)
        guard cursor.next(in: self) else { return nil }
        let word = cursor.word
        guard beginning.isPrefix(ofFirst: word.first, rest: word.rest.span), word.byteCount > beginning.byteCount else {
            return nil
        }
        var letter = UInt32(word[beginning.byteCount]) << 24
        for offset in 1..<4 where beginning.byteCount + offset < word.byteCount {
            let byte = word[beginning.byteCount + offset]
            guard byte & 0xC0 == 0x80 else { break }
            letter |= UInt32(byte) << UInt32(24 - 8 * offset)
        }
        return letter
    }

    /// The last block whose first word is not after another.
    private func block(of word: borrowing FoldedWord) -> Int? {
        let heads = heads.span
        var (low, high) = (0, heads.count)
        while low < high {
            let middle = (low &+ high) &>> 1
            if heads[middle] < word.first || heads[middle] == word.first && !isHead(of: middle, after: word) {
                low = middle &+ 1
            } else {
                high = middle
            }
        }
        return low == 0 ? nil : low - 1
    }

    private func isHead(of block: Int, after word: borrowing FoldedWord) -> Bool {
        var position = Int(starts[block])
        let count = Self.lengths(in: bytes.span, at: &position).others
        if word.byteCount <= 8, count <= 8 { return false }
        for index in 0..<min(count, word.byteCount) where bytes[position + index] != word[index] {
            return bytes[position + index] > word[index]
        }
        return count > word.byteCount
    }

    @inline(__always)
    private static func lengths(in bytes: Span<UInt8>, at position: inout Int) -> (common: Int, others: Int) {
        let byte = bytes[position]
        guard byte == escape else {
            position += 1
            return (Int(byte >> 4), Int(byte & 15))
        }
        defer { position += 3 }
        return (Int(bytes[position + 1]), Int(bytes[position + 2]))
    }

    /// Reads words one after the other.
    struct Cursor {
        private(set) var word = FoldedWord()
        private(set) var number: Int
        private var position = 0

        /// Before a word; ``next(in:)`` reads it.
        init(before number: Int, in words: RankedWords) {
            guard number < words.count else {
                self.number = words.count
                return
            }
            self.number = number / RankedWords.blockSize * RankedWords.blockSize - 1
            position = Int(words.starts[number / RankedWords.blockSize])
            while self.number < number - 1 { next(in: words) }
        }

        /// Reads the next word; answers `false` at the end.
        @discardableResult @inline(__always)
        mutating func next(in words: RankedWords) -> Bool {
            number += 1
            guard number < words.count else { return false }
            let bytes = words.bytes.span
            let lengths = RankedWords.lengths(in: bytes, at: &position)
            word.removeLast(word.byteCount - lengths.common)
            for _ in 0..<lengths.others {
                word.append(byte: bytes[position])
                position += 1
            }
            return true
        }
    }
}
