import Foundation
import Measuring
import SupportPortal
import SupportPortalTesting

extension Subject {
    /// JSON files against a database and against the disk.
    static let storage = Subject(
        name: "storage", summary: "tickets in JSON files, against GRDB and against an append with fdatasync", fullRuns: 3
    ) { options in
        let scratch = FileManager.default.temporaryDirectory.appending(path: "storage-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let benchmark = StorageBenchmark(options: options, scratch: scratch)
        return try await benchmark.run()
    }
}

/// Measures stores beside each other, in blocks that take turns.
struct StorageBenchmark: Sendable {
    let options: Subject.Options
    /// Is removed in the end.
    let scratch: URL

    var size: Int { options.isMillion ? 1_000_000 : options.isQuick ? 5_000 : 100_000 }
    /// How many calls take place before it is another's turn.
    private let blockSize = 20
    private var blocks: Int { options.isQuick ? 8 : 40 }

    func run() async throws -> Report {
        var report = Report()
        let samples = SampleTickets(count: size)
        let commitSize = try await sizeOfCommit(samples)
        report.notes = try notes(samples, commitSize)
        if wants("writer") { report.rows += try await writeAlone(samples, commitSize) }
        if wants("relaxed") { report.rows += try await writeRelaxed(samples) }
        if wants("32 writers") { report.rows += try await writeTogether(samples) }
        if wants("commits of 100 records") { report.rows += try await writeMany(samples) }
        if ["stored", "open", "disk"].contains(where: wants) { report.rows += try await measureFilled() }
        return report
    }

    private func wants(_ name: String) -> Bool { options.only.map { name.contains($0) } ?? true }

    private func notes(_ samples: SampleTickets, _ commitSize: Int) throws -> [String] {
        [
            "a ticket with three messages is \(grouped(try samples.jsonSize)) bytes of JSON; a commit of it and an event is "
                + "\(grouped(commitSize)) bytes in our file, and that is what the floor appends before each fdatasync",
            "GRDB: DatabasePool, WAL, Codable records, cached statements, await; FULL against durable, NORMAL against relaxed "
                + "(up to 1 s); blocking: the same, called so that it blocks the thread",
            "interleaved in blocks of \(blockSize) calls, \(blocks) blocks a run (fewer where noted), medians of \(options.runs) runs",
            "32 writers: tasks on one store; 100 records: 20 tickets with their messages and an event each",
            "opening: a fresh process for each sample, from before the opening to one ticket, the schema taken for granted; "
                + "cold: files synced and dropped by posix_fadvise before it",
            "stored: \(grouped(size)) tickets, filled by large commits, then compacted (ours) and vacuumed (GRDB)",
        ]
    }

    // MARK: Writing into empty stores

    /// A directory that was not there yet.
    func freshDirectory() -> URL { scratch.appending(path: UUID().uuidString) }

    /// How many bytes one commit writes.
    private func sizeOfCommit(_ samples: SampleTickets) async throws -> Int {
        let directory = freshDirectory()
        try await OurStore(directory, create: true, .relaxed).close()
        let empty = try Files(in: directory, ending: ".jsonl").bytes
        let store = try await OurStore(directory, create: false, .durable)
        for number in 0..<100 { try await store.commit(samples.commit(number..<number + 1)) }
        try await store.close()
        return (try Files(in: directory, ending: ".jsonl").bytes - empty) / 100
    }

    private func writeAlone(_ samples: SampleTickets, _ commitSize: Int) async throws -> [Row] {
        var series = Array(repeating: Series(), count: 4)
        for run in 1...options.runs {
            options.progress("one durable writer, run \(run) of \(options.runs)")
            let commits = (0..<(blocks + 1) * blockSize).map { samples.commit($0..<$0 + 1) }
            let ours = try await OurStore(freshDirectory(), create: true, .durable)
            let peer = try PeerStore(freshDirectory(), create: true, .durable)
            let blocking = try PeerStore(freshDirectory(), create: true, .durable, isBlocking: true)
            let floor = try FloorFile(freshDirectory().path, size: commitSize)
            let figures = try await Samples.interleaved(
                blocks: blocks, of: blockSize,
                [
                    Self.storing(commits, in: ours), Self.storing(commits, in: peer), Self.storing(commits, in: blocking),
                    { _ in
                        try floor.append()
                        return commitSize
                    },
                ])
            for (place, figure) in figures.enumerated() { series[place].add(figure) }
            try await ours.close()
            try await peer.close()
            try await blocking.close()
        }
        let (ours, peer, blocking, floor) = (series[0], series[1], series[2], series[3])
        let name = "One durable writer"
        return rows(name, ours, "floor", floor, shares: [0.5], goal: .timesPeer(0.85))
            + rows(name, ours, "floor", floor, shares: [0.9, 0.99])
            + rows(name, ours, "GRDB", peer, shares: [0.5, 0.9, 0.99])
            + [
                Row(
                    "\(name), throughput : GRDB", 1e6 / ours.mean, peer: 1e6 / peer.mean, unit: "tickets/s",
                    goal: .atLeastTimesPeer(1.1)),
                Row(
                    "\(name), throughput : floor", 1e6 / ours.mean, peer: 1e6 / floor.mean, unit: "tickets/s"),
                Row("\(name), p50 : GRDB blocking", ours.p50, peer: blocking.p50, unit: "µs"),
                Row(
                    "\(name), throughput : GRDB blocking", 1e6 / ours.mean, peer: 1e6 / blocking.mean, unit: "tickets/s"),
            ]
    }

