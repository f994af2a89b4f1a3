/// An address that may be put into a page, once it is escaped.
struct LinkAddress {
    /// Printable ASCII only, percent-encoded.
    let text: String
    /// Whether it has no scheme.
    let isRelative: Bool

    /// Schemes that run something, or show what nobody has checked.
    private static let refusedSchemes: Set<String> = ["javascript", "vbscript", "data", "blob", "file"]

    /// Checks an address; `nil` if it is not allowed.
    ///
    /// It is read as a browser does (<https://url.spec.whatwg.org/#concept-basic-url-parser>), and more strictly: the white space
    /// around it does not count, but control characters anywhere, which browsers leave out of a scheme, and a colon (`%3A` too) that
    /// ends anything but an allowed scheme, are refused.
    ///
    /// - Parameters:
    ///   - destination: What was written, without escapes of Markdown.
    ///   - schemes: Those that are allowed, in small letters.
    ///   - allowsRelative: Whether one without a scheme is.
    init?(_ destination: String, schemes: Set<String>, allowsRelative: Bool) {
        guard let trimmed = Self.trimmed(destination) else { return nil }
        var address = String(trimmed)
        // Browsers take backslashes for slashes.
        let isOtherHost = trimmed.utf8.prefix(2).allSatisfy { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
        if isOtherHost, trimmed.utf8.count >= 2 {
            address = "https://" + trimmed.drop { $0 == "/" || $0 == "\\" }
        }
        let first = address.utf8.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        if let colon = first.firstIndex(of: UInt8(ascii: ":")) {
            let name = first[..<colon]
            guard let letter = name.first, letter.isLetter, name.allSatisfy(\.isSchemeByte) else { return nil }
            let scheme = Substring(name).lowercased()
            guard schemes.contains(scheme), !Self.refusedSchemes.contains(scheme) else { return nil }
            isRelative = false
        } else {
            // Something on the way may decode it.
            guard allowsRelative, !Substring(first).lowercased().contains("%3a") else { return nil }
            isRelative = true
        }
        text = Self.percentEncoded(address)
    }

    /// Without the white space around it; `nil` if it has control characters.
    private static func trimmed(_ destination: String) -> Substring? {
        let isControl = destination.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }
        guard !isControl else { return nil }
        var trimmed = destination[...]
        while let first = trimmed.first, first.isWhitespace { trimmed.removeFirst() }
        while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
        return trimmed
    }

    private static func percentEncoded(_ address: String) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(address.utf8.count)
        for byte in address.utf8 {
            if byte.isAlphanumeric || "-_.+!*'(),%#@?=;:/&$~".utf8.contains(byte) {
                encoded.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                encoded.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
