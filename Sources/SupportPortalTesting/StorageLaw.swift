public import SupportPortal

/// A sentence that every storage keeps, and the check that it does. A suite is data, to be handed to any test framework:
///
/// ```swift
/// @Test(arguments: StorageLaws.all) func keeps(_ law: StorageLaw) async throws {
///     try await law.check(StorageSubject { try await MyStorage(freshDatabase()) })
/// }
/// ```
public struct StorageLaw: Identifiable, Sendable, CustomStringConvertible {
    /// The sentence.
    public let name: String
    private let body: @Sendable (StorageSubject) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (StorageSubject) async throws -> Void) {
        self.name = name
        self.body = body
    }

    /// The sentence, too.
    public var id: String { name }
    /// The sentence, as test frameworks show it.
    public var description: String { name }

    /// Checks the law on fresh storages of the subject.
    /// - Throws: ``LawViolation`` when it does not hold; whatever the storage throws when it should not.
    public func check(_ subject: StorageSubject) async throws {
        do {
            try await body(subject)
        } catch var violation as LawViolation {
            violation.law = name
            throw violation
        }
    }
}

/// That a storage breaks a law.
public struct LawViolation: Error, Hashable, Sendable, CustomStringConvertible {
    /// The law.
    public var law = ""
    /// What was seen that should not be.
    public var finding: String
    /// Where it is checked.
    public var line: UInt

    /// The law and what was seen.
    public var description: String { "“\(law)” does not hold: \(finding) (line \(line))" }
}

/// What is to be checked: how to make a fresh, empty storage, and, for durable ones, how to close and open it again.
///
/// A store that forgets old events is best checked twice: as hosts use it, and keeping very few, so that the laws see it forget.
public struct StorageSubject: Sendable {
    /// Makes a fresh, empty storage.
    public let open: @Sendable () async throws -> any PortalStorage
    /// Closes a storage that ``open`` made and opens what it stored; `nil` for storages that may forget.
    public let reopen: (@Sendable (any PortalStorage) async throws -> any PortalStorage)?
    /// How long a law waits for what comes by itself, such as the wake-up of a follower, before it says that it never does.
    public var patience = Duration.seconds(10)

    /// A storage that may forget when it is closed.
    public init(_ open: @escaping @Sendable () async throws -> any PortalStorage) {
        self.open = open
        reopen = nil
    }

    /// A durable storage.
    public init(
        open: @escaping @Sendable () async throws -> any PortalStorage,
        reopen: @escaping @Sendable (any PortalStorage) async throws -> any PortalStorage
    ) {
        self.open = open
        self.reopen = reopen
    }
}

/// The laws of all stores, a list for each section. The names of all laws differ, so that lists can be put together:
///
/// ```swift
/// let laws = StorageLaws.tickets + StorageLaws.articles + StorageLaws.blobs   // of a storage without the other sections
/// ```
///
/// A storage that has no store for a section breaks all laws of that section's list.
public enum StorageLaws: Sendable {
    /// All of them, for storages that have everything.
    public static let all = tickets + announcements + articles + downloads + blobs
    /// Those of ``/SupportPortal/TicketStore``, its change feed and its queue.
    public static let tickets = TicketLaws.all + events(of: .tickets)
    /// Those of the ``/SupportPortal/CatalogStore`` of announcements, its change feed and its queue.
    public static let announcements = CatalogLaws<Announcement>.all + events(of: CatalogBench<Announcement>.section)
    /// Those of the ``/SupportPortal/CatalogStore`` of articles: the same as for announcements.
    public static let articles = CatalogLaws<Article>.all + events(of: CatalogBench<Article>.section)
    /// Those of the ``/SupportPortal/CatalogStore`` of downloads: the same as for announcements.
    public static let downloads = CatalogLaws<Download>.all + events(of: CatalogBench<Download>.section)
    /// Those of ``/SupportPortal/BlobStore``.
    public static let blobs = BlobLaws.all

    /// Those of ``/SupportPortal/EventStore``, which every section store is.
    private static func events(of section: EventSection) -> [StorageLaw] {
        ChangeFeedLaws.all(of: section) + QueueLaws.all(of: section) + ForgettingLaws.all(of: section)
    }
}

/// Ends a check with a violation unless a condition holds.
func require(_ condition: Bool, _ finding: @autoclosure () -> String, line: UInt = #line) throws {
    if !condition { throw LawViolation(finding: finding(), line: line) }
}

/// Ends a check with a violation unless two values are equal.
func requireEqual<Value: Equatable>(
    _ found: Value, _ expected: Value, _ what: @autoclosure () -> String, line: UInt = #line
) throws {
    try require(found == expected, "\(what()): found \(short(found)), expected \(short(expected))", line: line)
}

/// Ends a check with a violation unless two texts are equal byte by byte. To Swift, texts in different normal forms are equal, too.
func requireSameBytes(_ found: String?, _ expected: String, _ what: @autoclosure () -> String, line: UInt = #line) throws {
    try require(
        found.map { $0.utf8.elementsEqual(expected.utf8) } ?? false,
        "\(what()) differs in its bytes: found \(short(found?.unicodeScalars.map(\.value) ?? []))", line: line)
}

/// Ends a check with a violation unless the work is refused with a code.
@discardableResult
func requireRefusal(
    _ code: StorageError.Code, _ what: @autoclosure () -> String, line: UInt = #line, _ work: () async throws -> Void
) async throws -> StorageError {
    do {
        try await work()
    } catch let error as StorageError {
        try requireEqual(error.code, code, what(), line: line)
        return error
    }
    throw LawViolation(finding: "\(what()): was not refused with \(code.rawValue)", line: line)
}

/// Ends a check with a violation unless the work ends in time: for what a broken storage may never end.
func requireEnd<Value: Sendable>(
    within patience: Duration, _ finding: @autoclosure () -> String, line: UInt = #line,
    of work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let (outcomes, outcome) = AsyncStream.makeStream(of: Result<Value, any Error>.self, bufferingPolicy: .bufferingOldest(1))
    // Tasks of their own, as a child would be waited for, and a broken storage may not hear of cancellation either.
    let worker = Task {
        do {
            outcome.yield(.success(try await work()))
        } catch {
            outcome.yield(.failure(error))
        }
        outcome.finish()
    }
    let timer = Task {
        try await Task.sleep(for: patience)
        outcome.finish()
    }
    defer {
        worker.cancel()
        timer.cancel()
    }
    for await outcome in outcomes { return try outcome.get() }
    try Task.checkCancellation()
    throw LawViolation(finding: finding(), line: line)
}

private func short(_ value: some Any) -> String {
    let text = String(describing: value)
    return text.count > 600 ? text.prefix(600) + "…" : text
}
