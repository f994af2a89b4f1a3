import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

/// A portal with downloads, an agent who offers them, and two customers: Alice has a VPS with support, Bob has none of it.
struct DownloadBench {
    let bench: PortalBench
    init(
        _ kind: StorageKind = .inMemory, with change: (inout PortalConfiguration) throws -> Void = { _ in }
    ) async throws {
        bench = try await PortalBench(kind, with: change)
    }

    init(_ bench: PortalBench) { self.bench = bench }

    var portal: Portal { bench.portal }
    var store: any CatalogStore<Download> {
        get throws { try #require(bench.storage.downloads) }
    }
    var blobs: any BlobStore {
        get throws { try #require(bench.storage.blobs) }
    }
    var desk: AgentDownloads { portal.agent(bench.tess).downloads }
    var alice: CustomerDownloads { portal.customer(bench.alice).downloads }
    var bob: CustomerDownloads { portal.customer(bench.bob).downloads }
    var guest: GuestDownloads { portal.guest().downloads }

    /// A portal on the same storage that hears of failures, or has another store of downloads.
    func portal(
        downloads: (any CatalogStore<Download>)? = nil, report: @escaping @Sendable (any Error) -> Void = { _ in }
    ) -> Portal {
        var storage = ComposedStorage(portal.storage)
        if let downloads { storage.downloads = downloads }
        var environment = portal.environment
        environment.report = report
        return Portal(storage: storage, people: bench.people, configuration: bench.configuration, environment: environment)
    }

    /// A file that is offered, to everyone unless said otherwise.
    @discardableResult
    func offer(
        _ name: String = "tool.zip", _ data: Data = Data("bytes".utf8), with change: (inout Download) throws -> Void = { _ in }
    ) async throws -> Download {
        try await desk.upload(FileSource(name: name, data: data), title: SingleLine(name)) {
            $0.entry.state = .published
            try change(&$0)
        }
    }

    /// A category, for everyone unless said otherwise.
    func category(
        _ title: SingleLine, in parent: Download.Category.ID? = nil, for audience: Audience = .everyone
    ) async throws -> Download.Category.ID {
        var category = try desk.newCategory(title, in: parent)
        category.audience = audience
        return try await desk.save(category).id
    }

    /// How often a file was downloaded to the end.
    func count(_ id: Download.ID) async throws -> Int { try await desk.totals(of: [id])[id] ?? 0 }

    /// What was downloaded by whom, in order.
    func completions() async throws -> [PortalEvent] {
        try await store.changes(ChangeQuery(since: .start, limit: 10_000)).events.map(\.event)
            .filter { $0.kind == .catalog(Download.self, .completed) }
    }
}

/// The error, if it is one of the portal's.
func refusal(_ work: () async throws -> some Any) async -> PortalError? {
    do {
        _ = try await work()
        return nil
    } catch {
        return error as? PortalError
    }
}

/// Bytes that differ from place to place.
func pattern(_ count: Int) -> Data { Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }) }