    private func writeRelaxed(_ samples: SampleTickets) async throws -> [Row] {
        var (ours, peer) = (Series(), Series())
        for run in 1...options.runs {
            options.progress("one relaxed writer, run \(run) of \(options.runs)")
            let commits = (0..<(blocks + 1) * blockSize).map { samples.commit($0..<$0 + 1) }
            let figures = try await race(commits, .relaxed, blocks: blocks)
            ours.add(figures.ours)
            peer.add(figures.peer)
        }
        let name = "One relaxed writer"
        return rows(name, ours, "GRDB NORMAL", peer, shares: [0.5, 0.99])
            + [Row("\(name), throughput : GRDB NORMAL", 1e6 / ours.mean, peer: 1e6 / peer.mean, unit: "tickets/s")]
    }

    private func writeMany(_ samples: SampleTickets) async throws -> [Row] {
        var (ours, peer) = (Series(), Series())
        let blocks = max(2, blocks / 8)
        for run in 1...options.runs {
            options.progress("commits of 100 records, run \(run) of \(options.runs)")
            let commits = (0..<(blocks + 1) * blockSize).map { samples.commit($0 * 20..<$0 * 20 + 20) }
            let figures = try await race(commits, .durable, blocks: blocks)
            ours.add(figures.ours)
            peer.add(figures.peer)
        }
        let name = "Durable commits of 100 records"
        return rows(name, ours, "GRDB", peer, shares: [0.5, 0.99])
            + [
                Row(
                    "\(name), throughput : GRDB", 1e8 / ours.mean, peer: 1e8 / peer.mean, unit: "records/s",
                    goal: .atLeastTimesPeer(3))
            ]
    }

    /// Two empty stores beside each other.
    private func race(
        _ commits: [TicketCommit], _ safety: Safety, blocks: Int
    ) async throws -> (ours: Samples, peer: Samples) {
        let ours = try await OurStore(freshDirectory(), create: true, safety)
        let peer = try PeerStore(freshDirectory(), create: true, safety)
        let figures = try await Samples.interleaved(
            blocks: blocks, of: blockSize, [Self.storing(commits, in: ours), Self.storing(commits, in: peer)])
        try await ours.close()
        try await peer.close()
        return (figures[0], figures[1])
    }

    private static func storing(
        _ commits: [TicketCommit], in store: any StorageContestant
    ) -> (_ index: Int) async throws -> Int {
        { index in
            try await store.commit(commits[index])
            return index
        }
    }

    /// So many tasks at once, each with a commit after the other, in blocks that take turns.
    private func writeTogether(_ samples: SampleTickets) async throws -> [Row] {
        let (writers, blocks) = (32, max(2, blocks / 8))
        var (ours, peer): ([Double], [Double]) = ([], [])
        for run in 1...options.runs {
            options.progress("32 durable writers, run \(run) of \(options.runs)")
            let stores: [any StorageContestant] = [
                try await OurStore(freshDirectory(), create: true, .durable),
                try PeerStore(freshDirectory(), create: true, .durable),
            ]
            // Ours is done so much sooner that it gets more to do.
            let each = [blockSize, max(1, blockSize / 4)]
            var seconds = [0.0, 0]
            for block in 0...blocks {
                for turn in stores.indices {
                    let place = (turn + block) % stores.count
                    let size = each[place]
                    let commits = (0..<writers * size).map { number in
                        let number = block * writers * size + number
                        return samples.commit(number..<number + 1)
                    }
                    let duration = try await Self.write(commits, to: stores[place], writers: writers)
                    if block > 0 { seconds[place] += duration }
                }
            }
            ours.append(Double(blocks * writers * each[0]) / seconds[0])
            peer.append(Double(blocks * writers * each[1]) / seconds[1])
            for store in stores { try await store.close() }
        }
        return [
            Row(
                "32 durable writers, throughput : GRDB", median(ours), peer: median(peer), unit: "tickets/s",
                goal: .atLeastTimesPeer(10))
        ]
    }

    private static func write(
        _ commits: [TicketCommit], to store: any StorageContestant, writers: Int
    ) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    for place in stride(from: writer, to: commits.count, by: writers) { try await store.commit(commits[place]) }
                }
            }
            try await group.waitForAll()
        }
        return (clock.now - start) / .seconds(1)
    }

    /// A row for each of some percentiles.
    func rows(
        _ name: String, _ ours: Series, _ peerName: String, _ peer: Series, shares: [Double], goal: Row.Goal? = nil
    ) -> [Row] {
        shares.map { share in
            Row(
                "\(name), p\(Int((share * 100).rounded())) : \(peerName)", ours.percentile(share), peer: peer.percentile(share),
                unit: "µs", goal: goal)
        }
    }
}
