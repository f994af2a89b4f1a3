import Foundation
import SecureDigest
import SupportPortal
import SupportPortalTesting
import TestSupport
import Testing

/// Tests that export and restore.
protocol ArchiveTests {}

extension ArchiveTests {
    func lines(_ storage: any PortalStorage) async throws -> [Data] {
        var lines: [Data] = []
        for try await line in PortalArchive.export(storage) { lines.append(line) }
        return lines
    }

    func code(_ work: () async throws -> some Any) async -> ArchiveError.Code? { await failure(work)?.code }

    func failure(_ work: () async throws -> some Any) async -> ArchiveError? {
        do {
            _ = try await work()
            return nil
        } catch {
            if !(error is ArchiveError) { Issue.record(error) }
            return error as? ArchiveError
        }
    }

    /// Lines with a last line that fits.
    func sealed(_ lines: [Data]) throws -> [Data] {
        let body = Array(lines.dropLast())
        var trailer = try JSONDecoder().decode(Trailer.self, from: try #require(lines.last))
        trailer.value.lines = body.count
        trailer.value.sha256 = SHA256.hash(body.flatMap(Array.init)).hexadecimal
        return body + [try JSONEncoder().encode(trailer) + Data("\n".utf8)]
    }

    func replaced(_ line: Data, _ old: String, by new: String) -> Data {
        Data(String(decoding: line, as: UTF8.self).replacingOccurrences(of: old, with: new).utf8)
    }

    /// Goes on where it was interrupted.
    var again: RestoreOptions {
        var options = RestoreOptions()
        options.allowsExisting = true
        return options
    }

    /// What a verification says where a restore says this.
    func verified(_ summary: TransferSummary) -> TransferSummary {
        var summary = summary
        summary.skipped = TransferCounts()
        return summary
    }
}

/// The last line of an archive.
private struct Trailer: Codable {
    struct Value: Codable {
        var counts: [String: Int]
        var lines: Int
        var sha256: String
    }
    var type: String
    var value: Value
}
