import Foundation
import Measuring

extension Subject {
    /// Search in a knowledgebase against a database.
    static let search = Subject(
        name: "search", summary: "search and suggestions in a knowledgebase of manuals, against FTS5 through GRDB", fullRuns: 3
    ) { options in
        try await SearchBenchmark(options: options).run()
    }
}

/// Measures our index and the peer's beside each other.
struct SearchBenchmark: Sendable {
    let options: Subject.Options

    var size: Int { options.isQuick ? 3_000 : 20_000 }
    /// How many calls take place before it is the other's turn.
    private let blockSize = 20
    private var blocks: Int { options.isQuick ? 5 : 20 }

    func run() async throws -> Report {
        options.progress("reading the corpus")
        let questions = try SearchQuestion.all(from: options.questions)
        let corpus = try SearchCorpus(path: corpusPath(), count: size) { document in
            questions.contains { $0.answers.contains { $0.isAnswered(by: document) } }
        }
        var report = Report()
        let built = try await build(corpus)
        report.rows += built.rows
        let (ours, peer) = (built.ours, built.peer)
        if wants("add") || wants("update") || wants("remove") { report.rows += try await change(corpus, ours, peer) }
        report.rows += try await search(corpus, ours, peer)
        if wants("typing") { report.rows += try await type(questions, ours, peer) }
        if wants("opening") { report.rows += try await open(corpus) }
        if wants("questions") { report.rows += try await answer(questions, corpus, ours, peer) }
        report.notes = [
            "\(grouped(corpus.documents.count)) documents, \(grouped(corpus.textBytes)) bytes of titles, tags and bodies",
            "FTS5: porter unicode61, in memory, without the texts, cached statements, numbers of the ten best by bm25, all words of a query; "
                + "for prefixes one with an index of beginnings of 2 to 5 letters",
            "interleaved in blocks of \(blockSize) calls, \(blocks) blocks a run, medians of \(options.runs) runs; both get the same queries",
            "questions: \(questions.count), FTS5 gets all words joined by OR; tuned: the column weights that were best for these questions",
            "overlap: the share of FTS5's ten best that are among our ten best, where FTS5 finds ten",
        ]
        return report
    }

    func wants(_ name: String) -> Bool { options.only.map { name.lowercased().contains($0.lowercased()) } ?? true }

    private func corpusPath() throws -> String {
        if let corpus = options.corpus { return corpus }
        if let cache = options.cache { return "\(cache)/corpus-20000.jsonl" }
        throw FileProblem(
            "search needs a corpus: make it by `Tests/Benchmarks/corpus --cache DIRECTORY`, then name it with --corpus FILE or --cache DIRECTORY"
        )
    }

    // MARK: Building

    /// The indices that are searched afterwards.
    private struct Built {
        var rows: [Row] = []
        var ours: OurIndex
        var peer: Peers
    }

    /// The peer twice: as it is usually made, and to find prefixes.
    struct Peers: Sendable {
        let usual: SearchPeer
        let findingPrefixes: SearchPeer
    }

    private func build(_ corpus: SearchCorpus) async throws -> Built {
        var (ours, peer, growth): ([Double], [Double], [Double]) = ([], [], [])
        var built = Built(
            ours: OurIndex(),
            peer: Peers(usual: try SearchPeer(findsPrefixes: false), findingPrefixes: try SearchPeer(findsPrefixes: true)))
        let clock = ContinuousClock()
        for run in 1...options.runs {
            options.progress("building, run \(run) of \(options.runs)")
            let index = OurIndex()
            try await index.store(corpus.documents)
            let before = Machine.anonymousBytes
            ours.append(try await clock.measure { try await index.build() } / .milliseconds(1))
            if let before, let after = Machine.anonymousBytes { growth.append(Double(after - before)) }
            let database = try SearchPeer(findsPrefixes: false)
            peer.append(try clock.measure { try database.build(corpus.documents) } / .milliseconds(1))
            built = Built(ours: index, peer: Peers(usual: database, findingPrefixes: built.peer.findingPrefixes))
        }
        try built.peer.findingPrefixes.build(corpus.documents)
        let bytes = Double(corpus.textBytes)
        built.rows = [
            Row("Building", median(ours), peer: median(peer), unit: "ms", goal: .timesPeer(1)),
            Row(
                "Memory, share of the text", Double(built.ours.memory) / bytes * 100,
                peer: Double(try built.peer.usual.memory()) / bytes * 100, unit: "%", goal: .atMost(30)),
        ]
        // The first run's: later ones take what the earlier ones gave back.
        if let first = growth.first {
            built.rows.append(Row("Growth of the process by building, share of the text", first / bytes * 100, unit: "%"))
        }
        return built
    }

