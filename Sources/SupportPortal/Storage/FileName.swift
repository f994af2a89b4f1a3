/// A file's name, to be shown and to be suggested when the file is saved. Never a place in a file system: stores choose names of
/// their own.
///
/// Whatever it is made of, it has no directories (`../../x` becomes `x`), no control characters and none that reorder text (so that
/// `gpj.exe` cannot pose as `exe.jpg`), none of `<>:"/\|?*`, no dot or space at the ends, no reserved name of Windows (`CON` becomes
/// `_CON`), and at most 120 characters and 200 bytes, the extension kept. An empty one becomes `file`.
public struct FileName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let text: String

    /// The most characters in a name.
    static let longest = 120
    /// The most UTF-8 bytes in a name.
    static let longestBytes = 200

    /// Makes a harmless name of any text.
    public init(_ text: String) {
        let lastPart = text.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        var scalars = String.UnicodeScalarView()
        for scalar in SingleLine(lastPart).text.unicodeScalars where !"<>:\"|?*".unicodeScalars.contains(scalar) {
            scalars.append(scalar)
        }
        var name = Self.trimmed(String(scalars))
        if name.count > Self.longest || name.utf8.count > Self.longestBytes { name = Self.shortened(name) }
        let stem = name.prefix { $0 != "." }.uppercased()
        if Self.reserved.contains(stem) { name = "_" + name }
        self.text = name.isEmpty ? "file" : name
    }

    private static func trimmed(_ name: some StringProtocol) -> String {
        String(name.drop { $0 == "." || $0 == " " }.reversed().drop { $0 == "." || $0 == " " }.reversed())
    }

    private static func shortened(_ name: String) -> String {
        var tail = ""
        if let dot = name.lastIndex(of: "."), name[dot...].utf8.count <= 17 { tail = String(name[dot...]) }
        var stem = ""
        var bytes = tail.utf8.count
        for character in name.dropLast(tail.count).prefix(longest - tail.count) {
            bytes += character.utf8.count
            guard bytes <= longestBytes else { break }
            stem.append(character)
        }
        return trimmed(stem) + tail
    }

    private static let reserved: Set<String> = {
        var names: Set<String> = ["CON", "PRN", "AUX", "NUL"]
        for digit in 0...9 { names.formUnion(["COM\(digit)", "LPT\(digit)"]) }
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
