/// Reads running text: first into pieces, where links and delimiters find each other, then into a tree.
struct InlineParser {
    let bytes: [UInt8]
    let definitions: LinkDefinitions
    let nesting: Int
    /// How many bytes references may repeat still.
    var repeatedBytes: Int

    /// What is being read.
    var text = 0..<0
    var position = 0
    /// Where the plain text begins of which no token has been made.
    var plainStart = 0
    var tokens: [InlineToken] = []
    var runs: [DelimiterRun] = []
    var lastRun = -1
    var brackets: [InlineBracket] = []
    /// Brackets of links below this place in the stack can be none: links are not within links.
    var linkFloor = 0
    var links: [InlineLink] = []
    /// What references stand for.
    var characters: [UInt8] = []
    var backticks: BacktickRuns?
    /// Marks that end raw HTML and are not in the rest of this text.
    var missingMarks: Set<String> = []
    /// How many bytes may be searched in vain for the ends of tags still: after that nothing is a tag, which shows the same text.
    var tagEffort = 0
    /// Bare addresses before this place are none.
    var addressFloor = 0

    private let isSpecial: [Bool]

    init(bytes: [UInt8], definitions: LinkDefinitions, limits: MarkdownLimits) {
        self.bytes = bytes
        self.definitions = definitions
        nesting = limits.boundedNesting
        repeatedBytes = limits.repeatedBytes
        let special = Set("\n`\\&<*_~[]!:w".utf8)
        isSpecial = (0...255).map { special.contains($0) }
    }

    /// Reads a range of the text.
    mutating func parse(_ range: Range<Int>) -> [MarkdownInline] {
        text = bytes.trimmed(range)
        position = text.lowerBound
        plainStart = position
        tokens.removeAll(keepingCapacity: true)
        runs.removeAll(keepingCapacity: true)
        links.removeAll(keepingCapacity: true)
        brackets.removeAll(keepingCapacity: true)
        characters.removeAll(keepingCapacity: true)
        missingMarks.removeAll()
        tagEffort = 1000 + 4 * text.count
        backticks = nil
        lastRun = -1
        linkFloor = 0
        addressFloor = text.lowerBound
        while position < text.upperBound {
            if !isSpecial[Int(bytes[position])] || !readSpecial() { position += 1 }
        }
        flush(upTo: text.upperBound)
        matchRuns(after: -1)
        var tree = InlineTree(self)
        return tree.inlines()
    }

    /// Makes a token of the plain text up to a place.
    mutating func flush(upTo end: Int) {
        if plainStart < end { tokens.append(.text(plainStart..<end)) }
        plainStart = end
    }

    /// Makes a token, of what comes next up to a place; the plain text before becomes one first.
    mutating func take(_ token: InlineToken, upTo end: Int) {
        flush(upTo: position)
        tokens.append(token)
        position = end
        plainStart = end
    }

    /// Reads what a mark begins, if it begins something.
    private mutating func readSpecial() -> Bool {
        switch bytes[position] {
        case .lineFeed: readLineEnd()
        case UInt8(ascii: "\\"): readEscape()
        case UInt8(ascii: "`"): readCode()
        case UInt8(ascii: "&"): readCharacter()
        case UInt8(ascii: "<"): readAddress() || readHTML()
        case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"): readRun()
        case UInt8(ascii: "["): openBracket(isImage: false)
        case UInt8(ascii: "!"): openBracket(isImage: true)
        case UInt8(ascii: "]"): closeBracket()
        default: readBareAddress()
        }
    }

    private mutating func readLineEnd() -> Bool {
        var end = position
        while end > plainStart, bytes[end - 1].isBlank { end -= 1 }
        let isHard = position - end >= 2 && bytes[position - 1] == .space && bytes[position - 2] == .space
        flush(upTo: end)
        tokens.append(isHard ? .lineBreak : .softBreak)
        position = bytes.skippingBlanks(from: position + 1, end: text.upperBound)
        plainStart = position
        return true
    }

    private mutating func readEscape() -> Bool {
        guard position + 1 < text.upperBound else { return false }
        let next = bytes[position + 1]
        if next == .lineFeed {
            take(.lineBreak, upTo: bytes.skippingBlanks(from: position + 2, end: text.upperBound))
            return true
        }
        guard next.isPunctuation else { return false }
        flush(upTo: position)
        plainStart = position + 1
        position += 2
        return true
    }

    private mutating func readCode() -> Bool {
        let start = position
        while position < text.upperBound, bytes[position] == UInt8(ascii: "`") { position += 1 }
        let content = position
        let length = content - start
        if backticks == nil { backticks = BacktickRuns(in: bytes, range: content..<text.upperBound) }
        let close = backticks?.next(length: length, from: content)
        // Without an end, all of the run is text.
        guard let close else { return true }
        position = start
        take(.code(content..<close), upTo: close + length)
        return true
    }

    private mutating func readCharacter() -> Bool {
        guard let found = CharacterReference.decode(at: position, in: bytes, end: text.upperBound) else { return false }
        let start = characters.count
        characters.append(contentsOf: found.utf8)
        take(.characters(start..<characters.count), upTo: found.end)
        return true
    }
}

/// Where the runs of backticks are, so that the end of a code span is found without a search.
struct BacktickRuns {
    /// For each length the places of such runs, the last one first.
    private var places: [Int: [Int]] = [:]

    init(in bytes: [UInt8], range: Range<Int>) {
        var end = range.upperBound
        while end > range.lowerBound {
            var start = end
            while start > range.lowerBound, bytes[start - 1] == UInt8(ascii: "`") { start -= 1 }
            if start < end { places[end - start, default: []].append(start) }
            end = start - 1
        }
    }

    /// The first run of a length that begins at a place or after it. Places must be asked for in ascending order.
    mutating func next(length: Int, from start: Int) -> Int? {
        while let place = places[length]?.last {
            if place >= start { return place }
            places[length]?.removeLast()
        }
        return nil
    }
}
