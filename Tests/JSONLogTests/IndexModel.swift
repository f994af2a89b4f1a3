@testable import JSONLog

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// An index as a dictionary and a sorted list, to compare with.
struct IndexModel {
    private(set) var values: [[UInt8]: [UInt8]] = [:]
    /// In order.
    private(set) var keys: [[UInt8]] = []

    /// The first key that is not before this one.
    private func position(_ key: [UInt8]) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle].isBefore(key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    subscript(key: [UInt8]) -> [UInt8]? {
        get { values[key] }
        set {
            if values[key] == nil, newValue != nil { keys.insert(key, at: position(key)) }
            if values[key] != nil, newValue == nil { keys.remove(at: position(key)) }
            values[key] = newValue
        }
    }

    /// The keys of a range.
    func keys(in range: IndexRange) -> ArraySlice<[UInt8]> {
        let start = position(range.from)
        return keys[start..<max(start, range.to.map(position) ?? keys.count)]
    }

    /// Where an index answers otherwise over a range and for a key; `nil` if nowhere.
    func difference(from index: OrderedIndex, in range: IndexRange, limit: Int, _ key: [UInt8]) throws -> String? {
        if try index.value(of: key) != values[key] { return "value of \(key.prefix(20))" }
        let expected = keys(in: range)
        if try index.count(in: range) != expected.count {
            return "count \(try index.count(in: range)), not \(expected.count)"
        }
        for isAscending in [true, false] {
            let order = isAscending ? Array(expected) : expected.reversed()
            var cursor = try index.cursor(in: range, ascending: isAscending)
            for (number, key) in order.prefix(limit).enumerated() {
                let found = try cursor.next()
                if found?.key != key || found?.value != values[key] { return "entry \(number), ascending \(isAscending)" }
            }
            if limit > order.count, try cursor.next() != nil { return "no end, ascending \(isAscending)" }
        }
        if try index.first(in: range)?.key != expected.first { return "first" }
        if try index.last(in: range)?.key != expected.last { return "last" }
        return nil
    }
}

extension [UInt8] {
    /// Whether it comes first, told by other means than the index uses, and faster than the standard library does in debug builds.
    func isBefore(_ other: [UInt8]) -> Bool {
        unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else {
                    return left.count < right.count
                }
                let order = unsafe memcmp(leftStart, rightStart, Swift.min(left.count, right.count))
                return order == 0 ? left.count < right.count : order < 0
            }
        }
    }
}

/// Keys that are hard to get right: empty, long, beginning with each other, with the smallest and largest bytes.
enum IndexKeys {
    static let all: [[UInt8]] = {
        var keys: [[UInt8]] = [[]]
        let edges: [[UInt8]] = [[0], [0xFF], [0x80], [0x61]]
        for first in edges {
            for second in edges { for third in edges { keys += [first, first + second, first + second + third] } }
        }
        let long = [UInt8](repeating: 0x6C, count: 2990)
        for number in UInt8(0)..<16 { keys += [long + [number], long.prefix(Int(number) * 70) + [0xFF]] }
        for number in UInt8(0)..<4 { keys.append([number] + long) }
        for number in 0..<200 { keys.append(Array("ticket/status/\(number % 7)/\(number)".utf8)) }
        for length in 1..<24 { keys.append([UInt8](repeating: 0x7A, count: length)) }
        return Array(Set(keys)).sorted { $0.isBefore($1) }
    }()

    /// A range between two of the keys, at times of one, at times without an end.
    static func range(using numbers: inout SeededNumbers) -> IndexRange {
        var range = IndexRange(from: all.randomElement(using: &numbers) ?? [], to: all.randomElement(using: &numbers))
        switch Int.random(in: 0..<10, using: &numbers) {
        case 0: range.to = nil
        case 1: range.from = []
        case 2: range = .prefix(Array(range.from.prefix(Int.random(in: 0..<4, using: &numbers))))
        case 3: range.to = range.from + [0]
        case 4: range.to?.append(UInt8.random(in: 0...255, using: &numbers))
        default: break
        }
        return range
    }
}
