/// Divides a query into what stands in quotes and what does not.
struct PhraseParser {
    private var position = 0

    /// The next piece; `nil` at the end. A quote that is not closed is a sign like any other.
    mutating func next(in bytes: Span<UInt8>) -> (range: Range<Int>, isPhrase: Bool)? {
        guard position < bytes.count else { return nil }
        let start = position
        if bytes[start] == UInt8(ascii: "\""), let end = Self.quote(in: bytes, after: start) {
            position = end + 1
            return (start + 1..<end, true)
        }
        position = Self.quote(in: bytes, after: start) ?? bytes.count
        return (start..<position, false)
    }

    private static func quote(in bytes: Span<UInt8>, after start: Int) -> Int? {
        for place in start + 1..<bytes.count where bytes[place] == UInt8(ascii: "\"") { return place }
        return nil
    }
}
