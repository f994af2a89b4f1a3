import Foundation
import Measuring
import SupportPortal
import SupportPortalTesting

// What depends on how much is stored.
extension StorageBenchmark {
    func measureFilled() async throws -> [Row] {
        options.progress("\(grouped(size)) stored tickets: filling, unless they are there")
        let parent = options.cache.map { URL(filePath: $0) } ?? scratch
        var filled = try await FilledStores(size, in: parent, options.progress)
        var rows = try await read(filled)
        rows += try await write(&filled)
        rows += try open(filled)
        let (sizes, megabyte) = (filled.sizes, 1e6)
        let label = "\(compact(size)) stored"
        rows += [
            Row(
                "\(label), on the disk : GRDB", Double(sizes.oursFilled) / megabyte, peer: Double(sizes.peerFilled) / megabyte,
                unit: "MB"),
            Row(
                "\(label), on the disk, compacted : GRDB", Double(sizes.oursCompacted) / megabyte,
                peer: Double(sizes.peerCompacted) / megabyte, unit: "MB", goal: .timesPeer(0.7)),
        ]
        return rows
    }

    // MARK: Reading

    private func read(_ filled: FilledStores) async throws -> [Row] {
        let samples = filled.samples
        let ours = try await OurStore(filled.ours, create: false, .durable)
        let peer = try PeerStore(filled.peer, create: false, .durable)
        let blocking = try PeerStore(filled.peer, create: false, .durable, isBlocking: true)
        try await compare(ours, peer, samples)
        let stores: [any StorageContestant] = [ours, peer, blocking]
        var rows: [Row] = []
        for question in Question.all {
            var series = stores.map { _ in Series() }
            for run in 1...options.runs {
                options.progress("\(question.name), run \(run) of \(options.runs)")
                var chance = SeededGenerator(seed: UInt64(run))
                let numbers = (0..<(readBlocks + 1) * 20).map { _ in Int.random(in: 0..<size, using: &chance) }
                let figures = try await Samples.interleaved(
                    blocks: readBlocks, of: 20,
                    stores.map { store in { try await question.ask(store, samples, numbers[$0]) } })
                for (place, figure) in figures.enumerated() { series[place].add(figure) }
            }
            let name = "\(compact(size)) stored, \(question.name)"
            let goal = question.goal.map { Row.Goal.timesPeer(1 / $0) }
            rows += self.rows(name, series[0], "GRDB", series[1], shares: [0.5], goal: goal)
            rows += self.rows(name, series[0], "GRDB", series[1], shares: [0.99])
            rows += self.rows(name, series[0], "GRDB blocking", series[2], shares: [0.5])
        }
        for store in stores { try await store.close() }
        return rows
    }

    private var readBlocks: Int { options.isQuick ? 20 : 100 }

    /// Something to be asked of a store that is filled.
    private struct Question: Sendable {
        let name: String
        /// How many times faster than the peer.
        let goal: Double?
        let ask: @Sendable (any StorageContestant, SampleTickets, Int) async throws -> Int

        static let all = [
            Question(name: "ticket by id", goal: 4) { store, samples, number in
                try await store.ticket(samples.id(number))?.messageCount ?? 0
            },
            Question(name: "20 newest of a customer", goal: 3) { store, samples, number in
                try await store.newest(of: samples.customerID(number)).tickets.count
            },
            Question(name: "counts of a customer", goal: nil) { store, samples, number in
                try await store.counts(of: samples.customerID(number)).count
            },
            Question(name: "messages of a ticket", goal: nil) { store, samples, number in
                try await store.messages(of: samples.id(number)).count
            },
        ]
    }

    /// Makes sure that both answer the same before it is measured how fast.
    private func compare(_ ours: any StorageContestant, _ peer: any StorageContestant, _ samples: SampleTickets) async throws {
        for number in stride(from: 0, to: size, by: max(1, size / 50)) {
            let (id, customer) = (samples.id(number), samples.customerID(number))
            let (list, peerList) = (try await ours.newest(of: customer), try await peer.newest(of: customer))
            let ticket = try await ours.ticket(id)
            let peerTicket = try await peer.ticket(id)
            guard let ticket, ticket == peerTicket, list.tickets == peerList.tickets, list.hasMore == peerList.hasMore,
                try await ours.counts(of: customer) == peer.counts(of: customer),
                try await ours.messages(of: id) == peer.messages(of: id)
            else { throw FileProblem("the stores do not answer alike: ticket \(number)") }
        }
    }

    // MARK: Writing

