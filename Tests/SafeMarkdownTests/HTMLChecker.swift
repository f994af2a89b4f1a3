/// Reads HTML as strictly as XML and accepts only what the renderer is known to need: written without looking at the renderer, so
/// that a mistake there is not made here too.
struct HTMLChecker {
    /// What is wrong, nothing if all is right.
    private(set) var problems: [String] = []

    private let schemes: Set<String>
    private let idPrefix: String?
    private let bytes: [UInt8]
    private var position = 0
    private var open: [String] = []
    private var ids: Set<String> = []

    private static let empty: Set<String> = ["br", "hr", "img"]
    private static let phrases: Set<String> = ["a", "br", "code", "del", "em", "img", "strong"]
    private static let blocks: Set<String> = [
        "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "tbody", "td", "th", "thead",
        "tr", "ul",
    ]
    /// In these there are only phrases.
    private static let holdsPhrases: Set<String> = phrases.union(["p", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "pre"])
    private static let parents: [String: Set<String>] = [
        "li": ["ol", "ul"], "thead": ["table"], "tbody": ["table"], "tr": ["thead", "tbody"], "th": ["tr"], "td": ["tr"],
    ]
    private static let children: [String: Set<String>] = [
        "ol": ["li"], "ul": ["li"], "table": ["thead", "tbody"], "thead": ["tr"], "tbody": ["tr"], "tr": ["th", "td"],
        "pre": ["code"],
        "code": [], "": blocks,
    ]
    private static let attributes: [String: Set<String>] = [
        "a": ["href", "title", "rel"], "img": ["src", "alt", "title"], "code": ["class"], "ol": ["start", "dir"], "ul": ["dir"],
        "li": ["dir"], "p": ["dir"], "blockquote": ["dir"], "table": ["dir"], "th": ["align", "dir"], "td": ["align", "dir"],
        "h1": ["id", "dir"], "h2": ["id", "dir"], "h3": ["id", "dir"], "h4": ["id", "dir"], "h5": ["id", "dir"],
        "h6": ["id", "dir"],
    ]
    private static let references = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'")]

    /// What is wrong with some HTML.
    ///
    /// - Parameters:
    ///   - html: The HTML.
    ///   - schemes: Those that addresses may have.
    ///   - idPrefix: What ids must begin with, `nil` for no ids.
    static func problems(
        in html: String, schemes: Set<String> = ["http", "https", "mailto"], idPrefix: String? = nil
    ) -> [String] {
        var checker = HTMLChecker(html, schemes: schemes, idPrefix: idPrefix)
        checker.read()
        return checker.problems
    }

    private init(_ html: String, schemes: Set<String>, idPrefix: String?) {
        self.schemes = schemes
        self.idPrefix = idPrefix
        bytes = Array(html.utf8)
        for scalar in html.unicodeScalars {
            // Of the two noncharacters at the end of each plane, only those of the first must not be in XML.
            let isControl = scalar.value < 0x20 && scalar != "\n" && scalar != "\t"
            if isControl || scalar == "\u{FFFE}" || scalar == "\u{FFFF}" { problems.append("character \(scalar.value)") }
        }
    }

    private mutating func read() {
        while position < bytes.count, problems.isEmpty {
            if bytes[position] == UInt8(ascii: "<") {
                readTag()
            } else {
                readText()
            }
        }
        if problems.isEmpty, !open.isEmpty { problems.append("not closed: \(open)") }
    }

    /// Text up to a tag.
    private mutating func readText() {
        let text = readCharacters(until: UInt8(ascii: "<"))
        let parent = open.last ?? ""
        guard parent != "code", Self.children[parent] != nil else { return }
        if !text.allSatisfy({ $0 == "\n" }) { problems.append("text in \(parent)") }
    }

