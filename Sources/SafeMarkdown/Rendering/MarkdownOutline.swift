/// A heading of a document, for a table of contents.
package struct MarkdownHeading: Hashable, Sendable {
    /// The level at which it is shown, from 1 to 6.
    package let level: Int
    /// Its words.
    package let text: String
    /// The `id` of its element, which no other heading of the document has: put `#` and this, percent-encoded, into a link.
    package let id: String
}

extension MarkdownDocument {
    /// The headings in their order, those in quotes and lists too, as ``html(_:)`` shows them by the same policy. Without
    /// ``HTMLPolicy/headingIDPrefix`` the ids have no prefix, and are not in the HTML.
    package func outline(for policy: HTMLPolicy = HTMLPolicy()) -> [MarkdownHeading] {
        var outline = OutlineMaker(policy: policy)
        outline.add(blocks)
        return outline.headings
    }
}

/// Collects the headings of a document.
private struct OutlineMaker {
    let policy: HTMLPolicy
    let prefix: String
    var headings: [MarkdownHeading] = []
    private var used: Set<String> = []
    /// The number that was last put behind an id.
    private var numbers: [String: Int] = [:]

    init(policy: HTMLPolicy) {
        self.policy = policy
        let letters = (policy.headingIDPrefix ?? "").unicodeScalars.filter { scalar in
            scalar == "-" || scalar == "_" || scalar.isASCII && scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        }
        prefix = String(String.UnicodeScalarView(letters))
    }

    mutating func add(_ blocks: [MarkdownBlock]) {
        for block in blocks {
            switch block {
            case .heading(let level, let content):
                let text = PlainText.words(of: content)
                headings.append(MarkdownHeading(level: policy.level(level), text: text, id: id(for: text)))
            case .quote(let blocks): add(blocks)
            case .list(let list): for item in list.items { add(item) }
            case .paragraph, .code, .html, .thematicBreak, .table: break
            }
        }
    }

    private mutating func id(for text: String) -> String {
        let base = prefix + Self.slug(of: text)
        var id = base
        while used.contains(id) {
            let number = numbers[base, default: 0] + 1
            numbers[base] = number
            id = "\(base)-\(number)"
        }
        used.insert(id)
        return id
    }

    /// The letters and digits of a text in lower case, at most about 60, divided by hyphens.
    private static func slug(of text: String) -> String {
        var slug = String.UnicodeScalarView()
        var isDivided = false
        for scalar in text.unicodeScalars {
            guard slug.count < 60 else { break }
            guard scalar.properties.isAlphabetic || scalar.properties.numericType != nil else {
                isDivided = !slug.isEmpty
                continue
            }
            if isDivided { slug.append("-") }
            isDivided = false
            slug.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
        return slug.isEmpty ? "section" : String(slug)
    }
}
