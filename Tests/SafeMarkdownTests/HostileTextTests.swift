import SafeMarkdown
import TestSupport
import Testing

@Suite("Texts that try to break out of a page")
struct HostileTextTests {
    static let policies: [(policy: HTMLPolicy, schemes: Set<String>)] = [
        (HTMLPolicy(), ["http", "https", "mailto"]),
        (HTMLPolicy(images: .shown { _ in true }, headingIDPrefix: "a-"), ["http", "https", "mailto"]),
        (
            HTMLPolicy(
                linkSchemes: ["https", "javascript", "vbscript", "data", "x"], allowsRelativeLinks: false,
                images: .shown { $0.hasPrefix("https:") },
                relations: HTMLPolicy.Relation.allCases, headingShift: .max, headingIDPrefix: "a-<\"' ", keepsLineEnds: true,
                detectsDirection: true), ["https", "x"]
        ),
        (HTMLPolicy(linkSchemes: [], images: .asText, relations: [], headingShift: .min), []),
    ]

    /// What is wrong with what is made of a text.
    static func problems(with text: String, limits: MarkdownLimits = MarkdownLimits()) -> [String] {
        let document = MarkdownDocument(parsing: text, limits: limits)
        var problems: [String] = []
        for (policy, schemes) in policies {
            let html = document.html(policy).text
            problems += HTMLChecker.problems(in: html, schemes: schemes, idPrefix: policy.headingIDPrefix == nil ? nil : "a-")
            if case .shown = policy.images { continue }
            if html.contains("<img") { problems.append("an image") }
        }
        if !policies[2].policy.allowsRelativeLinks, document.html(policies[2].policy).text.contains("href=\"/") {
            problems.append("a relative link")
        }
        for text in [document.plainText, document.mailText]
        where text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\t" }) {
            problems.append("a control character in text")
        }
        let summary = document.summary(limit: 20)
        if summary.count > 20 || summary.contains("\n") { problems.append("a summary of \(summary.count): \(summary)") }
        return problems
    }

    @Test("Do not", arguments: [UInt64.random(in: 0...UInt64.max)])
    func random(seed: UInt64) {
        var texts = HostileText(seed: seed)
        for _ in 0..<Thoroughness.cases(3000) {
            let text = texts.next()
            let problems = Self.problems(with: text, limits: MarkdownLimits(nesting: 6))
            guard problems.isEmpty else {
                Issue.record("seed \(seed): \(problems) with \(text.debugDescription)")
                return
            }
        }
    }

    @Test("Do not when a piece of them is cut out, doubled or moved", arguments: [UInt64.random(in: 0...UInt64.max)])
    func changed(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        for _ in 0..<Thoroughness.cases(600) {
            var bytes = Array(PlainTextTests.article.utf8)
            for _ in 0..<Int.random(in: 1...8, using: &numbers) {
                let from = Int.random(in: 0..<bytes.count, using: &numbers)
                let piece = bytes[from..<min(bytes.count, from + Int.random(in: 1...20, using: &numbers))]
                if Bool.random(using: &numbers) { bytes.removeSubrange(piece.indices) }
                bytes.insert(contentsOf: piece, at: Int.random(in: 0...bytes.count, using: &numbers))
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let problems = Self.problems(with: text)
            guard problems.isEmpty else {
                Issue.record("seed \(seed): \(problems) with \(text.debugDescription)")
                return
            }
        }
    }

    @Test("The same text makes the same HTML")
    func deterministic() {
        var texts = HostileText(seed: 1)
        for _ in 0..<50 {
            let text = texts.next()
            let policy = Self.policies[1].policy
            #expect(MarkdownDocument(parsing: text).html(policy) == MarkdownDocument(parsing: text).html(policy))
        }
    }
}