    /// Characters up to one, with references replaced.
    private mutating func readCharacters(until end: UInt8) -> String {
        var text: [UInt8] = []
        while position < bytes.count, bytes[position] != end {
            switch bytes[position] {
            case UInt8(ascii: "&"):
                guard let (_, character) = Self.references.first(where: { skip($0.0) }) else {
                    problems.append("a bare &")
                    return ""
                }
                text.append(contentsOf: character.utf8)
                continue
            case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): problems.append("a bare mark")
            default: text.append(bytes[position])
            }
            position += 1
        }
        return String(decoding: text, as: UTF8.self)
    }

    private func has(_ text: String) -> Bool {
        var place = position
        for byte in text.utf8 {
            guard place < bytes.count, bytes[place] == byte else { return false }
            place += 1
        }
        return true
    }

    private mutating func skip(_ text: String) -> Bool {
        guard has(text) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func readName() -> String {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): position += 1
            default: return String(decoding: bytes[start..<position], as: UTF8.self)
            }
        }
        return String(decoding: bytes[start...], as: UTF8.self)
    }

    private mutating func readTag() {
        _ = skip("<")
        if skip("/") {
            let name = readName()
            if open.popLast() != name || !skip(">") { problems.append("</\(name) closes nothing") }
            return
        }
        let name = readName()
        guard Self.phrases.union(Self.blocks).contains(name) else {
            problems.append("<\(name)")
            return
        }
        checkPlace(of: name)
        var seen: Set<String> = []
        while skip(" "), !has("/>") {
            let attribute = readName()
            guard Self.attributes[name, default: []].contains(attribute), seen.insert(attribute).inserted, skip("=\"") else {
                problems.append("attribute \(attribute) of \(name)")
                return
            }
            let value = readCharacters(until: UInt8(ascii: "\""))
            guard skip("\"") else {
                problems.append("attribute \(attribute) does not end")
                return
            }
            check(attribute, value)
        }
        if Self.empty.contains(name) {
            if !skip("/>") { problems.append("\(name) is not closed") }
        } else {
            if !skip(">") { problems.append("\(name) does not end") }
            open.append(name)
        }
        if name == "a", !seen.contains("href") || open.dropLast().contains("a") {
            problems.append("a link in a link, or to nothing")
        }
        if name == "img", !seen.isSuperset(of: ["src", "alt"]) { problems.append("an image of nothing") }
    }

    /// A browser moves elements that are where they must not be.
    private mutating func checkPlace(of name: String) {
        let parent = open.last ?? ""
        if let parents = Self.parents[name], !parents.contains(parent) { problems.append("\(name) in \(parent)") }
        if let children = Self.children[parent], !children.contains(name) { problems.append("\(name) in \(parent)") }
        if Self.holdsPhrases.contains(parent), !Self.phrases.contains(name) { problems.append("\(name) in \(parent)") }
    }

    private mutating func check(_ attribute: String, _ value: String) {
        let isRight: Bool
        switch attribute {
        case "href", "src": isRight = isAllowed(value)
        case "class": isRight = value.utf8.starts(with: "language-".utf8) && !value.contains(where: \.isWhitespace)
        case "start": isRight = !value.isEmpty && value.utf8.count <= 9 && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
        case "align": isRight = ["left", "center", "right"].contains(value)
        case "dir": isRight = value == "auto"
        case "rel":
            isRight = value.split(separator: " ").allSatisfy { ["nofollow", "noopener", "noreferrer", "ugc"].contains($0) }
        case "id":
            let isNew = ids.insert(value).inserted
            isRight =
                isNew && idPrefix.map { value.utf8.starts(with: $0.utf8) && value.utf8.count > $0.utf8.count } ?? false
                && !value.contains(where: \.isWhitespace)
        default: isRight = true
        }
        if !isRight { problems.append("\(attribute)=\(value)") }
    }

    /// Whether an address leads where a browser may go: as a browser reads it, and once more with what is percent-encoded decoded.
    private func isAllowed(_ address: String) -> Bool {
        guard address.unicodeScalars.allSatisfy({ (0x21..<0x7F).contains($0.value) }) else { return false }
        guard !address.hasPrefix("//"), !address.hasPrefix("/\\"), !address.hasPrefix("\\") else { return false }
        if let scheme = Self.scheme(of: address), !schemes.contains(scheme) { return false }
        let decoded = Self.scheme(of: Self.percentDecoded(address)) ?? ""
        return !["javascript", "vbscript", "data"].contains(decoded)
    }

    /// The scheme that a browser sees: it leaves out white space in front, and tabs and line ends anywhere.
    static func scheme(of address: String) -> String? {
        let visible = address.unicodeScalars.drop { $0.value <= 0x20 }.filter { !["\t", "\n", "\r"].contains($0) }
        var scheme = ""
        for scalar in visible {
            if scalar == ":" { return scheme.isEmpty ? nil : scheme.lowercased() }
            let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
            let isOther = ("0"..."9").contains(scalar) || ["+", "-", "."].contains(scalar)
            guard isLetter || isOther && !scheme.isEmpty else { return nil }
            scheme.unicodeScalars.append(scalar)
        }
        return nil
    }

    private static func percentDecoded(_ address: String) -> String {
        var decoded: [UInt8] = []
        let bytes = Array(address.utf8)
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[position + 1...position + 2], as: UTF8.self), radix: 16)
            {
                decoded.append(byte)
                position += 3
            } else {
                decoded.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
