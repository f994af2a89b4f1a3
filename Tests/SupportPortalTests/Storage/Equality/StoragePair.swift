import Foundation
import JSONLog
import SupportPortal

/// A storage in memory and one of JSON files that are asked the same, and must answer alike.
final class StoragePair {
    /// An answer that was not the same.
    struct Difference: Error, CustomStringConvertible {
        var description: String
    }

    let memory = InMemoryStorage(keptEvents: 1 << 20)
    private(set) var files: JSONFileStorage
    private let system = SnapshotFileSystem()
    private let options: LogOptions
    let folder: String
    private(set) var generation = 0

    init(options: LogOptions) async throws {
        self.options = options
        folder = FileManager.default.temporaryDirectory.appending(path: "equality-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        files = try await JSONFileStorage(path: "\(folder)/0", create: true, options: options, files: system)
    }

    private var path: String { "\(folder)/\(generation)" }

    func close() async throws { try await files.close() }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    // MARK: Opening anew

    func reopen() async throws {
        try await files.close()
        try await open()
    }

    /// Goes on with what a kill would leave now.
    func dieAndReopen() async throws {
        let next = "\(folder)/\(generation + 1)"
        try system.copy(path, to: next)
        try await files.close()
        try FileManager.default.removeItem(atPath: path)
        generation += 1
        try await open()
    }

    private func open() async throws {
        files = try await JSONFileStorage(path: path, options: options, files: system)
        guard files.recovery.isClean else { throw Difference(description: "opened with \(files.recovery)") }
    }

    // MARK: Asking

    /// An answer: a value, or what a store throws.
    private enum Answer<Value: Equatable>: Equatable {
        case value(Value)
        case refusal(code: String, current: Revision?, submission: Submission?, limit: TicketLimit?)

        init(_ body: () async throws -> Value) async throws {
            do { self = .value(try await body()) } catch let error as StorageError {
                self = .refusal(
                    code: error.code.rawValue, current: error.current, submission: error.submission, limit: error.limit)
            } catch let error as Failure { self = .refusal(code: "\(error)", current: nil, submission: nil, limit: nil) }
        }
    }

    /// What a sequence of bytes fails with.
    struct Failure: Error {}

    /// Asks both, and hands back the answer, `nil` if both refuse.
    @discardableResult
    func ask<Value: Equatable>(_ question: @autoclosure () -> String, _ body: (any PortalStorage) async throws -> Value)
        async throws -> Value?
    {
        let expected = try await Answer { try await body(memory) }
        let found = try await Answer { try await body(files) }
        guard expected == found else {
            throw Difference(description: "\(question()):\n in memory \(expected)\n in files  \(found)")
        }
        guard case .value(let value) = expected else { return nil }
        return value
    }

    @discardableResult
    func tickets<Value: Equatable>(_ question: @autoclosure () -> String, _ body: (any TicketStore) async throws -> Value)
        async throws -> Value?
    {
        try await ask(question()) { storage in
            guard let store = storage.tickets else { throw Failure() }
            return try await body(store)
        }
    }

    @discardableResult
    func blobs<Value: Equatable>(_ question: @autoclosure () -> String, _ body: (any BlobStore) async throws -> Value)
        async throws -> Value?
    {
        try await ask(question()) { storage in
            guard let store = storage.blobs else { throw Failure() }
            return try await body(store)
        }
    }

    /// Asks for all pages of a list, of so many each, and hands back what is on them.
    @discardableResult
    func pages<Item: Equatable>(
        _ question: @autoclosure () -> String, of size: Int, _ body: (any PortalStorage, PageRequest) async throws -> Page<Item>
    ) async throws -> [Item] {
        var page = PageRequest(limit: size)
        var all: [Item] = []
        repeat {
            let request = page
            guard
                let found = try await ask(
                    "\(question()) after \(String(describing: request.after))", { try await body($0, request) })
            else { return all }
            all += found.items
            page.after = found.next
        } while page.after != nil
        return all
    }
}
