// Runs are merged so that each is some four times as large as the next newer one: then there are few of them, and a key is written
// anew a few times for each of them only.
extension OrderedIndex {
    private static var ratio: Int { 4 }

    /// The newest runs, if they should be merged; `nil` if all is well.
    ///
    /// The two newest ones may have any size, so that not every flush is followed by a merge. When merges keep up, the runs are no more
    /// than two and the logarithm, to the base of the ratio, of how many times as many entries there are as in an overlay.
    var mergePlan: [IndexRun]? {
        guard
            let start = runs.indices.dropFirst(2).first(where: { runs[$0].count < Self.ratio * runs[$0 - 1].count })
        else { return nil }
        var sum = runs[...start].reduce(0) { $0 + $1.count }
        var end = start + 1
        while end < runs.count, runs[end].count < Self.ratio * sum {
            sum += runs[end].count
            end += 1
        }
        return Array(runs[..<end])
    }

    /// Writes neighbouring runs, newest first, as one; `nil` if nothing is left of them. The caller syncs the directory.
    ///
    /// `check` is called now and then; what it throws ends the merge. Whatever fails, there is no new file.
    static func merge(
        _ runs: [IndexRun], to path: String, _ files: any FileSystem, cache: PageCache, check: () throws -> Void = {}
    ) throws -> IndexRun? {
        try IndexRunWriter.write(path, files, cache: cache) { writer in
            let layers = try runs.map { LayerCursor(try $0.cursor(from: [], ascending: true, keeping: false)) }
            var cursor = LayeredCursor(layers, ascending: true)
            var number = 0
            while let key = cursor.key {
                if number & 0xFFF == 0 { try check() }
                number += 1
                let isInBase = cursor.isInBase
                let value = cursor.value
                // What was added and removed again leaves no trace.
                if value != nil || isInBase { try writer.add(key, value, isInBase: isInBase) }
                try cursor.advance()
            }
        }
    }
}
