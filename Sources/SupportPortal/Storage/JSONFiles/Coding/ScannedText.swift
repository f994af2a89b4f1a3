#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A JSON text and the places of its values. What they say is found out when it is asked for.
@safe final class ScannedText {
    private let bytes: [UInt8]
    private let count: Int
    /// The only thing that changes after scanning is from where an object's members are looked for; behind a pointer, as each access to a
    /// variable of a class costs a check at run time.
    private let tokens: UnsafeMutablePointer<Token>

    init(_ bytes: [UInt8], in range: Range<Int>) throws {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        self.bytes = bytes
        let (table, failure, place) = unsafe bytes.withUnsafeBufferPointer { bytes in
            var scanner = unsafe TokenScanner(bytes, range)
            do throws(TokenScanner.Malformed) {
                try scanner.scan()
                return (scanner.tokens, nil as TokenScanner.Malformed?, nil as Int?)
            } catch {
                return (scanner.tokens, error, scanner.place)
            }
        }
        count = table.count
        unsafe tokens = .allocate(capacity: max(1, table.count))
        unsafe table.withUnsafeBufferPointer { table in
            if let base = table.baseAddress { unsafe tokens.initialize(from: base, count: table.count) }
        }
        guard let failure else { return }
        throw DecodingError.dataCorrupted(
            DecodingError.Context(
                codingPath: place.map(path) ?? [],
                debugDescription: "not the JSON of a record at byte \(failure.offset - range.lowerBound): \(failure.reason)"))
    }

    deinit { unsafe tokens.deallocate() }

    @inline(__always)
    subscript(_ index: Int) -> Token {
        precondition(index < count)
        return unsafe tokens[index]
    }

    @inline(__always)
    private func withBytes<Result>(_ start: UInt32, _ end: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        unsafe bytes.withUnsafeBufferPointer { unsafe body(UnsafeBufferPointer(rebasing: $0[Int(start)..<Int(end)])) }
    }

    @inline(__always)
    private func text(_ start: UInt32, _ end: UInt32, hasEscapes: Bool) -> String {
        unsafe withBytes(start, end) { content in
            guard hasEscapes else { return unsafe String(decoding: content, as: UTF8.self) }
            return String(decoding: unsafe PlainText.unescaped(content), as: UTF8.self)
        }
    }

    // MARK: Members

    /// The name of a member.
    func name(of member: Token) -> String {
        text(member.name, member.name &+ member.nameLength, hasEscapes: member.nameHasEscapes)
    }

    /// The value of a member. Looked for first after the one that was found last, so that to read members in order takes no search.
    @inline(__always)
    func member(_ name: String, of object: Int) -> Int? {
        var name = name
        return name.withUTF8 { name in
            let end = Int(unsafe tokens[object].next)
            let start = Int(unsafe tokens[object].start)
            var index = start
            while index < end {
                if unsafe isNamed(index, name) { return found(index, in: object) }
                index = Int(unsafe tokens[index].next)
            }
            index = object &+ 1
            while index < start {
                if unsafe isNamed(index, name) { return found(index, in: object) }
                index = Int(unsafe tokens[index].next)
            }
            return nil
        }
    }

    @inline(__always)
    private func found(_ index: Int, in object: Int) -> Int {
        unsafe tokens[object].start = tokens[index].next
        return index
    }

