/// Reads a file from one place to another line by line, a mebibyte at a time.
struct LineScanner {
    /// What stands between two line feeds.
    enum Content {
        case line(LogLine)
        /// Nothing, or only space: a person's editor leaves such lines.
        case blank
        /// Not a line as it was written.
        case damaged
    }

    /// A line with the bytes around it.
    struct Found {
        var content: Content
        /// Where the line is in the file, with its line feed.
        var range: Range<Int>
        /// The ranges of ``LogLine`` are indices of this.
        var bytes: [UInt8]
        /// The place of the first of ``bytes`` in the file.
        var base: Int
        /// Whether a line feed ends it; without one it can be but the last.
        var isTerminated: Bool
    }

    static let chunkSize = 1 << 20
    let file: any LogFile
    let longestLine: Int

    /// Hands every line to `body`, in order.
    func scan(_ range: Range<Int>, _ body: (Found) throws -> Void) throws {
        var bytes: [UInt8] = []
        var base = range.lowerBound
        var searched = 0
        var isOverlong = false
        while base + bytes.count < range.upperBound {
            let position = base + bytes.count
            let chunk = try file.read(min(Self.chunkSize, range.upperBound - position), at: position)
            // Somebody else made the file shorter.
            guard !chunk.isEmpty else { break }
            if bytes.isEmpty { bytes = chunk } else { bytes.append(contentsOf: chunk) }
            var start = 0
            while let feed = ByteSearch.lineFeed(bytes, searched..<bytes.count) {
                let content = isOverlong ? .damaged : Self.content(bytes, start..<feed)
                let found = Found(
                    content: content, range: (base + start)..<(base + feed + 1), bytes: bytes, base: base, isTerminated: true)
                try body(found)
                start = feed + 1
                searched = start
                isOverlong = false
            }
            bytes.removeFirst(start)
            base += start
            if bytes.count > longestLine {
                // No such line was ever written: given out in pieces, so that memory stays small.
                try body(unfinished(.damaged, bytes, base))
                base += bytes.count
                bytes = []
                isOverlong = true
            }
            searched = bytes.count
        }
        guard !bytes.isEmpty else { return }
        try body(unfinished(isOverlong ? .damaged : Self.content(bytes, bytes.indices), bytes, base))
    }

    /// What has no line feed behind it; it is whole nevertheless if its hash is right.
    private func unfinished(_ content: Content, _ bytes: [UInt8], _ base: Int) -> Found {
        Found(content: content, range: base..<(base + bytes.count), bytes: bytes, base: base, isTerminated: false)
    }

    private static func content(_ bytes: [UInt8], _ range: Range<Int>) -> Content {
        if let line = LineParser.line(bytes, range) { return .line(line) }
        return bytes[range].allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 } ? .blank : .damaged
    }

    /// Where a file ends if the spaces and zeros that were written ahead are left away.
    func contentEnd(size: Int) throws -> Int {
        var end = size
        while end > 0 {
            let start = max(0, end - (1 << 16))
            let bytes = try file.read(end - start, at: start)
            if let last = bytes.lastIndex(where: { $0 != 0x20 && $0 != 0 }) { return start + last + 1 }
            end = start
        }
        return 0
    }
}
