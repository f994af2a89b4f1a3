#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Bytes that are appended to, faster than to an array.
@safe struct ByteOutput: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        unsafe base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { unsafe base.deallocate() }

    /// The bytes.
    var bytes: [UInt8] { bytes(in: 0..<count) }

    /// Some of the bytes.
    func bytes(in range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return unsafe Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    /// Appends some of the bytes to an array.
    func append(_ range: Range<Int>, to array: inout [UInt8]) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        unsafe array.append(contentsOf: UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    @inline(__always)
    private mutating func reserve(_ additional: Int) {
        if capacity &- count < additional { grow(additional) }
    }

    @inline(never)
    private mutating func grow(_ additional: Int) {
        let larger = max(capacity * 2, count + additional)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe moved.update(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = moved
        capacity = larger
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe base[count] = byte
        count &+= 1
    }

    /// Appends text that needs no escapes.
    mutating func append(plain text: StaticString) {
        unsafe append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends text that needs no escapes.
    mutating func append(plain text: String) {
        var text = text
        text.withUTF8 { unsafe append($0) }
    }

    @inline(__always)
    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        unsafe (base + count).update(from: source, count: bytes.count)
        count &+= bytes.count
    }

    /// Puts other bytes in place of those from an index on.
    mutating func replaceSuffix(from index: Int, with bytes: [UInt8]) {
        precondition(index >= 0 && index <= count)
        count = index
        unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
    }

    /// Appends a string in quotes. Escaped is what must be: quotes, backslashes and control characters.
    mutating func append(quoted text: String) {
        var text = text
        text.withUTF8 { utf8 in
            reserve(utf8.count &+ 2)
            append(UInt8(ascii: "\""))
            var index = 0
            while true {
                let end = unsafe PlainText.end(in: utf8, from: index)
                unsafe append(UnsafeBufferPointer(rebasing: utf8[index..<end]))
                guard end < utf8.count else { break }
                append(escaped: unsafe utf8[end])
                index = end + 1
            }
            append(UInt8(ascii: "\""))
        }
    }

    private mutating func append(escaped byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x00..<0x20:
            append(plain: "u00")
            append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            append(byte & 15 < 10 ? UInt8(ascii: "0") + byte & 15 : UInt8(ascii: "a") - 10 + byte & 15)
        default: append(byte)
        }
    }

    /// Appends an integer in digits.
    mutating func append(_ number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(number.magnitude)
    }

    /// Appends an integer in digits.
    mutating func append(_ number: UInt64) {
        var width = 1
        var bound: UInt64 = 10
        while number >= bound {
            width &+= 1
            let (next, overflows) = bound.multipliedReportingOverflow(by: 10)
            if overflows { break }
            bound = next
        }
        append(number, width: width)
    }

    /// Appends the last digits of an integer.
    mutating func append(_ number: UInt64, width: Int) {
        reserve(width)
        var rest = number
        var index = count &+ width
        while index > count {
            index &-= 1
            unsafe base[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count &+= width
    }

    /// Whether the bytes of a range come before those of another one.
    func precedes(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
        precondition(max(a.upperBound, b.upperBound) <= count)
        let order = unsafe memcmp(base + a.lowerBound, base + b.lowerBound, min(a.count, b.count))
        return order < 0 || order == 0 && a.count < b.count
    }
}