    // MARK: Changing

    private func change(_ corpus: SearchCorpus, _ ours: OurIndex, _ peer: Peers) async throws -> [Row] {
        let documents = corpus.documents
        let count = documents.count
        func document(_ index: Int) -> SearchCorpus.Document { documents[index * 7919 % count] }
        var series: [[Series]] = Array(repeating: [Series(), Series()], count: 3)
        for run in 1...options.runs {
            options.progress("changing, run \(run) of \(options.runs)")
            let usual = peer.usual
            let kinds: [[(Int) async throws -> Int]] = [
                [
                    {
                        try await ours.add(document($0), at: count + $0); return $0
                    },
                    {
                        try usual.add(document($0), at: count + $0); return $0
                    },
                ],
                [
                    {
                        try await ours.update(document($0), to: document($0 + 1), at: count + $0); return $0
                    },
                    {
                        try usual.update(document($0), to: document($0 + 1), at: count + $0); return $0
                    },
                ],
                [
                    {
                        try await ours.remove(document($0 + 1), at: count + $0); return $0
                    },
                    {
                        try usual.remove(document($0 + 1), at: count + $0); return $0
                    },
                ],
            ]
            for (place, kind) in kinds.enumerated() {
                let figures = try await Samples.interleaved(blocks: blocks, of: blockSize, kind)
                for (side, figure) in figures.enumerated() { series[place][side].add(figure) }
            }
        }
        var rows: [Row] = []
        for (name, series) in zip(["Adding an article", "Updating an article", "Removing an article"], series) {
            rows.append(Row("\(name), p50", series[0].p50, peer: series[1].p50, unit: "µs", goal: .atMost(1_000)))
            rows.append(Row("\(name), p99", series[0].p99, peer: series[1].p99, unit: "µs"))
        }
        return rows
    }

    // MARK: Searching

    private func search(_ corpus: SearchCorpus, _ ours: OurIndex, _ peer: Peers) async throws -> [Row] {
        var rows: [Row] = []
        let samples = SearchSamples(corpus, count: (blocks + 1) * blockSize, seed: 1)
        for kind in samples.kinds where wants(kind.name) {
            var series = [Series(), Series()]
            for run in 1...options.runs {
                options.progress("\(kind.name), run \(run) of \(options.runs)")
                let figures = try await Samples.interleaved(
                    blocks: blocks, of: blockSize,
                    [
                        { try await ours.matches(kind.queries[$0].typed, limit: 10).count },
                        { index in
                            let query = kind.queries[index]
                            return try (query.isPrefix ? peer.findingPrefixes : peer.usual).matches(query).count
                        },
                    ])
                for (side, figure) in figures.enumerated() { series[side].add(figure) }
            }
            rows.append(Row("\(kind.name), p50", series[0].p50, peer: series[1].p50, unit: "µs", goal: .timesPeer(0.05)))
            rows.append(Row("\(kind.name), p99", series[0].p99, peer: series[1].p99, unit: "µs", goal: .timesPeer(0.025)))
            rows.append(try await overlap(kind, ours, peer))
        }
        return rows
    }

    /// How many of the peer's ten best are among ours.
    private func overlap(_ kind: SearchSamples.Kind, _ ours: OurIndex, _ peer: Peers) async throws -> Row {
        var (common, all) = (0, 0)
        for query in kind.queries {
            let theirs = try peer.usual.matches(query)
            guard theirs.count == 10 else { continue }
            common += Set(try await ours.matches(query.typed, limit: 10)).intersection(theirs).count
            all += theirs.count
        }
        return Row("\(kind.name), overlap of the ten best", all > 0 ? Double(common) / Double(all) * 100 : 0, unit: "%")
    }

