import GRDB

extension Database {
    /// Inserts a row, or replaces what the one with its id holds; rows that refer to it stay.
    func upsert(into table: String, _ values: [(column: String, value: DatabaseValue?)]) throws {
        let columns = values.map(\.column)
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        let changes = columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        try execute(
            sql: """
                INSERT INTO \(table)(\(columns.joined(separator: ", "))) VALUES (\(marks))
                ON CONFLICT (id) DO UPDATE SET \(changes)
                """, arguments: StatementArguments(values.map { $0.value ?? .null }))
    }
}
