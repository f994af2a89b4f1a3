/// A word as it is compared: folded, in UTF-8, of at most 64 bytes, eight of them to a number.
///
/// The first byte is the highest of its number and unused ones are zero (no word has a NUL in it). So numbers compare as their
/// bytes do, and most words are a single number.
struct FoldedWord: Hashable, Sendable {
    /// The most bytes of a word; the scalars that would go beyond are left out.
    static let longest = 64

    /// The first eight bytes.
    private(set) var first: UInt64 = 0
    /// The others, for the words that have more.
    private(set) var rest: [UInt64] = []
    private(set) var byteCount = 0
    private var isCut = false
    /// Whether it is a single letter of a script without spaces.
    var isAlone = false

    init() {}

    /// A word by its numbers.
    init(first: UInt64, rest: Span<UInt64>) {
        self.first = first
        for index in rest.indices { self.rest.append(rest[index]) }
        let last = self.rest.last ?? first
        byteCount = 8 * (1 + rest.count) - last.trailingZeroBitCount / 8
    }

    @inline(__always)
    var isEmpty: Bool { byteCount == 0 }

    @inline(__always)
    mutating func removeAll() {
        first = 0
        byteCount = 0
        isCut = false
        isAlone = false
        if !rest.isEmpty { rest.removeAll(keepingCapacity: true) }
    }

    /// Adds the UTF-8 of one or more scalars, in the shape of ``FoldedScalar/letters(_:)``, or none of them if they are too many.
    mutating func append(_ letters: UInt32) {
        let count = 4 - letters.trailingZeroBitCount / 8
        guard !isCut, byteCount + count <= Self.longest else {
            isCut = true
            return
        }
        var left = letters
        while left != 0 {
            append(byte: UInt8(left >> 24))
            left <<= 8
        }
    }

    /// A byte of the word.
    @inline(__always)
    subscript(index: Int) -> UInt8 {
        let bits = index < 8 ? first : rest[index >> 3 - 1]
        return UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * (index & 7)))
    }

    /// Takes bytes off the end: whole scalars, and no more than there are.
    mutating func removeLast(_ count: Int) {
        byteCount = max(byteCount - count, 0)
        rest.removeLast(rest.count - max((byteCount - 1) >> 3, 0))
        let kept = byteCount == 0 ? 0 : ~UInt64(0) << UInt64(8 * (-byteCount & 7))
        if rest.isEmpty { first &= kept } else { rest[rest.count - 1] &= kept }
    }

    /// Adds a byte to a word that has room for it.
    mutating func append(byte: UInt8) {
        let bits = UInt64(byte) << UInt64(56 - 8 * (byteCount & 7))
        if byteCount < 8 {
            first |= bits
        } else if byteCount & 7 == 0 {
            rest.append(bits)
        } else {
            rest[rest.count - 1] |= bits
        }
        byteCount += 1
    }

    /// Adds the letters and digits of ASCII that begin at a place of a text, which is moved behind them.
    @inline(__always)
    mutating func append(from bytes: Span<UInt8>, at position: inout Int) {
        if byteCount < 8, !isCut {
            // In locals, and so in registers, as this is where most of the time goes.
            var (chunk, count, place) = (first, byteCount, position)
            while count < 8, place < bytes.count, let letter = TextFolding.foldASCII(bytes[place]) {
                chunk |= UInt64(letter) &<< UInt64(truncatingIfNeeded: 56 &- 8 &* count)
                count &+= 1
                place &+= 1
            }
            (first, byteCount, position) = (chunk, count, place)
            if count < 8 { return }
        }
        while position < bytes.count, let letter = TextFolding.foldASCII(bytes[position]) {
            append(UInt32(letter) << 24)
            position += 1
        }
    }

    /// Whether another word, given by its numbers, is this one.
    @inline(__always)
    func isSame(asFirst otherFirst: UInt64, rest otherRest: Span<UInt64>) -> Bool {
        guard first == otherFirst, rest.count == otherRest.count else { return false }
        for index in rest.indices where rest[index] != otherRest[index] { return false }
        return true
    }

    /// Whether another word, given by its numbers, begins with this one.
    func isPrefix(ofFirst otherFirst: UInt64, rest otherRest: Span<UInt64>) -> Bool {
        guard let last = rest.last else { return isPrefix(ofFirst: otherFirst) }
        guard first == otherFirst, otherRest.count >= rest.count else { return false }
        for index in 0..<(rest.count - 1) where rest[index] != otherRest[index] { return false }
        return (last ^ otherRest[rest.count - 1]) >> UInt64(8 * (-byteCount & 7)) == 0
    }

    /// Whether words with these first eight bytes begin with this one, which has no more than that.
    func isPrefix(ofFirst otherFirst: UInt64) -> Bool {
        (first ^ otherFirst) >> UInt64(64 - 8 * byteCount) == 0
    }

    /// The word as text.
    var text: String {
        if rest.isEmpty {
            // Short strings lie within their value, so this allocates nothing.
            return unsafe withUnsafeBytes(of: first.bigEndian) { unsafe String(decoding: $0.prefix(byteCount), as: UTF8.self) }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.longest)
        for chunk in [first] + rest {
            for shift in stride(from: UInt64(56), through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: chunk >> shift)) }
        }
        return String(decoding: bytes.prefix(byteCount), as: UTF8.self)
    }
}
