import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Faults in sections")
struct FaultTests {
    @Test("are those of one section: what fails of articles does not fail of downloads")
    func sections() async throws {
        let storage = FaultInjectingStorage(InMemoryStorage())
        let (articles, downloads) = (try #require(storage.articles), try #require(storage.downloads))
        storage.articleFaults.fail(.commit, .afterwards)
        storage.articleFaults.fail(.items, skipping: 1)
        let category = CatalogCategory<Article>(id: "c", slug: Slug("c"), texts: [])
        let lost = await #expect(throws: InjectedFault.self) {
            try await articles.commit(CatalogCommit { $0.categories = [category] })
        }
        #expect(lost?.function == .commit)
        #expect(try await articles.categories().count == 1)
        let query = CatalogQuery<Article>(in: .everything)
        _ = try await articles.items(query)
        let refused = await #expect(throws: InjectedFault.self) { try await articles.items(query) }
        #expect(refused?.function == .items)
        _ = try await downloads.commit(CatalogCommit())
        #expect(storage.articleFaults.calls(.items) == 2)
        #expect(storage.downloadFaults.calls(.commit) == 1)
        #expect(storage.faults.calls(.commit) == 0)
    }

    @Test("reach every function of a store")
    func functions() async throws {
        let storage = FaultInjectingStorage(InMemoryStorage())
        let store = try #require(storage.announcements)
        let calls: [(FaultPlan.Function, () async throws -> Void)] = [
            (.items, { _ = try await store.items(CatalogQuery(in: .everything)) }),
            (.counts, { _ = try await store.counts(CatalogFilter(), in: .everything, of: [.anywhere]) }),
            (.categories, { _ = try await store.categories() }),
            (.versions, { _ = try await store.versions(of: "a", page: .first) }),
            (.tallies, { _ = try await store.tallies(of: []) }),
            (.votes, { _ = try await store.votes(in: .read, by: .customer("c"), on: []) }),
            (.commit, { _ = try await store.commit(CatalogCommit()) }),
            (.changes, { _ = try await store.changes(ChangeQuery(since: nil)) }),
            (.claim, { _ = try await store.claim(QueueClaim(limit: 1, now: .now, leaseEnd: .now, lease: "l")) }),
            (.settle, { try await store.settle(Settlement(item: "i", lease: "l", outcome: .done)) }),
            (.parked, { _ = try await store.parked(.first) }),
            (.unpark, { try await store.unpark("i", at: .now) }),
        ]
        for (function, call) in calls {
            storage.announcementFaults.fail(function)
            let fault = await #expect(throws: InjectedFault.self) { try await call() }
            #expect(fault?.function == function)
            #expect(storage.announcementFaults.calls(function) == 1)
        }
    }
}
