/// Text of one line: a subject, a person's name. It cannot hold what would break out of a header, a table or a terminal.
///
/// Whatever it is made of, it holds no control characters and no line or paragraph separators: each becomes a space, spaces in a row
/// become one, and those at the ends go. Marks that reorder text (bidirectional embeddings, overrides and isolates) are dropped. So `x\r\nBcc: v@example.com` reads `x Bcc: v@example.com`.
public struct SingleLine: Hashable, Sendable, CustomStringConvertible {
    /// The text.
    public let text: String

    /// Makes a line of any text.
    public init(_ text: String) {
        guard !text.isPlainLine else {
            self.text = text
            return
        }
        var result = String.UnicodeScalarView()
        var pendingSpace = false
        for scalar in text.unicodeScalars {
            if scalar.reordersText || scalar.value == 0xFEFF {
                continue
            } else if scalar.isControl || scalar.properties.isWhitespace {
                pendingSpace = !result.isEmpty
            } else {
                if pendingSpace { result.append(" ") }
                pendingSpace = false
                result.append(scalar)
            }
        }
        self.text = String(result)
    }

    /// Whether nothing is left.
    public var isEmpty: Bool { text.isEmpty }

    /// Whether there is anything to see: not only spaces, joiners and fillers.
    var isVisible: Bool {
        text.unicodeScalars.contains { !$0.properties.isWhitespace && !$0.properties.isDefaultIgnorableCodePoint }
    }

    /// The text.
    public var description: String { text }
}

extension SingleLine: ExpressibleByStringLiteral {
    /// A line written out in the host's source.
    public init(stringLiteral value: String) { self.init(value) }
}

extension SingleLine: Codable {
    /// Reads the line from a plain string, which is made harmless again.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the line as a plain string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension String {
    /// Whether it consists of letters and visible ASCII with single spaces between, as most lines do: nothing is to be done about them. Bytes
    /// that begin what may be a space or a control character say no.
    fileprivate var isPlainLine: Bool {
        var previousIsSpace = true
        for byte in utf8 {
            switch byte {
            case 0x21...0x7E: previousIsSpace = false
            case 0x20 where !previousIsSpace: previousIsSpace = true
            case 0xC2, 0xE1, 0xE2, 0xE3, 0xEF: return false
            case 0x80...0xFF: previousIsSpace = false
            default: return false
            }
        }
        return !previousIsSpace || isEmpty
    }
}

extension Unicode.Scalar {
    /// A character that moves other characters about: embeddings, overrides, isolates and their ends (Unicode UAX #9).
    var reordersText: Bool {
        switch value {
        case 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// A control character, such as NUL, CR, LF, ESC or one of C1.
    var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
