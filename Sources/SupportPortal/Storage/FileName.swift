/// A file's name, to be shown and to be suggested when the file is saved. Never a place in a file system: stores choose names of
/// their own.
///
/// Whatever it is made of, it has no directories (`../../x` becomes `x`), no control characters and none that reorder text (so that
/// `gpj.exe` cannot pose as `exe.jpg`), none of `<>:"/\|?*`, no dot or space at the ends, no reserved name of Windows (`CON` becomes
/// `_CON`), and at most 120 Unicode scalars and 200 bytes, the extension kept. An empty one becomes `file`.
public struct FileName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let text: String

    /// The most Unicode scalars in a name.
    static let longest = 120
    /// The most UTF-8 bytes in a name.
    static let longestBytes = 200

    /// Makes a harmless name of any text.
    public init(_ text: String) {
        // Scalars, not characters: a slash with an accent on it is no slash to Swift, and one to everything else.
        let lastPart = text.unicodeScalars.split { $0 == "/" || $0 == "\\" }.last.map { String($0) } ?? ""
        var scalars = String.UnicodeScalarView()
        // Left out first: the space around them is one space then, and the name made of a name is the same.
        scalars.append(contentsOf: lastPart.unicodeScalars.filter { !"<>:\"|?*".unicodeScalars.contains($0) })
        let name = Self.shortened(Self.trimmed(SingleLine(String(scalars)).text.unicodeScalars))
        let stem = Self.trimmed(String.UnicodeScalarView(name.prefix { $0 != "." }))
        let isReserved = Self.reserved.contains(String(stem).uppercased())
        self.text = name.isEmpty ? "file" : (isReserved ? "_" : "") + String(name)
    }

    /// Without dots, spaces and combining marks in front, and without dots and spaces at the end.
    private static func trimmed(_ name: String.UnicodeScalarView) -> String.UnicodeScalarView {
        let isEdge = { (scalar: Unicode.Scalar) in scalar == "." || scalar == " " }
        let start = name.drop { isEdge($0) || $0.properties.isGraphemeExtend }
        guard let last = start.lastIndex(where: { !isEdge($0) }) else { return String.UnicodeScalarView() }
        return String.UnicodeScalarView(start[...last])
    }

    /// At most so long, the extension kept where it is short.
    private static func shortened(_ name: String.UnicodeScalarView) -> String.UnicodeScalarView {
        guard name.count > longest || String(name).utf8.count > longestBytes else { return name }
        var tail = String.UnicodeScalarView()
        if let dot = name.lastIndex(of: "."), String(name[dot...]).utf8.count <= 17 {
            tail = String.UnicodeScalarView(name[dot...])
        }
        var stem = String.UnicodeScalarView()
        var bytes = String(tail).utf8.count
        let length = Swift.min(name.count - tail.count, longest - 1 - tail.count)
        for scalar in name.prefix(length) as Substring.UnicodeScalarView {
            bytes += String(scalar).utf8.count
            guard bytes < longestBytes else { break }
            stem.append(scalar)
        }
        return trimmed(stem) + tail
    }

    private static let reserved: Set<String> = {
        var names: Set<String> = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
        for digit in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "\u{B9}", "\u{B2}", "\u{B3}"] {
            names.formUnion(["COM\(digit)", "LPT\(digit)"])
        }
        return names
    }()

    /// What follows the last dot, in lower case; empty when there is none.
    public var pathExtension: String {
        guard let dot = text.lastIndex(of: "."), dot != text.startIndex else { return "" }
        return text[text.index(after: dot)...].lowercased()
    }

    /// The name.
    public var description: String { text }
}

extension FileName: ExpressibleByStringLiteral {
    /// A name written out in the host's source.
    public init(stringLiteral value: String) { self.init(value) }
}

extension FileName: Codable {
    /// Reads the name from a plain string, which is made harmless again.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the name as a plain string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
