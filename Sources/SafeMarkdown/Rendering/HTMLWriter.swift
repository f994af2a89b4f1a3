/// Writes HTML of elements and attributes whose names are in the program, and of text that is escaped.
struct HTMLWriter {
    private var bytes: [UInt8] = []

    /// What was written.
    var html: SafeHTML { SafeHTML(text: String(decoding: bytes, as: UTF8.self)) }

    /// Begins an element; attributes without a value are left out.
    mutating func open(_ name: StaticString, _ attributes: [(name: StaticString, value: String?)] = []) {
        bytes.append(UInt8(ascii: "<"))
        write(name)
        writeAttributes(attributes)
        bytes.append(UInt8(ascii: ">"))
    }

    /// Ends an element.
    mutating func close(_ name: StaticString) {
        write("</")
        write(name)
        bytes.append(UInt8(ascii: ">"))
    }

    /// An element that has no content.
    mutating func empty(_ name: StaticString, _ attributes: [(name: StaticString, value: String?)] = []) {
        bytes.append(UInt8(ascii: "<"))
        write(name)
        writeAttributes(attributes)
        write(" />")
    }

    /// Ends a line, unless nothing was written or it is ended already.
    mutating func endLine() {
        if let last = bytes.last, last != .lineFeed { bytes.append(.lineFeed) }
    }

    /// Text, escaped.
    mutating func text(_ text: String) {
        guard text.utf8.contains(where: Self.isEscaped) else {
            bytes.append(contentsOf: text.utf8)
            return
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): write("&amp;")
            case UInt8(ascii: "<"): write("&lt;")
            case UInt8(ascii: ">"): write("&gt;")
            case UInt8(ascii: "\""): write("&quot;")
            case UInt8(ascii: "'"): write("&#39;")
            default: bytes.append(byte)
            }
        }
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
        default: false
        }
    }

    private mutating func writeAttributes(_ attributes: [(name: StaticString, value: String?)]) {
        for attribute in attributes {
            guard let value = attribute.value else { continue }
            bytes.append(.space)
            write(attribute.name)
            write("=\"")
            text(value)
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private mutating func write(_ name: StaticString) { name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) } }
}
