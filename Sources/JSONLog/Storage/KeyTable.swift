/// Where the live records are, by the hash of their keys.
///
/// The keys themselves stay on the disk: a hash may have several entries, and whoever asks compares the key found at each place.
/// This is the boundary behind which a table kept on disk in pages can stand in for ``MemoryKeyTable``, so that neither opening nor
/// memory grows with the number of records: a frozen table in a file below, and what changed since above. For that, looking up may
/// throw. A copy is a snapshot.
protocol KeyTable: Sendable {
    /// How many records are live.
    var count: Int { get }
    /// The entries of a hash: mostly none or one.
    func entries(_ hash: UInt64) throws -> [KeyEntry]
    /// Adds a record.
    mutating func insert(_ entry: KeyEntry, _ hash: UInt64)
    /// Puts an entry in place of the one at `place`; `nil` removes it. Says whether there was one.
    mutating func replace(_ place: Place, with entry: KeyEntry?, _ hash: UInt64) -> Bool
}

/// A live record in a ``KeyTable``.
struct KeyEntry: Hashable, Sendable {
    var place: Place
    var revision: Int64
}

/// A table in memory: some 60 to 110 bytes a record, whatever the length of its key.
struct MemoryKeyTable: KeyTable {
    private var single: [UInt64: KeyEntry] = [:]
    /// Further entries of hashes that several keys share.
    private var further: [UInt64: [KeyEntry]] = [:]
    private(set) var count = 0

    func entries(_ hash: UInt64) -> [KeyEntry] {
        guard let first = single[hash] else { return [] }
        return further.isEmpty ? [first] : [first] + further[hash, default: []]
    }

    mutating func insert(_ entry: KeyEntry, _ hash: UInt64) {
        count += 1
        if single[hash] == nil { single[hash] = entry } else { further[hash, default: []].append(entry) }
    }

    mutating func replace(_ place: Place, with entry: KeyEntry?, _ hash: UInt64) -> Bool {
        var all = entries(hash)
        guard let index = all.firstIndex(where: { $0.place == place }) else { return false }
        if let entry { all[index] = entry } else { all.remove(at: index) }
        if entry == nil { count -= 1 }
        single[hash] = all.first
        let rest = all.dropFirst()
        if !rest.isEmpty || !further.isEmpty { further[hash] = rest.isEmpty ? nil : Array(rest) }
        return true
    }
}
