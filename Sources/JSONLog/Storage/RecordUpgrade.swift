/// Makes a record of an earlier version of the format what it would be in the newest one.
///
/// It is called whenever such a record is read, and for good when compaction copies it, so it must always give the same; the key stays as it is.
package typealias RecordUpgrade = @Sendable (_ record: OutdatedRecord) throws -> LogValue

/// A record as an earlier version wrote it.
package struct OutdatedRecord: Sendable, Hashable {
    /// The version of the format.
    package var version: Int64
    /// Its key.
    package var key: String
    /// JSON in UTF-8.
    package var value: [UInt8]
    /// What it is listed under.
    package var lists: [IndexKey]
}

extension LoggedOperation {
    /// What it is listed under.
    func lists(_ bytes: [UInt8]) -> [IndexKey] { indexKeys.map { IndexKey.keys(bytes, $0) } ?? [] }
}
