import ArgumentParser
import Foundation
import Measuring

@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How fast the support portal is, in figures with goals.",
        discussion: "Build it with -c release. The exit status is 0 when measuring worked, whether or not the goals hold.")

    @Argument(help: "What to measure; everything unless given.")
    var subject: Subject?

    @Flag(help: "Print an array of rows {row, ours, peer, unit, ratio, goal, holds} and nothing else.")
    var json = false

    @Flag(help: "Take smaller sizes and fewer runs: less than 45 seconds a subject.")
    var quick = false

    @Option(help: "Measure only the operations with this in their names.")
    var only: String?

    @Flag(help: "Store a million tickets where a subject stores some: storage.")
    var million = false

    @Option(help: "Keep stores that take long to fill in this directory, and take them from there the next time.")
    var cache: String?

    @Option(help: "The documents to search in, JSON Lines as Tests/Benchmarks/corpus makes them; otherwise those in the cache.")
    var corpus: String?

    @Option(help: "Other questions to search for, a JSON array like Search/questions.json.")
    var questions: String?

    @Option(parsing: .upToNextOption, help: .hidden)
    var opening: [String] = []

    func run() async throws {
        if !opening.isEmpty { return print(try await Opening.measureHere(opening)) }
        if Machine.isDebugBuild { tell("warning: this is a debug build; measure with -c release") }
        var rows: [Row] = []
        for subject in subject.map({ [$0] }) ?? Subject.all {
            let options = Subject.Options(
                isQuick: quick, isMillion: million, cache: cache, corpus: corpus, questions: questions, only: only,
                runs: quick ? 3 : subject.fullRuns
            ) { tell($0) }
            let clock = ContinuousClock()
            let start = clock.now
            let report = try await subject.run(options)
            let seconds = Int(((clock.now - start) / .seconds(1)).rounded())
            rows += report.rows
            if !json {
                print("\(subject.name): \(subject.summary)")
                print(
                    "\(Machine.summary); \(Machine.isDebugBuild ? "DEBUG BUILD" : "release build"), \(quick ? "quick" : million ? "million" : "full"),",
                    "medians of \(options.runs) runs, \(seconds) s\n")
                print(report.table)
            }
        }
        if json { print(try Report.json(rows)) }
    }
}

/// Writes a line to standard error.
private func tell(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }

extension Subject: ExpressibleByArgument {
    init?(argument: String) {
        guard let subject = Self.all.first(where: { $0.name == argument }) else { return nil }
        self = subject
    }

    var defaultValueDescription: String { name }

    static var allValueStrings: [String] { all.map(\.name) }

    static var allValueDescriptions: [String: String] { Dictionary(all.map { ($0.name, $0.summary) }) { first, _ in first } }
}
