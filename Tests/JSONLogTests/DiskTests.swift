import Testing

@testable import JSONLog

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("On the machine's disk")
struct DiskTests {
    /// A new and empty directory, removed when the body is done.
    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("jsonlog-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }

    private func code(_ body: () throws -> Void) -> LogError.Code? {
        do { try body() } catch { return (error as? LogError)?.code }
        return nil
    }

    @Test("Thirty-two writers share syncs, and all they were told is there when it is opened anew")
    func writers() async throws {
        try await withDirectory { directory in
            var options = LogOptions()
            options.segmentSize = 20_000
            let (log, report) = try Log.open(directory: directory, options: options)
            #expect(report == RecoveryReport())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<32 {
                    group.addTask { for index in 0..<20 { _ = try await log.put("w/\(writer)/\(index)", #"{"n":\#(index)}"#) } }
                }
                try await group.waitForAll()
            }
            try await log.compact()
            try await log.close()
            let (again, second) = try Log.open(directory: directory)
            #expect(second == RecoveryReport())
            #expect(try again.count == 640 && again.text("w/7/3") == #"{"n":3}"# && again.verify().damage.isEmpty)
            try await again.close()
        }
    }

    @Test("A second opener is refused with an error that names the directory, and let in when the first has closed")
    func locked() async throws {
        try await withDirectory { directory in
            let (log, _) = try Log.open(directory: directory)
            do {
                _ = try Log.open(directory: directory)
                Issue.record("opened twice")
            } catch let error as LogError { #expect(error.code == .locked && error.message.contains(directory)) }
            _ = try Log.open(directory: directory, mode: .readOnly)
            try await log.close()
            try await Log.open(directory: directory).log.close()
        }
    }

    @Test("A missing directory, a file for a directory and a symbolic link for a file are refused, and nothing is made")
    func refused() async throws {
        try await withDirectory { directory in
            #expect(code { _ = try Log.open(directory: "\(directory)/none") } == .missingDirectory)
            #expect(code { _ = try Log.open(directory: "\(directory)/none", mode: .readOnly) } == .missingDirectory)
            _ = FileManager.default.createFile(atPath: "\(directory)/file", contents: Data())
            #expect(code { _ = try Log.open(directory: "\(directory)/file") } == .notAFile)
            try FileManager.default.createSymbolicLink(
                atPath: "\(directory)/000001.jsonl", withDestinationPath: "\(directory)/file")
            #expect(code { _ = try Log.open(directory: directory) } == .notAFile)
            try FileManager.default.removeItem(atPath: "\(directory)/000001.jsonl")
            try FileManager.default.createDirectory(atPath: "\(directory)/000001.jsonl", withIntermediateDirectories: false)
            #expect(code { _ = try Log.open(directory: directory) } != nil)
            try FileManager.default.removeItem(atPath: "\(directory)/000001.jsonl")
            try FileManager.default.removeItem(atPath: "\(directory)/lock")
            try FileManager.default.createSymbolicLink(atPath: "\(directory)/lock", withDestinationPath: "\(directory)/file")
            #expect(code { _ = try Log.open(directory: directory) } == .notAFile)
        }
    }

    @Test("A directory that may not be written is refused, and can be opened to read only")
    func readOnlyDirectory() async throws {
        let files = SimulatedFileSystem()
        files.setFault(.init(call: 0, number: 30, name: "flock"))
        #expect(code { _ = try Log.open(files) } == .notPermitted)
        #expect(code { _ = try Log.open(files, mode: .readOnly) } == nil)
    }

    @Test("While it is open the file is written ahead with spaces; closed, it is not")
    func tail() async throws {
        try await withDirectory { directory in
            let (log, _) = try Log.open(directory: directory)
            _ = try await log.put("a", "1")
            // When this is told, the tail behind the commit before has been written.
            _ = try await log.put("a", "2")
            let path = "\(directory)/000001.jsonl"
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(bytes.count >= LogOptions().tailSize && bytes.last == 0x20)
            let (reader, report) = try Log.open(directory: directory, mode: .readOnly)
            #expect(try reader.text("a") == "2" && report == RecoveryReport())
            try await log.close()
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count < 400)
        }
    }

    @Test("What the relaxed mode has written is there when the process is gone")
    func relaxed() async throws {
        try await withDirectory { directory in
            let (log, _) = try Log.open(directory: directory, mode: .relaxed(.milliseconds(5)))
            for index in 0..<100 { _ = try await log.put("k/\(index)", "1") }
            // Not closed: as another process would see it now.
            let (reader, report) = try Log.open(directory: directory, mode: .readOnly)
            #expect(try reader.count == 100 && report == RecoveryReport())
            try await log.close()
        }
    }
}
