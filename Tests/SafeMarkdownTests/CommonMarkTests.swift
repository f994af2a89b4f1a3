import Foundation
import Testing

@testable import SafeMarkdown

/// Compares with the specification and with another program. Neither is part of this repository: `.ci/commonmark-spec` fetches them,
/// and these tests run only where the environment says where they are.
@Suite("CommonMark")
struct CommonMarkTests {
    private struct Example: Decodable {
        var markdown: String
        var html: String
        var example: Int
    }

    private static let specification = ProcessInfo.processInfo.environment["COMMONMARK_SPEC"]
    private static let otherProgram = ProcessInfo.processInfo.environment["COMMONMARK_PEER"]

    /// Shows what the specification shows, as far as a policy allows.
    private static let policy = HTMLPolicy(
        linkSchemes: ["http", "https", "mailto", "ftp", "irc", "a+b+c", "made-up-scheme", "localhost"],
        images: .shown { _ in true }, relations: [],
        headingShift: 0)

    @Test("The examples of the specification come out as it says", .enabled(if: specification != nil))
    func examples() throws {
        let data = try Data(contentsOf: URL(filePath: Self.specification ?? ""))
        let examples = try JSONDecoder().decode([Example].self, from: data)
        #expect(examples.count >= 600)
        var counts: [String: [Int]] = [:]
        for example in examples {
            let document = MarkdownDocument(parsing: example.markdown)
            let html = document.html(Self.policy).text
            let rule = Self.rule(of: html, expected: example.html, document)
            counts[rule, default: []].append(example.example)
            if rule == "different" { Issue.record("example \(example.example): \(example.markdown)\n\(html)") }
        }
        for (rule, numbers) in counts.sorted(by: { $0.key < $1.key }) {
            print("CommonMark: \(rule): \(numbers.count)", numbers.count < 10 ? "\(numbers)" : "")
        }
        // Raw HTML is nearly all that the specification has and this renderer has not.
        #expect(counts["same", default: []].count >= examples.count * 7 / 8)
        #expect(counts["links that are refused, or that GFM has", default: []].count <= 5)
    }

    /// Why an example comes out as it does.
    private static func rule(of html: String, expected: String, _ document: MarkdownDocument) -> String {
        let html = unified(html)
        if html == unified(expected) { return "same" }
        var escaped = EscapedHTML(expected)
        escaped.escape(document.blocks)
        if html == unified(escaped.html) { return "raw HTML is shown" }
        if withoutLinks(html) == withoutLinks(unified(expected)) { return "links that are refused, or that GFM has" }
        return "different"
    }

    /// References to characters that need none in text.
    private static func unified(_ html: String) -> String {
        html.replacingOccurrences(of: "&quot;", with: "\"").replacingOccurrences(of: "&#39;", with: "'")
    }

    private static func withoutLinks(_ html: String) -> String {
        html.split(separator: "<a ").enumerated().map { $0.offset == 0 ? $0.element : $0.element.drop { $0 != ">" }.dropFirst() }
            .joined()
            .replacingOccurrences(of: "</a>", with: "")
    }

    @Test(
        "Another program makes the same of texts without raw HTML", .enabled(if: otherProgram != nil),
        arguments: [1, 2, 3] as [UInt64])
    func peer(seed: UInt64) throws {
        var texts = PlainMarkdown(seed: seed)
        let policy = HTMLPolicy(images: .shown { _ in true }, relations: [], headingShift: 0)
        var same = 0
        for _ in 0..<1000 {
            let text = texts.next()
            let html = Self.unified(MarkdownDocument(parsing: text).html(policy).text)
            let expected = Self.unified(try Self.peerHTML(of: text))
            if html == expected { same += 1 }
            guard Self.withoutSpaces(html) == Self.withoutSpaces(expected) else {
                Issue.record("seed \(seed): \(text.debugDescription)\n\(html)\ninstead of\n\(expected)")
                return
            }
        }
        #expect(same >= 950, "seed \(seed)")
        print("CommonMark: \(same) of 1000 texts are exactly as the other program makes them")
    }

    /// The other program keeps the white space of lines that go on with a paragraph whose quote or item they are not in, and takes a
    /// list for tight that has a blank line behind a heading or a line across.
    private static func withoutSpaces(_ html: String) -> String {
        html.replacingOccurrences(of: "<p>", with: "").replacingOccurrences(of: "</p>", with: "").filter { !$0.isWhitespace }
    }

    private static func peerHTML(of text: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: otherProgram ?? "")
        process.arguments = ["--unsafe", "-e", "table", "-e", "strikethrough", "-e", "autolink"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // Short enough for a pipe to hold.
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        let html = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: html, as: UTF8.self)
    }
}

/// The HTML of an example with raw HTML shown instead of passed through.
private struct EscapedHTML {
    /// What is left to do, behind what is done.
    private var rest: Substring
    private var done = ""

    init(_ html: String) { rest = html[...] }

    var html: String { done + rest }

    mutating func escape(_ blocks: [MarkdownBlock]) {
        for block in blocks {
            switch block {
            case .html(let html): replace(html + "\n", with: "<pre><code>\(Self.escaped(html))\n</code></pre>\n")
            case .heading(_, let content), .paragraph(let content): escape(content)
            case .quote(let blocks): escape(blocks)
            case .list(let list): for item in list.items { escape(item) }
            case .code, .thematicBreak, .table: break
            }
        }
    }

    private mutating func escape(_ inlines: [MarkdownInline]) {
        for inline in inlines {
            switch inline {
            case .html(let html): replace(html, with: Self.escaped(html))
            case .emphasis(let content), .strong(let content), .strikethrough(let content): escape(content)
            case .link(let link): escape(link.content)
            case .text, .code, .image, .softBreak, .lineBreak: break
            }
        }
    }

    private mutating func replace(_ raw: String, with escaped: String) {
        guard let range = rest.range(of: raw) else { return }
        done += rest[..<range.lowerBound] + escaped
        rest = rest[range.upperBound...]
    }

    private static func escaped(_ html: String) -> String {
        html.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(
            of: ">", with: "&gt;")
    }
}
