import Foundation

/// What a subject found out.
package struct Report: Sendable {
    /// The figures, in order.
    package var rows: [Row]
    /// What one has to know to read them, a line each.
    package var notes: [String]

    package init(rows: [Row] = [], notes: [String] = []) {
        self.rows = rows
        self.notes = notes
    }

    /// The rows as aligned columns and the notes below, without a line break at the end.
    package var table: String {
        let header = ["", "ours", "peer", "unit", "ratio", "goal", "holds"]
        let cells = rows.map { row in
            [
                row.row, short(row.ours), row.peer.map(short) ?? "", row.unit, row.ratio.map(short) ?? "", row.goalText ?? "",
                row.holds.map { $0 ? "yes" : "NO" } ?? "",
            ]
        }
        let widths = header.indices.map { column in ([header] + cells).map { $0[column].count }.max() ?? 0 }
        let isNumber = [false, true, true, false, true, false, false]
        func line(_ cells: [String]) -> String {
            let padded = cells.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - cells[column].count)
                return isNumber[column] ? space + cells[column] : cells[column] + space
            }
            return padded.joined(separator: "  ").replacing(/\ +$/, with: "")
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        return ([line(header), rule] + cells.map(line) + notes.map { "* " + $0 }).joined(separator: "\n")
    }

    /// The rows as a JSON array, with sorted keys, and without the notes.
    package static func json(_ rows: [Row]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(rows), as: UTF8.self)
    }
}