    // MARK: Typing

    /// Suggestions after a key while messages are written, at places spread evenly over all the messages.
    private func type(_ questions: [SearchQuestion], _ ours: OurIndex, _ peer: Peers) async throws -> [Row] {
        let messages = questions.filter { $0.kind == .message }
        let keys = messages.reduce(0) { $0 + $1.text.count }
        let count = options.isQuick ? 3 * blockSize : 6 * blockSize
        var states: [(subject: String, message: String)] = []
        var key = 0
        for question in messages {
            for length in 1...max(question.text.count, 1) {
                key += 1
                guard states.count < key * count / max(keys, 1) else { continue }
                states.append((question.subject ?? "", String(question.text.prefix(length))))
            }
        }
        guard !states.isEmpty else { return [] }
        var series = [Series(), Series()]
        for run in 1...options.runs {
            options.progress("typing, run \(run) of \(options.runs)")
            let figures = try await Samples.interleaved(
                blocks: max(states.count / blockSize - 1, 1), of: blockSize,
                [
                    {
                        try await ours.suggestions(
                            subject: states[$0 % states.count].subject, message: states[$0 % states.count].message, limit: 5
                        ).count
                    },
                    {
                        try peer.usual.matches(
                            any: states[$0 % states.count].subject + "\n" + states[$0 % states.count].message, limit: 5
                        ).count
                    },
                ])
            for (side, figure) in figures.enumerated() { series[side].add(figure) }
        }
        return [
            Row("Typing a message, a key, p50", series[0].p50, peer: series[1].p50, unit: "µs", goal: .timesPeer(0.05)),
            Row("Typing a message, a key, p99", series[0].p99, peer: series[1].p99, unit: "µs", goal: .timesPeer(0.025)),
        ]
    }

    // MARK: Quality

    private func answer(_ questions: [SearchQuestion], _ corpus: SearchCorpus, _ ours: OurIndex, _ peer: Peers) async throws
        -> [Row]
    {
        options.progress("questions")
        var figures: [SearchQuestion.Kind: [SearchQuality]] = [:]
        var total = Array(repeating: SearchQuality(), count: 3)
        var heldOut = Array(repeating: SearchQuality(), count: 3)
        for question in questions {
            let right = Set(
                corpus.documents.indices.filter { place in
                    question.answers.contains { $0.isAnswered(by: corpus.documents[place]) }
                })
            let own =
                if let subject = question.subject {
                    try await ours.suggestions(subject: subject, message: question.text, limit: 10)
                } else {
                    try await ours.matches(question.text, limit: 10)
                }
            let found = [
                own,
                try peer.usual.matches(any: question.wholeText, limit: 10),
                try peer.usual.matches(any: question.wholeText, limit: 10, .tuned),
            ]
            for (side, found) in found.enumerated() {
                figures[question.kind, default: Array(repeating: SearchQuality(), count: 3)][side].add(found, right: right)
                total[side].add(found, right: right)
                if question.half == "held-out" { heldOut[side].add(found, right: right) }
            }
        }
        func rows(_ name: String, _ quality: [SearchQuality], _ goal: Row.Goal?) -> [Row] {
            [
                Row("Questions, \(name), MRR", quality[0].mrr, peer: quality[1].mrr, unit: "", goal: goal),
                Row("Questions, \(name), MRR : tuned", quality[0].mrr, peer: quality[2].mrr, unit: ""),
                Row("Questions, \(name), recall@5", quality[0].recall, peer: quality[1].recall, unit: ""),
            ]
        }
        var result: [Row] = []
        for kind in SearchQuestion.Kind.allCases {
            guard let quality = figures[kind] else { continue }
            // 0.08 more than the peer for messages, no less for full sentences.
            let goal: Row.Goal? =
                switch kind {
                case .message: .atLeastTimesPeer((quality[1].mrr + 0.08) / max(quality[1].mrr, 0.001))
                case .question: .atLeastTimesPeer(1)
                default: nil
                }
            result += rows(kind.plural, quality, goal)
        }
        return result + rows("all", total, .atLeastTimesPeer((total[1].mrr + 0.08) / max(total[1].mrr, 0.001)))
            + rows("held out", heldOut, nil)
    }
}