    @inline(__always)
    private func isNamed(_ index: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        let token = unsafe tokens[index]
        if token.nameHasEscapes { return unsafe self.name(of: token).utf8.elementsEqual(name) }
        guard Int(token.nameLength) == name.count else { return false }
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            var offset = Int(token.name)
            for index in 0..<name.count {
                let byte = unsafe name[index]
                guard unsafe bytes[offset] == byte else { return false }
                offset &+= 1
            }
            return true
        }
    }

    // MARK: Values

    @inline(__always)
    func string(at index: Int) throws -> String {
        let token = self[index]
        guard token.kind == .string else { throw mismatch(String.self, at: index) }
        return text(token.start, token.end, hasEscapes: token.isInvolved)
    }

    func flag(at index: Int) throws -> Bool {
        switch self[index].kind {
        case .yes: return true
        case .no: return false
        default: throw mismatch(Bool.self, at: index)
        }
    }

    @inline(__always)
    func integer<Number: FixedWidthInteger>(_ type: Number.Type, at index: Int) throws -> Number {
        let token = self[index]
        guard token.kind == .number, !token.isInvolved else { throw mismatch(type, at: index) }
        let magnitude: UInt64? = unsafe withBytes(token.start, token.end) { digits in
            var magnitude: UInt64 = 0
            for index in 0..<digits.count {
                let byte = unsafe digits[index]
                if byte == UInt8(ascii: "-") { continue }
                let (tens, overflows) = magnitude.multipliedReportingOverflow(by: 10)
                let (sum, overflowsToo) = tens.addingReportingOverflow(UInt64(byte &- UInt8(ascii: "0")))
                if overflows || overflowsToo { return nil }
                magnitude = sum
            }
            return magnitude
        }
        let isNegative = bytes[Int(token.start)] == UInt8(ascii: "-")
        if let magnitude, !isNegative, let number = Number(exactly: magnitude) { return number }
        if let magnitude, isNegative, magnitude <= 1 << 63,
            let number = Number(exactly: Int64(truncatingIfNeeded: 0 &- magnitude))
        {
            return number
        }
        throw corrupted("a number out of range", at: index)
    }

    func double(at index: Int) throws -> Double { try fraction(Double.self, at: index) }

    func float(at index: Int) throws -> Float { try fraction(Float.self, at: index) }

    private func fraction<Number: BinaryFloatingPoint & LosslessStringConvertible>(_ type: Number.Type, at index: Int) throws
        -> Number
    {
        let token = self[index]
        guard token.kind == .number else { throw mismatch(type, at: index) }
        guard let number = Number(text(token.start, token.end, hasEscapes: false)), number.isFinite else {
            throw corrupted("a number out of range", at: index)
        }
        return number
    }

    private func date(at index: Int) throws -> Date {
        let token = self[index]
        guard token.kind == .string else { throw mismatch(Date.self, at: index) }
        var instant: InstantText?
        if token.isInvolved {
            var text = text(token.start, token.end, hasEscapes: true)
            instant = text.withUTF8 { unsafe InstantText($0) }
        } else {
            instant = unsafe withBytes(token.start, token.end) { unsafe InstantText($0) }
        }
        guard let instant else { throw corrupted("not an instant like 2026-11-23T09:40:00.123Z", at: index) }
        return instant.date
    }

    private func data(at index: Int) throws -> Data {
        guard let data = Data(base64Encoded: try string(at: index)) else { throw corrupted("not Base64", at: index) }
        return data
    }

    /// A value of any type.
    func decode<Value: Decodable>(_ type: Value.Type, at index: Int) throws -> Value {
        if type == Date.self { return try unsafe unsafeBitCast(date(at: index), to: type) }
        if type == Data.self { return try unsafe unsafeBitCast(data(at: index), to: type) }
        return try Value(from: ValueReader(text: self, index: index))
    }

    // MARK: Errors

    /// The way to a value.
    func path(to index: Int) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var index = index
        while index > 0 {
            let token = self[index]
            let parent = Int(token.parent)
            path.append(self[parent].kind == .object ? PathKey(stringValue: name(of: token)) : PathKey(index: Int(token.name)))
            index = parent
        }
        path.reverse()
        return path
    }

    func context(_ reason: String, at index: Int) -> DecodingError.Context {
        DecodingError.Context(codingPath: path(to: index), debugDescription: reason)
    }

    func corrupted(_ reason: String, at index: Int) -> DecodingError { .dataCorrupted(context(reason, at: index)) }

    func mismatch(_ type: any Any.Type, at index: Int) -> DecodingError {
        if self[index].kind == .null { return .valueNotFound(type, context("null", at: index)) }
        return .typeMismatch(type, context("a value of another kind", at: index))
    }
}
