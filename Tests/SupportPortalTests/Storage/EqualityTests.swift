import Foundation
import JSONLog
import SupportPortal
import SupportPortalTesting
import Testing

/// A storage in memory and one of JSON files do the same things of chance, and must give the same answers, errors included, whenever the files are
/// opened anew, compacted or left behind by a kill meanwhile.
@Suite("Both storages")
struct EqualityTests {
    @Test("Answer alike, whatever is done", arguments: Self.seeds)
    func equality(_ seed: UInt64) async throws {
        var options = LogOptions()
        options.segmentSize = 60_000
        options.tailSize = 2_000
        options.overlaySize = 150
        options.checkpointSize = 1
        options.cacheSize = 40_000
        let pair = try await StoragePair(options: options)
        var work = RandomWork(pair, seed: seed)
        var operation = 0
        do {
            while operation < Self.operations {
                operation += 1
                try await work.step()
                switch operation % 200 {
                case 33, 133: try await pair.reopen()
                case 66, 166: try await pair.dieAndReopen()
                case 100: try await pair.files.compact()
                case 199: try await work.readAll()
                default: break
                }
            }
            try await pair.reopen()
            try await work.readAll()
        } catch {
            Issue.record("seed \(seed), operation \(operation), files in \(pair.folder):\n\(error)")
            try await pair.close()
            return
        }
        print("equality: seed \(seed), \(operation) operations, \(work.accepted) commits stored, \(work.refused) refused")
        try await pair.close()
        pair.remove()
    }

    private static var operations: Int { Int(ProcessInfo.processInfo.environment["EQUALITY_OPERATIONS"] ?? "") ?? 250 }
    private static var seeds: [UInt64] {
        if let seed = ProcessInfo.processInfo.environment["EQUALITY_SEED"].flatMap(UInt64.init) { return [seed] }
        return [1, 2, 3, 4, 5, 6, 7, 2026]
    }
}
