import Foundation
import Measuring
import SupportPortal

/// A store opened in a process of its own, and asked for one ticket.
struct Opening: Codable, Sendable {
    /// From before the opening to the answer.
    var microseconds: Double
    /// What the process has in memory afterwards, and how much more that is than before.
    var resident: Int
    var residentGrowth: Int
    /// The same without pages of files.
    var anonymous: Int
    var anonymousGrowth: Int

    /// Which store.
    enum Kind: String, Sendable {
        case ours, peer
    }

    /// Starts a process that opens a store.
    static func measure(_ kind: Kind, _ directory: URL, _ ticket: Ticket.ID) throws -> Opening {
        let process = Process()
        process.executableURL = Bundle.main.executableURL
        process.arguments = ["--opening", kind.rawValue, directory.path, ticket.rawValue]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw FileProblem("opening \(directory.path) in a process failed") }
        return try JSONDecoder().decode(Opening.self, from: answer)
    }

    /// What the process does that was started for it: opens, asks, and hands back the figures as JSON.
    static func measureHere(_ arguments: [String]) async throws -> String {
        guard arguments.count == 3, let kind = Kind(rawValue: arguments[0]) else { throw FileProblem("unknown opening") }
        let directory = URL(filePath: arguments[1])
        let (resident, anonymous) = (Machine.residentBytes ?? 0, Machine.anonymousBytes ?? 0)
        let clock = ContinuousClock()
        let start = clock.now
        let store: any StorageContestant =
            switch kind {
            case .ours: try await OurStore(directory, create: false, .durable)
            case .peer: try PeerStore(directory, create: false, .durable)
            }
        guard try await store.ticket(Ticket.ID(arguments[2])) != nil else { throw FileProblem("no ticket \(arguments[2])") }
        let microseconds = (clock.now - start) / .microseconds(1)
        let (residentAfter, anonymousAfter) = (Machine.residentBytes ?? 0, Machine.anonymousBytes ?? 0)
        let opening = Opening(
            microseconds: microseconds, resident: residentAfter, residentGrowth: residentAfter - resident,
            anonymous: anonymousAfter, anonymousGrowth: anonymousAfter - anonymous)
        try await store.close()
        return String(decoding: try JSONEncoder().encode(opening), as: UTF8.self)
    }
}
