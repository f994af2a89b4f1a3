/// Checks a JSON text in one pass and lists its values, without recursion.
@safe struct TokenScanner: ~Copyable {
    /// The text is not what it should be.
    struct Malformed: Error {
        var reason: StaticString
        var offset: Int
    }

    /// A container that is not closed yet.
    private struct Frame {
        let token: Int
        let isObject: Bool
        /// A bit for each name that was met, by its hash.
        var names: UInt64 = 0
    }

    /// The most members whose names are compared when they are met; more are sorted in the end.
    private static let fewMembers = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private let end: Int
    private var index: Int
    private(set) var tokens: [Token] = []
    private var frames: [Frame] = []
    // What precedes the next value.
    private var name: UInt32 = 0
    private var nameLength: UInt32 = 0
    private var nameHash: UInt32 = 0
    private var nameHasEscapes = false

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        unsafe self.bytes = bytes
        index = range.lowerBound
        end = range.upperBound
        tokens.reserveCapacity(range.count / 16 + 8)
        frames.reserveCapacity(8)
    }

    /// The innermost container that is open.
    var place: Int? { frames.last?.token }

    /// The next byte, 0 at the end; no token begins with 0.
    @inline(__always)
    private var next: UInt8 { index < end ? unsafe bytes[index] : 0 }

    @inline(__always)
    private mutating func skipSpace() {
        while index < end {
            let byte = unsafe bytes[index]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            index &+= 1
        }
    }

    private func malformed(_ reason: StaticString) -> Malformed { Malformed(reason: reason, offset: index) }

    mutating func scan() throws(Malformed) {
        guard end <= UInt32.max / 2 else { throw malformed("too long") }
        repeat {
            skipSpace()
            try scanValue()
            try closeContainers()
        } while !frames.isEmpty
        skipSpace()
        guard index == end else { throw malformed("more than one value") }
    }

    /// Lists a scalar, or opens a container.
    @inline(__always)
    private mutating func scanValue() throws(Malformed) {
        switch next {
        case UInt8(ascii: "\""):
            index &+= 1
            let start = index
            let hasEscapes = try skipString()
            append(.string, start..<index &- 1, isInvolved: hasEscapes)
        case UInt8(ascii: "{"): try open(isObject: true)
        case UInt8(ascii: "["): try open(isObject: false)
        case UInt8(ascii: "t"): try skip("true", .yes)
        case UInt8(ascii: "f"): try skip("false", .no)
        case UInt8(ascii: "n"): try skip("null", .null)
        default: try skipNumber()
        }
    }

    @inline(__always)
    private mutating func append(_ kind: Token.Kind, _ range: Range<Int>, isInvolved: Bool = false) {
        var token = Token(kind: kind)
        token.isInvolved = isInvolved
        token.start = UInt32(truncatingIfNeeded: range.lowerBound)
        token.end = UInt32(truncatingIfNeeded: range.upperBound)
        if let frame = frames.last {
            token.parent = UInt32(truncatingIfNeeded: frame.token)
            if frame.isObject {
                token.name = name
                token.nameLength = nameLength
                token.hash = nameHash
                token.nameHasEscapes = nameHasEscapes
            } else {
                token.name = tokens[frame.token].end
            }
            tokens[frame.token].end &+= 1
        }
        token.next = UInt32(truncatingIfNeeded: tokens.count &+ 1)
        tokens.append(token)
    }

    private mutating func open(isObject: Bool) throws(Malformed) {
        guard frames.count < JSONOutput.deepest else { throw malformed("too deep") }
        index &+= 1
        let token = tokens.count
        append(isObject ? .object : .array, (token + 1)..<(token + 1))
        tokens[token].end = 0
        frames.append(Frame(token: token, isObject: isObject))
    }

    /// Closes what is closed here, and goes on to the next value of what is not.
    @inline(__always)
    private mutating func closeContainers() throws(Malformed) {
        while let frame = frames.last {
            skipSpace()
            let count = tokens[frame.token].end
            if next == (frame.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                index &+= 1
                tokens[frame.token].next = UInt32(truncatingIfNeeded: tokens.count)
                if count > Self.fewMembers, frame.isObject { try refuseTwins(in: frame.token) }
                frames.removeLast()
                continue
            }
            if count > 0 {
                guard next == UInt8(ascii: ",") else { throw malformed("expected a comma or the end of a container") }
                index &+= 1
            }
            if frame.isObject { try scanName() }
            return
        }
    }

    // MARK: Names

    @inline(__always)
    private mutating func scanName() throws(Malformed) {
        skipSpace()
        guard next == UInt8(ascii: "\"") else { throw malformed("expected a key") }
        index &+= 1
        let start = index
        nameHasEscapes = try skipString()
        name = UInt32(truncatingIfNeeded: start)
        nameLength = UInt32(truncatingIfNeeded: index &- 1 &- start)
        nameHash = hash(start..<index &- 1)
        try refuseTwin()
        skipSpace()
        guard next == UInt8(ascii: ":") else { throw malformed("expected a colon") }
        index &+= 1
    }

    private func hash(_ range: Range<Int>) -> UInt32 {
        if nameHasEscapes {
            let name = unsafe PlainText.unescaped(UnsafeBufferPointer(rebasing: bytes[range]))
            return unsafe name.withUnsafeBufferPointer { unsafe Self.hash($0, 0..<$0.count) }
        }
        return unsafe Self.hash(bytes, range)
    }

    /// Of the length and the bytes at both ends, as names of a type rarely differ in the middle alone.
    @inline(__always)
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt32 {
        let raw = UnsafeRawBufferPointer(bytes)
        let first, last: UInt64
        if range.count >= 8 {
            first = unsafe raw.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)
            last = unsafe raw.loadUnaligned(fromByteOffset: range.upperBound &- 8, as: UInt64.self)
        } else if range.count >= 4 {
            first = UInt64(unsafe raw.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt32.self))
            last = UInt64(unsafe raw.loadUnaligned(fromByteOffset: range.upperBound &- 4, as: UInt32.self))
        } else {
            var word: UInt64 = 0
            for index in range { word = word << 8 | UInt64(unsafe bytes[index]) }
            (first, last) = (word, 0)
        }
        let mixed = (first &* 0x9E37_79B9_7F4A_7C15) ^ (last &* 0xC2B2_AE3D_27D4_EB4F) ^ UInt64(range.count)
        return UInt32(truncatingIfNeeded: (mixed ^ mixed >> 29) &* 0xBF58_476D_1CE4_E5B9 >> 32)
    }

    /// Compares the name with those before it that may be the same.
    @inline(__always)
    private mutating func refuseTwin() throws(Malformed) {
        let last = frames.count &- 1
        let bit = UInt64(1) << UInt64(nameHash & 63)
        guard frames[last].names & bit != 0 else {
            frames[last].names |= bit
            return
        }
        let parent = frames[last].token
        guard tokens[parent].end <= Self.fewMembers else { return }
        var other = parent + 1
        while other < tokens.count {
            if tokens[other].hash == nameHash {
                let known = bytesOfName(tokens[other].name, tokens[other].nameLength, tokens[other].nameHasEscapes)
                guard known != bytesOfName(name, nameLength, nameHasEscapes) else { throw malformed("a key twice in an object") }
            }
            other = Int(tokens[other].next)
        }
    }

    private func refuseTwins(in object: Int) throws(Malformed) {
        var names: [[UInt8]] = []
        names.reserveCapacity(Int(tokens[object].end))
        var member = object + 1
        while member < tokens.count {
            names.append(bytesOfName(tokens[member].name, tokens[member].nameLength, tokens[member].nameHasEscapes))
            member = Int(tokens[member].next)
        }
        names.sort { $0.lexicographicallyPrecedes($1) }
        for index in names.indices.dropFirst() where names[index] == names[index - 1] {
            throw malformed("a key twice in an object")
        }
    }

    private func bytesOfName(_ start: UInt32, _ length: UInt32, _ hasEscapes: Bool) -> [UInt8] {
        let content = unsafe UnsafeBufferPointer(rebasing: bytes[Int(start)..<Int(start + length)])
        return unsafe hasEscapes ? PlainText.unescaped(content) : Array(content)
    }

    // MARK: Scalars

    /// Skips the content of a string and the quote after it.
    /// - Returns: whether it has escapes.
    @inline(__always)
    private mutating func skipString() throws(Malformed) -> Bool {
        let start = index
        var hasEscapes = false
        var isASCII = true
        let raw = unsafe UnsafeRawBufferPointer(bytes)
        while true {
            if end &- index >= 8 {
                let word = UInt64(littleEndian: unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let marks = PlainText.marks(in: word)
                if marks == 0 {
                    if word & PlainText.highBits != 0 { isASCII = false }
                    index &+= 8
                    continue
                }
                let plain = marks.trailingZeroBitCount & ~7
                if word & PlainText.highBits & ((UInt64(1) &<< UInt64(plain)) &- 1) != 0 { isASCII = false }
                index &+= plain / 8
            } else {
                guard index < end else { throw malformed("a string does not end") }
            }
            let byte = unsafe bytes[index]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try skipEscape()
            } else {
                guard byte >= 0x20 else { throw malformed("a control character in a string") }
                if byte >= 0x80 { isASCII = false }
                index &+= 1
            }
        }
        if !isASCII {
            guard unsafe PlainText.isUTF8(UnsafeBufferPointer(rebasing: bytes[start..<index])) else {
                throw malformed("no UTF-8")
            }
        }
        index &+= 1
        return hasEscapes
    }

    private mutating func skipEscape() throws(Malformed) {
        index &+= 1
        switch next {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            index &+= 1
        case UInt8(ascii: "u"):
            index &+= 1
            let unit = try takeCodeUnit()
            guard unit & 0xF800 == 0xD800 else { return }
            guard unit < 0xDC00, next == UInt8(ascii: "\\") else { throw malformed("half a pair of surrogates") }
            index &+= 1
            guard next == UInt8(ascii: "u") else { throw malformed("half a pair of surrogates") }
            index &+= 1
            guard try takeCodeUnit() & 0xFC00 == 0xDC00 else { throw malformed("half a pair of surrogates") }
        default: throw malformed("an unknown escape")
        }
    }

    private mutating func takeCodeUnit() throws(Malformed) -> UInt32 {
        guard let unit = unsafe PlainText.codeUnit(UnsafeBufferPointer(rebasing: bytes[..<end]), at: index) else {
            throw malformed("an escape without four digits")
        }
        index &+= 4
        return unit
    }

    private mutating func skip(_ word: StaticString, _ kind: Token.Kind) throws(Malformed) {
        let start = index
        guard end - index >= word.utf8CodeUnitCount else { throw malformed("no value") }
        for offset in 0..<word.utf8CodeUnitCount {
            guard unsafe bytes[index] == word.utf8Start[offset] else { throw malformed("no value") }
            index &+= 1
        }
        append(kind, start..<index)
    }

    private mutating func skipNumber() throws(Malformed) {
        let start = index
        var isInteger = true
        if next == UInt8(ascii: "-") { index &+= 1 }
        if next == UInt8(ascii: "0") { index &+= 1 } else { try skipDigits() }
        if next == UInt8(ascii: ".") {
            isInteger = false
            index &+= 1
            try skipDigits()
        }
        if next | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index &+= 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index &+= 1 }
            try skipDigits()
        }
        append(.number, start..<index, isInvolved: !isInteger)
    }

    private mutating func skipDigits() throws(Malformed) {
        let start = index
        while next &- UInt8(ascii: "0") < 10 { index &+= 1 }
        guard index > start else { throw malformed("no value") }
    }
}
