#if os(Linux)
import Foundation
import Glibc
import TestSupport
import Testing

@testable import JSONLog

/// A limit of the operating system on the size of files is met in a process of its own, as it holds for all of one: this test program itself,
/// told by its environment to live with it.
@Suite("Files that may not grow")
struct FileSizeTests {
    private static let variable = "JSONLOG_LIMITED_IN"
    private static let limit = 100_000

    @Test(
        "Fills a file up to the limit, and goes on when it is lifted",
        .enabled(if: ProcessInfo.processInfo.environment[FileSizeTests.variable] != nil))
    func fill() async throws {
        let directory = ProcessInfo.processInfo.environment[Self.variable] ?? ""
        // Otherwise the process is ended.
        _ = signal(SIGXFSZ, SIG_IGN)
        var limits = rlimit()
        #expect(unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limits) == 0)
        limits.rlim_cur = rlim_t(Self.limit)
        #expect(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limits) == 0)
        var options = LogOptions()
        options.overlaySize = 50
        let (log, _) = try Log.open(directory: directory, options: options)
        let value = "\"\(String(repeating: "x", count: 1_000))\""
        var stored = 0
        var refusals = 0
        while refusals < 5 {
            do {
                _ = try await log.put("record/\(stored)", value)
                stored += 1
            } catch let error as LogError {
                #expect(error.code == .diskFull)
                refusals += 1
            }
            if stored > 1_000 { break }
        }
        #expect(stored > 50 && stored < 100)
        #expect(try log.count == stored && log.text("record/\(stored - 1)") == value)
        limits.rlim_cur = limits.rlim_max
        #expect(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limits) == 0)
        for _ in 0..<50 {
            _ = try await log.put("record/\(stored)", value)
            stored += 1
        }
        try await log.compact()
        try await log.close()
        try Data("\(stored)".utf8).write(to: URL(fileURLWithPath: "\(directory)/stored.txt"))
    }

    @Test(
        "A file that may not grow is a full disk: what is acknowledged stays readable, and it works again when there is room",
        .enabled(if: ProcessInfo.processInfo.environment[FileSizeTests.variable] == nil))
    func limited() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("jsonlog-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let process = ChildTest.process("FileSizeTests/fill", Self.variable, directory)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0, "in \(directory)")
        let stored = Int(try String(contentsOfFile: "\(directory)/stored.txt", encoding: .utf8))
        let (log, report) = try Log.open(directory: directory)
        #expect(try report == RecoveryReport() && log.count == stored)
        try FileManager.default.removeItem(atPath: directory)
    }
}
#endif
