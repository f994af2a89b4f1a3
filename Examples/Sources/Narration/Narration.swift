#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Tells what an example does, and remembers whether everything was as expected.
public struct Narration {
    private var surprises: [String] = []

    /// Begins to tell.
    public init() {}

    /// Prints a heading.
    public func section(_ title: String) { print("\n\(title)\n" + String(repeating: "=", count: title.count)) }

    /// Prints a line.
    public func say(_ text: String) { print(text) }

    /// Prints rows in columns as wide as their longest cell.
    public func table(_ header: [String], _ rows: [[String]]) {
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        for row in [header, widths.map { String(repeating: "-", count: $0) }] + rows {
            let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
            var line = "  " + cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            print(line)
        }
    }

    /// Checks that something is as the example says it is.
    public mutating func expect<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String) {
        if found != expected { surprises.append("\(what): found \(found), expected \(expected)") }
    }

    /// Checks that something is refused.
    public mutating func expectRefusal(_ what: String, _ work: () async throws -> Void) async -> (any Error)? {
        do {
            try await work()
            surprises.append("\(what): was not refused")
            return nil
        } catch {
            return error
        }
    }

    /// Ends the example: says whether everything was as expected, and exits with 1 if not.
    public func finish() -> Never {
        print(surprises.isEmpty ? "\nEverything was as expected." : "\nNot as expected:")
        for surprise in surprises { print("  \(surprise)") }
        exit(surprises.isEmpty ? 0 : 1)
    }
}