    private func write(_ filled: inout FilledStores) async throws -> [Row] {
        let blocks = options.isQuick ? 8 : 30
        var replies = [Series(), Series()]
        var commits = Array(repeating: Series(), count: 4)
        for run in 1...options.runs {
            options.progress("writing to stored tickets, run \(run) of \(options.runs)")
            let samples = filled.samples
            let ours = try await OurStore(filled.ours, create: false, .durable)
            let peer = try PeerStore(filled.peer, create: false, .durable)
            let emptyOurs = try await OurStore(freshDirectory(), create: true, .durable)
            let emptyPeer = try PeerStore(freshDirectory(), create: true, .durable)
            let places = try filled.takePlaces((blocks + 1) * 20)
            let made = places.map { samples.commit($0..<$0 + 1) }
            func storing(_ commits: [TicketCommit], _ store: any StorageContestant) -> (Int) async throws -> Int {
                { index in
                    try await store.commit(commits[index])
                    return index
                }
            }
            let figures = try await Samples.interleaved(
                blocks: blocks, of: 20,
                [storing(made, ours), storing(made, emptyOurs), storing(made, peer), storing(made, emptyPeer)])
            for (place, figure) in figures.enumerated() { commits[place].add(figure) }

            // Different tickets, far apart, as they stand now.
            var answers: [TicketCommit] = []
            for place in 0..<(blocks + 1) * 20 {
                let number = (places.lowerBound + place) * 7_919 % size
                guard let ticket = try await ours.ticket(samples.id(number)) else { throw FileProblem("no ticket \(number)") }
                answers.append(samples.reply(to: ticket, number))
            }
            let figuresOfReplies = try await Samples.interleaved(
                blocks: blocks, of: 20, [storing(answers, ours), storing(answers, peer)])
            for (place, figure) in figuresOfReplies.enumerated() { replies[place].add(figure) }
            for store in [ours, peer, emptyOurs, emptyPeer] as [any StorageContestant] { try await store.close() }
        }
        let name = "\(compact(size)) stored, one durable writer"
        return rows("\(compact(size)) stored, reply to a ticket", replies[0], "GRDB", replies[1], shares: [0.5, 0.99])
            + rows(name, commits[0], "empty", commits[1], shares: [0.5], goal: .timesPeer(1.15))
            + rows(name, commits[0], "empty", commits[1], shares: [0.99])
            + rows(name, commits[0], "GRDB", commits[2], shares: [0.5])
            + [
                Row(
                    "\(name), throughput : GRDB", 1e6 / commits[0].mean, peer: 1e6 / commits[2].mean, unit: "tickets/s"),
                Row("\(name), p50, GRDB : GRDB empty", commits[2].p50, peer: commits[3].p50, unit: "µs"),
            ]
    }

    // MARK: Opening

    private func open(_ filled: FilledStores) throws -> [Row] {
        let openings = options.isQuick ? 7 : 21
        var (warm, cold) = ([Series(), Series()], [Series(), Series()])
        var memory: [[Opening]] = [[], []]
        let kinds: [(kind: Opening.Kind, directory: URL)] = [(.ours, filled.ours), (.peer, filled.peer)]
        for run in 1...options.runs {
            options.progress("opening, run \(run) of \(options.runs)")
            var chance = SeededGenerator(seed: UInt64(run))
            for isCold in [false, true] {
                var figures: [[Double]] = [[], []]
                for round in 0...openings {
                    let ticket = filled.samples.id(Int.random(in: 0..<size, using: &chance))
                    for turn in 0..<2 {
                        let place = (turn + round) % 2
                        if isCold { try Files(in: kinds[place].directory).dropFromMemory() }
                        let opening = try Opening.measure(kinds[place].kind, kinds[place].directory, ticket)
                        guard round > 0 else { continue }
                        figures[place].append(opening.microseconds)
                        if !isCold { memory[place].append(opening) }
                    }
                }
                for place in 0..<2 {
                    if isCold {
                        cold[place].add(Samples(microseconds: figures[place]))
                    } else {
                        warm[place].add(Samples(microseconds: figures[place]))
                    }
                }
            }
        }
        let label = "\(compact(size)) stored, open to first answer"
        var rows = self.rows("\(label), warm", warm[0], "GRDB", warm[1], shares: [0.5], goal: .timesPeer(1))
        rows.append(Row("\(label), warm, p50", warm[0].p50, unit: "µs", goal: .atMost(10_000)))
        rows += self.rows("\(label), cold", cold[0], "GRDB", cold[1], shares: [0.5], goal: .timesPeer(2))
        func megabytes(_ value: KeyPath<Opening, Int>) -> [Double] {
            memory.map { median($0.map { Double($0[keyPath: value]) / 1e6 }) }
        }
        let figures: [(String, KeyPath<Opening, Int>, Row.Goal?)] = [
            ("resident", \.resident, .timesPeer(1.5)), ("resident, growth", \.residentGrowth, nil),
            ("resident, anonymous", \.anonymous, nil), ("resident, anonymous, growth", \.anonymousGrowth, nil),
        ]
        for (name, value, goal) in figures {
            let both = megabytes(value)
            rows.append(
                Row("\(compact(size)) stored, opened, \(name) : GRDB", both[0], peer: both[1], unit: "MB", goal: goal))
        }
        return rows
    }
}
