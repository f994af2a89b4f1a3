import Foundation
import JSONLog
import SupportPortal
import SupportPortalTesting
import TestSupport
import Testing

/// A storage in memory and one of JSON files do the same things of chance, and must give the same answers, errors included, whenever the files are
/// opened anew, compacted or left behind by a kill meanwhile.
@Suite("Both storages")
struct EqualityTests {
    @Test("Answer alike, whatever is done", arguments: Self.seeds)
    func tickets(_ seed: UInt64) async throws {
        try await run(seed) { RandomWork($0, seed: seed) }
    }

    @Test("Answer alike, whatever is published", arguments: Self.seeds.prefix(Thoroughness.cases(8)))
    func catalogs(_ seed: UInt64) async throws {
        try await run(seed) { PublishedWork($0, seed: seed) }
    }

    private func run<Work: PairedWork>(_ seed: UInt64, _ begin: (StoragePair) -> Work) async throws {
        var options = LogOptions()
        options.segmentSize = 60_000
        options.tailSize = 2_000
        options.overlaySize = 150
        options.checkpointSize = 1
        options.cacheSize = 40_000
        let pair = try await StoragePair(options: options)
        var work = begin(pair)
        var operation = 0
        do {
            while operation < Self.operations {
                operation += 1
                try await work.step(operation)
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
            print("equality: seed \(seed), \(operation) operations, \(work.accepted) commits stored, \(work.refused) refused")
        } catch {
            Issue.record("seed \(seed), operation \(operation), files in \(pair.folder):\n\(error)")
            try await pair.close()
            return
        }
        try await pair.close()
        pair.remove()
    }

    private static var operations: Int { Int(ProcessInfo.processInfo.environment["EQUALITY_OPERATIONS"] ?? "") ?? 250 }
    private static var seeds: [UInt64] {
        if let seed = ProcessInfo.processInfo.environment["EQUALITY_SEED"].flatMap(UInt64.init) { return [seed] }
        return [1, 2, 3, 4, 5, 6, 7, 2026]
    }
}

/// What is done to both storages of a pair.
private protocol PairedWork {
    var accepted: Int { get }
    var refused: Int { get }
    mutating func step(_ operation: Int) async throws
    mutating func readAll() async throws
}

extension RandomWork: PairedWork {
    mutating func step(_ operation: Int) async throws { try await step() }
}

/// Articles mostly, and what else a portal publishes, with tickets between.
private struct PublishedWork: PairedWork {
    private var articles: CatalogWork<Article>
    private var downloads: CatalogWork<Download>
    private var announcements: CatalogWork<Announcement>
    private var tickets: RandomWork

    var accepted: Int { articles.accepted + downloads.accepted + announcements.accepted }
    var refused: Int { articles.refused + downloads.refused + announcements.refused }

    init(_ pair: StoragePair, seed: UInt64) {
        articles = CatalogWork(pair, seed: seed, store: { $0.articles }) { entry, number in
            let files = (0..<(number % 3)).map { FileAttachment(id: Blob.ID("b-\($0)"), name: "x.log", size: number) }
            return Article(entry: entry, attachments: files)
        }
        downloads = CatalogWork(pair, seed: seed &+ 1, store: { $0.downloads }) { entry, number in
            let requirement = Download.Requirement(
                products: number % 2 == 0 ? nil : ["p-1", "p-2"], needsSupport: number % 3 == 0)
            return Download(
                entry: entry, file: FileAttachment(id: "b-1", name: "x.iso", size: number), sha256: "00ff",
                version: SingleLine("1.\(number)"), requirement: requirement)
        }
        announcements = CatalogWork(pair, seed: seed &+ 2, store: { $0.announcements }) { entry, _ in Announcement(entry: entry) }
        tickets = RandomWork(pair, seed: seed &+ 3)
    }

    mutating func step(_ operation: Int) async throws {
        switch operation % 10 {
        case 0..<7: try await articles.step()
        case 7: try await downloads.step()
        case 8: try await announcements.step()
        default: try await tickets.step()
        }
    }

    mutating func readAll() async throws {
        try await articles.readAll()
        try await downloads.readAll()
        try await announcements.readAll()
        try await tickets.readAll()
    }
}
