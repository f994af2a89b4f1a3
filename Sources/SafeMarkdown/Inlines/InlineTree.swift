/// Makes a tree of the pieces of running text.
struct InlineTree {
    private enum Frame {
        case text
        case emphasis
        case strong
        case strikethrough
        case link(InlineLink)
    }

    private let parser: InlineParser
    private var frames: [(frame: Frame, content: [MarkdownInline])] = [(.text, [])]
    /// How many levels are open that are too deep to be made.
    private var tooDeep = 0
    /// How many links are open, images aside.
    private var openLinks = 0
    /// Text that is not in the tree yet.
    private var pending: [UInt8] = []

    init(_ parser: InlineParser) { self.parser = parser }

    /// The tree.
    mutating func inlines() -> [MarkdownInline] {
        for token in parser.tokens { add(token) }
        flush()
        return frames[0].content
    }

    private mutating func add(_ token: InlineToken) {
        switch token {
        case .text(let range): pending.append(contentsOf: parser.bytes[range])
        case .characters(let range): pending.append(contentsOf: parser.characters[range])
        case .code(let range): append(.code(code(range)))
        case .html(let range): append(.html(parser.bytes.string(range)))
        case .address(let range, let prefix):
            let text = parser.bytes.string(range)
            if openLinks > 0 {
                pending.append(contentsOf: text.utf8)
            } else {
                append(.link(MarkdownLink(destination: prefix.rawValue + text, title: nil, content: [.text(text)])))
            }
        case .delimiters(let index): add(parser.runs[index])
        case .linkStart(let index): open(.link(parser.links[index]))
        case .linkEnd: close()
        case .softBreak: append(.softBreak)
        case .lineBreak: append(.lineBreak)
        }
    }

    private mutating func add(_ run: DelimiterRun) {
        for _ in run.closes { close() }
        for _ in 0..<run.remaining { pending.append(run.byte) }
        for length in run.opens.reversed() {
            open(run.byte == UInt8(ascii: "~") ? .strikethrough : length == 2 ? .strong : .emphasis)
        }
    }

    private mutating func append(_ inline: MarkdownInline) {
        flush()
        frames[frames.count - 1].content.append(inline)
    }

    private mutating func flush() {
        guard !pending.isEmpty else { return }
        frames[frames.count - 1].content.append(.text(String(decoding: pending, as: UTF8.self)))
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func open(_ frame: Frame) {
        if frames.count > parser.nesting {
            tooDeep += 1
            return
        }
        flush()
        frames.append((frame, []))
        if case .link(let link) = frame, !link.isImage { openLinks += 1 }
    }

    private mutating func close() {
        if tooDeep > 0 {
            tooDeep -= 1
            return
        }
        flush()
        guard frames.count > 1, let (frame, content) = frames.popLast() else { return }
        switch frame {
        case .text: break
        case .emphasis: append(.emphasis(content))
        case .strong: append(.strong(content))
        case .strikethrough: append(.strikethrough(content))
        case .link(let link):
            if !link.isImage { openLinks -= 1 }
            let made = MarkdownLink(destination: link.destination, title: link.title, content: content)
            append(link.isImage ? .image(made) : .link(made))
        }
    }

    /// The text of a code span: line ends are spaces, and one space is taken from each end, so that backticks can be there.
    private func code(_ range: Range<Int>) -> String {
        var code = parser.bytes[range].map { $0 == .lineFeed ? .space : $0 }
        if code.first == .space, code.last == .space, code.contains(where: { $0 != .space }) {
            code.removeLast()
            code.removeFirst()
        }
        return String(decoding: code, as: UTF8.self)
    }
}
