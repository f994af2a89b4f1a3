/// The postings of a word in a ``RankedSegment``, in blocks of up to 128.
///
/// The bits are: how many bits the number of postings has, less one (5), and that number. If there is more than one block, then
/// for each the last document, the greatest levels of its codes (13) and how far from here it begins (32). A block is the greatest
/// levels of its codes (13), the width of a gap (5), the first document, the gaps less one between the others, and the codes, as
/// wide as the greatest levels.
struct PostingBlocks {
    static let blockSize = 128
    private static let codeWidth = 13
    private static let offsetWidth = 32

    let count: Int
    private let documentWidth: Int
    /// Where the table of blocks is, or the only block.
    private let start: Int

    static func documentWidth(of documentCount: Int) -> Int { max(width(of: UInt32(documentCount)), 1) }

    @inline(__always)
    private static func width(of number: UInt32) -> Int { 32 - number.leadingZeroBitCount }

    @inline(__always)
    init(in bits: Span<UInt64>, at position: Int, documentWidth: Int) {
        let width = Int(bits.bits(at: position, width: 5)) + 1
        count = Int(bits.bits(at: position + 5, width: width))
        start = position + 5 + width
        self.documentWidth = documentWidth
    }

    var blockCount: Int { (count + Self.blockSize - 1) / Self.blockSize }
    private var entryWidth: Int { documentWidth + Self.codeWidth + Self.offsetWidth }

    /// How many postings are in a block.
    @inline(__always)
    func count(of block: Int) -> Int { min(count - block * Self.blockSize, Self.blockSize) }

    /// The last document of a block; there must be more than one block.
    @inline(__always)
    func last(of block: Int, in bits: Span<UInt64>) -> UInt32 {
        bits.bits(at: start + block * entryWidth, width: documentWidth)
    }

    /// A code with the greatest levels of all codes of a block.
    @inline(__always)
    func greatestCode(of block: Int, in bits: Span<UInt64>) -> UInt16 {
        UInt16(
            truncatingIfNeeded: bits.bits(
                at: blockCount == 1 ? start : start + block * entryWidth + documentWidth, width: Self.codeWidth))
    }

    @inline(__always)
    private func position(of block: Int, in bits: Span<UInt64>) -> Int {
        guard count > Self.blockSize else { return start }
        return start + Int(bits.bits(at: start + block * entryWidth + documentWidth + Self.codeWidth, width: Self.offsetWidth))
    }

    /// Reads the documents of a block to a place, and answers where its codes begin and how wide they are.
    @inline(__always)
    func read(
        _ block: Int, in bits: Span<UInt64>, into documents: inout MutableSpan<UInt32>, at place: Int
    ) -> (position: Int, width: Int) {
        var position = position(of: block, in: bits)
        let codeWidth = Self.width(of: bits.bits(at: position, width: Self.codeWidth))
        let gapWidth = Int(bits.bits(at: position + Self.codeWidth, width: 5))
        position += Self.codeWidth + 5
        var document = bits.bits(at: position, width: documentWidth)
        position += documentWidth
        documents[place] = document
        let count = count(of: block)
        var gaps = BitReader(at: position, width: gapWidth, in: bits)
        var index = 1
        while index < count {
            document = document &+ gaps.next(in: bits) &+ 1
            documents[place &+ index] = document
            index &+= 1
        }
        position += (count - 1) * gapWidth
        return (position, codeWidth)
    }

    /// The code at a place of a block.
    @inline(__always)
    static func code(_ index: Int, at codes: (position: Int, width: Int), in bits: Span<UInt64>) -> Int {
        Int(truncatingIfNeeded: bits.bits(at: codes.position &+ index &* codes.width, width: codes.width))
    }

    /// Writes postings, whose documents are in order.
    static func write(_ postings: RankedPostings, documentWidth: Int, to bits: inout BitWriter) {
        let count = postings.documents.count
        let width = width(of: UInt32(count))
        bits.append(UInt32(width - 1), width: 5)
        bits.append(UInt32(count), width: width)
        guard count > blockSize else { return write(postings, 0..<count, documentWidth: documentWidth, to: &bits) }
        var blocks = BitWriter()
        let blockCount = (count + blockSize - 1) / blockSize
        let tableWidth = blockCount * (documentWidth + codeWidth + offsetWidth)
        for start in stride(from: 0, to: count, by: blockSize) {
            let range = start..<min(start + blockSize, count)
            bits.append(postings.documents[range.upperBound - 1], width: documentWidth)
            bits.append(UInt32(greatestCode(of: postings, range)), width: codeWidth)
            bits.append(UInt32(tableWidth + blocks.bitCount), width: offsetWidth)
            write(postings, range, documentWidth: documentWidth, to: &blocks)
        }
        bits.append(blocks)
    }

    private static func greatestCode(of postings: RankedPostings, _ range: Range<Int>) -> UInt16 {
        postings.codes[range].reduce(0, FieldCodes.maximum)
    }

    private static func write(_ postings: RankedPostings, _ range: Range<Int>, documentWidth: Int, to bits: inout BitWriter) {
        let greatest = UInt32(greatestCode(of: postings, range))
        var gaps: UInt32 = 0
        for index in range.dropFirst() { gaps |= postings.documents[index] - postings.documents[index - 1] - 1 }
        let (codeBits, gapWidth) = (width(of: greatest), width(of: gaps))
        bits.append(greatest, width: codeWidth)
        bits.append(UInt32(gapWidth), width: 5)
        bits.append(postings.documents[range.lowerBound], width: documentWidth)
        for index in range.dropFirst() {
            bits.append(postings.documents[index] - postings.documents[index - 1] - 1, width: gapWidth)
        }
        for index in range { bits.append(UInt32(postings.codes[index]), width: codeBits) }
    }
}
