/// What a request says about which part of a file it wants, and under which conditions: four fields of HTTP, as they came. Nothing of it has to be
/// well-formed.
public struct FileRequest: Hashable, Sendable {
    /// The value of `Range`.
    public var range: String?
    /// The value of `If-Range`.
    public var ifRange: String?
    /// The value of `If-None-Match`.
    public var ifNoneMatch: String?
    /// The value of `If-Match`.
    public var ifMatch: String?

    /// Asks for the whole file.
    public init() {}

    /// Takes the four fields out of all those of a request. Names are compared without case; a field that comes several times is one whose values
    /// are joined with commas (RFC 9110, 5.3).
    public init(fields: some Sequence<(name: String, value: String)>) {
        for (name, value) in fields {
            switch name.lowercased() {
            case "range": Self.add(value, to: &range)
            case "if-range": Self.add(value, to: &ifRange)
            case "if-none-match": Self.add(value, to: &ifNoneMatch)
            case "if-match": Self.add(value, to: &ifMatch)
            default: break
            }
        }
    }

    private static func add(_ value: String, to field: inout String?) { field = field.map { "\($0), \(value)" } ?? value }

    /// What to answer: a pure function of RFC 9110, 13.2.2 and 14.2, for `GET` and `HEAD` of a file that is there.
    ///
    /// Files have no dates for validators here, so that `If-Modified-Since` and `If-Unmodified-Since` do not count (13.1.3), and an `If-Range` that
    /// holds a date means the whole file.
    /// - Parameters:
    ///   - size: the number of bytes of the whole file.
    ///   - entityTag: a strong one, with its quotation marks.
    public func decision(size: Int, entityTag: String) -> FileDecision {
        if let ifMatch, !EntityTags(ifMatch).contains(entityTag, allowsWeak: false) { return .preconditionFailed }
        if let ifNoneMatch, EntityTags(ifNoneMatch).contains(entityTag, allowsWeak: true) { return .notModified }
        if let ifRange, !ifRange.isEntityTag(entityTag) { return .whole }
        guard let range, let wanted = ByteRange(range) else { return .whole }
        guard let bytes = wanted.bytes(of: size) else { return .rangeNotSatisfiable }
        return bytes == 0..<size ? .whole : .part(bytes)
    }
}

/// What to answer to a ``FileRequest``.
public enum FileDecision: Hashable, Sendable {
    /// The whole file: 200.
    case whole
    /// These bytes: 206.
    case part(Range<Int>)
    /// The client has it already: 304, without bytes.
    case notModified
    /// It is not the file that the client means: 412, without bytes.
    case preconditionFailed
    /// There are no such bytes: 416, without any.
    case rangeNotSatisfiable
}

/// A `Range` of bytes (RFC 9110, 14.1.2), not yet of a file.
enum ByteRange: Hashable {
    /// From an offset to another, that one included; to the end where there is none.
    case from(Int, through: Int?)
    /// So many at the end.
    case last(Int)

    /// Reads the value of a field. `nil` for what need not be understood, and means the whole file then: other units, text that is no range, a range
    /// that ends before it begins, and more than one range, which nobody needs for a file and which would let a short request ask for much.
    init?(_ value: String) {
        var text = value.utf8[...]
        text.trim()
        let unit = text.prefix { $0 != UInt8(ascii: "=") }
        guard unit.count == 5, unit.elementsEqual("bytes".utf8, by: { $0 | 0x20 == $1 }) else { return nil }
        text = text.dropFirst(6)
        text.trim()
        let first = text.prefix { $0 != UInt8(ascii: "-") }
        let last = text.dropFirst(first.count + 1)
        guard first.count < text.count else { return nil }
        if first.isEmpty {
            guard let count = Int(digits: last) else { return nil }
            self = .last(count)
        } else {
            guard let start = Int(digits: first) else { return nil }
            guard !last.isEmpty else {
                self = .from(start, through: nil)
                return
            }
            guard let end = Int(digits: last), start <= end else { return nil }
            self = .from(start, through: end)
        }
    }

    /// The offsets in a file of so many bytes; `nil` where there are none (14.1.2). Of an empty file, any last bytes are the whole.
    func bytes(of size: Int) -> Range<Int>? {
        switch self {
        case .from(let start, let end):
            guard start < size else { return nil }
            return start..<(end.map { $0 < size ? $0 + 1 : size } ?? size)
        case .last(let count):
            guard count > 0 else { return nil }
            return (count < size ? size - count : 0)..<Swift.max(0, size)
        }
    }
}

extension Int {
    /// A number of one or more digits and nothing else; one too large for any file is the largest there is.
    fileprivate init?(digits: Substring.UTF8View) {
        guard !digits.isEmpty else { return nil }
        var value = 0
        for digit in digits {
            guard case UInt8(ascii: "0")...UInt8(ascii: "9") = digit else { return nil }
            let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            value = overflows || overflowsToo ? .max : sum
        }
        self = value
    }
}

extension Substring.UTF8View {
    /// Drops spaces and tabs at both ends.
    fileprivate mutating func trim() {
        let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        self = drop(while: isSpace)
        while let last, isSpace(last) { removeLast() }
    }
}

extension String {
    /// Whether it is this strong entity tag, spaces around it aside.
    fileprivate func isEntityTag(_ tag: String) -> Bool {
        var text = utf8[...]
        text.trim()
        return text.elementsEqual(tag.utf8)
    }
}

/// The value of `If-None-Match` or `If-Match` (RFC 9110, 13.1.1): tags, or `*` for any.
private struct EntityTags {
    private var isAny = false
    private var tags: [(text: Substring.UTF8View, isWeak: Bool)] = []

    /// What is no list of tags ends the list: what comes before counts.
    init(_ value: String) {
        var rest = value.utf8[...]
        rest.trim()
        if rest.elementsEqual("*".utf8) {
            isAny = true
            return
        }
        while true {
            rest = rest.drop { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            let isWeak = rest.starts(with: "W/".utf8)
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.first == UInt8(ascii: "\"") else { return }
            guard let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\"")) else { return }
            tags.append((rest[...end], isWeak))
            rest = rest[rest.index(after: end)...]
        }
    }

    /// Weak comparison, or a strong one in which weak tags match nothing (8.8.3.2).
    func contains(_ tag: String, allowsWeak: Bool) -> Bool {
        isAny || tags.contains { (allowsWeak || !$0.isWeak) && $0.text.elementsEqual(tag.utf8) }
    }
}
